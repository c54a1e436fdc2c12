"""Units that stand away from their numbers: in a column's heading, a row's cell, a caption (单位：万元)."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import cache
from typing import NamedTuple

from pipeline.figures.drafts import Draft
from pipeline.figures.numerals import parse_scale
from pipeline.figures.words import number_words, trie
from pipeline.model import Figure, Measure
from pipeline.resources.units import Unit, load_units
from pipeline.tables import Span, Table

_LONE_NUMBERS = re.compile(r"\n(?:[≥≤]?\d[\d,.]{0,15}(?:\n|\Z)){1,8}")
_UNIT_ENDS = ("%", "％", ")", "）")
_LONGEST_UNIT = 14
_CAPTION_LENGTH = 400


class Stated(NamedTuple):
    """Bare numbers in ``[start:end]`` are counted in a unit that stands elsewhere; ``growth``: they are changes."""

    start: int
    end: int
    unit: Unit
    factor: Decimal
    scale: Decimal
    growth: bool = False


# Each is compiled when a text first needs it, for it holds every form of every unit.
def _unit() -> str:
    return rf"(?P<scale>[十百千]?[万亿]{{0,2}})(?P<form>{trie(load_units().forms)})"


@cache
def _unit_cell() -> re.Pattern[str]:
    return re.compile(_unit())


@cache
def _bracketed() -> re.Pattern[str]:
    return re.compile(rf"[（(](?:单位[:：])?{_unit()}[)）]|(?P<percent>[%％])$")


@cache
def _caption_unit() -> re.Pattern[str]:
    return re.compile(rf"单位[:：]\s?(?:人民币)?{_unit()}(?![、，/])")


@cache
def _above() -> re.Pattern[str]:
    return re.compile(rf"(?:[（(]{_unit()}[)）]|(?P<percent>[%％]))$")


def find_stated_units(text: str, tables: Sequence[Table] = ()) -> list[Stated]:
    """The stretches of a text whose bare numbers have their unit from a table's heading, row or caption; in order."""
    stated: list[Stated] = []
    if "单位" in text:
        for match in _caption_unit().finditer(text):
            stop = text.find("\n", match.end())
            stop = len(text) if stop < 0 else stop
            stated.extend(_of(match, match.end(), min(stop, match.end() + _CAPTION_LENGTH)))
    for rows in _LONE_NUMBERS.finditer(text):
        if text[rows.start() - 1 : rows.start()] in _UNIT_ENDS and (
            unit := _above().search(text[max(0, rows.start() - _LONGEST_UNIT) : rows.start()])
        ):
            stated.extend(_of(unit, rows.start() + 1, rows.end()))
    for table in tables:
        stated.extend(_of_table(text, table))
    return sorted(stated, key=lambda s: s.start)


def apply_stated(figures: Sequence[Draft | Figure], stated: Sequence[Stated]) -> None:
    """Give the quantities that have no unit the one stated for the place they stand in."""
    starts = [figure.start for figure in figures] if stated else []
    for part in stated:
        for draft in figures[bisect_left(starts, part.start) : bisect_right(starts, part.end - 1)]:
            if not isinstance(draft, Draft) or draft.value is None or draft.dimension == "ratio":
                continue
            if part.growth and (draft.unit or part.unit.code) == "percent":
                draft.measure = Measure.GROWTH
            if draft.unit is None and draft.dimension is None:
                draft.value *= part.scale * part.factor
                draft.high = draft.high and draft.high * part.scale * part.factor
                draft.unit, draft.dimension = part.unit.code, part.unit.dimension


def _unit_of(match: re.Match[str]) -> tuple[Unit, Decimal, Decimal]:
    units = load_units()
    if match.groupdict().get("percent"):
        unit, factor = units.forms["%"]
        return unit, factor, Decimal(1)
    unit, factor = units.forms[match["form"]]
    return unit, factor, parse_scale(match["scale"])


def _of(match: re.Match[str], start: int, end: int) -> Iterator[Stated]:
    if start < end:
        yield Stated(start, end, *_unit_of(match))


Meaning = tuple[Unit, Decimal, Decimal]


def _of_table(text: str, table: Table) -> Iterator[Stated]:
    """The unit of each value of a table: that of its row's cell of units, of its nearest heading, of the caption."""
    heads: dict[Span, tuple[Meaning | None, bool]] = {}
    caption = next((unit for span in reversed(table.captions) if (unit := _captioned(text, span))), None)
    for value in table.values:
        spans = ((value.unit,) if value.unit else ()) + (*reversed(value.rows), *reversed(value.columns), *value.corner)
        for span in spans:
            if span not in heads:
                heads[span] = _headed(text[span.start : span.end].strip())
        told = [heads[span] for span in spans]
        unit = next((unit for unit, _ in told if unit), None) or caption
        growth = any(growth for _, growth in told)
        if unit or growth:
            meant = unit or (load_units().units["percent"], Decimal(1), Decimal(1))
            yield Stated(value.start, value.end, *meant, growth)


def _headed(words: str) -> tuple[Meaning | None, bool]:
    """The unit that a heading states (教师（人）, 所, 单位：万元), and whether it heads changes."""
    match = _unit_cell().fullmatch(words) or _bracketed().search(words) or _caption_unit().search(words)
    return (_unit_of(match) if match else None), any(word in words for word in number_words().growth_columns)


def _captioned(text: str, span: Span) -> Meaning | None:
    words = text[span.start : span.end]
    match = _caption_unit().search(words) or _bracketed().search(words)
    return _unit_of(match) if match else None
