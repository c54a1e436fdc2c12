"""The start page: what the database holds, by region, indicator and year; and the lists of all of them."""

from __future__ import annotations

import sqlite3
from collections import Counter
from typing import NamedTuple

from pipeline.web.counts import Counts
from pipeline.web.pages.names import IndicatorName, RegionName, all_regions, indicator_names

TOP = 12
"""Regions and sources that the start page names."""


class Counted(NamedTuple):
    """A region with the facts about itself and about all within it."""

    region: RegionName
    own: int
    within: int
    below: tuple[Counted, ...] = ()


class SourceLine(NamedTuple):
    """A source in a list."""

    id: str
    path: str
    title: str | None
    region: str | None
    region_name: str | None
    published: str | None
    reports: int
    facts: int
    damage: float


class Start(NamedTuple):
    """What the start page shows."""

    counts: Counts
    provinces: list[Counted]
    regions: list[Counted]
    indicators: list[tuple[IndicatorName, int]]
    years: list[tuple[str, int]]
    sources: list[SourceLine]
    refused: int


def start(db: sqlite3.Connection, counts: Counts) -> Start:
    """The start page."""
    tree = region_tree(db, counts)
    flat = [counted for province in tree for counted in _walk(province) if counted.own]
    names = indicator_names(db)
    known = sorted((year, number) for year, number in counts.by_year.items() if year is not None)
    return Start(
        counts,
        provinces=tree,
        regions=sorted(flat, key=lambda counted: (-counted.own, counted.region.adcode))[:TOP],
        indicators=[(names[code], counts.by_indicator[code]) for code in names if code in counts.by_indicator],
        years=known,
        sources=source_lines(db, limit=TOP),
        refused=int(db.execute("SELECT count(*) FROM rejections").fetchone()[0]),
    )


def region_tree(db: sqlite3.Connection, counts: Counts) -> list[Counted]:
    """The provinces that facts are about, with the regions in them."""
    regions = all_regions(db)
    within: Counter[str] = Counter()
    for adcode, number in counts.by_region.items():
        at = adcode
        while at is not None and at in regions:
            within[at] += number
            at = regions[at].parent
    below: dict[str | None, list[RegionName]] = {}
    for code in within:
        below.setdefault(regions[code].parent, []).append(regions[code])

    def counted(region: RegionName) -> Counted:
        inner = sorted(below.get(region.adcode, ()), key=lambda other: other.adcode)
        own = counts.by_region.get(region.adcode, 0)
        return Counted(region, own, within[region.adcode], tuple(counted(other) for other in inner))

    return [counted(region) for region in sorted(below.get(None, ()), key=lambda region: region.adcode)]


def _walk(counted: Counted) -> list[Counted]:
    return [counted, *(inner for other in counted.below for inner in _walk(other))]


def source_lines(db: sqlite3.Connection, *, limit: int, offset: int = 0) -> list[SourceLine]:
    """Sources in the order in which they were read, the last first."""
    keys = [
        key for (key,) in db.execute("SELECT id FROM sources ORDER BY run DESC, id LIMIT ? OFFSET ?", (limit, offset))
    ]
    return [line for key in keys for line in lines_of(db, key)]


def refused_files(db: sqlite3.Connection) -> list[tuple[str, str]]:
    """The files that were refused, each with the reason in words."""
    return [(path, message) for path, message in db.execute("SELECT path, message FROM rejections ORDER BY path")]


def lines_of(db: sqlite3.Connection, source: str) -> list[SourceLine]:
    """A source as a line of a list; it is named by its first report."""
    row = db.execute(
        "SELECT s.id, (SELECT min(path) FROM source_paths p WHERE p.source = s.id), t.title, t.region, t.region_name, "
        "t.published, (SELECT count(*) FROM reports r WHERE r.source = s.id), "
        "(SELECT count(*) FROM facts f WHERE f.source = s.id), s.damage "
        "FROM sources s LEFT JOIN reports t ON t.source = s.id AND t.report = 0 WHERE s.id = ?",
        (source,),
    ).fetchone()
    return [SourceLine(*row)] if row else []
