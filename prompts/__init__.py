"""The texts given to a language model, as Markdown files. None yet: every answer is extractive and needs no model."""
