"""Cells on a grid: what each holds, and what covers a place where cells span rows and columns."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum
from functools import cache

from pipeline.resources import Strict, load_yaml
from pipeline.tables.records import Span


class TableWords(Strict):
    """Schema of ``tables.yaml``."""

    blanks: frozenset[str]
    counting: tuple[str, ...]
    remarks: frozenset[str]
    units: frozenset[str]
    totals: frozenset[str]
    among: tuple[str, ...]
    notes: tuple[str, ...]


@cache
def table_words() -> TableWords:
    """What ``tables.yaml`` says."""
    return load_yaml("tables.yaml", TableWords)


class Holds(Enum):
    """What a cell holds."""

    BLANK = "blank"
    WORDS = "words"
    YEAR = "year"
    VALUE = "value"


_SPACE = re.compile(r"[\s\u3000\xa0]+")
_YEAR = re.compile(
    r"(?:截至|截止|至)?(?:19|20)\d\d(?:[-—~～至/](?:(?:19|20)?\d\d))?\s*(?:年|学年)?(?:度|末|底|[上下]半年|春季?|秋季?)?"
    r"(?:\d{1,2}月(?:\d{1,2}日|底|末)?)?(?:学期|[（(](?:实际|预计|目标|规划|现状|基期|完成)[）)])?"
)
_VALUE = re.compile(
    r"[约近超逾≥≤><＞＜(（]{0,2}[-－—+＋]?\d(?:[\d,，. ]*\d)?(?:\.\d+)?\s*(?:[%％‰]|[\u4e00-\u9fff㎡m²/]{1,8})?"
    r"(?:以[上内下]|左右)?[)）]?(?:[*＊①-⑩]|\[\d{1,2}\]|[（(]注?\d[）)])?"
    r"|[约近超逾≥≤><＞＜]?\d[\d.,]*[%％]?\s*[-—~～至]\s*\d[\d.,]*\s*(?:[%％]|[\u4e00-\u9fff]{1,6})?"
    r"|\d{1,4}(?:\.\d+)?\s*[:：]\s*\d{1,4}(?:\.\d+)?"
)
_LONGEST_VALUE = 28
_OPENS_WITH_YEAR = re.compile(r"(?:19|20)\d\d(?:年|[-—~～](?:19|20)\d\d年)")
_DIGITS = re.compile(r"-?\d+(?:\.\d+)?")


@dataclass(slots=True)
class GridCell:
    """A cell: its span in the clean text, its words without blanks, what it holds, and the places it covers."""

    span: Span
    words: str
    holds: Holds
    row: int
    column: int
    row_span: int = 1
    column_span: int = 1

    @property
    def number(self) -> Decimal:
        """The digits of a value, without unit and bound; 0 where there are none."""
        match = _DIGITS.search(self.words.replace(",", "").replace("，", ""))
        return Decimal(match[0]) if match else Decimal(0)


@dataclass(slots=True)
class Grid:
    """The cells of a table by row and column; a spanning cell stands at every place it covers."""

    cells: dict[tuple[int, int], GridCell] = field(default_factory=dict)
    rows: list[int] = field(default_factory=list)
    width: int = 0
    _own: dict[int, list[GridCell]] = field(default_factory=dict)

    def at(self, row: int, column: int) -> GridCell | None:
        """The cell that covers a place; None where there is none."""
        return self.cells.get((row, column))

    def own(self, row: int) -> list[GridCell]:
        """The cells that cover a row, each once, from the left."""
        known = self._own.get(row)
        if known is None:
            found = [self.cells[row, column] for column in range(self.width) if (row, column) in self.cells]
            known = self._own[row] = [cell for n, cell in enumerate(found) if n == 0 or cell is not found[n - 1]]
        return known


def make_grid(cells: Sequence[GridCell]) -> Grid:
    """The grid of the cells of one table, in the order of the text."""
    grid = Grid()
    rows = sorted({cell.row for cell in cells})
    last = rows[-1] if rows else 0
    for cell in cells:
        if cell.row_span == cell.column_span == 1:
            grid.cells.setdefault((cell.row, cell.column), cell)
            continue
        for row in range(cell.row, min(cell.row + cell.row_span, last + 1)):
            for column in range(cell.column, cell.column + cell.column_span):
                grid.cells.setdefault((row, column), cell)
    grid.rows = rows
    grid.width = max((cell.column + cell.column_span for cell in cells), default=0)
    return grid


def holds(words: str) -> Holds:
    """What the words of a cell, without blanks, are."""
    if not words or words in table_words().blanks:
        return Holds.BLANK
    if _YEAR.fullmatch(words):
        return Holds.YEAR
    if len(words) <= _LONGEST_VALUE and _VALUE.fullmatch(words) and not _OPENS_WITH_YEAR.match(words):
        return Holds.VALUE
    return Holds.WORDS


def squeezed(text: str) -> str:
    """A text without the blanks that tables set words wide with (合    计)."""
    return _SPACE.sub("", text)
