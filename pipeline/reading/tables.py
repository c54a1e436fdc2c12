"""Tables of a page: which are tables of data and which only lay out the page, and where each cell stands."""

from __future__ import annotations

from collections.abc import Iterator

from bs4 import NavigableString, Tag

from pipeline.model import Cell

_ROW_PARENTS = ("thead", "tbody", "tfoot")
_LONG_CELL = 400
"""A cell with more characters than this holds running text: the table lays out the page."""

_MAX_SPAN = 1000
"""Browsers cut colspan at 1000 (HTML Standard, 4.9.11)."""


def is_data_table(table: Tag) -> bool:
    """Whether a table holds data: several cells in a row, each short, no table or heading within, no loose text."""
    if table.find(["table", "h1", "h2", "h3", "article", "form"]) is not None:
        return False
    rows = [row for row, _ in _rows(table)]
    if not any(len(_cells(row)) > 1 for row in rows):
        return False
    if any(_has_loose_text(part) for part in (table, *table.find_all(_ROW_PARENTS, recursive=False), *rows)):
        return False
    return all(sum(map(len, cell.stripped_strings)) <= _LONG_CELL for row in rows for cell in _cells(row))


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
    for part in table.find_all((*_ROW_PARENTS, "tr"), recursive=False):
        if part.name == "tr":
            yield part, False
        else:
            for row in part.find_all("tr", recursive=False):
                yield row, part.name == "thead"


def _cells(row: Tag) -> list[Tag]:
    return [cell for cell in row.find_all(("td", "th"), recursive=False) if isinstance(cell, Tag)]


def _has_loose_text(part: Tag) -> bool:
    return any(type(child) is NavigableString and child.strip() for child in part.children)


def _span(cell: Tag, key: str) -> int:
    value = str(cell.get(key) or "1").strip()
    return min(max(int(value), 1), _MAX_SPAN) if value.isascii() and value.isdigit() and len(value) < 6 else 1
