"""What the words before and behind a number make of it: its bound, and whether it is a change."""

from __future__ import annotations

import re
from functools import cache

from pipeline.figures.words import Left, number_words
from pipeline.model import Bound

BLANKS = frozenset(" \u3000\xa0\u2009")
_FAR = 8  # words between a number and its change word
_CLAUSE = 36
_CARRIED = 32


Before = tuple[Bound | None, int, int, bool]
"""What stands straight before a number: its bound; the sign of its change, or 0; where the number begins with its bound
word; whether any word of those stands there at all."""


def look_before(text: str, start: int) -> Before:
    """The bound and change words that end at ``text[:start]``, read word by word to the left."""
    pos = start
    while pos and text[pos - 1] in BLANKS and start - pos < 2:
        pos -= 1
    bound: Bound | None = None
    grown, carried, told = start, False, False
    for _ in range(_FAR):
        known = _word_before(text, pos)
        if known is None:
            break
        told = True
        length, left = known
        if left.kind == "change":
            change = 0 if carried and not left.noun else left.sign
            return bound, change, grown, True
        behind = pos
        pos -= length
        if left.kind == "bound":
            if bound is None:
                bound = left.bound
                if behind == start or (not carried and text[behind:start].isspace()):
                    grown = pos
        elif left.kind == "carrier":
            carried = True
        while pos and text[pos - 1] in BLANKS:
            pos -= 1
    return bound, 0, grown, told


def _word_before(text: str, pos: int) -> tuple[int, Left] | None:
    """The length and meaning of the longest known word that ends at ``pos`` and isn't the end of another word."""
    words = number_words()
    ends = words.left_lengths
    for length in ends.get(text[pos - 2 : pos], ()) + ends.get(text[pos - 1 : pos], ()) if pos else ():
        if length <= pos and (left := words.left.get(word := text[pos - length : pos])):
            longer = words.not_left[word]
            return None if longer and text.endswith(longer, max(0, pos - 6), pos) else (length, left)
    return None


def compared_change(text: str, start: int) -> int:
    """The sign of a change that is told by comparing (较上年多支出5964万元); 0 where none is."""
    words = number_words()
    if text[max(0, start - 2) : start] not in words.compared_ends:
        return 0
    match = words.compared.search(text, max(0, start - _CLAUSE), start)
    if match is None:
        return 0
    return -1 if match["verb"].startswith("少") else 1


def carrying_words(text: str) -> list[int]:
    """Where the words stand whose bound may be carried over others to a number (约占总数的三成); in order."""
    return [match.start() for match in number_words().carrying_starts.finditer(text)]


def carried_bound(text: str, word: int, start: int) -> Bound | None:
    """The bound that the word at ``word`` sets for a number some words on (约占总数的三成); None where it sets none."""
    if start - word > _CARRIED:
        return None
    words = number_words()
    match = words.carried.match(text, word, start)
    if match is None or text.endswith(words.not_left[match["bound"]], max(0, word - 4), match.end("bound")):
        return None
    return words.left[match["bound"]].bound


@cache
def _after() -> re.Pattern[str]:
    return re.compile(rf" ?(?P<word>{number_words().after})")


@cache
def after_first() -> frozenset[str]:
    """The characters that bound words behind a number begin with."""
    return frozenset({" ", *(word[0] for word in number_words().after_of)})


def look_after(text: str, end: int) -> tuple[Bound | None, int]:
    """The bound that the words at ``text[end:]`` set, and where they end."""
    if text[end : end + 1] not in after_first():
        return None, end
    match = _after().match(text, end)
    if match is None:
        return None, end
    return number_words().after_of[match["word"]], match.end()
