"""What a figure may be read as: candidates by their cues, and what a list or the figure before passes on."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from pipeline.facts import attributes as fields
from pipeline.facts.candidates import OTHER, Candidate, accepts, candidates, figure_kind, heads_of, near_hits
from pipeline.facts.features import Setting, keys_around
from pipeline.facts.lexicon import Hit
from pipeline.facts.lists import spread
from pipeline.facts.sentences import Sentence, read_sentences
from pipeline.facts.words import context_words
from pipeline.model import CleanText, Figure, Measure
from pipeline.resources.catalogue import load_catalogue

_STANDARD = 3.0
_NORM = ("标准",)
_LISTED = 1.5
_INHERIT = 2.75
_PER_UNKNOWN = 0.11
_PER_BREAK = 0.3
_SAME = 0.5
_OWN_NOUN = 0.8
_PER_SENTENCE = 1.2
_SHARE = 1.7
_MEMORY = 8
_LARGEST_COEFFICIENT = 3
_COUNTS = frozenset({"person", "school", "place", "class", "group", "post", "set", "volume"})


class Reading(NamedTuple):
    """A figure with all it may be read as: its setting, the rules' ranking (OTHER among them), and the candidates."""

    figure: Figure
    setting: Setting
    ranked: tuple[Candidate, ...]
    candidates: tuple[Candidate, ...]


def read_figures(clean: CleanText, figures: Sequence[Figure]) -> Iterator[tuple[Sentence, list[Reading]]]:
    """The sentences that hold a quantity, each with its quantities and what they may be read as."""
    carried: list[Reading] = []
    paragraph = -1
    for sentence in read_sentences(clean, figures):
        if sentence.paragraph != paragraph:
            carried, paragraph = [], sentence.paragraph
        readings = read_sentence(sentence, carried[-_MEMORY:])
        yield sentence, readings
        carried = readings


def read_sentence(sentence: Sentence, carried: Sequence[Reading] = ()) -> list[Reading]:
    """Every quantity of a sentence with its candidates; what the rules make of one is passed on to the next.

    ``carried`` are the readings of the sentence before in the same paragraph.
    """
    spread_hits = _spread_hits(sentence)
    readings: list[Reading] = []
    before = [reading for reading in carried if reading.ranked]
    for figure in _with_row_measures(sentence):
        if figure.value is None:
            continue
        reading = _read_figure(sentence, figure, before, spread_hits.get(figure.start, ()))
        readings.append(reading)
        if reading.ranked:
            before.append(reading)
    return readings


def row_starts(sentence: Sentence) -> frozenset[int]:
    """Where the figures begin that stand in a row with others."""
    return frozenset(figure.start for row in sentence.rows for figure in row)


def _with_row_measures(sentence: Sentence) -> list[Figure]:
    """The figures, with those in a row measured as its first is: 比2021年分别多了612元和1035元."""
    first = {figure.start: row[0] for row in sentence.rows for figure in row[1:]}
    return [
        figure._replace(measure=first[figure.start].measure, sign=first[figure.start].sign)
        if figure.start in first and first[figure.start].measure is not Measure.LEVEL
        else figure
        for figure in sentence.figures
    ]


def _spread_hits(sentence: Sentence) -> dict[int, tuple[Hit, ...]]:
    """For figures in a row after a list (A、B分别为x、y): the items that are theirs, by the figure's start."""
    found: dict[int, tuple[Hit, ...]] = {}
    levels: list[Hit] | None = None
    end = sentence.start
    for row in sentence.rows:
        new = _spread_over(sentence, row, _has_level)
        if new is None and levels and len(levels) == len(row) and not _any_level(sentence, end, row[0].start):
            new = levels  # 小学、初中差异系数分别由0.41、0.37降到0.33、0.29: the second row is dealt as the first
        levels, end = new, row[-1].end
        for items in (new, _spread_over(sentence, row, lambda hit: bool(hit.tag.concepts))):
            if items:
                for figure, item in zip(row, items, strict=True):
                    found[figure.start] = (*found.get(figure.start, ()), item)
    return found


def _spread_over(sentence: Sentence, row: Sequence[Figure], wanted: Callable[[Hit], bool]) -> list[Hit] | None:
    items = spread(sentence, row, wanted)
    return items if items and len({item.word for item in items}) == len(items) else None


def _has_level(hit: Hit) -> bool:
    return hit.tag.level is not None


def _any_level(sentence: Sentence, low: int, high: int) -> bool:
    return any(_has_level(hit) for hit in sentence.hits_between(low, high))


def _measure(sentence: Sentence, figure: Figure, rate: bool) -> Measure:
    if (
        rate
        and figure.measure is Measure.GROWTH
        and context_words().rate_change.search(sentence.text[: figure.start][-8:])
    ):
        return Measure.CHANGE
    return figure.measure


def _read_figure(sentence: Sentence, figure: Figure, before: Sequence[Reading], items: tuple[Hit, ...]) -> Reading:
    nearest = near_hits(sentence, figure)
    found_here = _without_borrowed(sentence, figure, candidates(figure, figure.measure, nearest))
    own = [_as_measured(sentence, figure, c) for c in _listed_first(found_here, items)]
    last = before[-1] if before else None
    gap = _gap(sentence, last.figure if last else None, figure)
    inherited = _inherit(sentence, figure, before, gap)
    if inherited is not None:
        if _speaks_for_itself(sentence, figure, own):
            inherited = inherited._replace(score=inherited.score - _OWN_NOUN)
        own = [c._replace(score=c.score + _SAME) if c.indicator == inherited.indicator else c for c in own]
    share = _share_of(figure, last, gap)
    if share is not None and all(c.indicator != share.indicator for c in own):
        own.append(share)
    norm = _of_a_standard(sentence, figure)
    possible = [c for c in own if _possible(figure, c)]
    found = [c for c in own if c.indicator and (c in possible or _lacks_counter(figure, c))]
    if inherited is not None and inherited.indicator and all(c.indicator != inherited.indicator for c in own):
        measured = _as_measured(sentence, figure, inherited)
        found += [measured] if _possible(figure, measured) or _lacks_counter(figure, measured) else []
    other = nearest.get("other")
    setting = Setting(
        figure,
        keys_around(sentence, figure) if found else (),
        last.ranked[0] if last else None,
        figure_kind(last.figure) if last else None,
        gap.unknown,
        gap.breaks,
        gap.carried,
        inherited,
        norm,
        other.cost if other else math.inf,
        nearest,
        tuple(own),
        items,
    )
    return Reading(figure, setting, tuple(_ranked(figure, possible, inherited, norm)), tuple(found))


def _without_borrowed(sentence: Sentence, figure: Figure, found: list[Candidate]) -> list[Candidate]:
    """The candidates but those of a rate that take a word from before another rate where their head does without it.

    残疾儿童入学率96.15%，学前三年毛入园率92.1%: the second is not of disabled children.
    """
    last = sentence.before(figure)
    if last is None or figure.unit != "percent" or last.unit != "percent":
        return found
    whole = {c.head for c in found if c.indicator and c.reach >= last.end}
    return [c for c in found if c.reach >= last.end or c.head not in whole]


def _listed_first(found: list[Candidate], items: tuple[Hit, ...]) -> list[Candidate]:
    """The candidates, with those ahead whose noun is the figure's own in a list before it (A率、B率分别为x、y)."""
    if not items:
        return found
    concepts = frozenset(concept for item in items for concept in item.tag.concepts)
    return [
        c._replace(score=c.score + _LISTED) if c.indicator and not concepts.isdisjoint(heads_of(c.indicator)) else c
        for c in found
    ]


def _ranked(figure: Figure, own: Sequence[Candidate], inherited: Candidate | None, norm: bool) -> list[Candidate]:
    """The candidates that can be as the rules rank them, OTHER among them."""
    ranked = list(own)
    if inherited is not None and _possible(figure, inherited):
        ranked.append(inherited)
    if norm:
        ranked.append(Candidate(OTHER, _STANDARD, figure.measure, _NORM))
    return sorted(ranked, key=lambda c: (-c.score, c.indicator))


def _lacks_counter(figure: Figure, candidate: Candidate) -> bool:
    """Whether a candidate is put before the model that the rules hold impossible: a count without a counter."""
    catalogue = load_catalogue()
    return candidate.measure is Measure.LEVEL and accepts(catalogue, catalogue.indicators[candidate.indicator], figure)


def _of_a_standard(sentence: Sentence, figure: Figure) -> bool:
    """Whether the figure is a norm that someone sets (标准为0.9人, 2000元的新要求), not a state of the region."""
    left = sentence.text[max(sentence.start, figure.start - 16) : figure.start]
    right = sentence.text[figure.end : min(sentence.end, figure.end + 8)]
    return context_words().norm_before.search(left) is not None or context_words().norm_behind.match(right) is not None


def _speaks_for_itself(sentence: Sentence, figure: Figure, ranked: Sequence[Candidate]) -> bool:
    """Whether a noun of its own stands between the figure and the one before, not just a level: …人，教师2418人."""
    low, high = fields.own_gap(sentence, figure)
    return any(
        c.head is not None and low <= c.head.start and c.head.end <= high and c.head.tag.level is None and c.score > 1.2
        for c in ranked
    )


def _as_measured(sentence: Sentence, figure: Figure, candidate: Candidate) -> Candidate:
    """The candidate with the measure that the figure has for it: 提高5% of a rate is a change, 增长5% a growth."""
    if candidate.indicator == OTHER or candidate.measure is Measure.LEVEL:
        return candidate
    indicator = load_catalogue().indicators[candidate.indicator]
    measure = _measure(sentence, figure, indicator.unit == "percent")
    flow = indicator.kind == "flow" and figure.unit != "percent_point"
    if measure is Measure.CHANGE and flow and not candidate.inherited and not _compared(sentence, figure):
        # 增加4500个学位: the words say the flow itself
        measure = Measure.LEVEL
    return candidate if candidate.measure is measure else candidate._replace(measure=measure)


def _compared(sentence: Sentence, figure: Figure) -> bool:
    """Whether the clause compares with another time: 比上年多6200万元."""
    left = sentence.text[max(sentence.start, figure.start - 20) : figure.start]
    return context_words().comparing.search(left) is not None


def _possible(figure: Figure, candidate: Candidate) -> bool:
    """Whether unit and measure go together with the indicator."""
    if candidate.indicator == OTHER:
        return True
    catalogue = load_catalogue()
    indicator = catalogue.indicators[candidate.indicator]
    if candidate.measure is Measure.GROWTH:
        return figure.unit == "percent"
    if candidate.measure is Measure.CHANGE and figure.unit in ("percent_point", "percent"):
        return indicator.unit == "percent"
    if not accepts(catalogue, indicator, figure) or figure.value is None:
        return False
    if indicator.unit == "coefficient":
        return figure.value < _LARGEST_COEFFICIENT
    if figure_kind(figure) == "bare" and indicator.unit in _COUNTS:
        # a count without a counter is one only as a part of what was said before: (初中39733、小学83671)
        return candidate.inherited and figure.value == figure.value.to_integral_value()
    return True


class _Gap(NamedTuple):
    """What stands between a figure and one that was read before it: letters that tell something new, and breaks."""

    unknown: int
    breaks: float
    carried: bool
    """The one before stands in the sentence before."""


def _gap(sentence: Sentence, previous: Figure | None, figure: Figure) -> _Gap:
    """What stands between two figures; from the beginning of the sentence where none was read before or it is there."""
    low = max(previous.end, sentence.start) if previous else sentence.start
    carried = previous is not None and previous.end <= sentence.start
    return _Gap(_unknown(sentence, low, figure.start), sentence.breaks(low, figure.start), carried)


def _inherit(sentence: Sentence, figure: Figure, before: Sequence[Reading], gap: _Gap) -> Candidate | None:
    """What a figure before passes on where little new stands between them: (初中39733、小学83671).

    ``gap`` is what stands between the figure and the last one.
    """
    growth = figure.measure is not Measure.LEVEL
    kind = figure_kind(figure)
    for reading in reversed(before[-_MEMORY:]):
        previous, best = reading.figure, reading.ranked[0]
        if best.words == _NORM or (best.measure is not Measure.LEVEL and not growth):
            continue
        if not growth and kind != "bare" and figure_kind(previous) != kind:
            continue
        between = gap if reading is before[-1] else _gap(sentence, previous, figure)
        cost = _PER_UNKNOWN * between.unknown + _PER_BREAK * between.breaks
        cost += _PER_SENTENCE if between.carried else 0.0
        score = min(_INHERIT, best.score + 0.6) - cost
        return Candidate(best.indicator, score, figure.measure, best.words, None, True)
    return None


def _share_of(figure: Figure, last: Reading | None, gap: _Gap) -> Candidate | None:
    """The rate of what was counted just before: 大班额59个，占3.2%."""
    if last is None or figure.unit not in ("percent", None) or figure.measure is not Measure.LEVEL:
        return None
    best = last.ranked[0]
    share = load_catalogue().indicators[best.indicator].share if best.indicator else None
    if share is None or best.measure is not Measure.LEVEL:
        return None
    score = _SHARE - _PER_BREAK * gap.breaks - 0.5 * _PER_UNKNOWN * gap.unknown
    return Candidate(share, score, Measure.LEVEL, best.words, None, True)


def _unknown(sentence: Sentence, low: int, high: int) -> int:
    """How many letters between two figures are neither list signs nor words that pass on what was said."""
    unknown = sum(map(str.isalpha, sentence.text[low:high]))
    for hit in sentence.hits_between(low, high):
        tag = hit.tag
        if (tag.neutral or tag.level or tag.sector or tag.scope) and hit.end <= high:
            unknown -= hit.end - hit.start
    for other in sentence.figures_between(low, high):
        if other.end <= high:
            unknown -= other.end - other.start
    return max(0, unknown)
