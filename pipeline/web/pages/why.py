"""Why a number was read as its indicator: the candidates, and what makes up the score of each."""

from __future__ import annotations

import sqlite3
from typing import NamedTuple

from pipeline.engines.stored import stored_bytes
from pipeline.errors import Refused, UsageError
from pipeline.extraction import explain_number
from pipeline.facts import Explained
from pipeline.store import StoredFact
from pipeline.web.pages.fact import find_fact

PARTS = 8
"""Features shown of each candidate, those that move its score most."""


class WhyPage(NamedTuple):
    """A fact with its candidates, the likeliest first; ``wrong`` says why there are none to be had."""

    fact: StoredFact
    candidates: list[Explained]
    wrong: str | None = None


def why_page(db: sqlite3.Connection, wanted: str) -> WhyPage | None:
    """Read the source of a fact again, from its file, and explain the fact; None where there is no such fact."""
    fact = find_fact(db, wanted.lower())
    if fact is None:
        return None
    rows = db.execute("SELECT path FROM source_paths WHERE source = ? ORDER BY path", (fact.source,))
    try:
        name, data = stored_bytes([path for (path,) in rows], fact.source)
        return WhyPage(fact, explain_number(data, name, fact.start))
    except (UsageError, Refused) as error:
        return WhyPage(fact, [], str(error))
