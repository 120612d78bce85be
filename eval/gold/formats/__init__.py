"""One module for each format that a gold set may come in."""
