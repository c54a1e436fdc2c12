"""What a model may know of a figure and a candidate: numbers, and the words and signs that stand around the figure.

What stands around a figure is looked up once and serves all of its candidates.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import NamedTuple

from pipeline.facts.candidates import Candidate, Near, figure_kind, heads_of
from pipeline.facts.lexicon import Hit
from pipeline.facts.sentences import Sentence
from pipeline.model import Figure
from pipeline.resources.catalogue import load_catalogue

_LEFT, _RIGHT = 40, 16
"""How far around a figure words are taken as features, in characters."""
_SIGNS = 4
"""So many characters straight before and behind a figure are features of their own."""
_FAR = 6.0
"""The cost that stands for a word of no indicator that is not there."""
_DIGITS = re.compile(r"[\d.]+")
SHARED = "*"
"""In place of an indicator: a weight that holds for every candidate."""


class Setting(NamedTuple):
    """What a figure's candidates share: the words around it, and what was read before it."""

    figure: Figure
    keys: tuple[str, ...]
    """What :func:`keys_around` says of the figure; nothing where it has no candidate."""
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


def keys_around(sentence: Sentence, figure: Figure) -> tuple[str, ...]:
    """What stands around a figure, as names of features, each once and in a fixed order.

    ``unit``, ``figure`` (its measure) and ``bound``; concepts (``ln:teacher``) and words (``ln=教师``) with their side
    (l, r) and reach (n: same clause, f: further, x: behind another figure); the signs next to it (``<2达到``).
    """
    keys = ["", f"unit {figure_kind(figure)}", f"figure {figure.measure}", f"bound {figure.bound}"]
    before, after = sentence.before(figure), sentence.after(figure)
    near_left, near_right = sentence.clause_around(figure)
    crossed_left = before.start if before is not None else -1
    crossed_right = after.start if after is not None else sentence.end + _RIGHT
    for start, end, mark in sentence.marks_between(figure.start - _LEFT, figure.end + _RIGHT):
        if end <= figure.start:
            side = "lx" if end <= crossed_left else "ln" if end >= near_left else "lf"
        elif start >= figure.end:
            side = "rx" if start > crossed_right else "rn" if start <= near_right else "rf"
        else:
            continue
        keys.append(side + mark)
    left = _DIGITS.sub("0", sentence.text[max(sentence.start, figure.start - _SIGNS - 2) : figure.start])
    right = _DIGITS.sub("0", sentence.text[figure.end : min(sentence.end, figure.end + _SIGNS)])
    keys += [f"<{left[-length:]}" for length in range(1, min(_SIGNS, len(left)) + 1)]
    keys += [f">{right[:length]}" for length in range(1, len(right) + 1)]
    return tuple(dict.fromkeys(keys))


def candidate_keys(setting: Setting, candidate: Candidate) -> tuple[str, ...]:
    """The keys of a candidate: those around its figure, and its own."""
    return (*setting.keys, *own_keys(candidate))


def own_keys(candidate: Candidate) -> tuple[str, ...]:
    """The keys that a candidate doesn't share: how the figure would measure it, its head word, what it reaches over."""
    head = candidate.head.word if candidate.head is not None else "-"
    return f"measure {candidate.measure}", f"head {head}", f"crossed {min(candidate.parts_crossed, 2)}"


class SettingNumbers(NamedTuple):
    """The numbers that a figure's candidates share; 0 stands for what is not there."""

    first: float
    unknown: float
    breaks_before: float
    carried: float
    inherit_score: float
    norm: float
    other_cost: float
    size: float
    whole: float
    one: float
    previous_none: float
    previous_kind: float


class HeadNumbers(NamedTuple):
    """Where the head noun of a candidate stands; all 0 for a candidate without."""

    head: float = 0.0
    head_left: float = 0.0
    head_distance: float = 0.0
    head_breaks: float = 0.0
    head_crossed: float = 0.0
    head_length: float = 0.0


class CandidateNumbers(NamedTuple):
    """The numbers that are a candidate's own, beside those of its head; 0 stands for what is not there."""

    score: float
    inherited: float
    rank: float
    lead: float
    words: float
    inherit_same: float
    listed: float
    parts_cost: float
    parts_crossed: float
    against: float
    against_cost: float
    previous_same: float


def dense_features(sentence: Sentence, setting: Setting, candidate: Candidate) -> dict[str, float]:
    """The numbers that describe a candidate in its setting, by their names."""
    shared, head = setting_numbers(setting), head_numbers(sentence, setting.figure, candidate.head)
    return {**shared._asdict(), **candidate_numbers(setting, candidate)._asdict(), **head._asdict()}


def setting_numbers(setting: Setting) -> SettingNumbers:
    """The numbers that a figure's candidates share."""
    figure, previous = setting.figure, setting.previous
    value = abs(float(figure.value)) if figure.value is not None else 0.0
    return SettingNumbers(
        first=float(previous is None),
        unknown=float(setting.unknown),
        breaks_before=setting.breaks,
        carried=float(setting.carried),
        inherit_score=setting.inherited.score if setting.inherited else -3.0,
        norm=float(setting.norm),
        other_cost=min(setting.other_cost, _FAR),
        size=math.log10(value + 1),
        whole=float(value == int(value)),
        one=float(value == 1),
        previous_none=float(previous is not None and not previous.indicator),
        previous_kind=float(previous is not None and setting.previous_kind == figure_kind(figure)),
    )


def candidate_numbers(setting: Setting, candidate: Candidate) -> CandidateNumbers:
    """The numbers that are a candidate's own, beside those of its head."""
    code, ranked, nearest = candidate.indicator, setting.ranked, setting.nearest
    others = [c.score for c in ranked if c is not candidate]
    against = [nearest[c].cost for c in load_catalogue().indicators[code].without if c in nearest]
    return CandidateNumbers(
        score=candidate.score,
        inherited=float(candidate.inherited),
        rank=float(ranked.index(candidate)) if candidate in ranked else 9.0,
        lead=candidate.score - max(others, default=-2.0),
        words=float(len(candidate.words)),
        inherit_same=float(setting.inherited is not None and setting.inherited.indicator == code),
        listed=float(_is_listed(setting.items, code)),
        parts_cost=candidate.parts_cost,
        parts_crossed=float(candidate.parts_crossed),
        against=float(len(against)),
        against_cost=_FAR - min(against) if against else 0.0,
        previous_same=float(setting.previous is not None and setting.previous.indicator == code),
    )


def head_numbers(sentence: Sentence, figure: Figure, head: Hit | None) -> HeadNumbers:
    """Where the head noun of a candidate stands as seen from its figure."""
    if head is None:
        return HeadNumbers()
    left = head.end <= figure.start
    low, high = (head.end, figure.start) if left else (figure.end, head.start)
    return HeadNumbers(
        head=1.0,
        head_left=float(left),
        head_distance=float(high - low),
        head_breaks=sentence.breaks(low, high),
        head_crossed=float(sentence.crossed(low, high)),
        head_length=float(len(head.word)),
    )


def _is_listed(items: tuple[Hit, ...], code: str) -> bool:
    """Whether an indicator's noun is the figure's own in a list before it."""
    return any(concept in heads_of(code) for item in items for concept in item.tag.concepts)
