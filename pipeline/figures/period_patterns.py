"""How stretches of time are written: one pattern for each way they begin (``periods.yaml``)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from pipeline.figures.words import either, trie
from pipeline.resources import Strict, load_yaml


class PeriodWords(Strict):
    """``periods.yaml``."""

    plans: dict[str, str]
    ambiguous_plans: list[str]
    plan_signs: list[str]
    relative_years: dict[str, int]
    relative_spans: dict[str, tuple[int, int]]
    pointing_back: dict[str, int]
    not_pointing: list[str]
    relative_school_years: dict[str, int]
    parts: dict[str, tuple[int, int]]
    seasons: list[str]
    since: list[str]
    later: list[str]
    ending: list[str]
    beginning: list[str]
    lasting: list[str]
    not_since: list[str]
    no_span_before: list[str]
    span_behind: list[str]
    years_past: list[str]
    recent: list[str]
    coming: list[str]
    running: list[str]
    comparing: list[str]
    comparing_with: list[str]
    compared_behind: list[str]
    until: list[str]
    not_until: list[str]


@cache
def period_words() -> PeriodWords:
    """The words of ``periods.yaml``. Raises ResourceError."""
    return load_yaml("periods.yaml", PeriodWords)


DASH = "[-—–－―~～〜至到]{1,2}"
OPENING = '“"〃『「‘’”'
CLOSING = '”"〃』」’‘“'
_CN_YEAR = "〇○零一二三四五六七八九"
_YEAR = rf"(?:[1１][9９]|[2２][0０])\d\d(?!\d)|[一二][九〇○零][{_CN_YEAR}]{{2}}(?=年|{DASH}[一二])"
_MONTH = "(?:[1１][012０１２]|[0０]?[1-9１-９]|十[一二]?|[一二三四五六七八九])"
_DAY = r"(?:[12１２]\d|[3３][01０１]|[0０]?[1-9１-９]|[三二]?十[一二三四五六七八九]?|廿?[一二三四五六七八九])"
_COUNT = r"(?:\d{1,2}|[两一二三四五六七八九十]{1,3})"


@dataclass(frozen=True, slots=True)
class PeriodPatterns:
    """Compiled patterns; each begins with a set of characters, so that a text is searched fast.

    ``years`` from a year's digits, ``plans`` from a plan's name, ``counts`` from a number before 年 or 月, ``words``
    anchored where one of ``word_starts`` is.
    """

    years: re.Pattern[str]
    plans: re.Pattern[str]
    counts: re.Pattern[str]
    word_starts: re.Pattern[str]
    words: re.Pattern[str]
    part: re.Pattern[str]


@cache
def period_patterns() -> PeriodPatterns:
    """The patterns made of the words of ``periods.yaml``. Raises ResourceError."""
    data = period_words()
    since = f"(?:{either(data.since)})(?!{either(data.not_since)})"
    tail = rf"{since}|(?:{either(data.later + data.ending + data.beginning + data.lasting)})(?!三|[1-9])"
    part = trie(data.parts)
    season = rf"(?:的?(?:{either(data.seasons)}))?"
    words = _words(data, part, season, tail, _months("w1", "w2"))
    counting = [f"{re.escape(w)}(?=的?[\\d两一二三四五六七八九十])" for w in data.recent + data.coming + data.running]
    naming = either(
        [
            *data.relative_years,
            *data.relative_school_years,
            *data.relative_spans,
            *data.pointing_back,
            *data.parts,
            "年底",
            "年末",
        ]
    )
    return PeriodPatterns(
        years=re.compile(_years(part, season, tail, since, _months("n1", "n2"))),
        plans=re.compile(
            rf"(?P<plan>{trie(data.plans)})(?P<close>[{CLOSING}])?(?P<sign>规划|计划)?的?(?P<tail>{tail})?"
        ),
        counts=re.compile(_counts(data)),
        word_starts=re.compile("|".join([*counting, naming])),
        words=re.compile(words),
        part=re.compile(part),
    )


def _months(first: str, last: str) -> str:
    return rf"(?P<{first}>{_MONTH})(?:月份?)?{DASH}(?P<{last}>{_MONTH})月份?"


def _years(part: str, season: str, tail: str, since: str, months: str) -> str:
    return (
        rf"(?P<y>[12１２一二][90９０九〇○零][\d{_CN_YEAR}]{{2}}(?<!\d\d\d\d\d)(?!\d)(?<!\d[,]\d\d\d\d))(?:"
        rf"(?:年?度?{DASH}|/(?=(?:\d\d){{1,2}}学年))(?P<y2>{_YEAR}|\d\d(?=年|学年))(?!年?{_MONTH}月)(?P<unit>学年度?|年度|年)?(?P<rsince>{since}|期间|间)?"
        r"|(?P<iso>[-/.．]\d\d?[-/.．]\d\d?(?!\d))"
        r"|(?P<dash>[-－](?:0[1-9]|1[0-2])(?![\d-]|年|学年))"
        rf"|(?P<school>学年度?)(?:(?P<sbegin>年?初)|(?:第?[一二上下]学期)?(?P<stail>{since})?)"
        rf"|年度?(?P<part>{part})"
        rf"|年{months}"
        rf"|年(?P<m>{_MONTH})月(?:(?P<d>{_DAY})[日号])?(?P<mtail>{since}|[上中下]旬|底|末|初|份)?"
        rf"(?:{DASH}(?:(?:(?P<y3>{_YEAR})年)?(?P<m3>{_MONTH})月(?:(?P<d3>{_DAY})[日号])?|(?P<dd>{_DAY})[日号]))?"
        rf"|(?P<year>年度?){season}(?P<tail>{tail}|前)?"
        rf"|(?P<bare>(?=[、，,和及与]\s?(?:{_YEAR})))"
        r")"
    )


def _counts(data: PeriodWords) -> str:
    past = either(data.years_past)
    return (
        rf"(?P<n>[\d两一二三四五六七八九十](?<!\d.)[\d两一二三四五六七八九十]{{0,2}}+)(?=[个整学年月]|{DASH})(?:"
        rf"个?(?:整|学)?年多?(?P<past>{past})(?!程)"
        rf"|(?P<span>年)(?={either(data.span_behind)})"
        r"|(?P<ago>年前)(?!三)"
        rf"|(?P<month>月)(?:(?P<d>{_DAY})[日号]|份?(?P<mtail>[上中下]旬|底|末|初|中)|份)?"
        rf"(?:{DASH}(?:(?P<m2>{_MONTH})月(?:份?[底末]|份|(?P<d2>{_DAY})[日号])?|(?P<dd>{_DAY})[日号]))?"
        rf"|(?:月份?)?{DASH}(?P<m1>{_MONTH})月份?"
        r")"
    )


def _words(data: PeriodWords, part: str, season: str, tail: str, months: str) -> str:
    past = either(data.years_past)
    return (
        rf"(?P<rel>{trie(data.relative_years)})(?:(?P<part>{part})|{months}"
        rf"|(?P<m>{_MONTH})月(?:(?P<d>{_DAY})[日号]|[上中下]旬|底|末|初|份)?)?{season}(?P<tail>{tail})?"
        rf"|(?P<school>{trie(data.relative_school_years)})"
        rf"|(?P<side>{either(data.relative_spans)})"
        rf"|(?P<back>{either(data.pointing_back)})(?:秋季|春季)?(?!{either(data.not_pointing)})"
        rf"|(?:{either(data.recent)})(?P<recent>{_COUNT})个?(?:整|学)?年多?(?:{past})?(?!级|制)"
        rf"|(?:{either(data.coming)})的?(?P<coming>{_COUNT})个?(?:学)?年(?:{past})?"
        rf"|(?:{either(data.running)})(?P<running>{_COUNT})个?(?:学)?年"
        rf"|(?P<alone>{part})"
        r"|(?P<edge>年底|年末)"
    )
