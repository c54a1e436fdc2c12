"""Words of Chinese text, cut by jieba with the words of the field in its dictionary.

``rjieba`` is jieba written in Rust: without its model for unknown words (HMM) it gives the same words, many times as
fast. ``tests/facts/test_cutting.py`` holds it to jieba's own tokenizer, which knows the same dictionary.
"""

from __future__ import annotations

import csv
import io
from functools import cache
from typing import TYPE_CHECKING

from pipeline.resources import read_text
from pipeline.resources.catalogue import load_concepts

if TYPE_CHECKING:
    import jieba
    import rjieba

_FREQUENCY = 3000
"""Of each word of the field; jieba's own dictionary gives 学校 38,000 and 义务教育 600, so that they hold together."""
_AUTONOMOUS = "自治"
_SHORTEST_NAME = 3
"""Names of two characters are left to jieba: 城区 is a county and a word."""


@cache
def field_words() -> tuple[str, ...]:
    """The words that stand for the catalogue's concepts, levels and sectors, terms, and the names of regions; sorted.

    Autonomous units are called by their short form too (澜沧县 for 澜沧拉祜族自治县).
    """
    data = load_concepts()
    words = {word for group in (data.words, data.levels, data.sectors) for listed in group.values() for word in listed}
    words.update(data.terms)
    for row in csv.DictReader(io.StringIO(read_text("regions.csv"))):
        if len(row["name"]) >= _SHORTEST_NAME:
            words.add(row["name"])
        if _AUTONOMOUS in row["name"] and row["short"]:
            words.add(row["short"] + row["name"][-1])
    return tuple(sorted(word for word in words if len(word) > 1 and word.isalpha()))


@cache
def tokenizer() -> jieba.Tokenizer:
    """jieba's tokenizer with the words of the field; the reference for :func:`cut`."""
    import jieba  # noqa: PLC0415 - it takes longer to load than to cut a report, and only tests and users ask for it

    made = jieba.Tokenizer()
    made.initialize()
    known = sum(made.FREQ.get(word) or 0 for word in field_words())
    for word in field_words():
        made.add_word(word, _FREQUENCY)
    made.total -= known  # jieba adds the new frequency of a word to its total and leaves the old one in
    return made


@cache
def _fast() -> rjieba.Jieba:
    import rjieba  # noqa: PLC0415 - it reads its dictionary, and who asks a question cuts nothing

    made = rjieba.Jieba()
    for word in field_words():
        made.add_word(word, _FREQUENCY, None)
    return made


def cut(text: str) -> list[str]:
    """The words of a text in order; joined they are the text."""
    return list(_fast().cut(text, False))
