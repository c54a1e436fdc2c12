"""How well two stretches of text run on into each other: whether a sentence that breaks off here goes on there.

The answer is a log-odds: above 0 the two are rather one running text than two by chance. It rests on which characters
follow which in reports, in this text and in words of the dictionary, on which keep company within a sentence, on
brackets and quotes that stay open, on the units of a list of numbers, and on how paragraphs end. The weights are those
of a logistic regression of true neighbours against random ones on invented reports, each scored with tables made
without it; "from to" is set by hand, for it is rare and sure, "company" and "own pair" to what untangles best.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import numpy as np
import numpy.typing as npt

from pipeline.structure.folding import code_points
from pipeline.structure.followers import Followers, Ints

Scores = npt.NDArray[np.float32]
ROWS = 64
"""So many places are held against all later ones at a time, which fits a processor's cache."""
REACH, UNITS = 40, 24
"""How far before and after a cut brackets and units are looked for."""
WINDOW, NEAREST, FARTHEST = 12, 3, 18
"""Characters keep company that stand so near and so far; of each side of a cut so many are looked at."""
DOUBT = 20
"""So many pairs that tell nothing are counted in, lest two or three pairs speak for all."""
_UNSEEN, _SMOOTH = 1.5, 2.0
_PAIRS = {"（": "）", "《": "》", "［": "］", "【": "】", "“": "”"}
_CLOSED = frozenset(_PAIRS.values())
_BRACKET = re.compile("[（《［【“）》］】”。\n]")
_SENTENCE_END = re.compile("[。\n]")
_STOPS = "。；：！？"
_NO_UNIT = "，。；、\n"
_FROM = re.compile(r"[由从][^。；]{0,14}0([^0，。；、年月日])[^。；]{0,8}[到至为]$")
_TO = re.compile("[到至为]")
WEIGHTS = {
    "pair": 0.38,
    "triple": 0.22,
    "triple after": 0.29,
    "number after": -0.5,
    "own pair": 0.3,
    "own four": 1.0,
    "words": 0.45,
    "same unit": 0.36,
    "bracket closed": 2.8,
    "bracket left": -3.4,
    "paragraph ends": 1.5,
    "paragraph breaks off": 0.45,
    "company": 10.0,
    "from to": 2.0,
}
BASE = -0.08


class Running:
    """Scores cuts of one folded text: what stands before one place against what stands after another."""

    def __init__(self, text: str, table: Followers) -> None:
        self._text = text
        points = code_points(text)
        self.letters, self.codes = np.unique(points, return_inverse=True)
        self._table = _Local(self.letters, self.codes, table)
        self._open, self._closes = _brackets(text)
        self._unit_before, self._unit_after = _units(text, self.codes)
        self._from = _from_to(text, {chr(letter): code for code, letter in enumerate(self.letters)})
        self._rate = _rates(text, self.codes)
        self._company = _Company(text, self.codes, self._table)

    def crossed(self, at: Ints, first: Ints) -> Iterator[tuple[slice, slice, Scores]]:
        """The log-odds for each place before a cut (rows) with later ones after it (columns), some rows at a time.

        ``at`` are the places in order, ``first`` from which of them on each may go on; not all before are left out.
        """
        before2, before, after, after2 = self._near(at)
        table = self._table.crossing(before2, before, after, after2)
        sides, left_side, right_side = self._sides_crossed(at)
        company = self._company.crossing(at)
        for low in range(0, len(at), ROWS):
            rows, columns = slice(low, min(low + ROWS, len(at))), slice(int(first[low]), len(at))
            total = table(rows, columns)
            total += np.float32(WEIGHTS["company"]) * company(rows, columns)
            total += sides[left_side[rows]][:, right_side[columns]]
            yield rows, columns, total

    def neighbours(self) -> tuple[Scores, Scores]:
        """The log-odds of the text as it stands before each of its characters, and what of it the nearest ones tell."""
        at = np.arange(len(self._text))
        near = self._table.beside(*self._near(at)) + self._sides(at, at)
        return near + np.float32(WEIGHTS["company"]) * self._company.beside(), near

    def _near(self, at: Ints) -> tuple[Ints, Ints, Ints, Ints]:
        """The two characters before and the two after each place; -1 beyond the text."""
        padded = np.concatenate(([-1, -1], self.codes, [-1, -1]))
        return padded[at], padded[at + 1], padded[at + 2], padded[at + 3]

    def _sides_crossed(self, at: Ints) -> tuple[Scores, Ints, Ints]:
        """What the sides of cuts tell, a row and a column for each kind of side; which kinds each place has."""
        size = len(self.letters) + 1
        kinds = (
            (self._from * size + self._unit_before) * 2 + self._open,
            (self._rate * size + self._unit_after) * 2 + self._closes,
        )
        (_, before, left), (_, after, right) = (
            np.unique(kind[at], return_index=True, return_inverse=True) for kind in kinds
        )
        return self._sides(at[before][:, None], at[after][None, :]), left, right

    def _sides(self, before: Ints, after: Ints) -> Scores:
        """What brackets, units and rates that go from somewhere to somewhere tell."""
        left, right = self._open[before], self._closes[after]
        total = np.where(
            left != right, np.float32(WEIGHTS["bracket left"]), np.float32(WEIGHTS["bracket closed"]) * left
        ).astype(np.float32)
        unit, other = self._unit_before[before], self._unit_after[after]
        told = (unit >= 0) & (other >= 0)
        total += np.float32(WEIGHTS["same unit"]) * np.where(told, np.where(unit == other, 1, -1), 0).astype(np.float32)
        wanted = self._from[before]
        same = self._rate[after] == wanted
        total += np.float32(WEIGHTS["from to"]) * np.where(wanted >= 0, np.where(same, 1, -1), 0).astype(np.float32)
        return total


class _Local:
    """The tables for the characters of one text, and the text's own counts."""

    def __init__(self, letters: Ints, codes: Ints, table: Followers) -> None:
        self.size = len(letters)
        self._codes = codes
        self._local = np.full(max(table.last, int(letters.max(initial=0))) + 1, -1, dtype=np.int32)
        self._local[letters] = np.arange(self.size)
        self.single, pairs = self._counted(table)
        self.total = float(table.pairs[:, 2].sum())
        alone: Scores = ((self.single + 0.5) / self.total).astype(np.float32)
        share: Scores = (pairs + 3 * alone[None, :]) / (self.single[:, None] + 3)
        known = np.log(pairs / 2 + 1)
        self._worth = self._of_pairs(letters, WEIGHTS["pair"] * np.log(share / alone[None, :]), known, table)
        one, two, three, count = self._within(table.triples)
        self._triples = one, two, three
        self._triple_worth = np.log(1 + count / (2 * share[two, three]))
        self.company = self._within(table.company)
        self.company_total = float(table.company[:, 2].sum())
        self._back = -WEIGHTS["triple"] * known

    def _within(self, rows: Ints) -> list[Ints]:
        """The columns of a table, for its rows whose characters all stand in the text, by their codes there."""
        *letters, counts = rows.T
        codes = [self._local[column] for column in letters]
        inside = np.flatnonzero(np.logical_and.reduce([column >= 0 for column in codes]))
        return [*(column[inside].astype(np.int64) for column in codes), counts[inside]]

    def _counted(self, table: Followers) -> tuple[Scores, Scores]:
        """How often each character stands before others in the tables, and before each other of the text."""
        codes = self._local[table.pairs[:, 0]]
        known = codes >= 0
        single = np.bincount(codes[known], weights=table.pairs[known, 2], minlength=self.size).astype(np.float32)
        pairs = np.zeros((self.size, self.size), dtype=np.float32)
        one, two, count = self._within(table.pairs)
        pairs[one, two] = count
        return single, pairs

    def _of_pairs(self, letters: Ints, worth: Scores, known: Scores, table: Followers) -> Scores:
        """All that two neighbours tell, for each two characters of the text: ``worth`` and what is added to it here.

        ``known`` grows with how often the tables have the two.
        """
        size, codes = self.size, self._codes
        worth += BASE
        worth -= WEIGHTS["triple after"] * known
        worth[:, letters == ord("0")] += WEIGHTS["number after"]
        stops = np.isin(letters, [ord(stop) for stop in _STOPS])[:, None]
        worth[:, letters == ord("\n")] += np.where(stops, WEIGHTS["paragraph ends"], WEIGHTS["paragraph breaks off"])
        worth += WEIGHTS["words"] * self._in_words(table)
        own = np.bincount(codes[:-1] * size + codes[1:], minlength=size * size).reshape(size, size)
        self._own = own.astype(np.float32)
        counts = np.bincount(codes, minlength=size).astype(np.float32)
        chance = np.outer(counts, counts) / np.float32(max(1, len(codes)))
        worth += WEIGHTS["own pair"] * np.log((self._own + 0.5) / (chance + 0.5))
        return worth

    def _in_words(self, table: Followers) -> Scores:
        """How much oftener than by chance two characters are neighbours, by the words of the dictionary."""
        letters = np.zeros((self.size, 3), dtype=np.float32)
        found = self._local[table.letters[:, 0]]
        letters[found[found >= 0]] = table.letters[found >= 0, 1:]
        count, begins, ends = letters.T
        words, characters = table.letters[:, 2].sum(), table.letters[:, 1].sum()
        together = np.outer(ends / np.float32(words), begins)
        one, two, inside = self._within(table.words)
        together[one, two] += inside
        worth: Scores = np.log((together + 1) / (np.outer(count / np.float32(characters), count) + 1))
        worth[count == 0] = worth[:, count == 0] = 0
        return worth

    def crossing(self, before2: Ints, before: Ints, after: Ints, after2: Ints) -> Callable[[slice, slice], Scores]:
        """What the two characters before a place tell with the two after another one, for slices of the places."""
        size = self.size
        lefts, left = np.unique(before2 * size + before, return_inverse=True)
        rights, right = np.unique(after * size + after2, return_inverse=True)
        onward, back = self._of_triples(lefts, rights)
        onward = onward[lefts % size]
        at, other, counts = self._fours(lefts, rights)
        onward[at, other] += np.float32(WEIGHTS["own four"]) * np.log(counts + np.float32(1))

        def told(rows: slice, columns: slice) -> Scores:
            own = left[rows]
            return np.asarray(back[own][:, after[columns]] + onward[own][:, right[columns]])

        return told

    def _of_triples(self, lefts: Ints, rights: Ints) -> tuple[Scores, Scores]:
        """What a third character behind a cut tells, and all that the next one behind it does.

        A triple that the tables don't hold is as likely as its pairs make it, so that only those that they hold need a
        look.
        """
        size = self.size
        onward = np.zeros((size, len(rights)), dtype=np.float32)
        back = self._worth[lefts % size]
        back += self._back_of(lefts)[:, None]
        (one, two, three), worth = self._triples, self._triple_worth
        place = np.searchsorted(rights, two * size + three).clip(0, len(rights) - 1)
        held = rights[place] == two * size + three
        onward[one[held], place[held]] = WEIGHTS["triple after"] * worth[held]
        place = np.searchsorted(lefts, one * size + two).clip(0, len(lefts) - 1)
        held = lefts[place] == one * size + two
        back[place[held], three[held]] += (WEIGHTS["triple"] * worth[held]).astype(np.float32)
        return onward, back

    def _back_of(self, lefts: Ints) -> Scores:
        known = np.asarray(self._back.reshape(-1)[np.maximum(0, lefts)], dtype=np.float32)
        return np.where(lefts >= 0, known, np.float32(0))

    def _fours(self, lefts: Ints, rights: Ints) -> tuple[Ints, Ints, Scores]:
        """Where the text itself has two characters before two others, and how often."""
        pairs = self._codes[:-1] * self.size + self._codes[1:]
        left = np.searchsorted(lefts, pairs[:-2]).clip(0, len(lefts) - 1)
        right = np.searchsorted(rights, pairs[2:]).clip(0, len(rights) - 1)
        held = (lefts[left] == pairs[:-2]) & (rights[right] == pairs[2:])
        places, counts = np.unique(left[held] * len(rights) + right[held], return_counts=True)
        return places // len(rights), places % len(rights), counts.astype(np.float32)

    def beside(self, before2: Ints, before: Ints, after: Ints, after2: Ints) -> Scores:
        """What the two characters before each place tell with the two after it; the text itself is not counted in."""
        size = self.size
        total = self._worth[before, after]
        own = self._own[before, after]
        total += (WEIGHTS["own pair"] * np.log(np.maximum(0.5, own - 0.5) / (own + 0.5))).astype(np.float32)
        (one, two, three), worth = self._triples, self._triple_worth
        keys = (one * size + two) * size + three
        order = np.argsort(keys)
        worth = np.append(worth[order], 0.0)
        keys = np.append(keys[order], -1)
        total += self._back_of(before2 * size + before)
        for weight, wanted in (
            ("triple", (before2 * size + before) * size + after),
            ("triple after", (before * size + after) * size + after2),
        ):
            place = np.searchsorted(keys[:-1], wanted)
            held = keys[place] == wanted
            total += np.where(held, WEIGHTS[weight] * worth[place], 0).astype(np.float32)
        fours = ((before2 * size + before) * size + after) * size + after2
        _, which, counts = np.unique(fours, return_inverse=True, return_counts=True)
        total += (WEIGHTS["own four"] * np.log(counts[which])).astype(np.float32)
        return total


def _brackets(text: str) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """For each place whether a bracket of its sentence is open there, and whether the next behind it closes one."""
    is_open, closes = np.zeros(len(text) + 1, dtype=bool), np.zeros(len(text) + 1, dtype=bool)
    opened: list[int] = []
    last = 0
    for match in _BRACKET.finditer(text):
        at, mark = match.start(), match.group()
        if opened:
            is_open[last : min(at, opened[-1] + REACH) + 1] = True
        if mark in _CLOSED:
            closes[max(last, at - REACH + 10) : at + 1] = True
            if opened:
                opened.pop()
        elif mark in _PAIRS:
            opened.append(at)
        else:
            opened.clear()
        last = at + 1
    if opened:
        is_open[last : opened[-1] + REACH + 1] = True
    return is_open, closes


def _units(text: str, codes: Ints) -> tuple[Ints, Ints]:
    """The code of the unit of the nearest number before, and behind each place; -1 where there is none."""
    numbers = np.array([match.start() for match in re.finditer("0", text)], dtype=np.int64)
    before, after = np.full(len(text) + 1, -1), np.full(len(text) + 1, -1)
    if not len(numbers):
        return before, after
    units = np.append(codes[1:], -1)[numbers]
    units[[text[number + 1 : number + 2] in _NO_UNIT + "0" for number in numbers]] = -1
    at = np.arange(len(text) + 1)
    last = np.searchsorted(numbers, at - 1) - 1
    near = (last >= 0) & (at - numbers[last] <= UNITS)
    before[near] = units[last[near]]
    following = np.searchsorted(numbers, at).clip(0, len(numbers) - 1)
    near = (numbers[following] >= at) & (numbers[following] - at < UNITS)
    after[near] = units[following[near]]
    return before, after


def _from_to(text: str, codes: dict[str, int]) -> Ints:
    """For each place behind 由92.1%提高到 the unit that is to follow; -1 elsewhere."""
    found = np.full(len(text) + 1, -1)
    for match in _TO.finditer(text):
        wanted = _FROM.search(text, max(0, match.end() - REACH), match.end())
        if wanted:
            found[match.end()] = codes[wanted[1]]
    return found


def _rates(text: str, codes: Ints) -> Ints:
    """The code of the unit of the number that begins at each place; -1 where none does."""
    number = np.array([character == "0" for character in text], dtype=bool)
    return np.append(np.where(number, np.append(codes[1:], -1), -1), -1)


class _Company:
    """How well the characters before one place go with those after another, by which keep company in sentences."""

    def __init__(self, text: str, codes: Ints, table: _Local) -> None:
        self._codes = codes + 1
        self._ends = np.array([-1, *(m.start() for m in _SENTENCE_END.finditer(text)), len(text)])
        size = table.size + 1
        seen = np.full((size, size), _UNSEEN, dtype=np.float32)
        one, two, count = table.company
        seen[one + 1, two + 1] = count
        counts = np.concatenate(([0.0], table.single)).astype(np.float32)
        expected = np.outer(counts, counts) * np.float32(table.company_total / table.total / table.total)
        self._worth = np.log((seen + np.float32(_SMOOTH)) / (expected + np.float32(_SMOOTH)))
        self._worth[0, :] = self._worth[:, 0] = 0.0

    def crossing(self, at: Ints) -> Callable[[slice, slice], Scores]:
        """The mean worth of the pairs across a cut, for places before it (a slice of ``at``) with each after (another).

        For each place before it and each character the worth with all in the window is told once; of these, those in
        the window after it are added up. That is a product of matrices, but of one that is almost empty.
        """
        left, right = self._windows(at, -1), self._windows(at, 1)
        before, after = ((window > 0).sum(axis=0).astype(np.float32) for window in (left, right))

        def mean(rows: slice, columns: slice) -> Scores:
            sums = self._worth[left[0, rows]]
            for ones in left[1:, rows]:
                sums += self._worth[ones]
            own = np.ascontiguousarray(sums.T)
            total = own[right[0, columns]]
            for others in right[1:, columns]:
                total += own[others]
            return np.asarray(total.T / (np.outer(before[rows], after[columns]) + np.float32(DOUBT)))

        return mean

    def beside(self) -> Scores:
        """The mean worth of the pairs across each place as the text stands.

        Two characters that stand so far apart cross each of the places between them that both are near enough to.
        """
        codes, length = self._codes, len(self._codes)
        at = np.arange(length)
        behind = np.searchsorted(self._ends, at)
        following = self._ends[behind]
        total = np.zeros(length)
        for apart in range(1, min(2 * WINDOW, length)):
            worth = self._worth[codes[:-apart], codes[apart:]]
            sums = np.concatenate(
                ([0.0], np.cumsum(np.where(following[:-apart] > at[apart:], worth, 0), dtype=np.float64))
            )
            # the left one stands 1 to WINDOW before the place, the right one 0 to WINDOW - 1 behind it
            first = np.clip(at - min(WINDOW, apart), 0, length - apart)
            last = np.clip(at - max(0, apart - WINDOW), 0, length - apart)
            total += sums[last] - sums[first]
        left = np.minimum(WINDOW, at - 1 - self._ends[np.maximum(0, behind - 1)])
        right = np.minimum(WINDOW, following - at)
        return np.asarray(total / (left * right + DOUBT), dtype=np.float32)

    def _windows(self, at: Ints, way: int) -> Ints:
        """The codes of the characters before (-1) or after (1) each place, the nearest first; 0 beyond its sentence."""
        steps = np.arange(WINDOW)[:, None]
        index = at - 1 - steps if way < 0 else at + steps
        stops = np.searchsorted(self._ends, at, side="left")
        inside = (
            index > self._ends[stops - 1] if way < 0 else index < self._ends[np.minimum(stops, len(self._ends) - 1)]
        )
        codes = self._codes[np.clip(index, 0, len(self._codes) - 1)]
        return np.where(inside, codes, 0)
