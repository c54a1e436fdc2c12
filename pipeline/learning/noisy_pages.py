"""Documents made of clean paragraphs and blocks of noise around and between them, for the model of noise in lines.

The blocks are data (``corpora/labelled/noise-blocks.yaml``): what kinds of sites put above a report, into it and below.
Where which block goes is drawn from a fixed seed, so that the same files give the same documents.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.resources import Strict, load_user_yaml

SEED = 11
_KEPT = 0.8
"""The share of a block's lines that a document gets: sites of a kind differ."""
_MOST_INSIDE = 3


class _BlocksFile(Strict):
    head: list[str]
    inside: list[str]
    tail: list[str]


@dataclass(frozen=True, slots=True)
class NoisyPage:
    """A made document: its lines, and which of them are noise."""

    lines: tuple[str, ...]
    noise: tuple[bool, ...]


def make_pages(path: Path, texts: Sequence[tuple[int, Sequence[str]]], folds: int) -> list[NoisyPage]:
    """A document for each of ``texts`` (its fold, its clean paragraphs), with blocks of noise of the same fold.

    A block belongs to one fold alone, so that a model tested on a fold has seen none of its blocks.
    Raises ResourceError where the file is not what its schema says.
    """
    data = load_user_yaml(path, _BlocksFile)
    chance = random.Random(SEED)
    return [_page(data, fold, folds, paragraphs, chance) for fold, paragraphs in texts]


def _page(data: _BlocksFile, fold: int, folds: int, paragraphs: Sequence[str], chance: random.Random) -> NoisyPage:
    heads, insides, tails = (
        [block for at, block in enumerate(blocks) if at % folds == fold]
        for blocks in (data.head, data.inside, data.tail)
    )
    lines = [(row, False) for row in paragraphs]
    for _ in range(chance.randint(0, _MOST_INSIDE)):
        at = chance.randint(1, max(1, len(lines) - 1))
        lines[at:at] = _some(chance.choice(insides), chance)
    head = _some(chance.choice(heads), chance) if chance.random() < 0.9 else []
    tail = [row for block in chance.sample(tails, chance.randint(1, len(tails))) for row in _some(block, chance)]
    whole = [*head, *lines, *tail]
    return NoisyPage(tuple(text for text, _ in whole), tuple(noise for _, noise in whole))


def _some(block: str, chance: random.Random) -> list[tuple[str, bool]]:
    return [(row, True) for row in block.splitlines() if row.strip() and chance.random() < _KEPT]
