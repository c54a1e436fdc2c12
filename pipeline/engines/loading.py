"""Bringing a part of a Parquet store into a database, and asking the store itself in SQL."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.engines.ingesting import Event, IngestSummary
from pipeline.engines.parquet_files import NOWHERE, TABLES, Partition, part_path, sources_of
from pipeline.engines.parquet_store import INDEX
from pipeline.errors import StoreError, UsageError
from pipeline.store.connection import open_reader

if TYPE_CHECKING:
    import sqlite3

    import duckdb

    from pipeline.store.writer import Store

_REFERENCE = ("regions", "indicators", "source_paths", "rejections")
"""Tables of the index that queries get too."""


def load(
    folder: Path,
    db: Path,
    *,
    provinces: Collection[str] = (),
    years: Collection[int] = (),
    corrections: Path | None = None,
    on_event: Callable[[Event], None] = lambda event: None,
) -> IngestSummary:
    """Bring sources of a Parquet store into a database: those whose first report is about one of the ``provinces``
    (adcodes; 000000: unknown) and speaks from one of the ``years`` (0: unknown); without either, of any.

    They are stored as an ingest of their files would store them; what is there already from the same bytes is left.
    Raises StoreError, and ResourceError for a decision whose text is gone.
    """
    from pipeline.store.writer import Store  # noqa: PLC0415

    began = time.monotonic()
    with closing(_index(folder)) as index:
        parts = [
            (Partition(province, year), name, count)
            for province, year, name, count in index.execute(
                "SELECT province, year, name, (SELECT count(*) FROM kept WHERE kept.part = parts.part) "
                "FROM parts ORDER BY province, year, part"
            )
            if (not provinces or province in provinces) and (not years or year in years)
        ]
        total = sum(count for *_, count in parts)
        summary = IngestSummary(files=total)
        with Store(db, corrections) as store:
            store.start_run([folder.as_posix()])
            for partition, name, _ in parts:
                _load_part(store, folder, index, partition, name, summary, on_event)
            store.link_duplicates()
            summary.undecided = store.settle()
            summary.seconds = time.monotonic() - began
            store.finish_run(seconds=summary.seconds, read=summary.read, unchanged=summary.unchanged, refused=0)
    return summary


def _load_part(
    store: Store, folder: Path, index: sqlite3.Connection, partition: Partition, name: str, summary: IngestSummary,
    on_event: Callable[[Event], None],
) -> None:  # fmt: skip
    from pipeline.store.writer import FileStamp  # noqa: PLC0415

    own = store.version
    for row, rows in sources_of(folder, partition, name):
        paths = index.execute(
            "SELECT path, size, modified, checked FROM source_paths WHERE source = ? ORDER BY path", (rows.id,)
        ).fetchall()
        if store.source_state(rows.sha256) == (row["version"], rows.region_told):
            summary.unchanged += 1
        else:
            store.version = row["version"]  # that of the program that read it
            store.put(rows, paths[0][0], FileStamp(*paths[0][1:]))
            store.version = own
            summary.count(rows)
        for path, *stamp in paths:
            store.put_path(path, rows.sha256, FileStamp(*stamp))
        on_event(Event(summary.read + summary.unchanged, summary.files, paths[0][0]))


def query(folder: Path, text: str) -> tuple[list[str], list[tuple[Any, ...]]]:
    """What a query of DuckDB's SQL over the store gives: column names and rows. It can only read, and only the store.

    The tables have the names and columns they have in a database, and ``province`` and ``year`` of the partition.
    Raises StoreError where there is no store, UsageError where DuckDB isn't installed or doesn't take the query.
    """
    try:
        import duckdb  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise UsageError(
            "--parquet needs DuckDB, which isn't installed: make cluster (or: pip install 'countyfacts[cluster]')"
        ) from error
    with closing(_index(folder)) as index, closing(duckdb.connect()) as connection:
        _views(connection, index, folder)
        try:
            statements = connection.extract_statements(text)
            if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
                raise UsageError("the store is open for reading only: give one SELECT statement")
            found = connection.execute(statements[0])
            return [column[0] for column in found.description or ()], found.fetchall()
        except duckdb.Error as error:
            raise UsageError(f"DuckDB says: {error}") from error


def stored_sources(folder: Path) -> tuple[int, int]:
    """How many sources and parts a store has. Raises StoreError."""
    with closing(_index(folder)) as index:
        (sources,) = index.execute("SELECT count(*) FROM sources").fetchone()
        (parts,) = index.execute("SELECT count(*) FROM parts").fetchone()
        return sources, parts


def partitions(folder: Path) -> list[tuple[Partition, int]]:
    """What is in a store: the sources of every province and year. Raises StoreError."""
    with closing(_index(folder)) as index:
        rows = index.execute(
            "SELECT province, year, count(*) FROM parts JOIN kept USING (part) GROUP BY 1, 2 ORDER BY 1, 2"
        )
        return [(Partition(province, year), count) for province, year, count in rows]


def province_codes(names: Sequence[str]) -> tuple[str, ...]:
    """The adcodes of provinces by name or code; ``none`` is that of sources without a region. Raises UsageError."""
    from pipeline.places import load_gazetteer  # noqa: PLC0415

    gazetteer = load_gazetteer()
    codes = []
    for name in names:
        found = [region for region in gazetteer.find(name) if region.level == "province"]
        if name not in ("none", NOWHERE) and len(found) != 1:
            raise UsageError(f"--province {name}: no such province; give a name such as 福建省, a code, or none")
        codes.append(found[0].adcode if found else NOWHERE)
    return tuple(codes)


def _index(folder: Path) -> sqlite3.Connection:
    if not (folder / INDEX).exists():
        raise StoreError(
            f"{folder}: there is no Parquet store; make one with: countyfacts ingest PATH... --parquet {folder}"
        )
    try:
        return open_reader(folder / INDEX)
    except StoreError as error:
        raise StoreError(str(error).replace(f"--db {folder / INDEX}", f"--parquet {folder}")) from error


def _views(connection: duckdb.DuckDBPyConnection, index: sqlite3.Connection, folder: Path) -> None:
    import pyarrow as pa  # noqa: PLC0415

    parts = [
        (Partition(province, year), name)
        for province, year, name in index.execute("SELECT province, year, name FROM parts")
    ]
    if not parts:
        raise StoreError(f"{folder}: holds no source yet")
    root = folder.resolve()
    for table in TABLES:
        files = ", ".join(_quoted(str(part_path(root, table, partition, name))) for partition, name in parts)
        connection.execute(
            f"CREATE VIEW {table} AS SELECT * FROM read_parquet([{files}], hive_partitioning = true, "
            "hive_types = {'province': VARCHAR, 'year': INTEGER})"
        )
    for table in _REFERENCE:
        cursor = index.execute(f"SELECT * FROM {table}")
        names = [column[0] for column in cursor.description]
        columns = list(zip(*cursor.fetchall(), strict=True)) or [()] * len(names)
        connection.register(table, pa.table([pa.array(c, None if c else pa.string()) for c in columns], names=names))
    connection.execute(f"SET allowed_directories = [{_quoted(str(root))}]")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
