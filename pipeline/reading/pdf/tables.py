"""Tables of a page, with lines and without: the text of each cell and where it stands."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from pipeline.reading.pdf.columns import bottom_of, top_of
from pipeline.reading.pdf.grids import Box, Grid
from pipeline.reading.pdf.page import Glyph
from pipeline.reading.pdf.rows import Row, Run, rows_of

_LONG_CELL = 400
"""A cell with more characters than this holds running text: the lines lay out the page."""

_LATIN = re.compile("[A-Za-z]")
_DIGIT = re.compile(r"[\d.,]")
_FEWEST_ROWS = 2
_SHORT = 30
_TIGHT = 0.75


class Entry(NamedTuple):
    """The text of a cell, the rows and columns it takes up (``end`` exclusive), the places of doubtful characters in
    its text, and whether it is set in a bold face.
    """

    text: str
    row: int
    column: int
    row_end: int
    column_end: int
    doubtful: tuple[int, ...] = ()
    heavy: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table on one page: its rows of cells in order, and the left edge of each column and the right one of the last.

    ``ruled``: lines part its cells.
    """

    rows: tuple[tuple[Entry, ...], ...]
    xs: tuple[float, ...]
    ruled: bool

    @property
    def height(self) -> int:
        """How many rows its cells take up."""
        return max(entry.row_end for row in self.rows for entry in row)


def joined_lines(lines: Sequence[tuple[str, float]], edge: float, size: float) -> str:
    """The text of a cell from its lines (text, right end): words of letters and numbers that end short of the right
    ``edge`` are kept apart, what was cut is put together.
    """
    text = ""
    reach = edge
    for words, right in lines:
        if text:
            letters = _LATIN.match(text[-1]) and _LATIN.match(words[0])
            numbers = _DIGIT.match(text[-1]) and _DIGIT.match(words[0]) and reach < edge - 1.5 * size
            text += " " if letters or numbers else ""
        text += words
        reach = right
    return text


def ruled_table(grid: Grid, glyphs: Sequence[Glyph]) -> Table | list[list[Row]] | None:
    """The table that lines enclose with the characters in it.

    Where its cells hold running text, the rows of text of each cell in order; None where hardly a cell holds anything
    (a frame, a chart).
    """
    held: dict[int, list[Glyph]] = {}
    places = _fields(grid)
    for glyph in glyphs:
        column = bisect_right(grid.xs, (glyph.left + glyph.right) / 2) - 1
        row = bisect_right(grid.ys, glyph.middle) - 1
        at = places.get((row, column))
        if at is not None:
            held.setdefault(at, []).append(glyph)
    rows = {at: rows_of(inside) for at, inside in held.items()}
    rows = {at: found for at, found in rows.items() if found}
    if len(rows) < 2:
        return None
    entries = [_entry(box, rows.get(at, [])) for at, box in enumerate(grid.cells)]
    if any(len(entry.text) > _LONG_CELL for entry in entries):
        return [rows[at] for at in sorted(rows)]
    lines: list[list[Entry]] = [[] for _ in grid.ys[1:]]
    for entry in entries:
        lines[entry.row].append(entry)
    return Table(tuple(tuple(line) for line in lines if line), grid.xs, True)


def _fields(grid: Grid) -> dict[tuple[int, int], int]:
    """For each field of the grid the number of the cell it belongs to."""
    return {
        (row, column): at
        for at, box in enumerate(grid.cells)
        for row in range(box.row, box.row_end)
        for column in range(box.column, box.column_end)
    }


def _entry(box: Box, rows: Sequence[Row]) -> Entry:
    lines = [line_of(row) for row in rows]
    size = rows[0][0].size if rows else 0.0
    text = joined_lines([(line, row[-1].right) for (line, _), row in zip(lines, rows, strict=True)], box.right, size)
    heavy = bool(rows) and all(run.heavy for row in rows for run in row)
    return Entry(text, box.row, box.column, box.row_end, box.column_end, _doubts(text, lines), heavy)


def _doubts(text: str, lines: Sequence[tuple[str, tuple[int, ...]]]) -> tuple[int, ...]:
    """The places of doubtful characters in a text joined from lines."""
    result: list[int] = []
    at = 0
    for words, doubtful in lines:
        at = text.index(words, at)
        result += (at + place for place in doubtful)
        at += len(words)
    return tuple(result)


def line_of(row: Row) -> tuple[str, tuple[int, ...]]:
    """The text of a row, a blank between runs, and the places of doubtful characters in it."""
    text = ""
    doubtful: list[int] = []
    for run in row:
        text += " " if text else ""
        doubtful += (len(text) + place for place in run.doubtful)
        text += run.text
    return text, tuple(doubtful)


def aligned_tables(rows: Sequence[Row]) -> list[tuple[int, int, Table]]:
    """The tables without lines among the rows of a flow: ``(start, end, table)`` in order."""
    result = []
    start = 0
    while start < len(rows):
        if len(rows[start]) < 2:
            start += 1
            continue
        end = _end_of_table(rows, start)
        table = _aligned(rows[start:end])
        if table:
            result.append((start, end, table))
        start = end
    return result


def _end_of_table(rows: Sequence[Row], start: int) -> int:
    """Where rows that could be those of one table end: one of a single run goes with those around it if it is short."""
    end = last = start + 1
    while end < len(rows):
        if len(rows[end]) > 1:
            last = end + 1
        elif end - last >= 1 or len(rows[end][0].text) > _SHORT or not _is_near(rows, end):
            break
        end += 1
    return last


def _is_near(rows: Sequence[Row], at: int) -> bool:
    """Whether a row of one run follows the one before as closely as the lines of a cell do."""
    return top_of(rows[at]) - bottom_of(rows[at - 1]) < 0.6 * rows[at][0].size


def _aligned(rows: Sequence[Row]) -> Table | None:
    """The table that rows make whose runs stand below each other; None where they don't."""
    counts = Counter(len(row) for row in rows)
    most = max(counts)
    usual = [row for row in rows if len(row) == most]
    if len(usual) < 2 and len(counts) > 1:
        second = max(count for count in counts if count < most)
        usual = [row for row in rows if len(row) >= second > 1]
    columns = _columns([run for row in usual for run in row])
    several = sum(len(row) > 1 for row in rows)
    if len(columns) < 2 or several < _FEWEST_ROWS or (len(columns) == 2 and several < _FEWEST_ROWS + 1):
        return None
    texts = [len(run.text) for row in rows for run in row]
    if median(texts) > _SHORT or len(columns) * len(rows) > 3 * len(texts):
        return None
    lines = [_assigned(row, columns) for row in _without_wraps(rows, columns)]
    entries = tuple(tuple(_padded(line, at, len(columns))) for at, line in enumerate(lines))
    return Table(entries, (*(left for left, _ in columns), columns[-1][1]), False)


def _columns(runs: Sequence[Run]) -> list[tuple[float, float]]:
    """The stretches of the line that runs take up, from left to right."""
    columns: list[tuple[float, float]] = []
    for run in sorted(runs, key=lambda run: run.left):
        if columns and run.left < columns[-1][1] - 0.1 * run.size:
            columns[-1] = columns[-1][0], max(columns[-1][1], run.right)
        else:
            columns.append((run.left, run.right))
    return columns


def _without_wraps(rows: Sequence[Row], columns: Sequence[tuple[float, float]]) -> list[list[list[Run]]]:
    """The rows of a table, each as the runs of its lines: what goes on in the next line of a cell is put to it."""
    steps = [top_of(two) - top_of(one) for one, two in pairwise(rows) if len(one) > 1 and len(two) > 1]
    usual = median(steps) if steps else 0.0
    result: list[list[list[Run]]] = []
    for at, row in enumerate(rows):
        step = top_of(row) - top_of(rows[at - 1]) if at else 0.0
        if at and len(row) < len(columns) and step < _TIGHT * usual:
            result[-1].append(list(row))
        else:
            result.append([list(row)])
    return result


def _assigned(lines: Sequence[Sequence[Run]], columns: Sequence[tuple[float, float]]) -> list[Entry]:
    """The cells of a row from the runs of its lines; a run that reaches over several columns spans them."""
    cells: dict[int, tuple[int, list[Run]]] = {}
    for line in lines:
        for run in line:
            start, end = _place(run, columns)
            known = cells.get(start)
            cells[start] = (max(end, known[0]) if known else end, [*(known[1] if known else []), run])
    result = []
    for start in sorted(cells):
        end, runs = cells[start]
        parts = [(run.text, run.doubtful) for run in runs]
        text = joined_lines([(run.text, run.right) for run in runs], columns[end - 1][1], runs[0].size)
        result.append(Entry(text, 0, start, 1, end, _doubts(text, parts), all(run.heavy for run in runs)))
    return result


def _place(run: Run, columns: Sequence[tuple[float, float]]) -> tuple[int, int]:
    """The columns a run takes up: those it lies over, or the nearest; two where it stands between them."""
    over = [
        at for at, (left, right) in enumerate(columns) if min(right, run.right) - max(left, run.left) > 0.3 * run.size
    ]
    if over:
        return over[0], over[-1] + 1
    middle = (run.left + run.right) / 2
    after = next((at for at, (left, _) in enumerate(columns) if left > middle), len(columns))
    if 0 < after < len(columns):
        return after - 1, after + 1
    return (0, 1) if after == 0 else (len(columns) - 1, len(columns))


def _padded(line: Sequence[Entry], row: int, columns: int) -> list[Entry]:
    """The cells of a row with empty ones where nothing stands; none takes up what another has."""
    result: list[Entry] = []
    at = 0
    for entry in line:
        start = max(entry.column, at)
        result += (Entry("", row, column, row + 1, column + 1) for column in range(at, start))
        end = max(entry.column_end, start + 1)
        if start >= columns and result:
            result[-1] = result[-1]._replace(text=f"{result[-1].text} {entry.text}".strip())
            continue
        result.append(entry._replace(row=row, column=start, row_end=row + 1, column_end=end))
        at = end
    result += (Entry("", row, column, row + 1, column + 1) for column in range(at, columns))
    return result
