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
    """Print rows under headings; as JSON each row becomes an object. Without headings there is nothing to print."""
    if not headings:  # a query that asks for nothing
        return
    if how is Format.TABLE:
        print_table(headings, rows)
    elif how is Format.CSV:
        from pipeline.comparing import to_csv  # noqa: PLC0415

        cells = ([cell if cell is None or type(cell) is str else _plain(cell) for cell in row] for row in rows)
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
    cells = list(zip(*rows, strict=True)) or [()] * len(headings)
    columns = [_texts((heading, *column)) for heading, column in zip(headings, cells, strict=True)]
    *others, last = columns
    widths = [max(map(width, set(column))) for column in others]
    narrow = sys.stdout.isatty() or "COLUMNS" in os.environ
    room = shutil.get_terminal_size().columns if narrow else _UNLIMITED
    left = room - sum(w + len(_GAP) for w in widths)
    rule = ["-" * w for w in (*widths, min(_widest(last), max(left, 10)))]
    shown = [*map(_padded, others, widths), [cut(cell, max(left, 10)) for cell in last]]
    lines = [_GAP.join(line).rstrip() for line in zip(*shown, strict=True)]
    print("\n".join([lines[0], _GAP.join(rule).rstrip(), *lines[1:]]))


def _texts(cells: Iterable[object]) -> list[str]:
    """The cells of a column as they are printed; nearly always all can be as they are, and that is seen at once."""
    texts = [cell if type(cell) is str else _line(cell) for cell in cells]
    return texts if "".join(texts).isprintable() else [_line(text) for text in texts]


def _padded(column: Sequence[str], room: int) -> list[str]:
    """The cells of a column with blanks up to its width; a name that comes again is measured once."""
    padded = {cell: cell + " " * (room - width(cell)) for cell in set(column)}
    return [padded[cell] for cell in column]


def _widest(column: Iterable[str]) -> int:
    """The width of the widest cell; those are not measured that are too short to be it."""
    widest = 0
    for cell in column:
        if 2 * len(cell) > widest:
            widest = max(widest, width(cell))
    return widest


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
    if 2 * len(text) <= room or width(text) <= room:
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
