"""How much there is of everything: counted once, and again only when the database has changed."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

YEAR = "substr(coalesce(f.period_end, f.period_start), 1, 4)"
"""The year a fact counts under: that in which its period ends, or begins where it is open."""

Stamp = tuple[tuple[int, int], ...]


class Counts(NamedTuple):
    """How many facts there are, by region, indicator and year (``None`` where it isn't known), and of what else."""

    sources: int
    reports: int
    figures: int
    facts: int
    by_region: Mapping[str | None, int]
    by_indicator: Mapping[str, int]
    by_year: Mapping[str | None, int]
    by_status: Mapping[str, int]
    by_level: Mapping[str | None, int]
    by_measure: Mapping[str, int]

    @property
    def regions(self) -> int:
        """How many regions facts are about."""
        return len(self.by_region) - (None in self.by_region)


def stamp_of(path: Path) -> Stamp:
    """What changes when anything is written to the database: size and time of its file and of its log."""
    found = []
    for part in (path, path.with_name(f"{path.name}-wal")):
        try:
            stat = part.stat()
        except FileNotFoundError:
            continue
        found.append((stat.st_size, stat.st_mtime_ns))
    return tuple(found)


def count(db: sqlite3.Connection) -> Counts:
    """Count everything in the database; one pass over the facts."""
    facets: dict[str, Counter[str | None]] = {name: Counter() for name in ("year", "status", "level", "measure")}
    # Counted here: SQLite sorts a million rows to group them, which takes half as long again.
    groups = Counter(db.execute(f"SELECT {YEAR}, f.status, f.level, f.measure FROM facts f"))
    for (year, status, level, measure), number in groups.items():
        for name, value in (("year", year), ("status", status), ("level", level), ("measure", measure)):
            facets[name][value] += number
    by_region = _numbers(db, "SELECT region, count(*) FROM facts GROUP BY region")
    by_indicator = _numbers(db, "SELECT indicator, count(*) FROM facts GROUP BY indicator")
    return Counts(
        sources=_one(db, "SELECT count(*) FROM sources"),
        reports=_one(db, "SELECT count(*) FROM reports"),
        # Figures are numbered through in each source: the last number of each tells how many there are.
        figures=_one(
            db,
            "SELECT coalesce(sum((SELECT max(g.figure) + 1 FROM figures g WHERE g.source = s.id)), 0) FROM sources s",
        ),
        facts=sum(by_indicator.values()),
        by_region=by_region,
        by_indicator={str(code): number for code, number in by_indicator.items()},
        by_year=facets["year"],
        by_status={str(word): number for word, number in facets["status"].items()},
        by_level=facets["level"],
        by_measure={str(word): number for word, number in facets["measure"].items()},
    )


def _one(db: sqlite3.Connection, query: str) -> int:
    return int(db.execute(query).fetchone()[0])


def _numbers(db: sqlite3.Connection, query: str) -> dict[str | None, int]:
    return {key: int(number) for key, number in db.execute(query)}
