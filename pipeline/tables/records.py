"""What is known of a table once it is taken apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


class Span(NamedTuple):
    """A half-open stretch of the clean text, in code points."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Value:
    """A cell that holds a value: its place in the grid (from 0), and the headings that speak of it.

    ``rows`` and ``columns`` are the headings on its row's and its column's side, the widest first; ``unit`` is the cell
    of a column of units in its row.
    """

    start: int
    end: int
    row: int
    column: int
    rows: tuple[Span, ...] = ()
    columns: tuple[Span, ...] = ()
    unit: Span | None = None
    corner: tuple[Span, ...] = ()
    """The headings over the labels of its row (地区, 学校名称, 单位：万元)."""

    @property
    def heads(self) -> tuple[Span, ...]:
        """All headings, those of the row first."""
        return self.rows + self.columns


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the clean text: its span, the lines that introduce it (title, date, unit), its values in order."""

    start: int
    end: int
    captions: tuple[Span, ...] = ()
    values: tuple[Value, ...] = ()
