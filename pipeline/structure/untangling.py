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
from itertools import pairwise
from typing import NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from pipeline.structure.folding import folded
from pipeline.structure.followers import Followers, Ints
from pipeline.structure.manner import Manners
from pipeline.structure.reached import Counted, Floats, Group, Reached, Reading
from pipeline.structure.running import Running, Scores
from pipeline.structure.series import Numbers, Series, after_mark, marks_in, none_open
from pipeline.structure.tangled import Stretch, breaks_off, ends_with_stops
from pipeline.structure.voices import Voices

_T = TypeVar("_T")
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


class _Ended(NamedTuple):
    """A reading carried on to the end of a stage, and what it is worth there."""

    worth: float
    reading: Reading


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
        self.series = Series(self.marks)
        self.stops = ends_with_stops(text)
        self.lines = np.searchsorted(self.places, [match.end() for match in re.finditer("\n", text)]).tolist()
        self.own, self.near = self.running.neighbours()
        self._joints = np.zeros(0, dtype=np.int64)
        self._seams = np.zeros((0, 0), dtype=np.float32)

    def seams(self, joints: Ints) -> Scores:
        """What each joint is worth behind each other one where a report broke off, and behind none (the last row).

        Only those joints are told apart that a stretch lies between; the last joints are remembered.
        """
        if not np.array_equal(joints, self._joints):
            seams = np.full((len(joints) + 1, len(joints)), LOOSE, dtype=np.float32)
            at = self.places[joints]
            for rows, columns, scores in self.running.crossed(joints, np.searchsorted(at, at + SHORTEST)):
                np.maximum(scores, np.float32(LOOSE), out=seams[rows, columns])
            self._joints, self._seams = joints, seams
        return self._seams


def _pass(text: _Text, starts: Sequence[int], known: Sequence[Stretch], refined: bool = False) -> list[Stretch]:
    """The best reading by the signs of what is ``known`` of each report; ``refined``: beside its joints."""
    search = _Search(text, starts, known, refined)
    reading: Reading | None = search.best()
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
        self._seams = text.seams(np.array(self._joints, dtype=np.int64))
        self._at = text.places[self._joints]
        self._from = np.append(self._at, 0)  # the last is of joint -1, the beginning
        opened = [mark.start for mark in self._marks]
        self._marks_before = np.searchsorted(opened, [*self._at, len(text.text), 0])
        self._mark_at = self._marks_before.tolist()  # single ones are sooner looked up here
        owners = self._owners(known)
        manner = text.manners.told(owners, len(starts))[[*self._joints, len(text.plain), 0]]
        voices = np.array(self._voicing.sums)[[*map(self._voicing.before, self._at.tolist()), -1, 0]]
        self._speaks = (manner + voices).T.copy()
        self._prices = self._price(np.arange(len(text.text) + 1))
        self._followed: dict[tuple[int, Numbers], Counted] = {}

    def _owners(self, known: Sequence[Stretch]) -> list[tuple[int, int]]:
        """From where on the folded text is taken to be which report's; -1 where nothing is known yet."""
        starts = np.searchsorted(self._text.places, [stretch.start for stretch in known]).tolist()
        owners = [(start, stretch.report) for start, stretch in zip(starts, known, strict=True)]
        if len(known) == len(self._starts):
            owners += [(start + OPENING, -1) for start in self._begins[1:]]
        return sorted(owners)

    def place(self, joint: int) -> int:
        """Where in the text a joint stands; 0 for the beginning."""
        return int(self._from[joint])

    def best(self) -> Reading:
        """The reading that is worth most."""
        reports = len(self._starts)
        counted = self._counted(-1, none_open())
        readings = [Reading(0.0, 0, -1, (-1,) * reports, (none_open(),) * reports, counted, None)]
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

    def _begun(self, ended: _Ended, stop: int, report: int) -> Reading:
        """A reading where a new report begins: the one before it breaks off there, for good or not."""
        reading = ended.reading
        tails = _with(reading.tails, reading.report, stop)
        numbers = _with(reading.numbers, reading.report, reading.counted.at(stop))
        return Reading(ended.worth, report, stop, tails, numbers, self._counted(stop, numbers[report]), reading)

    def _endings(self, reading: Reading) -> float:
        """What it costs that reports of a reading end in mid-sentence."""
        if not self._text.stops:
            return 0.0
        lasts = [self._place_before(tail) for report, tail in enumerate(reading.tails) if report != reading.report]
        lasts.append(len(self._text.plain) - 1)
        return sum(BROKEN_OFF for last in lasts if last >= 0 and breaks_off(self._text.plain, last + 1))

    def _place_before(self, tail: int) -> int:
        return self._joints[tail] - 1 if tail >= 0 else -1

    def _stage(self, readings: Sequence[Reading], stop: int, begun: int) -> list[_Ended]:
        """The best readings of the text up to joint ``stop``, of the reports before number ``begun``.

        Joints too near one another for a stretch between them are looked at together: what goes on at one of them leads
        to none of the others.
        """
        low = readings[0].joint + 1
        reached = Reached(begun, low, stop)
        ended = self._follow(self._group(readings, low, stop), low, stop, reached)
        while begun > 1 and low < stop:
            high = min(stop, int(np.searchsorted(self._at, self._at[low] + SHORTEST)))
            left = [self._left(*origin) for origin in reached.worth_following(low, high)]
            if left:
                group = reached.kept(self._group(left, low, stop), high)
                ended += self._follow(group, high, stop, reached)
            low = high
        return sorted(ended, key=lambda e: -e.worth)[:KEPT]

    def _left(self, reading: Reading, worth: float, report: int, joint: int) -> Reading:
        """The reading that goes on with another report from a joint on."""
        tails = _with(reading.tails, reading.report, joint)
        numbers = _with(reading.numbers, reading.report, reading.counted.at(joint))
        return Reading(worth, report, joint, tails, numbers, self._counted(joint, numbers[report]), reading)

    def _group(self, readings: Sequence[Reading], low: int, stop: int) -> Group:
        """Readings carried on as they are, from joint ``low`` to the end of the stage."""
        worths = np.array([reading.worth for reading in readings])
        joints = np.array([reading.joint for reading in readings])
        reports = np.array([reading.report for reading in readings])
        here = worths - self._speaks[reports, joints]
        passing = np.array([reading.counted.gains[low:stop] for reading in readings])
        passing += self._speaks[reports, low:stop]
        passing += here[:, None]
        ends = here + self._speaks[reports, stop] + [reading.counted.gains[stop] for reading in readings]
        return Group(readings, worths, joints, reports, low, passing, ends)

    def _follow(self, group: Group, first: int, stop: int, reached: Reached) -> list[_Ended]:
        """Note where readings go on with another report, from joint ``first`` on; the best of them at the end."""
        if reached.reports > 1 and first < stop:
            passing = group.passing[:, first - group.low :]
            lengths = self._at[first:stop] - self._from[group.joints][:, None]
            staying = passing - (self._own[first:stop] + self._prices[lengths])
            tails = np.array([reading.tails for reading in group.readings])
            for report in range(reached.reports):
                others = np.flatnonzero(group.reports != report)
                seams = self._seams[tails[others, report], first:stop]
                reached.go_on(report, others, seams + staying[others])
            reached.pass_by(group, passing)
        best = np.argsort(-group.ends, kind="stable")[:KEPT].tolist()
        return [_Ended(float(group.ends[which]), group.readings[which]) for which in best]

    def _counted(self, joint: int, numbers: Numbers) -> Counted:
        """What the marks behind a joint tell of a report whose numbers have come to these."""
        before = self._mark_at[joint]
        key = before, numbers
        if key not in self._followed:
            gains, states = self._text.series.behind(before, numbers)
            places = np.maximum(before, self._marks_before) - before
            totals = np.cumsum([0.0, *gains])
            self._followed[key] = Counted(totals[places], [numbers, *states], before, self._mark_at)
        return self._followed[key]

    def _price(self, lengths: npt.NDArray[np.int_]) -> Floats:
        """What a joint costs by the length of the stretch before it."""
        common = max(COMMON, min(LONGEST, len(self._text.plain) / PAGES))
        short = np.maximum(0.0, np.log(common / np.maximum(1, lengths)))
        rare = math.log(max(1.0, len(self._text.plain) / USUAL))
        return np.asarray(np.where(lengths < SHORTEST, np.inf, JOINT + rare + SHORT * short**2))


def _with(items: tuple[_T, ...], index: int, item: _T) -> tuple[_T, ...]:
    return (*items[:index], item, *items[index + 1 :])
