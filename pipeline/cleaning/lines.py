"""The lines of a text and what is known of each before it is judged."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import NamedTuple

from pipeline.mapped import Mapped
from pipeline.model import Block, BlockKind, Source

TITLE_END = re.compile(
    "(?:总结|报告|汇报|规划|计划|方案|公报|简报|综述|讲话|发言|意见|通知|情况|回顾|公告|通报)[》）)]?$"
)
"""How titles end; a line that ends so is whole, and no page header."""

NUMBERED = re.compile(
    r"第[一二三四五六七八九十百零\d]{1,4}[章篇节编]|第[一二三四五六七八九十]{1,3}部分|[一二三四五六七八九十]{1,3}[、.．]"
    r"|[(（][一二三四五六七八九十]{1,3}[)）]|\d{1,2}[.．、](?=\D)|[(（]\d{1,2}[)）]|[①-⑳◆●■★▶【]|篇[一二三四五六七八九十\d]{1,3}"
    r"|注[：:]|附[件表]?[：:\d]"
)
"""How sections, items and notes open."""

DATE = re.compile(
    r"[(（]?[12]\d{3}\s*[年.\-/]\s*\d{1,2}\s*(?:[月.\-/]\s*(?:\d{1,2}\s*[日曰]?)?)?[)）]?|[二〇○零一三四五六七八九十年月日()（）]{6,}"
)
"""A line that is a date and nothing else: when a report was signed."""

BLANK = " \t\u3000\xa0\u2002\u2003"


class Line(NamedTuple):
    """A line that is not blank: ``[start:end]`` with its blanks, ``[left:right]`` without.

    ``indent`` and ``width`` count half-width columns; ``gap`` is the number of blank lines above; ``block`` is the
    block of the page it stands in and ``blocks`` the cells of a table row.
    """

    number: int
    start: int
    end: int
    left: int
    right: int
    text: str
    indent: int
    width: int
    gap: int
    block: Block | None = None
    cells: tuple[Block, ...] = ()

    @property
    def kind(self) -> BlockKind | None:
        """What the page says the line is; None in a plain text."""
        return self.block.kind if self.block else None

    @property
    def zone(self) -> str:
        """The part of the page that the line stands in."""
        return self.block.zone if self.block else ""


def columns(text: str) -> int:
    """The width of a text in half-width columns."""
    return len(text.encode("gbk", "replace"))


def split_lines(source: Source, mapped: Mapped, unfolded: str) -> list[Line]:
    """The lines of the text as it stands, each with the block of the layer it came from.

    ``unfolded`` is the same text before full-width digits became plain: by it widths are measured.
    """
    text = mapped.text
    placed = _placed(source.layer.blocks, mapped)
    starts = [start for start, _ in placed]
    lines: list[Line] = []
    at = gap = 0
    while at < len(text):
        end = text.find("\n", at)
        end = len(text) if end < 0 else end
        words = text[at:end].strip(BLANK)
        if words:
            left = text.index(words[0], at)
            right = left + len(words)
            block, cells = _block(placed, starts, left, right)
            indent = columns(unfolded[at:left]) if left > at else 0
            width = indent + columns(unfolded[left:right])
            lines.append(Line(len(lines), at, end, left, right, words, indent, width, gap, block, cells))
            gap = 0
        else:
            gap += 1
        at = end + 1
    return lines


def _placed(blocks: tuple[Block, ...], mapped: Mapped) -> list[tuple[int, Block]]:
    return [(mapped.find(block.start), block) for block in blocks]


def _block(
    placed: list[tuple[int, Block]], starts: list[int], left: int, right: int
) -> tuple[Block | None, tuple[Block, ...]]:
    index = bisect_right(starts, left) - 1
    if index < 0:
        return None, ()
    block = placed[index][1]
    if block.cell is None:
        return block, ()
    row = (block.cell.table, block.cell.row)
    low = index
    while low and (cell := placed[low - 1][1].cell) and (cell.table, cell.row) == row:
        low -= 1
    high = index
    while high + 1 < len(placed) and (cell := placed[high + 1][1].cell) and (cell.table, cell.row) == row:
        high += 1
    return block, tuple(block for _, block in placed[low : high + 1])
