"""Periods that lists and titles hand on: 2019、2020、2021年分别为x、y、z; a plan's own years."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from pipeline.facts.attributes import Surroundings
from pipeline.facts.context import periods_between
from pipeline.facts.sentences import Sentence
from pipeline.facts.spans import count_of
from pipeline.facts.words import context_words
from pipeline.model import CleanText, Figure, Period, Report

_LEAST_BODY = 60
"""A shorter paragraph is a title or a line about the document, in characters."""
_OPENING = 14
_YEAR = len("2023")
_POINTING = 30
"""Between words that point back to years and the figures that these are dealt to, in characters."""
_JOIN = re.compile(r"[、，,和及与\s]{1,2}")


def spread_periods(sentence: Sentence, around: Surroundings) -> dict[int, str]:
    """For figures in a row after as many years (or after a span of as many years): theirs, by the figure's start."""
    found: dict[int, str] = {}
    for row in sentence.rows:
        named = [p for p in around.named(sentence.start, row[0].start) if p.edtf and not p.compared]
        years = _listed(sentence.text, named, len(row)) or _spanned(sentence.text, named, row, around.report.year)
        years = years or _pointed_at(sentence, around, len(row), row[0].start)
        if years:
            found.update(zip((figure.start for figure in row), years, strict=True))
    return found


def _listed(text: str, named: list[Period], count: int) -> list[str] | None:
    if len(named) < count:
        return None
    last = named[-count:]
    joined = all(_JOIN.fullmatch(text[a.end : b.start]) for a, b in pairwise(last))
    return [p.edtf or "" for p in last] if joined else None


def _pointed_at(sentence: Sentence, around: Surroundings, count: int, start: int) -> list[str] | None:
    """这三个年份分别是x、y、z: the last list of as many years that was named before."""
    match = context_words().these_years.search(sentence.text, max(sentence.start, start - _POINTING), start)
    if match is None or count_of(match["count"]) != count:
        return None
    low = min(low for low, _ in around.report.spans)
    named = [p for p in around.named(low, match.start()) if p.edtf and len(p.edtf) == _YEAR and not p.compared]
    for last in range(len(named), count - 1, -1):
        if years := _listed(sentence.text, named[:last], count):
            return years
    return None


def _spanned(text: str, named: list[Period], row: Sequence[Figure], now: int | None) -> list[str] | None:
    """2021年至2023年…依次为x、y、z: one year each where the span, up to ``now`` if open, has as many as the row."""
    count, start = len(row), row[0].start
    edtf = (named[-1].edtf or "") if named else ""
    dealt = context_words().dealt.search(text, named[-1].end, start) if "/" in edtf else None
    if dealt is None or (dealt[0] == "分别" and not any(char.isdecimal() for char in named[-1].text)):
        return None
    if not any(char.isdecimal() for char in named[-1].text):
        years = list(dict.fromkeys(p.edtf or "" for p in named[:-1] if len(p.edtf or "") == _YEAR))
        if len(years) == count:
            return years
    first, last = edtf.split("/")
    if last == ".." and now is not None:
        last = f"{now:04}"
    if not (re.fullmatch(r"\d{4}", first) and re.fullmatch(r"\d{4}", last)) or int(last) - int(first) + 1 != count:
        return None
    return [f"{year:04}" for year in range(int(first), int(last) + 1)]


def title_period(named: Sequence[Period]) -> str | None:
    """The year that a report's title speaks of first (2022年工作总结和2023年工作打算); None where it names a span."""
    years = [p.edtf for p in named if p.edtf and len(p.edtf) < len("2023-09-01")]
    return years[0] if years and all("/" not in year for year in years) else None


def plan_period(named: Sequence[Period]) -> str | None:
    """The years that a plan's title speaks of (“十四五”规划, 三年行动计划（2024—2026年）); None where it names none."""
    spans = [p.edtf for p in named if p.edtf and "/" in p.edtf and not p.edtf.endswith("..")]
    return spans[-1] if spans else None


def stated_period(text: str, report: Report, periods: Sequence[Period], starts: Sequence[int]) -> str | None:
    """The time at which a report says all its figures hold (数据均取自2023年统计); None where it says none."""
    for low, high in report.spans:
        for match in context_words().all_figures.finditer(text, low, high):
            named = [p for p in periods_between(periods, starts, match.start(), match.end() + 4) if p.edtf]
            if named and not (report.year and (named[0].edtf or "")[:4] > f"{report.year:04}"):
                return named[0].edtf
    return None


def opening_period(clean: CleanText, report: Report, periods: Sequence[Period], starts: Sequence[int]) -> str | None:
    """The year that a titled report's first paragraph opens with (【概况】2017年，…), where the report is of it."""
    if report.year is None or report.title is None or not report.spans:
        return None
    low, high = report.spans[0]
    first = next(
        (p for p in clean.paragraphs if p.start >= low and p.end <= high and p.end - p.start > _LEAST_BODY), None
    )
    if first is None:
        return None
    named = periods_between(periods, starts, first.start, first.start + _OPENING)
    year = next((p.edtf for p in named if p.edtf and not p.compared), None)
    return year if year == f"{report.year:04}" else None
