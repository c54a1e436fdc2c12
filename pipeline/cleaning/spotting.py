"""Finding the words of a list in a text, by one telling character of each.

An automaton takes every character of a text in hand. Here a compiled character class runs over the text and stops only
at characters that tell of a word, of which there are few where they are chosen well.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Generic, TypeVar

T = TypeVar("T")


class Spotter(Generic[T]):
    """Words with what is known of each, found in texts.

    Made of ``(word, at, known)``: ``word[at]`` is the character that the word is found by.
    """

    def __init__(self, entries: Iterable[tuple[str, int, T]]) -> None:
        self._alone: dict[str, T] = {}
        self._opening: dict[str, list[tuple[str, int, T]]] = {}
        self._within: dict[str, list[tuple[str, int, T]]] = {}
        telling = set()
        for word, at, known in entries:
            telling.add(word[at])
            if len(word) == 1:
                self._alone[word] = known
            elif at:
                self._within.setdefault(word[at - 1 : at + 1], []).append((word, at, known))
            else:
                self._opening.setdefault(word[:2], []).append((word, 0, known))
        self._telling = re.compile(f"[{re.escape(''.join(sorted(telling)))}]" if telling else r"(?!)")

    def find(self, text: str) -> list[tuple[int, int, T]]:
        """Where the words stand, those within others too: ``(start, end, known)`` by their ends, longest first."""
        found: list[tuple[int, int, T]] = []
        alone, opening, within = self._alone, self._opening, self._within
        for match in self._telling.finditer(text):
            here = match.start()
            if alone and (character := text[here]) in alone:
                found.append((here, here + 1, alone[character]))
            entries = opening.get(text[here : here + 2], ())
            if here and (more := within.get(text[here - 1 : here + 1])):
                entries = (*entries, *more)
            for word, at, known in entries:
                if text.startswith(word, here - at) and here >= at:
                    found.append((here - at, here - at + len(word), known))
        found.sort(key=_place)
        return found


def _place(found: tuple[int, int, object]) -> tuple[int, int]:
    return found[1], found[0]
