"""What people decided about facts, as data: ``corrections.yaml``, one entry a decision.

An entry names the bytes it was made for and quotes the text around the number, so that it holds wherever the file is
moved to and however well it is read; where its text is gone it stops the run.
"""

from pipeline.decisions.file import DecisionFile, load_decisions, with_entry, without_entry
from pipeline.decisions.locating import place_of, quote
from pipeline.decisions.records import ADDED_PART, CONTEXT, FIELDS, Action, Decided, Decision

__all__ = [
    "ADDED_PART",
    "CONTEXT",
    "FIELDS",
    "Action",
    "Decided",
    "Decision",
    "DecisionFile",
    "load_decisions",
    "place_of",
    "quote",
    "with_entry",
    "without_entry",
]
