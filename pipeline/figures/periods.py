"""When a figure holds: dates, years, ranges, school years, five-year plans and relative words, as EDTF.

EDTF is ISO 8601-2:2019 at level 0 with open ends: ``2023``, ``2023-09``, ``2016/2020``, ``2021/..``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from pipeline.figures.numerals import parse_number
from pipeline.figures.period_patterns import OPENING, period_patterns, period_words
from pipeline.model import Period, year_spoken_of

_MOST_YEARS = 60
"""近N年 and its kin count no further back or ahead than this."""
_COMPARED = re.compile(r"(?:年)?(?:同期|底)?相?比(?!例|率)")
_COMPARED_FAR = re.compile(r"[比较][^，。；：、\d]{1,10}的$")
_QUOTES = '“"‘〃「'
_SEPARATORS = re.compile(r"[-/.．]")
_EVENT_SINCE = re.compile(r"[^，。；：、,;:\d\n]{2,16}?以来")
"""Behind a year: 2018年新一轮布局规划获批以来."""
_YEAR_OF = re.compile(r"(?<!\d)\d{4}(?!\d)")
_PLAIN_YEAR = 4
_OPENERS = frozenset("。；;！!，,\n　至止在")
_FROM = frozenset("由从自较比")
"""A year after one of these is one that something changed since, not the one spoken of."""
_MEMORY = 4
_WHOLE = ("全年", "当年")
"""Words that point back to a year look at so many periods before them."""


@dataclass(frozen=True, slots=True)
class Reference:
    """The moment a report speaks from: its year, and the month where it is known (1 to 12)."""

    year: int | None = None
    month: int | None = None


Match = re.Match[str]


class Found(NamedTuple):
    """A period as it is found. ``back``: it counts so many years from the year named before it in its paragraph.

    ``month``: its year is the report's, unless its paragraph speaks of another one by then.
    """

    start: int
    end: int
    edtf: str | None
    back: int | None = None
    month: bool = False


def find_periods(text: str, reference: Reference | None = None) -> tuple[Period, ...]:
    """Every stretch of time that ``text`` names, in order, with half-open spans in code points.

    ``reference`` is the moment from which 今年, 近三年 and a month without a year are counted; without it they are
    found with ``edtf`` None. The rules are those of the gold sets (近三年 counts from the report's own year, and from
    the year before for a report of January to March).
    """
    known = reference or Reference()
    found: list[Found] = [*_years(text), *_plans(text), *_words(text, known), *_counts(text, known)]
    found.sort(key=lambda item: (item[0], -item[1]))
    periods: list[Period] = []
    at = 0
    for item in found:
        if item.start >= at:
            edtf = item.edtf if item.back is None and not item.month else _pointed(text, item, periods)
            periods.append(_period(text, item.start, item.end, edtf))
            at = item.end
    return tuple(periods)


def _pointed(text: str, item: Found, before: Sequence[Period]) -> str | None:
    """When a period holds that leaves its year to what was named before it: 当年, 全年, 1—6月."""
    for period in reversed(before[-_MEMORY:]):
        if "\n" in text[period.end : item.start]:
            break
        if (
            period.compared
            or period.edtf is None
            or text[period.start - 1 : period.start] in _FROM
            or (item.month and not _sets_the_year(text, period))
        ):
            continue
        year = period.edtf.split("/")[-1][:4]
        if not year.isdigit():
            break
        if item.back is not None:
            return f"{int(year) + item.back:04}"
        return item.edtf and _YEAR_OF.sub(year, item.edtf)
    return item.edtf


def _sets_the_year(text: str, period: Period) -> bool:
    """Whether a period opens its sentence with a year of its own, so that the months after it are that year's."""
    opens = period.start == 0 or text[period.start - 1] in _OPENERS
    return opens and not period.planned and len(period.edtf or "") == _PLAIN_YEAR


@cache
def _edges() -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...], tuple[str, ...], re.Pattern[str]]:
    words = period_words()
    behind = re.compile("|".join(words.compared_behind))
    return tuple(words.comparing), tuple(words.until), tuple(words.not_until), tuple(words.comparing_with), behind


@cache
def _edge_ends() -> frozenset[str]:
    """The characters that what stands before a period and tells of it ends in."""
    comparing, until, _, comparing_with, _ = _edges()
    return frozenset({word[-1] for word in comparing + until + comparing_with} | set(_QUOTES) | {"的"})


def _period(text: str, start: int, end: int, edtf: str | None) -> Period:
    compared, planned = _COMPARED.match(text, end) is not None, False
    if start and text[start - 1] in _edge_ends():
        comparing, until, not_until, comparing_with, behind = _edges()
        before = text[max(0, start - 3) : start].rstrip(_QUOTES)
        compared = compared or before.endswith(comparing)
        compared = compared or (
            before.endswith("的") and _COMPARED_FAR.search(text, max(0, start - 14), start) is not None
        )
        compared = compared or (before.endswith(comparing_with) and behind.match(text, end) is not None)
        planned = before.endswith(until) and not before.endswith(not_until)
    if edtf and len(edtf) == _PLAIN_YEAR and _EVENT_SINCE.match(text, end):
        edtf = f"{edtf}/.."
    return Period(start, end, text[start:end], edtf, planned, compared)


def _number(text: str) -> int:
    if text.isdecimal():
        return int(text)
    value = parse_number(text)
    return int(value) if value is not None else 0


def _span(first: int, last: int) -> str:
    return f"{first:04}" if first == last else f"{first:04}/{last:04}"


def _open(start: str, tail: str | None) -> str:
    """A period with what its tail makes of it: open where it reaches on, its last year where it is its end."""
    if tail is None:
        return start
    words = period_words()
    first, _, last = start.partition("/")
    if tail.startswith(tuple(words.since)):
        return f"{first}/.."
    if tail in words.later:
        return f"{int((last or first)[:4]) + 1:04}/.." if last else f"{first}/.."
    if tail in words.ending:
        return last or first
    return first if tail in words.beginning else start


def _part(year: int, part: str) -> str:
    first, last = period_words().parts[part]
    return f"{year:04}-{first:02}/{year:04}-{last:02}"


def _day(year: int, month: str, day: str | None) -> str:
    date = f"{year:04}-{_number(month):02}"
    return f"{date}-{_number(day):02}" if day else date


def _to(start: str, end: str) -> str:
    return start if start == end else f"{start}/{end}"


def _years(text: str) -> Iterator[Found]:
    """Periods that begin with a year in four digits."""
    for match in period_patterns().years.finditer(text):
        edtf = _year(match)
        if edtf is not None:
            yield Found(match.start(), match.end(), edtf)


def _year(match: Match) -> str | None:
    year = _number(match["y"])
    if not 1900 <= year < 2100:
        return None
    if match.lastgroup == "year":  # as most are: nothing behind it
        return f"{year:04}"
    if match["y2"]:
        if not match["unit"] and match.string[match.end() : match.end() + 1] in _COUNTED:
            return None
        second = _number(match["y2"])
        second = second if second > 999 else year // 100 * 100 + second
        return _open(_span(year, second), match["rsince"]) if second >= year else None
    if match["iso"]:
        month, day = (int(part) for part in _SEPARATORS.split(match["iso"][1:]))
        return f"{year:04}-{month:02}-{day:02}" if 1 <= month <= 12 and 1 <= day <= 31 else f"{year:04}"
    if match["dash"]:
        return f"{year:04}-{match['dash'][1:]}"
    if match["school"]:
        return f"{year:04}" if match["sbegin"] else _open(_span(year, year + 1), match["stail"])
    if match["part"]:
        return _part(year, match["part"])
    if match["n1"]:
        return f"{year:04}-{_number(match['n1']):02}/{year:04}-{_number(match['n2']):02}"
    if match["m"]:
        return _month_of_year(year, match)
    return _open(f"{year:04}", match["tail"]) if match["year"] else f"{year:04}"


def _month_of_year(year: int, match: Match) -> str:
    start = _day(year, match["m"], match["d"])
    if match["m3"]:
        return _to(start, _day(_number(match["y3"]) if match["y3"] else year, match["m3"], match["d3"]))
    if match["dd"] and match["d"]:
        return _to(start, _day(year, match["m"], match["dd"]))
    return _open(start, match["mtail"]) if match["mtail"] in period_words().since else start


def _plans(text: str) -> Iterator[Found]:
    """Five-year plans: bare, in quotation marks, with 期间, 末 or 以来 behind."""
    words = period_words()
    for match in period_patterns().plans.finditer(text):
        start = match.start()
        quoted = start > 0 and text[start - 1] in OPENING
        signed = match["sign"] or (match["tail"] and match["tail"] in words.plan_signs)
        if match["plan"] in words.ambiguous_plans and not (signed or (quoted and match["close"])):
            continue
        closed = match["close"] if quoted or signed else None
        if match["close"] and not closed:
            yield Found(start, match.end("plan"), words.plans[match["plan"]])
        else:
            yield Found(start - quoted, match.end(), _open(words.plans[match["plan"]], match["tail"]))


def _recent(count: int, reference: Reference) -> str | None:
    """近三年: the three years up to the report's own; up to the year before for a report of January to March."""
    if reference.year is None or not 0 < count <= _MOST_YEARS:
        return None
    last = year_spoken_of(reference.year, reference.month)
    return _span(last - count + 1, last)


def _words(text: str, reference: Reference) -> Iterator[Found]:
    """Periods that begin with a word: 今年, 近三年, 未来五年, 连续十年, 上半年."""
    patterns = period_patterns()
    at = 0
    for seed in patterns.word_starts.finditer(text):
        if seed.start() >= at and (match := patterns.words.match(text, seed.start())):
            if (
                match["recent"]
                and text[match.start()] == "前"
                and text[match.start() - 1 : match.start()] in _NOT_FORMER
            ):
                continue
            back = period_words().pointing_back[match["back"]] if match["back"] else None
            month = match["alone"] is not None or match["edge"] is not None
            yield Found(match.start(), match.end(), _word(match, reference), back, month)
            at = match.end()


@cache
def _no_span_before() -> tuple[str, ...]:
    return tuple(period_words().no_span_before)


_LONGEST_SPAN = 15
"""五年招录, 十年净增; more years are an age or a length of service."""
_COUNTED = tuple("所人元个名位册台套亩平万亿%％间户家班张")
_NOT_COUNTED = (".", "．", "年", "第")
_NOT_FORMER = ("学", "目", "以", "提", "之")


def _word(match: Match, reference: Reference) -> str | None:
    year = reference.year
    if year is None:
        return None
    if match["rel"]:
        return _relative(match, year)
    if match["school"]:
        first = year + period_words().relative_school_years[match["school"]]
        first -= 0 if reference.month is None or reference.month > 8 else 1
        return _span(first, first + 1)
    if match["recent"]:
        return _recent(_number(match["recent"]), reference)
    if match["coming"]:
        count = _number(match["coming"])
        return _span(year + 1, year + count) if 0 < count <= _MOST_YEARS else None
    if match["running"]:
        count = _number(match["running"])
        return _span(year - count + 1, year) if 0 < count <= _MOST_YEARS else None
    if match["side"]:
        first, last = period_words().relative_spans[match["side"]]
        return _span(year + first, year + last)
    if match["alone"]:
        return _part(year, match["alone"])
    # a report of the first months speaks of the end and the whole of the year before
    past = year_spoken_of(year, reference.month)
    return f"{past:04}" if not match["back"] or match["back"] in _WHOLE else None


def _relative(match: Match, now: int) -> str:
    year = now + period_words().relative_years[match["rel"]]
    if match["part"]:
        return _part(year, match["part"])
    if match["w1"]:
        return f"{year:04}-{_number(match['w1']):02}/{year:04}-{_number(match['w2']):02}"
    if match["m"]:
        return _day(year, match["m"], match["d"])
    open_end = match["tail"] is not None and match["tail"] in period_words().since
    return f"{year:04}/.." if open_end and year < now else f"{year:04}"


def _counts(text: str, reference: Reference) -> Iterator[Found]:
    """Periods that begin with a number: 三年来, 两年内, 十年前, 9月, 1—6月, 3月5日."""
    for match in period_patterns().counts.finditer(text):
        before = text[match.start() - 1 : match.start()]
        if before.isdecimal() or (before in _NOT_COUNTED and (match["n"].isdecimal() or not match["past"])):
            continue
        count, year = _number(match["n"]), reference.year
        if match["past"]:
            within = match["past"] in ("内", "中")
            yield Found(match.start(), match.end(), None if within else _recent(count, reference))
        elif match["span"]:
            if 1 < count <= _LONGEST_SPAN and not text.endswith(_no_span_before(), 0, match.start()):
                yield Found(match.start(), match.end(), _recent(count, reference))
        elif match["ago"]:
            far = year is None or not 0 < count <= _MOST_YEARS
            yield Found(match.start(), match.end(), None if far else f"{(year or 0) - count:04}")
        elif 1 <= count <= 12 and not (match["n"] == "一" and text.startswith("一", match.end())):
            if year is not None and reference.month and count > reference.month and _so_far(text, match.start()):
                year -= 1
            yield Found(match.start(), match.end(), None if year is None else _month(match, count, year), None, True)


def _so_far(text: str, at: int) -> bool:
    """Whether a month without a year is one that things are counted up to (截至12月31日), so that it is over."""
    return text.endswith(tuple(period_words().not_until), 0, at)


def _month(match: Match, month: int, year: int) -> str:
    if match["m1"]:
        return f"{year:04}-{month:02}/{year:04}-{_number(match['m1']):02}"
    start = f"{year:04}-{month:02}" + (f"-{_number(match['d']):02}" if match["d"] else "")
    if match["m2"]:
        return _to(start, _day(year, match["m2"], match["d2"]))
    if match["dd"] and match["d"]:
        return _to(start, f"{start[:7]}-{_number(match['dd']):02}")
    return start
