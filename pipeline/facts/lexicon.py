"""Where a text speaks of what: cue words of the catalogue, school levels, sectors, scopes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from operator import itemgetter

import ahocorasick

from pipeline.model import Level, Sector
from pipeline.resources.catalogue import load_concepts

_PLACE = itemgetter(0, 1)


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
    found = [(last + 1 - len(word), -last, word, tag) for last, (word, tag) in _automaton().iter(text, start, end)]
    found.sort(key=_PLACE)
    kept: list[Hit] = []
    open_hits: list[Hit] = []
    reach = start
    for first, before_last, word, tag in found:
        hit = Hit(first, 1 - before_last, word, tag)
        if first >= reach:
            kept.append(hit)
            open_hits, reach = [hit], hit.end
            continue
        open_hits = [outer for outer in open_hits if outer.end > first]
        if around := [outer for outer in open_hits if outer.end >= hit.end]:
            inner = _inner(tag, around)
            if inner is not None:
                kept.append(Hit(first, hit.end, word, inner))
        elif len(word) > max(len(outer.word) for outer in open_hits):
            # of two words that overlap without one holding the other the longer one stands, else the first
            kept.append(hit)
        elif word[0] == "生" and open_hits[-1].end == first + 1 and kept and kept[-1].end == first + 1:
            # 初中生师比, 小学生均: 生 belongs to what follows, and of 小学生 the level is left
            outer = kept.pop()
            kept += [Hit(outer.start, first, outer.word[:-1], Tag(frozenset(), outer.tag.level)), hit]
        else:
            continue
        open_hits.append(hit)
        reach = max(reach, hit.end)
    return kept


def _inner(tag: Tag, around: list[Hit]) -> Tag | None:
    """What a word inside longer ones still tells: the level, sector and scope that none of them does."""
    level = tag.level if all(outer.tag.level is None for outer in around) else None
    sector = tag.sector if all(outer.tag.sector is None for outer in around) else None
    scope = tag.scope and not any(outer.tag.scope for outer in around)
    return Tag(frozenset(), level, sector, scope) if level or sector or scope else None
