"""The words that figures are counts of, where the catalogue has no indicator for them."""

from __future__ import annotations

import re
from functools import cache, lru_cache

import rjieba

from pipeline.facts.cutting import cut
from pipeline.resources import lines_of
from pipeline.resources.catalogue import load_concepts

_BLANK = re.compile(r"\s+")
_BREAK = re.compile(r"[，,；;：:。！？!?（）()【】]")
_STOP = re.compile(r"[。！？!?；;]")
_COUNTED = re.compile(r"[\u4e00-\u9fff]{2,12}")
"""What may be the words counted, right behind a number: longer runs without a mark go on with something else."""
_NOUNS = ("n", "vn", "an", "j", "i", "l")
"""Tags of jieba's dictionary (after the ICTCLAS set): nouns, verbs and adjectives as nouns, short forms, phrases."""
_NAMES = ("nr", "ns")
"""People and places: a figure is about them, but no count of them."""
_NOT_NOUNS = ("v", "u", "d", "p", "c", "r", "m", "q", "x")
"""Verbs, adverbs, particles, pronouns and numbers: a word of the field that ends in one is none (净增)."""
_COUNT_NOUN = re.compile("..[率数费额值量]$")
"""Names of rates and sums, whose last character the dictionary has as a verb or number (普惠率)."""
_REGION = re.compile("..[省市县区州盟旗]$")
"""Words of two characters that end so are things (校区, 社区), longer ones mostly regions."""


def head_word(before: str, after: str) -> str | None:
    """The noun that a figure counts or measures, as far as the words around it tell; None where there is none.

    ``before`` and ``after`` are the text on either side of the number with its unit. What stands right behind it (36间
    录播教室) goes before the nearest noun in front (录播教室36间), first in its clause, then in its sentence.
    """
    counted = _COUNTED.match(_BLANK.sub("", after))
    if counted and (noun := _first_nouns(counted[0])):
        return noun
    sentence = _STOP.split(_BLANK.sub("", before))[-1]
    for clause in reversed(_BREAK.split(sentence)):
        nouns = [word for word in cut(clause) if _is_noun(word)]
        if nouns:
            head = next((noun for noun in reversed(nouns) if noun not in _levels()), nouns[-1])
            return head.removeprefix("其中")
    return None


def _first_nouns(words: str) -> str | None:
    """The last of the nouns that ``words`` begin with: 塑胶操场投入使用 is about 操场."""
    head = None
    for word in cut(words):
        if not _is_noun(word):
            break
        head = word
    return head


@lru_cache(maxsize=65536)
def _is_noun(word: str) -> bool:
    if len(word) < 2 or word in _no_heads() or _REGION.search(word):
        return False
    if word in _levels() or _COUNT_NOUN.search(word):
        return True
    parts = _dictionary().tag(word, False)
    if len(parts) > 1:  # a word of the field, whose last part is its head
        return not str(parts[-1][1]).startswith(_NOT_NOUNS)
    tag = str(parts[0][1])
    return tag.startswith(_NOUNS) and tag not in _NAMES


@cache
def _no_heads() -> frozenset[str]:
    return frozenset(lines_of("no_heads.txt"))


@cache
def _levels() -> frozenset[str]:
    """Words of school levels: what is told by level (标准为小学650元、初中850元) is the noun before them."""
    return frozenset(word for words in load_concepts().levels.values() for word in words)


@cache
def _dictionary() -> rjieba.Jieba:
    """jieba with its own words alone, for the parts of speech; words that are added have none."""
    return rjieba.Jieba()
