"""The search page: paragraphs with the words, and regions and indicators that are called so."""

from __future__ import annotations

import re
import sqlite3
from typing import NamedTuple

from pipeline.errors import UsageError
from pipeline.store.queries import Found, select_found
from pipeline.web.pages.names import IndicatorName, RegionName, indicator_names, region_name

LIMIT = 50
NAMES = 8
"""Regions and indicators that are offered beside what was found in the texts."""
_AROUND = 90
"""Characters of a long paragraph shown on either side of the first word."""


class Hit(NamedTuple):
    """A paragraph that was found, as an excerpt in pieces; every second piece is one of the words."""

    found: Found
    pieces: tuple[str, ...]
    cut_before: bool
    cut_after: bool


class Finding(NamedTuple):
    """What a search gives; ``wrong`` says why it could not be made."""

    words: str
    hits: list[Hit]
    regions: list[RegionName]
    indicators: list[IndicatorName]
    wrong: str | None = None


def finding(db: sqlite3.Connection, words: str) -> Finding:
    """Search for words."""
    regions, indicators = _regions(db, words), _indicators(db, words)
    try:
        found = select_found(db, words, LIMIT)
    except UsageError:
        return Finding(words, [], [], [], wrong="search_empty")
    return Finding(words, [_hit(one, words) for one in found], regions, indicators)


def _hit(found: Found, words: str) -> Hit:
    pattern = re.compile(f"({'|'.join(re.escape(word) for word in words.split())})", re.IGNORECASE)
    first = pattern.search(found.text)
    at = first.start() if first else 0
    low, high = max(0, at - _AROUND), at + _AROUND
    low = 0 if low < 20 else low
    high = len(found.text) if high > len(found.text) - 20 else high
    return Hit(found, tuple(pattern.split(found.text[low:high])), low > 0, high < len(found.text))


def _regions(db: sqlite3.Connection, words: str) -> list[RegionName]:
    word = words.strip()
    rows = db.execute(
        "SELECT adcode FROM regions WHERE adcode = ?1 OR name = ?1 OR full_name = ?1 OR (length(?1) > 1 AND name >= ?1 "
        "AND name < ?1 || char(0x10ffff)) ORDER BY name <> ?1, adcode LIMIT ?2",
        (word, NAMES),
    ).fetchall()
    return [region for (code,) in rows if (region := region_name(db, code)) is not None]


def _indicators(db: sqlite3.Connection, words: str) -> list[IndicatorName]:
    wanted = words.split()
    names = indicator_names(db).values()
    return [name for name in names if all(word in name.zh or word == name.code for word in wanted)][:NAMES]
