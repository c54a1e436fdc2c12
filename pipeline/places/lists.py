"""Places listed first and numbers after: 通渭、陇西、临洮三县在校学生依次为23716人、48602人、49185人."""

from __future__ import annotations

import re
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
