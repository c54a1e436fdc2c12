"""Structure: which reports a source holds, and title, publisher and date of each."""

from pipeline.structure.reports import split_reports

__all__ = ["split_reports"]
