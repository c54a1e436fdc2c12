"""Units that stand away from their numbers: in a column's heading, a row's cell, a caption (单位：万元)."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import cache
from typing import NamedTuple

from pipeline.figures.drafts import Draft
from pipeline.figures.numerals import parse_scale
from pipeline.figures.words import number_words, trie
from pipeline.model import Figure, Measure
from pipeline.resources.units import Unit, load_units

_NUMBER_CELL = re.compile(r"[≥≤><＞＜约近 〔(（]{0,3}\d[\d,，.．/~—-]{0,24}[%％]?(?:以[上内下]|左右)?[ 〕)）]{0,2}$")
_LONE_NUMBERS = re.compile(r"\n(?:[≥≤]?\d[\d,.]{0,15}(?:\n|\Z)){1,8}")
_UNIT_ENDS = ("%", "％", ")", "）")
_LONGEST_UNIT = 14
_CAPTION_REACH = 120
_CAPTION_LENGTH = 400
_WITHOUT_UNIT = 2


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


def find_stated_units(text: str) -> list[Stated]:
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
    if "\t" in text:
        for block in _blocks(text):
            stated.extend(_of_table(text, block))
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


def _blocks(text: str) -> Iterator[list[tuple[int, list[str]]]]:
    """Runs of lines with tabs: each line as where it starts and its cells. One line between two is passed over."""
    block: list[tuple[int, list[str]]] = []
    at = missed = 0
    for line in text.split("\n"):
        if "\t" in line:
            block.append((at, line.split("\t")))
            missed = 0
        elif block:
            missed += 1
            if missed > 1:
                yield block
                block, missed = [], 0
        at += len(line) + 1
    if block:
        yield block


def _of_table(text: str, rows: list[tuple[int, list[str]]]) -> Iterator[Stated]:
    numeric = [[bool(_NUMBER_CELL.match(cell.strip())) for cell in cells] for _, cells in rows]
    body = [n for n, marks in enumerate(numeric) if any(marks[1:])]
    if not body:
        return
    width = Counter(len(rows[n][1]) for n in body).most_common(1)[0][0]
    columns = _headings(rows[: body[0]])
    full = [n for n in body if len(rows[n][1]) == width]
    index = _first_value(full, numeric, columns)
    caption = _caption(text, rows[0][0])
    for n in body:
        start, cells = rows[n]
        shift = 0
        if len(cells) < width and True in numeric[n]:
            shift = max(0, index - numeric[n].index(True))
        row_unit = _row_unit(cells)
        for position, cell in enumerate(cells):
            if numeric[n][position]:
                column = columns.get(position + shift)
                of = row_unit or (column and column[0]) or (caption if position + shift >= index else None)
                growth = bool(column and column[1])
                if of or growth:
                    unit, factor, scale = of or (load_units().units["percent"], Decimal(1), Decimal(1))
                    yield Stated(start, start + len(cell), unit, factor, scale, growth)
            start += len(cell) + 1


Meaning = tuple[Unit, Decimal, Decimal]


def _headings(rows: list[tuple[int, list[str]]]) -> dict[int, tuple[Meaning | None, bool]]:
    """For each column of the heading: the unit it states, and whether it holds changes."""
    bracketed = _bracketed()
    columns: dict[int, tuple[Meaning | None, bool]] = {}
    for _, cells in rows[:_WITHOUT_UNIT]:
        for position, cell in enumerate(cells):
            match = bracketed.search(cell)
            growth = any(word in cell for word in number_words().growth_columns)
            if (match or growth) and position not in columns:
                columns[position] = (_unit_of(match) if match else None, growth)
    return columns


def _first_value(
    full: list[int], numeric: list[list[bool]], columns: dict[int, tuple[Meaning | None, bool]]
) -> int:  # fmt: skip
    """The first column with values in the full rows; a first column that counts the rows has none."""
    for position in range(len(numeric[full[0]]) if full else 0):
        if position == 0 and 0 not in columns and any(numeric[n][position] for n in full):
            continue
        if sum(numeric[n][position] for n in full) * 2 >= len(full):
            return position
    return 1


def _row_unit(cells: list[str]) -> Meaning | None:
    """The unit that a cell of the row states by itself, or its label in brackets."""
    unit, bracketed = _unit_cell(), _bracketed()
    for cell in cells[:4]:
        if match := unit.fullmatch(cell.strip()):
            return _unit_of(match)
    match = bracketed.search(cells[0])
    return _unit_of(match) if match and not match.groupdict().get("percent") else None


def _caption(text: str, start: int) -> Meaning | None:
    found = None
    for match in _caption_unit().finditer(text, max(0, start - _CAPTION_REACH), start + _CAPTION_REACH // 2):
        found = _unit_of(match)
    return found
