"""The manner of a report: which characters it writes with, and how often.

Two reports differ in their words, marks and habits, so that a few hundred characters tell whose they are. What is near
a stretch does not speak for it: it may have come with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
import numpy.typing as npt

from pipeline.structure.data import structure
from pipeline.structure.followers import Ints

Floats = npt.NDArray[np.float64]
BLOCK, NEAR = 64, 2
"""Characters are counted by blocks of so many; so many blocks on either side of one don't speak for it."""
AGAIN = 20
"""A character that stood so near before tells nothing new."""
EXPECTED = 3000.0
"""So many characters as the whole source has them are counted to every report."""
HABIT, TOPIC = 0.3, 0.05
"""What the log-odds of marks and particles count, and those of all other characters, which go with the topic of a
section rather than with a report. Set by what untangled woven reports best."""


class Manners:
    """The characters of a text, ready to tell reports by them for any reading of it.

    ``codes`` number the characters of the text by their place among ``letters``, their code points.
    """

    def __init__(self, letters: Ints, codes: Ints) -> None:
        self._codes = codes
        length, size = len(codes), len(letters)
        self._everywhere = ((np.bincount(codes, minlength=size) + 0.5) / (length + size / 2))[codes]
        self._weights = _weights(letters)[codes] * _fresh(codes)
        blocks = np.arange(length) // BLOCK
        count = length // BLOCK + 1
        self._low, self._high = np.maximum(0, blocks - NEAR), np.minimum(count, blocks + NEAR + 1)
        self._bounds = np.minimum(length, np.arange(count + 1) * BLOCK)
        self._order = np.argsort(codes, kind="stable")
        keys = (codes * count + blocks)[self._order]
        # where the same character stands from the nearest blocks on, and behind them, among all of its kind
        self._from = np.searchsorted(keys, codes * count + self._low)
        self._to = np.searchsorted(keys, codes * count + self._high)

    def told(self, owners: Sequence[tuple[int, int]], reports: int) -> Floats:
        """The running totals, before each character and behind the last, of what they tell for each report (columns).

        ``owners`` says from where on the text is taken to be which report's, -1 for none's.
        """
        length = len(self._codes)
        starts = [start for start, _ in owners]
        own = np.array([report for _, report in owners])[np.searchsorted(starts, np.arange(length), side="right") - 1]
        sums = np.zeros((length + 1, reports))
        for report in range(reports):
            mine = own == report
            alike = _running(mine[self._order])
            near = alike[self._to] - alike[self._from]
            before = _running(mine)[self._bounds]
            others = np.bincount(self._codes[mine], minlength=self._codes.max(initial=0) + 1)[self._codes] - near
            total = before[-1] - (before[self._high] - before[self._low])
            share = (others + EXPECTED * self._everywhere) / (total + EXPECTED)
            sums[1:, report] = np.cumsum(self._weights * np.log(share / self._everywhere))
        return sums


def _running(true: npt.NDArray[np.bool_]) -> Ints:
    """How many are true before each, and in all."""
    return np.concatenate(([0], np.cumsum(true)))


def _fresh(codes: Ints) -> npt.NDArray[np.bool_]:
    """Whether a character has not stood a little before: what is spoken of at length says no more than once said."""
    order = np.argsort(codes, kind="stable")
    fresh = np.ones(len(codes), dtype=bool)
    fresh[order[1:]] = (np.diff(codes[order]) != 0) | (np.diff(order) > AGAIN)
    return fresh


@cache
def _particles() -> frozenset[str]:
    return frozenset(structure().particles)


def _weights(letters: Ints) -> Floats:
    habits = (not "一" <= chr(letter) <= "鿿" or chr(letter) in _particles() for letter in letters.tolist())
    return np.array([HABIT if habit else TOPIC for habit in habits])
