"""A store of partitioned Parquet files, for more reports than a SQLite file is good for.

The folder holds the files (:mod:`pipeline.engines.parquet_files`) and ``index.db``: a database of our schema with the
sources, their paths and what was refused, but no facts, so that unchanged sources are skipped as ever. Sources are
gathered and written some thousands at a time: first the files of the new parts, then, in one transaction, the index,
which alone says which files count. What a run that was ended has left behind is removed by the next one.
"""

from __future__ import annotations

import hashlib
import marshal
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from pipeline.engines.parquet_files import (
    ROW_TABLES,
    TABLES,
    Partition,
    merge_parts,
    part_path,
    partition_of,
    schemas,
    write_part,
)
from pipeline.errors import StoreError
from pipeline.store.writer import FileStamp, Store

if TYPE_CHECKING:
    from pipeline.store.rows import Row, SourceRows

INDEX = "index.db"

AT_ONCE = 4000
"""Sources that are written together; they wait in memory, packed, for some 15 kilobytes each."""

MERGED = 8
"""So many parts of a level in a partition are merged into one of the next."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS parts (
  part INTEGER PRIMARY KEY, province TEXT NOT NULL, year INTEGER NOT NULL, level INTEGER NOT NULL, name TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS kept (
  source TEXT NOT NULL, part INTEGER NOT NULL REFERENCES parts, gone INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (source, part)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS kept_part ON kept (part);
CREATE INDEX IF NOT EXISTS kept_gone ON kept (part) WHERE gone;
"""


class ParquetStore(Store):
    """The store, open for writing; use it as :class:`pipeline.store.writer.Store`.

    Near copies, decisions of people and checks between sources belong to a database: ``load`` sees to them.
    """

    def __init__(self, folder: Path) -> None:
        """Open or make the store. Raises StoreError."""
        if folder.exists() and not folder.is_dir():
            raise StoreError(f"{folder}: is a file; --parquet names a folder")
        if folder.is_dir() and not (folder / INDEX).exists() and any(folder.iterdir()):
            raise StoreError(f"{folder}: holds other files; --parquet names an empty folder, or one it made")
        self.folder = folder
        super().__init__(folder / INDEX)
        self._db.executescript(_SCHEMA)
        self._schemas = schemas(self._db)
        self._waiting: dict[Partition, dict[str, bytes]] = {}
        self._tidy()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it; what waits is written where nothing went wrong."""
        try:
            if kind is None:
                self.flush()
            elif self._db.in_transaction:
                self._db.execute("ROLLBACK")
        finally:
            super().__exit__(kind, error, trace)

    @contextmanager
    def together(self) -> Iterator[None]:
        """Sources are gathered by :meth:`put` itself."""
        yield

    def put(self, rows: SourceRows, path: str, stamp: FileStamp) -> None:
        """As in a database; the rows are written with those of many others."""
        if not self._db.in_transaction:
            self._db.execute("BEGIN IMMEDIATE")
        super().put(rows, path, stamp)
        self._waiting.setdefault(partition_of(rows), {})[rows.id] = _packed(rows)
        if sum(map(len, self._waiting.values())) >= AT_ONCE:
            self.flush()

    def flush(self) -> None:
        """Write what waits, and take out of the files what is gone."""
        if not self._db.in_transaction:
            return
        obsolete: list[tuple[Partition, str]] = []
        for partition in sorted(self._waiting):
            self._write(partition, self._waiting[partition])
        for (part,) in self._db.execute("SELECT DISTINCT part FROM kept WHERE gone").fetchall():
            obsolete += self._merge([part])
        for parts in self._to_merge():
            obsolete += self._merge(parts)
        self._db.execute("COMMIT")
        self._waiting.clear()
        for partition, name in obsolete:
            for table in TABLES:
                part_path(self.folder, table, partition, name).unlink(missing_ok=True)

    def get_ready(self) -> None:
        """It is, and nothing is needed at the end."""

    def link_duplicates(self) -> None:
        """Near copies are linked when a part is loaded into a database."""

    def settle(self) -> int:
        """Decisions of people are applied when a part is loaded into a database."""
        return 0

    def _insert(self, rows: SourceRows, run: int) -> None:
        self._insert_source(rows, run)

    def _delete(self, source: str) -> None:
        for waiting in self._waiting.values():
            waiting.pop(source, None)
        self._db.execute("UPDATE kept SET gone = 1 WHERE source = ?", (source,))
        super()._delete(source)

    def _write(self, partition: Partition, waiting: dict[str, bytes]) -> None:
        """A new part of the sources of a partition that wait."""
        if not waiting:
            return
        tables: dict[str, list[Row]] = {table: [] for table in TABLES}
        names = ", ".join(self._schemas["sources"].names)
        for source, packed in waiting.items():
            tables["sources"] += self._db.execute(f"SELECT {names} FROM sources WHERE id = ?", (source,)).fetchall()
            for table, rows in marshal.loads(zlib.decompress(packed)).items():
                tables[table] += rows
        name = self._note(partition, 0, list(waiting))
        write_part(self.folder, partition, name, tables, self._schemas)

    def _to_merge(self) -> Iterable[list[int]]:
        """The parts that shall be one, as long as there are any: a merged one may be the last that was missing."""
        query = (
            "SELECT province, year, level FROM parts GROUP BY 1, 2, 3 HAVING count(*) >= ? ORDER BY level, 1, 2 LIMIT 1"
        )
        while found := self._db.execute(query, (MERGED,)).fetchone():
            parts = self._db.execute(
                "SELECT part FROM parts WHERE province = ? AND year = ? AND level = ? ORDER BY part", found
            )
            yield [part for (part,) in parts]

    def _merge(self, parts: Sequence[int]) -> list[tuple[Partition, str]]:
        """Write a part of the sources of others that aren't gone; returns those, which no longer count."""
        marks = ", ".join("?" * len(parts))
        rows = self._db.execute(
            f"SELECT province, year, level, name FROM parts WHERE part IN ({marks}) ORDER BY part", parts
        ).fetchall()
        kept = self._db.execute(f"SELECT source, gone FROM kept WHERE part IN ({marks}) ORDER BY 1", parts).fetchall()
        partition = Partition(*rows[0][:2])
        names = [name for *_, name in rows]
        self._db.execute(f"DELETE FROM kept WHERE part IN ({marks})", parts)
        self._db.execute(f"DELETE FROM parts WHERE part IN ({marks})", parts)
        if left := [source for source, gone in kept if not gone]:
            name = self._note(partition, rows[0][2] + (len(parts) > 1), left)
            merge_parts(self.folder, partition, names, name, {source for source, gone in kept if gone})
        return [(partition, name) for name in names]

    def _note(self, partition: Partition, level: int, sources: Sequence[str]) -> str:
        """Note a new part in the index; returns its name, which is never used again."""
        (number,) = self._db.execute("SELECT coalesce(max(part), 0) + 1 FROM parts").fetchone()
        name = hashlib.sha256(f"{number}:{self._run_number()}:{' '.join(sources)}".encode()).hexdigest()[:16]
        self._db.execute("INSERT INTO parts VALUES (?, ?, ?, ?, ?)", (number, *partition, level, name))
        self._db.executemany("INSERT INTO kept (source, part) VALUES (?, ?)", [(s, number) for s in sources])
        return name

    def _tidy(self) -> None:
        """Remove files that don't count: what a run that was ended has left behind."""
        counting = {
            part_path(self.folder, table, Partition(province, year), name)
            for province, year, name in self._db.execute("SELECT province, year, name FROM parts")
            for table in TABLES
        }
        for table in TABLES:
            for path in (self.folder / table).glob("*/*/*"):
                if path not in counting:
                    path.unlink()


def _packed(rows: SourceRows) -> bytes:
    """All rows of a source but that of the table ``sources``, in little room."""
    tables = {"layers": [(rows.id, rows.layer)], **{table: getattr(rows, table) for table in ROW_TABLES}}
    return zlib.compress(marshal.dumps(tables), 1)  # stays in this process; JSON takes three times as long
