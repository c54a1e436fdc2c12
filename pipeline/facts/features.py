"""What a model may know of a figure and a candidate: numbers, and pairs of the candidate with what stands around.

The features are few and cheap: the words around a figure are looked up once and serve all of its candidates.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipeline.facts.candidates import Candidate, Near, figure_kind, heads_of
from pipeline.facts.lexicon import Hit
from pipeline.facts.sentences import Sentence
from pipeline.model import Figure
from pipeline.resources.catalogue import load_catalogue

_LEFT, _RIGHT = 40, 16
"""How far around a figure words are taken as features, in characters."""
_FAR = 6.0
"""The cost that stands for a word of no indicator that is not there."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What a figure's candidates share: the words around it, and what was read before it."""

    figure: Figure
    keys: tuple[str, ...]
    """Side (l, r), reach (n: same clause, f: further, x: behind another figure) and concept: ``ln:teacher``."""
    previous: Candidate | None
    previous_kind: str | None
    unknown: int
    breaks: float
    carried: bool
    """Whether what was read before stands in the sentence before."""
    inherited: Candidate | None
    norm: bool
    other_cost: float
    nearest: Mapping[str, Near]
    ranked: tuple[Candidate, ...]
    items: tuple[Hit, ...]


def words_around(sentence: Sentence, figure: Figure) -> tuple[str, ...]:
    """The concepts near a figure, each with its side and whether it stands in the same clause; in order, once each."""
    keys: dict[str, None] = {}
    for hit in sentence.hits_between(figure.start - _LEFT, figure.end + _RIGHT):
        if not hit.tag.concepts:
            continue
        if hit.end <= figure.start:
            low, high, side = hit.end, figure.start, "l"
        elif hit.start >= figure.end:
            low, high, side = figure.end, hit.start, "r"
        else:
            continue
        reach = "x" if sentence.crossed(low, high) else "n" if sentence.breaks(low, high) < 1 else "f"
        for concept in sorted(hit.tag.concepts):
            keys[f"{side}{reach}:{concept}"] = None
    return tuple(keys)


def dense_features(sentence: Sentence, setting: Setting, candidate: Candidate) -> dict[str, float]:
    """The numbers that describe a candidate in its setting."""
    heads = heads_of(candidate.indicator)
    figure = setting.figure
    others = [c.score for c in setting.ranked if c is not candidate]
    value = abs(float(figure.value)) if figure.value is not None else 0.0
    found = {
        "score": candidate.score,
        "inherited": float(candidate.inherited),
        "rank": float(setting.ranked.index(candidate)) if candidate in setting.ranked else 9.0,
        "lead": candidate.score - max(others, default=-2.0),
        "words": float(len(candidate.words)),
        "first": float(setting.previous is None),
        "unknown": float(setting.unknown),
        "breaks_before": setting.breaks,
        "carried": float(setting.carried),
        "inherit_score": setting.inherited.score if setting.inherited else -3.0,
        "inherit_same": float(setting.inherited is not None and setting.inherited.indicator == candidate.indicator),
        "norm": float(setting.norm),
        "other_cost": min(setting.other_cost, _FAR),
        "listed": float(any(concept in heads for item in setting.items for concept in item.tag.concepts)),
        "size": math.log10(value + 1),
        "whole": float(value == int(value)),
        "one": float(value == 1),
    }
    against = [
        setting.nearest[c].cost
        for c in load_catalogue().indicators[candidate.indicator].without
        if c in setting.nearest
    ]
    if against:
        found["against"] = float(len(against))
        found["against_cost"] = _FAR - min(against)
    if setting.previous is not None:
        found["previous_same"] = float(setting.previous.indicator == candidate.indicator)
        found["previous_none"] = float(not setting.previous.indicator)
        found["previous_kind"] = float(setting.previous_kind == figure_kind(figure))
    if candidate.head is not None:
        found.update(_head_features(sentence, figure, candidate.head))
    return found


def _head_features(sentence: Sentence, figure: Figure, head: Hit) -> dict[str, float]:
    left = head.end <= figure.start
    low, high = (head.end, figure.start) if left else (figure.end, head.start)
    return {
        "head": 1.0,
        "head_left": float(left),
        "head_distance": float(high - low),
        "head_breaks": sentence.breaks(low, high),
        "head_crossed": float(sentence.crossed(low, high)),
        "head_length": float(len(head.word)),
    }


def pair_features(setting: Setting, candidate: Candidate) -> list[str]:
    """The yes-or-no features: the indicator with the unit, the measure, the bound, and each word around."""
    code, figure = candidate.indicator, setting.figure
    kind = figure_kind(figure)
    found = [
        f"is {code}",
        f"{code} unit {kind}",
        f"unit {kind}",
        f"measure {candidate.measure.value}",
        f"figure {figure.measure.value}",
        f"bound {figure.bound.value}",
    ]
    found += [f"{code} {key}" for key in setting.keys]
    return found


def score_features(weights: Mapping[str, float], dense: Mapping[str, float], pairs: Sequence[str]) -> float:
    """The weighted sum of features; what the weights don't know counts nothing."""
    total = sum(weights.get(name, 0.0) * value for name, value in dense.items())
    return total + sum(weights.get(name, 0.0) for name in pairs)
