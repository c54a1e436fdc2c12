"""Places listed first, and numbers after.

Shared out: 通渭、陇西、临洮三县在校学生依次为23716人、48602人、49185人; said of each of them: 通渭、陇西两县各新建3所.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from pipeline.model import Place

_NUMBER = r"[约近超]?[\d０-９lIO](?:[\d０-９lIO,，. ]*[\d０-９lIO])?"
"""Digits with separators, and the letters that scanning puts in their place."""
_ITEM = re.compile(rf"{_NUMBER}[万亿%％‰]?[一-龥㎡]{{0,6}}?(?=[、，,；;。和与及（(]|$)")
_SHARES = re.compile(r"(?:分别|依次|各)")
_JOINS = re.compile(r"[、和与及以]{1,2}(?:有|是)?|[，,](?=[约近超]?\d)")
_COUNTED = re.compile(r"(?P<count>[\d两二三四五六七八九十]{1,2})个?(?:县|区|市|旗|地|家)")
_COUNTS = {n: i for i, n in enumerate("零一二三四五六七八九十")} | {"两": 2} | {str(n): n for n in range(2, 20)}
_ORDER = re.compile(r"(?:次序|顺序|先后|序)")
_REACH = 24
"""How far after 分别 the first number may stand."""


def shared_out(
    text: str, span: tuple[int, int], places: Sequence[Place], everything: Sequence[Place], region: str | None
) -> list[tuple[int, int, str]]:
    """One stretch for each number that a list of places before 分别 or 依次 shares out in a sentence.

    Where the sentence only counts the places (五县（市、区）依次为) the last list of that length before it is meant, if
    the text says that it is the order. Nothing is shared out where places and numbers don't match one to one.
    """
    start, end = span
    found: list[tuple[int, int, str]] = []
    for match in _SHARES.finditer(text, start, end):
        numbers = _numbers(text, match.end(), end)
        if len(numbers) < 2:
            continue
        codes = _listed([p for p in places if p.end <= match.start()], text)
        if len(codes) < 2:
            counted = list(_COUNTED.finditer(text, start, match.start()))
            count = _COUNTS.get(counted[-1]["count"], 0) if counted else 0
            codes = _ordered(text, start, everything, count)
        if len(codes) >= 2 and len(codes) == len(numbers) and region not in codes:
            found += [(low, high, code) for (low, high), code in zip(numbers, codes, strict=True)]
    return found


_EACH = re.compile(
    r"(?:(?<![平人生户校班师日月年])均(?![衡等值价分])|(?<![首成])都(?=[是为有在达已超新]|\d)|同为|一样|各(?![级类地种项校乡镇县区市位界自所科学年阶方部有]))"
    r"(?=[^，。；：、,;:\d０-９]{0,12}[\d０-９])"
)
_BETWEEN = re.compile(r"(?:等?[\d两二三四五六七八九十]{1,2}个?[县区市旗地家])?[^，。；：、,;:\d０-９]{0,24}")
_BOTH = re.compile("两[县区市旗地]")
_PASSING = 4
"""A county named so many times less than another is named in passing."""
_CLAUSE_END = re.compile(r"[，,；;。]")


def said_of_each(
    text: str, span: tuple[int, int], places: Sequence[Place], everything: Sequence[Place], region: str | None
) -> list[tuple[int, int, tuple[str, ...]]]:
    """Clauses of a sentence that say a number of each of several places by 各, 均, 都 or 同为, and these places.

    They are listed right before; or the clause opens with 两县, in a report that speaks of no more than two.
    """
    start, end = span
    found: list[tuple[int, int, tuple[str, ...]]] = []
    for match in _EACH.finditer(text, start, end):
        before = [p for p in places if p.end <= match.start()]
        if before and _BETWEEN.fullmatch(text, before[-1].end, match.start()):
            low, codes = before[-1].end, _listed(before, text)
        else:
            low = max(text.rfind(mark, start, match.start()) for mark in "，,；;：:") + 1 or start
            codes = _both(everything) if _BOTH.match(text, low) else []
        if len({*codes}) >= 2 and region not in codes:
            stop = _CLAUSE_END.search(text, match.end(), end)
            found.append((low, stop.start() if stop else end, tuple(dict.fromkeys(codes))))
    return found


def _both(everything: Sequence[Place]) -> list[str]:
    """The two counties a report speaks of, others at most in passing; empty where they are more or fewer."""
    named = Counter(p.adcode for p in everything if p.adcode and not p.adcode.endswith("00")).most_common()
    if len(named) < 2 or (len(named) > 2 and named[2][1] * _PASSING > named[1][1]):
        return []
    return [code for code, _ in named[:2]]


def _numbers(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """The spans of numbers joined by 、 or 和 that begin soon after ``start``."""
    first = re.compile(_NUMBER).search(text, start, min(end, start + _REACH))
    spans: list[tuple[int, int]] = []
    at = first.start() if first else end
    while at < end:
        item = _ITEM.match(text, at, end)
        if item is None:
            break
        spans.append(item.span())
        join = _JOINS.match(text, item.end(), end)
        if join is None:
            break
        at = join.end()
    return spans


def _listed(places: Sequence[Place], text: str) -> list[str]:
    """The codes of the last places that are joined to a list; empty where one of them is not told."""
    run: list[Place] = []
    for place in reversed(places):
        if run and not _JOINS.fullmatch(text, place.end, run[-1].start):
            break
        run.append(place)
    codes = [p.adcode for p in reversed(run)]
    return [code for code in codes if code is not None] if None not in codes else []


def _ordered(text: str, before: int, everything: Sequence[Place], count: int) -> list[str]:
    """The codes of a list of ``count`` places earlier in the text that is said to be the order (按...的次序)."""
    if count < 2:
        return []
    earlier = [p for p in everything if p.end <= before]
    for last in range(len(earlier), count - 1, -1):
        run = earlier[last - count : last]
        joined = all(_JOINS.fullmatch(text, a.end, b.start) for a, b in pairwise(run))
        if joined and _ORDER.search(text, run[-1].end, run[-1].end + 8):
            return [p.adcode for p in run if p.adcode is not None]
    return []
