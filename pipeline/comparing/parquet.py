"""The comparison as a Parquet file: typed columns, for other tools."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pipeline.comparing.names import Names
from pipeline.comparing.picking import Choice
from pipeline.comparing.tables import COLUMNS, VERSION, tidy_table
from pipeline.errors import UsageError

_NUMBERS = ("value", "value_high")
_COUNTS = ("sources", "conflicts")


def write_parquet(path: Path, choices: Sequence[Choice], names: Names) -> None:
    """Write the tidy table with its codes as column names.

    ``value`` and ``value_high`` are float64, with every digit as text in ``value_exact`` and ``value_high_exact``;
    counts are int32; what is missing is null; ``other_facts`` is a list. Raises UsageError where it can't be written.
    """
    import pyarrow as pa  # noqa: PLC0415 - only who asks for it waits for it
    import pyarrow.parquet as pq  # noqa: PLC0415

    table = tidy_table(choices, names, "en")
    cells = dict(zip(COLUMNS, zip(*table.rows, strict=True), strict=True))
    columns = {}
    for name in COLUMNS:
        texts = [None if cell is None or cell == "" else str(cell) for cell in cells[name]]
        if name in _NUMBERS:
            columns[name] = pa.array([None if text is None else float(text) for text in texts], pa.float64())
            columns[f"{name}_exact"] = pa.array(texts, pa.string())
        elif name in _COUNTS:
            columns[name] = pa.array([None if text is None else int(text) for text in texts], pa.int32())
        elif name == "other_facts":
            columns[name] = pa.array([(text or "").split() for text in texts], pa.list_(pa.string()))
        else:
            columns[name] = pa.array(texts, pa.string())
    about = {"countyfacts_columns_version": str(VERSION)}
    temporary = path.with_name(path.name + ".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(pa.table(columns).replace_schema_metadata(about), temporary, compression="zstd")
        temporary.replace(path)
    except OSError as error:
        raise UsageError(f"{path}: can't be written: {error}; choose another folder with --out") from error
