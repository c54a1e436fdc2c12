"""How well two stretches of text run on into each other: whether a sentence that breaks off here goes on there.

The answer is a log-odds: above 0 the two are rather one running text than two by chance. It rests on which characters
follow which in reports (``followers.csv``), on which keep company within a sentence (``company.csv``; both are
compiled by ``tools/compile_followers.py`` from invented reports), on brackets that stay open, on the units of a list of
numbers, and on how paragraphs end. The weights are those of a logistic regression of true neighbours against random
ones on these reports, each scored with tables made without it; "from to" is set by hand, for it is rare and sure, and
"company" was raised to what untangled woven reports best.
"""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from pipeline.resources import read_text

FOLLOWERS, COMPANY = "followers.csv", "company.csv"
REACH, UNITS = 40, 24
"""How far before and after a cut brackets and units are looked for."""
WINDOW, NEAREST, FARTHEST = 12, 3, 18
"""Characters keep company that stand so near and so far; of each side of a cut so many are looked at."""
DOUBT = 20
"""So many pairs that tell nothing are counted in, lest two or three pairs speak for all."""
_UNSEEN, _SMOOTH = 1.5, 2.0
_PIECE = re.compile(r"\d[\d,.]*|[^ \t\u3000]", re.S)
_FOLD = str.maketrans("“”‘’〃()[],;:!?*", '"""""（）［］，；：！？＊')
_OPENED, _CLOSED = "（《［【", "）》］】"
_BRACKET = re.compile("[（《［【）》］】。\n]")
_SENTENCE_END = re.compile("[。\n]")
_UNIT = re.compile(r"0([^0，。；、\n]?)")
_STOPS = frozenset("。；：！？")
_FROM = re.compile(r"[由从][^。；]{0,14}0([^0，。；、年月日])[^。；]{0,8}[到至为]$")
_WEIGHTS = {
    "pair": 0.44,
    "triple": 0.22,
    "triple after": 0.23,
    "unit": 0.22,
    "same unit": 0.34,
    "bracket closed": 3.2,
    "bracket left": -3.4,
    "paragraph ends": 1.68,
    "paragraph breaks off": 0.41,
    "company": 10.0,
    "from to": 2.0,
}
_BASE = 0.02


@dataclass(frozen=True)
class Followers:
    """How often characters stand alone, in pairs, in triples; a number of any length counts as the character 0."""

    single: dict[str, int]
    pairs: dict[str, int]
    triples: dict[str, int]
    company: dict[str, int]
    """How often two characters stand in this order in a sentence, a few characters apart."""

    @classmethod
    def parsed(cls, followers: str, company: str) -> Followers:
        """From CSV texts: what stands before (one or two characters), and what comes after with its counts."""
        pairs: dict[str, int] = {}
        triples: dict[str, int] = {}
        for before, after, count in _counts(followers):
            (pairs if len(before) == 1 else triples)[before + after] = count
        return cls.counted(pairs, triples, {one + other: count for one, other, count in _counts(company)})

    @classmethod
    def counted(cls, pairs: dict[str, int], triples: dict[str, int], company: dict[str, int]) -> Followers:
        """From counts; what stands alone is counted from the pairs."""
        single: dict[str, int] = {}
        for pair, count in pairs.items():
            single[pair[0]] = single.get(pair[0], 0) + count
        return cls(single, pairs, triples, company)

    @property
    def total(self) -> int:
        """How many characters were counted."""
        return sum(self.single.values())


def _counts(table: str) -> list[tuple[str, str, int]]:
    return [
        (before.replace("⏎", "\n"), item[0].replace("⏎", "\n"), int(item[1:]))
        for before, items in csv.reader(table.splitlines()[1:])
        for item in items.split(" ")
    ]


@cache
def followers() -> Followers:
    """The tables of the project."""
    return Followers.parsed(read_text(FOLLOWERS), read_text(COMPANY))


Scores = npt.NDArray[np.float64]
Index = npt.NDArray[np.intp]


def folded(text: str) -> tuple[str, list[int]]:
    """A text with each number as 0, one width of marks and no blanks, and where each of its characters stood."""
    pieces: list[str] = []
    places: list[int] = []
    for match in _PIECE.finditer(text):
        piece = match.group()
        pieces.append("0" if piece[0].isdigit() else piece)
        places.append(match.start())
    return "".join(pieces).translate(_FOLD), places


@dataclass(frozen=True, slots=True)
class _Sides:
    """What stands on one side of each of some places: ``near`` is the character there and the next one in the same
    direction, ``bracket`` whether one is left open before (or closed after), ``unit`` that of the nearest number.
    """

    near: list[str]
    bracket: npt.NDArray[np.bool_]
    unit: list[str | None]


class Running:
    """Scores cuts of one folded text: what stands before one place against what stands after another."""

    def __init__(self, text: str, table: Followers) -> None:
        self._text = text
        self._table = table
        self._total = table.total
        self._company = _Company(text, table, self._total)

    def scores(self, befores: Sequence[int], afters: Sequence[int]) -> Scores:
        """The log-odds for each place before a cut (rows) with each place after one (columns)."""
        if not befores or not afters:
            return np.zeros((len(befores), len(afters)))
        left, right = self._before(befores), self._after(afters)
        rows = np.arange(len(befores))[:, None], np.arange(len(afters))[None, :]
        near = self._near(left, right, *rows) + self._from_to(befores, afters, *rows)
        return near + _WEIGHTS["company"] * self._company.crossed(befores, afters)

    def neighbours(self, places: Sequence[int]) -> Scores:
        """The log-odds of the text as it stands at each place."""
        if not places:
            return np.zeros(0)
        left, right = self._before(places), self._after(places)
        rows = np.arange(len(places))
        near = self._near(left, right, rows, rows) + self._from_to(places, places, rows, rows)
        return near + _WEIGHTS["company"] * self._company.beside(places)

    def _before(self, places: Sequence[int]) -> _Sides:
        text = self._text
        brackets = [_is_open(text, max(0, at - REACH), at) for at in places]
        units = [_UNIT.findall(text, max(0, at - UNITS), at) for at in places]
        near = [text[max(0, at - 2) : at] for at in places]
        return _Sides(near, np.array(brackets), [found[-1] if found else None for found in units])

    def _after(self, places: Sequence[int]) -> _Sides:
        text = self._text
        found = [_BRACKET.search(text, at, at + REACH - 10) for at in places]
        brackets = [match is not None and match.group() in _CLOSED for match in found]
        units = [_UNIT.search(text, at, at + UNITS) for at in places]
        return _Sides([text[at : at + 2] for at in places], np.array(brackets), [u[1] if u else None for u in units])

    def _near(self, left: _Sides, right: _Sides, rows: Index, columns: Index) -> Scores:
        """What the characters at the cut, the brackets and the units tell."""
        weights = _WEIGHTS
        units = _compared([u or "" for u in left.unit], [u or "" for u in right.unit], _same_unit)
        total: Scores = _BASE + self._characters(left.near, right.near, rows, columns)
        total += weights["same unit"] * units.of(rows, columns)
        is_open, closes = left.bracket[rows], right.bracket[columns]
        total += np.where(is_open != closes, weights["bracket left"], weights["bracket closed"] * is_open)
        return total

    def _characters(self, lefts: Sequence[str], rights: Sequence[str], rows: Index, columns: Index) -> Scores:
        """What the last two characters before and the first two after a cut tell.

        A triple that the tables don't hold is as likely as its pairs make it, so that only those that they hold need a
        look.
        """
        table, weights = self._table, _WEIGHTS
        lasts, firsts = [near[-1:] for near in lefts], [near[:1] for near in rights]
        pairs = _Grid(lasts, firsts).filled(table.pairs)
        single = [
            np.array([table.single.get(c, 0) for c in names], dtype=float) for names in (pairs.ones, pairs.others)
        ]
        alone = (single[1] + 0.5) / self._total
        share = (pairs.values + 3 * alone) / (single[0][:, None] + 3)
        zero = np.array([other == "0" for other in pairs.others])
        after = weights["triple after"] + weights["unit"] * zero
        pairs.values = weights["pair"] * np.log(share / alone) + after * np.log(2 / (pairs.values + 2))
        if "\n" in pairs.others:
            stops = np.array([one in _STOPS for one in pairs.ones])
            column = pairs.others.index("\n")
            pairs.values[:, column] += np.where(stops, weights["paragraph ends"], weights["paragraph breaks off"])
        onward, back = _Grid(lasts, rights), _Grid(lefts, firsts)
        for triple, count in table.triples.items():
            where = onward.cell(triple[0], triple[1:])
            if where is not None:
                weight = weights["triple after"] + weights["unit"] * (triple[1] == "0")
                onward.values[where] = weight * math.log(1 + count / (2 * self._share(triple[1:])))
            where = back.cell(triple[:2], triple[2])
            if where is not None:
                back.values[where] = weights["triple"] * math.log(1 + count / (2 * self._share(triple[1:])))
        seen = np.array([table.pairs.get(near, 0) for near in back.ones])
        back.values += weights["triple"] * np.log(2 / (seen + 2))[:, None]
        return pairs.of(rows, columns) + onward.of(rows, columns) + back.of(rows, columns)

    def _from_to(self, befores: Sequence[int], afters: Sequence[int], rows: Index, columns: Index) -> Scores:
        """A rate that goes from somewhere goes to a rate (由92.1%提高到, and then 98.6%)."""
        text = self._text
        wanted = [_FROM.search(text, max(0, at - REACH), at) for at in befores]
        units = ["0" + match[1] if match else "" for match in wanted]
        told = np.array([bool(unit) for unit in units])[rows]
        same = _compared(units, [text[at : at + 2] for at in afters], lambda one, other: float(one == other))
        return _WEIGHTS["from to"] * told * (2 * same.of(rows, columns) - 1)

    def _share(self, pair: str) -> float:
        """How likely the second character of a pair is after the first, smoothed by how frequent it is."""
        table = self._table
        alone = (table.single.get(pair[1:], 0) + 0.5) / self._total
        return (table.pairs.get(pair, 0) + 3 * alone) / (table.single.get(pair[:1], 0) + 3)


def _is_open(text: str, low: int, high: int) -> bool:
    """Whether a bracket of the sentence that ends at ``high`` is still open there."""
    depth = 0
    for match in reversed(list(_BRACKET.finditer(text, low, high))):
        if match.group() in _CLOSED:
            depth += 1
        elif match.group() not in _OPENED:
            return False
        elif depth == 0:
            return True
        else:
            depth -= 1
    return False


def _same_unit(one: str, other: str) -> float:
    if not one or not other:
        return 0.0
    return 1.0 if one == other else -1.0


class _Grid:
    """A value for each two of strings that stand before and after cuts, worked out once for each two that differ."""

    def __init__(self, ones: Sequence[str], others: Sequence[str]) -> None:
        self.ones, self.others = sorted(set(ones)), sorted(set(others))
        self._rows = {one: i for i, one in enumerate(self.ones)}
        self._columns = {other: i for i, other in enumerate(self.others)}
        self._one = np.array([self._rows[one] for one in ones])
        self._other = np.array([self._columns[other] for other in others])
        self.values: Scores = np.zeros((len(self.ones), len(self.others)))

    def cell(self, one: str, other: str) -> tuple[int, int] | None:
        """Where the value of two strings stands; None where they are not among those of the grid."""
        row, column = self._rows.get(one), self._columns.get(other)
        return None if row is None or column is None else (row, column)

    def filled(self, counts: dict[str, int]) -> _Grid:
        """The grid with the counts of pairs of characters."""
        for pair, count in counts.items():
            where = self.cell(pair[:1], pair[1:])
            if where is not None:
                self.values[where] = count
        return self

    def of(self, rows: Index, columns: Index) -> Scores:
        """The values for places by their numbers."""
        return np.asarray(self.values[self._one[rows], self._other[columns]])


def _compared(ones: Sequence[str], others: Sequence[str], score: Callable[[str, str], float]) -> _Grid:
    grid = _Grid(ones, others)
    grid.values = np.array([[score(one, other) for other in grid.others] for one in grid.ones])
    return grid


class _Company:
    """How well the characters before one place go with those after another, by which keep company in sentences."""

    def __init__(self, text: str, table: Followers, total: int) -> None:
        codes = {character: code for code, character in enumerate(sorted(set(text)), 1)}
        self._codes = np.array([codes[character] for character in text], dtype=np.intp)
        self._ends = np.array([-1, *(m.start() for m in _SENTENCE_END.finditer(text)), len(text)])
        counts = np.array([0.0, *(table.single.get(character, 0) for character in codes)])
        everything = sum(table.company.values())
        seen = np.full((len(codes) + 1, len(codes) + 1), _UNSEEN)
        for pair, count in table.company.items():
            one, other = codes.get(pair[0]), codes.get(pair[1])
            if one is not None and other is not None:
                seen[one, other] = count
        expected = np.outer(counts, counts) * (everything / total / total)
        self._worth = np.log((seen + _SMOOTH) / (expected + _SMOOTH))
        self._worth[0, :] = self._worth[:, 0] = 0.0

    def crossed(self, befores: Sequence[int], afters: Sequence[int]) -> Scores:
        """The mean worth of the pairs across a cut, for each place before it with each after.

        The sum over pairs is a product of matrices: for each character of the one side its worth with any other, times
        how often the others stand in the window of the other side.
        """
        left, right = self._windows(befores, -1), self._windows(afters, 1)
        worth = self._worth.astype(np.float32)
        total = np.zeros((left.shape[1], right.shape[1]), dtype=np.float32)
        pairs = np.full(total.shape, DOUBT, dtype=np.float32)
        for low, high, ones in _ranges():
            counts = np.zeros((len(worth), right.shape[1]), dtype=np.float32)
            for other in range(low, high):
                counts[right[other], np.arange(right.shape[1])] += 1
            total += sum(worth[left[one]] for one in ones) @ counts
            pairs += np.outer((left[ones] > 0).sum(axis=0), (right[low:high] > 0).sum(axis=0)).astype(np.float32)
        return np.asarray(total / pairs, dtype=np.float64)

    def beside(self, places: Sequence[int]) -> Scores:
        """The mean worth of the pairs across each place as the text stands."""
        left, right = self._windows(places, -1), self._windows(places, 1)
        total: Scores = np.zeros(len(places))
        pairs = np.full(len(places), float(DOUBT))
        for low, high, ones in _ranges():
            for one in ones:
                for other in range(low, high):
                    total += self._worth[left[one], right[other]]
                    pairs += (left[one] > 0) & (right[other] > 0)
        return np.asarray(total / pairs)

    def _windows(self, places: Sequence[int], way: int) -> npt.NDArray[np.intp]:
        """The codes of the characters before (-1) or after (1) each place, the nearest first; 0 beyond its sentence."""
        at = np.array(places, dtype=np.intp)
        steps = np.arange(WINDOW)[:, None]
        index = at - 1 - steps if way < 0 else at + steps
        stops = np.searchsorted(self._ends, at, side="left")
        inside = (
            index > self._ends[stops - 1] if way < 0 else index < self._ends[np.minimum(stops, len(self._ends) - 1)]
        )
        codes = self._codes[np.clip(index, 0, len(self._codes) - 1)]
        return np.where(inside, codes, 0)


def _ranges() -> list[tuple[int, int, list[int]]]:
    """For the characters before a cut, counted from it, the range of those after it neither too near nor too far."""
    found: dict[tuple[int, int], list[int]] = {}
    for one in range(WINDOW):
        found.setdefault((max(0, NEAREST - 1 - one), min(WINDOW, FARTHEST - 1 - one)), []).append(one)
    return [(low, high, ones) for (low, high), ones in found.items()]
