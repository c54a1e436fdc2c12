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
    blocks = _Blocks(source.layer.blocks, mapped)
    lines: list[Line] = []
    at = gap = 0
    while at < len(text):
        end = text.find("\n", at)
        end = len(text) if end < 0 else end
        words = text[at:end].strip(BLANK)
        if words:
            left = text.index(words[0], at)
            right = left + len(words)
            block, cells = blocks.of(at, left, end)
            indent = columns(unfolded[at:left]) if left > at else 0
            width = indent + columns(unfolded[left:right])
            lines.append(Line(len(lines), at, end, left, right, words, indent, width, gap, block, cells))
            gap = 0
        else:
            gap += 1
        at = end + 1
    return lines


class _Blocks:
    """The blocks of a layer by where they stand in the text that came of it. In a plain text only tables have any."""

    def __init__(self, blocks: tuple[Block, ...], mapped: Mapped) -> None:
        self._blocks = blocks
        self._starts = [mapped.find(block.start) for block in blocks]
        self._ends = [mapped.find(block.end) for block in blocks]

    def of(self, start: int, left: int, end: int) -> tuple[Block | None, tuple[Block, ...]]:
        """The block that a line ``[start:end]`` stands in whose words begin at ``left``, and the cells of its row."""
        index = bisect_right(self._starts, left) - 1
        if index < 0 or self._ends[index] <= left:  # none reaches into the line, but one may begin in it
            if index + 1 < len(self._blocks) and self._starts[index + 1] < end:
                index += 1
            elif index < 0 or self._ends[index] < start:
                return None, ()
        block = self._blocks[index]
        if block.cell is None:
            return block, ()
        row = (block.cell.table, block.cell.row)
        low = high = index
        while low and self._is_of(low - 1, row) and self._starts[low - 1] >= start:
            low -= 1
        while high + 1 < len(self._blocks) and self._is_of(high + 1, row) and self._starts[high + 1] <= end:
            high += 1
        return block, self._blocks[low : high + 1]

    def _is_of(self, index: int, row: tuple[int, int]) -> bool:
        cell = self._blocks[index].cell
        return cell is not None and (cell.table, cell.row) == row
