"""The words around numbers (``number_words.yaml``), ready for matching."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from pipeline.model import Bound
from pipeline.resources import Strict, load_yaml


class _NumberWords(Strict):
    bounds_before: dict[Bound, list[str]]
    not_bounds: list[str]
    bounds_inside: dict[Bound, list[str]]
    bounds_after: dict[Bound, list[str]]
    carriers: list[str]
    changes_up: list[str]
    changes_down: list[str]
    change_keeps: list[str]
    change_ends: list[str]
    idioms: list[str]


@dataclass(frozen=True, slots=True)
class NumberWords:
    """Compiled word lists: patterns for the text just before a number, tables for what stands in and behind it."""

    before: re.Pattern[str]
    bound_of: dict[str, Bound]
    not_bounds: tuple[str, ...]
    inside: dict[str, Bound]
    after: re.Pattern[str]
    after_of: dict[str, Bound]
    change: re.Pattern[str]
    down: frozenset[str]
    idioms: tuple[str, ...]


def _either(words: list[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


@cache
def number_words() -> NumberWords:
    """The compiled words of ``number_words.yaml``. Raises ResourceError."""
    data = load_yaml("number_words.yaml", _NumberWords)
    bound_of = {word: bound for bound, words in data.bounds_before.items() for word in words}
    after_of = {word: bound for bound, words in data.bounds_after.items() for word in words}
    changes = data.changes_up + data.changes_down
    return NumberWords(
        before=re.compile(
            rf"(?:{_either(list(bound_of))})(?={_either(data.carriers)}|[\s]?$)(?:{_either(data.carriers)})?\s?$"
        ),
        bound_of=bound_of,
        not_bounds=tuple(data.not_bounds),
        inside={word: bound for bound, words in data.bounds_inside.items() for word in words},
        after=re.compile(_either(list(after_of))),
        after_of=after_of,
        change=re.compile(rf"(?<!新)(?P<verb>{_either(changes)})(?:{_either(data.change_keeps)})*$"),
        down=frozenset(data.changes_down),
        idioms=tuple(sorted(data.idioms, key=len, reverse=True)),
    )


def bound_before(left: str) -> tuple[Bound | None, int]:
    """The bound that the words at the end of ``left`` set for the number that follows, and their length in ``left``.

    The length is 0 where other words stand between (约占三成), as they are no part of the number then.
    """
    words = number_words()
    match = words.before.search(left)
    if match is None:
        return None, 0
    text = match[0].rstrip()
    word = next(w for w in sorted(words.bound_of, key=len, reverse=True) if text.startswith(w))
    if left[: match.start() + len(word)].endswith(words.not_bounds):
        return None, 0
    return words.bound_of[word], len(left) - match.start() if text == word else 0
