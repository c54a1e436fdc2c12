"""Characters to runs (what stands together on a line) and rows (the runs on one height)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from pipeline.reading.pdf.page import ABOVE, BELOW, Glyph

_SAME_ROW = 0.35
"""Characters whose baselines differ by less, in sizes, stand on one row."""

_SMALL = 0.8
_APART = 1.25
"""A gap wider than this, in sizes, parts two runs: two columns, two cells. An ideographic space is 1."""

_WORD_GAP = 0.22
"""A gap between letters or digits that is wider than this, in sizes, is a blank. Fonts have blanks of 0.2 to 0.33."""

_CHINESE_GAP = 0.7
_EVEN = 0.12
_FEWEST_SPACED = 3
_NARROW = re.compile("[!-~\u00c0-\u024f]")
_CONTROLS = re.compile("[\x00-\x08\x0a-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Run:
    """Characters that stand together on a line: their text, the box around them, the size of most of them.

    ``heavy``: all in a bold face. ``doubtful`` are the places in ``text`` of characters that the OCR isn't sure of.
    """

    text: str
    left: float
    right: float
    baseline: float
    size: float
    heavy: bool = False
    doubtful: tuple[int, ...] = ()

    @property
    def top(self) -> float:
        """The upper edge."""
        return self.baseline - ABOVE * self.size

    @property
    def bottom(self) -> float:
        """The lower edge."""
        return self.baseline + BELOW * self.size


Row = tuple[Run, ...]
"""The runs on one height, from left to right."""


def rows_of(glyphs: Sequence[Glyph], apart: float = _APART) -> list[Row]:
    """The rows of a page or a part of it, from top to bottom. ``apart``: the gap that parts two runs, in sizes."""
    inked = [glyph for glyph in glyphs if glyph.text.strip()]
    lines = _with_small(_by_height(inked))
    blanks = sorted((glyph for glyph in glyphs if not glyph.text.strip()), key=lambda glyph: glyph.left)
    return [row for line in lines if (row := _row(line, blanks, apart))]


def _by_height(inked: Sequence[Glyph]) -> list[list[Glyph]]:
    """Characters grouped by baseline, from top to bottom."""
    lines: list[list[Glyph]] = []
    first: Glyph | None = None
    for glyph in sorted(inked, key=lambda glyph: (glyph.baseline, glyph.left)):
        if first is None or glyph.baseline - first.baseline > _SAME_ROW * min(first.size, glyph.size):
            first = glyph
            lines.append([])
        lines[-1].append(glyph)
    return lines


def _with_small(lines: list[list[Glyph]]) -> list[list[Glyph]]:
    """Raised and lowered characters (footnote marks, squares) go to the line they stand in."""
    sizes = [max(glyph.size for glyph in line) for line in lines]
    result = [list(line) for line in lines]
    for at, line in enumerate(lines):
        for other in (at + 1, at - 1):
            if not 0 <= other < len(lines) or sizes[at] >= _SMALL * sizes[other] or not result[other]:
                continue
            base, size = lines[other][0].baseline, sizes[other]
            if not base - ABOVE * size <= line[0].middle <= base + BELOW * size:
                continue
            near = [g for g in line if any(-0.3 * size < g.left - o.right < 0.5 * size for o in result[other])]
            if len(near) == len(line) or len(line) <= 3:
                result[other] += line
                result[at] = []
                break
    return [line for line in result if line]


def _row(line: list[Glyph], blanks: Sequence[Glyph], apart: float) -> Row:
    line.sort(key=lambda glyph: glyph.left)
    baseline = median(glyph.baseline for glyph in line)
    size = median(glyph.size for glyph in line)
    drawn = [blank for blank in blanks if abs(blank.baseline - baseline) <= _SAME_ROW * size]
    parts: list[list[Glyph]] = [[line[0]]]
    reach = line[0].right
    for glyph in line[1:]:
        if glyph.left - reach > apart * min(max(glyph.size, _SMALL * size), size * 1.5):
            parts.append([])
        parts[-1].append(glyph)
        reach = max(reach, glyph.right)
    return tuple(run for part in parts if (run := _run(part, drawn)))


def _run(part: Sequence[Glyph], blanks: Sequence[Glyph]) -> Run | None:
    size = median(sorted(glyph.size for glyph in part))
    spaced = _spacing(part)
    pieces: list[str] = []
    doubtful: list[int] = []
    length = 0
    last: Glyph | None = None
    for at, glyph in enumerate(part):
        if last is not None and _is_parted(last, glyph, size, spaced[at], blanks):
            pieces.append(" ")
            length += 1
        text = _CONTROLS.sub("", glyph.text).strip(" \t\u3000\xa0")
        if glyph.doubtful:
            doubtful += range(length, length + len(text))
        pieces.append(text)
        length += len(text)
        last = glyph
    text = "".join(pieces)
    if not text:
        return None
    baseline = median(sorted(glyph.baseline for glyph in part))
    right = max(glyph.right for glyph in part)
    return Run(text, part[0].left, right, baseline, size, all(g.heavy for g in part), tuple(doubtful))


def _spacing(part: Sequence[Glyph]) -> list[float]:
    """For each character, how much wider than solid its stretch of the line is set: the even gap of letter-spacing."""
    gaps = [two.left - one.right for one, two in pairwise(part)]
    result = [0.0] * len(part)
    start = 0
    while start < len(gaps):
        end = start + 1
        size = part[start].size
        while end < len(gaps) and abs(gaps[end] - gaps[start]) <= _EVEN * size:
            end += 1
        if end - start >= _FEWEST_SPACED - 1 and gaps[start] > 0:
            for at in range(start, end):
                result[at + 1] = gaps[start]
        start = end
    return result


def _is_parted(one: Glyph, two: Glyph, size: float, spaced: float, blanks: Sequence[Glyph]) -> bool:
    """Whether a blank stands between two characters: one that was drawn, or a gap as wide as one."""
    gap = two.left - one.right
    if gap > 0.02 * size:
        if any(one.right - 0.1 * size <= (b.left + b.right) / 2 <= two.left + 0.1 * size for b in blanks):
            return True
        if spaced and gap - spaced < _WORD_GAP * size:
            return False
        if _NARROW.match(one.text[-1]) and _NARROW.match(two.text[0]):
            return gap > _WORD_GAP * size
        return gap > _CHINESE_GAP * size
    return False
