"""Decisions of people applied to the facts of a source, and taken back.

What was read stays: every fact that a decision changes or takes away is kept as it was (``undecided_facts``), so that
applying other decisions, or none, starts from the reading itself.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from pipeline.decisions import Action, Decision, DecisionFile, place_of
from pipeline.errors import ResourceError
from pipeline.model import fact_id
from pipeline.resources.catalogue import load_catalogue
from pipeline.store.flags import refresh_fact_flags
from pipeline.store.periods import period_bounds
from pipeline.store.rows import FACT_COLUMNS, exact

_MARKS = ", ".join("?" * len(FACT_COLUMNS))


class _Reading(NamedTuple):
    """A fact of the source under a number, as far as decisions need it."""

    id: str
    indicator: str
    start: int
    end: int


def settle_all(db: sqlite3.Connection, file: DecisionFile) -> tuple[set[str], list[int]]:
    """Bring every stored source to the decisions of a file; in the caller's transaction.

    Returns the regions whose facts changed, and the places of the decisions whose file isn't in the database. Raises
    ResourceError for a decision whose text is gone.
    """
    by_source, missing = _assigned(db, file)
    stored = dict(db.execute("SELECT source, min(digest) FROM decisions GROUP BY source"))
    touched: set[str] = set()
    for source in sorted(by_source.keys() | stored.keys()):
        places = by_source.get(source, [])
        if stored.get(source) != (file.digest(places) if places else None):
            touched |= _regions(db, source)
            apply_decisions(db, source, file, places)
            touched |= _regions(db, source)
    return touched, missing


def apply_decisions(db: sqlite3.Connection, source: str, file: DecisionFile, places: Sequence[int]) -> None:
    """Bring the facts of one source to some decisions, in place of those it was under; in the caller's transaction.

    Raises ResourceError, naming file, line and entry, for a decision whose text isn't there just once, or whose
    indicator is no more.
    """
    _restore(db, source)
    (layer,) = db.execute("SELECT text FROM layers WHERE source = ?", (source,)).fetchone()
    digest = file.digest(places)
    for number, place in enumerate(places):
        decision = file.decisions[place]
        span = place_of(layer, decision)
        if span is None:
            paths = db.execute("SELECT min(path) FROM source_paths WHERE source = ?", (source,)).fetchone()
            raise ResourceError(
                f"{file.where(place)}: stale: {paths[0] or decision.path} no longer has the text "
                f"{decision.before[-12:]!r} {decision.number!r} {decision.after[:12]!r} just once; "
                "look at the number anew (countyfacts review) and take this entry out"
            )
        if decision.fact.indicator not in load_catalogue().indicators:
            raise ResourceError(
                f"{file.where(place)}: {decision.fact.indicator} is no indicator of the catalogue; change it, or take "
                "this entry out"
            )
        fact = _decide(db, source, decision, span)
        db.execute(
            "INSERT INTO decisions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                source, number, str(decision.do), fact, *span, layer[span[0] : span[1]], decision.was,
                json.dumps(decision.fact.model_dump(mode="json"), ensure_ascii=False), decision.reason, decision.by,
                decision.when, digest,
            ),
        )  # fmt: skip
    refresh_fact_flags(db, [source])


def _assigned(db: sqlite3.Connection, file: DecisionFile) -> tuple[dict[str, list[int]], list[int]]:
    """The decisions of each stored source, and those of none.

    By the bytes they were made for; else the file that stands at their path now, else the one that has their text.
    """
    by_source: dict[str, list[int]] = {}
    missing: list[int] = []
    for place, decision in enumerate(file.decisions):
        row = db.execute("SELECT id FROM sources WHERE sha256 = ?", (decision.source,)).fetchone()
        row = row or db.execute("SELECT source FROM source_paths WHERE path = ?", (decision.path,)).fetchone()
        source = row[0] if row else _with_text(db, decision)
        if source is None:
            missing.append(place)
        else:
            by_source.setdefault(source, []).append(place)
    return by_source, missing


def _with_text(db: sqlite3.Connection, decision: Decision) -> str | None:
    """The one source whose text has the decision's quotation; None where there are none or several."""
    rows = db.execute("SELECT source, text FROM layers WHERE instr(text, ?) > 0", (decision.number.split("\n")[0],))
    found = [source for source, text in rows if place_of(text, decision)]
    return found[0] if len(found) == 1 else None


def _regions(db: sqlite3.Connection, source: str) -> set[str]:
    rows = db.execute("SELECT DISTINCT region FROM facts WHERE source = ? AND region IS NOT NULL", (source,))
    return {region for (region,) in rows}


def _restore(db: sqlite3.Connection, source: str) -> None:
    """Take all decisions on a source back."""
    kept = db.execute("SELECT id, fields FROM undecided_facts WHERE source = ?", (source,)).fetchall()
    for fact, _ in kept:
        db.execute("DELETE FROM facts WHERE id = ?", (fact,))
    for _, fields in kept:
        if fields is not None:
            row = json.loads(fields)
            db.execute(f"INSERT INTO facts (rowid, {', '.join(FACT_COLUMNS)}) VALUES (?, {_MARKS})", row)
    db.execute("DELETE FROM undecided_facts WHERE source = ?", (source,))
    db.execute("DELETE FROM decisions WHERE source = ?", (source,))
    refresh_fact_flags(db, [source])


def _decide(db: sqlite3.Connection, source: str, decision: Decision, span: tuple[int, int]) -> str | None:
    """Do what was decided; the id of the fact that was confirmed, corrected, added or taken away."""
    reading = _reading_under(db, source, decision, span)
    if decision.do is Action.REJECT:
        if reading is None:
            return None
        _displace(db, source, reading.id)
        return reading.id
    (sha256,) = db.execute("SELECT sha256 FROM sources WHERE id = ?", (source,)).fetchone()
    fact = fact_id(sha256, *span, decision.part) if reading is None else reading.id
    old = _row(db, fact)
    if old is not None:
        _displace(db, source, fact)
    row = _decided_row(db, source, decision, span, fact, old)
    if old is None:
        db.execute("INSERT OR IGNORE INTO undecided_facts VALUES (?, ?, NULL)", (fact, source))
        db.execute(f"INSERT INTO facts ({', '.join(FACT_COLUMNS)}) VALUES ({_MARKS})", row[1:])
    else:
        db.execute(f"INSERT INTO facts (rowid, {', '.join(FACT_COLUMNS)}) VALUES (?, {_MARKS})", row)
    return fact


def _reading_under(db: sqlite3.Connection, source: str, decision: Decision, span: tuple[int, int]) -> _Reading | None:
    """The fact that the decision is about, as it is read now: the same part of the number, or the same indicator."""
    (sha256,) = db.execute("SELECT sha256 FROM sources WHERE id = ?", (source,)).fetchone()
    rows = db.execute(
        "SELECT id, indicator, start, end FROM facts WHERE source = ? AND start < ? AND end > ? "
        "ORDER BY start, end, id",
        (source, span[1], span[0]),
    )
    readings = [_Reading(*row) for row in rows]
    exactly = fact_id(sha256, *span, decision.part)
    if decision.do is Action.ADD:
        return next((reading for reading in readings if reading.id == exactly), None)
    names = (decision.was, decision.fact.indicator)
    same = [reading for reading in readings if reading.id == exactly]
    if decision.do is not Action.REJECT:
        # what was read as something else is none of the indicator any more: the decision is about the number
        return next(iter(same or [r for r in readings if r.indicator in names] or readings[:1]), None)
    # another reading of the number than the one that was rejected may be right
    return next((r for r in [*same, *readings] if r.indicator in names), None)


def _row(db: sqlite3.Connection, fact: str) -> list[Any] | None:
    row = db.execute(f"SELECT rowid, {', '.join(FACT_COLUMNS)} FROM facts WHERE id = ?", (fact,)).fetchone()
    return None if row is None else list(row)


def _displace(db: sqlite3.Connection, source: str, fact: str) -> None:
    """Take a fact away and keep it as it was read."""
    row = _row(db, fact)
    db.execute(
        "INSERT OR IGNORE INTO undecided_facts VALUES (?, ?, ?)", (fact, source, json.dumps(row, ensure_ascii=False))
    )
    db.execute("DELETE FROM facts WHERE id = ?", (fact,))


def _decided_row(
    db: sqlite3.Connection, source: str, decision: Decision, span: tuple[int, int], fact: str, old: list[Any] | None
) -> list[Any]:
    """The row of a fact as it was decided, what was not decided as it was read; the row number first."""
    decided = decision.fact
    fields: dict[str, Any] = dict(zip(FACT_COLUMNS, old[1:], strict=True)) if old else _found(db, source, span, fact)
    start, end = period_bounds(decided.period)
    if decided.region != fields["region"] or old is None:
        named = db.execute("SELECT name FROM regions WHERE adcode = ?", (decided.region,)).fetchone()
        fields |= {
            "region": decided.region, "region_name": named[0] if named else None,
            "region_basis": "user" if decided.region else "unknown",
            "region_evidence": json.dumps([f"decided by {decision.by}"], ensure_ascii=False),
        }  # fmt: skip
    fields |= {
        "indicator": decided.indicator, "value": float(decided.value), "value_high": _real(decided.value_high),
        "value_exact": exact(decided.value), "value_high_exact": exact(decided.value_high),
        "unit": load_catalogue().indicators[decided.indicator].unit, "measure": str(decided.measure),
        "bound": str(decided.bound), "status": str(decided.status), "period": decided.period, "period_start": start,
        "period_end": end, "level": decided.level and str(decided.level),
        "sector": decided.sector and str(decided.sector), "scope": decided.scope, "confidence": 1.0, "flags": "[]",
    }  # fmt: skip
    return [old[0] if old else None, *(fields[name] for name in FACT_COLUMNS)]


def _real(value: Decimal | None) -> float | None:
    return None if value is None else float(value)


def _found(db: sqlite3.Connection, source: str, span: tuple[int, int], fact: str) -> dict[str, Any]:
    """What a fact that was missed has from its place: report, paragraph, number."""
    start, end = span
    (layer,) = db.execute("SELECT text FROM layers WHERE source = ?", (source,)).fetchone()
    figure = db.execute(
        "SELECT figure, report FROM figures WHERE source = ? AND start < ? AND end > ? ORDER BY start LIMIT 1",
        (source, end, start),
    ).fetchone()
    paragraph = db.execute(
        "SELECT text, report FROM paragraphs WHERE source = ? AND start <= ? AND end >= ? ORDER BY start DESC LIMIT 1",
        (source, start, end),
    ).fetchone()
    report = next((row[1] for row in (figure, paragraph) if row and row[1] is not None), 0)
    return {
        "id": fact, "source": source, "report": report, "figure": figure[0] if figure else None,
        "number": layer[start:end], "start": start, "end": end, "locator": None,
        "sentence": paragraph[0] if paragraph else layer[start:end], "region": None, "region_name": None,
        "region_basis": "unknown", "region_evidence": "[]",
    }  # fmt: skip
