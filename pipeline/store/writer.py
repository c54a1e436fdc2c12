"""Writing sources: each whole or not at all."""

from __future__ import annotations

import json
import time
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, NamedTuple, Self

from pipeline.store.connection import open_writer, transaction
from pipeline.store.version import fingerprint, program_version

if TYPE_CHECKING:
    from pipeline.decisions import DecisionFile
    from pipeline.store.rows import SourceRows

PASSING_CODES = frozenset({"unreadable", "failed", "crashed", "too_slow"})
"""Refusals that say nothing about a file's bytes: what was read from it before stays, and it is tried again."""


_WITHIN = "(path > ? AND path < ?)"
"""Whether a path is that of a file in a container; with :func:`_bounds`."""


class FileStamp(NamedTuple):
    """What the file system says of a file, in nanoseconds; ``checked`` is when its bytes were hashed."""

    size: int
    modified: int
    checked: int


class KnownPath(NamedTuple):
    """What the database holds of a path: the source read there, or why it was refused (``code``)."""

    sha256: str
    version: str
    region_told: str | None
    stamp: FileStamp | None
    code: str | None = None
    message: str | None = None
    kind: str | None = None


class KnownMember(NamedTuple):
    """What the database holds of a file in a container: the region told for it, or why it was refused."""

    path: str
    region_told: str | None
    code: str | None = None
    message: str | None = None


class Store:
    """The facts database, open for writing. Use it in a ``with`` block.

    Every method is one transaction, or a part of the one that :meth:`together` opens.
    """

    def __init__(self, path: Path, corrections: Path | None = None, *, ready: bool = True) -> None:
        """Open or make the database and bring its schema and reference tables up to date.

        ``corrections`` is the file of what people decided, to which every source is brought (:meth:`settle`). Where not
        ``ready``, :meth:`get_ready` is to be called before anything is stored. Raises StoreError, and ResourceError
        where there is something wrong with that file.
        """
        self.path = path
        self.version = fingerprint()
        self._corrections = corrections
        self._db = open_writer(path)
        self._run: int | None = None
        self._started = _now(), "[]"
        self._words: dict[int, str] = {}
        """What the search index takes up at the end of the transaction, for SQLite writes it out at each savepoint."""
        try:
            self._decisions = self._decided()
            if ready:
                self.refresh_reference()
        except BaseException:
            self._db.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._db.close()

    def get_ready(self) -> None:
        """As :meth:`refresh_reference`, and load what :meth:`link_duplicates` and :meth:`settle` need."""
        import pipeline.checks.across  # noqa: PLC0415
        import pipeline.store.duplicates  # noqa: F401, PLC0415

        self.refresh_reference()

    def refresh_reference(self) -> None:
        """Bring the reference tables to this program's data, which sources point to."""
        if self._reference_version() == self.version:
            return
        from pipeline.store.reference import refresh_reference  # noqa: PLC0415 - slow, and seldom needed

        with transaction(self._db, self.path):
            refresh_reference(self._db, self.version)

    def start_run(self, paths: Iterable[str]) -> None:
        """An ingest begins. It is noted with the first thing it writes: one with nothing to do leaves no trace."""
        self._run = None
        self._started = _now(), json.dumps(list(paths), ensure_ascii=False)

    def finish_run(self, *, seconds: float, read: int, unchanged: int, refused: int) -> None:
        """Note that the ingest came to its end, and what it did, if it wrote anything."""
        if self._run is None:
            return
        with transaction(self._db, self.path):
            self._db.execute(
                "UPDATE runs SET finished = ?, seconds = ?, read = ?, unchanged = ?, refused = ? WHERE id = ?",
                (_now(), round(seconds, 3), read, unchanged, refused, self._run),
            )

    def link_duplicates(self) -> None:
        """Point the sources that hold one report to each other, if any came or went since that was done."""
        pending = "SELECT 1 FROM unsettled WHERE what = 'duplicates'"
        if not self._db.execute(pending).fetchone():
            return
        from pipeline.store.duplicates import link_duplicates  # noqa: PLC0415 - slow to load, and seldom needed

        with transaction(self._db, self.path):
            link_duplicates(self._db)
            self._db.execute("DELETE FROM unsettled WHERE what = 'duplicates'")

    def settle(self) -> int:
        """Bring all sources to the decisions of people, and hold the regions that changed against themselves anew.

        Those too that an ingest changed which didn't come to its end. Returns how many decisions are of files that
        aren't in the database. Raises ResourceError for a stale one.

        The file is read anew where it has changed: somebody may have decided while an ingest went on.
        """
        from pipeline.store.flags import check_regions  # noqa: PLC0415

        touched: set[str] = set()
        missing: list[int] = []
        with transaction(self._db, self.path):
            self._decisions = self._decided()
            if self._decisions is not None:
                from pipeline.store.decisions import settle_all  # noqa: PLC0415

                touched, missing = settle_all(self._db, self._decisions)
            unsettled = self._db.execute("DELETE FROM unsettled WHERE what <> 'duplicates' RETURNING what").fetchall()
            check_regions(self._db, touched | {region for (region,) in unsettled})
        return len(missing)

    def check_all(self) -> int:
        """Hold the facts of every region against one another anew; how many are flagged by it."""
        from pipeline.store.flags import check_regions  # noqa: PLC0415

        with transaction(self._db, self.path):
            self._db.execute("DELETE FROM flags WHERE across = 1")
            self._db.execute("DELETE FROM unsettled WHERE what <> 'duplicates'")
            rows = self._db.execute("SELECT DISTINCT region FROM facts WHERE region IS NOT NULL").fetchall()
            return check_regions(self._db, [region for (region,) in rows])

    def known(self, path: str) -> KnownPath | None:
        """What the database holds of a path, or None."""
        row = self._db.execute(
            "SELECT s.sha256, s.version, s.region_told, s.kind, p.size, p.modified, p.checked "
            "FROM source_paths p JOIN sources s ON s.id = p.source WHERE p.path = ?",
            (path,),
        ).fetchone()
        if row is not None:
            return KnownPath(row[0], row[1], row[2], FileStamp(*row[4:]), kind=row[3])
        row = self._db.execute(
            "SELECT sha256, version, code, message FROM rejections WHERE path = ?", (path,)
        ).fetchone()
        return None if row is None else KnownPath(row[0] or "", row[1], None, None, row[2], row[3])

    def known_container(self, path: str) -> tuple[FileStamp, list[KnownMember]] | None:
        """When a container was read whole by this version of rules and data, and what is in it; else None."""
        row = self._db.execute(
            "SELECT size, modified, checked FROM containers WHERE path = ? AND version = ?", (path, self.version)
        ).fetchone()
        if row is None:
            return None
        members = self._db.execute(
            "SELECT p.path, s.region_told, NULL, NULL FROM source_paths p JOIN sources s ON s.id = p.source "
            f"WHERE p.path = ? OR {_WITHIN} "
            f"UNION ALL SELECT path, NULL, code, message FROM rejections WHERE path = ? OR {_WITHIN}",
            (*_bounds(path), *_bounds(path)),
        )
        return FileStamp(*row), [KnownMember(*member) for member in members]

    def put_container(self, path: str, stamp: FileStamp | None, members: Collection[str]) -> None:
        """Note that a container was read whole and what is in it now; what was in it before goes.

        Without a stamp it isn't noted as read, so that it is opened again the next time.
        """
        kept = {path, *members}
        with self._writing():
            for table in ("source_paths", "rejections"):
                rows = self._db.execute(
                    f"SELECT path FROM {table} WHERE path = ? OR {_WITHIN}", _bounds(path)
                ).fetchall()
                for (gone,) in rows:
                    if gone not in kept:
                        self._leave(gone, keep=None)
                        self._db.execute("DELETE FROM rejections WHERE path = ?", (gone,))
            self._db.execute("DELETE FROM containers WHERE path = ?", (path,))
            if stamp is not None:
                self._db.execute("INSERT INTO containers VALUES (?, ?, ?, ?, ?)", (path, *stamp, self.version))

    def source_state(self, sha256: str) -> tuple[str, str | None] | None:
        """``(version, region_told)`` of the source with these bytes, or None."""
        row = self._db.execute("SELECT version, region_told FROM sources WHERE sha256 = ?", (sha256,)).fetchone()
        return None if row is None else (row[0], row[1])

    @contextmanager
    def together(self) -> Iterator[None]:
        """What is written inside is one transaction, which costs less than one for each source.

        A source that doesn't fit is left out by itself; where the whole fails, nothing inside was written.
        """
        with self._writing():
            yield

    def put(self, rows: SourceRows, path: str, stamp: FileStamp) -> None:
        """Store a source found at ``path``, in place of what was read there and of an older reading of its bytes."""
        with self._writing():
            paths = []
            if self.source_state(rows.sha256) is not None:
                paths = self._db.execute("SELECT * FROM source_paths WHERE source = ?", (rows.id,)).fetchall()
                self._delete(rows.id)
            self._insert(rows, self._run_number())
            self._db.executemany("INSERT INTO source_paths VALUES (?, ?, ?, ?, ?)", paths)
            self._point(path, rows.id, stamp)

    def put_path(self, path: str, sha256: str, stamp: FileStamp) -> None:
        """Note that a source that is stored already was (also) found at ``path``."""
        with self._writing():
            row = self._db.execute("SELECT id FROM sources WHERE sha256 = ?", (sha256,)).fetchone()
            self._point(path, row[0], stamp)

    def reject(self, path: str, code: str, message: str, sha256: str | None) -> bool:
        """Note why a file was refused; whether that is news. What was read from other bytes at this path goes."""
        row = (path, code, message, sha256, self.version)
        with self._writing():
            if code not in PASSING_CODES:
                self._leave(path, keep=None)
            known = self._db.execute("SELECT * FROM rejections WHERE path = ?", (path,)).fetchone()
            if known is not None and known[:5] == row:
                return False
            self._db.execute("INSERT OR REPLACE INTO rejections VALUES (?, ?, ?, ?, ?, ?)", (*row, self._run_number()))
        return True

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """A transaction that may be the first of its run: where it fails, the run isn't noted either."""
        run, words = self._run, dict(self._words)
        inner = self._db.in_transaction
        try:
            with transaction(self._db, self.path):
                yield
                if not inner:
                    rows = self._words.items()
                    self._db.executemany("INSERT INTO paragraph_words (rowid, words) VALUES (?, ?)", rows)
                    self._words = {}
        except BaseException:
            self._run, self._words = run, words
            raise

    def _run_number(self) -> int:
        """The number of the run under way, which is noted here if it isn't yet; in the caller's transaction.

        Nor is it any more where a copy was put back in the place of the database since.
        """
        started, paths = self._started
        noted = self._db.execute("SELECT started FROM runs WHERE id = ?", (self._run,)).fetchone()
        if self._run is None or noted != (started,):
            row = self._db.execute(
                "INSERT INTO runs (started, program, version, paths) VALUES (?, ?, ?, ?) RETURNING id",
                (started, program_version(), self.version, paths),
            ).fetchone()
            self._run = int(row[0])
        return self._run

    def _reference_version(self) -> str | None:
        """The fingerprint of the data that the reference tables were made from; None in a new database."""
        row = self._db.execute("SELECT value FROM about WHERE name = 'version'").fetchone()
        return None if row is None else str(row[0])

    def _point(self, path: str, source: str, stamp: FileStamp) -> None:
        self._leave(path, keep=source)
        self._db.execute("DELETE FROM rejections WHERE path = ?", (path,))
        self._db.execute(
            "INSERT OR REPLACE INTO source_paths VALUES (?, ?, ?, ?, ?)",
            (path, source, stamp.size, stamp.modified, stamp.checked),
        )

    def _leave(self, path: str, keep: str | None) -> None:
        """Take the path away from the source it led to, and that source too where no other path leads to it."""
        row = self._db.execute("SELECT source FROM source_paths WHERE path = ?", (path,)).fetchone()
        if row is None or row[0] == keep:
            return
        self._db.execute("DELETE FROM source_paths WHERE path = ?", (path,))
        if not self._db.execute("SELECT 1 FROM source_paths WHERE source = ?", (row[0],)).fetchone():
            self._delete(row[0])

    def _delete(self, source: str) -> None:
        from pipeline.store.words import spaced  # noqa: PLC0415

        # The index over the words keeps no text of its own, so it has to be told what to forget.
        self._db.executemany(
            "INSERT INTO paragraph_words (paragraph_words, rowid, words) VALUES ('delete', ?, ?)",
            [
                (number, spaced(text))
                for number, text in self._db.execute("SELECT id, text FROM paragraphs WHERE source = ?", (source,))
                if self._words.pop(number, None) is None
            ],
        )
        self._db.execute("DELETE FROM duplicates WHERE original = ?", (source,))
        self._touch(source)
        for table in (
            "flags", "decisions", "undecided_facts", "facts", "figures", "paragraphs",
            "reports", "edits", "layers", "source_paths", "duplicates", "signatures",
        ):  # fmt: skip
            self._db.execute(f"DELETE FROM {table} WHERE source = ?", (source,))
        self._db.execute("DELETE FROM sources WHERE id = ?", (source,))

    def _insert_source(self, rows: SourceRows, run: int) -> None:
        self._db.execute(
            f"INSERT INTO sources VALUES ({_marks(12)})",
            (
                rows.id, rows.sha256, rows.size, rows.kind, rows.encoding, len(rows.layer), len(rows.edits),
                rows.damage, rows.hints, rows.region_told, self.version, run,
            ),
        )  # fmt: skip

    def _insert(self, rows: SourceRows, run: int) -> None:
        from pipeline.store.rows import FACT_COLUMNS  # noqa: PLC0415 - who has nothing to write needs none of it

        db = self._db
        self._insert_source(rows, run)
        db.execute("INSERT INTO layers VALUES (?, ?)", (rows.id, rows.layer))
        db.executemany(f"INSERT INTO edits VALUES ({_marks(6)})", rows.edits)
        db.executemany(f"INSERT INTO reports VALUES ({_marks(11)})", rows.reports)
        first = db.execute("SELECT coalesce(max(id), 0) + 1 FROM paragraphs").fetchone()[0]
        db.executemany(
            f"INSERT INTO paragraphs VALUES ({_marks(9)})",
            [(first + number, *row) for number, row in enumerate(rows.paragraphs)],
        )
        self._words |= {first + number: words for number, words in enumerate(rows.words)}
        db.executemany(f"INSERT INTO figures VALUES ({_marks(16)})", rows.figures)
        db.executemany(f"INSERT INTO facts VALUES ({_marks(len(FACT_COLUMNS))})", rows.facts)
        db.executemany(f"INSERT INTO flags VALUES ({_marks(11)})", rows.flags)
        db.execute("INSERT INTO signatures VALUES (?, ?)", (rows.id, rows.signature))
        self._decide(rows)
        self._touch(rows.id)

    def _touch(self, source: str) -> None:
        """Note, in the transaction that changes the source, that its regions have to be held against themselves."""
        self._db.execute(
            "INSERT OR IGNORE INTO unsettled SELECT DISTINCT region FROM facts WHERE source = ? AND region IS NOT NULL",
            (source,),
        )
        self._db.execute("INSERT OR IGNORE INTO unsettled VALUES ('duplicates')")

    def _decided(self) -> DecisionFile | None:
        """What people decided, as the file has it now; None where they decided nothing, nor did before."""
        if self._corrections is None:
            return None
        if not self._corrections.exists() and not self._db.execute("SELECT 1 FROM decisions LIMIT 1").fetchone():
            return None
        from pipeline.decisions import load_decisions  # noqa: PLC0415 - slow to load, and most decide nothing

        return load_decisions(self._corrections)

    def _decide(self, rows: SourceRows) -> None:
        """Apply what people decided about these very bytes, so that no reading is ever stored without it."""
        places = self._decisions.by_source.get(rows.sha256, ()) if self._decisions is not None else ()
        if self._decisions is not None and places:
            from pipeline.store.decisions import apply_decisions  # noqa: PLC0415

            apply_decisions(self._db, rows.id, self._decisions, places)


def stamp_of(path: Path) -> FileStamp:
    """What the file system says of a file now. Raises OSError."""
    stat = path.stat()
    return FileStamp(stat.st_size, stat.st_mtime_ns, time.time_ns())


def _bounds(container: str) -> tuple[str, str, str]:
    """The path of a container, and the bounds between which the paths of the files in it lie."""
    return container, f"{container}!/", f"{container}!0"  # 0 is the character behind /


def _marks(count: int) -> str:
    return ", ".join("?" * count)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
