"""The sheets of a workbook to a text layer: what a reader of each visible sheet sees, with the places of the cells."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

from pipeline.errors import Refused
from pipeline.limits import MAX_CELLS
from pipeline.model import BlockKind
from pipeline.reading.layout import LayerBuilder, Read, Style
from pipeline.reading.rows import Filled, append_cells, one_line

MAX_ROW, MAX_COLUMN = 1_048_576, 16_384
"""The size of a sheet (Excel specifications and limits)."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet as a file has it. ``merged`` are ranges (first row, first column, last row, last column), from 0;
    ``hidden_rows`` and ``hidden_columns`` ranges (first, last); ``boxes`` the texts of its text boxes.
    """

    name: str
    visible: bool = True
    cells: Sequence[Filled] = ()
    merged: Sequence[tuple[int, int, int, int]] = ()
    hidden_rows: Sequence[tuple[int, int]] = ()
    hidden_columns: Sequence[tuple[int, int]] = ()
    boxes: Sequence[str] = ()
    uncalculated: int = 0
    """Formulas without a result in the file."""


@dataclass(slots=True)
class Counter:
    """Counts the filled cells of a workbook. Raises Refused (``too_large``) above the limit."""

    name: str
    count: int = field(default=0)

    def add(self) -> None:
        """One more."""
        self.count += 1
        if self.count > MAX_CELLS:
            raise Refused("too_large", f"{self.name}: holds more than {MAX_CELLS:,} filled cells; split it")


def read_sheets(sheets: Iterable[Sheet], hints: dict[str, str]) -> Read:
    """The layer of a workbook. Hidden sheets aren't part of it; ``hints["hidden_sheets"]`` names them, and
    ``hints["uncalculated"]`` says how many formulas have no result in the file.
    """
    builder = LayerBuilder()
    hidden: list[str] = []
    uncalculated = 0
    for sheet in sheets:
        if not sheet.visible:
            hidden.append(sheet.name)
            continue
        uncalculated += sheet.uncalculated
        cells = seen_cells(sheet)
        if not cells and not sheet.boxes:
            continue
        style = Style(kind=BlockKind.HEADING, locator=f"sheet {sheet.name}")
        builder.text(sheet.name, style)
        builder.end_block(style)
        append_cells(builder, cells, _locate(sheet.name))
        for text in sheet.boxes:
            builder.text(text, Style(locator=f"sheet {sheet.name}", preformatted=True))
            builder.end_block(Style(locator=f"sheet {sheet.name}"))
    if hidden:
        hints["hidden_sheets"] = ", ".join(hidden)
    if uncalculated:
        hints["uncalculated"] = str(uncalculated)
    return Read(builder.layer(), "", hints)


def seen_cells(sheet: Sheet) -> list[Filled]:
    """The cells of a sheet that are seen, merged ones once and with their spans."""
    rows, columns = _Ranges(sheet.hidden_rows), _Ranges(sheet.hidden_columns)
    merged = {(top, left): (bottom, right) for top, left, bottom, right in sheet.merged}
    covered = _Covered(sheet.merged) if merged else None
    seen = []
    for cell in sorted(sheet.cells, key=lambda cell: cell.row):
        end = merged.get((cell.row, cell.column))
        if end is not None:
            top, left = rows.first_outside(cell.row), columns.first_outside(cell.column)
            if top <= end[0] and left <= end[1]:
                seen.append(
                    replace(cell, row=top, column=left, row_span=end[0] - top + 1, column_span=end[1] - left + 1)
                )
        elif not (cell.row in rows or cell.column in columns or (covered and covered.has(cell.row, cell.column))):
            seen.append(cell)
    return seen


class _Ranges:
    """Ranges of rows or columns, first and last included."""

    def __init__(self, ranges: Sequence[tuple[int, int]]) -> None:
        self._ranges = sorted(ranges)
        self._starts = [first for first, _ in self._ranges]

    def __contains__(self, at: int) -> bool:
        index = bisect_right(self._starts, at) - 1
        return index >= 0 and at <= self._ranges[index][1]

    def first_outside(self, at: int) -> int:
        """``at`` itself, or the first place behind the ranges it lies in."""
        while at in self:
            at = self._ranges[bisect_right(self._starts, at) - 1][1] + 1
        return at


class _Covered:
    """The places that merged cells cover, but for their first: what may stand there isn't seen. To be asked row by row
    from the top.
    """

    def __init__(self, merged: Sequence[tuple[int, int, int, int]]) -> None:
        self._coming = sorted(merged, reverse=True)
        self._open: list[tuple[int, int, int]] = []

    def has(self, row: int, column: int) -> bool:
        """Whether a merged cell covers the place."""
        if (self._coming and self._coming[-1][0] <= row) or any(bottom < row for _, _, bottom in self._open):
            while self._coming and self._coming[-1][0] <= row:
                _, left, bottom, right = self._coming.pop()
                self._open.append((left, right, bottom))
            self._open = sorted(range_ for range_ in self._open if range_[2] >= row)
        index = bisect_right(self._open, (column, MAX_COLUMN, MAX_ROW)) - 1
        return index >= 0 and self._open[index][1] >= column


def column_name(column: int) -> str:
    """The letters of a column counted from 0: A, Z, AA."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def filled(row: int, column: int, text: str, number: bool) -> Filled | None:
    """A cell of the layer; None where it shows nothing."""
    text = one_line(text)
    return Filled(row, column, text, number) if text else None


def _locate(sheet: str) -> Callable[[int, int], str]:
    return lambda row, column: f"sheet {sheet}!{column_name(column)}{row + 1}"
