"""The tables that explain the others: regions, indicators, column descriptions, and what the database is."""

from __future__ import annotations

import csv
import sqlite3
from collections.abc import Iterator

from pipeline.checks import load_rules
from pipeline.places import load_gazetteer
from pipeline.resources import read_text
from pipeline.resources.catalogue import load_catalogue
from pipeline.resources.labels import load_labels
from pipeline.resources.units import load_units, unit_name_zh
from pipeline.store.version import program_version


def read_descriptions() -> list[tuple[str, str, str, str]]:
    """``(table, column, Chinese, English)`` of every table (column ``""``) and column."""
    rows = csv.DictReader(read_text("columns.csv").splitlines())
    return [(row["table"], row["column"], row["zh"], row["en"]) for row in rows]


def refresh_reference(db: sqlite3.Connection, version: str) -> None:
    """Bring the reference tables to this program's data; in the caller's transaction.

    Regions and indicators that facts still point to stay, whatever the new data say.
    """
    db.execute("DELETE FROM descriptions")
    db.executemany("INSERT INTO descriptions VALUES (?, ?, ?, ?)", read_descriptions())
    db.execute("DELETE FROM words")
    words = load_labels().rows() + [("unit", unit.code, unit.zh, unit.code) for unit in load_units().units.values()]
    words += [("flag", code, entry.name.zh, entry.name.en) for code, entry in load_rules().codes.items()]
    db.executemany(
        "INSERT INTO words VALUES (?, ?, ?, ?, ?)",
        [(kind, code, position, zh, en) for position, (kind, code, zh, en) in enumerate(words)],
    )
    db.executemany(
        "INSERT INTO regions VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (adcode) DO UPDATE SET name = excluded.name, "
        "level = excluded.level, parent = excluded.parent, province = excluded.province, "
        "prefecture = excluded.prefecture, full_name = excluded.full_name",
        _regions(),
    )
    _indicators(db)
    about = {
        "what": "Facts out of reports of Chinese counties on their schools, made by Countyfacts",
        "program": program_version(),
        "version": version,
        "columns": "SELECT * FROM descriptions tells what every table and column means",
        "offsets": "start and end count characters (Unicode code points) in the text of the table layers",
        "values": "value is for computing; value_exact keeps every digit as it was written",
    }
    db.execute("DELETE FROM about")
    db.executemany("INSERT INTO about VALUES (?, ?)", about.items())


def _regions() -> Iterator[tuple[str, str, str, str | None, str, str | None, str]]:
    gazetteer = load_gazetteer()
    for region in gazetteer.regions.values():
        path = gazetteer.path(region.adcode)
        above = {step.level: step.adcode for step in path}
        yield (
            region.adcode, region.name, region.level, region.parent, above.get("province", region.adcode),
            above.get("prefecture"), "".join(step.name for step in path),
        )  # fmt: skip


def _indicators(db: sqlite3.Connection) -> None:
    indicators = load_catalogue().indicators.values()
    # Names are unique: move the old ones out of the way first, so that two indicators can swap theirs.
    db.execute("UPDATE indicators SET zh = code")
    db.executemany(
        "INSERT INTO indicators VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (code) DO UPDATE SET "
        "position = excluded.position, zh = excluded.zh, unit = excluded.unit, unit_zh = excluded.unit_zh, "
        "kind = excluded.kind, about = excluded.about",
        [(i.code, n, i.zh, i.unit, unit_name_zh(i.unit), i.kind, i.about) for n, i in enumerate(indicators)],
    )
