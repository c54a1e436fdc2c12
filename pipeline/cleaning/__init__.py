"""Cleaning: noise out, damage mended, every character traced back to the text layer."""

from pipeline.cleaning.clean import clean_source
from pipeline.cleaning.edits import replay

__all__ = ["clean_source", "replay"]
