"""The guarded way to the web: checked addresses, polite requests, the archive."""
