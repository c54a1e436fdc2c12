"""Figures in a row that share what was said before them: A、B分别为x、y; 小学、初中分别…; 均为100%."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from pipeline.facts.lexicon import Hit
from pipeline.facts.runs import runs
from pipeline.facts.sentences import Sentence
from pipeline.facts.words import context_words
from pipeline.model import Figure

_STOPS = re.compile(r"[，。；：]")
_LISTED = re.compile(r"[^，。；、：]{0,6}(?:[、和及与/]|以及)[^，。；、：]{0,4}")
"""What may stand between the words of two items of a list."""
_STRAIGHT, _CLAUSE = 14, 24
"""A list stands straight before a row that is so near, or so near within its clause, in characters."""
_LIST_REACH = 120
"""Lists further before their figures are not looked for, in characters."""


def spread(sentence: Sentence, row: Sequence[Figure], wanted: Callable[[Hit], bool]) -> list[Hit] | None:
    """The items listed before a row, one a figure: the last run of as many ``wanted`` hits in a list. None where none.

    Asks for 分别 or its like between list and row, or for the list to stand straight before the row.
    """
    start = row[0].start
    before = [h for h in sentence.hits_between(start - _LIST_REACH, start) if h.end <= start and wanted(h)]
    lists = _lists(sentence.text, before)
    between_limit = 60
    for group in reversed(lists):
        if len(group) != len(row) or start - group[-1].end > between_limit:
            continue
        gap = sentence.text[group[-1].end : start]
        near = len(gap) <= _STRAIGHT or (len(gap) <= _CLAUSE and not _STOPS.search(gap))
        if near or context_words().spread.search(sentence.text, group[0].start, start):
            return group
    return None


def _lists(text: str, hits: Sequence[Hit]) -> list[list[Hit]]:
    """Hits grouped into lists: neighbours with a list sign between them, perhaps after a few letters of the item."""
    return runs(hits, lambda left, right: _neighbours(text, left, right))


def _neighbours(text: str, left: Hit, right: Hit) -> bool:
    between = text[left.end : right.start]
    return len(between) <= 8 and _LISTED.fullmatch(between) is not None


def each_of(sentence: Sentence, figure: Figure, wanted: Callable[[Hit], bool]) -> list[Hit]:
    """The items of a list before one figure that holds for each of them (入学率、巩固率均为100%); empty where none."""
    previous = sentence.before(figure)
    low = previous.end if previous else sentence.start
    hits = [h for h in sentence.hits_between(low, figure.start) if h.end <= figure.start and wanted(h)]
    groups = [group for group in _lists(sentence.text, hits) if len(group) > 1]
    if not groups:
        return []
    group = groups[-1]
    gap = sentence.text[group[-1].end : figure.start]
    if len(gap) > _CLAUSE or _STOPS.search(gap):
        return []
    return group
