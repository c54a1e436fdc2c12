"""Tables of a Word document: where each cell stands once merged cells are one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lxml.etree import _Element as Element

from pipeline.model import Cell
from pipeline.reading.word_numbers import VAL, W
from pipeline.reading.word_styles import is_on

_WRAPPERS = frozenset(f"{W}{name}" for name in ("sdt", "sdtContent", "customXml", "ins", "moveTo", "smartTag"))
_MAX_SPAN = 63
"""Word knows no more columns."""


@dataclass(slots=True)
class _Place:
    """A cell while its rows are counted."""

    element: Element
    row: int
    column: int
    wide: int
    header: bool
    high: int = 1


def children(parent: Element, name: str) -> Iterator[Element]:
    """The children of one kind, also those that stand in content controls and tracked insertions."""
    for child in parent:
        if child.tag == f"{W}{name}":
            yield child
        elif child.tag in _WRAPPERS:
            yield from children(child, name)


def table_rows(table: Element) -> list[list[tuple[Element, Cell]]]:
    """The rows of a ``w:tbl``: each cell element that is seen, with its place; merged cells once, with their spans.

    Rows and cells of tracked deletions are left out, and hidden rows. The table number is left 0.
    """
    rows: list[list[_Place]] = []
    open_cells: dict[int, _Place] = {}
    for row in children(table, "tr"):
        properties = row.find(f"{W}trPr")
        if properties is not None and (properties.find(f"{W}del") is not None or is_on(properties, "hidden")):
            continue
        rows.append(_row(row, properties, len(rows), open_cells))
    return [
        [(p.element, Cell(0, p.row, p.column, p.high, p.wide, p.header)) for p in sorted(row, key=lambda p: p.column)]
        for row in rows
    ]


def _row(row: Element, properties: Element | None, number: int, open_cells: dict[int, _Place]) -> list[_Place]:
    header = bool(is_on(properties, "tblHeader"))
    column = _count(properties, "gridBefore", 0)
    places: list[_Place] = []
    for cell in children(row, "tc"):
        inner = cell.find(f"{W}tcPr")
        if inner is not None and inner.find(f"{W}cellDel") is not None:
            continue
        wide = _count(inner, "gridSpan", 1)
        merged = _merge(inner, "vMerge")
        if merged == "continue" and column in open_cells:
            open_cells[column].high += 1
        elif _merge(inner, "hMerge") == "continue" and places:
            places[-1].wide += wide
        else:
            place = _Place(cell, number, column, wide, header)
            places.append(place)
            for covered in range(column, column + wide):
                open_cells.pop(covered, None)
            if merged:
                open_cells[column] = place
        column += wide
    return places


def _merge(properties: Element | None, name: str) -> str | None:
    """``restart`` or ``continue`` where a cell is merged with others; None where it isn't."""
    element = None if properties is None else properties.find(f"{W}{name}")
    return None if element is None else str(element.get(VAL, "continue"))


def _count(properties: Element | None, name: str, default: int) -> int:
    element = None if properties is None else properties.find(f"{W}{name}")
    text = "" if element is None else element.get(VAL, "")
    return min(max(int(text), default), _MAX_SPAN) if text.isascii() and text.isdigit() and len(text) < 6 else default
