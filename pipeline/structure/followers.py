"""The tables that tell how well characters go together, as arrays.

``followers.csv`` and ``company.csv`` are counted on invented reports (``tools/compile_followers.py``),
``word_pairs.csv`` on a dictionary (``tools/compile_word_pairs.py``).
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np
import numpy.typing as npt

from pipeline.resources import read_text

FOLLOWERS, COMPANY, WORDS = "followers.csv", "company.csv", "word_pairs.csv"
Ints = npt.NDArray[np.int64]
_ITEM = re.compile(r"([^ ])(\d{1,12})(?: |$)")


@dataclass(frozen=True)
class Followers:
    """How often characters stand alone, in pairs, in triples; a number of any length counts as the character 0.

    Rows of ``pairs``, ``triples``, ``company`` and ``words`` are code points and a count. ``company`` counts two
    characters that stand in this order in a sentence, a few characters apart; ``words`` those that follow one another
    within words of the dictionary; a row of ``letters`` is a code point, and how often it stands in, begins and ends
    words.
    """

    pairs: Ints
    triples: Ints
    company: Ints
    words: Ints
    letters: Ints

    @cached_property
    def last(self) -> int:
        """The last code point of all."""
        tables = self.pairs, self.triples, self.company, self.words, self.letters[:, :2]
        return max(int(rows[:, :-1].max(initial=0)) for rows in tables)

    @classmethod
    def parsed(cls, followers: str, company: str, words: str) -> Followers:
        """From the CSV texts: what stands before (one or two characters), and what comes after with its counts."""
        pairs: list[tuple[int, ...]] = []
        triples: list[tuple[int, ...]] = []
        for before, items in _rows(followers):
            one = before.replace("⏎", "\n")
            known = [(*map(ord, one), ord(c.replace("⏎", "\n")), int(n)) for c, n in _ITEM.findall(items)]
            (pairs if len(one) == 1 else triples).extend(known)
        together = [
            (ord(one.replace("⏎", "\n")), ord(c), int(n))
            for one, items in _rows(company)
            for c, n in _ITEM.findall(items)
        ]
        letters = [(ord(row[0]), *map(int, row[1:4])) for row in csv.reader(words.splitlines()[1:])]
        inside = [
            (ord(row[0]), ord(c), int(n))
            for row in csv.reader(words.splitlines()[1:])
            for c, n in _ITEM.findall(row[4])
        ]
        return cls(_array(pairs, 3), _array(triples, 4), _array(together, 3), _array(inside, 3), _array(letters, 4))


def _rows(table: str) -> Iterable[list[str]]:
    return csv.reader(table.splitlines()[1:])


def _array(rows: Sequence[tuple[int, ...]], width: int) -> Ints:
    return np.array(rows, dtype=np.int64).reshape(-1, width)


@cache
def followers() -> Followers:
    """The tables of the project."""
    return Followers.parsed(read_text(FOLLOWERS), read_text(COMPANY), read_text(WORDS))
