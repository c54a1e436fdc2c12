"""The page of facts: filters, how many there are of what, and a page of rows."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple

from pipeline.errors import UsageError
from pipeline.store import StoredFact
from pipeline.store.names import resolve_indicators, resolve_regions
from pipeline.store.queries import facts_where
from pipeline.web.counts import YEAR, Counts
from pipeline.web.pages.names import codes_within, marks

ROWS = 50
LARGEST_CSV = 20_000
"""Rows of a CSV file made in the browser; larger ones are made with ``countyfacts facts --format csv``."""

NONE = "none"
"""Stands for facts without a value in a column."""

_COLUMNS = ("indicator", "level", "status", "measure", "year")
_ORDER = " ORDER BY f.indicator, f.region, f.period_start, f.period_end, f.status, f.level, f.rowid"
"""That of the index ``facts_facets``, so that a page of a million facts is read and not sorted out."""


class Wanted(NamedTuple):
    """What to list, as it stands in the address; empty fields take all."""

    region: str = ""
    indicator: str = ""
    level: str = ""
    status: str = ""
    measure: str = ""
    year: str = ""

    def query(self, **changes: str) -> dict[str, str]:
        """The arguments of the address of a list like this one but for ``changes``."""
        return self._replace(**changes)._asdict()


class Listing(NamedTuple):
    """A page of facts. ``facets`` count by value of a column what passes the filters, most frequent first."""

    wanted: Wanted
    facts: list[StoredFact]
    total: int
    page: int
    facets: Mapping[str, list[tuple[str, int]]]
    wrong: str | None = None

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return max(1, -(-self.total // ROWS))


def listing(db: sqlite3.Connection, counts: Counts, wanted: Wanted, page: int) -> Listing:
    """A page of the facts wanted. A name that isn't known lists nothing and says what is wrong."""
    try:
        condition, values = _condition(db, wanted)
    except UsageError as error:
        return Listing(wanted, [], 0, 1, {}, str(error).replace("--", ""))
    facets = _all_facets(counts) if condition == "1" else _facets(db, condition, values)
    total = sum(number for _, number in facets["status"])
    page = min(max(1, page), max(1, -(-total // ROWS)))
    return Listing(wanted, _rows(db, condition, values, ROWS, (page - 1) * ROWS), total, page, facets)


def rows_for_csv(db: sqlite3.Connection, wanted: Wanted) -> list[StoredFact]:
    """The facts wanted, at most ``LARGEST_CSV``. Raises UsageError for a name that isn't known."""
    condition, values = _condition(db, wanted)
    return _rows(db, condition, values, LARGEST_CSV, 0)


def _rows(db: sqlite3.Connection, condition: str, values: list[str], limit: int, offset: int) -> list[StoredFact]:
    # The ids first: so the order comes from an index, and the names are joined for these rows alone.
    found = db.execute(f"SELECT f.rowid FROM facts f WHERE {condition}{_ORDER} LIMIT {limit} OFFSET {offset}", values)
    keys = [key for (key,) in found]
    rows: list[StoredFact] = []
    for start in range(0, len(keys), 500):
        part = keys[start : start + 500]
        rows += facts_where(db, f"f.rowid IN ({marks(part)})", part, order=_ORDER)
    return rows


def _condition(db: sqlite3.Connection, wanted: Wanted) -> tuple[str, list[str]]:
    clauses: list[str] = []
    values: list[str] = []

    def add(column: str, given: list[str]) -> None:
        clauses.append(f"{column} IN ({marks(given)})")
        values.extend(given)

    if wanted.region == NONE:
        clauses.append("f.region IS NULL")
    elif wanted.region:
        add("f.region", codes_within(db, resolve_regions(db, [wanted.region])[0]))
    if wanted.indicator:
        add("f.indicator", resolve_indicators(db, [wanted.indicator]))
    for column, value in (("level", wanted.level), ("status", wanted.status), ("measure", wanted.measure)):
        if value:
            clauses.append(f"f.{column} IS NULL" if value == NONE else f"f.{column} = ?")
            values += [] if value == NONE else [value]
    if wanted.year:
        clauses.append(f"{YEAR} IS NULL" if wanted.year == NONE else f"{YEAR} = ?")
        values += [] if wanted.year == NONE else [wanted.year]
    return " AND ".join(clauses) or "1", values


def _facets(db: sqlite3.Connection, condition: str, values: list[str]) -> dict[str, list[tuple[str, int]]]:
    counters: dict[str, Counter[str]] = {column: Counter() for column in _COLUMNS}
    rows = db.execute(
        f"SELECT f.indicator, f.level, f.status, f.measure, {YEAR}, count(*) FROM facts f WHERE {condition} "
        "GROUP BY 1, 2, 3, 4, 5",
        values,
    )
    for *found, number in rows:
        for column, value in zip(_COLUMNS, found, strict=True):
            counters[column][value or NONE] += number
    return {column: _ordered(column, counter) for column, counter in counters.items()}


def _all_facets(counts: Counts) -> dict[str, list[tuple[str, int]]]:
    found: dict[str, Mapping[str | None, int] | Mapping[str, int]] = {
        "indicator": counts.by_indicator, "level": counts.by_level, "status": counts.by_status,
        "measure": counts.by_measure, "year": counts.by_year,
    }  # fmt: skip
    return {
        column: _ordered(column, Counter({value or NONE: number for value, number in numbers.items()}))
        for column, numbers in found.items()
    }


def _ordered(column: str, counter: Counter[str]) -> list[tuple[str, int]]:
    """Years backwards, everything else by frequency; what isn't known last."""
    if column == "year":
        return sorted(counter.items(), key=lambda item: (item[0] == NONE, _backwards(item[0])))
    return sorted(counter.items(), key=lambda item: (item[0] == NONE, -item[1], item[0]))


def _backwards(year: str) -> int:
    return -int(year) if year.isdigit() else 0
