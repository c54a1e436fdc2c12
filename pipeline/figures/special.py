"""What a number is that is no quantity, by the words and signs beside it (``non_figures.yaml``)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from pipeline.figures.drafts import Draft
from pipeline.figures.numerals import CN_NUMERALS, FORMAL, is_row_of_two
from pipeline.figures.words import either, non_figures
from pipeline.model import Figure, NumberClass

_C = CN_NUMERALS
_N = rf"(?:\d{{1,4}}|[{_C}]{{1,4}})"
_LONG_ROW = 40
_ROW_WIDTH = 240
_SEPARATOR = r"[-—–－~～、,，.．：:/()年月日 \u3000]"
_ROW = re.compile(rf"(?:[\d{_C}]{{1,8}}{_SEPARATOR}{{1,2}}){{{_LONG_ROW},}}+[\d{_C}]{{0,8}}")
_MOBILE = re.compile(r"1[3-9]\d[\d*×]{8}(?!\d)")
_FIXED = re.compile(
    r"(?:0\d{2,3}[）)]?\s?[-—－–]\s?[\d*×]{7,8}(?!\d)|0\d{2,3}[）)]\d{7,8}(?!\d)"
    r"|[48]00[-—－]\d{3,4}[-—－]?\d{3,4}(?!\d)|\d{3,4}[-—－]\d{7,8}(?!\d))"
)
_ONE_OF = re.compile(r"[^，。；;\d\n一]{0,16}[1１一](?:台|部|套|张|间)")
_PLUS = re.compile(r"\d{1,3}(?:\s?[+＋]\s?[\dA-Za-z]{1,3})++(?![\d.])")
_CLOCK = re.compile(
    rf"(?:0\d|[2-9]|1\d|2[0-4])[:：][0-5]\d(?:[:：][0-5]\d)?(?![\d.．])|{_N}[点时](?:{_N}分|[一三]刻|\d{{2}}(?!\d))"
)
_DOTTED = re.compile(r"\d{1,4}(?:\.\d{1,4}){2,}+")
_POINT_START = frozenset("，。；：\n、;:,！？”）)")
_LATIN = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyzⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩⅪⅫ-_")
_PHONE_SIGNS = frozenset("-—－–)）")
_SIGNS = frozenset(":：点时+＋.-—－–)）")
_VERSION = re.compile(r"\d\.\d")
_NOT_POINT = frozenset("第统唯周期初高老十万其")
_WEEK_ENDS = frozenset("期周拜")
_YEAR_OF_SCHOOL = frozenset("高初小大")
_CODED = re.compile(r"[A-Za-z][A-Za-z0-9-]{1,20}[-—－]$")
_PLACES = frozenset("十百千万亿")
_ORDINARY = frozenset("一二三四五六七八九十")
_LETTER = re.compile(r"[A-Za-zⅠ-Ⅻ][-_]?$")


def row_end(text: str, start: int) -> int | None:
    """Where a row of very many bare numbers (a damaged table, a scan's noise) ends that begins here; None for none.

    It is taken as one figure, so that it costs as one.
    """
    match = _ROW.match(text, start)
    return match.end() if match else None


def is_dense(figures: Sequence[Draft | Figure]) -> bool:
    """Whether the last figures stand so close together as only a row of bare numbers has them."""
    return len(figures) >= _LONG_ROW and figures[-1].start - figures[-_LONG_ROW].start < _ROW_WIDTH


@dataclass(frozen=True, slots=True)
class _Affixes:
    """What beside a number makes it no quantity, ready for matching."""

    before: dict[str, tuple[NumberClass, str]]
    before_lengths: dict[str, tuple[int, ...]]
    after: tuple[tuple[re.Pattern[str], NumberClass, str], ...]
    any_after: re.Pattern[str]
    after_first: frozenset[str]
    school: re.Pattern[str]
    full_school: re.Pattern[str]
    points: tuple[str, ...]
    vague: tuple[str, ...]
    versioned: tuple[str, ...]
    digit_names: frozenset[str]
    digit_named: re.Pattern[str]


@cache
def _affixes() -> _Affixes:
    data = non_figures()
    before = {w: (affix.number_class, affix.reason) for affix in data.before for w in affix.words}
    lengths: dict[str, set[int]] = {}
    for word in before:
        lengths.setdefault(word[-1], set()).add(len(word))
    after = tuple(
        (
            re.compile(
                rf"(?:[-—–~～至到、和或]{_N})?\s?(?:{either(affix.words)})"
                + (f"(?={either(affix.followed)})" if affix.followed else "")
            ),
            affix.number_class,
            affix.reason,
        )
        for affix in data.after
    )
    any_after = re.compile("|".join(pattern.pattern for pattern, _, _ in after))
    first = {word[0] for affix in data.after for word in affix.words}
    follow = rf"(?=[“、，。；;（(）)”\"》\s]|{either(data.school_names_before)}|$)"
    return _Affixes(
        before, {last: tuple(sorted(sizes, reverse=True)) for last, sizes in lengths.items()}, after, any_after,
        frozenset(first | set("-—–~～至到、和或 ")), re.compile(rf"(?:{either(data.school_names)}){follow}"),
        re.compile(either(data.full_school_names)), tuple(data.points), tuple(data.vague_before), tuple(data.versioned),
        frozenset(data.digit_names), re.compile(rf"(?:{either(data.digit_names_before)})"),
    )  # fmt: skip


def classify(text: str, start: int, end: int, counted: bool) -> tuple[NumberClass, str, int] | None:
    """What the number ``text[start:end]`` is by what stands beside it: class, reason, and where its wording ends.

    ``counted``: a unit or scale stands behind it. None where it may be a quantity. Only a bounded stretch of text
    around the number is looked at.
    """
    affixes = _affixes()
    after = text[end] if end < len(text) else "\n"
    last = text[start - 1] if start else "\n"
    if (last in affixes.before_lengths or last in _LATIN) and (found := _by_left(text, start, end, counted)):
        return found
    if after in _SIGNS and (found := _by_sign(text, start, end, after)):
        return found
    if after in affixes.after_first and affixes.any_after.match(text, end):
        for pattern, number_class, reason in affixes.after:
            if match := pattern.match(text, end):
                return number_class, reason, match.end()
    if text[start].isdecimal():
        return _in_digits(text, start, end, counted)
    return _in_words(text, start, end, counted)


def _by_left(text: str, start: int, end: int, counted: bool) -> tuple[NumberClass, str, int] | None:
    affixes = _affixes()
    if _LETTER.search(text, max(0, start - 2), start):
        dotted = _DOTTED.match(text, start)
        return NumberClass.NAME, "part of a name", dotted.end() if dotted else end
    for length in affixes.before_lengths.get(text[start - 1], ()):
        if (known := affixes.before.get(text[max(0, start - length) : start])) is None:
            continue
        number_class, reason = known
        if number_class is NumberClass.SECTION_NUMBER and counted and length < 2:
            continue
        if number_class is NumberClass.ORDINAL and (match := affixes.full_school.match(text, end)):
            return NumberClass.NAME, "name of a school", match.end()
        return number_class, reason, end
    return None


def _by_sign(text: str, start: int, end: int, after: str) -> tuple[NumberClass, str, int] | None:
    if after in ":：点时" and (match := _CLOCK.match(text, start)) and match.end() > end:
        return NumberClass.DATE, "time of day", match.end()
    if (
        after in "点时"
        and text[end + 1 : end + 2] != "半"
        and text.endswith(tuple(non_figures().times_of_day), max(0, start - 2), start)
    ):
        return NumberClass.DATE, "time of day", end + 1
    if after in _PHONE_SIGNS and 3 <= end - start <= 4 and (match := _FIXED.match(text, start)):
        return NumberClass.PHONE, "telephone number", match.end()
    if after in "+＋" and (match := _PLUS.match(text, start)):
        return NumberClass.NAME, "part of a name", match.end()
    if after == "." and (match := _DOTTED.match(text, start)):
        return NumberClass.IDENTIFIER, "version or number with several dots", match.end()
    return None


def _in_digits(text: str, start: int, end: int, counted: bool) -> tuple[NumberClass, str, int] | None:
    affixes = _affixes()
    if counted:
        return None
    number = text[start:end]
    if end - start >= 3 and (match := _MOBILE.match(text, start)):
        return NumberClass.PHONE, "telephone number", match.end()
    if _VERSION.fullmatch(number) and text.endswith(affixes.versioned, max(0, start - 4), start):
        return NumberClass.NAME, "version of a programme", end
    if number in affixes.digit_names and affixes.digit_named.match(text, end):
        return NumberClass.NAME, "name in digits", end
    if end - start <= 3 and (match := affixes.school.match(text, end)):
        return NumberClass.NAME, "name of a school", match.end()
    if (text[start] == "0" and end - start > 1 and number.isdecimal()) or _CODED.search(
        text, max(0, start - 24), start
    ):
        return NumberClass.IDENTIFIER, "number of a code", end
    if end - start >= 8 and "," not in number and "，" not in number:
        return NumberClass.IDENTIFIER, "identifier", end
    return None


def _in_words(text: str, start: int, end: int, counted: bool) -> tuple[NumberClass, str, int] | None:
    affixes = _affixes()
    number, size = text[start:end], end - start
    if (size > 1 and is_row_of_two(number)) or (
        _PLACES.issuperset(number) and text.endswith(affixes.vague, max(0, start - 2), start)
    ):
        return NumberClass.VAGUE, "several values at once, or none", end
    if not _ORDINARY.issuperset(number):
        return (NumberClass.IDIOM, "everyday character", end) if size == 1 and number in FORMAL else None
    last = text[start - 1] if start else "\n"
    after = text[end] if end < len(text) else "\n"
    if size <= 2:
        behind_sign = last in _POINT_START and text.startswith(affixes.points, end)
        # 一是 also where the sign before it was lost
        if behind_sign or (after == "是" and last not in _NOT_POINT and text[end + 1 : end + 2] != "否"):
            return NumberClass.SECTION_NUMBER, "numbers a point", end
    if size > 1 and after == "中":
        return NumberClass.NAME, "name of a school", end + 1
    if size == 1 and after == "期":
        return NumberClass.ORDINAL, "phase (…期)", end + 1
    if size <= 3 and (match := affixes.school.match(text, end)):
        return NumberClass.NAME, "name of a school", match.end()
    return _of_a_single_sign(text, start, end, counted) if size == 1 else None


def _of_a_single_sign(text: str, start: int, end: int, counted: bool) -> tuple[NumberClass, str, int] | None:
    last = text[start - 1] if start else "\n"
    if last == "其" and not counted:
        return NumberClass.ORDINAL, "counts points (其一)", end
    if last in _WEEK_ENDS and text.endswith(("星期", "每周", "礼拜"), max(0, start - 2), start):
        return NumberClass.DATE, "day of the week", end
    if not counted and text.startswith("级", end):
        return NumberClass.ORDINAL, "grade (…级)", end + 1
    if not counted and last in _YEAR_OF_SCHOOL:
        return NumberClass.ORDINAL, "year of a school", end
    return None


def shares_one(text: str, end: int) -> bool:
    """Whether a number behind 每 is the value itself, as so many share one thing: 每7.6名学生拥有计算机1台."""
    return _ONE_OF.match(text, end) is not None


@cache
def _limit() -> re.Pattern[str]:
    data = non_figures()
    return re.compile(
        rf"(?:及|和)?以[上下内](?:的|规模)?[^，。；、\d]{{0,4}}?(?:{either(data.limited)})|的?(?:{either(data.sized)})"
    )


@cache
def _limit_of() -> re.Pattern[str]:
    return re.compile(rf"(?:规模)?的(?:{either(non_figures().limited)})")


def bounds_a_size(text: str, end: int, bounded: bool) -> bool:
    """Whether a number of people that ends at ``end`` is the limit of a class or school (56人以上的大班额).

    ``bounded``: a bound word stands before the number (超过55人的班级).
    """
    return _limit().match(text, end) is not None or (bounded and _limit_of().match(text, end) is not None)


@cache
def letters_that_name() -> tuple[frozenset[str], frozenset[str]]:
    """Characters before and behind a number that words which make it no quantity end or begin with."""
    affixes = _affixes()
    return _LATIN | affixes.before_lengths.keys(), _SIGNS | affixes.after_first | {"分", "成", "比", "番"}


@cache
def letters_that_limit() -> frozenset[str]:
    """Characters that begin the words behind the size of a class or school."""
    data = non_figures()
    return frozenset({word[0] for word in [*data.limited, *data.sized]} | set("及和以的规"))


@cache
def letters_that_name_numerals() -> tuple[frozenset[str], frozenset[str]]:
    """Characters before and behind a Chinese numeral that words which make it no quantity end or begin with."""
    data = non_figures()
    before = {word[-1] for word in data.vague_before} | _WEEK_ENDS | _YEAR_OF_SCHOOL | {"其"}
    return frozenset(before), frozenset({word[0] for word in [*data.school_names, *data.points]} | set("是中期级"))
