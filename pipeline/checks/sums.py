"""Totals and their parts in prose: ``123404人(初中39733、小学83671)``, ``共3亿元，其中A 1亿元、B 2亿元``, ``合计N``.

A run of numbers of one unit behind a total (or before one that closes a list) is held against it. Any first two or
more of the run that come to the total settle it, so that what a sentence says further on doesn't matter. A list that
need not be whole (其中) is doubted only where one misread digit would make it whole and that is no accident.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from itertools import pairwise

from pipeline.checks.members import Member, Mend, agree, chance_of_slip, find_mends, member_of
from pipeline.checks.words import load_rules
from pipeline.model import Figure, Measure, NumberClass, NumberUse

_OPEN = re.compile(r"[^\S\n]?(?:[\u4e00-\u9fff]{0,4})[（(]")
_BRACKETS = re.compile(r"[（(][^（）()\n]*[）)]?")
_CLAUSE_END = re.compile(r"[。；;\n，,]")
_END = re.compile(r"[。！？!?\n]")
_COUNT = re.compile(
    r"(?P<count>[两二三四五六七八九十]|\d{1,2})(?:年|项|类|段|个|级|者|部分|方面|期|批|地|县|区|镇)?[^，。；\d]{0,4}$"
)
_COUNTED = re.compile(
    r"(?P<count>[两二三四五六七八九十]|\d{1,2})个?(?:年|县|区|市|镇|乡|街道|地|旗|片区|学段|级|类|项|期|批|渠道|部分|方面|者)"
    r"[^，。；\d]{0,14}(?:分别|依次|各)"
)
"""How many parts a list has, told before it (五县（市、区）依次为)."""
_NUMERALS = {"两": 2, **{character: n for n, character in enumerate("二三四五六七八九十", start=2)}}
_MOST_PARTS = 40
_ADDITIVE = frozenset({"money", "foreign_money", "count", "people", "area", "volumes", "sets", "pieces", "parts", None})
"""The dimensions of what can be summed."""
_REST = 8
_MARKS = ("、", "，,", "；;", "。.\n")
NEAR = 5
"""A whole list that is off by more than a fifth, with no digit that would mend it, is a list of something else."""


@dataclass(frozen=True, slots=True)
class Sum:
    """A total with its parts. ``holds``: they agree. Else there is reason to think that they should."""

    total: Member
    parts: tuple[Member, ...]
    holds: bool


@dataclass(frozen=True, slots=True)
class ToldSum:
    """A sum, and the digits that would make it come out where more than the sum itself tells of them (else None)."""

    sum: Sum
    mends: tuple[Mend, ...] | None


def sums_in_prose(text: str, uses: Sequence[NumberUse]) -> Iterator[Sum]:
    """The totals of a clean text with their parts, those that agree and those that should.

    ``uses`` are its numbers in order.
    """
    numbers = [use for use in uses if use.figure is not None]
    finder = _Finder(text, numbers)
    for index in range(len(numbers)):
        yield from finder.sums_of(index)


@cache
def _words(name: str) -> re.Pattern[str]:
    return re.compile("|".join(re.escape(word) for word in getattr(load_rules().sums, name)))


@cache
def _alike_units(unit: str | None) -> frozenset[str]:
    """The units that count what a unit counts, itself among them; none for no unit."""
    groups = [group for group in load_rules().sums.alike if unit in group]
    return frozenset({unit}.union(*groups)) if unit else frozenset()


class _Finder:
    """Looks for the parts of totals among the numbers of one text."""

    def __init__(self, text: str, numbers: Sequence[NumberUse]) -> None:
        self._text = text
        self._numbers = numbers
        self._members: dict[int, Member | None] = {}
        self._closers = _closers(text)
        self._places: dict[str, list[int]] = {}
        """By unit, the numbers that are counted in it."""
        for index, use in enumerate(numbers):
            figure = use.figure
            if figure is None or figure.unit is None or figure.value is None:
                continue
            if figure.number_class is NumberClass.QUANTITY:
                self._places.setdefault(figure.unit, []).append(index)
        self._alike_places: dict[str, list[int]] = {}
        """By unit, the numbers that count what it counts."""

    def sums_of(self, index: int) -> Iterator[Sum]:
        """The total at ``index`` with the numbers behind it, and with those before it, that come to it or should.

        Few numbers are totals, so the words and brackets around are looked at before anything is reckoned.
        """
        figure = self._numbers[index].figure
        if figure is None or figure.number_class is not NumberClass.QUANTITY or figure.dimension not in _ADDITIVE:
            return
        if figure.measure is Measure.GROWTH:
            return
        brackets = self._brackets(figure.end)
        lead = None if brackets else self._lead(index, figure)
        clause = self._text[max(0, figure.start - 16) : figure.start]
        cues = list(_words("closing").finditer(clause))
        closes = bool(cues) and not _CLAUSE_END.search(clause, cues[-1].end())
        if not (brackets or lead or closes):
            return
        if _words("means").search(self._text, max(0, figure.start - 10), figure.end):
            return
        total = self._member(index)
        if total is None:
            return
        if brackets and (found := self._bracketed(index, total, *brackets)):
            yield found
        if lead and (found := self._listed(index, total, *lead)):
            yield found
        if closes and (found := self._before(index, total, cues[-1])):
            yield found

    def _brackets(self, end: int) -> tuple[int, int] | None:
        """What stands in brackets straight behind a place, where they are closed."""
        opening = _OPEN.match(self._text, end)
        close = self._closers.get(opening.end() - 1) if opening is not None else None
        return (opening.end(), close) if opening is not None and close is not None else None

    def _bracketed(self, index: int, total: Member, start: int, close: int) -> Sum | None:
        """Parts in brackets straight behind the total."""
        inside = self._text[start:close]
        following = self._inside(index, start, close)
        run = self._run(total, following, start, close)
        if len(run) < 2:
            return None
        if agreeing := _agreeing(total, run):
            return Sum(total, agreeing, True)
        run = self._one_list(run)
        partial = _words("bracket_part").search(inside) is not None or len(run) < len(self._like(total, following))
        whole = not partial or self._exhaustive(index, start, close, total)
        return _doubted(total, run, whole=whole, closed=not _words("bracket_not").search(inside))

    def _lead(self, index: int, figure: Figure) -> tuple[int, str] | None:
        """The first number behind a total that may be a part of it, where words that lead to parts stand between."""
        first = self._next_alike(figure.unit, index)
        if first is None or first > index + _MOST_PARTS * 2:
            return None
        lead = self._plain(figure.end, self._start(first))
        if len(lead) > load_rules().sums.longest_gap or not _words("leads").search(lead):
            return None
        stop = _END.search(lead)
        return None if stop and not lead[stop.end() :].lstrip().startswith("其中") else (first, lead)

    def _listed(self, index: int, total: Member, first: int, lead: str) -> Sum | None:
        """Parts behind the total in its sentence, after 其中 and the like."""
        end = self._end(index)
        following = range(index + 1, min(len(self._numbers), index + 1 + _MOST_PARTS * 2))
        sentence = _END.search(self._text, self._start(first))
        limit = sentence.start() if sentence else len(self._text)
        run = self._run(total, [n for n in following if self._start(n) < limit], end, limit)
        if len(run) < 2:
            return None
        if agreeing := _agreeing(total, run):
            return Sum(total, agreeing, True)
        every, run = run, self._one_list(run)
        last = run[-1].use.figure
        closes = last.end if last is not None else limit
        counted = _COUNTED.search(lead)
        told = counted is not None and _numeral(counted["count"]) == len(run)
        whole = told or self._exhaustive(index, end, closes, total)
        partial = _words("not_parts").search(lead) or self._goes_on(closes)
        if partial:
            return _doubted(total, run, whole=whole)
        return _doubted(total, run, whole=whole, closed=True) or _doubted_start(total, every)

    def _goes_on(self, end: int) -> bool:
        """Whether the words behind a list say that there is more of it (等, 其余为)."""
        return _words("more").match(self._text[end : end + _REST].lstrip("，,、；; ")) is not None

    def _before(self, index: int, total: Member, cue: re.Match[str]) -> Sum | None:
        """The total at ``index`` where it closes a list (合计, 四项合计) that comes to it, or should."""
        at = self._start(index)
        floor = max((m.end() for m in _END.finditer(self._text, max(0, at - 600), at)), default=max(0, at - 600))
        run: list[Member] = []
        later = at
        for n in range(index - 1, -1, -1):
            start = self._start(n)
            if start < floor or len(run) == _MOST_PARTS:
                break
            if not self._alike(total, n):
                continue
            gap = self._plain(self._end(n), later)
            if len(gap) > load_rules().sums.longest_gap or (run and _words("stops").search(gap)):
                break
            member = self._member(n)
            if member is not None and not self._nested(n, floor):
                run.insert(0, member)
                later = start
        if len(run) < 2:
            return None
        for size in range(2, len(run) + 1):
            if agree(total, run[-size:]):
                return Sum(total, tuple(run[-size:]), True)
        run = self._one_list(run[::-1])[::-1]
        count = _COUNT.search(cue.string[: cue.start()])
        size = _numeral(count["count"]) if count else 0
        told = 2 <= size <= len(run)
        if cue.group() in load_rules().sums.closing_if_counted and not told:
            return _doubted(total, run, whole=False)
        parts = run[-size:] if told else run
        return _doubted(total, parts, whole=told, closed=True)

    def _one_list(self, run: list[Member]) -> list[Member]:
        """A run up to where a wider mark than that between its first two parts sets the rest apart (A、B，C；D).

        ``run`` may go backwards.
        """
        spans = [(m.use.figure.start, m.use.figure.end) for m in run if m.use.figure is not None]
        marks = [_mark(self._plain(min(a[1], b[1]), max(a[0], b[0]))) for a, b in pairwise(spans)]
        size = next((place + 1 for place, mark in enumerate(marks) if mark > marks[0]), len(run))
        return run[:size] if size > 1 else run

    def _member(self, index: int) -> Member | None:
        if index not in self._members:
            self._members[index] = member_of(self._numbers[index])
        return self._members[index]

    def _run(self, total: Member, following: Sequence[int], start: int, limit: int) -> list[Member]:
        """The numbers that may be parts: of the total's unit, one after another, up to where the list breaks off."""
        run: list[Member] = []
        at = start
        for n in following:
            if self._start(n) >= limit or len(run) == _MOST_PARTS:
                break
            if not self._alike(total, n, bare=bool(run) or self._text[start - 1 : start] in "（("):
                continue
            gap = self._plain(at, self._start(n))
            if run and (_words("stops").search(gap) or len(gap) > load_rules().sums.longest_gap or _END.search(gap)):
                break
            member = self._member(n)
            if member is None:
                break
            if self._nested(n, start):
                continue
            run.append(member)
            at = self._end(n)
        return run

    def _nested(self, index: int, start: int) -> bool:
        """Whether a number stands in brackets that open behind ``start``: a part of a part."""
        at = self._start(index)
        opened = max(self._text.rfind("（", start, at), self._text.rfind("(", start, at))
        return opened >= start and self._closers.get(opened, 0) > at

    def _inside(self, index: int, start: int, close: int) -> list[int]:
        found = []
        for n in range(index + 1, len(self._numbers)):
            if self._start(n) >= close:
                break
            if self._start(n) >= start:
                found.append(n)
        return found

    def _like(self, total: Member, following: Sequence[int]) -> list[int]:
        return [n for n in following if self._alike(total, n, bare=True)]

    def _alike(self, total: Member, index: int, *, bare: bool = False) -> bool:
        """Whether a number counts what the total counts; ``bare``: one without a unit does."""
        figure, own = self._numbers[index].figure, total.use.figure
        if figure is None or own is None or figure.value is None:
            return False
        if figure.number_class is not NumberClass.QUANTITY:
            return bare and figure.unit is None and figure.number_class is NumberClass.UNKNOWN
        if figure.unit is None:
            return bare and figure.dimension in _ADDITIVE
        if figure.unit == own.unit:
            return True
        return figure.unit in _alike_units(own.unit)

    def _next_alike(self, unit: str | None, index: int) -> int | None:
        """The first number behind a place that counts what a unit counts."""
        if unit is None:
            return None
        if unit not in self._alike_places:
            self._alike_places[unit] = sorted(n for other in _alike_units(unit) for n in self._places.get(other, ()))
        places = self._alike_places[unit]
        at = bisect_right(places, index)
        return places[at] if at < len(places) else None

    def _exhaustive(self, index: int, start: int, limit: int, total: Member) -> bool:
        """Whether the names of the parts leave nothing out (公办 and 民办, of pupils 小学 and 初中)."""
        rules = load_rules().sums
        parts = self._text[start:limit]
        lead = self._text[max(0, self._start(index) - 20) : self._start(index)]
        for names in rules.exhaustive:
            if all(name in parts for name in names):
                schools = total.use.figure is not None and total.use.figure.unit in ("school", "home", "spot")
                pupils = names == rules.not_of_schools
                if pupils and (schools or _words("wider").search(parts + lead)):
                    continue
                return True
        return False

    def _plain(self, start: int, end: int) -> str:
        """The text between two places without what stands in brackets."""
        return _BRACKETS.sub("", self._text[start:end])

    def _start(self, index: int) -> int:
        figure = self._numbers[index].figure
        return figure.start if figure is not None else 0

    def _end(self, index: int) -> int:
        figure = self._numbers[index].figure
        return figure.end if figure is not None else 0


def _mark(gap: str) -> int:
    """How far the marks in a gap set apart what stands around it."""
    return max((n for n, marks in enumerate(_MARKS, start=1) if any(mark in gap for mark in marks)), default=1)


def _closers(text: str) -> dict[int, int]:
    """Where each bracket that opens is closed, within its line."""
    found: dict[int, int] = {}
    opened: list[int] = []
    for match in re.finditer(r"[（(）)\n]", text):
        match match.group():
            case "（" | "(":
                opened.append(match.start())
            case "\n":
                opened.clear()
            case _ if opened:
                found[opened.pop()] = match.start()
    return found


def _agreeing(total: Member, run: Sequence[Member]) -> tuple[Member, ...]:
    """The first two or more of a run that come to the total, or of every second or third number of it."""
    for stride in (1, 2, 3):
        row = run[::stride] if len(run) >= 2 * stride or stride == 1 else []
        for size in range(2, len(row) + 1):
            if agree(total, row[:size]):
                return tuple(row[:size])
    return ()


def _doubted(total: Member, run: Sequence[Member], *, whole: bool, closed: bool = False) -> Sum | None:
    """The sum that should have come out, if there is reason to think that it should."""
    parts = tuple(run)
    found = Sum(total, parts, False)
    rules = load_rules().sums
    chance = rules.chance_of_closed if closed else rules.chance
    return found if should_come_out(found, 1.0 if whole else 0.0, chance) else None


def _doubted_start(total: Member, run: Sequence[Member]) -> Sum | None:
    """The longest start of a run that one digit would make come out, by no accident."""
    if chance_of_slip(total, run) > load_rules().sums.chance_of_some:
        return None
    for size in range(len(run), 1, -1):
        if find_mends(total, run[:size]):
            return Sum(total, tuple(run[:size]), False)
    return None


def should_come_out(found: Sum, share: float, chance: float | None = None) -> bool:
    """Whether a total that doesn't come out should.

    Where most of its kind do (``share``), one that is near; else one that a digit would mend, and by no accident.
    """
    mends = find_mends(found.total, found.parts)
    if share >= 0.5:
        difference = abs(sum((part.value for part in found.parts), Decimal(0)) - found.total.value)
        return bool(mends) or difference * NEAR <= abs(found.total.value)
    return bool(mends) and chance_of_slip(found.total, found.parts) <= (chance or load_rules().sums.chance)


def _numeral(text: str) -> int:
    return _NUMERALS[text] if text in _NUMERALS else int(text)
