"""Tables of a page: which are tables of data and which only lay out the page, and where each cell stands."""

from __future__ import annotations

from collections.abc import Iterator

from bs4 import CData, NavigableString, Tag

from pipeline.model import Cell

_ROW_PARENTS = ("thead", "tbody", "tfoot")
_NOT_IN_DATA = frozenset({"table", "h1", "h2", "h3", "article", "form"})
_LONG_CELL = 400
"""A cell with more characters than this holds running text: the table lays out the page."""

_MAX_SPAN = 1000
"""Browsers cut colspan at 1000 (HTML Standard, 4.9.11)."""


def is_data_table(table: Tag) -> bool:
    """Whether a table holds data: several cells in a row, each short, no table or heading within, no loose text."""
    if any(isinstance(node, Tag) and node.name in _NOT_IN_DATA for node in table.descendants):
        return False
    rows = [row for row, _ in _rows(table)]
    cells = [_cells(row) for row in rows]
    if max(map(len, cells), default=0) < 2:
        return False
    if any(_has_loose_text(part) for part in (table, *children(table, *_ROW_PARENTS), *rows)):
        return False
    return all(_length(cell) <= _LONG_CELL for row in cells for cell in row)


def children(tag: Tag, *names: str) -> list[Tag]:
    """The elements of these names straight in another."""
    return [child for child in tag.contents if isinstance(child, Tag) and child.name in names]


def data_rows(table: Tag) -> Iterator[list[tuple[Tag, Cell]]]:
    """The rows of a table: their cells with row and column (spans worked in); the table number is left 0."""
    taken: dict[int, int] = {}
    for number, (row, is_head) in enumerate(_rows(table)):
        column = 0
        cells: list[tuple[Tag, Cell]] = []
        for cell in _cells(row):
            while taken.get(column, 0) > number:
                column += 1
            wide, high = _span(cell, "colspan"), _span(cell, "rowspan")
            header = is_head or cell.name == "th"
            cells.append((cell, Cell(0, number, column, high, wide, header)))
            for covered in range(column, column + wide):
                taken[covered] = number + high
            column += wide
        yield cells


def _rows(table: Tag) -> Iterator[tuple[Tag, bool]]:
    for part in children(table, *_ROW_PARENTS, "tr"):
        if part.name == "tr":
            yield part, False
        else:
            for row in children(part, "tr"):
                yield row, part.name == "thead"


def _cells(row: Tag) -> list[Tag]:
    return children(row, "td", "th")


def _length(cell: Tag) -> int:
    texts = (node for node in cell.descendants if isinstance(node, NavigableString))
    return sum(len(text.strip()) for text in texts if type(text) in (NavigableString, CData))


def _has_loose_text(part: Tag) -> bool:
    return any(type(child) is NavigableString and child.strip() for child in part.contents)


def _span(cell: Tag, key: str) -> int:
    value = str(cell.attrs.get(key) or "1").strip()
    return min(max(int(value), 1), _MAX_SPAN) if value.isascii() and value.isdigit() and len(value) < 6 else 1
