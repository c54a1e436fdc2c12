"""The short way for the many numbers beside which nothing changes anything: digits, perhaps a scale, and a unit."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from functools import cache

from pipeline.figures.drafts import ONE, QUANTITY, Draft
from pipeline.figures.numerals import parse_number, parse_scale
from pipeline.figures.quantities import DASH_FIRST, letters_that_tell, surrounded
from pipeline.figures.special import letters_that_limit, letters_that_name
from pipeline.resources.units import load_units


@cache
def _plain_forms() -> dict[str, tuple[str, str, str, Decimal]]:
    """Units in whose forms nothing else hides (as a time does in 点): form -> code, dimension, reason, factor."""
    _, behind = letters_that_name()
    return {
        form: (unit.code, unit.dimension, f"number with unit {unit.zh}", ONE if factor == 1 else factor)
        for form, (unit, factor) in load_units().forms.items()
        if form[0] not in behind
    }


@cache
def plain_reader() -> Callable[[str, re.Match[str], int], Draft | None]:
    """A function that reads the quantity matched where it is plain, and gives None where it has to be looked at.

    It holds its tables itself, for it is called for every number.
    """
    forms = _plain_forms()
    named, _ = letters_that_name()
    limiting = DASH_FIRST | letters_that_limit()
    telling_before, telling_behind = letters_that_tell()

    def read(text: str, match: re.Match[str], start: int) -> Draft | None:
        core, inside, spoken, scale, more, _, post, form = match.groups()
        if form is None or inside or spoken or more or post or form not in forms or not core[0].isdecimal():
            return None
        unit, dimension, reason, factor = forms[form]
        end = match.end()
        before, after = text[start - 1 : start], text[end : end + 1]
        if before in named or after in (limiting if unit == "person" else DASH_FIRST):
            return None
        if (value := parse_number(core)) is None:
            return None
        draft = Draft(start, end, QUANTITY, reason)
        draft.unit, draft.dimension = unit, dimension
        if scale:
            draft.scale = parse_scale(scale)
            value *= draft.scale
        if factor is not ONE:
            draft.factor = factor
            value *= factor
        draft.value = value
        if before in telling_before or after in telling_behind or unit == "percent_point":
            surrounded(text, draft, None)
        return draft

    return read
