"""An indicator's page: regions ranked by their latest value, how the values lie, and the national standard."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from pipeline.comparing import Choice, pick_all
from pipeline.store.queries import facts_where
from pipeline.web.counts import YEAR
from pipeline.web.pages.names import IndicatorName, RegionName, all_regions, codes_within, indicator_names, marks

ROWS = 100
LATEST = "latest"
NO_LEVEL = "none"


class Asked(NamedTuple):
    """What an indicator's page is asked for: empty fields stand for the usual. ``year`` is a year or ``latest``."""

    level: str = ""
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
    years: list[tuple[str, int]]
    provinces: list[RegionName]
    region_levels: list[tuple[str, int]]
    ranked: list[Ranked]
    shown: list[Ranked]
    pages: int
    facts: int


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
    levels = _summed(cube, 0)
    level = asked.level if asked.level in dict(levels) else (levels[0][0] if levels else "")
    years = sorted(_summed([row for row in cube if row[0] == level], 1), key=lambda item: item[0], reverse=True)
    year = asked.year if asked.year in dict(years) else LATEST
    choices = _picked(db, base, values, level, year)
    kinds = _summed([(regions[str(choice.key.region)].level, "", 1) for choice in choices], 0)
    kind = asked.region_level if asked.region_level in dict(kinds) else (kinds[0][0] if kinds else "")
    chosen = [choice for choice in choices if regions[str(choice.key.region)].level == kind]
    order = "up" if asked.order == "up" else "down"
    ranked = _ranked(chosen, regions, upwards=order == "up")
    pages = max(1, -(-len(ranked) // ROWS))
    page = min(max(1, asked.page), pages)
    settled = Asked(level, year, status, asked.within if asked.within in regions else "", kind, order, page)
    provinces = [region for region in regions.values() if region.parent is None]
    return IndicatorPage(
        indicator, settled, levels, years, provinces, kinds, ranked, ranked[(page - 1) * ROWS : page * ROWS], pages,
        sum(row[2] for row in cube),
    )  # fmt: skip


def _cube(db: sqlite3.Connection, base: str, values: Sequence[str]) -> list[tuple[str, str, int]]:
    """How many facts there are for each level and year."""
    rows = db.execute(f"SELECT f.level, {YEAR}, count(*) FROM facts f WHERE {base} GROUP BY 1, 2", values)
    return [(level or NO_LEVEL, year or NO_LEVEL, number) for level, year, number in rows]


def _summed(rows: Iterable[tuple[str, str, int]], column: int) -> list[tuple[str, int]]:
    sums: dict[str, int] = {}
    for row in rows:
        key = str(row[column])
        sums[key] = sums.get(key, 0) + row[2]
    return sorted(sums.items(), key=lambda item: (item[0] == NO_LEVEL, -item[1], item[0]))


def _picked(db: sqlite3.Connection, base: str, values: Sequence[str], level: str, year: str) -> list[Choice]:
    """One value a region: that of the year, or of its latest one."""
    condition, more = f"{base} AND f.level {'IS NULL' if level == NO_LEVEL else '= ?'}", list(values)
    if level != NO_LEVEL:
        more.append(level)
    if year == NO_LEVEL:
        condition += f" AND {YEAR} IS NULL"
    elif year != LATEST:
        condition += f" AND {YEAR} = ?"
        more.append(year)
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
    for choice in pick_all(sorted(facts, key=lambda fact: (fact.sector is not None, fact.period or "", fact.id))):
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
