"""A region's page: the latest value of each indicator, its course over time, plans against results, sources."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import NamedTuple

from pipeline.comparing import Choice, pick_all
from pipeline.limits import without_collecting
from pipeline.store import StoredFact
from pipeline.store.periods import period_bounds
from pipeline.store.queries import facts_where
from pipeline.web.counts import Counts
from pipeline.web.pages.names import (
    IndicatorName,
    RegionName,
    indicator_names,
    region_name,
    region_path,
    regions_below,
)
from pipeline.web.pages.start import Counted, SourceLine, lines_of, region_tree

SERIES = 12
"""Courses over time that are drawn, those with most values first."""
SOURCES = 50


class Course(NamedTuple):
    """The values of one indicator for one school level and sector: ``latest`` achieved, and all by year."""

    indicator: IndicatorName
    level: str | None
    sector: str | None
    latest: Choice | None
    points: tuple[Choice, ...]
    """One a year, achieved and planned, in the order of time; spans of several years are none."""


class Promise(NamedTuple):
    """A planned value and the first achieved one for the year it was planned for, or a later one."""

    indicator: IndicatorName
    planned: Choice
    result: Choice | None
    difference: Decimal | None


class RegionPage(NamedTuple):
    """What a region's page shows."""

    region: RegionName
    path: list[RegionName]
    below: tuple[Counted, ...]
    neighbours: list[RegionName]
    facts: int
    parts: int
    """Facts of parts of the region; they stand in no course."""
    courses: list[Course]
    drawn: list[Course]
    promises: list[Promise]
    sources: list[SourceLine]


@without_collecting()
def region_page(db: sqlite3.Connection, counts: Counts, adcode: str) -> RegionPage | None:
    """The page of a region; None where no region has the code."""
    region = region_name(db, adcode)
    if region is None:
        return None
    path = region_path(db, region)
    number, parts = db.execute("SELECT count(*), count(scope) FROM facts WHERE region = ?", (adcode,)).fetchone()
    names = indicator_names(db)
    whole = "f.region = ? AND f.scope IS NULL AND f.measure = 'level'"
    choices = pick_all(facts_where(db, whole, (adcode,), order=" ORDER BY f.indicator, f.source, f.start, f.id"))
    courses = _courses(choices, names)
    several = sorted((course for course in courses if len(course.points) > 1), key=lambda course: -len(course.points))
    return RegionPage(
        region, path, _below(region_tree(db, counts), adcode),
        [other for other in regions_below(db, region.parent) if counts.by_region.get(other.adcode)]
        if region.parent else [],
        facts=number, parts=parts, courses=courses,
        drawn=several[:SERIES], promises=_promises(choices, names), sources=_sources(db, adcode),
    )  # fmt: skip


def _below(tree: Iterable[Counted], adcode: str) -> tuple[Counted, ...]:
    for counted in tree:
        if counted.region.adcode == adcode:
            return counted.below
        if found := _below(counted.below, adcode):
            return found
    return ()


def year_of(fact: StoredFact) -> str | None:
    """The year in which a fact's period ends, or begins where it is open; None where it isn't known."""
    start, end = period_bounds(fact.period)
    known = end or start
    return known[:4] if known else None


def _courses(choices: Iterable[Choice], names: dict[str, IndicatorName]) -> list[Course]:
    groups: dict[tuple[str, str | None, str | None], list[Choice]] = defaultdict(list)
    for choice in choices:
        groups[choice.key.indicator, choice.key.level, choice.key.sector].append(choice)
    place = {code: number for number, code in enumerate(names)}
    courses = [
        Course(names[indicator], level, sector, latest_achieved(group), _points(group))
        for (indicator, level, sector), group in groups.items()
    ]
    return sorted(courses, key=lambda course: (place[course.indicator.code], course.level or "", course.sector or ""))


def latest_achieved(choices: Iterable[Choice]) -> Choice | None:
    """The achieved value of the latest period; one without a period only where there is no other."""
    achieved = [choice for choice in choices if choice.key.status == "actual"]
    return max(achieved, key=lambda choice: period_bounds(choice.key.period)[1] or "", default=None)


def _points(choices: Iterable[Choice]) -> tuple[Choice, ...]:
    """A value for each year and status: the last of the year."""
    by_year: dict[tuple[str, str], Choice] = {}
    for choice in sorted(choices, key=lambda choice: choice.key.period or ""):
        period = choice.key.period
        if period is not None and "/" not in period:
            by_year[period[:4], choice.key.status] = choice
    return tuple(by_year[key] for key in sorted(by_year))


def _promises(choices: Sequence[Choice], names: dict[str, IndicatorName]) -> list[Promise]:
    achieved: dict[tuple[str, str | None, str | None], list[Choice]] = defaultdict(list)
    for choice in choices:
        if choice.key.status == "actual" and year_of(choice.fact):
            achieved[choice.key.indicator, choice.key.level, choice.key.sector].append(choice)
    found: list[Promise] = []
    for choice in choices:
        due = year_of(choice.fact)
        if choice.key.status != "planned" or due is None:
            continue
        result = _result(choice, achieved[choice.key.indicator, choice.key.level, choice.key.sector])
        difference = result.fact.value - choice.fact.value if result else None
        found.append(Promise(names[choice.key.indicator], choice, result, difference))
    place = {code: number for number, code in enumerate(names)}
    return sorted(found, key=lambda promise: (place[promise.indicator.code], year_of(promise.planned.fact) or ""))


def _result(planned: Choice, achieved: Iterable[Choice]) -> Choice | None:
    """What was achieved by the time that was planned for. A sum over years is held against one over the same years
    alone; a count or share also against a later one.
    """
    same = [choice for choice in achieved if choice.key.period == planned.key.period]
    if same or (planned.key.period or "").count("/"):
        return same[0] if same else None
    due = year_of(planned.fact) or ""
    later = [
        choice for choice in achieved if "/" not in (choice.key.period or "/") and (year_of(choice.fact) or "") >= due
    ]
    return min(later, key=lambda choice: choice.key.period or "", default=None)


def _sources(db: sqlite3.Connection, adcode: str) -> list[SourceLine]:
    rows = db.execute(
        "SELECT source, count(*) FROM facts WHERE region = ? GROUP BY source ORDER BY 2 DESC, 1 LIMIT ?",
        (adcode, SOURCES),
    ).fetchall()
    return [line._replace(facts=number) for key, number in rows for line in lines_of(db, key)]
