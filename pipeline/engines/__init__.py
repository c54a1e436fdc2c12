"""Spreading the work over sources and processes: which files, in which order, and what becomes of each."""

from pipeline.engines.extracting import Extracted, extract
from pipeline.engines.ingesting import Event, IngestSummary, Rejection, ingest
from pipeline.engines.walking import Candidate, walk

__all__ = ["Candidate", "Event", "Extracted", "IngestSummary", "Rejection", "extract", "ingest", "walk"]
