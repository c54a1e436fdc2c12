"""The grammar of a quantity: bound, number, scale, unit, bound; ranges, ratios, shares."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal

from pipeline.figures.numerals import CN_NUMERALS, DIGITS, parse_number, parse_scale
from pipeline.figures.words import bound_before, number_words
from pipeline.model import Bound, Figure, Measure, NumberClass
from pipeline.resources.units import Unit, load_units

_D, _C = DIGITS, CN_NUMERALS
DIGIT_NUMBER = rf"[{_D}]{{1,3}}(?:[,，][{_D}]{{3}})+(?![{_D}])(?:[.．][{_D}]+)?|[{_D}]+(?:[.．][{_D}]+)?"
CN_NUMBER = rf"[{_C}]+(?:点[零〇一二三四五六七八九]+[万亿]*)?"
CANDIDATE = re.compile(rf"{DIGIT_NUMBER}|{CN_NUMBER}")
_FRACTION = re.compile(rf"([{_C}{_D}]+)分之([{_C}{_D}]+(?:[点.．][{_C}{_D}]+)?)(?P<inside>[多余])?")
_TENTHS = re.compile(r"([一二两三四五六七八九])成([一二三四五六七八九半])?(?![立为果效就长员功绩品人都了])")
_RATIO = re.compile(rf"([{_D}]+(?:[.．][{_D}]+)?)\s?[:：∶﹕比]\s?([{_D}]+(?:[.．][{_D}]+)?)(?![{_D}:：])")
_SCALE = re.compile(
    r"(?P<inside>[多余来几])?\s?(?P<spoken>个(?=[万亿]))?(?P<scale>[十百千]?[万亿萬億]+|[百千](?=[余多名人所个元]))?(?P<post>[多余来])?"
)
_DASH = re.compile(r"\s?(?:[-—–－―~～〜]{1,2}|至|到)\s?")
_NOT_RANGE_LEFT = re.compile(r"[从由自][^，。；、]{0,12}$")
_CARRIED = re.compile(r"(约|近|接近|超过?|逾|不足|突破|差不多)(?:占|带|需|为|相当于)[^，。；、\d]{0,24}$")
_APPROACHED = re.compile(r"(接近|超过|不足|逼近)[^，。；、\d]{1,16}的$")
_HUNDRED = Decimal(100)
_FOUR_PLACES = Decimal("0.0001")
_SINGLE = frozenset("一二两三四五六七八九十")
_NO_ONE = (
    "第",
    "每",
    "任",
    "某",
    "没有",
    "哪",
    "同",
    "另",
    "这",
    "那",
    "成",
    "无",
    "任何",
    "是",
    "作为",
    "，",
    "。",
    "的",
    "个",
)
_COUNTED = frozenset(
    {"people", "count", "money", "share", "area", "volumes", "sets", "share_change", "money_per_student"}
)


@dataclass(frozen=True, slots=True)
class _Number:
    """A number with its scale worked in, before a unit is looked for."""

    value: Decimal
    bound: Bound | None
    end: int
    scaled: bool


def _plain(text: str, start: int, end: int) -> _Number | None:
    """The number at ``text[start:end]`` with the scale words behind it."""
    value = parse_number(text[start:end])
    if value is None:
        return None
    inside = number_words().inside
    match = _SCALE.match(text, end)
    if match is None:
        return _Number(value, None, end, False)
    scale, bound = match["scale"] or "", None
    for group in ("inside", "post"):
        if match[group]:
            bound = inside.get(match[group], Bound.APPROX)
    if not scale and match["spoken"]:
        return _Number(value, None, end, False)
    if not scale and (match["inside"] or match["post"]) and not _counts_behind(text, match.end()):
        return _Number(value, None, end, False)
    stop = match.end() if (scale or match["inside"] or match["post"]) else end
    if (
        match["post"]
        and scale
        and not _counts_behind(text, match.end())
        and text[match.end() : match.end() + 1].isalnum()
    ):
        # 三千万多 only ends there where a unit or the end of the clause follows
        stop, bound = match.end("scale"), inside.get(match["inside"] or "", None)
    return _Number(value * parse_scale(scale), bound, stop, bool(scale))


def _counts_behind(text: str, at: int) -> bool:
    """Whether a unit stands at ``text[at:]`` (after a blank perhaps)."""
    return load_units().match(text, at + 1 if text[at : at + 1] in " \u3000\xa0" else at) is not None


def _unit_at(text: str, at: int) -> tuple[Unit, Decimal, int] | None:
    """The unit at ``text[at:]`` after at most one blank: the unit, the factor into it, and its end."""
    units = load_units()
    for offset in (0, 1):
        if offset and text[at : at + 1] not in " \u3000\xa0":
            break
        form = units.match(text, at + offset)
        if form is not None:
            unit, factor = units.forms[form]
            return unit, factor, at + offset + len(form)
    return None


def _bound_after(text: str, at: int) -> tuple[Bound | None, int]:
    match = number_words().after.match(text, at)
    if match is None:
        return None, at
    if (
        match[0] in ("多", "余", "来", "起")
        and text[match.end() : match.end() + 1].isalnum()
        and match[0] not in ("多", "余")
    ):
        return None, at
    if match[0] in ("以上", "以下", "以内") and text[match.end() : match.end() + 2] in ("级别",):
        return None, at
    return number_words().after_of[match[0]], match.end()


def read_share(text: str, start: int) -> Figure | None:
    """A share in words at ``text[start:]``: 百分之九十八点六, 三分之一, 四成, 两成半. None where none stands there."""
    match = _FRACTION.match(text, start)
    if match:
        below, above = parse_number(match[1]), parse_number(match[2].replace("．", "."))
        if not below or above is None:
            return None
        value = _percent(above * _HUNDRED / below)
        inside = Bound.OVER if match["inside"] else None
    else:
        match = _TENTHS.match(text, start)
        if match is None:
            return None
        tenths = parse_number(match[1])
        ones = {"半": Decimal(5), None: Decimal(0)}.get(match[2])
        value = (tenths or Decimal(0)) * 10 + (ones if ones is not None else parse_number(match[2]) or Decimal(0))
        inside = None
    figure = Figure(
        start, match.end(), match[0], NumberClass.QUANTITY, "share in words", value, None, "percent", "share"
    )
    return _bounded(text, figure, inside)


def _percent(value: Decimal) -> Decimal:
    return value if value == value.to_integral_value() else value.quantize(_FOUR_PLACES, ROUND_HALF_UP).normalize()


def read_ratio(text: str, start: int) -> Figure | None:
    """A ratio of one to something at ``text[start:]`` (1:18.9, 6∶1): worth the side that is not one."""
    match = _RATIO.match(text, start)
    if match is None:
        return None
    left, right = parse_number(match[1]), parse_number(match[2])
    if left is None or right is None or 1 not in (left, right):
        reason = "ratio in which neither side is one"
        return Figure(start, match.end(), match[0], NumberClass.QUANTITY, reason, None, None, None, "ratio")
    value = right if left == 1 else left
    figure = Figure(start, match.end(), match[0], NumberClass.QUANTITY, "ratio", value, None, None, "ratio")
    return _bounded(text, figure, None)


def read_quantity(text: str, start: int, end: int) -> Figure | None:
    """The quantity whose number stands at ``text[start:end]``; None where the number counts nothing there.

    The span of the result takes in bound words and unit: ``约6.08万平方米``, ``98%以上``, ``20余万元``.
    """
    number = _plain(text, start, end)
    if number is None:
        return None
    ranged = _range(text, start, number)
    if ranged is not None:
        return ranged
    unit = _unit_at(text, number.end)
    if not _counts(text, start, end, number, unit):
        return None
    if unit is None:
        figure = Figure(
            start, number.end, text[start : number.end], NumberClass.QUANTITY,
            "number without a unit", number.value, None, None, "money" if number.scaled else None,
        )  # fmt: skip
        return _changed(
            text, _bounded(text, replace(figure, dimension="scaled" if number.scaled else None), number.bound)
        )
    kind, factor, stop = unit
    value = number.value * factor
    figure = Figure(
        start, stop, text[start:stop], NumberClass.QUANTITY, f"number with unit {kind.zh}",
        value, None, kind.code, kind.dimension,
    )  # fmt: skip
    return _changed(text, _bounded(text, figure, number.bound))


def _counts(text: str, start: int, end: int, number: _Number, unit: tuple[Unit, Decimal, int] | None) -> bool:
    """Whether the number counts something: digits always do, Chinese numerals with a unit that is counted in."""
    if text[start] in _D:
        return True
    if unit is None:
        return (
            end - start > 1 and any(char in "十百千" for char in text[start:end]) and number.value > 10
        ) or number.scaled
    kind = unit[0]
    if end - start == 1 and text[start] in "万亿千百":
        return False
    if text[start:end] == "一":
        return kind.dimension == "money" or (
            text[unit[2] - 1] in "所名" and not text[:start].endswith(_NO_ONE, max(0, start - 3))
        )
    if kind.code == "group" and text[unit[2] - 1] == "大":
        return text.startswith(("教育集团", "集团"), unit[2])
    return (
        end - start > 1
        or kind.dimension in _COUNTED
        or kind.dimension in ("times", "pieces", "parts", "multiple", "time")
    )


def _range(text: str, start: int, low: _Number) -> Figure | None:
    """A range that begins with ``low``: 10—15所, 1至2万元, 800元至1500元."""
    first_unit = _unit_at(text, low.end)
    at = first_unit[2] if first_unit else low.end
    dash = _DASH.match(text, at)
    if dash is None:
        return None
    candidate = CANDIDATE.match(text, dash.end())
    if candidate is None or (candidate[0][0] in _D) != (text[start] in _D):
        return None
    high = _plain(text, candidate.start(), candidate.end())
    if high is None or _NOT_RANGE_LEFT.search(text[max(0, start - 14) : start]):
        return None
    unit = _unit_at(text, high.end)
    if unit is None or (first_unit and first_unit[0].code != unit[0].code):
        return None
    value = low.value
    if high.scaled and not low.scaled and first_unit is None:
        base = parse_number(candidate[0])
        if base:
            value = low.value * (high.value / base)
    if value >= high.value or unit[0].dimension in ("time", "score"):
        return None
    kind, factor, stop = unit
    figure = Figure(
        start, stop, text[start:stop], NumberClass.QUANTITY, f"range with unit {kind.zh}",
        value * factor, high.value * factor, kind.code, kind.dimension, Bound.RANGE,
    )  # fmt: skip
    return _changed(text, figure)


def _bounded(text: str, figure: Figure, inside: Bound | None) -> Figure:
    """The figure with the bound that the words in, before and behind it set, and its span grown over them."""
    left = text[max(0, figure.start - 12) : figure.start]
    before, length = bound_before(left)
    after, stop = _bound_after(text, figure.end)
    if (before is None and (match := _CARRIED.search(text[max(0, figure.start - 30) : figure.start]))) or (
        before is None and (match := _APPROACHED.search(text[max(0, figure.start - 20) : figure.start]))
    ):
        before = number_words().bound_of.get(match[1])
    bound = before if before in (Bound.AT_LEAST, Bound.AT_MOST) else after or inside or before or Bound.EXACT
    if after is Bound.APPROX:
        bound = after
    start = figure.start - length
    return replace(figure, start=start, end=stop, text=text[start:stop], bound=bound)


def _changed(text: str, figure: Figure) -> Figure:
    """The figure as a change where a change word stands straight before it: 增长5%, 减少0.5个百分点, 净增15所."""
    left = text[max(0, figure.start - 12) : figure.start].rstrip()
    match = number_words().change.search(left)
    measure = Measure.CHANGE if figure.unit == "percent_point" else Measure.LEVEL
    sign = 1
    if match:
        measure = Measure.GROWTH if figure.dimension == "share" else Measure.CHANGE
        sign = -1 if match["verb"] in number_words().down else 1
    return replace(figure, measure=measure, sign=sign)
