"""Cells of a sheet to the text layer: which rows are tables, and which stand alone as captions and notes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby, pairwise

from pipeline.model import Cell
from pipeline.reading.layout import LayerBuilder, Style
from pipeline.reading.words import office_words

LONG_CELL = 400
"""A cell with more characters than this holds running text; its row is read as paragraphs."""

_BREAK = re.compile(r"[\r\n\f\v]+")
_LABEL = re.compile(r"[^：:\d]{2,12}[：:]")
_YEARS = range(1949, 2101)


@dataclass(frozen=True, slots=True)
class Filled:
    """A cell with something in it: row and column count from 0; ``number`` tells an amount from a text or a day."""

    row: int
    column: int
    text: str
    number: bool = False
    row_span: int = 1
    column_span: int = 1

    @property
    def end(self) -> int:
        """The column behind it."""
        return self.column + self.column_span


Row = list[Filled]


def one_line(text: str) -> str:
    """The text of a cell on one line. Tabs become blanks; so does a line break between two letters or digits of ASCII,
    while others only fold a cell that is narrow (学校数 over （所）) and go.
    """
    lines = [line for part in _BREAK.split(text) if (line := part.replace("\t", " ").strip(" "))]
    return "".join(line + (" " if (line[-1] + after[:1]).isascii() else "") for line, after in pairwise([*lines, "—"]))


def append_cells(builder: LayerBuilder, cells: Iterable[Filled], locate: Callable[[int, int], str]) -> None:
    """Append the cells of a sheet in reading order: rows of tables, and paragraphs for what stands alone.

    Tables are parted by blank rows (where a head follows, and not just more of the same), by blank columns (where the
    right part has row heads of its own) and by captions. ``locate`` gives the place in the file of a row and column.
    """
    ordered = sorted(cells, key=lambda cell: (cell.row, cell.column))
    rows = [list(group) for _, group in groupby(ordered, key=lambda cell: cell.row)]
    sheet = _Sheet(builder, locate)
    for band in _bands(rows):
        for part in _side_by_side(band):
            for piece in _stacked(part):
                sheet.append(piece)


class _Sheet:
    """What has been appended of a sheet."""

    def __init__(self, builder: LayerBuilder, locate: Callable[[int, int], str]) -> None:
        self._builder = builder
        self._locate = locate
        self._first = 0
        self._columns = range(0)

    def append(self, rows: Sequence[Row]) -> None:
        """Append rows that hold one table at most, with its captions above and notes below."""
        start = min(row[0].column for row in rows)
        end = max(cell.end for row in rows for cell in row)
        low = 0
        while low < len(rows) and _is_caption(rows[low], start, end):
            low += 1
        high = len(rows)
        while high > low and _is_note(rows[high - 1], start, end):
            high -= 1
        for row in rows[:low]:
            self._paragraphs(row)
        if low < high:
            self._table(rows[low:high], low == 0)
        for row in rows[high:]:
            self._paragraphs(row)

    def _table(self, rows: Sequence[Row], bare: bool) -> None:
        columns = range(min(row[0].column for row in rows), max(cell.end for row in rows for cell in row))
        inside = bool(self._columns) and self._columns.start <= columns.start and columns.stop <= self._columns.stop
        if not (bare and inside and _is_data(rows[0])):
            self._builder.start_table()
            self._first, self._columns = rows[0][0].row, columns
        for row in rows:
            if any(len(cell.text) > LONG_CELL for cell in row):
                self._paragraphs(row)
                continue
            self._builder.row(
                [
                    (cell.text, 0.0, Cell(0, cell.row - self._first, cell.column, cell.row_span, cell.column_span))
                    for cell in row
                ],
                Style(),
                [self._locate(cell.row, cell.column) for cell in row],
            )

    def _paragraphs(self, row: Row) -> None:
        for cell in row:
            style = Style(locator=self._locate(cell.row, cell.column))
            self._builder.text(cell.text, style)
            self._builder.end_block(style)


def _bands(rows: Sequence[Row]) -> Iterable[list[Row]]:
    """Rows that follow one another without a blank row between."""
    band: list[Row] = []
    below = 0
    for row in rows:
        if band and row[0].row > below:
            yield band
            band = []
        band.append(row)
        below = max(below, row[0].row + 1, *(cell.row + cell.row_span for cell in row))
    if band:
        yield band


def _side_by_side(band: list[Row]) -> list[list[Row]]:
    """The band itself, or its parts where blank columns part tables that each have row heads and numbers."""
    taken = sorted({(cell.column, cell.end) for row in band if len(row) > 1 for cell in row})
    gaps: list[int] = []
    reach = taken[0][1] if taken else 0
    for start, end in taken:
        if start > reach:
            gaps.append(start)
        reach = max(reach, end)
    if not gaps:
        return [band]
    edges = [0, *gaps, max(cell.end for row in band for cell in row)]
    parts = [
        [cells for row in band if (cells := [cell for cell in row if low <= cell.column < high])]
        for low, high in pairwise(edges)
    ]
    return parts if all(_has_row_heads(part) for part in parts) else [band]


def _has_row_heads(part: Sequence[Row]) -> bool:
    """Whether most rows with numbers open with a text."""
    rows = [row for row in part if any(cell.number for cell in row[1:])]
    opened = sum(not row[0].number and row[0].column == min(r[0].column for r in rows) for row in rows)
    return bool(rows) and opened >= 0.6 * len(rows)


def _stacked(part: list[Row]) -> Iterable[list[Row]]:
    """The part cut before captions that stand in its midst, with a head of columns below them."""
    start = min(row[0].column for row in part)
    end = max(cell.end for row in part for cell in row)
    cut = 0
    for at in range(1, len(part) - 2):
        row = part[at]
        wide = len(row) == 1 and row[0].column == start and row[0].end == end and end - start > 1
        if wide and not row[0].number and _is_head(part[at + 1]) and any(map(len, part[cut:at])):
            yield part[cut:at]
            cut = at
    yield part[cut:]


def _is_head(row: Row) -> bool:
    return len(row) > 1 and not any(cell.number for cell in row)


def _is_data(row: Row) -> bool:
    """Whether a row goes on with what a table held: a head and numbers that are no years."""
    numbers = [cell for cell in row if cell.number]
    return bool(numbers) and not all(cell.text.isdigit() and int(cell.text) in _YEARS for cell in numbers)


@cache
def _unit_note() -> re.Pattern[str]:
    return re.compile(rf"[(（\[【]?\s*(?:{'|'.join(office_words().unit_notes)})\s*[：:]")


def _is_caption(row: Row, start: int, end: int) -> bool:
    """Whether a row above a table says something of it as a whole: its title, whose it is, its units."""
    if any(cell.number for cell in row):
        return False
    if all(_unit_note().match(cell.text) or _LABEL.match(cell.text) for cell in row):
        return True
    if len(row) == 2:
        return any(_unit_note().match(cell.text) for cell in row)
    cell = row[0]
    whole = cell.column_span >= end - start
    return len(row) == 1 and (whole or (cell.row_span == 1 and (cell.column == start or cell.column_span == 1)))


def _is_note(row: Row, start: int, end: int) -> bool:
    """Whether a row below a table stands for itself."""
    if len(row) > 1 or row[0].number:
        return all(_LABEL.match(cell.text) for cell in row)
    return row[0].column == start or row[0].column_span >= end - start
