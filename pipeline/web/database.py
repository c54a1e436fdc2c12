"""The facts database as Datasette sees it: through our own connection, which can only read."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from datasette.database import Database

from pipeline.store import Labels, load_labels, one_moment, open_reader
from pipeline.web.counts import Counts, Stamp, count, stamp_of
from pipeline.web.reviewing import Reviewing

if TYPE_CHECKING:
    from datasette.app import Datasette

NAME = "data"
"""What the database is called in addresses: ``/data/facts`` is Datasette's page of the table ``facts``."""

MAPPED_BYTES = 4 << 30
"""So much of the file is read through the system's page cache instead of being copied."""

T = TypeVar("T")


class FactsDatabase(Database):  # type: ignore[misc]  # Datasette has no types
    """One facts database. Every thread that reads has a connection of its own, opened by the store.

    Raises StoreError where there is no such database, or it isn't one of ours.
    """

    def __init__(self, datasette: Datasette, path: Path) -> None:
        super().__init__(datasette, path=str(path), is_mutable=True)
        self.file = path
        self.reviewing: Reviewing | None = None
        """What is needed to take decisions; None where the server only shows."""
        connection = open_reader(path)
        try:
            query = (  # columns in the order of their table
                "SELECT d.table_name, d.column_name, d.zh, d.en FROM descriptions d LEFT JOIN "
                "pragma_table_info(d.table_name) c ON c.name = d.column_name ORDER BY d.table_name, c.cid"
            )
            self._descriptions: list[tuple[str, str, str, str]] = connection.execute(query).fetchall()
            self._labels = load_labels(connection)
            self._counted: tuple[Stamp, Counts] = stamp_of(path), count(connection)
        finally:
            connection.close()

    def connect(self, write: bool = False) -> sqlite3.Connection:
        """A connection for reading; Raises StoreError, and ValueError where one for writing is asked for."""
        if write:
            raise ValueError("the facts database is open for reading only")
        connection = open_reader(self.file, snapshot=False)  # kept for many pages
        connection.execute(f"PRAGMA mmap_size = {MAPPED_BYTES}")
        return connection

    async def ask(self, question: Callable[[sqlite3.Connection], T]) -> T:
        """What ``question`` gives, asked in one of the threads that read; all it reads is of one moment."""

        def asked(connection: sqlite3.Connection) -> T:
            with one_moment(connection):
                return question(connection)

        answer: T = await self.execute_fn(asked)
        return answer

    def counts(self, connection: sqlite3.Connection) -> Counts:
        """How much there is of everything, counted anew only after the file has changed."""
        stamp = stamp_of(self.file)
        if self._counted[0] != stamp:
            self._counted = stamp, count(connection)
        return self._counted[1]

    def descriptions(self) -> list[tuple[str, str, str, str]]:
        """``(table, column, Chinese, English)`` of every table and column, as the database tells them."""
        return self._descriptions

    def labels(self) -> Labels:
        """What the words of the records are called, as the database tells it."""
        return self._labels
