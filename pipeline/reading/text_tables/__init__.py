"""Tables drawn in plain text, found in the text and left as they stand."""

from pipeline.reading.text_tables.finding import find_tables

__all__ = ["find_tables"]
