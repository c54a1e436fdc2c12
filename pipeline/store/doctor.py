"""What is wrong with a database, and mending what can be mended without its sources."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from pipeline.errors import StoreError
from pipeline.store.connection import check_known, open_reader, open_writer, told, transaction
from pipeline.store.words import spaced

_LISTED = 5
_RESTORE = "restore a copy with: countyfacts restore COPY; without one move the file away and ingest anew"
_MEND = "mend it with: countyfacts doctor --mend"


class Finding(NamedTuple):
    """What a check found: ``problem`` is None where all is well, ``told`` what was looked at, ``advice`` what to do.

    ``mendable``: :func:`mend_database` removes the problem.
    """

    check: str
    told: str
    problem: str | None = None
    advice: str | None = None
    mendable: bool = False


def examine(path: Path) -> list[Finding]:
    """All that is checked about a database, in order; after damage to the file itself nothing more can be told."""
    try:
        with told(path), closing(open_reader(path, check=False)) as db:
            applied = check_known(db, path)
            found = [Finding("schema", f"{len(applied)} migrations, the last {applied[-1]}"), _pages(db)]
            if found[-1].problem is None:
                found += [check(db) for check in _CHECKS]
                with told(path), closing(sqlite3.connect(":memory:")) as own:
                    found.append(_search_index(db, own))
            return found
    except StoreError as error:
        return [Finding("database", str(path), str(error))]


def mend_database(path: Path) -> list[str]:
    """Make the search index anew where it is wrong and take out sources that aren't whole, to be read again with the
    next ingest. What was done, in words. Raises StoreError.
    """
    done: list[str] = []
    broken = [finding for finding in examine(path) if finding.mendable]
    if not broken:
        return done
    with closing(open_writer(path)) as db, transaction(db, path):
        sources = sorted({source for finding in _SOURCE_CHECKS for source in _off(db, finding)})
        for source in sources:
            paths = [str(row[0]) for row in db.execute("SELECT path FROM source_paths WHERE source = ?", (source,))]
            _remove(db, source)
            done.append(f"source {source} was taken out; read it again: countyfacts ingest {' '.join(paths)}")
        _index_anew(db)
        done.append("the search index was made anew")
    return done


class _Check(NamedTuple):
    """A check of sources: its name, what is told of it, the query for the sources that fail it, and what they lack."""

    name: str
    told: str
    query: str
    lack: str


_SOURCE_CHECKS = (
    _Check(
        "sources",
        "SELECT count(*) || ' sources' FROM sources",
        "SELECT s.id FROM sources s LEFT JOIN layers l ON l.source = s.id WHERE l.text IS NULL "
        "OR characters(l.text) <> s.characters "
        "OR s.edits <> (SELECT count(*) FROM edits e WHERE e.source = s.id) "
        "OR NOT EXISTS (SELECT 1 FROM reports r WHERE r.source = s.id)",
        "sources are not whole",
    ),
    _Check(
        "paths",
        "SELECT count(*) || ' paths' FROM source_paths",
        "SELECT id FROM sources WHERE id NOT IN (SELECT source FROM source_paths)",
        "sources have no path",
    ),
    _Check(
        "facts",
        "SELECT count(*) || ' facts, each against the text of its source' FROM facts",
        "SELECT DISTINCT f.source FROM facts f JOIN layers l USING (source) "
        "WHERE substr(l.text, f.start + 1, f.end - f.start) <> f.number",
        "sources have facts that don't stand where they say",
    ),
    _Check(
        "figures",
        "SELECT count(*) || ' figures, each against the text of its source' FROM figures",
        "SELECT DISTINCT f.source FROM figures f JOIN layers l USING (source) "
        "WHERE substr(l.text, f.start + 1, f.end - f.start) <> f.number",
        "sources have figures that don't stand where they say",
    ),
)


def _off(db: sqlite3.Connection, check: _Check) -> list[str]:
    db.create_function("characters", 1, len)  # SQLite's length() ends at a NUL
    return [str(row[0]) for row in db.execute(check.query)]


def _examine_sources(check: _Check) -> Callable[[sqlite3.Connection], Finding]:
    def examined(db: sqlite3.Connection) -> Finding:
        what = str(db.execute(check.told).fetchone()[0])
        off = _off(db, check)
        if not off:
            return Finding(check.name, what)
        return Finding(check.name, what, f"{len(off)} {check.lack}: {_some(off)}", _MEND, mendable=True)

    return examined


def _pages(db: sqlite3.Connection) -> Finding:
    size = db.execute("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size").fetchone()[0]
    told_of = f"{size:,} bytes"
    try:
        problems = [str(row[0]) for row in db.execute(f"PRAGMA integrity_check({_LISTED})") if row[0] != "ok"]
    except sqlite3.DatabaseError as error:
        problems = [str(error)]
    if problems:
        return Finding("integrity", told_of, "; ".join(problems), _RESTORE)
    return Finding("integrity", told_of)


def _references(db: sqlite3.Connection) -> Finding:
    rows = db.execute("PRAGMA foreign_key_check").fetchall()
    if rows:
        tables = sorted({f"{row[0]} to {row[2]}" for row in rows})
        return Finding("references", "foreign keys", f"{len(rows)} lead nowhere: {', '.join(tables)}", _RESTORE)
    return Finding("references", "foreign keys")


def _runs(db: sqlite3.Connection) -> Finding:
    """An ingest without an end is no fault: the next goes on."""
    runs, last = db.execute("SELECT count(*), max(id) FROM runs").fetchone()
    row = db.execute("SELECT finished, started FROM runs WHERE id = ?", (last,)).fetchone()
    if row is not None and row[0] is None:
        return Finding(
            "runs", f"{runs} ingests; the last, of {row[1]}, didn't come to its end (the same command goes on)"
        )
    return Finding("runs", f"{runs} ingests")


_CHECKS = (_references, *map(_examine_sources, _SOURCE_CHECKS), _runs)


def _search_index(db: sqlite3.Connection, own: sqlite3.Connection) -> Finding:
    """The words of the index against those of the paragraphs: how often each stands in how many of them."""
    what = f"{db.execute('SELECT count(*) FROM paragraphs').fetchone()[0]} paragraphs in the search index"
    try:
        own.execute("CREATE VIRTUAL TABLE paragraph_words USING fts5 (words, content = '', tokenize = 'unicode61')")
        own.executemany(
            "INSERT INTO paragraph_words (rowid, words) VALUES (?, ?)",
            ((number, spaced(text)) for number, text in db.execute("SELECT id, text FROM paragraphs")),
        )
        same = all(one == two for one, two in _both(_vocabulary(db), _vocabulary(own)))
    except sqlite3.DatabaseError as error:
        return Finding("search", what, f"it can't be read: {error}", _MEND, mendable=True)
    if not same:
        return Finding("search", what, "it doesn't have the words of the paragraphs", _MEND, mendable=True)
    return Finding("search", what)


def _vocabulary(db: sqlite3.Connection) -> Iterator[tuple[object, ...]]:
    db.execute("PRAGMA query_only = 0")  # for a table in memory; the file is open for reading only
    db.execute("CREATE VIRTUAL TABLE temp.word_counts USING fts5vocab ('main', 'paragraph_words', 'row')")
    yield from db.execute("SELECT term, doc, cnt FROM temp.word_counts ORDER BY term")
    db.execute("DROP TABLE temp.word_counts")


def _both(
    one: Iterator[tuple[object, ...]], two: Iterator[tuple[object, ...]]
) -> Iterator[tuple[tuple[object, ...] | None, tuple[object, ...] | None]]:
    from itertools import zip_longest  # noqa: PLC0415

    return zip_longest(one, two)


def _index_anew(db: sqlite3.Connection) -> None:
    db.execute("DROP TABLE IF EXISTS paragraph_words")
    db.execute("CREATE VIRTUAL TABLE paragraph_words USING fts5 (words, content = '', tokenize = 'unicode61')")
    db.executemany(
        "INSERT INTO paragraph_words (rowid, words) VALUES (?, ?)",
        ((number, spaced(text)) for number, text in db.execute("SELECT id, text FROM paragraphs").fetchall()),
    )


def _remove(db: sqlite3.Connection, source: str) -> None:
    """Take a source out with all that is stored of it; the rows of other tables go with it by their references."""
    regions = "SELECT DISTINCT region FROM facts WHERE source = ? AND region IS NOT NULL"
    db.execute(f"INSERT OR IGNORE INTO unsettled {regions}", (source,))
    db.execute("INSERT OR IGNORE INTO unsettled VALUES ('duplicates')")
    db.execute("DELETE FROM duplicates WHERE original = ?", (source,))
    for table in ("facts", "figures", "paragraphs", "reports"):
        db.execute(f"DELETE FROM {table} WHERE source = ?", (source,))
    db.execute("DELETE FROM containers")  # what was read from one may be missing now
    db.execute("DELETE FROM sources WHERE id = ?", (source,))


def _some(names: list[str]) -> str:
    return ", ".join(names[:_LISTED]) + (f" and {len(names) - _LISTED} more" if len(names) > _LISTED else "")
