"""Reading: the bytes of a file or page to a text layer with blocks."""

from pipeline.reading.source import read_source

__all__ = ["read_source"]
