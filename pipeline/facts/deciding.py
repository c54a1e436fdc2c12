"""Which candidate a figure is read as: by a model where one is shipped, by the scores of the rules else."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from functools import cache, cached_property
from operator import mul
from typing import NamedTuple

from pipeline.facts.candidates import OTHER, Candidate
from pipeline.facts.features import (
    SHARED,
    CandidateNumbers,
    HeadNumbers,
    SettingNumbers,
    candidate_numbers,
    head_numbers,
    own_keys,
    setting_numbers,
)
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
    """The weights of a model, laid out as they are looked up."""

    keys: Mapping[str, Mapping[str, float]]
    """By indicator (``SHARED`` for those of every one), then by key."""
    setting: tuple[float, ...]
    """In the order of ``SettingNumbers``, as the others in that of theirs."""
    candidate: tuple[float, ...]
    head: tuple[float, ...]


@cache
def load_weights() -> Weights:
    """The weights of the shipped model. Raises ResourceError; asks for a model to be there."""
    model = load_linker()
    assert model is not None
    keys: dict[str, dict[str, float]] = {SHARED: {}, **{code: {} for code in sorted(model.indicators)}}
    for key, row in model.keys.items():
        for code, weight in row.items():
            keys[code][key] = weight
    aligned = (
        tuple(model.numbers.get(name, 0.0) for name in numbers._fields)
        for numbers in (SettingNumbers, CandidateNumbers, HeadNumbers)
    )
    return Weights(keys, *aligned)


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
    weights, setting = load_weights(), reading.setting
    shared = weights.keys[SHARED]
    base = _total(shared, setting.keys) + model.intercept + favour
    base += math.fsum(map(mul, weights.setting, setting_numbers(setting)))
    for candidate in reading.candidates:
        own = weights.keys.get(candidate.indicator)
        if own is None:
            # an indicator of the user's own, which no document has taught
            decisions += [rule_decision(candidate)] if candidate.score >= RULE_THRESHOLD else []
            continue
        score = base + _total(own, setting.keys)
        for key in own_keys(candidate):
            score += shared.get(key, 0.0) + own.get(key, 0.0)
        numbers = map(mul, weights.candidate, candidate_numbers(setting, candidate))
        of_head = map(mul, weights.head, head_numbers(sentence, setting.figure, candidate.head))
        score += math.fsum((*numbers, *of_head))
        if score >= model.threshold:
            decisions.append(Decision(candidate, model.probability(score)))
    decisions.sort(key=lambda d: (-d.probability, d.candidate.indicator))
    return decisions


def _total(weights: Mapping[str, float], keys: Iterable[str]) -> float:
    """What the keys add to a score, summed exactly: no order and no version of Python makes a difference."""
    return math.fsum(filter(None, map(weights.get, keys)))


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
