"""The short way for the many numbers beside which nothing changes anything: a numeral, perhaps a scale, and a unit."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from functools import cache

from pipeline.figures.drafts import ONE, Draft, uncounted
from pipeline.figures.numerals import is_row_of_two, parse_number, parse_scale
from pipeline.figures.quantities import (
    COUNTED_BY_ONE,
    DASH_FIRST,
    UNIT_BEFORE,
    endings_that_tell,
    letters_that_tell,
    surrounded,
)
from pipeline.figures.special import letters_that_limit, letters_that_name, letters_that_name_numerals
from pipeline.model import Figure
from pipeline.resources.units import load_units

_SINGLE = frozenset("二两三四五六七八九")
"""Numerals that count by themselves; 一 does so seldom, and places (十, 百) and those of cheques are words as well."""
_NOT_FIRST = frozenset("十百千万萬亿億廿卅拾佰仟")
_BARE_LENGTH = 7
"""A longer row of digits without a unit may be an identifier."""
_BARE_BEHIND = frozenset("\t\n，。；|｜")


@cache
def _plain_forms() -> dict[str, tuple[str, str, str, Decimal, bool, bool]]:
    """Units in whose forms nothing else hides (as a time does in 点).

    form -> code, dimension, reason, factor; whether the form stands behind Chinese numerals alone as well, and whether
    behind those of one sign.
    """
    _, behind = letters_that_name()
    units = load_units()
    return {
        form: (
            unit.code, unit.dimension, f"number with unit {unit.zh}", ONE if factor == 1 else factor,
            form[0] not in letters_that_name_numerals()[1], unit.dimension in units.counted,
        )
        for form, (unit, factor) in units.forms.items()
        if form[0] not in behind
    }  # fmt: skip


def _plain_words(core: str, counted: bool) -> bool:
    """Whether a Chinese numeral before a unit is nothing but its count; ``counted``: so is one of a single sign."""
    if len(core) == 1:
        return counted and core in _SINGLE
    return core[0] not in _NOT_FIRST and not is_row_of_two(core)


@cache
def plain_reader() -> Callable[[str, re.Match[str], int], Draft | Figure | None]:
    """A function that reads the number matched where it is plain, and gives None where it has to be looked at.

    It holds its tables itself, for it is called for every number.
    """
    forms, bare, lone = _plain_forms(), _bare_reader(), _lone_reader()
    named, named_words = letters_that_name()[0], letters_that_name_numerals()[0]
    limiting = DASH_FIRST | letters_that_limit()
    telling, (telling_before, pairs, seconds) = letters_that_tell(), endings_that_tell()

    def read(text: str, match: re.Match[str], start: int) -> Draft | Figure | None:
        core, inside, spoken, scale, more, _, post, form = match.groups()
        before = text[start - 1] if start else "\n"
        if inside or spoken or more or post or before in named:
            return None
        end = match.end()
        after = text[end] if end < len(text) else "\n"
        if form is None:
            if scale is not None:
                return None
            return bare(text, core, start, end, before, after) or lone(text, core, "", start, end, before, after)
        if (plain := forms.get(form)) is None:
            return None
        unit, dimension, reason, factor, spelled, counted = plain
        if after in (limiting if unit == "person" else DASH_FIRST):
            return None
        if not core[0].isdecimal() and (not spelled or before in named_words or not _plain_words(core, counted)):
            one = core == "一" and spelled and dimension not in COUNTED_BY_ONE and not scale
            return lone(text, core, form, start, end, before, after) if one else None
        if (value := parse_number(core)) is None:
            return None
        factor_of_scale = ONE
        if scale:
            factor_of_scale = parse_scale(scale)
            value *= factor_of_scale
        if factor is not ONE:
            value *= factor
        draft = Draft(start, end, reason, value, unit, dimension, factor_of_scale, factor)
        told = before in telling_before or (before in seconds and text[start - 2 : start] in pairs)
        if told or after in telling or unit == "percent_point":
            surrounded(text, draft, None)
        return draft

    return read


def _bare_reader() -> Callable[[str, str, int, int, str, str], Draft | None]:
    """A function that reads digits without a unit, where the signs around say that they are nothing but a number."""
    behind = _BARE_BEHIND - letters_that_name()[1] - DASH_FIRST
    telling_before, pairs, seconds = endings_that_tell()

    def bare(text: str, core: str, start: int, end: int, before: str, after: str) -> Draft | None:
        if after not in behind or not core.isdecimal() or end - start != len(core) or before in "-—－":
            return None
        if len(core) > _BARE_LENGTH or (core[0] == "0" and len(core) > 1):
            return None
        draft = Draft(start, end, "number without a unit", parse_number(core))
        if before in telling_before or (before in seconds and text[start - 2 : start] in pairs):
            surrounded(text, draft, None)
        return draft

    return bare


def _lone_reader() -> Callable[[str, str, str, int, int, str, str], Figure | None]:
    """A function that reads a single numeral which counts nothing: 一 as a word, or any before no unit."""
    before_named = letters_that_name_numerals()[0]
    _, behind_any = letters_that_name()
    behind_named = DASH_FIRST | behind_any | letters_that_name_numerals()[1]

    def lone(text: str, core: str, form: str, start: int, end: int, before: str, after: str) -> Figure | None:
        if (core != "一" and core not in _SINGLE) or before in before_named or end - start != 1 + len(form):
            return None
        if form:  # 一 before a unit counts where the same unit stands before it: 小学两所、初中一所
            if form in text[max(0, start - UNIT_BEFORE) : start]:
                return None
        elif after in behind_named:
            return None
        return uncounted(text, start, start + 1)

    return lone
