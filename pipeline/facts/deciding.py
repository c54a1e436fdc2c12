"""Which candidate a figure is read as: by a model where one is shipped, by the scores of the rules else."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from pipeline.facts.candidates import OTHER, Candidate
from pipeline.facts.features import dense_features, pair_features, score_features
from pipeline.facts.sentences import Sentence
from pipeline.facts.weighing import Reading
from pipeline.resources import Strict
from pipeline.resources.models import read_model

RULE_THRESHOLD = 0.8
_SLOPE = 1.6
_MIDDLE = 1.1


class LinkerModel(Strict):
    """A logistic regression over the features of a candidate, as it stands in ``models/linker.json``.

    ``weights`` are in the units of the raw features; ``threshold`` is the least probability that makes a fact.
    """

    version: int
    intercept: float
    threshold: float
    weights: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Decision:
    """A candidate with the probability that it is right."""

    candidate: Candidate
    probability: float


@cache
def load_linker() -> LinkerModel | None:
    """The shipped model; None where there is none. Raises ResourceError where it doesn't fit its schema."""
    text = read_model("linker.json")
    return LinkerModel.model_validate_json(text) if text is not None else None


def decide(sentence: Sentence, reading: Reading) -> list[Decision]:
    """The candidates of a figure that are likely enough, the likeliest first, each with its probability."""
    model = load_linker()
    if model is None:
        return decide_by_rules(reading)
    decisions = []
    for candidate in reading.candidates:
        dense = dense_features(sentence, reading.setting, candidate)
        total = model.intercept + score_features(model.weights, dense, pair_features(reading.setting, candidate))
        decisions.append(Decision(candidate, _logistic(total)))
    decisions.sort(key=lambda d: (-d.probability, d.candidate.indicator))
    return [decision for decision in decisions if decision.probability >= model.threshold]


def decide_by_rules(reading: Reading) -> list[Decision]:
    """The same by the ranking of the rules alone, with a probability made of the score."""
    if not reading.ranked or reading.ranked[0].indicator == OTHER or reading.ranked[0].score < RULE_THRESHOLD:
        return []
    best = reading.ranked[0]
    return [Decision(best, _logistic(_SLOPE * (best.score - _MIDDLE)))]


def _logistic(total: float) -> float:
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))
