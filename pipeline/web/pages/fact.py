"""One fact: all its fields, the sentence, and other values of the same thing."""

from __future__ import annotations

import sqlite3
from typing import NamedTuple

from pipeline.comparing import agrees
from pipeline.comparing.picking import key_of
from pipeline.store import StoredFact
from pipeline.store.flags import StoredFlag, flags_of
from pipeline.store.queries import facts_where
from pipeline.web.words import cut_sentence

_MANY = 200
"""Other values of the same thing that are looked at; more of them say no more."""


class Made(NamedTuple):
    """What a person decided about a fact."""

    action: str
    by: str
    when: str
    reason: str


class FactPage(NamedTuple):
    """A fact, with the others of the same number and other values of the same thing, each with whether it agrees."""

    fact: StoredFact
    same_number: tuple[StoredFact, ...]
    others: tuple[tuple[StoredFact, bool], ...]
    sentence: tuple[str, str, str]
    """The sentence, cut in three around the number where it can be found there; else whole in the first."""
    repairs: tuple[tuple[str, str], ...]
    about: str
    region: str | None
    """The full name of its region."""
    flags: tuple[StoredFlag, ...] = ()
    decision: Made | None = None


def find_fact(db: sqlite3.Connection, wanted: str) -> StoredFact | None:
    """A fact by its id or the first digits of it; None where none or several begin so."""
    rows = list(facts_where(db, "f.id >= ? AND f.id < ?", (wanted, wanted + "g"), order=" LIMIT 2"))
    return rows[0] if len(rows) == 1 else None


def fact_page(db: sqlite3.Connection, wanted: str) -> FactPage | None:
    """The page of a fact; None where there is no such fact."""
    fact = find_fact(db, wanted.lower())
    if fact is None:
        return None
    same = facts_where(db, "f.source = ? AND f.start = ? AND f.end = ?", (fact.source, fact.start, fact.end))
    (about,) = db.execute("SELECT about FROM indicators WHERE code = ?", (fact.indicator,)).fetchone()
    region = db.execute("SELECT full_name FROM regions WHERE adcode = ?", (fact.region,)).fetchone()
    made = db.execute("SELECT action, made_by, made, reason FROM decisions WHERE fact = ?", (fact.id,)).fetchone()
    return FactPage(
        fact, tuple(other for other in same if other.id != fact.id), _others(db, fact),
        cut_sentence(fact.sentence, fact.number), _repairs(db, fact), about, region[0] if region else None,
        flags_of(db, fact.id), Made(*made) if made else None,
    )  # fmt: skip


def _others(db: sqlite3.Connection, fact: StoredFact) -> tuple[tuple[StoredFact, bool], ...]:
    if fact.region is None:
        return ()
    rows = facts_where(
        db, "f.region = ? AND f.indicator = ?", (fact.region, fact.indicator), order=f" ORDER BY f.id LIMIT {_MANY}"
    )
    same = [other for other in rows if other.id != fact.id and key_of(other) == key_of(fact)]
    return tuple((other, other.scope != fact.scope or agrees(fact, other)) for other in same)


def _repairs(db: sqlite3.Connection, fact: StoredFact) -> tuple[tuple[str, str], ...]:
    rows = db.execute(
        "SELECT substr(l.text, e.start + 1, e.end - e.start), e.after FROM edits e "
        "JOIN layers l ON l.source = e.source "
        "WHERE e.source = ? AND e.kind LIKE 'repaired %' AND e.start < ? AND e.end > ? ORDER BY e.start",
        (fact.source, fact.end, fact.start),
    )
    return tuple((before, after) for before, after in rows)
