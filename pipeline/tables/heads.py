"""Which rows and columns of a table are headings, and which headings speak of each value."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from pipeline.tables.grid import Grid, GridCell, Holds, table_words
from pipeline.tables.records import Span, Value

_NUMBERED = (
    re.compile(r"[一二三四五六七八九十]{1,3}[、.．]"),
    re.compile(r"[(（][一二三四五六七八九十]{1,3}[)）]"),
    re.compile(r"\d{1,2}[.．、](?!\d)"),
    re.compile(r"[(（]\d{1,2}[)）]|[①-⑳]"),
)
_PLAIN = len(_NUMBERED)
_BRACKETED = re.compile(r"[（(][^（()）]*[）)]")
_MOST_PARTS = 12
_MOST_BLANK = 200
_COLUMN_NUMBERS = re.compile(r"[甲乙丙丁]|[(（]?\d{1,2}[)）]?")


@dataclass(slots=True)
class Body:
    """A block of rows under one set of headings. ``labels`` are the columns of words before the values."""

    header: list[int]
    rows: list[int]
    labels: set[int] = field(default_factory=set)
    units: set[int] = field(default_factory=set)
    skipped: set[int] = field(default_factory=set)
    first: int = 0
    """The first column of values."""
    corner: tuple[Span, ...] = ()


def find_body(grid: Grid, rows: Sequence[int]) -> list[Body]:
    """The blocks of a table, in order; empty where no row holds a value. ``rows`` are those behind the title."""
    blocks: list[Body] = []
    header: list[int] = []
    block: Body | None = None
    for row in rows:
        if (_has_value(grid, row) and not (block is None and _is_wordy(grid, row))) or (
            block is not None and _has_years(grid, row, block)
        ):
            if _numbers_columns(grid, row, block is None):
                continue
            if block is None or header:
                block = Body(header, [])
                blocks.append(block)
                header = []
            block.rows.append(row)
        elif block is None and header and _is_section(grid, row):
            block = Body(header, [row])
            blocks.append(block)
            header = []
        elif block is None:
            header.append(row)
        elif _is_header(grid, row):
            if [cell.words for cell in grid.own(row)] not in [[c.words for c in grid.own(r)] for r in block.header]:
                header.append(row)
        elif header:
            header.append(row)
        else:
            block.rows.append(row)
    for found in blocks:
        if not found.header and blocks[0] is not found:
            found.header = blocks[0].header
        _sort_columns(grid, found)
    return blocks


def _has_value(grid: Grid, row: int) -> bool:
    return any(cell.holds is Holds.VALUE for cell in grid.own(row) if cell.row == row)


def _is_wordy(grid: Grid, row: int) -> bool:
    """Whether a row on top holds more words than numbers behind its first cell: headings like 45人以下 among others."""
    cells = [cell for cell in grid.own(row)[1:] if cell.row == row]
    words = sum(cell.holds is Holds.WORDS for cell in cells)
    return words > sum(cell.holds is Holds.VALUE for cell in cells)


def _has_years(grid: Grid, row: int, block: Body) -> bool:
    """Whether a row under other values holds numbers that look like years (2018 teachers, 2043 a year later)."""
    cells = [cell for cell in grid.own(row) if cell.row == row]
    told = [cell for cell in cells if cell.holds is not Holds.BLANK]
    if (
        not told
        or told[0].holds is not Holds.WORDS
        or told[0].words in {c.words for r in block.header for c in grid.own(r)}
    ):
        return False
    return any(cell.holds is Holds.YEAR and cell.words.isdecimal() for cell in told[1:])


def _is_section(grid: Grid, row: int) -> bool:
    """Whether a row is a single heading for the rows under it, and not the first of the headings over the columns."""
    told = [cell for cell in grid.own(row) if cell.holds is not Holds.BLANK]
    return len(told) == 1 and told[0].row_span == 1 and (told[0].column_span > 1 or len(grid.own(row)) > 1)


def _is_header(grid: Grid, row: int) -> bool:
    """Whether a row in the middle heads what follows: words or years at most places, no value."""
    told = [cell for cell in grid.own(row) if cell.holds is not Holds.BLANK]
    return len(told) > 2 and len(told) * 2 > len(grid.own(row))


def _numbers_columns(grid: Grid, row: int, first: bool) -> bool:
    """Whether a row only numbers the columns (甲 1 2 3)."""
    told = [cell.words for cell in grid.own(row) if cell.holds is not Holds.BLANK]
    if not first or len(told) < 3 or not all(_COLUMN_NUMBERS.fullmatch(words) for words in told):
        return False
    numbers = [int(words.strip("()（）")) for words in told if words.strip("()（）").isdecimal()]
    return len(numbers) > 1 and numbers == list(range(numbers[0], numbers[0] + len(numbers)))


def _sort_columns(grid: Grid, body: Body) -> None:
    """Tell the columns of labels, units, and of what is no value from those of values."""
    words = table_words()
    for column in range(grid.width):
        cells = [cell for row in body.rows if (cell := grid.at(row, column)) is not None and cell.column_span == 1]
        heads = [cell.words for row in body.header if (cell := grid.at(row, column)) is not None]
        values = sum(cell.holds is Holds.VALUE for cell in cells)
        told = sum(cell.holds in (Holds.WORDS, Holds.YEAR) for cell in cells)
        if column and body.labels:
            # to the right of words what looks like years are numbers among numbers
            told -= sum(cell.holds is Holds.YEAR and cell.words.isdecimal() for cell in cells)
        if (
            any(head.endswith(words.counting) for head in heads)
            or (column == 0 and not heads and _counts(cells))
            or any(head in words.remarks for head in heads)
        ):
            body.skipped.add(column)
        elif heads and heads[-1] in words.units and told >= values:
            body.units.add(column)
        elif told > values:
            body.labels.add(column)
    others = body.labels | body.units | body.skipped
    body.first = next((column for column in range(grid.width) if column not in others), grid.width)
    over = [cell for row in body.header for c in range(body.first) if (cell := grid.at(row, c)) is not None]
    body.corner = tuple(dict.fromkeys(cell.span for cell in over if cell.holds is Holds.WORDS))


def _counts(cells: Sequence[GridCell]) -> bool:
    """Whether the cells of a column are 1, 2, 3, ..."""
    numbers = [cell.words for cell in cells if cell.holds is Holds.VALUE]
    return len(numbers) > 2 and numbers == [str(n) for n in range(1, len(numbers) + 1)]


@dataclass(slots=True)
class _Sections:
    """The headings that stand in rows of their own or in rows with numbers, by their depth."""

    stack: list[tuple[int, Span]] = field(default_factory=list)

    def enter(self, depth: int, span: Span) -> None:
        """A heading of some depth begins."""
        self.leave(depth)
        self.stack.append((depth, span))

    def leave(self, depth: int) -> None:
        """Headings as deep as this end."""
        while self.stack and self.stack[-1][0] >= depth:
            self.stack.pop()

    def above(self) -> tuple[Span, ...]:
        """The headings that hold now, the widest first."""
        return tuple(span for _, span in self.stack)


def values_of(grid: Grid, body: Body) -> Iterator[Value]:
    """The values of a block of rows, in order, each with the headings that speak of it."""
    sections = _Sections()
    columns = {column: _column_heads(grid, body, column) for column in range(grid.width)}
    whole: tuple[int, tuple[Span, ...]] = (-1, ())
    parts = 0
    for index, row in enumerate(body.rows):
        labels = _labels(grid, body, index)
        if not (_has_value(grid, row) or _has_years(grid, row, body)):
            if labels and not any(cell.holds is Holds.BLANK and cell.words for cell in grid.own(row)):
                # a dash says that there is no value; a heading stands alone
                sections.enter(_depth(labels[-1].words, True), labels[-1].span)
            continue
        depth = _depth(labels[0].words, False) if labels else _PLAIN + 1
        if labels and _is_total(labels[0].words):
            sections.stack.clear()
        elif depth < _PLAIN:
            sections.leave(depth)
        own = tuple(label.span for label in labels)
        if labels and labels[-1].words.startswith(table_words().among):
            parts = max(parts, _parts(grid, body, whole[0], index)) if whole[0] >= 0 else 1
        heads = whole[1] + own if parts else own
        named = None if labels and labels[-1].words in table_words().remarks else sections.above() + heads
        yield from _row_values(grid, body, row, named, columns)
        if parts:
            parts -= 1
        else:
            whole = (row, own)
        if labels and depth < _PLAIN:
            sections.enter(depth, labels[0].span)


def _is_total(words: str) -> bool:
    return _BRACKETED.sub("", words) in table_words().totals


def _parts(grid: Grid, body: Body, whole: int, index: int) -> int:
    """How many rows from an 其中 on are parts of the row ``whole``: those that add up to it, else that one alone."""
    sums: dict[int, Decimal] = {}
    totals = {cell.column: cell.number for cell in grid.own(whole) if cell.holds is Holds.VALUE}
    for count, row in enumerate(body.rows[index : index + _MOST_PARTS], start=1):
        for cell in grid.own(row):
            if cell.holds is Holds.VALUE and cell.column in totals:
                sums[cell.column] = sums.get(cell.column, Decimal(0)) + cell.number
        if totals and all(sums.get(column) == total for column, total in totals.items()):
            return count
    return 1


def _depth(words: str, alone: bool) -> int:
    """How deep a heading is by its number; one without a number heads rows only where it stands alone."""
    depth = next((n for n, pattern in enumerate(_NUMBERED) if pattern.match(words)), None)
    return depth if depth is not None else _PLAIN - 1 if alone else _PLAIN + 1


def _row_values(
    grid: Grid, body: Body, row: int, heads: tuple[Span, ...] | None, columns: dict[int, tuple[Span, ...]]
) -> Iterator[Value]:
    for cell in grid.own(row):
        if cell.row != row or cell.holds not in (Holds.VALUE, Holds.YEAR) or cell.column in body.skipped:
            continue
        if cell.column in body.labels or cell.column in body.units:
            continue
        if cell.holds is Holds.YEAR and not cell.words.isdecimal():
            continue
        unit = next((c.span for column in body.units if (c := grid.at(row, column)) is not None), None)
        rows = _nearest(grid, body, row, cell, heads)
        if rows is None:
            continue
        yield Value(*cell.span, row, cell.column, rows, columns[cell.column], unit, body.corner)


def _nearest(
    grid: Grid, body: Body, row: int, cell: GridCell, heads: tuple[Span, ...] | None
) -> tuple[Span, ...] | None:
    """The headings of a value's row: all of them, or the one nearest where labels and values take turns.

    None where that heads no value of an indicator (邮政编码).
    """
    turned = [c for c in body.labels if body.first < c < cell.column]
    if not turned or not _takes_turns(grid, body, turned):
        return heads
    label = grid.at(row, max(turned))
    if label is not None and label.words in table_words().remarks:
        return None
    return (label.span,) if label is not None and label.holds is not Holds.BLANK else heads


def _takes_turns(grid: Grid, body: Body, turned: Sequence[int]) -> bool:
    """Whether labels come again behind values (指标 数值 指标 数值), and are no remarks on the row."""
    if not body.header:
        return True
    leading = {cell.words for row in body.header for c in range(body.first) if (cell := grid.at(row, c)) is not None}
    return all(
        any((cell := grid.at(row, column)) is not None and cell.words in leading for row in body.header)
        for column in turned
    )


def _labels(grid: Grid, body: Body, index: int) -> list[GridCell]:
    """The labels before the first value of a row (by its index in the body), the widest first."""
    found: list[GridCell] = []
    row = body.rows[index]
    for column in range(body.first):
        cell = grid.at(row, column)
        if cell is None or column in body.units or cell in found:
            continue
        if column in body.skipped and cell.holds is not Holds.WORDS:
            continue
        if cell.holds is not Holds.BLANK:
            found.append(cell)
        elif _is_parted(grid, body, row, column) and (above := _above(grid, body, index, column)) is not None:
            found.append(above)
    return found


def _above(grid: Grid, body: Body, index: int, column: int) -> GridCell | None:
    """The label above a blank one, over no more than so many rows."""
    for row in reversed(body.rows[max(0, index - _MOST_BLANK) : index]):
        cell = grid.at(row, column)
        if cell is not None and cell.holds is not Holds.BLANK:
            return cell
    return None


def _is_parted(grid: Grid, body: Body, row: int, column: int) -> bool:
    """Whether a label further right stands in the row: a blank one then means the label above."""
    further = (grid.at(row, c) for c in range(column + 1, body.first) if c in body.labels)
    return any(cell is not None and cell.holds is not Holds.BLANK for cell in further)


def _column_heads(grid: Grid, body: Body, column: int) -> tuple[Span, ...]:
    """The headings over a column, the topmost first; a blank one beside a parted heading means the one on its left."""
    found: list[GridCell] = []
    for n, row in enumerate(body.header):
        cell = grid.at(row, column)
        if (cell is None or cell.holds is Holds.BLANK) and n + 1 < len(body.header):
            below = grid.at(body.header[n + 1], column)
            if below is not None and below.holds is not Holds.BLANK:
                cell = _left(grid, row, column)
        if cell is not None and cell.holds is not Holds.BLANK and cell not in found:
            found.append(cell)
    return tuple(cell.span for cell in found)


def _left(grid: Grid, row: int, column: int) -> GridCell | None:
    """The next heading to the left in a row of headings; None where it is the label's."""
    for other in range(column - 1, 0, -1):
        cell = grid.at(row, other)
        if cell is not None and cell.holds is not Holds.BLANK:
            return cell
    return None
