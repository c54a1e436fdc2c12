"""Headings over several columns: what a reader sees, and what plain text has no sign for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pipeline.reading.text_tables.rows import Piece, Placed, is_figure

Grid = Sequence[Mapping[int, Piece]]
"""For each row its cells by column; columns without an entry are blank."""


def placed(grid: Grid, columns: int, header_rows: int = 0) -> list[Placed]:
    """The cells of a grid in their places, headings with the columns and rows that they stand over.

    ``header_rows`` is how many rows the table itself marks as its head; else those are heads that hold no figure.
    """
    heads = header_rows or _head_rows(grid)
    cells = []
    for number, row in enumerate(grid):
        for column, piece in sorted(row.items()):
            high = wide = 1
            if number < heads - 1:
                wide = _columns_over(grid, number, column, columns, heads)
                blank = all(column not in below for below in grid[number + 1 : heads])
                high = heads - number if wide == 1 and blank else 1
            cells.append(Placed(piece, number, column, high, wide, number < header_rows))
    return cells


def spread(pieces: Sequence[Piece], intervals: Sequence[tuple[int, int]], labelled: frozenset[int]) -> dict[int, Piece]:
    """Headings of a row with fewer pieces than columns, by the first column that each stands over.

    ``intervals`` is where the columns stand on the line; ``labelled`` are those that hold figures, which have a heading
    of their own below.
    """
    over: dict[int, list[int]] = {}
    for column, (left, right) in enumerate(intervals):
        off = [(_distance(piece, left, right), _off(piece, left, right), at) for at, piece in enumerate(pieces)]
        distance, _, nearest = min(off)
        if not distance or column in labelled:
            over.setdefault(nearest, []).append(column)
    result: dict[int, Piece] = {}
    for at, piece in enumerate(pieces):
        first = min(over.get(at) or (min((_distance(piece, *place), c) for c, place in enumerate(intervals))[1],))
        result.setdefault(first, piece)
    return result


def _head_rows(grid: Grid) -> int:
    """The rows above the first with a figure beside its head."""
    for number, row in enumerate(grid):
        first = min(row, default=0)
        if any(is_figure(piece.text) for column, piece in row.items() if column > first or column > 0):
            groups = 0
            while number > groups and set(grid[number - groups - 1]) == {0}:  # the name of a group of rows
                groups += 1
            return number - groups
    return 0


def _columns_over(grid: Grid, number: int, column: int, columns: int, heads: int) -> int:
    """How many columns a heading stands over: those right of it that are blank beside it and have a heading below."""
    wide = 1
    while column + wide < columns and column + wide not in grid[number]:
        if not any(column + wide in below for below in grid[number + 1 : heads]):
            break
        wide += 1
    return wide


def _distance(piece: Piece, left: int, right: int) -> int:
    return max(0, left - piece.right, piece.left - right)


def _off(piece: Piece, left: int, right: int) -> int:
    return abs(piece.left + piece.right - left - right)
