"""What the tests of durability ask of a database."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

TABLES = (
    "sources", "source_paths", "layers", "edits", "reports", "paragraphs", "figures", "facts", "flags", "rejections",
    "containers", "duplicates", "signatures", "decisions", "undecided_facts",
)  # fmt: skip
CHANGING = {
    "sources": {"run"}, "source_paths": {"checked", "modified"}, "rejections": {"run"}, "containers": {"checked", "modified"},
    "paragraphs": {"id"},
}  # fmt: skip
"""Columns that tell of the run and not of the sources."""


def rows_of(db: Path, table: str) -> list[tuple]:
    """The rows of a table, sorted, without what differs from run to run."""
    with closing(sqlite3.connect(f"{db.resolve().as_uri()}?mode=ro", uri=True)) as connection:
        names = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
        kept = ", ".join(name for name in names if name not in CHANGING.get(table, ()))
        return sorted(connection.execute(f"SELECT {kept} FROM {table}").fetchall(), key=repr)


def all_rows(db: Path) -> dict[str, list[tuple]]:
    """The rows of all tables that tell of sources."""
    return {table: rows_of(db, table) for table in TABLES}


def check_whole(db: Path) -> int:
    """Hold a database to what it promises after an accident; how many sources it has."""
    with closing(sqlite3.connect(db)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'signatures'").fetchone():
            return 0
        half = connection.execute(
            "SELECT s.id FROM sources s LEFT JOIN layers l ON l.source = s.id WHERE l.text IS NULL "
            "OR length(l.text) <> s.characters "
            "OR s.edits <> (SELECT count(*) FROM edits e WHERE e.source = s.id) "
            "OR NOT EXISTS (SELECT 1 FROM reports r WHERE r.source = s.id) "
            "OR NOT EXISTS (SELECT 1 FROM source_paths p WHERE p.source = s.id)"
        ).fetchall()
        assert half == []
        off = connection.execute(
            "SELECT f.id FROM facts f JOIN layers l USING (source) WHERE substr(l.text, f.start + 1, f.end - f.start) <> f.number"
        ).fetchall()
        assert off == []
        connection.execute("INSERT INTO paragraph_words (paragraph_words) VALUES ('integrity-check')")
        words = connection.execute("SELECT count(*) FROM paragraph_words_docsize").fetchone()
        assert words == connection.execute("SELECT count(*) FROM paragraphs").fetchone()
        return int(connection.execute("SELECT count(*) FROM sources").fetchone()[0])
