"""Sources to snapshot: readers, catalogue, splitter, Dutch analysis, embedding, store."""
