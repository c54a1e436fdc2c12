"""How well reports whose pages were laid between one another's are untangled, on pairs woven by chance.

``python -m tests.structure.weave_measure [-v] [PAIRS]`` weaves pairs of the labelled reports and samples (200 unless told)
and prints the share of characters and of numbers that go back to the right report, the share of joints that are
found (to the character; within 20 characters), and what it costs. ``-v`` prints the worst pairs first, with their
joints as they are and as they were found. The tables of characters are counted anew for each pair on reports that are
in neither side of it: the reports are dealt into six folds, both of a pair come from one, and its tables from the others.
"""

from __future__ import annotations

import json
import random
import re
import sys
import time
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import accumulate, pairwise
from pathlib import Path
from typing import NamedTuple

from pipeline.resources import read_text
from pipeline.structure import untangling
from pipeline.structure.folding import folded
from pipeline.structure.followers import WORDS, Followers
from pipeline.structure.tangled import Stretch, is_tangled
from tools.compile_followers import LEAST, LEAST_COMPANY, Counts, is_counted, paragraphs_of, written

CORPORA = Path(__file__).parents[2] / "corpora"
FOLDS = 6
SHORTEST = 900
"""Shorter reports make no two pages."""
NEAR = 20
_NUMBER = re.compile(r"\d[\d.,]*")


class Woven(NamedTuple):
    """Pages of two reports in turn, and whose each stretch is."""

    names: tuple[str, str]
    fold: int
    text: str
    truth: list[Stretch]


@cache
def reports() -> dict[str, str]:
    """The clean text of each report that stands alone in its file and is long enough, by its name."""
    found = {}
    for path in _metas():
        if "reports" not in json.loads(path.read_text(encoding="utf-8")):
            text = "\n".join(paragraphs_of(path))
            if len(text) >= SHORTEST:
                found[_name(path)] = text
    return found


@cache
def tables(fold: int) -> Followers:
    """The tables without the reports of a fold, and without those that no table may know."""
    apart = _fold(fold)
    counts = Counts()
    for path in _metas():
        if is_counted(_name(path)) and _name(path) not in apart:
            counts.add(folded("\n".join(paragraphs_of(path)))[0])
    pairs = written((counts.pairs, 1), (counts.triples, LEAST))
    return Followers.parsed(pairs, written((counts.company, LEAST_COMPANY)), read_text(WORDS))


def pairs(count: int, seed: int = 0) -> Iterator[Woven]:
    """So many pairs with at least two joints, the same for the same seed."""
    chance = random.Random(seed)
    while count:
        fold = chance.randrange(FOLDS)
        one, other = chance.sample(_fold(fold), 2)
        text, truth = _woven([reports()[one], reports()[other]], chance)
        if len(truth) >= 4 and is_tangled(text, [0, truth[1].start]):
            yield Woven((one, other), fold, text, truth)
            count -= 1


def untangled(woven: Woven) -> list[Stretch]:
    """What the search makes of a pair, with tables that know neither of its reports."""
    return untangling.search(woven.text, [0, woven.truth[1].start], tables(woven.fold))


def measured(woven: Woven, found: Sequence[Stretch]) -> Counter[str]:
    """Characters, numbers and joints of a pair, and how many of each are right."""
    wrong = _differing(woven.truth, found, len(woven.text))
    numbers = [match.start() for match in _NUMBER.finditer(woven.text)]
    joints = [stretch.start for stretch in woven.truth[2:]]
    laid = [stretch.start for stretch in found[2:]]
    return Counter(
        {
            "characters": len(woven.text),
            "characters right": len(woven.text) - sum(end - start for start, end in wrong),
            "numbers": len(numbers),
            "numbers right": sum(not any(start <= at < end for start, end in wrong) for at in numbers),
            "joints": len(joints),
            "joints exact": len({*joints} & {*laid}),
            "joints near": sum(any(abs(at - place) <= NEAR for place in laid) for at in joints),
            "joints laid": len(laid),
        }
    )


def _metas() -> list[Path]:
    return sorted(path for folder in ("labelled", "samples") for path in (CORPORA / folder).glob("*.meta.json"))


def _name(path: Path) -> str:
    return path.name.removesuffix(".meta.json")


def _fold(fold: int) -> list[str]:
    return sorted(reports())[fold::FOLDS]


def _woven(texts: list[str], chance: random.Random) -> tuple[str, list[Stretch]]:
    """Pages of chance lengths of two texts in turn, and what is left of each behind them."""
    pieces: list[str] = []
    pages = chance.choice((2, 4, 6, 8))
    while len(pieces) < pages:
        turn = len(pieces) % 2
        length = chance.randint(180 if pieces else 300, 900)
        if len(texts[turn]) - length < 150:
            break
        pieces.append(texts[turn][:length])
        texts[turn] = texts[turn][length:]
    turn = len(pieces) % 2
    pieces += [texts[turn], texts[1 - turn]]
    starts = [0, *accumulate(map(len, pieces[:-1]))]
    return "".join(pieces), [Stretch(start, page % 2) for page, start in enumerate(starts)]


def _differing(one: Sequence[Stretch], other: Sequence[Stretch], length: int) -> list[tuple[int, int]]:
    """Where two readings of a text give it to different reports."""
    cuts = sorted({0, length, *(stretch.start for stretch in (*one, *other))})
    sides = [[stretch.start for stretch in reading] for reading in (one, other)]
    found = []
    for start, end in pairwise(cuts):
        mine, yours = (
            reading[bisect_right(starts, start) - 1].report for reading, starts in zip((one, other), sides, strict=True)
        )
        if mine != yours:
            found.append((start, end))
    return found


def main() -> None:
    """Print the measure."""
    numbers = [int(argument) for argument in sys.argv[1:] if argument.isdigit()]
    total: Counter[str] = Counter()
    seconds = 0.0
    rows = []
    for woven in pairs(numbers[0] if numbers else 200):
        tables(woven.fold)
        began = time.process_time()
        found = untangled(woven)
        seconds += time.process_time() - began
        counts = measured(woven, found)
        total += counts
        rows.append((counts["characters right"] / counts["characters"], woven, found))
    if "-v" in sys.argv:
        for share, woven, found in sorted(rows, key=lambda row: row[0]):
            print(f"{share:.3f} {' + '.join(woven.names)}")
            print(f"      {[stretch.start for stretch in woven.truth]}\n      {[stretch.start for stretch in found]}")
    for what, of in (("characters right", "characters"), ("numbers right", "numbers")):
        print(f"{what}: {total[what] / total[of]:.4f} of {total[of]}")
    print(
        f"joints: {total['joints exact'] / total['joints']:.3f} exact, {total['joints near'] / total['joints']:.3f} near "
        f"of {total['joints']}; {total['joints laid']} laid"
    )
    print(f"{seconds / total['characters'] * 1e6:.1f} microseconds a character")


if __name__ == "__main__":
    main()
