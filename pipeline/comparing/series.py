"""Series: the values of a region over the years, through renames and predecessors."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from pipeline.comparing.names import Names
from pipeline.comparing.picking import Choice
from pipeline.comparing.tables import Table, WideColumn, shown_value, wide_heading
from pipeline.places import Former, load_gazetteer
from pipeline.store import StoredFact
from pipeline.store.periods import period_bounds


class Series(NamedTuple):
    """The values of one thing in one region, by year: each year's value picked among its periods."""

    region: str
    column: WideColumn
    status: str
    points: dict[int, StoredFact]


class Event(NamedTuple):
    """Something that happened to a unit: in ``year`` it took the place of units or names of before.

    ``breaks``: it is not the same territory after it, for several units were put together or one was shared out.
    """

    year: int
    text: str
    breaks: bool


def series_of(choices: Iterable[Choice], names: Names) -> list[Series]:
    """The series of at least two years among the values picked, of whole regions.

    A value counts for the year that its period lies in; values of longer spans are in none. Of several periods of one
    year the year itself goes first, then for amounts of a year the longest and for states the latest.
    """
    lines: dict[tuple[str, WideColumn, str], dict[int, list[StoredFact]]] = defaultdict(lambda: defaultdict(list))
    for choice in choices:
        key = choice.key
        start, end = period_bounds(key.period)
        if key.region is None or choice.fact.scope is not None or not start or not end or start[:4] != end[:4]:
            continue
        column = WideColumn(key.indicator, key.level, key.sector, key.measure)
        lines[key.region, column, key.status][int(start[:4])].append(choice.fact)
    found = []
    for (region, column, status), years in lines.items():
        if len(years) > 1:
            flow = names.kinds[column.indicator] == "flow"
            points = {year: min(years[year], key=lambda fact: _order(fact, flow)) for year in sorted(years)}
            found.append(Series(region, column, status, points))
    return found


def _order(fact: StoredFact, flow: bool) -> tuple[object, ...]:
    start, end = period_bounds(fact.period)
    length = int(str(end)[5:7]) - int(str(start)[5:7])
    latest = -int(str(end)[5:7])
    return (len(str(fact.period)) != 4, -length if flow else latest, latest, fact.id)


def history_of(adcode: str, first: int, last: int) -> list[Event]:
    """What happened to a unit between two years, as the gazetteer knows it.

    Facts of what a unit was before are told of today's. A change takes hold in the first year that the list no longer
    has the old unit.
    """
    gazetteer = load_gazetteer()
    by_year: dict[int, list[Former]] = defaultdict(list)
    for unit in gazetteer.came_from(adcode):
        if first <= unit.valid_to and unit.valid_to + 1 <= last:
            by_year[unit.valid_to + 1].append(unit)
    events = []
    for year, units in sorted(by_year.items()):
        before = "、".join(dict.fromkeys(unit.name for unit in units))
        several = len({unit.adcode for unit in units}) > 1
        shared = any(len(unit.successors) > 1 for unit in units)
        events.append(Event(year, f"{year}: {before} → {gazetteer.regions[adcode].name}", several or shared))
    return events


def series_table(series: Sequence[Series], names: Names, lang: str = "zh") -> Table:
    """A row a series, a column a year; what the unit was before, and since when it is not the same territory."""
    years = sorted({year for line in series for year in line.points})
    labels = names.labels
    head = ("province", "prefecture", "county", "region", "indicator", "status", "renamed", "broken")
    rows = []
    for line in series:
        first, last = min(line.points), max(line.points)
        events = history_of(line.region, first, last)
        some = line.points[last]
        rows.append((
            *names.regions[line.region], line.region, wide_heading(line.column, some, names, lang),
            labels.word("status", line.status, lang), "; ".join(event.text for event in events),
            " ".join(str(event.year) for event in events if event.breaks),
            *(shown_value(line.points[year]) if year in line.points else None for year in years),
            " ".join(line.points[year].id for year in sorted(line.points)),
        ))  # fmt: skip
    headings = (
        *(labels.heading(name, lang) for name in head),
        *(str(year) for year in years),
        labels.heading("facts", lang),
    )
    return Table(headings, tuple(rows))
