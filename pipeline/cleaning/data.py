"""The data files of cleaning and their schemas."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from pipeline.resources import Strict, lines_of, load_yaml


class Pattern(Strict):
    """A regular expression and what it finds; it is only tried on lines that hold one of the characters ``has``."""

    reason: str
    pattern: str
    has: str = ""

    @property
    def guarded(self) -> str:
        """The expression, behind a look at what the line must hold: that costs next to nothing where it doesn't."""
        held = re.escape(self.has)
        return f"(?=[^{held}]*+[{held}])(?:{self.pattern})" if held else self.pattern


class LineRule(Pattern):
    """A whole line that is noise; ``numbered``: also where it opens with a section's number; ``spares_figures``: not
    where it tells of an amount (``▲新建学校12所``)."""

    numbered: bool = False
    spares_figures: bool = False


class Inline(Pattern):
    """What is cut out of a line; ``prose_only``: not out of lines that are short without it."""

    prose_only: bool = False


class Phrases(Strict):
    """Phrases that tell of one kind of noise."""

    reason: str
    words: tuple[str, ...]


class MisreadUnit(Strict):
    """A unit that was misread behind a number, and what is meant."""

    pattern: str
    meant: str


class Numbers(Strict):
    """What stands around numbers whose digits were misread."""

    units: tuple[str, ...]
    guards: dict[str, str]
    names: tuple[str, ...]
    not_after_letters: tuple[str, ...]
    small_counters: tuple[str, ...]
    per_mille: tuple[str, ...]
    units_misread: tuple[MisreadUnit, ...]


class Misread(Strict):
    """Confusions of characters: ``rare`` from what is read to what may be meant, ``common`` the other way round."""

    rare: dict[str, str]
    common: dict[str, str]
    at_breaks: tuple[str, ...]
    words: tuple[str, ...]

    def rare_for(self, meant: str) -> str:
        """The rare characters that may stand for one."""
        return "".join(read for read, meanings in self.rare.items() if meant in meanings)


class Mending(Strict):
    """Schema of ``mending.yaml``."""

    entities: dict[str, str]
    reading_labels: tuple[str, ...]
    form_labels: tuple[str, ...]
    inline: tuple[Inline, ...]
    numbers: Numbers
    misread: Misread


class Noise(Strict):
    """Schema of ``noise.yaml``."""

    certain: tuple[Phrases, ...]
    likely: tuple[Phrases, ...]
    lines: tuple[LineRule, ...]
    metadata: tuple[Pattern, ...]
    labels: tuple[str, ...]
    tails: tuple[str, ...]
    headlines: tuple[str, ...]


@cache
def mending() -> Mending:
    """What ``mending.yaml`` says."""
    return load_yaml("mending.yaml", Mending)


@cache
def common_words() -> frozenset[str]:
    """The commoner words of two to four characters."""
    return frozenset(" ".join(lines_of("common_words.txt")).split())


@cache
def noise() -> Noise:
    """What ``noise.yaml`` says."""
    return load_yaml("noise.yaml", Noise)


class Rules:
    """Patterns for whole lines, tried in one go."""

    def __init__(self, patterns: Sequence[Pattern]) -> None:
        self._reasons = {f"r{number}": entry.reason for number, entry in enumerate(patterns)}
        self._pattern = re.compile("|".join(f"(?P<r{at}>{entry.guarded})" for at, entry in enumerate(patterns)))

    def reason(self, line: str) -> str | None:
        """The reason of the first pattern that fits the whole line."""
        match = self._pattern.fullmatch(line)
        return self._reasons[match.lastgroup or ""] if match else None
