"""Figures linked to the indicators of the catalogue."""

from pipeline.facts.deciding import LinkerModel
from pipeline.facts.explaining import Explained, Weighed, explain_figure
from pipeline.facts.features import SHARED, candidate_keys, dense_features
from pipeline.facts.linking import link_figures
from pipeline.facts.phrases import prose_figures
from pipeline.facts.sentences import Sentence
from pipeline.facts.weighing import Reading, read_figures

__all__ = [
    "SHARED",
    "Explained",
    "LinkerModel",
    "Reading",
    "Sentence",
    "Weighed",
    "candidate_keys",
    "dense_features",
    "explain_figure",
    "link_figures",
    "prose_figures",
    "read_figures",
]
