"""What was fetched from which address, so that a second run asks only for what changed and a killed one goes on.

A SQLite file beside the files. Where it is lost, it is made anew from the notes on the files.
"""

from __future__ import annotations

import json
import sqlite3
import time
import zlib
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from pipeline.scraping.storing import Files

STATE = ".state.db"

GOES_ON_FOR = 24 * 3600.0
"""Seconds after its start in which an unfinished run is gone on with; later the same command begins a new one, whose
lists are asked for again."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS runs (
  id INTEGER PRIMARY KEY, key TEXT NOT NULL, started REAL NOT NULL, finished REAL
) STRICT;
CREATE TABLE IF NOT EXISTS pages (
  address TEXT NOT NULL, role TEXT NOT NULL, run INTEGER NOT NULL, final_address TEXT NOT NULL, status INTEGER NOT NULL,
  fetched TEXT NOT NULL, headers TEXT NOT NULL, sha256 TEXT, kept INTEGER NOT NULL, terms TEXT NOT NULL,
  title TEXT, body BLOB, PRIMARY KEY (address, role)
) STRICT, WITHOUT ROWID;
"""


class Known(NamedTuple):
    """What is known of an address from the last time it came whole.

    ``kept``: its bytes are stored under ``sha256``; ``terms`` are the words it was matched with. ``body`` is there for
    lists and robots.txt. ``run`` is the run it came in.
    """

    address: str
    role: str
    run: int
    final_address: str
    status: int
    fetched: str
    headers: dict[str, str]
    sha256: str | None = None
    kept: bool = False
    terms: str = ""
    title: str | None = None
    body: bytes | None = None

    @classmethod
    def bare(
        cls, final_address: str, status: int, *, sha256: str | None = None, terms: str = "", title: str | None = None,
        body: bytes | None = None,
    ) -> Known:  # fmt: skip
        """What just came, before it is said where from and for what; kept where it has a hash."""
        return cls(
            "", "", 0, final_address, status, now_utc(), {}, sha256, sha256 is not None, terms, title, body
        )  # fmt: skip


class State:
    """The state of one folder. ``run`` is the run under way, ``resumed`` whether it was begun before."""

    def __init__(self, folder: Path, key: str) -> None:
        fresh = not (folder / STATE).exists()
        try:
            self._db = _opened(folder / STATE)
        except sqlite3.DatabaseError:  # damaged: it says nothing that the notes don't
            for path in folder.glob(f"{STATE}*"):
                path.unlink()
            self._db, fresh = _opened(folder / STATE), True
        now = time.time()
        open_run = self._db.execute(
            "SELECT id, started FROM runs WHERE key = ? AND finished IS NULL AND started > ? ORDER BY id DESC LIMIT 1",
            (key, now - GOES_ON_FOR),
        ).fetchone()
        self.resumed = open_run is not None
        if open_run is None:
            cursor = self._db.execute("INSERT INTO runs (key, started) VALUES (?, ?)", (key, now))
            open_run = (cursor.lastrowid, now)
        self.run: int = open_run[0]
        if fresh:
            self._adopt(Files(folder), 0.0, 0)
        elif self.resumed:
            self._adopt(Files(folder), open_run[1] - 1, self.run)

    def get(self, address: str, role: str) -> Known | None:
        """What is known of an address in a role."""
        row = self._db.execute("SELECT * FROM pages WHERE address = ? AND role = ?", (address, role)).fetchone()
        if row is None:
            return None
        known = Known(*row)
        body = None if row[-1] is None else zlib.decompress(row[-1])
        return known._replace(headers=json.loads(row[6]), kept=bool(known.kept), body=body)

    def put(self, known: Known) -> None:
        """Note that an address came whole; it is on the disk when this returns."""
        row = known._replace(
            headers=json.dumps(known.headers),  # type: ignore[arg-type] # as it stands in the table
            body=None if known.body is None else zlib.compress(known.body),
        )
        self._db.execute(f"INSERT OR REPLACE INTO pages VALUES ({', '.join('?' * len(row))})", tuple(row))

    def finish(self) -> None:
        """The run went to its end."""
        self._db.execute("UPDATE runs SET finished = ? WHERE id = ?", (time.time(), self.run))

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def _adopt(self, files: Files, since: float, run: int) -> None:
        """Take over files that were stored but not noted here: a kill came between the two, or this file was lost."""
        for note in files.notes(since):
            for address in (note["address"], *note.get("also_at", ())):
                known = self.get(address, note["role"])
                if known is None or (known.run < run and known.sha256 != note["sha256"]):
                    self.put(
                        Known(
                            address, note["role"], run, note["final_address"], note["status"], note["fetched"],
                            note["headers"], note["sha256"], kept=True, title=note.get("title"),
                        )
                    )  # fmt: skip


def _opened(path: Path) -> sqlite3.Connection:
    db = sqlite3.connect(path, isolation_level=None)
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = NORMAL")  # whole after a kill; a loss of power may take the last lines
    db.executescript(_SCHEMA)
    return db


def now_utc() -> str:
    """The time, as notes have it."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
