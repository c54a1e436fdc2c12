"""Reading facts back: filters, one fact with its surroundings, search, and SQL of the user's own."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from pipeline.errors import UsageError
from pipeline.store.connection import open_reader
from pipeline.store.flags import StoredFlag, flags_of
from pipeline.store.names import (
    peers_of,
    regions_of_level,
    regions_within,
    resolve_indicators,
    resolve_regions,
    suggestion,
)
from pipeline.store.periods import period_bounds
from pipeline.store.stored import ORDER, StoredFact, Value, select


class Filters(NamedTuple):
    """What to take of the facts; an empty field takes all. Values of one field are alternatives, fields narrow.

    ``regions`` are names or adcodes and take in all that lies within them; ``none`` stands for facts whose region
    can't be told. ``peers``: a region and those of its level in the same prefecture, or in the same province where
    ``peers_within`` says so. ``region_level``: regions of that level only. ``indicators`` are codes or Chinese names.
    ``period`` takes facts whose period lies within it. ``whole``: no facts of parts of a region.
    """

    regions: tuple[str, ...] = ()
    indicators: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()
    periods: tuple[str, ...] = ()
    status: str | None = None
    measure: str | None = None
    min_confidence: float | None = None
    limit: int | None = None
    peers: tuple[str, ...] = ()
    peers_within: str = "prefecture"
    region_level: str | None = None
    whole: bool = False
    flagged: bool = False
    """Only facts that a check doubts."""


class Found(NamedTuple):
    """A paragraph that has the words searched for."""

    path: str
    report: int | None
    title: str | None
    region_name: str | None
    paragraph: int
    text: str
    facts: int
    source: str = ""
    start: int = 0
    """Where the paragraph begins in the text layer of the source."""


class Shown(NamedTuple):
    """A fact with what stands around it: the text layer of its source and where the number is in the file."""

    fact: StoredFact
    paths: tuple[str, ...]
    layer: str
    indicator_about: str
    unit_zh: str
    duplicates: tuple[str, ...] = ()
    """Where other sources stand that hold the same report."""
    repairs: tuple[tuple[str, str], ...] = ()
    """What cleaning repaired inside the number: what stood there, and what is read."""
    hints: Mapping[str, str] = MappingProxyType({})
    """What is known of the source besides its text: where and when it was fetched (``Source.hints``)."""
    flags: tuple[StoredFlag, ...] = ()
    """What the checks found about the fact, notes too."""
    decision: tuple[str, str, str, str] | None = None
    """What a person decided about it: action, who, when, why."""
    publisher: str | None = None
    sha256: str = ""


def facts(path: Path, filters: Filters) -> list[StoredFact]:
    """The facts that pass the filters, by region, indicator and period.

    Raises StoreError, and UsageError for a name that is not known (with the nearest known ones).
    """
    db = open_reader(path)
    try:
        return list(select_facts(db, filters))
    finally:
        db.close()


def select_facts(db: sqlite3.Connection, filters: Filters) -> Iterator[StoredFact]:
    """The facts that pass the filters, one by one, from an open connection. Raises UsageError."""
    where, values = _where(db, filters)
    limit = "" if filters.limit is None else f" LIMIT {int(filters.limit)}"
    return select(db, where + ORDER + limit, values)


def facts_where(
    db: sqlite3.Connection, condition: str, values: Sequence[Value], *, order: str = ORDER
) -> Iterator[StoredFact]:
    """The facts that a condition of the program's own on the table ``facts`` (``f``) holds for, one by one.

    ``condition`` and ``order`` are SQL and never a user's; ``values`` are what its question marks stand for.
    """
    return select(db, f" WHERE {condition}{order}", values)


def show(path: Path, fact_id: str) -> Shown:
    """One fact by its id or the first digits of it. Raises StoreError, UsageError where none or several begin so."""
    db = open_reader(path)
    try:
        wanted = fact_id.strip().lower()
        found = list(select(db, "WHERE f.id >= ? AND f.id < ? LIMIT 3", (wanted, wanted + "g")))
        if not wanted or not found:
            raise UsageError(f"there is no fact {fact_id!r} in {path}; list ids with: countyfacts facts")
        if len(found) > 1:
            raise UsageError(f"several facts begin with {fact_id!r}; give more of its digits")
        fact = found[0]
        paths = db.execute("SELECT path FROM source_paths WHERE source = ? ORDER BY path", (fact.source,)).fetchall()
        (layer,) = db.execute("SELECT text FROM layers WHERE source = ?", (fact.source,)).fetchone()
        hints, sha256 = db.execute("SELECT hints, sha256 FROM sources WHERE id = ?", (fact.source,)).fetchone()
        (publisher,) = db.execute(
            "SELECT publisher FROM reports WHERE source = ? AND report = ?", (fact.source, fact.report)
        ).fetchone()
        decision = db.execute(
            "SELECT action, made_by, made, reason FROM decisions WHERE fact = ? ORDER BY decision DESC", (fact.id,)
        ).fetchone()
        about, unit = db.execute("SELECT about, unit_zh FROM indicators WHERE code = ?", (fact.indicator,)).fetchone()
        repairs = db.execute(
            "SELECT start, end, after FROM edits WHERE source = ? AND kind LIKE 'repaired %' AND start < ? AND end > ? "
            "ORDER BY start",
            (fact.source, fact.end, fact.start),
        )
        return Shown(
            fact, tuple(found for (found,) in paths), layer, about, unit, _duplicate_paths(db, fact),
            tuple((layer[start:end], after) for start, end, after in repairs), json.loads(hints),
            flags_of(db, fact.id), decision, publisher, sha256,
        )  # fmt: skip
    finally:
        db.close()


def _duplicate_paths(db: sqlite3.Connection, fact: StoredFact) -> tuple[str, ...]:
    rows = db.execute(
        "SELECT path FROM source_paths WHERE source <> ? AND (source = ? OR source IN "
        "(SELECT source FROM duplicates WHERE original = ?)) ORDER BY path",
        (fact.source, fact.original, fact.original),
    )
    return tuple(path for (path,) in rows)


def search(path: Path, words: str, *, limit: int = 20) -> list[Found]:
    """The paragraphs that have all the words, best first. Raises StoreError, UsageError."""
    db = open_reader(path)
    try:
        return select_found(db, words, limit)
    finally:
        db.close()


def select_found(db: sqlite3.Connection, words: str, limit: int) -> list[Found]:
    """As :func:`search`, from an open connection. Raises UsageError."""
    from pipeline.store.words import match_expression  # noqa: PLC0415 - the others need no patterns

    rows = db.execute(
        "SELECT (SELECT min(path) FROM source_paths s WHERE s.source = p.source), p.report, t.title, "
        "t.region_name, p.paragraph, p.text, "
        "(SELECT count(*) FROM facts f WHERE f.source = p.source AND f.start >= p.start AND f.end <= p.end), "
        "p.source, p.start "
        "FROM (SELECT rowid, rank FROM paragraph_words WHERE paragraph_words MATCH ? ORDER BY rank, rowid LIMIT ?) "
        "w JOIN paragraphs p ON p.id = w.rowid "
        "LEFT JOIN reports t ON t.source = p.source AND t.report = p.report ORDER BY w.rank, w.rowid",
        (match_expression(words), limit),
    )
    return [Found(*row) for row in rows]


def sql(path: Path, query: str) -> tuple[list[str], list[tuple[Value, ...]]]:
    """What a query of the user's gives: column names and rows. The connection can't write, whatever the query says.

    Raises StoreError where there is no database, UsageError where SQLite doesn't take the query.
    """
    db = open_reader(path)
    try:
        cursor = db.execute(query)
        columns = [column[0] for column in cursor.description or ()]
        return columns, cursor.fetchall()
    except (sqlite3.DatabaseError, sqlite3.ProgrammingError, sqlite3.Warning) as error:
        raise UsageError(_sql_advice(db, str(error))) from error
    finally:
        db.close()


def _where(db: sqlite3.Connection, filters: Filters) -> tuple[str, list[Value]]:
    clauses: list[str] = []
    values: list[Value] = []
    _check_words(db, "level", filters.levels)
    if filters.levels:
        clauses.append(f"f.level IN ({', '.join('?' * len(filters.levels))})")
        values += filters.levels
    for column, word in (("status", filters.status), ("measure", filters.measure)):
        if word is not None:
            _check_words(db, column, (word,))
            clauses.append(f"f.{column} = ?")
            values.append(word)
    if filters.indicators:
        codes = resolve_indicators(db, filters.indicators)
        clauses.append(f"f.indicator IN ({', '.join('?' * len(codes))})")
        values += codes
    if filters.regions or filters.peers or filters.region_level:
        clause, more = _region_clause(db, filters)
        clauses.append(clause)
        values += more
    if filters.flagged:
        clauses.append("f.flags <> '[]'")
    if filters.whole:
        clauses.append("f.scope IS NULL")
    if filters.periods:
        parts = [_period_clause(period) for period in filters.periods]
        clauses.append("(" + " OR ".join(part for part, _ in parts) + ")")
        values += [value for _, more in parts for value in more]
    if filters.min_confidence is not None:
        clauses.append("f.confidence >= ?")
        values.append(filters.min_confidence)
    return (" WHERE " + " AND ".join(clauses) if clauses else ""), values


def _region_clause(db: sqlite3.Connection, filters: Filters) -> tuple[str, list[Value]]:
    told = tuple(name for name in filters.regions if name.lower() not in ("none", "null", "unknown"))
    codes = regions_within(db, resolve_regions(db, told)) if told else []
    codes += [code for name in filters.peers for code in peers_of(db, name, filters.peers_within)]
    if filters.region_level is not None:
        codes = regions_of_level(db, filters.region_level, codes if told or filters.peers else None)
    # One list of codes, for SQLite then looks each up in the index of facts by region.
    listed = f"f.region IN (SELECT value FROM json_each('{json.dumps(sorted(set(codes)))}'))"
    return (f"({listed} OR f.region IS NULL)" if len(told) < len(filters.regions) else listed), []


def _period_clause(period: str) -> tuple[str, list[Value]]:
    if period.lower() in ("none", "null", "unknown"):
        return "f.period IS NULL", []
    start, end = period_bounds(period)
    first, slash, last = period.partition("/")
    if (start is None and first != "..") or (end is None and (not slash or last != "..")) or start is end is None:
        raise UsageError(
            f"--period {period}: not a period; write a year (2023), a month (2023-09), a span (2016/2020 or 2021/..) "
            "or none"
        )
    clauses, values = ["f.period IS NOT NULL"], []
    if start is not None:
        clauses.append("f.period_start >= ?")
        values.append(start)
    if end is not None:
        clauses.append("f.period_end <= ?")
        values.append(end)
    return "(" + " AND ".join(clauses) + ")", list(values)


def _check_words(db: sqlite3.Connection, option: str, given: tuple[str, ...]) -> None:
    if not given:
        return
    known = [code for (code,) in db.execute("SELECT code FROM words WHERE kind = ? ORDER BY position", (option,))]
    for word in given:
        if word not in known:
            raise UsageError(f"--{option} {word}: {suggestion(word, known)}one of: {', '.join(known)}")


def _sql_advice(db: sqlite3.Connection, error: str) -> str:
    if "readonly" in error or "query_only" in error or "read-only" in error:
        return "the database is open for reading only: sql can't change it"
    if "no such table" in error or "no such column" in error:
        names = [name for (name,) in db.execute("SELECT DISTINCT table_name FROM descriptions ORDER BY 1")]
        return f"{error}. Tables: {', '.join(names)}; the table descriptions tells their columns"
    return f"SQLite doesn't take the query: {error}"
