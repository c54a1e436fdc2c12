"""Scoring extracted facts against facts that careful readers wrote down."""

from pipeline.evaluating.floors import Floors, GoldSetEntry, check_floors, load_floors, raised
from pipeline.evaluating.gold import GoldDocument, GoldSet, digest_of, find_documents, read_jsonl
from pipeline.evaluating.intervals import wilson
from pipeline.evaluating.reviewed import Accuracy, Judged, accuracy, judge
from pipeline.evaluating.scoring import FIELDS, DocumentScore, Score, Scores, agrees, pair, score_document, score_set

__all__ = [
    "FIELDS",
    "Accuracy",
    "DocumentScore",
    "Floors",
    "GoldDocument",
    "GoldSet",
    "GoldSetEntry",
    "Judged",
    "Score",
    "Scores",
    "accuracy",
    "agrees",
    "check_floors",
    "digest_of",
    "find_documents",
    "judge",
    "load_floors",
    "pair",
    "raised",
    "read_jsonl",
    "score_document",
    "score_set",
    "wilson",
]
