"""What the codes in a database are called, and how its regions hang together."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import NamedTuple

from pipeline.store import Labels, load_labels


class Spot(NamedTuple):
    """A region's level and the codes of its province and prefecture (None where it has none)."""

    level: str
    province: str
    prefecture: str | None


@dataclass(frozen=True, slots=True)
class Names:
    """What the codes in a database are called."""

    regions: dict[str, tuple[str, str, str]]
    """Province, prefecture and county of an adcode; empty where it has none."""
    labels: Labels
    indicators: tuple[str, ...]
    """All indicators in the order of the catalogue."""
    spots: dict[str, Spot]
    kinds: dict[str, str]
    """The kind of every indicator: ``stock``, ``flow`` or ``rate``."""
    zh: dict[str, str]
    """The Chinese name of every indicator."""

    def region(self, adcode: str | None) -> str:
        """The shortest name of a region that still tells it: county with prefecture, prefecture, province."""
        if adcode is None:
            return ""
        province, prefecture, county = self.regions[adcode]
        return f"{prefecture or province}{county}" if county else prefecture or province


def load_names(db: sqlite3.Connection) -> Names:
    """The names that a database carries."""
    rows = db.execute("SELECT adcode, name, level, province, prefecture FROM regions").fetchall()
    name_of = {adcode: name for adcode, name, *_ in rows}
    regions = {
        adcode: (
            name_of[province],
            name_of[prefecture] if prefecture else "",
            name if level == "county" else "",
        )
        for adcode, name, level, province, prefecture in rows
    }
    spots = {adcode: Spot(level, province, prefecture) for adcode, _, level, province, prefecture in rows}
    indicators = db.execute("SELECT code, kind, zh FROM indicators ORDER BY position").fetchall()
    return Names(
        regions, load_labels(db), tuple(code for code, _, _ in indicators), spots,
        {code: kind for code, kind, _ in indicators}, {code: zh for code, _, zh in indicators},
    )  # fmt: skip
