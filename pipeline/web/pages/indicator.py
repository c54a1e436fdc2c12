"""An indicator's page: regions ranked by their latest value, how the values lie, and the national standard."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from pipeline.comparing import Choice, pick_all
from pipeline.resources.comparison import Standard, standards_of
from pipeline.store.queries import facts_where
from pipeline.web.counts import YEAR
from pipeline.web.pages.names import IndicatorName, RegionName, all_regions, codes_within, indicator_names, marks

ROWS = 100
LATEST = "latest"
NOT_TOLD = "none"


class Asked(NamedTuple):
    """What an indicator's page is asked for; empty fields stand for the usual. ``year`` is a year or ``latest``.

    ``level``, ``sector`` and ``year`` may be ``none``: values of which it isn't told.
    """

    level: str = ""
    sector: str = ""
    year: str = ""
    status: str = ""
    within: str = ""
    region_level: str = ""
    order: str = ""
    page: int = 1

    def query(self, **changes: object) -> dict[str, object]:
        """The arguments of the address of a page like this one but for ``changes``."""
        return {**self._asdict(), "page": None, **changes}


class Ranked(NamedTuple):
    """A region's place; equal values share one."""

    rank: int
    region: RegionName
    choice: Choice


class IndicatorPage(NamedTuple):
    """What an indicator's page shows. ``ranked`` has all, ``shown`` those of this page."""

    indicator: IndicatorName
    asked: Asked
    levels: list[tuple[str, int]]
    sectors: list[tuple[str, int]]
    years: list[tuple[str, int]]
    provinces: list[RegionName]
    region_levels: list[tuple[str, int]]
    ranked: list[Ranked]
    shown: list[Ranked]
    pages: int
    standards: list[Standard]


def indicator_page(db: sqlite3.Connection, code: str, asked: Asked) -> IndicatorPage | None:
    """The page of an indicator; None where there is no such one."""
    indicator = indicator_names(db).get(code)
    if indicator is None:
        return None
    status = asked.status if asked.status in ("actual", "planned") else "actual"
    base = "f.indicator = ? AND f.measure = 'level' AND f.status = ? AND f.scope IS NULL AND f.region IS NOT NULL"
    values: list[str] = [code, status]
    regions = all_regions(db)
    if asked.within in regions:
        codes = codes_within(db, asked.within)
        base += f" AND f.region IN ({marks(codes)})"
        values += codes
    cube = _cube(db, base, values)
    sectors = _summed((row.sector, row.facts) for row in cube)
    most = max(sectors, key=lambda item: item[1], default=(NOT_TOLD, 0))[0]
    sector = asked.sector if asked.sector in dict(sectors) else most
    levels = _summed((row.level, row.facts) for row in cube if row.sector == sector)
    level = asked.level if asked.level in dict(levels) else (levels[0][0] if levels else NOT_TOLD)
    found = _summed((row.year, row.facts) for row in cube if (row.sector, row.level) == (sector, level))
    years = sorted(found, key=lambda item: item[0] if item[0] != NOT_TOLD else "", reverse=True)
    year = asked.year if asked.year in dict(years) else LATEST
    choices = _picked(db, base, values, {"level": level, "sector": sector, "year": year})
    kinds = _summed((regions[str(choice.key.region)].level, 1) for choice in choices)
    kind = asked.region_level if asked.region_level in dict(kinds) else (kinds[0][0] if kinds else "")
    chosen = [choice for choice in choices if regions[str(choice.key.region)].level == kind]
    order = "up" if asked.order == "up" else "down"
    ranked = _ranked(chosen, regions, upwards=order == "up")
    pages = max(1, -(-len(ranked) // ROWS))
    page = min(max(1, asked.page), pages)
    settled = Asked(level, sector, year, status, asked.within if asked.within in regions else "", kind, order, page)
    provinces = [region for region in regions.values() if region.parent is None]
    return IndicatorPage(
        indicator, settled, levels, sectors, years, provinces, kinds, ranked,
        ranked[(page - 1) * ROWS : page * ROWS], pages, _standards(code, level, year),
    )  # fmt: skip


class _Group(NamedTuple):
    level: str
    sector: str
    year: str
    facts: int


def _cube(db: sqlite3.Connection, base: str, values: Sequence[str]) -> list[_Group]:
    """How many facts there are for each level, sector and year."""
    rows = db.execute(f"SELECT f.level, f.sector, {YEAR}, count(*) FROM facts f WHERE {base} GROUP BY 1, 2, 3", values)
    return [
        _Group(level or NOT_TOLD, sector or NOT_TOLD, year or NOT_TOLD, number) for level, sector, year, number in rows
    ]


def _summed(numbers: Iterable[tuple[str, int]]) -> list[tuple[str, int]]:
    """Numbers added up by name, the largest first; what isn't told last."""
    sums: Counter[str] = Counter()
    for name, number in numbers:
        sums[name] += number
    return sorted(sums.items(), key=lambda item: (item[0] == NOT_TOLD, -item[1], item[0]))


def _standards(code: str, level: str, year: str) -> list[Standard]:
    """The standards for an indicator at a level: those that hold in the year, or today's."""
    asked = int(year) if year.isdigit() else None
    return [standard for standard in standards_of(code, level) if standard.holds(asked)]


def _picked(db: sqlite3.Connection, base: str, values: Sequence[str], told: dict[str, str]) -> list[Choice]:
    """One value a region: that of the year, or of its latest one."""
    condition, more = base, list(values)
    for column, value in (("f.level", told["level"]), ("f.sector", told["sector"]), (YEAR, told["year"])):
        if value == NOT_TOLD:
            condition += f" AND {column} IS NULL"
        elif value != LATEST:
            condition += f" AND {column} = ?"
            more.append(value)
    last = f"SELECT f.region, max(coalesce(f.period_end, '')) FROM facts f WHERE {condition} GROUP BY f.region"
    keys = [
        key
        for (key,) in db.execute(
            f"WITH last (region, day) AS ({last}) SELECT f.rowid FROM facts f JOIN last ON last.region = f.region AND "
            f"last.day = coalesce(f.period_end, '') WHERE {condition}",
            [*more, *more],
        )
    ]
    facts = []
    for start in range(0, len(keys), 500):
        part = keys[start : start + 500]
        facts += list(facts_where(db, f"f.rowid IN ({marks(part)})", part, order=""))
    best: dict[str, Choice] = {}
    for choice in pick_all(sorted(facts, key=lambda fact: (fact.period or "", fact.id))):
        best.setdefault(str(choice.key.region), choice)
    return list(best.values())


def _ranked(choices: Iterable[Choice], regions: dict[str, RegionName], *, upwards: bool) -> list[Ranked]:
    sign = 1 if upwards else -1
    ordered = sorted(choices, key=lambda choice: (sign * choice.fact.value, str(choice.key.region)))
    found: list[Ranked] = []
    for place, choice in enumerate(ordered, 1):
        same = found and found[-1].choice.fact.value == choice.fact.value
        found.append(Ranked(found[-1].rank if same else place, regions[str(choice.key.region)], choice))
    return found
