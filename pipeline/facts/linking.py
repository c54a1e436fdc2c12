"""Figures to indicators: candidates by their cues, what a list passes on, and the fields of the fact."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from pipeline.facts import attributes as fields
from pipeline.facts.candidates import OTHER, Candidate, accepts, candidates, figure_kind
from pipeline.facts.context import read_frames, report_status
from pipeline.facts.lexicon import Hit
from pipeline.facts.lists import each_of, figure_rows, spread
from pipeline.facts.sentences import Sentence, read_sentences
from pipeline.facts.times import plan_period, spread_periods, stated_period, title_period
from pipeline.facts.words import context_words
from pipeline.model import Bound, CleanText, Figure, Level, Link, Measure, Period, Report, Status
from pipeline.resources.catalogue import load_catalogue

_STANDARD = 3.0
_NORM = ("标准",)
_THRESHOLD = 0.8
_INHERIT = 2.75
_PER_UNKNOWN = 0.11
_PER_BREAK = 0.3
_SAME = 0.5
_OWN_NOUN = 0.8
_MEMORY = 8
_LARGEST_COEFFICIENT = 3
_COUNTS = frozenset({"person", "school", "place", "class", "group", "post", "set", "volume"})


@dataclass(frozen=True, slots=True)
class _Choice:
    """What a figure was read as: the candidate chosen (OTHER for none) and the level it passes on."""

    figure: Figure
    candidate: Candidate
    level: Level | None = None
    period: str | None = None


def link_figures(
    clean: CleanText, reports: Sequence[Report], figures: Sequence[Figure], periods: Sequence[Period],
    titles: Mapping[int, Sequence[Period]],
) -> tuple[Link, ...]:  # fmt: skip
    """Every figure that measures an indicator of the catalogue, as a link with all fields but the region.

    ``titles`` holds the periods that each report's title names, by the report's index. One figure may give several
    links (入学率、巩固率均为100%). Figures without an indicator are in no link.
    """
    frames = read_frames(clean, reports, periods)
    starts = [period.start for period in periods]
    spans = sorted((span[0], span[1], report) for report in reports for span in report.spans)
    span_starts = [span[0] for span in spans]
    stated = {report.index: stated_period(clean.text, report, periods, starts) for report in reports}
    links: list[Link] = []
    for sentence in read_sentences(clean, figures):
        owner = spans[max(0, bisect_right(span_starts, sentence.start) - 1)][2]
        around = fields.Surroundings(
            clean.text, clean.paragraphs[sentence.paragraph], owner, frames[sentence.paragraph], periods, starts,
            report_status(owner), title_period(titles[owner.index]), stated[owner.index],
            plan_period(titles[owner.index]),
        )  # fmt: skip
        links.extend(_link_sentence(sentence, around))
    return tuple(links)


def _link_sentence(sentence: Sentence, around: fields.Surroundings) -> list[Link]:
    spread_hits = _spread_hits(sentence)
    choices: list[_Choice] = []
    links: list[Link] = []
    rows = _row_starts(sentence)
    periods = spread_periods(sentence, around)
    for figure in _with_row_measures(sentence):
        if figure.value is None:
            continue
        found = _choose(sentence, figure, choices, spread_hits.get(figure.start, ()))
        level: Level | None = None
        for candidate in found:
            if candidate.indicator == OTHER or candidate.score < _THRESHOLD:
                continue
            level = _level(sentence, figure, around, candidate, spread_hits.get(figure.start, ()), choices)
            for each in [level] if figure.start in rows else _levels_each(sentence, figure, candidate, level):
                links.append(_make(sentence, figure, around, candidate, each, periods))
        if found:
            choices.append(_Choice(figure, found[0], level))
    return links


def _row_starts(sentence: Sentence) -> frozenset[int]:
    return frozenset(figure.start for row in figure_rows(sentence) for figure in row)


def _with_row_measures(sentence: Sentence) -> list[Figure]:
    """The figures, with those in a row measured as its first is: 比2021年分别多了612元和1035元."""
    first = {figure.start: row[0] for row in figure_rows(sentence) for figure in row[1:]}
    return [
        replace(figure, measure=first[figure.start].measure, sign=first[figure.start].sign)
        if figure.start in first and first[figure.start].measure is not Measure.LEVEL
        else figure
        for figure in sentence.figures
    ]


def _spread_hits(sentence: Sentence) -> dict[int, tuple[Hit, ...]]:
    """For figures in a row after a list (A、B分别为x、y): the items that are theirs, by the figure's start."""
    found: dict[int, tuple[Hit, ...]] = {}
    for row in figure_rows(sentence):
        for wanted in (lambda hit: hit.tag.level is not None, lambda hit: bool(hit.tag.concepts)):
            items = spread(sentence, row, wanted)
            if items and len({item.word for item in items}) == len(items):
                for figure, item in zip(row, items, strict=True):
                    found[figure.start] = (*found.get(figure.start, ()), item)
    return found


def _measure(sentence: Sentence, figure: Figure, rate: bool) -> Measure:
    if (
        rate
        and figure.measure is Measure.GROWTH
        and context_words().rate_change.search(sentence.text[: figure.start][-8:])
    ):
        return Measure.CHANGE
    return figure.measure


def _choose(sentence: Sentence, figure: Figure, choices: list[_Choice], items: tuple[Hit, ...]) -> list[Candidate]:
    """The indicators a figure measures, the best reading first; empty where nothing speaks of any."""
    catalogue = load_catalogue()
    ranked = candidates(sentence, figure, figure.measure)
    concepts = frozenset(concept for item in items for concept in item.tag.concepts)
    if concepts:
        ranked = [
            replace(c, score=c.score + 1.5)
            if c.indicator and any(cue[0] in concepts for cue in catalogue.indicators[c.indicator].cues)
            else c
            for c in ranked
        ]
    inherited = _inherit(sentence, figure, choices)
    if inherited is not None:
        if _speaks_for_itself(sentence, figure, ranked):
            inherited = replace(inherited, score=inherited.score - _OWN_NOUN)
        ranked = [replace(c, score=c.score + _SAME) if c.indicator == inherited.indicator else c for c in ranked] + [
            inherited
        ]
    ranked = [c for c in (_as_measured(sentence, figure, c) for c in ranked) if _possible(figure, c)]
    if _of_a_standard(sentence, figure):
        ranked.append(Candidate(OTHER, _STANDARD, figure.measure, _NORM))
    if not ranked:
        return []
    ranked.sort(key=lambda c: (-c.score, c.indicator))
    best = ranked[0]
    found = [best, *_others_each(sentence, figure, best, ranked)]
    return sorted(found, key=lambda c: c.head.start if c.head else 0)


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
    if candidate.indicator == OTHER:
        return candidate
    indicator = load_catalogue().indicators[candidate.indicator]
    measure = _measure(sentence, figure, indicator.unit == "percent")
    if (
        measure is Measure.CHANGE
        and indicator.kind == "flow"
        and not candidate.inherited
        and figure.unit != "percent_point"
    ):
        # 增加4500个学位: the words say the flow itself
        measure = Measure.LEVEL
    return replace(candidate, measure=measure)


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


def _inherit(sentence: Sentence, figure: Figure, choices: list[_Choice]) -> Candidate | None:
    """What the figure before passes on where little new stands between them: (初中39733、小学83671)."""
    growth = figure.measure is not Measure.LEVEL
    for choice in reversed(choices[-_MEMORY:]):
        previous = choice.figure
        if choice.candidate.words == _NORM:
            continue
        if choice.candidate.measure is not Measure.LEVEL and not growth:
            continue
        if not growth and figure_kind(previous) != figure_kind(figure) and figure_kind(figure) != "bare":
            continue
        unknown = _unknown(sentence, previous.end, figure.start)
        cost = _PER_UNKNOWN * unknown + _PER_BREAK * sentence.breaks(previous.end, figure.start)
        score = min(_INHERIT, choice.candidate.score + 0.6) - cost
        return Candidate(choice.candidate.indicator, score, figure.measure, choice.candidate.words, None, True)
    return None


def _unknown(sentence: Sentence, low: int, high: int) -> int:
    """How many letters between two figures are neither list signs nor words that pass on what was said."""
    covered = 0
    for hit in sentence.hits_between(low, high):
        tag = hit.tag
        if hit.end > high:
            continue
        if tag.neutral or tag.level or tag.sector or tag.scope:
            covered += hit.end - hit.start
    for other in sentence.figures:
        if low <= other.start and other.end <= high:
            covered += other.end - other.start
    letters = sum(char.isalpha() for char in sentence.text[low:high])
    return max(0, letters - covered)


def _others_each(sentence: Sentence, figure: Figure, best: Candidate, ranked: list[Candidate]) -> list[Candidate]:
    """Further indicators of a list that one rate holds for (小学入学率、毕业率、升学率保持在100%)."""
    if best.indicator == OTHER or figure.unit != "percent" or best.head is None:
        return []
    group = each_of(sentence, figure, lambda hit: any(c in _RATE_NOUNS for c in hit.tag.concepts))
    if len(group) < 2 or best.head not in group:
        return []
    found, seen = [], {best.indicator}
    catalogue = load_catalogue()
    for hit in group:
        for candidate in ranked:
            if candidate.indicator in seen or not candidate.indicator:
                continue
            if any(cue[0] in hit.tag.concepts for cue in catalogue.indicators[candidate.indicator].cues):
                found.append(replace(candidate, head=hit, score=best.score - 0.2))
                seen.add(candidate.indicator)
                break
    return found


_RATE_NOUNS = frozenset({"enrolment", "retention", "graduation", "promotion", "degree"})


def _level(
    sentence: Sentence, figure: Figure, around: fields.Surroundings, candidate: Candidate,
    items: tuple[Hit, ...], choices: list[_Choice],
) -> Level | None:  # fmt: skip
    listed = [item.tag.level for item in items if item.tag.level]
    if listed:
        return listed[0]
    low, high = fields.own_gap(sentence, figure)
    if (
        candidate.inherited
        and choices
        and not any(h.tag.level for h in sentence.hits_between(low, high) if h.end <= high)
    ):
        own = fields.find_level(sentence, figure, around, candidate.indicator)
        return choices[-1].level or own
    return fields.find_level(sentence, figure, around, candidate.indicator)


def _levels_each(sentence: Sentence, figure: Figure, candidate: Candidate, level: Level | None) -> list[Level | None]:
    """One level, or for a rate that holds for each of several levels (小学、幼儿园96%以上) every one of them."""
    indicator = load_catalogue().indicators[candidate.indicator]
    if (indicator.kind != "rate" and indicator.unit != "yuan_per_student") or candidate.measure is not Measure.LEVEL:
        return [level]
    group = each_of(sentence, figure, lambda hit: hit.tag.level is not None)
    levels = list(dict.fromkeys(hit.tag.level for hit in group))
    return list(levels) if len(levels) > 1 and Level.COMPULSORY not in levels else [level]


def _make(
    sentence: Sentence, figure: Figure, around: fields.Surroundings, candidate: Candidate, level: Level | None,
    periods: dict[int, str],
) -> Link:  # fmt: skip
    period = periods.get(figure.start) or fields.find_period(sentence, figure, around)
    ahead = fields.looks_ahead(sentence, figure, around)
    status = fields.find_status(sentence, figure, period, ahead, around)
    if period is None and status is Status.PLANNED:
        period = around.plan_period
    value, high = _value(figure, candidate)
    return Link(
        figure, (sentence.start, sentence.end), candidate.indicator, value, high, candidate.measure,
        figure.bound if high is None else Bound.RANGE,
        status, period, level, fields.find_sector(sentence, figure), fields.find_scope(sentence, figure),
        round(1 / (1 + math.exp(-1.6 * (candidate.score - 1.1))), 3), candidate.words,
    )  # fmt: skip


def _value(figure: Figure, candidate: Candidate) -> tuple[Decimal, Decimal | None]:
    value = figure.value if figure.value is not None else Decimal(0)
    if candidate.measure is not Measure.LEVEL and figure.sign < 0:
        value = -value
    return value, figure.value_high
