"""What figures side by side share: the unit of a list, the bound of 分别, the total before a bracket."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice

from pipeline.figures.drafts import EXACT, LEVEL, Draft
from pipeline.figures.words import number_words
from pipeline.model import Bound, Figure, Measure, NumberClass
from pipeline.resources.units import load_units

_JOINS = frozenset({"、", "和", "及", "与", "，", ",", "或", "、 ", ", ", "/", "以及", "及其", "；", " 、", "和 "})
_CLAUSES = frozenset({"，", ",", "；", ", "})
_THAT_IS = frozenset({"即", "也即", "，即", ",即"})
_BRACKET = re.compile(r"[（(][^（()）。；;\n]{0,14}$")
_IN_BRACKET = re.compile(r"[^（()）。；;\n]{0,14}$")
_CLAUSE_END = re.compile(r"[，。；;\n]")
_ONLY_FROM = (Bound.AT_LEAST, Bound.AT_MOST)
_LONGEST_LIST = 40
WINDOW = 24
"""Figures that share something stand no further apart than this."""
NEXT = 2
"""Figures of a list stand no further apart than this."""


def share(text: str, figures: Sequence[Draft | Figure]) -> None:
    """Let the last of the figures give and take what figures in a list share. Called as each quantity is added."""
    last = figures[-1]
    if not isinstance(last, Draft):
        return
    if last.dimension == "scaled" and last.unit is None:
        _imply(text, last)
    if len(figures) < 2:
        return
    previous = figures[-2]
    if not isinstance(previous, Draft):
        if previous.number_class is NumberClass.DENOMINATOR:
            _share_denominator(text, previous, last)
        return
    gap = last.start - previous.end
    if gap <= NEXT:
        between = text[previous.end : last.start]
        if last.bound is EXACT and previous.bound in _ONLY_FROM and between in _THAT_IS:
            last.bound = previous.bound
        if between in _JOINS:
            _share_list(text, figures, previous, last)
            return
    if gap <= WINDOW and last.unit is None and last.dimension is None:
        _share_total(text, previous, last)


def _share_denominator(text: str, previous: Figure, last: Draft) -> None:
    """A number for every hundred or thousand of something is a rate: 每百名学生拥有计算机15台."""
    between = text[previous.end : last.start]
    if last.start - previous.end <= WINDOW and last.unit not in ("percent", None) and not _CLAUSE_END.search(between):
        last.unit, last.dimension = "per_hundred", "rate"


def _share_list(text: str, figures: Sequence[Draft | Figure], previous: Draft, last: Draft) -> None:
    if last.unit is not None:
        _unit_back(text, figures, last)
    if previous.unit != last.unit or previous.dimension != last.dimension:
        return
    if text[previous.end : last.start] in _CLAUSES:
        return
    if last.measure is LEVEL and previous.measure is not LEVEL and not last.told:
        last.measure, last.sign = previous.measure, previous.sign
    if last.bound is EXACT and previous.bound in _ONLY_FROM and not previous.bound_behind and not last.told:
        last.bound = previous.bound
    if last.bound_behind and previous.bound is EXACT:
        run = [previous]
        for figure in islice(reversed(figures), 2, _LONGEST_LIST):
            if not isinstance(figure, Draft) or figure.bound is not EXACT:
                break
            if text[figure.end : run[-1].start] not in _JOINS:
                break
            run.append(figure)
        first = run[-1]
        if "分别" in text[max(0, first.start - 10) : first.start]:
            for draft in run:
                draft.bound = last.bound


def _unit_back(text: str, figures: Sequence[Draft | Figure], last: Draft) -> None:
    """Give the last figure's unit to those of its list that have none: 37.9万、46.4万、51万平方米; 3、5所."""
    follower = last
    for draft in islice(reversed(figures), 1, _LONGEST_LIST):
        if not isinstance(draft, Draft) or text[draft.end : follower.start] not in _JOINS:
            return
        point = last.unit == "percent_point" and draft.unit == "item" and text[draft.end - 1] == "个"
        bare = draft.unit is None and draft.dimension in (None, "scaled") and draft.high is None
        if not (point or bare) or draft.value is None or text[draft.end : follower.start] in _CLAUSES:
            return
        if bare and draft.scale == 1:
            draft.value *= last.scale
        elif bare and last.scale == 1:
            return
        if last.factor != 1:
            draft.value *= last.factor
        draft.unit, draft.dimension = last.unit, last.dimension
        if point and draft.measure is LEVEL:
            draft.measure = Measure.CHANGE
        follower = draft


def _share_total(text: str, previous: Draft, last: Draft) -> None:
    """Give the unit of a total to its parts in brackets: 6834人（小学4437、初中2397）."""
    if previous.unit is None or previous.value is None or last.value is None or previous.high is not None:
        return
    if load_units().units[previous.unit].dimension not in ("people", "count", "sets", "volumes"):
        return
    between = text[previous.end : last.start]
    inside = previous.total is not None
    total = previous.total if inside else previous.value
    pattern = _IN_BRACKET if inside else _BRACKET
    if total is not None and last.value <= total and pattern.match(between):
        last.unit, last.dimension, last.total = previous.unit, previous.dimension, total


def _imply(text: str, draft: Draft) -> None:
    """The unit of a number with nothing but 万 or 亿 behind it, from the words around: 新增学位1.5万."""
    words = number_words()
    right = words.implied.match(text, draft.end + text.startswith("的", draft.end))
    unit = right.lastgroup if right else None
    if unit is None:
        for match in words.implied.finditer(text, max(0, draft.start - WINDOW), draft.start):
            if not any(mark in text[match.end() : draft.start] for mark in "，。；;\n"):
                unit = match.lastgroup
    if unit is not None:
        draft.unit = words.implied_units[int(unit[1:])]
        draft.dimension = load_units().units[draft.unit].dimension
