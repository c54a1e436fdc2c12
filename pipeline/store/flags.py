"""What the checks found, as rows: written with a source, and anew for regions whose facts have changed."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from pipeline.store.connection import open_reader

if TYPE_CHECKING:
    from pipeline.checks.across import KnownFact
    from pipeline.model import Flag

_VALUE_PLACE = 8
"""Where ``value_exact`` stands in a kept row, which its row number opens."""
_CHANGED = f"json_extract(d.decided, '$.value') <> json_extract(u.fields, '$[{_VALUE_PLACE}]')"
_SETTLED = (
    "EXISTS (SELECT 1 FROM decisions WHERE fact = flags.fact) OR EXISTS (SELECT 1 FROM json_each(others) o "
    "JOIN decisions d ON d.fact = o.value LEFT JOIN undecided_facts u ON u.id = d.fact "
    f"WHERE d.action = 'reject' OR (d.action = 'correct' AND {_CHANGED}))"
)
_CODES = (
    "SELECT json_group_array(code) FROM (SELECT DISTINCT code FROM flags "
    "WHERE fact = facts.id AND severity <> 'note' AND settled = 0 ORDER BY code)"
)


class StoredFlag(NamedTuple):
    """A flag as the database holds it. ``across``: found between sources or years; ``settled``: by a person."""

    fact: str | None
    code: str
    severity: str
    start: int
    end: int
    data: Mapping[str, str]
    others: tuple[str, ...]
    across: bool
    settled: bool


def flag_row(flag: Flag, source: str, number: int, *, across: bool) -> tuple[str | int | None, ...]:
    """A flag as a row of the table ``flags``."""
    return (
        source, int(across), number, flag.fact, flag.code, str(flag.severity), flag.start, flag.end,
        json.dumps(dict(flag.data), ensure_ascii=False), json.dumps(list(flag.others)), 0,
    )  # fmt: skip


def flags_of(db: sqlite3.Connection, fact: str) -> tuple[StoredFlag, ...]:
    """The flags on a fact, the gravest first, and those of other facts that rest on it."""
    rows = db.execute(
        "SELECT fact, code, severity, start, end, data, others, across, settled FROM flags WHERE fact = ? "
        "ORDER BY CASE severity WHEN 'error' THEN 0 WHEN 'warning' THEN 1 ELSE 2 END, code, across, flag",
        (fact,),
    )
    return tuple(_stored(row) for row in rows)


def load_flags(path: Path, fact: str) -> tuple[StoredFlag, ...]:
    """As :func:`flags_of`, of a database by its path. Raises StoreError."""
    db = open_reader(path)
    try:
        return flags_of(db, fact)
    finally:
        db.close()


def _stored(row: Sequence[object]) -> StoredFlag:
    fact, code, severity, start, end, data, others, across, settled = row
    return StoredFlag(
        None if fact is None else str(fact), str(code), str(severity), int(str(start)), int(str(end)),
        json.loads(str(data)), tuple(json.loads(str(others))), bool(across), bool(settled),
    )  # fmt: skip


def refresh_fact_flags(db: sqlite3.Connection, sources: Iterable[str]) -> None:
    """Bring which flags are settled, and the codes of facts, to what the tables hold; in the caller's transaction.

    A flag is settled by a decision on its own fact, and by one that rejected a fact that it rests on or gave it another
    value. Notes are no codes of facts.
    """
    for source in sorted(set(sources)):
        db.execute(
            f"UPDATE flags SET settled = 1 - settled WHERE source = ? AND fact IS NOT NULL AND settled <> ({_SETTLED})",
            (source,),
        )
        db.execute(
            f"UPDATE facts SET flags = ({_CODES}) "
            "WHERE source = ? AND (flags <> '[]' OR EXISTS (SELECT 1 FROM flags WHERE fact = facts.id))",
            (source,),
        )


def check_regions(db: sqlite3.Connection, regions: Iterable[str]) -> int:
    """Hold the facts of regions against one another and write what is found; in the caller's transaction.

    Returns how many facts are flagged.
    """
    return sum(_check_region(db, region) for region in sorted(set(regions)))


def _check_region(db: sqlite3.Connection, region: str) -> int:
    from pipeline.checks.across import check_across  # noqa: PLC0415 - loads the rules

    db.execute("DELETE FROM flags WHERE across = 1 AND fact IN (SELECT id FROM facts WHERE region = ?)", (region,))
    flagged = 0
    for _, rows in groupby(db.execute(_KNOWN, (region,)), itemgetter(_INDICATOR)):
        facts = {row[0]: _known(row) for row in rows}
        flags = [(flag.fact, flag) for flag in check_across(facts.values()) if flag.fact is not None]
        for fact, flag in flags:
            source = facts[fact].source
            (number,) = db.execute(
                "SELECT coalesce(max(flag), -1) + 1 FROM flags WHERE source = ? AND across = 1", (source,)
            ).fetchone()
            db.execute(f"INSERT INTO flags VALUES ({', '.join('?' * 11)})", flag_row(flag, source, number, across=True))
        flagged += len({fact for fact, _ in flags})
    sources = db.execute("SELECT DISTINCT source FROM facts WHERE region = ?", (region,)).fetchall()
    refresh_fact_flags(db, [source for (source,) in sources])
    return flagged


_KNOWN = """
SELECT f.id, f.source, coalesce((SELECT d.original FROM duplicates d WHERE d.source = f.source), f.source),
  f.indicator, f.value_exact, f.value_high_exact, f.measure, f.bound, f.status, f.period, f.level, f.sector, f.region,
  f.number, f.scope, f.start, f.end, f.sentence
FROM facts f WHERE f.region = ? ORDER BY f.indicator, f.source, f.start, f.id
"""
_INDICATOR = 3
"""Where it stands in such a row."""


def _known(row: Sequence[Any]) -> KnownFact:
    from pipeline.checks.across import KnownFact  # noqa: PLC0415

    values = list(row)
    values[4] = Decimal(values[4])
    values[5] = None if values[5] is None else Decimal(values[5])
    return KnownFact(*values)
