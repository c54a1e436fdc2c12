"""Which indicators a figure may measure, and how strongly the words around it say so."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import NamedTuple

from pipeline.facts.lexicon import Hit, Tag
from pipeline.facts.sentences import Sentence
from pipeline.model import Figure, Measure
from pipeline.resources.catalogue import OTHER as OTHER_CONCEPT
from pipeline.resources.catalogue import Catalogue, Indicator, load_catalogue, load_concepts

OTHER = ""
"""The code of no indicator: what the figure counts is not in the catalogue."""

# Costs of distance, in the unit of scores. Chosen on two thirds of the labelled documents, checked on the rest.
_PER_CHARACTER = 0.035
_HEAD_LIMIT = 3.2
_OTHER_LIMIT = 4.5
_WITHOUT_REACH = 1.6
_WITHOUT = 1.6
_BASE = 2.0
_PER_CUE = 0.9
_PER_LETTER = 0.07
_PER_FURTHER = 0.6
_RIGHT_REACH = 40
_LEFT_REACH = 130
_NAMED_BY_UNIT = {"place": "place", "group": "group", "post": "post", "class": "class"}
_UNIT_COST = 0.25


class _Costs(NamedTuple):
    """What it costs a word to stand on a side of the figure, and there each break and each figure between them."""

    side: float
    per_break: float
    per_figure: float


_BEFORE, _NARROW, _WIDE = _Costs(0.0, 0.65, 0.75), _Costs(0.35, 1.6, 2.5), _Costs(0.35, 0.8, 1.2)
"""Before a figure and behind it; what money is for may stand in the clauses behind it."""


class Candidate(NamedTuple):
    """An indicator a figure may measure: its score, the words it rests on, and how the figure measures it.

    ``parts_cost`` and ``parts_crossed``: how far the words beside the head noun stand, and how many figures between;
    ``reach``: where the first of its words begins.
    """

    indicator: str
    score: float
    measure: Measure
    words: tuple[str, ...]
    head: Hit | None = None
    inherited: bool = False
    parts_cost: float = 0.0
    parts_crossed: int = 0
    reach: int = 0


class Near(NamedTuple):
    """The nearest hit of a concept to a figure, and what its distance costs."""

    cost: float
    hit: Hit
    crossed: int


def figure_kind(figure: Figure) -> str:
    """What the catalogue's ``accepts`` calls the unit of a figure: its unit code, ``ratio``, ``scaled`` or ``bare``."""
    if figure.unit:
        return figure.unit
    return figure.dimension if figure.dimension in ("ratio", "scaled") else "bare"


def accepts(catalogue: Catalogue, indicator: Indicator, figure: Figure) -> bool:
    """Whether the figure's unit lets it be a value of the indicator."""
    return figure_kind(figure) in catalogue.accepts[indicator.unit]


_Heads = dict[str, list[tuple[Indicator, tuple[str, ...]]]]
"""By the head noun of a cue: the indicator, and the further concepts of the cue."""


def _by_head(indicators: Iterable[Indicator]) -> _Heads:
    heads: _Heads = {}
    for indicator in indicators:
        for head, *further in indicator.cues:
            heads.setdefault(head, []).append((indicator, tuple(further)))
    return heads


@cache
def _heads_of_kind(kind: str) -> _Heads:
    """The cues of the indicators that accept a unit, by their head noun."""
    catalogue = load_catalogue()
    return _by_head(i for i in catalogue.indicators.values() if kind in catalogue.accepts[i.unit])


@cache
def _heads_of_rates() -> _Heads:
    return _by_head(i for i in load_catalogue().indicators.values() if i.unit == "percent")


@cache
def _all_heads() -> _Heads:
    return _by_head(load_catalogue().indicators.values())


@cache
def heads_of(code: str) -> frozenset[str]:
    """The head nouns of an indicator's cues. Raises KeyError for an unknown code."""
    return frozenset(cue[0] for cue in load_catalogue().indicators[code].cues)


def near_hits(sentence: Sentence, figure: Figure) -> dict[str, Near]:
    """For each concept the sentence speaks of, its hit that is nearest to the figure."""
    if not _considered(figure, figure.measure):
        return {}
    start, end = figure.start, figure.end
    behind = _WIDE if figure_kind(figure) in ("yuan", "scaled") else _NARROW
    left_only = load_concepts().left_only
    nearest: dict[str, Near] = {}
    for hit in sentence.hits_between(start - _LEFT_REACH, end + _RIGHT_REACH):
        if not hit.tag.concepts:
            continue
        if hit.end <= start:
            near = _nearness(sentence, hit, hit.end, start, _BEFORE)
        elif hit.start >= end:
            near = _nearness(sentence, hit, end, hit.start, behind)
        else:
            continue
        if near is None:
            continue
        for concept in hit.tag.concepts:
            if concept in left_only and hit.start >= end:
                continue
            best = nearest.get(concept)
            if best is None or near.cost < best.cost:
                nearest[concept] = near
    named = _NAMED_BY_UNIT.get(figure.unit or "")
    if named and (named not in nearest or nearest[named].cost > _UNIT_COST):
        noun = Hit(figure.end, figure.end, figure.text, Tag(frozenset({named})))
        nearest[named] = Near(_UNIT_COST, noun, 0)
    return nearest


def _nearness(sentence: Sentence, hit: Hit, low: int, high: int, costs: _Costs) -> Near | None:
    """What the way between a word and a figure costs; None where it is too far."""
    side, per_break, per_figure = costs
    crossed = sentence.crossed(low, high)
    cost = side + _PER_CHARACTER * (high - low) + per_figure * crossed + per_break * sentence.breaks(low, high)
    return Near(cost, hit, crossed) if cost <= _OTHER_LIMIT else None


def _by_cue(
    code: str, measure: Measure, head: Near, further: Sequence[str], nearest: Mapping[str, Near]
) -> Candidate | None:
    """How well one cue of an indicator fits, by its head noun and its further concepts; None where one is missing."""
    score = _BASE + _PER_LETTER * min(len(head.hit.word), 8) - head.cost
    words = [head.hit.word]
    cost, crossed, reach = 0.0, 0, head.hit.start
    for concept in further:
        near = nearest.get(concept)
        if near is None:
            return None
        score += _PER_CUE - _PER_FURTHER * near.cost
        words.append(near.hit.word)
        cost += near.cost
        crossed += near.crossed
        reach = min(reach, near.hit.start)
    return Candidate(code, score, measure, tuple(words), head.hit, False, cost, crossed, reach)


def candidates(figure: Figure, measure: Measure, nearest: Mapping[str, Near]) -> list[Candidate]:
    """Every indicator whose cues stand near the figure, and OTHER where a word of no indicator does; best first.

    ``nearest`` is what :func:`near_hits` found around the figure.
    """
    heads = _considered(figure, measure)
    if not heads:
        return []
    best: dict[str, Candidate] = {}
    for concept, head in nearest.items():
        if head.cost > _HEAD_LIMIT:
            continue
        for indicator, further in heads.get(concept, ()):
            found = _by_cue(indicator.code, measure, head, further, nearest)
            if found and (indicator.code not in best or found.score > best[indicator.code].score):
                best[indicator.code] = found
        if concept == OTHER_CONCEPT and (found := _by_cue(OTHER, measure, head, (), nearest)):
            best[OTHER] = found
    return sorted((_held_against(each, nearest) for each in best.values()), key=lambda c: (-c.score, c.indicator))


def _considered(figure: Figure, measure: Measure) -> _Heads:
    if measure is Measure.GROWTH:
        return _all_heads()
    if figure.unit == "percent_point" or (measure is Measure.CHANGE and figure.unit == "percent"):
        return _heads_of_rates()
    return _heads_of_kind(figure_kind(figure))


def _held_against(candidate: Candidate, nearest: Mapping[str, Near]) -> Candidate:
    """The candidate with a lower score where words stand near that speak against it."""
    without = load_catalogue().indicators[candidate.indicator].without if candidate.indicator else ()
    against = sum(_speaks_against(nearest, concept, candidate.head) for concept in without)
    return candidate._replace(score=candidate.score - _WITHOUT * against) if against else candidate


def _speaks_against(nearest: Mapping[str, Near], concept: str, head: Hit | None) -> bool:
    near = nearest.get(concept)
    return near is not None and not near.crossed and near.cost < _WITHOUT_REACH and near.hit != head
