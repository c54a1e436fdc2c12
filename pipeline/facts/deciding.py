"""Which candidate a figure is read as: by a model where one is shipped, by the scores of the rules else."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cache, cached_property
from types import MappingProxyType
from typing import NamedTuple

from pipeline.facts.candidates import OTHER, Candidate
from pipeline.facts.features import SHARED, candidate_numbers, own_keys, setting_numbers
from pipeline.facts.sentences import Sentence
from pipeline.facts.weighing import Reading
from pipeline.resources import Strict
from pipeline.resources.models import read_model

RULE_THRESHOLD = 0.8
_SLOPE = 1.6
_MIDDLE = 1.1
_NOTHING: Mapping[str, float] = MappingProxyType({})


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


class Decision(NamedTuple):
    """A candidate with the probability that it is right."""

    candidate: Candidate
    probability: float


@cache
def load_linker() -> LinkerModel | None:
    """The shipped model; None where there is none. Raises ResourceError where it doesn't fit its schema."""
    text = read_model("linker.json")
    return LinkerModel.model_validate_json(text) if text is not None else None


class Weights(NamedTuple):
    """The weights of the keys, those for every indicator apart from those for one."""

    shared: Mapping[str, float]
    """By key."""
    own: Mapping[str, Mapping[str, float]]
    """By key, then by indicator; no row for a key that tells nothing of any single one."""


@cache
def load_weights() -> Weights:
    """The weights of the shipped model. Raises ResourceError; asks for a model to be there."""
    model = load_linker()
    assert model is not None
    shared = {key: row[SHARED] for key, row in model.keys.items() if SHARED in row}
    own = {key: {code: weight for code, weight in row.items() if code != SHARED} for key, row in model.keys.items()}
    return Weights(shared, {key: row for key, row in own.items() if row})


def decide(sentence: Sentence, reading: Reading, favour: float = 0.0) -> list[Decision]:
    """The candidates of a figure that are likely enough, the likeliest first, each with its probability.

    ``favour`` is added to every score, where more than the words speaks for a fact.
    """
    model = load_linker()
    if model is None:
        return decide_by_rules(reading)
    if not reading.candidates:
        return []
    decisions = []
    keys, setting = reading.setting.keys, reading.setting
    shared, own = load_weights()
    weight_of, row_of, number_of = shared.get, own.get, model.numbers.get
    # summed exactly, so that no order and no version of Python makes a difference
    base = math.fsum([weight for key in keys if (weight := weight_of(key)) is not None]) + model.intercept + favour
    base += math.fsum([number_of(name, 0.0) * value for name, value in setting_numbers(setting).items()])
    rows = [row for key in keys if (row := row_of(key)) is not None]
    for candidate in reading.candidates:
        code = candidate.indicator
        if code not in model.indicators:
            # an indicator of the user's own, which no document has taught
            decisions += [rule_decision(candidate)] if candidate.score >= RULE_THRESHOLD else []
            continue
        score = base + math.fsum([row[code] for row in rows if code in row])
        for key in own_keys(candidate):
            score += weight_of(key, 0.0) + own.get(key, _NOTHING).get(code, 0.0)
        numbers = candidate_numbers(sentence, setting, candidate)
        score += math.fsum([number_of(name, 0.0) * value for name, value in numbers.items()])
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
