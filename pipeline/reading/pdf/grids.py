"""Tables with lines: the cells that the lines of a page enclose."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from pipeline.reading.pdf.page import Rule

_SNAP = 3.0
"""Lines nearer than this, in points, are one; ends of lines this near to another line meet it."""

_COVERED = 0.6
_NARROWEST = 3.5
_MOST_CELLS = 20_000
_MOST_MEETINGS = 1_000_000
"""A page with more pairs of lines across each other is a drawing."""


@dataclass(frozen=True, slots=True)
class Box:
    """A cell: the rows and columns of the grid it takes up (``end`` exclusive), and its edges on the page."""

    row: int
    column: int
    row_end: int
    column_end: int
    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Grid:
    """A table with lines: the heights of its rows and the places of its columns, and its cells in reading order."""

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    cells: tuple[Box, ...]

    @property
    def left(self) -> float:
        """The left edge."""
        return self.xs[0]

    @property
    def right(self) -> float:
        """The right edge."""
        return self.xs[-1]

    @property
    def top(self) -> float:
        """The upper edge."""
        return self.ys[0]

    @property
    def bottom(self) -> float:
        """The lower edge."""
        return self.ys[-1]

    def holds(self, x: float, y: float) -> bool:
        """Whether a point lies in the table."""
        return self.left <= x <= self.right and self.top <= y <= self.bottom


def grids_of(rules: Sequence[Rule]) -> list[Grid]:
    """The tables that lines enclose, from top to bottom; at least two cells side by side in each."""
    flat = _merged([rule for rule in rules if rule.along])
    upright = _merged([rule for rule in rules if not rule.along])
    if len(flat) * len(upright) > _MOST_MEETINGS:
        return []
    found = (_grid(*group) for group in _connected(flat, upright))
    grids = [grid for grid in found if grid]
    outer = [grid for grid in grids if not any(_is_inside(grid, other) for other in grids if other is not grid)]
    return sorted(outer, key=lambda grid: (grid.top, grid.left))


def _is_inside(one: Grid, other: Grid) -> bool:
    return (
        other.left - _SNAP < one.left
        and one.right < other.right + _SNAP
        and other.top - _SNAP < one.top
        and one.bottom < other.bottom + _SNAP
        and (one.right - one.left) * (one.bottom - one.top) < (other.right - other.left) * (other.bottom - other.top)
    )


def _merged(rules: Sequence[Rule]) -> list[Rule]:
    """Lines of one direction; pieces of one line together."""
    result: list[Rule] = []
    lines: list[list[Rule]] = []
    for rule in sorted(rules, key=lambda rule: rule.at):
        if not lines or rule.at - lines[-1][0].at > _SNAP:
            lines.append([])
        lines[-1].append(rule)
    for line in lines:
        at = sum(rule.at for rule in line) / len(line)
        line.sort(key=lambda rule: rule.start)
        start, end = line[0].start, line[0].end
        for rule in line[1:]:
            if rule.start > end + _SNAP:
                result.append(Rule(rule.along, at, start, end))
                start = rule.start
            end = max(end, rule.end)
        result.append(Rule(line[0].along, at, start, end))
    return result


def _connected(flat: Sequence[Rule], upright: Sequence[Rule]) -> list[tuple[list[Rule], list[Rule]]]:
    """Groups of lines that meet one another."""
    rules = [*flat, *upright]
    owner = list(range(len(rules)))

    def root(at: int) -> int:
        while owner[at] != at:
            owner[at] = owner[owner[at]]
            at = owner[at]
        return at

    for one, row in enumerate(flat):
        for two, column in enumerate(upright, len(flat)):
            if (
                row.start - _SNAP <= column.at <= row.end + _SNAP
                and column.start - _SNAP <= row.at <= column.end + _SNAP
            ):
                owner[root(one)] = root(two)
    groups: dict[int, tuple[list[Rule], list[Rule]]] = {}
    for at, rule in enumerate(rules):
        groups.setdefault(root(at), ([], []))[0 if rule.along else 1].append(rule)
    return [group for group in groups.values() if len(group[0]) > 1 and group[1]]


def _grid(flat: list[Rule], upright: list[Rule]) -> Grid | None:
    """The table of lines that meet; None where they enclose less than two cells side by side."""
    upright += _open_sides(flat, upright)
    ys = _places([rule.at for rule in flat])
    xs = _places([rule.at for rule in upright])
    if len(xs) < 3 or len(ys) < 2 or (len(xs) - 1) * (len(ys) - 1) > _MOST_CELLS:
        return None
    upright_at, flat_at = [_near(upright, x) for x in xs], [_near(flat, y) for y in ys]
    walls = [[_is_drawn(near, top, bottom) for near in upright_at] for top, bottom in pairwise(ys)]
    floors = [[_is_drawn(near, left, right) for left, right in pairwise(xs)] for near in flat_at]
    cells = _cells(xs, ys, walls, floors)
    if max((sum(cell.row <= row < cell.row_end for cell in cells) for row in range(len(ys) - 1)), default=0) < 2:
        return None
    return Grid(tuple(xs), tuple(ys), tuple(cells))


def _open_sides(flat: Sequence[Rule], upright: Sequence[Rule]) -> list[Rule]:
    """The lines at both sides of a table that has none there, told by where its horizontal lines begin and end."""
    sides = []
    for at in (min(rule.start for rule in flat), max(rule.end for rule in flat)):
        meeting = [rule for rule in flat if min(abs(rule.start - at), abs(rule.end - at)) <= _SNAP]
        if len(meeting) > 1 and not any(abs(rule.at - at) <= 2 * _SNAP for rule in upright):
            heights = [rule.at for rule in meeting]
            sides.append(Rule(False, at, min(heights), max(heights)))
    return sides


def _places(values: Sequence[float]) -> list[float]:
    """The different places among those of lines."""
    places: list[float] = []
    for value in sorted(values):
        if not places or value - places[-1] > _NARROWEST:
            places.append(value)
    return places


def _near(rules: Sequence[Rule], at: float) -> list[Rule]:
    return [rule for rule in rules if abs(rule.at - at) <= _NARROWEST]


def _is_drawn(rules: Sequence[Rule], start: float, end: float) -> bool:
    """Whether lines cover most of ``start`` to ``end``."""
    covered = sum(max(0.0, min(end, rule.end) - max(start, rule.start)) for rule in rules)
    return covered >= _COVERED * (end - start)


def _cells(
    xs: Sequence[float], ys: Sequence[float], walls: Sequence[Sequence[bool]], floors: Sequence[Sequence[bool]]
) -> list[Box]:
    """Cells, fields of the grid without a line between them together; in reading order."""
    rows, columns = len(ys) - 1, len(xs) - 1
    taken = [[False] * columns for _ in range(rows)]
    cells = []
    for row in range(rows):
        for column in range(columns):
            if taken[row][column]:
                continue
            column_end = column + 1
            while column_end < columns and not walls[row][column_end] and not taken[row][column_end]:
                column_end += 1
            row_end = row + 1
            while row_end < rows and _is_open(row_end, column, column_end, walls, floors):
                row_end += 1
            for covered in range(row, row_end):
                taken[covered][column:column_end] = [True] * (column_end - column)
            edges = xs[column], ys[row], xs[column_end], ys[row_end]
            cells.append(Box(row, column, row_end, column_end, *edges))
    return cells


def _is_open(
    row: int, column: int, end: int, walls: Sequence[Sequence[bool]], floors: Sequence[Sequence[bool]]
) -> bool:
    """Whether a row of the grid goes on with the cell above it: no line above, none within."""
    return not any(floors[row][column:end]) and not any(walls[row][column + 1 : end])
