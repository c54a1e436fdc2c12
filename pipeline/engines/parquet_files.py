"""The Parquet files of a large store: a folder a table, within it one for each province and year.

    facts/province=350000/year=2021/0a1b2c3d4e5f6071.parquet

A *part* is one file in each table's folder: a number of sources with all their rows. Columns and types are those of the
SQLite tables of the same name; text, integers of 64 bits, doubles.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import pyarrow as pa

    from pipeline.store.rows import Row, SourceRows

NOWHERE = "000000"
"""The province of sources whose region can't be told; the year 0 is that of sources whose year can't."""

ROW_TABLES = ("edits", "reports", "paragraphs", "figures", "facts", "flags")
"""Tables with several rows for a source; fields of :class:`pipeline.store.rows.SourceRows`."""

TABLES = ("sources", "layers", *ROW_TABLES)
_OF_SOURCE = ("id", "sha256", "size", "kind", "encoding", "hints", "damage", "region_told")
_LEFT_OUT = {"paragraphs": ("id",), "sources": ("run",)}
_TYPES = {"TEXT": "string", "INTEGER": "int64", "REAL": "float64"}


class Partition(NamedTuple):
    """Where a source belongs: the adcode of the province and the year of its first report of which they are known."""

    province: str
    year: int

    def folder(self, table: str) -> str:
        """The folder of its files within the store."""
        return f"{table}/province={self.province}/year={self.year}"


def partition_of(rows: SourceRows) -> Partition:
    """The partition of a source."""
    years = [report[5] for report in rows.reports if report[5] is not None]
    regions = [str(report[7]) for report in rows.reports if report[7] is not None]
    return Partition(regions[0][:2] + "0000" if regions else NOWHERE, int(years[0]) if years else 0)


def schemas(db: sqlite3.Connection) -> dict[str, pa.Schema]:
    """The columns of every table, as the SQLite database has them."""
    import pyarrow as pa  # noqa: PLC0415 - only who writes or reads Parquet waits for it

    types = {name: getattr(pa, arrow)() for name, arrow in _TYPES.items()}
    return {
        table: pa.schema(
            [
                (name, types[kind])
                for _, name, kind, *_ in db.execute(f"PRAGMA table_info({table})")
                if name not in _LEFT_OUT.get(table, ())
            ]
        )
        for table in TABLES
    }


def write_part(
    root: Path, partition: Partition, name: str, tables: Mapping[str, Sequence[Row]], schema: Mapping[str, pa.Schema]
) -> None:
    """Write the rows of a part, each file whole or not at all."""
    import pyarrow as pa  # noqa: PLC0415

    for table in TABLES:
        columns = list(zip(*tables[table], strict=True)) or [()] * len(schema[table])
        arrays = [pa.array(column, field.type) for column, field in zip(columns, schema[table], strict=True)]
        _write(part_path(root, table, partition, name), pa.Table.from_arrays(arrays, schema=schema[table]))


def merge_parts(root: Path, partition: Partition, parts: Sequence[str], name: str, without: Collection[str]) -> None:
    """Write a part with all rows of others, but for those of the sources ``without``."""
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.compute as pc  # noqa: PLC0415

    for table in TABLES:
        joined = pa.concat_tables([read_part(root, table, partition, part) for part in parts])
        if without:
            key = joined["id" if table == "sources" else "source"]
            joined = joined.filter(pc.invert(pc.is_in(key, pa.array(sorted(without), pa.string()))))
        _write(part_path(root, table, partition, name), joined)


def read_part(root: Path, table: str, partition: Partition, name: str) -> pa.Table:
    """The rows of a part in one table. Raises OSError where its file is gone."""
    import pyarrow.parquet as pq  # noqa: PLC0415

    with pq.ParquetFile(part_path(root, table, partition, name)) as file:
        return file.read()


def sources_of(root: Path, partition: Partition, name: str) -> Iterator[tuple[dict[str, Any], SourceRows]]:
    """The sources of a part in the order they were written: the row of the table ``sources``, and all rows."""
    from pipeline.store.rows import SourceRows, signature_of, words_of  # noqa: PLC0415

    by_source: dict[str, dict[str, list[Row]]] = {}
    for table in ("layers", *ROW_TABLES):
        read = read_part(root, table, partition, name)
        rows = list(zip(*(column.to_pylist() for column in read.columns), strict=True))
        keys = read["source"].to_pylist()
        for key, row in zip(keys, rows, strict=True):
            by_source.setdefault(key, {}).setdefault(table, []).append(row)
    for row in read_part(root, "sources", partition, name).to_pylist():
        own = by_source.get(row["id"], {})
        many = {table: tuple(own.get(table, ())) for table in ROW_TABLES}
        one = {name: row[name] for name in _OF_SOURCE}
        told: dict[str, Any] = {**one, **many, "layer": own["layers"][0][1]}
        paragraphs = many["paragraphs"]
        yield row, SourceRows(**told, words=words_of(paragraphs), signature=signature_of(paragraphs))


def part_path(root: Path, table: str, partition: Partition, name: str) -> Path:
    """The file of a part in a table's folder."""
    return root / partition.folder(table) / f"{name}.parquet"


def _write(path: Path, table: pa.Table) -> None:
    import pyarrow.parquet as pq  # noqa: PLC0415

    path.parent.mkdir(parents=True, exist_ok=True)
    written = path.with_suffix(".writing")
    pq.write_table(table, written, compression="zstd")
    written.replace(path)
