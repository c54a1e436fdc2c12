"""Figures linked to the indicators of the catalogue."""

from pipeline.facts.deciding import LinkerModel
from pipeline.facts.features import dense_features, pair_features
from pipeline.facts.linking import link_figures
from pipeline.facts.sentences import Sentence
from pipeline.facts.weighing import Reading, read_figures

__all__ = [
    "LinkerModel",
    "Reading",
    "Sentence",
    "dense_features",
    "link_figures",
    "pair_features",
    "read_figures",
]
