"""The words around numbers, and those that tell what a number is instead of a quantity, ready for matching."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Literal

from pipeline.model import Bound, NumberClass
from pipeline.resources import Strict, load_yaml


class _NumberWords(Strict):
    bounds_before: dict[Bound, list[str]]
    not_bounds: list[str]
    bounds_inside: dict[Bound, list[str]]
    bounds_after: dict[Bound, list[str]]
    bounds_after_guards: dict[str, list[str]]
    carriers: list[str]
    carrying_bounds: list[str]
    carrying: list[str]
    adverbs: list[str]
    changes_up: list[str]
    changes_down: list[str]
    changes_behind: list[str]
    growth_columns: list[str]
    change_columns: list[str]
    not_changes: list[str]
    change_nouns: list[str]
    compared_changes: list[str]
    comparing: list[str]
    per_student: list[str]
    per_student_units: dict[str, str]
    implied_units: dict[str, list[str]]


class _Zone(Strict):
    number_class: NumberClass
    reason: str
    words: list[str]
    reach: int
    least: int = 1
    over_words: bool = False


class _Affix(Strict):
    number_class: NumberClass
    reason: str
    words: list[str]
    followed: tuple[str, ...] = ()


class _NonFigures(Strict):
    zones: list[_Zone]
    before: list[_Affix]
    after: list[_Affix]
    times_of_day: list[str]
    digit_names: list[str]
    digit_names_before: list[str]
    points: list[str]
    school_names: list[str]
    full_school_names: list[str]
    school_names_before: list[str]
    limited: list[str]
    sized: list[str]
    vague_before: list[str]
    versioned: list[str]
    town_ends: list[str]
    slogan_units: list[str]
    names: list[str]
    idioms: list[str]


@dataclass(frozen=True, slots=True)
class Left:
    """A word that may stand straight before a number: its kind, and the bound or sign it stands for."""

    kind: Literal["bound", "carrier", "adverb", "change"]
    bound: Bound | None = None
    sign: int = 1
    noun: bool = False
    """A change named by a noun (增幅) is one even where 到 or 为 stands behind it; after a verb these name a level."""


@dataclass(frozen=True, slots=True)
class NumberWords:
    """The words around numbers: tables of what stands before, patterns for what stands behind."""

    left: Mapping[str, Left]
    left_lengths: Mapping[str, tuple[int, ...]]
    """By their last two characters (or their only one): how long the words of ``left`` are, longest first."""
    not_left: Mapping[str, tuple[str, ...]]
    """By the word of ``left``: longer words that end in it and mean something else."""
    inside: Mapping[str, Bound]
    after: str
    """A pattern for the words behind a number."""
    after_of: Mapping[str, Bound]
    carried: re.Pattern[str]
    carrying_starts: re.Pattern[str]
    compared: re.Pattern[str]
    compared_ends: frozenset[str]
    """The last two characters of what ``compared`` matches."""
    changed_behind: re.Pattern[str]
    growth_columns: tuple[str, ...]
    change_columns: tuple[str, ...]
    per_student: tuple[str, ...]
    per_student_units: Mapping[str, str]
    implied: re.Pattern[str]
    implied_units: tuple[str, ...]


def either(words: Iterable[str]) -> str:
    """A pattern for any of the words, the longest first."""
    return "|".join(re.escape(word) for word in sorted(words, key=lambda word: (-len(word), word)))


def trie(words: Iterable[str], guards: Mapping[str, Iterable[str]] | None = None) -> str:
    """A pattern for the longest of the words at a place, written as a tree so that it fails at the first wrong letter.

    A word of ``guards`` isn't matched before any of its guard words.
    """
    return _branch(sorted(set(words)), 0, guards or {})


def _branch(words: list[str], depth: int, guards: Mapping[str, Iterable[str]]) -> str:
    branches: dict[str, list[str]] = {}
    ends = ""
    for word in words:
        if len(word) == depth:
            ahead = guards.get(word)
            ends = f"(?!{either(ahead)})" if ahead else "(?:)"
        else:
            branches.setdefault(word[depth], []).append(word)
    parts = [re.escape(first) + _branch(group, depth + 1, guards) for first, group in branches.items()]
    parts += [ends] if ends else []
    return parts[0] if len(parts) == 1 else f"(?:{'|'.join(parts)})"


def _left(data: _NumberWords) -> dict[str, Left]:
    left = {word: Left("carrier") for word in data.carriers}
    left |= {word: Left("adverb") for word in data.adverbs}
    left |= {word: Left("change", None, 1) for word in data.changes_up}
    left |= {word: Left("change", None, -1) for word in data.changes_down}
    left |= {word: replace(left[word], noun=True) for word in data.change_nouns}
    left |= {word: Left("bound", bound) for bound, words in data.bounds_before.items() for word in words}
    return left


@cache
def number_words() -> NumberWords:
    """The words of ``number_words.yaml``. Raises ResourceError."""
    data = load_yaml("number_words.yaml", _NumberWords)
    left = _left(data)
    lengths: dict[str, set[int]] = {}
    for word in left:
        lengths.setdefault(word[-2:], set()).add(len(word))
    longer = {*data.not_bounds, *data.not_changes}
    after_of = {word: bound for bound, words in data.bounds_after.items() for word in words}
    implied = "|".join(f"(?P<u{n}>{either(words)})" for n, words in enumerate(data.implied_units.values()))
    return NumberWords(
        left=left,
        left_lengths={end: tuple(sorted(sizes, reverse=True)) for end, sizes in lengths.items()},
        not_left={word: tuple(w for w in longer if w.endswith(word) and w != word) for word in left},
        inside={word: bound for bound, words in data.bounds_inside.items() for word in words},
        after=trie(after_of, data.bounds_after_guards),
        after_of=after_of,
        carried=re.compile(
            rf"(?P<bound>{either(data.carrying_bounds)})"
            rf"(?:(?:{either(data.carrying)})[^，。；;、\n\d]{{0,24}}|[^，。；;、\n\d]{{1,16}}的)$"
        ),
        carrying_starts=re.compile(trie(data.carrying_bounds)),
        compared=re.compile(
            rf"(?:{either(data.comparing)})[^，。；;\n]{{0,24}}(?P<verb>{either(data.compared_changes)})了?$"
        ),
        compared_ends=frozenset(end for word in data.compared_changes for end in (word[-2:], f"{word[-1]}了")),
        changed_behind=re.compile(rf"的?(?:{either(data.changes_behind)})"),
        growth_columns=tuple(data.growth_columns),
        change_columns=tuple(data.change_columns),
        per_student=tuple(data.per_student),
        per_student_units=data.per_student_units,
        implied=re.compile(implied),
        implied_units=tuple(data.implied_units),
    )


@cache
def non_figures() -> _NonFigures:
    """The words of ``non_figures.yaml``: numbers that are no quantities. Raises ResourceError."""
    return load_yaml("non_figures.yaml", _NonFigures)
