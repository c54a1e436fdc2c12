"""Set names and phrases with numerals that count nothing (``non_figures.yaml``), and regions named with a numeral."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from pipeline.figures.numerals import CN_NUMERALS
from pipeline.figures.words import non_figures
from pipeline.model import NumberClass
from pipeline.resources import read_text

_NUMERAL = re.compile(f"[{CN_NUMERALS}]")


@dataclass(frozen=True, slots=True)
class _Names:
    """All names and phrases, to be looked up from their first numeral (their last sign where they have none).

    A text is searched for ``seeds``: those numerals beside a sign that stands beside them in one of the words.
    ``shapes`` says for the beginning of a word that begins with a numeral (three signs, or fewer where it ends), and
    ``shapes_before`` for any other numeral and the sign before it, how far before it a word begins and how long it is.
    """

    words: Mapping[str, NumberClass]
    seeds: re.Pattern[str]
    shapes: Mapping[str, tuple[tuple[int, int], ...]]
    shapes_before: Mapping[str, tuple[tuple[int, int], ...]]


@cache
def _names() -> _Names:
    words = dict.fromkeys(non_figures().idioms, NumberClass.IDIOM)
    words |= dict.fromkeys(_region_names(), NumberClass.NAME)
    words |= dict.fromkeys(non_figures().names, NumberClass.NAME)
    shapes: dict[str, set[tuple[int, int]]] = {}
    before: dict[str, set[tuple[int, int]]] = {}
    for word in words:
        numeral = _NUMERAL.search(word)
        at = numeral.start() if numeral else len(word) - 1
        key, table = (word[at - 1 : at + 1], before) if at else (word[:3], shapes)
        table.setdefault(key, set()).add((at, len(word)))
    return _Names(
        words,
        _seeds(shapes, before),
        {key: tuple(found) for key, found in shapes.items()},
        {key: tuple(found) for key, found in before.items()},
    )


def _seeds(pairs: Mapping[str, object], pairs_before: Mapping[str, object]) -> re.Pattern[str]:
    behind: dict[str, str] = {}
    before: dict[str, str] = {}
    for pair in sorted({pair[:2] for pair in pairs}):
        behind[pair[0]] = behind.get(pair[0], "") + pair[1:]
    for pair in sorted(pairs_before):
        before[pair[1]] = before.get(pair[1], "") + pair[0]
    alone = {pair for pair in pairs if len(pair) == 1}
    branches = []
    for sign in sorted({*behind, *before}):
        either = [f"(?=[{re.escape(behind[sign])}])"] if behind.get(sign) else []
        either += [f"(?<=[{re.escape(before[sign])}]{sign})"] if sign in before else []
        branches.append(sign if sign in alone else f"{sign}(?:{'|'.join(either)})")
    return re.compile("|".join(branches))


def _region_names() -> Iterator[str]:
    """The names of regions and towns with numerals in them.

    Those of provinces and prefectures also without the last sign, those of towns with what follows one.
    """
    for row in _rows_with_numerals("regions.csv"):
        name = row["name"]
        if _NUMERAL.search(name):
            yield name
            if row["adcode"].endswith("00") and len(name) > 2:
                yield name[:-1]
    for row in _rows_with_numerals("towns.csv"):
        if _NUMERAL.search(row["town"]):
            yield from (row["town"] + end for end in non_figures().town_ends)


def _rows_with_numerals(name: str) -> Iterator[dict[str, str]]:
    head, *lines = read_text(name).splitlines()
    yield from csv.DictReader([head, *filter(_NUMERAL.search, lines)])


def find_names(text: str) -> list[tuple[int, int, NumberClass]]:
    """Where names and set phrases stand in ``text``, and which of both they are; in order, none overlapping.

    Where two overlap, the one that begins first is taken; of those that begin together, the longest.
    """
    names = _names()
    words, shapes, shapes_before = names.words, names.shapes.get, names.shapes_before.get
    found: list[tuple[int, int]] = []
    for seed in names.seeds.finditer(text):
        at = seed.start()
        near = shapes(text[at : at + 3], ()) + shapes(text[at : at + 2], ()) + shapes(text[at], ())
        for offset, length in near + shapes_before(text[at - 1 : at + 1], ()):
            word = text[at - offset : at - offset + length]
            if word in words and len(word) == length:
                found.append((at - offset, -length))
    found.sort()
    kept: list[tuple[int, int, NumberClass]] = []
    last = 0
    for start, shorter in found:
        if start >= last:
            last = start - shorter
            kept.append((start, last, words[text[start:last]]))
    return kept
