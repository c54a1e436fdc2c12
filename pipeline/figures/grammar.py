"""A number with what belongs to it behind: scale, words of more, unit. One pattern reads it all."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache
from typing import NamedTuple

from pipeline.figures.numerals import NUMBER, parse_number, parse_scale
from pipeline.figures.words import either, number_words, trie
from pipeline.model import Bound
from pipeline.resources.units import Unit, load_units

_BLANKS = " \u3000\xa0\u2002-\u200a"
_BLANK = f"[{_BLANKS}]"
_ONE = Decimal(1)
_LEADING = re.compile(r"[\d.]+")


class Number(NamedTuple):
    """A number with its scale worked in and the unit behind it. ``stop`` is where unit and scale end."""

    start: int
    core_end: int
    stop: int
    value: Decimal
    base: Decimal
    scale: Decimal = _ONE
    bound: Bound | None = None
    unit: Unit | None = None
    factor: Decimal = _ONE


@cache
def number_pattern() -> re.Pattern[str]:
    """A number with scale, words of more, and unit: group ``core`` is the number itself."""
    units = load_units()
    insides = "".join(number_words().inside)
    inside = f"[{insides}]"
    gap = rf"(?:{_BLANK}|\n(?={either(units.across_lines)})|)"
    single = either(units.after_places)
    # most numbers have their unit straight behind them, or none: the rest is tried where it can begin
    return re.compile(
        rf"(?P<core>{NUMBER})"
        rf"(?:(?=[\d{insides}{_BLANKS}\n十百千万萬亿億]|个{_BLANK}?{inside}?{_BLANK}?[万亿])"
        rf"(?P<inside>{inside})?{gap}(?:个{_BLANK}?(?P<spoken>{inside})?{_BLANK}?(?=[万亿])|)"
        rf"(?P<scale>[十百千]?[万萬亿億]{{1,2}}|[十百千](?={inside}?{_BLANK}?(?:{single})))?"
        rf"(?P<more>(?<=[万亿])\d{{1,4}}(?:\.\d{{1,4}})?(?P<more_scale>[千百]?[万千百]))?"
        rf"(?P<post>{inside})?|)(?:{gap}(?P<form>{trie(units.forms, units.guards)})|)"
    )


def read_number(match: re.Match[str]) -> Number | None:
    """The number that :func:`number_pattern` matched, with scale and unit worked in; None where it is worth nothing."""
    core, inside, spoken, scale, more, more_scale, post, form = match.groups()
    base = parse_number(core)
    if base is None:
        return None
    start, end = match.span("core")
    if form is None and not (inside or spoken or scale or post):
        return Number(start, end, end, base, base)
    words = number_words().inside
    inside = inside or spoken
    factor = parse_scale(scale) if scale else _ONE
    value = base * factor if scale else base
    if more:
        value += Decimal((_LEADING.match(more) or match)[0]) * parse_scale(more_scale or "")
    if form is not None:
        unit, unit_factor = load_units().forms[form]
        bound = words[post] if post else words[inside] if inside else None
        return Number(start, end, match.end(), value, base, factor, bound, unit, unit_factor)
    if (inside or post) and not _ends(match.string, match.end(), scale is not None):
        if scale is None:
            return Number(start, end, end, base, base)
        post = None
    bound = words[post] if post else words[inside] if inside else None
    stop = match.end("post") if post else match.end("more") if more else match.end("scale" if scale else "inside")
    return Number(start, end, stop, value, base, factor, bound)


def _ends(text: str, at: int, scaled: bool) -> bool:
    """Whether a number with 多 or 余 but without a unit may end here: before a sign, or scaled, before 的."""
    following = text[at : at + 1]
    return not following.isalnum() or (scaled and following == "的")
