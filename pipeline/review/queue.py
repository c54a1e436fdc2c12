"""Which facts a person should look at first."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from pipeline.comparing import pick_all
from pipeline.store import Filters, StoredFact, open_reader, select_facts

DOUBT = {"error": 0.95, "warning": 0.6}
"""How likely a fact with a flag of such a severity is taken to be wrong, to be set beside 1 - confidence."""
USED = 2.0
"""A decision on a value that stands in comparisons is worth as much as this many on others."""


class Item(NamedTuple):
    """A fact in the queue. ``worth``: how likely it is wrong, times what that would spoil."""

    fact: StoredFact
    worth: float
    used: bool
    """It is the value picked for comparisons."""


def review_queue(db: Path, filters: Filters | None = None, *, limit: int | None = None) -> list[Item]:
    """The facts that no one has decided on yet, those first on which a decision is worth most.

    Raises StoreError, and UsageError for names in the filters that are not known.
    """
    connection = open_reader(db)
    try:
        decided = {fact for (fact,) in connection.execute("SELECT fact FROM decisions WHERE fact IS NOT NULL")}
        gravest = dict(
            connection.execute(
                "SELECT fact, min(severity) FROM flags WHERE fact IS NOT NULL AND settled = 0 AND severity <> 'note' "
                "GROUP BY fact"
            )
        )
        wanted = list(select_facts(connection, filters or Filters()))
    finally:
        connection.close()
    picked = {choice.fact.id for choice in pick_all(wanted) if choice.fact.scope is None}
    items = []
    for fact in wanted:
        if fact.id in decided:
            continue
        doubt = max(1 - fact.confidence, DOUBT.get(gravest.get(fact.id, ""), 0.0))
        used = fact.id in picked
        items.append(Item(fact, round(doubt * (USED if used else 1.0), 4), used))
    items.sort(key=lambda item: (-item.worth, item.fact.path, item.fact.start, item.fact.id))
    return items[:limit]
