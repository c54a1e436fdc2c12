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
from pipeline.structure.followers import Followers, Ints
from pipeline.structure.manner import Manners
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


def search(text: str, starts: Sequence[int], tables: Followers) -> list[Stretch]:
    """Which report each stretch of the text belongs to, in order, by the tables of which characters go together.

    Reports begin at ``starts``, the first at 0.
    """
    found = [Stretch(start, report) for report, start in enumerate(starts)]
    running = _Text(text, tables)
    for _ in range(PASSES):
        before = found
        found = _pass(running, starts, before)
        if found == before:
            break
    return _pass(running, starts, found, refined=True)


class _Text:
    """A text, folded, with its marks and how well it runs on at each of its characters."""

    def __init__(self, text: str, tables: Followers) -> None:
        self.text = text
        self.plain, self.places = folded(text)
        self.running = Running(self.plain, tables)
        self.manners = Manners(self.running.letters, self.running.codes)
        self.marks = marks_in(text)
        self.stops = ends_with_stops(text)
        self.lines = np.searchsorted(self.places, [match.end() for match in re.finditer("\n", text)]).tolist()
        self.own, self.near = self.running.neighbours()
        self._joints = np.zeros(0, dtype=np.int64)
        self._seams = np.zeros((0, 0), dtype=np.float32)

    def seams(self, joints: Ints) -> npt.NDArray[np.float32]:
        """How well what stands before each joint runs on behind each other one; what is known is not told anew."""
        _, kept, known = np.intersect1d(joints, self._joints, assume_unique=True, return_indices=True)
        new = np.setdiff1d(np.arange(len(joints)), kept, assume_unique=True)
        seams = np.empty((len(joints), len(joints)), dtype=np.float32)
        seams[np.ix_(kept, kept)] = self._seams[np.ix_(known, known)]
        seams[new] = self.running.scores(joints[new], joints)
        seams[np.ix_(kept, new)] = self.running.scores(joints[kept], joints[new])
        self._joints, self._seams = joints, seams
        return seams


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
        self._seams = self._behind(text.seams(np.array(self._joints, dtype=np.int64)))
        self._at = text.places[self._joints]
        opened = [mark.start for mark in self._marks]
        self._mark_at = np.searchsorted(opened, [*self._at, len(text.text), 0])
        owners = self._owners(known)
        manner = text.manners.told(owners, len(starts))[[*self._joints, len(text.plain), 0]]
        voices = np.array(self._voicing.sums)[[*map(self._voicing.before, self._at.tolist()), -1, 0]]
        self._speaks = (manner + voices).T.copy()
        self._prices = self._price(np.arange(len(text.text) + 1))
        self._followed: dict[tuple[int, Numbers], _Counted] = {}

    @staticmethod
    def _behind(seams: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """What each joint is worth behind each other one where a report broke off, and behind none (the last row)."""
        seams = np.maximum(np.float32(LOOSE), seams)
        return np.vstack((seams, np.full((1, seams.shape[1]), LOOSE, dtype=np.float32)))

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
        ended = self._follow(readings, stop, reached)
        for joint in range(first, stop):
            left = [self._left(*origin, joint) for origin in reached.worth_following(joint)]
            if left:
                ended += self._follow(left, stop, reached)
        return sorted(ended, key=lambda e: -e.worth)[:KEPT]

    def _left(self, reading: _Reading, worth: float, report: int, joint: int) -> _Reading:
        """The reading that goes on with another report from a joint on."""
        counted = self._counted(reading)
        tails = _with(reading.tails, reading.report, joint)
        numbers = _with(reading.numbers, reading.report, counted.at(joint))
        return _Reading(worth, report, joint, tails, numbers, reading)

    def _follow(self, readings: Sequence[_Reading], stop: int, reached: _Reached) -> list[_Ended]:
        """Carry readings from one joint on to the end of the stage; note them where another report may go on."""
        begun = readings[0].joint
        first = begun + 1
        counted = [self._counted(reading) for reading in readings]
        reports = [reading.report for reading in readings]
        here = np.array([reading.worth for reading in readings]) - self._speaks[reports, begun]
        if reached.reports > 1 and first < stop:
            leaving = self._own[first:stop] + self._prices[self._at[first:stop] - self.place(begun)]
            for reading, gains, worth in zip(readings, counted, here, strict=True):
                passing = gains.gains[first:stop] + self._speaks[reading.report, first:stop]
                passing += worth
                seams = self._seams[list(reading.tails[: reached.reports]), first:stop]
                reached.pass_by(reading, first, passing, seams + (passing - leaving))
        ends = here + self._speaks[reports, stop]
        return [
            _Ended(float(end) + float(gains.gains[stop]), reading, gains.at(stop))
            for reading, end, gains in zip(readings, ends, counted, strict=True)
        ]

    def _counted(self, reading: _Reading) -> _Counted:
        """What the marks tell of a reading that goes on as it is."""
        before, numbers = int(self._mark_at[reading.joint]), reading.numbers[reading.report]
        key = before, numbers
        if key not in self._followed:
            gains, states = [0.0], [numbers]
            for mark in self._marks[before:]:
                gain, numbers = after_mark(numbers, mark)
                gains.append(gains[-1] + gain)
                states.append(numbers)
            places = np.maximum(0, self._mark_at - before)
            self._followed[key] = _Counted(np.array(gains)[places], states, places)
        return self._followed[key]

    def _price(self, lengths: npt.NDArray[np.int_]) -> Floats:
        """What a joint costs by the length of the stretch before it."""
        common = max(COMMON, min(LONGEST, len(self._text.plain) / PAGES))
        short = np.maximum(0.0, np.log(common / np.maximum(1, lengths)))
        rare = math.log(max(1.0, len(self._text.plain) / USUAL))
        return np.asarray(np.where(lengths < SHORTEST, np.inf, JOINT + rare + SHORT * short**2))


@dataclass(frozen=True, slots=True)
class _Counted:
    """The gain of the marks on the way to each joint, and the numbers after each mark."""

    gains: Floats
    states: list[Numbers]
    marks: npt.NDArray[np.int_]
    """How many marks stand on the way to each joint."""

    def at(self, joint: int) -> Numbers:
        """The numbers at a joint."""
        return self.states[int(self.marks[joint])]


class _Reached:
    """The best reading that goes on with each report at each joint of a stage."""

    def __init__(self, reports: int, first: int, stop: int) -> None:
        self.reports = reports
        self._first = first
        self._worth = np.full((reports, max(0, stop - first)), -np.inf)
        self._origin = np.full(self._worth.shape, -1)
        self._best = np.full(max(0, stop - first), -np.inf)
        self._readings: list[_Reading] = []

    def pass_by(self, reading: _Reading, first: int, passing: Floats, onward: Floats) -> None:
        """Note a reading at joint ``first`` and behind it, where it is better than what is known.

        ``passing`` is what it is worth if it goes on as it is, ``onward`` (a row a report) if another one goes on.
        """
        at = first - self._first
        best = self._best[at:]
        np.maximum(best, passing, out=best)
        known = self._worth[:, at:]
        better = onward > known
        better[reading.report] = False
        if better.any():
            np.copyto(known, onward, where=better)
            np.copyto(self._origin[:, at:], len(self._readings), where=better)
            self._readings.append(reading)

    def worth_following(self, joint: int) -> list[tuple[_Reading, float, int]]:
        """The best reading up to a joint that goes on there with each report, its worth and the report."""
        at = joint - self._first
        least = self._best[at] - PRUNED
        worths, origins = self._worth[:, at].tolist(), self._origin[:, at].tolist()
        return [
            (self._readings[origin], worth, report)
            for report, (worth, origin) in enumerate(zip(worths, origins, strict=True))
            if origin >= 0 and worth > least
        ]


def _with(items: tuple[_T, ...], index: int, item: _T) -> tuple[_T, ...]:
    return (*items[:index], item, *items[index + 1 :])
