"""Printing rows: a table for the eye, CSV, JSON and JSON Lines for programs."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Iterable, Mapping, Sequence
from unicodedata import combining, east_asian_width

from pipeline.cli.options import Format

_GAP = "  "
_UNLIMITED = 10_000


def print_rows(headings: Sequence[str], rows: Iterable[Sequence[object]], how: Format) -> None:
    """Print rows under headings; as JSON each row becomes an object."""
    if how is Format.TABLE:
        print_table(headings, rows)
    elif how is Format.CSV:
        from pipeline.comparing import to_csv  # noqa: PLC0415

        cells = ([None if cell is None else _plain(cell) for cell in row] for row in rows)
        sys.stdout.write(to_csv(headings, cells))
    else:
        print_records((dict(zip(headings, row, strict=True)) for row in rows), how)


def print_records(records: Iterable[Mapping[str, object]], how: Format) -> None:
    """Print JSON objects: one a line, or (``json``) all as one array."""
    if how is Format.JSON:
        print(json.dumps(list(records), ensure_ascii=False, indent=1, default=str))
        return
    for record in records:
        print(json.dumps(record, ensure_ascii=False, default=str))


def print_table(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print an aligned table. On a terminal (or where COLUMNS is set) the last column is cut to the width there is."""
    table = [[_line(cell) for cell in row] for row in rows]
    widths = [max([width(heading), *(width(row[n]) for row in table)]) for n, heading in enumerate(headings)]
    narrow = sys.stdout.isatty() or "COLUMNS" in os.environ
    room = shutil.get_terminal_size().columns if narrow else _UNLIMITED
    left = room - sum(w + len(_GAP) for w in widths[:-1])
    rule = ["-" * w for w in (*widths[:-1], min(widths[-1], max(left, 10)))]
    for row in [list(headings), rule, *table]:
        *cells, last = row
        head = _GAP.join(cell + " " * (w - width(cell)) for cell, w in zip(cells, widths[:-1], strict=True))
        last = cut(last, max(left, 10))
        print(f"{head}{_GAP}{last}".rstrip() if cells else last)


def width(text: str) -> int:
    """The columns that a text takes on a terminal: two for a Chinese character."""
    if text.isascii():
        return len(text)
    return sum(0 if combining(c) else 2 if east_asian_width(c) in "WF" else 1 for c in text)


def cut(text: str, room: int) -> str:
    """The text, or as much of it as fits into ``room`` columns with an ellipsis."""
    if width(text) <= room:
        return text
    used = 0
    for at, character in enumerate(text):
        used += width(character)
        if used > room - 1:
            return text[:at] + "…"
    return text


def _plain(cell: object) -> str | int:
    return (
        cell if isinstance(cell, int) else json.dumps(cell, ensure_ascii=False) if isinstance(cell, list) else str(cell)
    )


def _line(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float):
        return format(cell, ".15g")
    return "".join(c if c.isprintable() else " " for c in str(cell))
