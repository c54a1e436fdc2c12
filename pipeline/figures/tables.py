"""Units that stand away from their numbers: in a column's heading, a row's cell, a caption (单位：万元)."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import cache
from typing import NamedTuple

from pipeline.figures.claims import Claim
from pipeline.figures.drafts import Draft
from pipeline.figures.grammar import read_number
from pipeline.figures.numerals import parse_scale
from pipeline.figures.quantities import read_quantity
from pipeline.figures.words import number_words, trie
from pipeline.model import Figure, Measure
from pipeline.resources.units import Unit, load_units
from pipeline.tables import Span, Table

_LONE_NUMBERS = re.compile(r"\n(?:[≥≤]?\d[\d,.]{0,15}(?:\n|\Z)){1,8}")
_UNIT_ENDS = ("%", "％", ")", "）")
_UNITS = re.compile(r"单位[:：][^）)]{1,12}[、，,]")
"""A caption that lists several units says of no value which is its own."""
_MINUS = frozenset("-－−–—")
_RATIO = frozenset(":：∶﹕")
_LONGEST_UNIT = 14
_CAPTION_LENGTH = 400


class Stated(NamedTuple):
    """Bare numbers in ``[start:end]`` are counted in a unit that stands elsewhere, as levels, growth or differences."""

    start: int
    end: int
    unit: Unit
    factor: Decimal
    scale: Decimal
    measure: Measure = Measure.LEVEL


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
            percent = (draft.unit or part.unit.code) == "percent"
            if part.measure is Measure.CHANGE or (part.measure is Measure.GROWTH and percent):
                draft.measure = part.measure
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
    """The unit of each value of a table: that of its row's cell of units, of its nearest heading, of the caption.

    Where a heading says that its values are growth they are percentages, whatever its row is counted in.
    """
    heads: dict[Span, _Head] = {}
    caption = next((unit for span in reversed(table.captions) if (unit := _captioned(text, span))), None)
    for value in table.values:
        spans = ((value.unit,) if value.unit else ()) + (*reversed(value.rows), *reversed(value.columns))
        for span in spans:
            if span not in heads:
                heads[span] = _headed(text[span.start : span.end].strip())
        told = [heads[span] for span in spans]
        told += [
            _Head(_captioned(text, span), Measure.LEVEL)
            for span in value.corner
            if "单位" in text[span.start : span.end]
        ]
        measure = next((head.measure for head in told if head.measure is not Measure.LEVEL), Measure.LEVEL)
        unit = next((head.unit for head in told if head.unit), None) or caption
        if measure is Measure.GROWTH or any(heads[span].percent for span in value.columns):
            unit = (load_units().units["percent"], Decimal(1), Decimal(1))
        if unit:
            yield Stated(value.start, value.end, *unit, measure)


class CellReader:
    """Reads the numbers that stand in the values of tables, in the order of the text."""

    def __init__(self, tables: Sequence[Table]) -> None:
        self._values = [value for table in tables for value in table.values]
        self._at = 0

    def outside(self, claims: list[Claim]) -> list[Claim]:
        """The claims but those within a value, which is a quantity whatever it looks like (2011)."""
        if not self._values:
            return claims
        starts = [value.start for value in self._values]

        def is_free(claim: Claim) -> bool:
            index = bisect_right(starts, claim[0]) - 1
            return index < 0 or claim[1] > self._values[index].end

        return [claim for claim in claims if is_free(claim)]

    def read(self, text: str, match: re.Match[str]) -> Draft | None:
        """The quantity that opens a value, whatever it looks like outside of tables (2018, 370519, -0.4)."""
        start = match.start(1)
        while self._at < len(self._values) and self._values[self._at].end <= start:
            self._at += 1
        if self._at == len(self._values) or start < self._values[self._at].start:
            return None
        before = text[self._values[self._at].start : start].strip()
        number = read_number(match)
        if number is None or (before and before not in _MINUS) or text[number.stop : number.stop + 1] in _RATIO:
            return None
        draft = read_quantity(text, number)
        if draft is not None and before:
            draft.start, draft.sign = text.rindex(before, 0, start), -1
        return draft


class _Head(NamedTuple):
    """What a heading says of the values under it: their unit, and whether they are growth or differences."""

    unit: Meaning | None
    measure: Measure

    @property
    def percent(self) -> bool:
        """Whether it says that they are percentages, which no unit of their row changes."""
        return self.unit is not None and self.unit[0].code == "percent"


def _headed(words: str) -> _Head:
    """What a heading states (教师（人）, 所, 单位：万元, 比上年增长（%）)."""
    match = _unit_cell().fullmatch(words) or _bracketed().search(words) or _caption_unit().search(words)
    unit = _unit_of(match) if match else None
    percent = unit is not None and unit[0].code == "percent"
    grown, changed = (
        any(word in words for word in listed)
        for listed in (number_words().growth_columns, number_words().change_columns)
    )
    if grown or (changed and percent):
        return _Head(unit, Measure.GROWTH)
    return _Head(unit, Measure.CHANGE if changed else Measure.LEVEL)


def _captioned(text: str, span: Span) -> Meaning | None:
    words = text[span.start : span.end]
    if _UNITS.search(words):
        return None
    match = _caption_unit().search(words) or _bracketed().search(words)
    return _unit_of(match) if match else None
