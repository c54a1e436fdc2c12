"""Untangle reports whose pages were laid between one another's, often in mid-sentence.

Where the pages of reports alternate, what stands before a joint goes on behind a later one. A reading of the source is
a series of joints; it is worth what its seams read better than the joints as they stand (``running.py``), how well the
numbered series follow on within each report (``series.py``), and how well each stretch fits the report it is given to
(``voices.py``), less a price for each joint. The best reading is searched for by dynamic programming over the places
where the text reads worst. The plain reading, without any joint, is one of them.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from pipeline.structure.folding import folded
from pipeline.structure.followers import followers
from pipeline.structure.manner import manners
from pipeline.structure.running import Running
from pipeline.structure.series import Numbers, after_mark, marks_in, none_open
from pipeline.structure.tangled import Stretch, breaks_off, ends_with_stops
from pipeline.structure.voices import Voices

_T = TypeVar("_T")
Floats = npt.NDArray[np.float64]
JOINT = 4.3
"""The price of a joint: about one in four hundred characters is one where pages are laid between others'."""
LOOSE = -2.5
"""What a stretch is worth that goes on where nothing broke off (pages that are missing)."""
BROKEN_OFF = -4.0
"""What it costs a report to end in mid-sentence, where paragraphs end with a full stop."""
SHORTEST = 150
"""A stretch between two joints is no shorter."""
USUAL = 3000
"""In longer sources a joint at any one place is rarer."""
COMMON, LONGEST, PAGES, SHORT = 350, 800, 30, 2.0
"""Shorter stretches than this are rare, the rarer the shorter; in longer sources pages are longer, up to a length."""
LONG = 8000
"""In longer sources joints are looked for only between signs of different reports."""
SHARE, MOST = 0.3, 900
"""So many of the characters may be a joint, those where the text reads worst, and so many in all."""
OPENING = 300
"""So many characters from its beginning on are surely a report's."""
PASSES = 6
"""The signs by which reports differ are read again from what each pass gave them."""
NEAR = 100
"""Joints that were found are laid anew within so many characters."""
KEPT = 24
"""How many readings are kept where a report begins."""
PRUNED = 8.0
"""A reading that is so much worse than the best one at the same place is not followed."""


@dataclass(frozen=True, slots=True)
class _Reading:
    """A way to read the text up to a joint: what it is worth, and what each report has come to."""

    worth: float
    report: int
    joint: int
    tails: tuple[int, ...]
    """The joint at which each report broke off last; -1 for one that has not begun or not been left."""
    numbers: tuple[Numbers, ...]
    before: _Reading | None


@dataclass(frozen=True, slots=True)
class _Ended:
    """A reading carried on to the end of a stage, and the numbers of its last report there."""

    worth: float
    reading: _Reading
    numbers: Numbers


def search(text: str, starts: Sequence[int]) -> list[Stretch]:
    """Which report each stretch of the text belongs to, in order. Reports begin at ``starts``, the first at 0."""
    found = [Stretch(start, report) for report, start in enumerate(starts)]
    running = _Text(text)
    for _ in range(PASSES):
        before = found
        found = _pass(running, starts, before)
        if found == before:
            break
    return _pass(running, starts, found, refined=True)


class _Text:
    """A text, folded, with its marks and how well it runs on at each of its characters."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.plain, self.places = folded(text)
        self.running = Running(self.plain, followers())
        self.marks = marks_in(text)
        self.stops = ends_with_stops(text)
        self.lines = np.searchsorted(self.places, [match.end() for match in re.finditer("\n", text)]).tolist()
        self.own, self.near = self.running.neighbours()
        self._joints: list[int] = []
        self._seams = np.zeros((0, 0), dtype=np.float32)

    def seams(self, joints: list[int]) -> npt.NDArray[np.float32]:
        """How well what stands before each joint runs on behind each other one."""
        if joints != self._joints:
            self._joints, self._seams = joints, self.running.scores(joints)
        return self._seams


def _pass(text: _Text, starts: Sequence[int], known: Sequence[Stretch], refined: bool = False) -> list[Stretch]:
    """The best reading by the signs of what is ``known`` of each report; ``refined``: beside its joints."""
    search = _Search(text, starts, known, refined)
    reading: _Reading | None = search.best()
    stretches: list[Stretch] = []
    while reading is not None:
        place = search.place(reading.joint)
        if not stretches or stretches[-1].start != place:
            stretches.append(Stretch(place, reading.report))
        reading = reading.before
    return stretches[::-1]


class _Search:
    def __init__(self, text: _Text, starts: Sequence[int], known: Sequence[Stretch], refined: bool) -> None:
        self._text = text
        self._starts = list(starts)
        self._marks = text.marks
        self._begins = np.searchsorted(text.places, starts).tolist()
        self._voicing = Voices(text.text, starts, [(stretch.start, stretch.report) for stretch in known])
        self._joints = self._near(known) if refined else self._candidates()
        self._own = text.own[self._joints]
        self._seams = np.maximum(np.float32(LOOSE), text.seams(self._joints))
        self._at = text.places[self._joints]
        opened = [mark.start for mark in self._marks]
        self._mark_at = np.searchsorted(opened, [*self._at, len(text.text), 0])
        owners = self._owners(known)
        manner = manners(text.running.letters, text.running.codes, owners, len(starts))[
            [*self._joints, len(text.plain), 0]
        ]
        voices = np.array(self._voicing.sums)[[*map(self._voicing.before, self._at.tolist()), -1, 0]]
        self._speaks = (manner + voices).T.copy()
        self._prices = self._price(np.arange(len(text.text) + 1))
        self._followed: dict[tuple[int, Numbers], tuple[Floats, list[Numbers]]] = {}

    def _owners(self, known: Sequence[Stretch]) -> list[tuple[int, int]]:
        """From where on the folded text is taken to be which report's; -1 where nothing is known yet."""
        starts = np.searchsorted(self._text.places, [stretch.start for stretch in known]).tolist()
        owners = [(start, stretch.report) for start, stretch in zip(starts, known, strict=True)]
        if len(known) == len(self._starts):
            owners += [(start + OPENING, -1) for start in self._begins[1:]]
        return sorted(owners)

    def place(self, joint: int) -> int:
        """Where in the text a joint stands; 0 for the beginning."""
        return int(self._at[joint]) if joint >= 0 else 0

    def best(self) -> _Reading:
        """The reading that is worth most."""
        reports = len(self._starts)
        readings = [_Reading(0.0, 0, -1, (-1,) * reports, (none_open(),) * reports, None)]
        begins = [self._joints.index(begin) for begin in self._begins[1:]]
        for report, stop in enumerate(begins, 1):
            readings = [self._begun(ended, stop, report) for ended in self._stage(readings, stop, report)]
        ended = self._stage(readings, len(self._joints), reports)
        return max(ended, key=lambda e: e.worth + self._endings(e.reading)).reading

    def _candidates(self) -> list[int]:
        """Where the text reads worst, away from its own beginnings, and these beginnings."""
        length = len(self._text.plain)
        free = np.ones(length, dtype=bool)
        if length > LONG:
            free[:] = False
            for low, high in self._suspect():
                free[np.searchsorted(self._text.places, low) : np.searchsorted(self._text.places, high)] = True
        for begin in self._begins:
            free[max(0, begin - SHORTEST) : begin + SHORTEST] = False
        free[:1] = free[-2:] = False
        places = np.flatnonzero(free)
        most = min(MOST, int(len(places) * SHARE))
        worst = {*places[np.argsort(self._text.own[places], kind="stable")[:most]].tolist()}
        worst |= {*places[np.argsort(self._text.near[places], kind="stable")[: most // 2]].tolist()}
        lines = [line for line in self._text.lines if line < length and free[line]]
        return sorted({*worst, *lines, *self._begins[1:]})

    def _near(self, known: Sequence[Stretch]) -> list[int]:
        """Every place near the joints that are known, and the beginnings."""
        joints = np.searchsorted(self._text.places, sorted({s.start for s in known} - {*self._starts})).tolist()
        reach = min(NEAR, MOST // (2 * len(joints) or 1))
        length = len(self._text.plain)
        near = {place for at in joints for place in range(max(1, at - reach), min(length - 2, at + reach + 1))}
        near -= {place for at in self._begins for place in range(at - SHORTEST, at + SHORTEST)}
        return sorted(near | {*self._begins[1:]})

    def _suspect(self) -> list[tuple[int, int]]:
        """The stretches between two signs that point to different reports, and before numbers that don't follow on."""
        pointing = self._voicing.pointing()
        found = [(one[0], other[0]) for one, other in pairwise(pointing) if one[1] != other[1]]
        numbers, last = none_open(), 0
        for mark in self._marks:
            if any(last < start <= mark.start for start in self._starts):
                numbers = none_open()
            gain, numbers = after_mark(numbers, mark)
            if gain < 0:
                found.append((last, mark.start))
            last = mark.start
        return found

    def _begun(self, ended: _Ended, stop: int, report: int) -> _Reading:
        """A reading where a new report begins: the one before it breaks off there, for good or not."""
        reading = ended.reading
        tails = _with(reading.tails, reading.report, stop)
        numbers = _with(reading.numbers, reading.report, ended.numbers)
        return _Reading(ended.worth, report, stop, tails, numbers, reading)

    def _endings(self, reading: _Reading) -> float:
        """What it costs that reports of a reading end in mid-sentence."""
        if not self._text.stops:
            return 0.0
        lasts = [self._place_before(tail) for report, tail in enumerate(reading.tails) if report != reading.report]
        lasts.append(len(self._text.plain) - 1)
        return sum(BROKEN_OFF for last in lasts if last >= 0 and breaks_off(self._text.plain, last + 1))

    def _place_before(self, tail: int) -> int:
        return self._joints[tail] - 1 if tail >= 0 else -1

    def _stage(self, readings: Sequence[_Reading], stop: int, begun: int) -> list[_Ended]:
        """The best readings of the text up to joint ``stop``, of the reports before number ``begun``."""
        first = readings[0].joint + 1
        reached = _Reached(begun, first, stop)
        ended = [self._follow(reading, stop, reached) for reading in readings]
        for joint in range(first, stop):
            for report in range(begun):
                worth, origin = reached.at(joint, report)
                if origin is not None and worth > reached.best(joint) - PRUNED:
                    ended.append(self._follow(self._left(origin, worth, joint, report), stop, reached))
        return sorted(ended, key=lambda e: -e.worth)[:KEPT]

    def _left(self, reading: _Reading, worth: float, joint: int, report: int) -> _Reading:
        """The reading that goes on with another report from a joint on."""
        before = int(self._mark_at[reading.joint])
        _, states = self._counted(before, reading.numbers[reading.report])
        tails = _with(reading.tails, reading.report, joint)
        state = states[int(self._mark_at[joint]) - before]
        return _Reading(worth, report, joint, tails, _with(reading.numbers, reading.report, state), reading)

    def _follow(self, reading: _Reading, stop: int, reached: _Reached) -> _Ended:
        """Carry a reading on to the end of the stage, and note it at every joint where another report may go on."""
        begun, report = reading.joint, reading.report
        first = begun + 1
        before = int(self._mark_at[begun])
        gains, states = self._counted(before, reading.numbers[report])
        speaks = self._speaks[report]
        here = reading.worth - speaks[begun]
        to = int(self._mark_at[stop]) - before
        ended = _Ended(float(here + gains[to] + speaks[stop]), reading, states[to])
        if reached.reports > 1 and first < stop:
            base = gains[self._mark_at[first:stop] - before] + speaks[first:stop]
            base += here
            reached.pass_by(first, base)
            base -= self._own[first:stop]
            base -= self._prices[self._at[first:stop] - self.place(begun)]
            for other in range(reached.reports):
                if other != report:
                    tail = reading.tails[other]
                    reached.note(reading, other, first, base + (self._seams[tail, first:stop] if tail >= 0 else LOOSE))
        return ended

    def _counted(self, before: int, numbers: Numbers) -> tuple[Floats, list[Numbers]]:
        """The gain and the state before the first, and after each of the marks behind so many."""
        key = before, numbers
        if key not in self._followed:
            gains, states = [0.0], [numbers]
            for mark in self._marks[before:]:
                gain, numbers = after_mark(numbers, mark)
                gains.append(gains[-1] + gain)
                states.append(numbers)
            self._followed[key] = np.array(gains), states
        return self._followed[key]

    def _price(self, lengths: npt.NDArray[np.int_]) -> Floats:
        """What a joint costs by the length of the stretch before it."""
        common = max(COMMON, min(LONGEST, len(self._text.plain) / PAGES))
        short = np.maximum(0.0, np.log(common / np.maximum(1, lengths)))
        rare = math.log(max(1.0, len(self._text.plain) / USUAL))
        return np.asarray(np.where(lengths < SHORTEST, np.inf, JOINT + rare + SHORT * short**2))


class _Reached:
    """The best reading that goes on with each report at each joint of a stage."""

    def __init__(self, reports: int, first: int, stop: int) -> None:
        self.reports = reports
        self._first = first
        self._worth = np.full((reports, max(0, stop - first)), -np.inf)
        self._origin = np.full(self._worth.shape, -1)
        self._best = np.full(max(0, stop - first), -np.inf)
        self._readings: list[_Reading] = []

    def pass_by(self, first: int, worths: Floats) -> None:
        """Note what a reading is worth that goes on as it is; ``worths`` are those at ``first`` and behind it."""
        self._best[first - self._first :] = np.maximum(self._best[first - self._first :], worths)

    def best(self, joint: int) -> float:
        """What the best reading is worth at a joint that it passes by."""
        return float(self._best[joint - self._first])

    def note(self, reading: _Reading, report: int, first: int, worths: Floats) -> None:
        """Take a reading where it is better than what is known; ``worths`` are those at ``first`` and behind it."""
        known = self._worth[report, first - self._first :]
        better = worths > known
        np.copyto(known, worths, where=better)
        np.copyto(self._origin[report, first - self._first :], len(self._readings), where=better)
        self._readings.append(reading)

    def at(self, joint: int, report: int) -> tuple[float, _Reading | None]:
        """The worth of the best reading there and where it came from."""
        origin = int(self._origin[report, joint - self._first])
        return float(self._worth[report, joint - self._first]), self._readings[origin] if origin >= 0 else None


def _with(items: tuple[_T, ...], index: int, item: _T) -> tuple[_T, ...]:
    return (*items[:index], item, *items[index + 1 :])
