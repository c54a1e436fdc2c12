"""A source's page: the text of its reports with every figure marked, its edits, and the facts found in it."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import NamedTuple

from pipeline.store import StoredFact
from pipeline.store.queries import facts_where
from pipeline.web.marking import MarkedEdit, MarkedFigure, MarkedParagraph

PART = 60_000
"""Characters of the text layer on one page; longer sources are shown in parts, cut between paragraphs."""


class ReportLine(NamedTuple):
    """A report of a source."""

    report: int
    title: str | None
    publisher: str | None
    published: str | None
    region: str | None
    region_name: str | None
    region_basis: str
    facts: int


class SourcePage(NamedTuple):
    """A part of a source. Spans count from the beginning of ``layer``, which begins at ``offset`` of the whole.

    ``uses`` counts the numbers of the whole source by what became of them.
    """

    id: str
    paths: tuple[str, ...]
    kind: str
    encoding: str
    size: int
    damage: float
    characters: int
    edit_count: int
    copies: tuple[tuple[str, str], ...]
    reports: tuple[ReportLine, ...]
    uses: dict[str, int]
    facts: tuple[StoredFact, ...]
    layer: str
    offset: int
    part: int
    parts: int
    paragraphs: tuple[MarkedParagraph, ...]
    figures: tuple[MarkedFigure, ...]
    edits: tuple[MarkedEdit, ...]


def source_page(db: sqlite3.Connection, source: str, part: int | None, at: int | None) -> SourcePage | None:
    """The part of a source that is asked for, or that holds character ``at`` of its text layer; None: no such one."""
    row = db.execute(
        "SELECT s.kind, s.encoding, s.size, s.damage, s.characters, s.edits, l.text FROM sources s "
        "JOIN layers l ON l.source = s.id WHERE s.id = ?",
        (source,),
    ).fetchone()
    if row is None:
        return None
    kind, encoding, size, damage, characters, edits, layer = row
    cuts = _cuts(db, source, len(layer))
    number = _part_of(cuts, at) if part is None else min(max(1, part), len(cuts) - 1)
    low, high = cuts[number - 1], cuts[number]
    facts = tuple(facts_where(db, "f.source = ?", (source,), order=" ORDER BY f.start, f.id"))
    return SourcePage(
        source, _paths(db, source), kind, encoding, size, damage, characters, edits,
        _copies(db, source), _reports(db, source), _uses(db, source), facts,
        layer[low:high], low, number, len(cuts) - 1, _paragraphs(db, source, low, high),
        _figures(db, source, low, high), _edits(db, source, low, high),
    )  # fmt: skip


def _cuts(db: sqlite3.Connection, source: str, length: int) -> list[int]:
    """Where the parts of a text begin, and its end."""
    cuts = [0]
    if length > PART:
        last = 0
        for (start,) in db.execute("SELECT start FROM paragraphs WHERE source = ? ORDER BY start", (source,)):
            if start - cuts[-1] > PART and last > cuts[-1]:
                cuts.append(last)
            last = start
    return [*cuts, length]


def _part_of(cuts: Sequence[int], at: int | None) -> int:
    return 1 if at is None else next((n for n, end in enumerate(cuts[1:], 1) if at < end), len(cuts) - 1)


def _paths(db: sqlite3.Connection, source: str) -> tuple[str, ...]:
    rows = db.execute("SELECT path FROM source_paths WHERE source = ? ORDER BY path", (source,))
    return tuple(path for (path,) in rows)


def _copies(db: sqlite3.Connection, source: str) -> tuple[tuple[str, str], ...]:
    """Other sources that hold the same report, each with a path."""
    rows = db.execute(
        "WITH one AS (SELECT coalesce((SELECT original FROM duplicates WHERE source = ?1), ?1) AS original) "
        "SELECT p.source, min(p.path) FROM source_paths p, one WHERE p.source <> ?1 AND (p.source = one.original OR "
        "p.source IN (SELECT source FROM duplicates d WHERE d.original = one.original)) GROUP BY p.source ORDER BY 2",
        (source,),
    )
    return tuple((key, path) for key, path in rows)


def _reports(db: sqlite3.Connection, source: str) -> tuple[ReportLine, ...]:
    rows = db.execute(
        "SELECT t.report, t.title, t.publisher, t.published, t.region, t.region_name, t.region_basis, "
        "(SELECT count(*) FROM facts f WHERE f.source = t.source AND f.report = t.report) "
        "FROM reports t WHERE t.source = ? ORDER BY t.report",
        (source,),
    )
    return tuple(ReportLine(*row) for row in rows)


def _uses(db: sqlite3.Connection, source: str) -> dict[str, int]:
    rows = db.execute("SELECT used, count(*) FROM figures WHERE source = ? GROUP BY used ORDER BY 2 DESC", (source,))
    return dict(rows.fetchall())


def _paragraphs(db: sqlite3.Connection, source: str, low: int, high: int) -> tuple[MarkedParagraph, ...]:
    rows = db.execute(
        "SELECT kind, depth, start - ?2, end - ?2, report FROM paragraphs WHERE source = ?1 AND start >= ?2 AND "
        "start < ?3 ORDER BY start, end",
        (source, low, high),
    )
    return tuple(MarkedParagraph(*row) for row in rows)


def _figures(db: sqlite3.Connection, source: str, low: int, high: int) -> tuple[MarkedFigure, ...]:
    rows = db.execute(
        "SELECT figure, start - ?2, end - ?2, used, reason FROM figures WHERE source = ?1 AND start >= ?2 AND "
        "start < ?3 ORDER BY start, end",
        (source, low, high),
    )
    return tuple(MarkedFigure(*row) for row in rows)


def _edits(db: sqlite3.Connection, source: str, low: int, high: int) -> tuple[MarkedEdit, ...]:
    rows = db.execute(
        "SELECT kind, max(start, ?2) - ?2, min(end, ?3) - ?2, after FROM edits WHERE source = ?1 AND end >= ?2 AND "
        "start < ?3 ORDER BY start, end",
        (source, low, high),
    )
    return tuple(MarkedEdit(*row) for row in rows)
