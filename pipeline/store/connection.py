"""Opening the facts database: for writing (one writer at a time, others wait) and for reading only.

Nothing here needs sqlite-utils, which takes a third of a second to import: it is loaded only when a database is made
or brought forward.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.errors import StoreError

MIGRATION_SET = "countyfacts"
KNOWN_MIGRATIONS = (
    "m001_first_schema",
    "m002_duplicates",
    "m003_containers",
    "m004_flags_and_decisions",
    "m005_facets",
    "m006_unsettled",
    "m007_checks_compared",
    "m008_signatures_packed",
)
"""The migrations of :mod:`pipeline.store.migrations`, by name; a test holds the two together."""

APPLICATION_ID = 0x43464143  # "CFAC": so that `file` and we can tell our databases from others
BUSY_SECONDS = 60.0
"""How long a writer waits for another one before it gives up."""

_CACHE_KIB = 64 * 1024
_CHECKPOINT_PAGES = 16_000
"""Of four kibibytes. Each source touches pages all over the indexes, so that they are kept at hand, and those written
several times go to the file once: a quarter less time for writing into 300 MB."""


def open_reader(path: Path, *, check: bool = True, snapshot: bool = True) -> sqlite3.Connection:
    """A connection that can only read, by the connection itself and not by looking at queries.

    All that is read over it is of one moment, whatever is written meanwhile; without ``snapshot`` every query sees what
    is newest (for connections that are kept: :func:`one_moment` holds several queries together). Raises StoreError
    where there is no database, or it isn't one of ours that this program knows.
    """
    if not path.exists():
        raise StoreError(
            f"{path}: there is no such database. Make it with: countyfacts ingest PATH... --db {path} (or: make ingest)"
        )
    with told(path):
        db = _connect_reader(path)
        db.execute("PRAGMA query_only = 1")
        db.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)  # an attached file would be open for writing
        db.execute("PRAGMA temp_store = MEMORY")
        if check:
            _check_schema(db, path)
        if snapshot:
            db.execute("BEGIN")
    return db


@contextmanager
def one_moment(db: sqlite3.Connection) -> Iterator[None]:
    """All that is read inside is of one moment, over a connection of :func:`open_reader` without ``snapshot``."""
    db.execute("BEGIN")
    try:
        yield
    finally:
        if db.in_transaction:
            db.execute("ROLLBACK")


def open_writer(path: Path) -> sqlite3.Connection:
    """A connection for writing, with the schema brought to this program's. The directory is made where it is missing.

    Transactions are the caller's (``isolation_level`` None). Raises StoreError.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"{path.parent}: the directory can't be made: {_reason(error)}") from error
    if not path.exists() and not os.access(path.parent, os.W_OK):
        raise StoreError(
            f"{path.parent}: the directory can't be written to; name another with --db, or change its rights"
        )
    if path.is_dir():
        raise StoreError(f"{path}: is a directory; name a file with --db")
    with told(path):
        db = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
        try:
            if _names(db) != KNOWN_MIGRATIONS:
                _migrate(db, path)
            db.execute("PRAGMA synchronous = NORMAL")
            db.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
            db.execute(f"PRAGMA wal_autocheckpoint = {_CHECKPOINT_PAGES}")
            db.execute("PRAGMA foreign_keys = ON")
            db.execute("PRAGMA recursive_triggers = ON")
        except BaseException:
            db.close()
            raise
    return db


@contextmanager
def transaction(db: sqlite3.Connection, path: Path) -> Iterator[None]:
    """Everything inside is written, or nothing; a second writer waits its turn. Raises StoreError.

    Within another transaction it is a part of that one, which alone can be undone.
    """
    inner = db.in_transaction
    with told(path):
        db.execute("SAVEPOINT part" if inner else "BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            if db.in_transaction:
                db.execute("ROLLBACK TO part" if inner else "ROLLBACK")
            raise
        db.execute("RELEASE part" if inner else "COMMIT")


def _connect_reader(path: Path) -> sqlite3.Connection:
    uri = path.resolve().as_uri()
    try:
        db = sqlite3.connect(f"{uri}?mode=ro", uri=True, timeout=BUSY_SECONDS, isolation_level=None)
        db.execute("SELECT count(*) FROM sqlite_master")
    except sqlite3.OperationalError:
        # A database in WAL mode wants to put a file beside itself even to be read. Where the directory doesn't allow
        # that nobody can be writing either, and the file is safely read as it is.
        if os.access(path.parent, os.W_OK) or not os.access(path, os.R_OK) or Path(f"{path}-wal").exists():
            raise
        db = sqlite3.connect(f"{uri}?mode=ro&immutable=1", uri=True, isolation_level=None)
        db.execute("SELECT count(*) FROM sqlite_master")
    return db


def _names(db: sqlite3.Connection) -> tuple[str, ...]:
    """The migrations the database has been through; empty for a new file."""
    if not db.execute("SELECT 1 FROM sqlite_master WHERE name = '_sqlite_migrations'").fetchone():
        return ()
    rows = db.execute("SELECT name FROM _sqlite_migrations WHERE migration_set = ? ORDER BY id", (MIGRATION_SET,))
    return tuple(name for (name,) in rows)


def check_known(db: sqlite3.Connection, path: Path) -> tuple[str, ...]:
    """The migrations a database has been through. Raises StoreError where it isn't ours, or of a newer program."""
    applied = _names(db)
    if not applied:
        raise StoreError(
            f"{path}: is a SQLite database, but not one of Countyfacts; name another with --db, or make one with: "
            "countyfacts ingest PATH..."
        )
    _refuse_newer(applied, path)
    return applied


def _check_schema(db: sqlite3.Connection, path: Path) -> None:
    applied = check_known(db, path)
    if applied != KNOWN_MIGRATIONS:
        raise StoreError(
            f"{path}: was written by an older version of Countyfacts; bring it up to date by ingesting into it once: "
            f"countyfacts ingest PATH... --db {path}"
        )


def _refuse_newer(applied: tuple[str, ...], path: Path) -> None:
    if unknown := [name for name in applied if name not in KNOWN_MIGRATIONS]:
        raise StoreError(
            f"{path}: was written by a newer version of Countyfacts (its schema has {unknown[0]}); "
            "update Countyfacts, or name another database with --db"
        )


def _migrate(db: sqlite3.Connection, path: Path) -> None:
    """Bring a new or older database to this program's schema, whole or not at all; another process may do the same."""
    applied = _check_ours(db, path)
    from sqlite_utils import Database  # noqa: PLC0415 - slow to import, and seldom needed

    from pipeline.store.migrations import migrations  # noqa: PLC0415

    if applied:
        from pipeline.store.copies import keep_before_migration  # noqa: PLC0415 - it needs this module

        keep_before_migration(db, path, KNOWN_MIGRATIONS[len(applied) - 1])
    _use_log(db)
    with transaction(db, path):  # the other waits here, and finds nothing left to do
        db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        migrations.apply(Database(db, recursive_triggers=False))
    if _names(db) != KNOWN_MIGRATIONS:
        raise StoreError(f"{path}: the schema could not be brought up to date; make the database anew")


def _check_ours(db: sqlite3.Connection, path: Path) -> tuple[str, ...]:
    """The migrations of a database that is ours, or empty. Raises StoreError.

    It is looked at in one transaction, for another process may be making it.
    """
    db.execute("BEGIN")
    try:
        applied = _names(db)
        _refuse_newer(applied, path)
        theirs = "SELECT 1 FROM sqlite_master WHERE name NOT LIKE '%sqlite_%'"  # our list of migrations comes first
        if not applied and db.execute(theirs).fetchone():
            raise StoreError(f"{path}: is a database of another program; name another file with --db")
        return applied
    finally:
        db.execute("COMMIT")


def _use_log(db: sqlite3.Connection) -> None:
    """Write ahead into a log, so that nobody who reads waits for one who writes. SQLite itself doesn't wait here."""
    for attempt in range(200):
        try:
            db.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if attempt == 199 or "locked" not in str(error):
                raise
            time.sleep(0.05)


@contextmanager
def told(path: Path) -> Iterator[None]:
    """Turn what SQLite says about the database at ``path`` into a StoreError with what to do."""
    try:
        yield
    except sqlite3.IntegrityError:
        raise  # a source that doesn't fit the schema: its own fault, not the database's
    except sqlite3.OperationalError as error:
        if "no such" in str(error) or "syntax" in str(error):
            raise
        raise StoreError(f"{path}: {_advice(error, path)}") from error
    except sqlite3.DatabaseError as error:
        raise StoreError(f"{path}: {_advice(error, path)}") from error
    except PermissionError as error:
        raise StoreError(f"{path}: can't be read: {_reason(error)}") from error


def _advice(error: sqlite3.Error, path: Path) -> str:
    text = str(error)
    if "not a database" in text or "malformed" in text or "encrypted" in text:
        return (
            f"is not a SQLite database, or is damaged ({text}); move it away and ingest anew, or name another with --db"
        )
    if "locked" in text or "busy" in text:
        return f"another program has been writing to it for {BUSY_SECONDS:.0f} seconds; try again when it has finished"
    if "readonly" in text or "read-only" in text:
        return "can't be written to; change its rights, or name another database with --db"
    if "unable to open" in text:
        return "can't be opened; check that the file and its directory may be read and written"
    if "full" in text or "disk I/O" in text:
        what = (
            "the disk is full" if "full" in text else f"the disk can't be written ({text}): it may be full or failing"
        )
        return f"{what}; make room and run the same command again: it goes on where it stopped"
    return f"SQLite says: {text}"


def _reason(error: OSError) -> str:
    return error.strerror or str(error)
