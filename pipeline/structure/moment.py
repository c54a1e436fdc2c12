"""The moment a report speaks from: what 今年 and 近三年 are counted from."""

from __future__ import annotations

import re
from functools import cache

from pipeline.structure.data import either, structure
from pipeline.structure.dates import Day

_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})(?!\d)\s*年?")
_RANGE = re.compile(r"(?:19|20)\d{2}\s*+(?:年\s*+)?[—–\-~～至到]+\s*(?:19|20)\d{2}")
_FIVE_YEARS = {
    "十二五": 2011, "十三五": 2016, "十四五": 2021, "十五五": 2026,
    "第十二个五年": 2011, "第十三个五年": 2016, "第十四个五年": 2021, "第十五个五年": 2026,
}  # fmt: skip
_TEXT_YEAR = re.compile(r"(?<!\d)(?P<year>20[0-4]\d)年")
_AHEAD_BEFORE = re.compile(r"20\d{2}年?\s?[—–\-~～]\s?$|(?:(?<![年\d])[到至]|力争|计划|拟|将|规划|目标)[^。，；]{0,4}$")
_AHEAD_AFTER = re.compile(r"[底末]?(?:以?前|之前)|[^。；，,]{0,8}(?:力争|将|计划|拟|目标|规划|达到|打算|安排|实现)")


def moment(title: str, published: Day | None, text: str) -> tuple[int | None, int | None]:
    """Year and month a report speaks from.

    A report on a year speaks from its end, or from its publication where that falls into the year; a plan and a
    piece of news speak from their publication. Without a date the title's year counts, else the latest year that
    the text tells of as past.
    """
    named = _title_year(title)
    if named and _looks_back(title):
        year, part = named
        if published and published.year == year and published.month:
            return year, min(published.month, part) if part < 12 else published.month
        if published is None or published.year >= year:
            return year, part
    if published:
        return published.year, published.month or None
    if named:
        return named[0], None
    if _looks_ahead(title) and (first := _planned_from(title)):
        # a plan is made at its beginning; the years in it that nothing calls to come are its own
        return first, None
    return past_year(text), None


def _planned_from(title: str) -> int | None:
    """The first of the years that a plan's title names (“十四五”, 2021—2025年); None where it names none."""
    span = _RANGE.search(title)
    if span:
        return int(span[0][:4])
    return next((first for words, first in _FIVE_YEARS.items() if words in title), None)


@cache
def _backward() -> re.Pattern[str]:
    return re.compile(either(structure().backward))


@cache
def _forward() -> re.Pattern[str]:
    return re.compile(either(structure().forward))


def _looks_back(title: str) -> bool:
    return _backward().search(title) is not None


def _looks_ahead(title: str) -> bool:
    return _forward().search(title) is not None


def _title_year(title: str) -> tuple[int, int] | None:
    """The year a title is about and the month its part of the year ends in; the first of several. None for a range."""
    if _RANGE.search(title):
        return None
    match = _YEAR.search(title)
    if not match or title.startswith("以来", match.end()):
        return None
    rest = title[match.end() : match.end() + 6]
    month = next((month for part, month in structure().parts_of_year.items() if part in rest), 12)
    return int(match[1]), month


def past_year(text: str) -> int | None:
    """The latest year that is named with nothing about it that looks ahead."""
    past = {
        int(match["year"])
        for match in _TEXT_YEAR.finditer(text)
        if not _AHEAD_BEFORE.search(text, max(0, match.start() - 8), match.start())
        and not _AHEAD_AFTER.match(text, match.end())
    }
    return max(past, default=None)
