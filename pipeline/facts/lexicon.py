"""Where a text speaks of what: cue words of the catalogue, school levels, sectors, scopes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import ahocorasick

from pipeline.model import Level, Sector
from pipeline.resources.catalogue import load_concepts


@dataclass(frozen=True, slots=True)
class Tag:
    """What a word tells: concepts of the catalogue's cues, a level, a sector, a scope, or nothing new (neutral)."""

    concepts: frozenset[str]
    level: Level | None = None
    sector: Sector | None = None
    scope: bool = False
    neutral: bool = False


@dataclass(frozen=True, slots=True)
class Hit:
    """A word of the lexicon at ``[start:end]`` of the clean text."""

    start: int
    end: int
    word: str
    tag: Tag


@cache
def _automaton() -> ahocorasick.Automaton:
    data = load_concepts()
    concepts: dict[str, set[str]] = {}
    for concept, words in data.words.items():
        for word in words:
            concepts.setdefault(word, set()).add(concept)
    level_of = {word: level for level, words in data.levels.items() for word in words}
    sector_of = {word: sector for sector, words in data.sectors.items() for word in words}
    scopes, neutral = frozenset(data.scopes), frozenset(data.neutral)
    automaton = ahocorasick.Automaton()
    for word in sorted({*concepts, *level_of, *sector_of, *scopes, *neutral}):
        tag = Tag(
            frozenset(concepts.get(word, ())), level_of.get(word), sector_of.get(word), word in scopes, word in neutral
        )
        automaton.add_word(word, (word, tag))
    automaton.make_automaton()
    return automaton


def find_hits(text: str, start: int, end: int) -> list[Hit]:
    """The words of the lexicon in ``text[start:end]``, in order of place.

    The longest word at a place counts. A word inside a longer one keeps its level, sector and scope (小学 in
    小学教师队伍) and loses its concepts, so that 教师节 is no teacher.
    """
    found = []
    for last, (word, tag) in _automaton().iter(text, start, end):
        found.append(Hit(last + 1 - len(word), last + 1, word, tag))
    found.sort(key=lambda hit: (hit.start, -hit.end))
    kept: list[Hit] = []
    cover: Hit | None = None
    for hit in found:
        if cover is None or hit.start >= cover.end:
            kept.append(hit)
            cover = hit
        elif hit.end <= cover.end:
            inner = _inner(hit.tag, cover.tag)
            if inner is not None:
                kept.append(Hit(hit.start, hit.end, hit.word, inner))
        elif len(hit.word) > len(cover.word):
            # two words overlap without one holding the other: the longer one stands
            kept.append(hit)
            cover = hit
    return kept


def _inner(tag: Tag, cover: Tag) -> Tag | None:
    """What a word inside a longer one still tells: the level, sector and scope that the longer one doesn't."""
    level = tag.level if cover.level is None else None
    sector = tag.sector if cover.sector is None else None
    scope = tag.scope and not cover.scope
    return Tag(frozenset(), level, sector, scope) if level or sector or scope else None
