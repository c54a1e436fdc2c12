"""The charts of the pages: what is drawn, and where each mark leads."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from pipeline.web.drawing import Mark, bar, columns, series, strip
from pipeline.web.pages.indicator import IndicatorPage
from pipeline.web.pages.region import Course
from pipeline.web.words import Tongue

_YEARS = 20
"""Columns of the chart of years, the latest ones."""


def years(counted: Sequence[tuple[str, int]], tongue: Tongue) -> Markup:
    """How many facts there are by year."""
    shown = counted[-_YEARS:]
    marks = [Mark(number, tongue.url("/facts", year=year), f"{year}: {number:,}") for year, number in shown]
    return columns(marks, [year for year, _ in shown], title=tongue.plain("facts_by_year"))


def course(drawn: Course, tongue: Tongue) -> Markup:
    """The course of an indicator in a region; each point leads to its sentence."""
    marks = []
    for choice in drawn.points:
        fact = choice.fact
        title = f"{tongue.period(fact.period)}: {tongue.amount(fact)} {tongue.unit(fact)}"
        if fact.status == "planned":
            title += f" ({tongue.word('status', 'planned')})"
        year = float((choice.key.period or "0")[:4])
        marks.append(Mark(float(fact.value), tongue.place(fact), title, year, fact.status == "planned"))
    return series(marks, title=tongue.indicator(drawn.indicator.zh, drawn.indicator.code))


def spread(view: IndicatorPage, tongue: Tongue) -> Markup:
    """How the values of the regions lie; each dot leads to its sentence."""
    marks = []
    for ranked in view.ranked:
        fact = ranked.choice.fact
        title = f"{ranked.region.full_name}: {tongue.amount(fact)} {tongue.unit(fact)}, {tongue.period(fact.period)}"
        marks.append(Mark(float(fact.value), tongue.place(fact), title))
    unit = tongue.word("unit", view.indicator.unit)
    lines = [
        (float(standard.threshold), f"{'≥' if standard.lower else '≤'} {standard.threshold:f} {unit}")
        for standard in view.standards
    ]
    return strip(marks, title=tongue.plain("distribution"), unit=unit, lines=lines)


def bars(view: IndicatorPage) -> list[Markup]:
    """A bar for each row of the ranking, the longest for the largest value of all."""
    largest = max((abs(float(ranked.choice.fact.value)) for ranked in view.ranked), default=0.0) or 1.0
    return [bar(abs(float(ranked.choice.fact.value)) / largest) for ranked in view.shown]
