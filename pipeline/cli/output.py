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
    table = [list(headings), *([_line(cell) for cell in row] for row in rows)]
    columns = [[width(cell) for cell in column] for column in zip(*table, strict=True)]
    widths = [max(column) for column in columns]
    narrow = sys.stdout.isatty() or "COLUMNS" in os.environ
    room = shutil.get_terminal_size().columns if narrow else _UNLIMITED
    left = room - sum(w + len(_GAP) for w in widths[:-1])
    rule = ["-" * w for w in (*widths[:-1], min(widths[-1], max(left, 10)))]
    padded = [
        [cell + " " * (room_there - w) for cell, w in zip(column, taken, strict=True)]
        for column, taken, room_there in zip(zip(*table, strict=True), columns, widths[:-1], strict=False)
    ]
    last = [cell if w <= left else cut(cell, max(left, 10)) for cell, w in zip((row[-1] for row in table), columns[-1],
                                                                               strict=True)]  # fmt: skip
    lines = [_GAP.join(cells).rstrip() for cells in zip(*padded, last, strict=True)]
    print("\n".join([lines[0], _GAP.join(rule).rstrip(), *lines[1:]]))


def width(text: str) -> int:
    """The columns that a text takes on a terminal: two for a Chinese character."""
    return len(text) if text.isascii() else len(text.translate(_WIDTHS))


class _Widths(dict[int, str]):
    """For every character as many as it takes columns; each is looked up once."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        found = self[code] = "" if combining(char) else "xx" if east_asian_width(char) in "WF" else "x"
        return found


_WIDTHS = _Widths()


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
    text = str(cell)
    return text if text.isprintable() else "".join(c if c.isprintable() else " " for c in text)
