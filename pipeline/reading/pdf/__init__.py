"""PDF files: the characters and lines of their pages to a text layer in reading order."""
