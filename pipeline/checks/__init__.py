"""Checks: what can't be right about facts, or hardly, with the evidence.

Within a source (:func:`check_source`) and between sources and years (:func:`check_across`). Rules, ranges and words are
data (``checks.yaml``).
"""

from pipeline.checks.source import check_source, with_flags
from pipeline.checks.words import flag_name, flag_text, load_rules
from pipeline.model import Flag, Severity

__all__ = ["Flag", "Severity", "check_source", "flag_name", "flag_text", "load_rules", "with_flags"]
