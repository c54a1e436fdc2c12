"""What a user calls a region or an indicator, found in the database; near names where it isn't."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Sequence

from pipeline.errors import UsageError

_ADCODE = re.compile(r"\d{6}")


def suggestion(word: str, known: Iterable[str], *, count: int = 3) -> str:
    """``did you mean ...? `` for a word that isn't known, empty where nothing is like it."""
    import difflib  # noqa: PLC0415 - only where a name isn't known

    pool = list(dict.fromkeys(known))
    near = difflib.get_close_matches(word, pool, n=count, cutoff=0.5)
    near += [name for name in pool if len(word) > 1 and (word in name or name in word) and name not in near]
    return f"did you mean {' or '.join(near[:count])}? " if near else ""


def resolve_indicators(db: sqlite3.Connection, names: Sequence[str]) -> list[str]:
    """The codes of indicators given by code or Chinese name. Raises UsageError with near names."""
    known: dict[str, str] = dict(db.execute("SELECT code, zh FROM indicators ORDER BY position"))
    by_name = {zh: code for code, zh in known.items()}
    codes: list[str] = []
    for name in names:
        code = name if name in known else by_name.get(name)
        if code is None:
            near = suggestion(name, [*known, *by_name])
            raise UsageError(f"--indicator {name}: no such indicator; {near}all of them: countyfacts indicators")
        codes.append(code)
    return codes


def resolve_regions(db: sqlite3.Connection, names: Sequence[str]) -> list[str]:
    """The adcodes of regions given by adcode, name, full name (福建省福州市晋安区) or name without 省/市/县/区.

    Raises UsageError where nothing, or more than one region, is called so.
    """
    return [_region(db, name) for name in names]


def regions_within(db: sqlite3.Connection, codes: Iterable[str]) -> list[str]:
    """The codes and those of all regions that lie within them."""
    query = "SELECT adcode FROM regions WHERE adcode = ?1 OR province = ?1 OR prefecture = ?1 OR parent = ?1"
    return list(dict.fromkeys(found for code in codes for (found,) in db.execute(query, (code,))))


def peers_of(db: sqlite3.Connection, name: str, within: str = "prefecture") -> list[str]:
    """A region and those of its level under the same prefecture, or (``within`` ``province``) in the same province.

    What has no prefecture above it has its peers in the province, provinces have each other. Raises UsageError.
    """
    (code,) = resolve_regions(db, (name,))
    level, parent, province = db.execute(
        "SELECT level, parent, province FROM regions WHERE adcode = ?", (code,)
    ).fetchone()
    column, above = ("province", province) if within == "province" and level != "province" else ("parent", parent)
    rows = db.execute(f"SELECT adcode FROM regions WHERE level = ? AND {column} IS ? ORDER BY 1", (level, above))
    return [found for (found,) in rows]


def regions_of_level(db: sqlite3.Connection, level: str, among: Iterable[str] | None) -> list[str]:
    """The regions of a level (``province``, ``prefecture``, ``county``), of all or ``among`` those.

    Raises UsageError for a level that is none.
    """
    levels = ("province", "prefecture", "county")
    if level not in levels:
        raise UsageError(f"--region-level {level}: {suggestion(level, levels)}one of: {', '.join(levels)}")
    found = {code for (code,) in db.execute("SELECT adcode FROM regions WHERE level = ?", (level,))}
    return sorted(found if among is None else found.intersection(among))


def _region(db: sqlite3.Connection, name: str) -> str:
    if _ADCODE.fullmatch(name):
        if db.execute("SELECT 1 FROM regions WHERE adcode = ?", (name,)).fetchone():
            return name
        raise UsageError(f"--region {name}: no region has this code")
    found = db.execute("SELECT adcode, full_name FROM regions WHERE name = ? OR full_name = ?", (name, name)).fetchall()
    if not found:
        found = _other_names(db, name)
    if len(found) == 1:
        return str(found[0][0])
    if found:
        choices = ", ".join(f"{full} {adcode}" for adcode, full in found[:6])
        raise UsageError(f"--region {name}: several regions are called so; give the code or the full name: {choices}")
    everything = [full for (full,) in db.execute("SELECT name FROM regions ORDER BY adcode")]
    raise UsageError(
        f"--region {name}: no such region; {suggestion(name, everything)}give a name such as 晋安区 or a six-digit code"
    )


def _other_names(db: sqlite3.Connection, name: str) -> list[tuple[str, str]]:
    """Short forms, chains of names and names of the past: the gazetteer knows them, the database doesn't."""
    from pipeline.places import load_gazetteer  # noqa: PLC0415 - only for names the database doesn't have

    codes = [region.adcode for region in load_gazetteer().find(name)]
    marks = ", ".join("?" * len(codes))
    return db.execute(f"SELECT adcode, full_name FROM regions WHERE adcode IN ({marks})", codes).fetchall()
