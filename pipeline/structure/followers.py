"""The tables that tell how well characters go together, as arrays.

``followers.csv`` and ``company.csv`` are counted on invented reports (``tools/compile_followers.py``),
``word_pairs.csv`` on a dictionary (``tools/compile_word_pairs.py``).
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import chain

import numpy as np
import numpy.typing as npt

from pipeline.resources import read_text

FOLLOWERS, COMPANY, WORDS = "followers.csv", "company.csv", "word_pairs.csv"
Ints = npt.NDArray[np.int64]


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
        counted, letters = list(_rows(followers)), list(_rows(words))
        return cls(
            _table([(before, items) for before, items in counted if len(before) == 1], 1),
            _table([(before, items) for before, items in counted if len(before) == 2], 2),
            _table([(before, items) for before, items in _rows(company)], 1),
            _table([(row[0], row[4]) for row in letters], 1),
            np.array([(ord(row[0]), *map(int, row[1:4])) for row in letters], dtype=np.int64).reshape(-1, 4),
        )


def _rows(table: str) -> Iterable[list[str]]:
    return csv.reader(table.splitlines()[1:])


def _table(rows: Sequence[tuple[str, str]], width: int) -> Ints:
    """A row for each character that may come behind the ``width`` ones before it: their code points, and its count."""
    items = [[item for item in items.split(" ") if item] for _, items in rows]
    before = _code_points("".join(before for before, _ in rows)).reshape(-1, width)
    behind = _code_points("".join(item[0] for item in chain.from_iterable(items)))
    counts = np.array([int(item[1:]) for item in chain.from_iterable(items)], dtype=np.int64)
    return np.column_stack((before.repeat(list(map(len, items)), axis=0), behind, counts))


def _code_points(text: str) -> Ints:
    return np.array(list(map(ord, text.replace("⏎", "\n"))), dtype=np.int64)


@cache
def followers() -> Followers:
    """The tables of the project."""
    return Followers.parsed(read_text(FOLLOWERS), read_text(COMPANY), read_text(WORDS))
