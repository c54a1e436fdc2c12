"""Numbered series (一、 （二） 3. 四是) and whether the marks of a text follow on one another."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

_DIGITS = {c: i for i, c in enumerate("一二三四五六七八九十", 1)}
_MARK = re.compile(
    r"(?:(?<=\n)|(?<=[。；;：:]))(?:(?P<chapter>[一二三四五六七八九十]{1,2})[、.．]"
    r"|[（(](?P<section>[一二三四五六七八九十]{1,2})[)）]|(?P<item>\d{1,2})[.．、](?!\d))"
    r"|(?P<point>[一二三四五六七八九十])是(?!否)"
)
_RANKS = ("chapter", "section", "item", "point")
FOLLOWS, SKIPS, FALLS_BACK, BEGINS_ANEW = 1.2, -2.5, -3.0, -2.0
"""What a mark tells for a text in which it follows on the last of its series; in which one is missing before it; in
which it was there before; in which the chapters begin anew. Log-odds, set by hand."""
_NONE = (0, 0, 0, 0)
Numbers = tuple[int, int, int, int]
"""The last number of each series, from the chapters down; 0 where none is open."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A number of a series at a place of a text."""

    start: int
    rank: int
    number: int


def marks_in(text: str) -> list[Mark]:
    """The marks of a text in order; 一是 counts anywhere, the others where a line or a sentence begins."""
    found = []
    for match in _MARK.finditer("\n" + text):
        series = match.lastgroup or "point"
        found.append(Mark(match.start() - 1, _RANKS.index(series), _number(match[series])))
    return found


def _number(digits: str) -> int:
    if digits.isdigit():
        return int(digits)
    if digits[0] == "十":
        return 10 + _DIGITS.get(digits[1:], 0)
    return _DIGITS[digits[0]] * (10 if len(digits) > 1 else 1)


def none_open() -> Numbers:
    """The state before a report begins."""
    return _NONE


def after_mark(numbers: Numbers, mark: Mark) -> tuple[float, Numbers]:
    """How well a mark follows on a state, and the state after it: what stands below its rank begins anew."""
    return _after(numbers, mark.rank, mark.number)


@lru_cache(maxsize=4096)
def _after(numbers: Numbers, rank: int, number: int) -> tuple[float, Numbers]:
    last = numbers[rank]
    if number == last + 1 and number > 1:
        gain = FOLLOWS
    elif number == 1:
        gain = BEGINS_ANEW if last and rank == 0 else 0.0
    else:
        gain = SKIPS if number > last else FALLS_BACK
    state = list(numbers)
    state[rank] = number
    below = range(rank + 1, 4) if rank < 2 else ()
    for lower in below:
        state[lower] = 0
    return gain, (state[0], state[1], state[2], state[3])


class Series:
    """How the marks of a text follow on, whatever number a report has come to before them."""

    def __init__(self, marks: Sequence[Mark]) -> None:
        self._marks = marks
        self._gains: list[float] = []
        self._states = [none_open()]
        for mark in marks:
            gain, numbers = after_mark(self._states[-1], mark)
            self._gains.append(gain)
            self._states.append(numbers)

    def behind(self, first: int, numbers: Numbers) -> tuple[list[float], list[Numbers]]:
        """What the marks from number ``first`` on tell of a report with these numbers, and its numbers after each.

        Once the numbers are those that the text comes to as it stands, the rest is known.
        """
        gains: list[float] = []
        states: list[Numbers] = []
        for at in range(first, len(self._marks)):
            if numbers == self._states[at]:
                return gains + self._gains[at:], states + self._states[at + 1 :]
            gain, numbers = after_mark(numbers, self._marks[at])
            gains.append(gain)
            states.append(numbers)
        return gains, states
