"""Which candidate a figure is read as: by a model where one is shipped, by the scores of the rules else."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np

from pipeline.facts.candidates import OTHER, Candidate
from pipeline.facts.features import SHARED, dense_features, own_keys
from pipeline.facts.sentences import Sentence
from pipeline.facts.weighing import Reading
from pipeline.resources import Strict
from pipeline.resources.models import read_model

RULE_THRESHOLD = 0.8
_SLOPE = 1.6
_MIDDLE = 1.1


class LinkerModel(Strict):
    """A logistic regression over the features of a candidate, as it stands in ``models/linker.json``.

    ``numbers`` are the weights of :func:`dense_features` in the units of the raw features. ``keys`` holds for each key
    of :func:`candidate_keys` the weights by indicator, and the one that holds for all under ``*``. ``threshold`` is
    the least score (log-odds) that makes a fact. ``slope`` and ``shift`` turn a score into a calibrated probability:
    ``1 / (1 + exp(-(slope * score + shift)))``.
    """

    version: int
    intercept: float
    threshold: float
    slope: float
    shift: float
    numbers: Mapping[str, float]
    keys: Mapping[str, Mapping[str, float]]

    def probability(self, score: float) -> float:
        """The calibrated probability that a score stands for."""
        return _logistic(self.slope * score + self.shift)

    @cached_property
    def indicators(self) -> frozenset[str]:
        """The indicators that the model knows from its documents."""
        return frozenset(code for row in self.keys.values() for code in row if code != SHARED)


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


class Table:
    """The weights of the keys as an array, a row a key and a column an indicator; what holds for all comes first."""

    def __init__(self, model: LinkerModel) -> None:
        self.columns = {code: n for n, code in enumerate((SHARED, *sorted(model.indicators)))}
        self._rows = {key: n for n, key in enumerate(model.keys)}
        self._weights = np.zeros((len(model.keys), len(self.columns)))
        for row, weights in enumerate(model.keys.values()):
            for code, weight in weights.items():
                self._weights[row, self.columns[code]] = weight

    def total(self, keys: Sequence[str]) -> list[float]:
        """The sum of the rows of some keys, in the order of ``columns``; unknown keys count nothing."""
        rows = self._rows
        found: list[float] = self._weights[[rows[key] for key in keys if key in rows]].sum(axis=0).tolist()
        return found


@cache
def load_table() -> Table:
    """The weights of the shipped model. Raises ResourceError; asks for a model to be there."""
    model = load_linker()
    assert model is not None
    return Table(model)


def decide(sentence: Sentence, reading: Reading, favour: float = 0.0) -> list[Decision]:
    """The candidates of a figure that are likely enough, the likeliest first, each with its probability.

    ``favour`` is added to every score, where more than the words speaks for a fact.
    """
    model = load_linker()
    if model is None:
        return decide_by_rules(reading)
    if not reading.candidates:
        return []
    table = load_table()
    totals = table.total(reading.setting.keys)
    shared = model.intercept + totals[0] + favour
    decisions = []
    for candidate in reading.candidates:
        if candidate.indicator not in model.indicators:
            # an indicator of the user's own, which no document has taught
            decisions += [rule_decision(candidate)] if candidate.score >= RULE_THRESHOLD else []
            continue
        score = shared + totals[table.columns[candidate.indicator]]
        for key in own_keys(candidate):
            row = model.keys.get(key, {})
            score += row.get(SHARED, 0.0) + row.get(candidate.indicator, 0.0)
        for name, value in dense_features(sentence, reading.setting, candidate).items():
            score += model.numbers.get(name, 0.0) * value
        if score >= model.threshold:
            decisions.append(Decision(candidate, model.probability(score)))
    decisions.sort(key=lambda d: (-d.probability, d.candidate.indicator))
    return decisions


def decide_by_rules(reading: Reading) -> list[Decision]:
    """The same by the ranking of the rules alone, with a probability made of the score."""
    if not reading.ranked or reading.ranked[0].indicator == OTHER or reading.ranked[0].score < RULE_THRESHOLD:
        return []
    return [rule_decision(reading.ranked[0])]


def rule_decision(candidate: Candidate) -> Decision:
    """A candidate with a probability made of the score that the rules give it."""
    return Decision(candidate, _logistic(_SLOPE * (candidate.score - _MIDDLE)))


def _logistic(total: float) -> float:
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))
