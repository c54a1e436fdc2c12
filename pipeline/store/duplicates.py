"""Which sources of the database hold one report: kept up at the end of each ingest that wrote something."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence


class _Stored:
    """The signatures in the database, as :class:`pipeline.cleaning.duplicates.Known`: none is kept in memory."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def sharing(self, low: int, high: int) -> Iterator[Sequence[str]]:
        rows = self._db.execute(
            "SELECT json_group_array(source) FROM signatures WHERE signature IS NOT NULL "
            "GROUP BY substr(signature, ?, ?) HAVING count(*) > 1",
            (low + 1, high - low),
        )
        return (json.loads(names) for (names,) in rows)

    def signatures(self, names: Sequence[str]) -> Iterator[bytes]:
        for name in names:
            yield self._db.execute("SELECT signature FROM signatures WHERE source = ?", (name,)).fetchone()[0]


def link_duplicates(db: sqlite3.Connection) -> int:
    """Point near duplicates to one of them; how many are such.

    The original of a group is the source with the smallest id, so that nothing depends on the order of reading. In the
    caller's transaction.
    """
    from pipeline.cleaning.duplicates import groups  # noqa: PLC0415 - slow to load, and only ingest needs it

    pairs = [(other, group[0]) for group in groups(_Stored(db)) for other in group[1:]]
    if pairs != db.execute("SELECT source, original FROM duplicates ORDER BY original, source").fetchall():
        db.execute("DELETE FROM duplicates")
        db.executemany("INSERT INTO duplicates VALUES (?, ?)", pairs)
    return len(pairs)
