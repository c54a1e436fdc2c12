"""Differences between two databases: facts added, gone, changed field by field."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from pipeline.store import StoredFact, open_reader
from pipeline.store.queries import facts_where

FIELDS = (
    "report", "indicator", "value", "value_high", "unit", "measure", "bound", "status", "period", "level", "sector",
    "region", "region_basis", "number", "scope", "locator", "sentence", "confidence", "flags",
)  # fmt: skip
"""The fields that are held against each other; a file that was moved or renamed is no difference."""


class Difference(NamedTuple):
    """A fact of which two databases tell differently; facts are the same where they stand at the same place of the same
    bytes.

    ``kind`` is ``added``, ``gone`` or ``changed``; ``changes`` are the fields with what they were and are, for changed
    facts alone. ``fact`` is the newer one where there are two.
    """

    kind: str
    fact: StoredFact
    changes: tuple[tuple[str, object, object], ...] = ()


def differences(before: Path, after: Path) -> Iterator[Difference]:
    """What became of the facts of ``before`` in ``after``, in the order of their ids. Raises StoreError.

    Both are read side by side, so that databases of any size can be compared.
    """
    olds, news = _facts(before), _facts(after)
    old, new = next(olds, None), next(news, None)
    while True:
        if old is not None and (new is None or old.id < new.id):
            yield Difference("gone", old)
            old = next(olds, None)
        elif new is not None and (old is None or new.id < old.id):
            yield Difference("added", new)
            new = next(news, None)
        elif old is not None and new is not None:
            changes = tuple(_changes(old, new))
            if changes:
                yield Difference("changed", new, changes)
            old, new = next(olds, None), next(news, None)
        else:
            return


def _changes(old: StoredFact, new: StoredFact) -> Iterator[tuple[str, object, object]]:
    for name in FIELDS:
        before, after = getattr(old, name), getattr(new, name)
        if before != after:
            yield name, before, after


def _facts(path: Path) -> Iterator[StoredFact]:
    db = open_reader(path)
    try:
        yield from facts_where(db, "1", (), order=" ORDER BY f.id")
    finally:
        db.close()
