"""Regions and indicators as pages name them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from typing import NamedTuple


class RegionName(NamedTuple):
    """A region: ``level`` is ``province``, ``prefecture`` or ``county``."""

    adcode: str
    name: str
    full_name: str
    level: str
    parent: str | None


class IndicatorName(NamedTuple):
    """An indicator of the catalogue; ``unit`` is a code, ``kind`` is ``stock``, ``flow`` or ``rate``."""

    code: str
    zh: str
    unit: str
    kind: str
    about: str


_REGION = "SELECT adcode, name, full_name, level, parent FROM regions"


def region_name(db: sqlite3.Connection, adcode: str) -> RegionName | None:
    """A region by its code."""
    row = db.execute(f"{_REGION} WHERE adcode = ?", (adcode,)).fetchone()
    return RegionName(*row) if row else None


def region_path(db: sqlite3.Connection, region: RegionName) -> list[RegionName]:
    """The regions that a region lies in, the largest first."""
    path: list[RegionName] = []
    while region.parent is not None:
        above = region_name(db, region.parent)
        if above is None:
            break
        region = above
        path.insert(0, region)
    return path


def regions_below(db: sqlite3.Connection, adcode: str) -> list[RegionName]:
    """The regions right below a region, by their code."""
    return [RegionName(*row) for row in db.execute(f"{_REGION} WHERE parent = ? ORDER BY adcode", (adcode,))]


def codes_within(db: sqlite3.Connection, adcode: str) -> list[str]:
    """A region and all that lies in it."""
    rows = db.execute(
        "SELECT adcode FROM regions WHERE adcode = ?1 OR province = ?1 OR prefecture = ?1 OR parent = ?1", (adcode,)
    )
    return [code for (code,) in rows]


def all_regions(db: sqlite3.Connection) -> dict[str, RegionName]:
    """Every region by its code."""
    return {row[0]: RegionName(*row) for row in db.execute(f"{_REGION} ORDER BY adcode")}


def indicator_names(db: sqlite3.Connection) -> dict[str, IndicatorName]:
    """Every indicator by its code, in the order of the catalogue."""
    rows = db.execute("SELECT code, zh, unit, kind, about FROM indicators ORDER BY position")
    return {row[0]: IndicatorName(*row) for row in rows}


def marks(values: Iterable[object]) -> str:
    """Question marks for a list of values."""
    return ", ".join("?" for _ in values)
