"""What one fact by itself can't be, or hardly: rates over 100%, values no county has, damage, plans for the past."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cache

from pipeline.checks.reporting import plain
from pipeline.checks.words import load_rules, make_flag
from pipeline.model import CleanText, Edit, Fact, Flag, Measure, Report, Status
from pipeline.resources.units import unit_name_zh

_UNREAD = re.compile(
    r"[\d.][?？�□■◆*＊]{1,40}(?=[\d万亿%％])|[?？�□■]{1,40}(?=\d)|(?<=\d)[?？�□■]{1,40}(?=[万亿%％\u4e00-\u9fff])"
)
_WHOLE = Decimal(100)
_REACH = 3
_MENDED = "repaired "


def check_values(
    facts: tuple[Fact, ...], reports: Mapping[int, Report], clean: CleanText, layer: str
) -> Iterator[Flag]:
    """Flags on single facts; ``reports`` by their index, ``layer`` the text that spans of facts count in."""
    repairs = [edit for edit in clean.edits if edit.kind.startswith(_MENDED)]
    for fact in facts:
        yield from _rate(fact, clean)
        yield from _range(fact)
        yield from _plan(fact, reports.get(fact.report))
        yield from _damage(fact, layer, repairs)


@cache
def _may_exceed() -> re.Pattern[str]:
    return re.compile("|".join(re.escape(word) for word in load_rules().rates.may_exceed))


def _rate(fact: Fact, clean: CleanText) -> Iterator[Flag]:
    """Rates over 100% where the words straight before the number don't name one that may be."""
    value = fact.value if fact.value_high is None else fact.value_high
    if fact.unit != "percent" or fact.measure is not Measure.LEVEL or value <= _WHOLE:
        return
    if fact.indicator in load_rules().rates.indicators_that_may:
        return
    at = clean.mapped.find(fact.start)
    if _may_exceed().search(_clause_before(clean.text, at)):
        return
    yield make_flag("rate_over_100", fact.id, (fact.start, fact.end), {"value": plain(value)})


_CLAUSE = re.compile(r"[。；;！？\n]")


def _clause_before(text: str, at: int) -> str:
    """The words from the start of the sentence, or of its part between semicolons, to a place."""
    window = text[max(0, at - 60) : at]
    breaks = list(_CLAUSE.finditer(window))
    return window[breaks[-1].end() :] if breaks else window


def _range(fact: Fact) -> Iterator[Flag]:
    if fact.measure is not Measure.LEVEL:
        return
    bounds = load_rules().ranges.get(fact.indicator)
    low, high = (bounds.low, bounds.high) if bounds is not None else (None, _most_of(fact))
    if high is None or ((low is None or fact.value >= low) and fact.value <= high):
        return
    data = {
        "value": plain(fact.value), "unit": unit_name_zh(fact.unit), "low": plain(low or Decimal(0)),
        "high": plain(high),
    }  # fmt: skip
    yield make_flag("out_of_range", fact.id, (fact.start, fact.end), data)


def _most_of(fact: Fact) -> Decimal | None:
    """The most that a region of the fact's level has of its indicator; None where nothing is laid down."""
    size = load_rules().sizes.get(fact.indicator)
    if size is None or fact.region is None:
        return None
    if fact.region.endswith("0000"):
        return size.province
    return size.prefecture if fact.region.endswith("00") else size.county


def _plan(fact: Fact, report: Report | None) -> Iterator[Flag]:
    """Plans for a time that is over when the report speaks: a plan no more, or the date is wrong."""
    if fact.status is not Status.PLANNED or not fact.period or report is None or report.published is None:
        return
    last = fact.period.split("/")[-1][:4]
    year = report.published[:4]
    if last.isdigit() and year.isdigit() and int(last) < int(year):
        yield make_flag("planned_past", fact.id, (fact.start, fact.end), {"period": fact.period, "year": year})


def _damage(fact: Fact, layer: str, repairs: list[Edit]) -> Iterator[Flag]:
    span = (fact.start, fact.end)
    for edit in repairs:
        if edit.start < fact.end and edit.end > fact.start:
            data = {"before": edit.before, "after": edit.after}
            yield make_flag("mended", fact.id, span, data)
            return
    low = max(0, fact.start - _REACH)
    around = layer[low : fact.end + 1]
    for found in _UNREAD.finditer(around):
        if low + found.end() >= fact.start and low + found.start() <= fact.end:
            yield make_flag("damaged", fact.id, span, {"around": around.strip()})
            return
