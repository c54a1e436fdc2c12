"""The grammar of a quantity: bound, number, scale, unit, bound; ranges, ratios, shares, multiples."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal
from functools import cache

from pipeline.figures.around import BLANKS, after_first, compared_change, look_after, look_before
from pipeline.figures.drafts import EXACT, Draft
from pipeline.figures.grammar import Number, number_pattern, read_number
from pipeline.figures.numerals import CN_NUMERALS, parse_number
from pipeline.figures.words import number_words
from pipeline.model import Bound, Measure
from pipeline.resources.units import load_units

_C = CN_NUMERALS
_FRACTION = re.compile(
    rf"([{_C}\d]{{1,8}})分之(\d{{1,6}}(?:[.．]\d{{1,6}})?|[{_C}]{{1,8}}(?:点[零〇一二三四五六七八九]{{1,6}})?)(?P<inside>[多余])?"
)
_TENTHS = re.compile(
    r"([一二两三四五六七八九\d])成([一二三四五六七八九半](?![所个名位项]))?(?![立为果效就长员功绩品人都了套])"
)
_RATIO = re.compile(r"\s?[:：∶﹕比]\s?(\d{1,6}(?:[.．]\s?\d{1,6})?)(?![\d:：∶]|[.．]\d)")
_CN_RATIO = re.compile(rf"比([{_C}]{{1,4}}(?:点[零〇一二三四五六七八九]{{1,4}})?)(?![{_C}年])")
_MANY_RATIO = re.compile(r"(?:[:：∶﹕]\s?\d{1,6}(?:[.．]\d{1,6})?){2,}+")
_DASH = re.compile(r" ?(?:[-—–－―~～〜]{1,2}|至|到|\.\.\.) ?")
DASH_FIRST = frozenset(" -—–－―~～〜至到.")
_BARE_RANGE = re.compile(r"之间|不等|区间|范围|以内|以上")
_NOT_RANGE_LEFT = re.compile(r"[从由自][^，。；、]{0,12}$")
_SCALED = re.compile(r"[万亿萬億千][多余来]?$")
_LISTED = re.compile(r"[^，。；;\n、]{0,8}[、和及与][^，。；;\n、]{0,6}$")
_TURNED = re.compile(r"翻(?:了|上|近|约)?$")
_HUNDRED = Decimal(100)
_FOUR_PLACES = Decimal("0.0001")


def read_share(text: str, start: int, end: int) -> Draft | None:
    """A share in words at ``text[start:]``: 百分之九十八点六, 三分之一, 四成, 两成半. None where none stands there."""
    following = text[end : end + 1]
    if following == "分" and (match := _FRACTION.match(text, start)):
        below, above = parse_number(match[1]), parse_number(match[2].replace("．", "."))
        if not below or above is None:
            return None
        value = _percent(above * _HUNDRED / below)
        inside = Bound.OVER if match["inside"] else None
    elif following == "成" and end - start == 1 and (match := _TENTHS.match(text, start)):
        ones = {"半": Decimal(5), None: Decimal(0)}.get(match[2])
        tenths = parse_number(match[1])
        if not tenths:
            return None
        value = tenths * 10 + (ones if ones is not None else parse_number(match[2]) or Decimal(0))
        inside = None
    else:
        return None
    draft = Draft(start, match.end(), "share in words")
    draft.value, draft.unit, draft.dimension = value, "percent", "share"
    return surrounded(text, draft, inside)


def _percent(value: Decimal) -> Decimal:
    return value if value == value.to_integral_value() else value.quantize(_FOUR_PLACES, ROUND_HALF_UP).normalize()


def read_ratio(text: str, start: int, end: int) -> Draft | None:
    """A ratio of one to something at ``text[start:]`` (1:18.9, 6∶1): worth the side that is not one."""
    if text[start].isdecimal():
        match = _RATIO.match(text, end)
        if match is None:
            many = _MANY_RATIO.match(text, end)
            if many is None:
                return None
            draft = Draft(start, many.end(), "ratio of several")
            draft.dimension = "ratio"
            return draft
    else:
        match = _CN_RATIO.match(text, end)
        if match is None:
            return None
    left, right = parse_number(text[start:end]), parse_number("".join(match[1].split()))
    draft = Draft(start, match.end(), "ratio")
    draft.dimension = "ratio"
    if left is None or right is None or 1 not in (left, right):
        draft.reason = "ratio in which neither side is one"
        return draft
    draft.value = right if left == 1 else left
    return surrounded(text, draft, None)


def read_quantity(text: str, number: Number) -> Draft | None:
    """The quantity that a number is; None where it counts nothing.

    The span of the result takes in bound words and unit: ``约6.08万平方米``, ``98%以上``, ``20余万元``.
    """
    if text[number.stop : number.stop + 1] in DASH_FIRST and (ranged := _range(text, number)):
        return ranged
    if not _counts(text, number):
        return None
    draft = Draft(number.start, number.stop, "")
    draft.value = number.value
    draft.scale, draft.factor = number.scale, number.factor
    if number.unit is None:
        draft.reason = "number without a unit"
        draft.dimension = "scaled" if _SCALED.search(text, number.start, number.stop) else None
    else:
        draft.reason = f"number with unit {number.unit.zh}"
        draft.value = number.value * number.factor if number.factor != 1 else number.value
        draft.unit, draft.dimension = number.unit.code, number.unit.dimension
    return surrounded(text, draft, number.bound)


def read_doubling(text: str, start: int, end: int) -> Draft | None:
    """翻一番 (twice as much), 翻两番 (four times); None where the numeral is none such."""
    if not text.startswith("番", end) or not _TURNED.search(text, max(0, start - 3), start):
        return None
    times = parse_number(text[start:end])
    if times is None or not 1 <= times <= 9:
        return None
    draft = Draft(start, end + 1, "doubling")
    draft.value, draft.unit, draft.dimension = Decimal(2) ** int(times), "multiple", "multiple"
    after, draft.end = look_after(text, draft.end)
    draft.bound = after or EXACT
    return draft


_PLACES = frozenset("十百千万亿")
COUNTED_BY_ONE = frozenset({"money", "money_per_student", "area"})
"""Dimensions in which 一 is an amount (一元, 一亩)."""
UNIT_BEFORE = 12
"""So near before 一 the same unit stands in its list."""
_LONE = frozenset("万亿千百十萬億零〇")


def _counts(text: str, number: Number) -> bool:
    """Whether the number counts something: digits always do, Chinese numerals with a unit that is counted in."""
    start, end = number.start, number.core_end
    if text[start].isdecimal():
        return True
    core = text[start:end]
    if len(core) == 1 and core in _LONE:
        if core == "十":
            return number.unit is not None
        # 近百名, 百余名 and 千余所, not 百名教师 or 万元
        return number.stop > end and (number.bound is not None or look_before(text, start)[0] is not None)
    if number.unit is None:
        return number.scale != 1 or (len(core) > 1 and number.value > 10 and not _PLACES.isdisjoint(core))
    if core == "一":
        return _one_of_list(text, number) or number.unit.dimension in COUNTED_BY_ONE or number.scale != 1
    return len(core) > 1 or number.unit.dimension in load_units().counted


def _one_of_list(text: str, number: Number) -> bool:
    """Whether 一 counts as the numbers before it in its list do: 小学两所、初中一所."""
    form = text[number.core_end : number.stop]
    before = text[max(0, number.start - UNIT_BEFORE) : number.start]
    at = before.rfind(form)
    counted = at > 0 and before[at - 1] != "一" and (before[at - 1] in CN_NUMERALS or before[at - 1].isdecimal())
    return counted and _LISTED.match(before, at) is not None


def _range(text: str, low: Number) -> Draft | None:
    """A range that begins with ``low``: 10—15所, 1至2万元, 800元至1500元, 0.17—0.42."""
    dash = _DASH.match(text, low.stop)
    if dash is None or low.bound is not None:
        return None
    second = number_pattern().match(text, dash.end())
    if second is None or second[0][0].isdecimal() != text[low.start].isdecimal():
        return None
    high = read_number(second)
    if high is None or _NOT_RANGE_LEFT.search(text, max(0, low.start - 14), low.start):
        return None
    value = _low_value(low, high)
    top = high.value * high.factor
    if value is None or value >= top:
        return None
    if high.unit is None and low.unit is None and not _bare_range(text, low, high):
        return None
    unit = high.unit or low.unit
    stop = high.stop
    draft = Draft(low.start, stop, f"range with unit {unit.zh}" if unit else "range")
    draft.value, draft.high = value, top
    draft.unit, draft.dimension = (unit.code, unit.dimension) if unit else (None, "scaled" if high.scale != 1 else None)
    _, change, draft.start, _ = look_before(text, low.start)
    draft.bound = Bound.RANGE
    set_change(draft, change)
    return draft


def _low_value(low: Number, high: Number) -> Decimal | None:
    """What the lower end of a range is worth; it may lack the unit and scale of the upper one. None: no range."""
    if low.unit is not None and high.unit is not None and low.unit.code != high.unit.code:
        return None
    if low.unit is not None and high.unit is None and (high.scale != 1 or low.unit.dimension != "share"):
        return None
    factor = low.factor if low.unit else high.factor
    if low.scale == 1 and high.scale != 1 and low.unit is None and low.value < high.base:
        return low.value * high.scale * factor
    return low.value * factor


def _bare_range(text: str, low: Number, high: Number) -> bool:
    """Whether two numbers without a unit and a dash between them are a range: decimals, or 在10-15之间."""
    if low.start and (
        (text[low.start - 1].isalnum() and text[low.start - 1].isascii()) or text[low.start - 1] in "-—/"
    ):
        return False
    if _BARE_RANGE.match(text, high.stop):
        return True
    both_decimal = low.value != low.value.to_integral_value() and high.value != high.value.to_integral_value()
    return both_decimal and text[high.stop : high.stop + 1] not in ("-", "—", "/")


def surrounded(text: str, draft: Draft, inside: Bound | None) -> Draft:
    """The draft with bound and measure that the words in, before and behind it set, grown over its bound words."""
    bound, change, draft.start, draft.told = look_before(text, draft.start)
    after, draft.end = look_after(text, draft.end)
    if after is APPROX or (after and bound not in ONLY_FROM):
        bound = after
    elif inside and (bound is None or bound in _ABOUT):
        bound = inside
    draft.bound = bound or EXACT
    draft.bound_behind = after is not None
    if draft.unit in number_words().per_student_units:
        _per_student(text, draft)
    change = change or compared_change(text, draft.start)
    if change or draft.unit == "percent_point":
        set_change(draft, change)
    elif draft.unit == "percent" and number_words().changed_behind.match(text, draft.end):
        draft.measure = Measure.GROWTH
    return draft


APPROX = Bound.APPROX
ONLY_FROM = (Bound.AT_LEAST, Bound.AT_MOST)
_ABOUT = (Bound.NEARLY, Bound.APPROX)
_BEHIND = frozenset("的增涨降递")


def set_change(draft: Draft, change: int) -> None:
    """Make the draft a change in the direction given (0: none), in percent a growth."""
    if draft.unit == "percent_point":
        draft.measure = Measure.CHANGE
    if change:
        draft.measure = Measure.GROWTH if draft.dimension in ("share", "multiple") else Measure.CHANGE
        draft.sign = change


def _per_student(text: str, draft: Draft) -> None:
    """Make the unit one for each pupil where 每生 and its like stand straight before."""
    words = number_words()
    if draft.unit and text.endswith(words.per_student, max(0, draft.start - 10), draft.start):
        draft.unit = words.per_student_units[draft.unit]
        draft.dimension = load_units().units[draft.unit].dimension


@cache
def endings_that_tell() -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """What the words before a quantity that :func:`surrounded` knows end in: characters, pairs, last ones of pairs."""
    words = number_words()
    ends = {word[-2:] for word in words.per_student} | words.compared_ends | BLANKS | words.left_lengths.keys()
    pairs = frozenset(end for end in ends if len(end) == 2)
    return frozenset(end for end in ends if len(end) == 1), pairs, frozenset(pair[1] for pair in pairs)


@cache
def letters_that_tell() -> frozenset[str]:
    """What the words behind a quantity that :func:`surrounded` knows begin with."""
    return after_first() | _BEHIND
