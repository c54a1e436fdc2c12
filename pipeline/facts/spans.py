"""What periods are to each other and to the text: spans and counts of years, levels before and after, asides."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.facts.runs import runs
from pipeline.facts.sentences import Sentence
from pipeline.facts.words import context_words
from pipeline.model import Figure, Period

_SETS_APART = re.compile(r"[；;。：:]|[，,][^，,降升增减提扩压缩优变涨跃拓回下上→]{2}")
"""Between two levels: they belong to different things (99.5%以上；入园率提高到85%)."""
_COUNTS = {numeral: value for value, numeral in enumerate("零一二三四五六七八九十")} | {"两": 2}
_PAIR_REACH = 12
"""Two levels of a change stand this near to each other, in characters."""


def is_pair(sentence: Sentence, first: Figure, second: Figure) -> bool:
    """Whether two figures are the levels before and after a change, with no time named between them."""
    if first.dimension != second.dimension or second.start - first.end > _PAIR_REACH:
        return False
    between = sentence.text[first.end : second.start]
    return not _SETS_APART.search(between) and context_words().changed_to.search(between) is not None


def is_ago(period: Period) -> bool:
    """Whether a period is a point in the past, counted from now: 三年前."""
    return period.text.endswith("年前")


def recent(period: Period) -> bool:
    """Whether a span of years is only counted from now: 近三年, 三年来."""
    edtf = period.edtf or ""
    counted = len(edtf) == len("2016/2020") and not any(char.isdecimal() for char in period.text[:4])
    return counted and context_words().plan_name.search(period.text) is None


def year_of_part(edtf: str | None, standing: bool) -> str | None:
    """The year of a part of a year where a state is told in a later sentence than the part it was named for."""
    return edtf[:4] if edtf and standing and len(edtf) == len("2023-01/2023-06") else edtf


def reaches_on(period: Period) -> bool:
    """Whether a period is a stretch over which things are summed up: since a year, the last years."""
    edtf = period.edtf or ""
    if "学年" in period.text:
        return False
    return edtf.endswith("..") or (years_in(edtf) > 1 and context_words().plan_name.search(period.text) is None)


def joined(before: Sequence[Period], last: Period) -> str | None:
    """2024年和2025年，每年…: the span of both."""
    if before and before[-1].edtf and last.edtf and last.start - before[-1].end <= 1 and len(last.edtf) == 4:
        return f"{before[-1].edtf[:4]}/{last.edtf}"
    return last.edtf


def listed_years(periods: Sequence[Period]) -> list[str]:
    """Years that follow one another (2018年、2019年、2020年) as the span they make up; the last such run first."""
    years = (int(period.edtf) for period in periods if period.edtf is not None and len(period.edtf) == 4)
    following = runs(years, lambda before, after: after == before + 1)
    return [f"{run[0]:04}/{run[-1]:04}" for run in reversed(following) if len(run) > 1]


def years_in(edtf: str) -> int:
    """How many years a span holds; 0 where it is none of whole years."""
    first, _, last = edtf.partition("/")
    return int(last) - int(first) + 1 if len(first) == len(last) == 4 and last.isdigit() else 0


def count_of(numeral: str) -> int:
    """What a numeral of up to two signs is worth: 五, 十二, 3; 0 for none."""
    if numeral.isdecimal():
        return int(numeral)
    if numeral.startswith("十"):
        return 10 + _COUNTS.get(numeral[1:], 0)
    return _COUNTS.get(numeral, 0)


def fills_bracket(text: str, period: Period) -> bool:
    """Whether a bracket holds the period and nothing else: 上一轮建设（2020—2022年）."""
    return text[period.start - 1 : period.start] in ("（", "(") and text[period.end : period.end + 1] in ("）", ")")


def in_title_marks(text: str, at: int, low: int, end: int) -> bool:
    """Whether a place stands between 《 and 》."""
    opened = text.rfind("《", max(low, at - 60), at)
    return opened >= 0 and text.find("》", opened, at) < 0 and text.find("》", end, end + 60) >= 0
