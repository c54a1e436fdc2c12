"""What a server that takes decisions keeps: who decides, the file they go into, the queue, and the token of its forms.

The database is written by :mod:`pipeline.review` alone, on a connection of its own; pages go on reading through theirs.
"""

from __future__ import annotations

import hmac
import secrets
import sqlite3
import threading
from pathlib import Path
from typing import NamedTuple

from pipeline.decisions import Decision
from pipeline.review import Draft, add, decide, last_decision, review_queue, signer, undo
from pipeline.store import Filters
from pipeline.web.counts import Stamp, stamp_of

_UNSEEN = "-"
"""What no fact and no decision looks like: a form must say what it was made for."""


class Waiting(NamedTuple):
    """A fact in the queue by its id; ``worth`` and ``used`` as in :class:`pipeline.review.Item`."""

    fact: str
    worth: float
    used: bool


class Reviewing:
    """The decisions of one server. Raises UsageError where nobody is known to decide.

    ``filters`` narrow the queue, as those of the command do.
    """

    def __init__(self, db: Path, corrections: Path, by: str = "", filters: Filters | None = None) -> None:
        self.db = db
        self.corrections = corrections
        self.by = signer(by)
        self.token = secrets.token_urlsafe(32)
        self._filters = filters or Filters()
        self._writing = threading.Lock()
        self._queue: tuple[Stamp, tuple[Waiting, ...]] | None = None
        self._last: tuple[Stamp, Decision | None] | None = None

    def knows(self, token: str) -> bool:
        """Whether a form is one of ours."""
        return hmac.compare_digest(token.encode(), self.token.encode())

    def queue(self, *, anew: bool = False) -> tuple[Waiting, ...]:
        """The queue as :func:`pipeline.review.review_queue` orders it; ``anew``: of the database as it is now.

        While somebody goes through it its order stays, so that what was skipped isn't next again.
        """
        stamp = stamp_of(self.db)
        if self._queue is None or (anew and self._queue[0] != stamp):
            items = review_queue(self.db, self._filters)
            self._queue = stamp, tuple(Waiting(item.fact.id, item.worth, item.used) for item in items)
        return self._queue[1]

    def after(self, db: sqlite3.Connection, fact: str) -> str | None:
        """The next fact of the queue after one (the first where that isn't in it) that is still to be decided on."""
        ids = [waiting.fact for waiting in self.queue()]
        at = ids.index(fact) + 1 if fact in ids else 0
        query = "SELECT 1 FROM facts WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM decisions WHERE fact = ?1)"
        return next((each for each in ids[at:] if db.execute(query, (each,)).fetchone()), None)

    def place(self, db: sqlite3.Connection, fact: str) -> tuple[int, int] | None:
        """Where a fact stands in the queue, counted from 1, and how long that is; None where it isn't in it."""
        ids = [waiting.fact for waiting in self.queue()]
        return (ids.index(fact) + 1, len(ids)) if fact in ids else None

    def last(self) -> Decision | None:
        """The decision that an undo takes back. Raises ResourceError for a file that can't be read."""
        stamp = stamp_of(self.corrections)
        if self._last is None or self._last[0] != stamp:
            self._last = stamp, last_decision(self.corrections)
        return self._last[1]

    def decide(self, fact: str, seen: str, draft: Draft) -> Decision:
        """Confirm, correct or reject a fact that looked so. Raises UsageError, also where it looks otherwise by now."""
        with self._writing:
            return decide(self.db, self.corrections, fact, draft._replace(by=self.by), seen=seen or _UNSEEN)

    def add(self, path: str, span: tuple[int, int], draft: Draft) -> Decision:
        """Add a fact that was missed. Raises UsageError."""
        with self._writing:
            return add(self.db, self.corrections, path, span, draft._replace(by=self.by))

    def undo(self, seen: str) -> Decision:
        """Take the last decision back, where it is still the one that was seen. Raises UsageError."""
        with self._writing:
            return undo(self.db, self.corrections, seen=seen or _UNSEEN, by=self.by)
