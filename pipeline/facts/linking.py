"""Figures to indicators: what each is read as, and the fields of the fact."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from decimal import Decimal

from pipeline.facts import attributes as fields
from pipeline.facts.candidates import Candidate
from pipeline.facts.context import read_frames, report_status
from pipeline.facts.dating import Dating
from pipeline.facts.deciding import Decision, decide
from pipeline.facts.lexicon import Hit
from pipeline.facts.lists import each_of
from pipeline.facts.phrases import prose_figures
from pipeline.facts.sentences import Sentence
from pipeline.facts.tabular import TableReader
from pipeline.facts.times import (
    opening_period,
    plan_period,
    spread_periods,
    stated_period,
    title_period,
)
from pipeline.facts.weighing import Reading, read_figures, row_starts
from pipeline.model import Bound, CleanText, Figure, Level, Link, Measure, Period, Report, Status
from pipeline.resources.catalogue import load_catalogue
from pipeline.tables import Span, Table


def link_figures(
    clean: CleanText, reports: Sequence[Report], figures: Sequence[Figure], periods: Sequence[Period],
    titles: Mapping[int, Sequence[Period]], tables: Sequence[Table] = (), places: frozenset[Span] = frozenset(),
) -> tuple[Link, ...]:  # fmt: skip
    """Every figure that measures an indicator of the catalogue, as a link with all fields but the region.

    ``titles`` holds the periods that each report's title names, by the report's index; ``places`` the headings of
    ``tables`` that are nothing but a region. One figure may give several links (入学率、巩固率均为100%). Figures
    without an indicator are in no link.
    """
    frames = read_frames(clean, reports, periods)
    starts = [period.start for period in periods]
    spans = sorted((span[0], span[1], report) for report in reports for span in report.spans)
    span_starts = [span[0] for span in spans]
    held = {
        report.index: (
            report_status(report),
            title_period(titles[report.index]) or opening_period(clean, report, periods, starts),
            stated_period(clean.text, report, periods, starts),
            plan_period(titles[report.index]),
        )
        for report in reports
    }
    paragraph_starts = [paragraph.start for paragraph in clean.paragraphs]

    def surroundings(at: int) -> fields.Surroundings:
        owner = spans[max(0, bisect_right(span_starts, at) - 1)][2]
        paragraph = max(0, bisect_right(paragraph_starts, at) - 1)
        return fields.Surroundings(
            clean.text, clean.paragraphs[paragraph], owner, frames[paragraph], periods, starts, *held[owner.index]
        )  # fmt: skip

    links: list[Link] = []
    for sentence, readings in read_figures(clean, prose_figures(figures, tables)):
        links.extend(_link_sentence(sentence, readings, surroundings(sentence.start)))
    if not tables:
        return tuple(links)
    reader = TableReader(clean, figures, periods, places, surroundings, titles)
    of_tables = [link for table in tables for link in reader.links(table)]
    taken = {link.figure.start for link in of_tables}
    of_tables += [link for link in links if link.figure.start not in taken]
    return tuple(sorted(of_tables, key=lambda link: link.figure.start))


def _link_sentence(sentence: Sentence, readings: Sequence[Reading], around: fields.Surroundings) -> list[Link]:
    links: list[Link] = []
    rows = row_starts(sentence)
    periods = spread_periods(sentence, around)
    passed_on: Level | None = None
    for reading in readings:
        figure = reading.figure
        level: Level | None = None
        for decision in _decided(sentence, reading):
            candidate = decision.candidate
            beside = fields.beside(sentence, figure)
            level = _level(beside, around, candidate, reading.setting.items, passed_on)
            for each in [level] if figure.start in rows else _levels_each(sentence, figure, candidate, level):
                links.append(_make(beside, around, decision, each, periods))
        if reading.ranked:
            passed_on = level
    return links


def _decided(sentence: Sentence, reading: Reading) -> list[Decision]:
    """What a figure is read as: the likeliest candidate, and the further ones of a list that it holds for."""
    decisions = decide(sentence, reading)
    if not decisions:
        return []
    best = decisions[0]
    others = _others_each(sentence, reading.figure, best.candidate, list(reading.ranked))
    found = [best, *(Decision(candidate, best.probability) for candidate in others)]
    return sorted(found, key=lambda d: d.candidate.head.start if d.candidate.head else 0)


def _others_each(sentence: Sentence, figure: Figure, best: Candidate, ranked: list[Candidate]) -> list[Candidate]:
    """Further indicators of a list that one rate holds for (小学入学率、毕业率、升学率保持在100%)."""
    if figure.unit != "percent" or best.head is None:
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
                found.append(candidate._replace(head=hit, score=best.score - 0.2))
                seen.add(candidate.indicator)
                break
    return found


_RATE_NOUNS = frozenset({"enrolment", "retention", "graduation", "promotion", "degree"})


def _level(
    beside: fields.Beside, around: fields.Surroundings, candidate: Candidate, items: tuple[Hit, ...],
    passed_on: Level | None,
) -> Level | None:  # fmt: skip
    listed = [item.tag.level for item in items if item.tag.level]
    if listed:
        return listed[0]
    own = fields.find_level(beside, around, candidate.indicator)
    if candidate.inherited and not any(hit.tag.level for hit in beside.left):
        return passed_on or own
    return own


def _levels_each(sentence: Sentence, figure: Figure, candidate: Candidate, level: Level | None) -> list[Level | None]:
    """One level, or for a rate that holds for each of several levels (小学、幼儿园96%以上) every one of them."""
    indicator = load_catalogue().indicators[candidate.indicator]
    if (indicator.kind != "rate" and indicator.unit != "yuan_per_student") or candidate.measure is not Measure.LEVEL:
        return [level]
    group = each_of(sentence, figure, lambda hit: hit.tag.level is not None)
    levels = list(dict.fromkeys(hit.tag.level for hit in group))
    return list(levels) if len(levels) > 1 and Level.COMPULSORY not in levels else [level]


def _make(
    beside: fields.Beside, around: fields.Surroundings, decision: Decision, level: Level | None,
    periods: dict[int, str],
) -> Link:  # fmt: skip
    sentence, figure, candidate = beside.sentence, beside.figure, decision.candidate
    standing = candidate.measure is Measure.LEVEL and load_catalogue().indicators[candidate.indicator].kind != "flow"
    dating = Dating(sentence, figure, around, standing)
    period = periods.get(figure.start) or dating.period()
    ahead = fields.looks_ahead(sentence, figure, around)
    status = fields.find_status(dating.clause, period, ahead, around, dating.status)
    if dating.before_change:
        # 由6.7%降至1%以内: the first level is the one that was
        status = Status.ACTUAL
    if period is None and status is Status.PLANNED:
        period = around.plan_period
    if status is Status.PLANNED and standing:
        period = _due(period)
    value, high = _value(figure, candidate)
    return Link(
        figure, (sentence.start, sentence.end), candidate.indicator, value, high, candidate.measure,
        figure.bound if high is None else Bound.RANGE,
        status, period, level, fields.find_sector(beside, candidate.indicator), fields.find_scope(beside),
        round(decision.probability, 3), candidate.words,
    )  # fmt: skip


def _due(period: str | None) -> str | None:
    """When a state is to be reached that is planned over a span: at its end."""
    return period.split("/")[-1] if period and "/" in period and not period.endswith("..") else period


def _value(figure: Figure, candidate: Candidate) -> tuple[Decimal, Decimal | None]:
    value = figure.value if figure.value is not None else Decimal(0)
    if candidate.measure is not Measure.LEVEL and figure.sign < 0:
        value = -value
    return value, figure.value_high
