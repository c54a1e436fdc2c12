"""The readings of a text that the search for the best one follows, and how far each report has come in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from pipeline.structure.followers import Ints
from pipeline.structure.series import Numbers

Floats = npt.NDArray[np.float64]
PRUNED = 8.0
"""A reading that is so much worse than the best one at the same place is not followed."""


class Reading(NamedTuple):
    """A way to read the text up to a joint: what it is worth, and what each report has come to."""

    worth: float
    report: int
    joint: int
    tails: tuple[int, ...]
    """The joint at which each report broke off last; -1 for one that has not begun or not been left."""
    numbers: tuple[Numbers, ...]
    counted: Counted
    before: Reading | None


@dataclass(frozen=True, slots=True)
class Counted:
    """The gain of the marks on the way to each joint, and the numbers before the first and after each of them."""

    gains: Floats
    states: list[Numbers]
    before: int
    marks: Sequence[int]
    """How many marks stand before the way, and before each joint."""

    def at(self, joint: int) -> Numbers:
        """The numbers at a joint."""
        return self.states[self.marks[joint] - self.before]


@dataclass(frozen=True, slots=True)
class Group:
    """Readings from joints too near one another for a stretch between them, in their order."""

    readings: Sequence[Reading]
    worths: Floats
    joints: Ints
    reports: Ints
    low: int
    passing: Floats
    """What each is worth, if it goes on as it is, at each joint from ``low`` to the end of the stage."""
    ends: Floats
    """What each is worth there."""

    def only(self, kept: npt.NDArray[np.bool_]) -> Group:
        """Some of the readings."""
        readings = [reading for reading, held in zip(self.readings, kept.tolist(), strict=True) if held]
        return Group(
            readings, self.worths[kept], self.joints[kept], self.reports[kept], self.low, self.passing[kept],
            self.ends[kept],
        )  # fmt: skip


class Reached:
    """The best reading that goes on with each report at each joint of a stage."""

    def __init__(self, reports: int, first: int, stop: int) -> None:
        self.reports = reports
        self._first = first
        self._worth = np.full((reports, max(0, stop - first)), -np.inf)
        self._origin = np.full(self._worth.shape, -1)
        self._best = np.full(max(0, stop - first), -np.inf)
        self._readings: list[Reading] = []

    def go_on(self, report: int, which: Ints, onward: Floats) -> None:
        """Note where a report goes on better than is known.

        ``onward`` is what that is worth behind each reading (rows) at the last joints of the stage, ``which`` says
        which readings these are of the group that passes by next.
        """
        if not len(which):
            return
        best = onward.argmax(axis=0)
        worth = onward[best, np.arange(len(best))]
        known = self._worth[report, -len(best) :]
        better = worth > known
        np.copyto(known, worth, where=better)
        np.copyto(self._origin[report, -len(best) :], which[best] + len(self._readings), where=better)

    def pass_by(self, group: Group, passing: Floats) -> None:
        """Note what readings are worth at the last joints of the stage, where they go on as they are."""
        best = self._best[-passing.shape[1] :]
        np.maximum(best, passing.max(axis=0), out=best)
        self._readings += group.readings

    def worth_following(self, low: int, high: int) -> list[tuple[Reading, float, int, int]]:
        """The best readings that go on with each report at joints from ``low`` to ``high``; worth, report and joint."""
        near = slice(low - self._first, high - self._first)
        worths, origins = self._worth[:, near].T, self._origin[:, near].T
        found = worths > self._best[near, None] - PRUNED
        joints, reports = np.nonzero(found)
        rows = zip(origins[found].tolist(), worths[found].tolist(), reports.tolist(), joints.tolist(), strict=True)
        return [(self._readings[origin], worth, report, low + joint) for origin, worth, report, joint in rows]

    def kept(self, group: Group, high: int) -> Group:
        """The readings of a group that are worth following beside those others of it that are and begin before them.

        It is settled from the first on, one or more each time.
        """
        near = np.arange(group.low, high)
        best = self._best[near - self._first]
        passing = np.where(near > group.joints[:, None], group.passing[:, : len(near)], -np.inf)
        kept = np.ones(len(group.worths), dtype=bool)
        while True:
            least = np.maximum(best, passing[kept].max(axis=0)) - PRUNED
            still = group.worths > least[group.joints - group.low]
            if np.array_equal(still, kept):
                return group.only(kept)
            kept = still
