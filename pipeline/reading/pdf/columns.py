"""The order in which the rows of a page are read: columns one after the other, full-width lines between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from pipeline.reading.pdf.grids import Grid
from pipeline.reading.pdf.rows import Row

Item = Row | Grid
"""What a page holds from top to bottom: rows of text and ruled tables."""

_FEWEST_LEFT, _FEWEST_RIGHT = 3, 2
_GUTTER = 0.8
"""The least width of a gutter, in sizes. Two-column reports have 1.5 to 3."""

_FULL = 0.8
"""How far the lines of a column go across it, most of them, where the lines of both stand at one height as the rows of
a table do; else ``_FULL_ENOUGH``."""
_FULL_ENOUGH = 0.6
_WORDY = 7
"""The lines of a column have at least so many characters, most of them."""

_SINGLE = 0.7
_PAUSE = 1.8
"""A step to the next row that is longer than this, in usual steps, ends what stands side by side."""

_DEEPEST = 4
_SAME_GUTTER = 6.0


@dataclass(frozen=True, slots=True)
class Flow:
    """A stretch of a page that is read from top to bottom: its rows and tables, and the edges of its column."""

    items: tuple[Item, ...]
    left: float
    right: float


class _Band(NamedTuple):
    """Items ``[start:end]`` that stand side by side, parted at ``at``."""

    start: int
    end: int
    at: float


def gutters_of(items: Sequence[Item]) -> list[float]:
    """Where the columns of a page begin that are certain; a page with few rows may have the same."""
    band = _widest_band(items, ())
    return [band.at] if band else []


def flows_of(items: Sequence[Item], gutters: Sequence[float] = (), depth: int = 0) -> list[Flow]:
    """The flows of a page in reading order; ``items`` from top to bottom.

    ``gutters``: where columns begin on other pages of the document.
    """
    if not items:
        return []
    band = _widest_band(items, gutters) if depth < _DEEPEST else None
    if band is None:
        left, right = edges(items)
        return [Flow(tuple(items), left, right)]
    lefts, rights = _halves(items[band.start : band.end], band.at)
    return [
        *flows_of(items[: band.start], gutters, depth + 1),
        *flows_of(lefts, gutters, depth + 1),
        *flows_of(rights, gutters, depth + 1),
        *flows_of(items[band.end :], gutters, depth + 1),
    ]


def edges(items: Sequence[Item]) -> tuple[float, float]:
    """The left and right edge of what items hold."""
    boxes = [_span(item) for item in items]
    return min(left for left, _ in boxes), max(right for _, right in boxes)


def _span(item: Item) -> tuple[float, float]:
    return (item.left, item.right) if isinstance(item, Grid) else (item[0].left, item[-1].right)


def top_of(item: Item) -> float:
    """The upper edge of an item."""
    return item.top if isinstance(item, Grid) else min(run.top for run in item)


def bottom_of(item: Item) -> float:
    """The lower edge of an item."""
    return item.bottom if isinstance(item, Grid) else max(run.bottom for run in item)


def _halves(items: Sequence[Item], at: float) -> tuple[list[Item], list[Item]]:
    lefts: list[Item] = []
    rights: list[Item] = []
    for item in items:
        if isinstance(item, Grid):
            (lefts if item.right <= at else rights).append(item)
            continue
        if left := tuple(run for run in item if run.left < at):
            lefts.append(left)
        if right := tuple(run for run in item if run.left >= at):
            rights.append(right)
    return lefts, rights


def _widest_band(items: Sequence[Item], gutters: Sequence[float]) -> _Band | None:
    """The longest stretch of a page that is set in columns."""
    starts = sorted({round(run.left) for item in items if not isinstance(item, Grid) for run in item})
    best: _Band | None = None
    for start in starts:
        at = start - 1.0
        known = any(abs(at - gutter) <= _SAME_GUTTER for gutter in gutters)
        for band in _bands(items, at):
            if (best is None or band.end - band.start > best.end - best.start) and _is_prose(items, band, known):
                best = band
    return best


def _bands(items: Sequence[Item], at: float) -> list[_Band]:
    """The stretches of items of which none lies across ``at``, cut to where both sides hold something."""
    result = []
    start = 0
    for end in range(len(items) + 1):
        if end < len(items) and not _crosses(items[end], at):
            continue
        if end - start >= _FEWEST_LEFT:
            result += _cut(items, _Band(start, end, at))
        start = end + 1
    return result


def _crosses(item: Item, at: float) -> bool:
    if isinstance(item, Grid):
        return item.left < at < item.right
    return any(run.left < at - 0.5 and run.right > at + 0.5 for run in item)


def _cut(items: Sequence[Item], band: _Band) -> list[_Band]:
    """A band without what stands on one side alone above or below a pause."""
    steps = [top_of(two) - top_of(one) for one, two in pairwise(items[band.start : band.end])]
    usual = median(steps) if steps else 0.0
    cuts = [band.start, *(band.start + at + 1 for at, step in enumerate(steps) if step > _PAUSE * usual > 0), band.end]
    parts = [_Band(one, two, band.at) for one, two in pairwise(cuts)]
    sided = [all(_halves(items[part.start : part.end], part.at)) for part in parts]
    if True not in sided:
        return []
    first, last = sided.index(True), len(sided) - 1 - sided[::-1].index(True)
    return [_Band(parts[first].start, parts[last].end, band.at)]


def _is_prose(items: Sequence[Item], band: _Band, known: bool) -> bool:
    """Whether both sides of a band are columns of running text and no table without lines.

    ``known``: other pages have columns there, so that a few short lines will do on the right.
    """
    inside = items[band.start : band.end]
    lefts, rights = ([side for side in half if not isinstance(side, Grid)] for half in _halves(inside, band.at))
    if len(lefts) < _FEWEST_LEFT or len(rights) < (1 if known else _FEWEST_RIGHT):
        return False
    size = median([row[0].size for row in (*lefts, *rights)])
    if min(row[0].left for row in rights) - max(row[-1].right for row in lefts) < _GUTTER * size:
        return False
    both = sum(not isinstance(item, Grid) and item[0].left < band.at <= item[-1].left for item in inside)
    aligned = both >= 0.8 * min(len(lefts), len(rights))
    full = _FULL if aligned and not known else _FULL_ENOUGH
    return _is_column(lefts, full) and (known or _is_column(rights, full))


def _is_column(rows: Sequence[Row], full: float) -> bool:
    left, right = edges(rows)
    fill = median([(row[-1].right - row[0].left) / max(1.0, right - left) for row in rows])
    words = median([sum(len(run.text) for run in row) for row in rows])
    single = sum(len(row) == 1 for row in rows)
    return fill >= full and words >= _WORDY and single >= _SINGLE * len(rows)
