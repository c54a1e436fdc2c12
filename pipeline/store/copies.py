"""Copies of the database: made and put back while others read and write, each checked before it is trusted."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from pipeline.errors import StoreError, UsageError
from pipeline.store.connection import BUSY_SECONDS, check_known, open_reader, told

_SIDE_FILES = ("-wal", "-shm", "-journal")


class Copied(NamedTuple):
    """A copy that was made: where, how large, and what is in it. ``kept`` is where what was there before is now."""

    path: Path
    size: int
    sources: int
    facts: int
    kept: Path | None = None


def back_up(db: Path, target: Path, *, replace: bool = False) -> Copied:
    """Copy the database as it is at this moment into one file; others may read and write meanwhile.

    The file appears only when it is whole and has been checked. Raises StoreError, and UsageError where ``target`` is
    there already (unless ``replace``) or can't be written.
    """
    if target.is_dir():
        raise UsageError(f"{target}: is a folder; name a file in it")
    if target.exists() and not replace:
        raise UsageError(f"{target}: is there already; choose another name, or replace it with --replace")
    if target.exists() and target.samefile(db):
        raise UsageError(f"{target}: is the database itself; choose another name for the copy")
    with told(db), closing(open_reader(db, check=False)) as source:
        check_known(source, db)
        return _copy_into_file(source, target)


def restore(copy: Path, db: Path) -> Copied:
    """Put a copy back in the place of the database; who reads meanwhile goes on with what was there before.

    The copy is checked first. What was in its place is kept beside it (``NAME.before-restore.db``, or, where it is
    damaged, ``NAME.damaged.db``). Raises StoreError, UsageError.
    """
    if not copy.exists():
        raise UsageError(f"{copy}: there is no such file; make copies with: countyfacts backup")
    if db.exists() and db.samefile(copy):
        raise UsageError(f"{copy}: is the database itself; name a copy of it")
    with told(copy), closing(open_reader(copy, check=False)) as source:
        check_known(source, copy)
        check_intact(source, copy)
        try:
            db.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UsageError(f"{db.parent}: can't be made: {error.strerror or error}") from error
        kept = _keep(db)
        with told(db), closing(sqlite3.connect(db, timeout=BUSY_SECONDS, isolation_level=None)) as target:
            target.execute(f"PRAGMA busy_timeout = {int(BUSY_SECONDS * 1000)}")
            source.backup(target)
            target.execute("PRAGMA journal_mode = WAL")
            return _counted(target, db)._replace(kept=kept)


def check_intact(db: sqlite3.Connection, path: Path) -> None:
    """Hold the pages and the references of a database to SQLite's own checks. Raises StoreError."""
    problems = [str(row[0]) for row in db.execute("PRAGMA integrity_check(5)") if row[0] != "ok"]
    problems += [f"{row[0]} refers to {row[2]} that isn't there" for row in db.execute("PRAGMA foreign_key_check")][:5]
    if problems:
        raise StoreError(f"{path}: is damaged ({'; '.join(problems)}); take another copy")


def _keep(db: Path) -> Path | None:
    """Set what is in the place of the database aside; where it is damaged, out of the way."""
    if not db.exists() or not db.stat().st_size:
        return None
    try:
        with told(db), closing(open_reader(db, check=False)) as present:
            check_intact(present, db)
            return _copy_into_file(present, _free(db.with_suffix(".before-restore.db"))).path
    except StoreError:
        aside = _free(db.with_suffix(".damaged.db"))
        for ending in ("", *_SIDE_FILES):
            part = Path(f"{db}{ending}")
            if part.exists():
                part.replace(f"{aside}{ending}")
        return aside


def _copy_into_file(source: sqlite3.Connection, target: Path) -> Copied:
    unfinished = target.with_name(f"{target.name}.{os.getpid()}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(unfinished, isolation_level=None)) as copy:
            source.backup(copy)  # in one step: what others write meanwhile is not in it
            copy.execute("PRAGMA journal_mode = DELETE")  # one file, that can be carried away
            check_intact(copy, unfinished)
            counted = _counted(copy, target)
        with unfinished.open("rb+") as file:
            os.fsync(file.fileno())
        unfinished.replace(target)
    except sqlite3.Error as error:
        room = shutil.disk_usage(target.parent).free
        raise UsageError(f"{target}: can't be written: {error} ({room:,} bytes are free there)") from error
    except OSError as error:
        raise UsageError(f"{target}: can't be written: {error.strerror or error}") from error
    finally:
        for ending in ("", *_SIDE_FILES):
            Path(f"{unfinished}{ending}").unlink(missing_ok=True)
    return counted._replace(size=target.stat().st_size)


def _counted(db: sqlite3.Connection, path: Path) -> Copied:
    sources, facts = db.execute("SELECT (SELECT count(*) FROM sources), (SELECT count(*) FROM facts)").fetchone()
    return Copied(path, path.stat().st_size if path.exists() else 0, sources, facts)


def _free(path: Path) -> Path:
    """The path, or the first with a number behind it that nothing is at."""
    number, found = 1, path
    while found.exists():
        number += 1
        found = path.with_name(f"{path.stem}-{number}{path.suffix}")
    return found


def keep_before_migration(db: sqlite3.Connection, path: Path, last: str) -> Path:
    """A copy of a database of an older schema (``last`` is the last migration it has), before it is brought forward.

    Raises UsageError where it can't be written: then the database isn't touched.
    """
    target = path.with_suffix(f".before-{last.partition('_')[0]}.db")
    if target.exists():  # made by one who was stopped, or by another process just now: the same
        return target
    return _copy_into_file(db, target).path
