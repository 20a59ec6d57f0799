"""A reader for each kind of file: from its bytes to headings, paragraphs and bullets."""
