"""Which sources of the database hold one report: kept up at the end of each ingest that wrote something."""

from __future__ import annotations

import json
import sqlite3


def link_duplicates(db: sqlite3.Connection) -> int:
    """Give every source its signature and point near duplicates to one of them; how many are such.

    The original of a group is the source with the smallest id, so that nothing depends on the order of reading. In the
    caller's transaction.
    """
    from pipeline.cleaning.duplicates import groups, signature  # noqa: PLC0415 - slow to load, and only ingest needs it

    missing = [key for (key,) in db.execute("SELECT id FROM sources EXCEPT SELECT source FROM signatures ORDER BY 1")]
    for key in missing:
        rows = db.execute("SELECT text FROM paragraphs WHERE source = ? ORDER BY paragraph", (key,))
        told = signature("\n".join(text for (text,) in rows))
        db.execute("INSERT INTO signatures VALUES (?, ?)", (key, json.dumps(told)))
    known = {
        key: tuple(values)
        for key, text in db.execute("SELECT source, signature FROM signatures ORDER BY source")
        if (values := json.loads(text)) is not None
    }
    pairs = [(other, group[0]) for group in groups(known) for other in group[1:]]
    if pairs != db.execute("SELECT source, original FROM duplicates ORDER BY original, source").fetchall():
        db.execute("DELETE FROM duplicates")
        db.executemany("INSERT INTO duplicates VALUES (?, ?)", pairs)
    return len(pairs)
