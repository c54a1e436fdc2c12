"""The data files of cleaning and their schemas."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from pipeline.resources import Strict, load_yaml


class Pattern(Strict):
    """A regular expression and what it finds."""

    reason: str
    pattern: str


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


class Mending(Strict):
    """Schema of ``mending.yaml``."""

    entities: dict[str, str]
    reading_labels: tuple[str, ...]
    form_labels: tuple[str, ...]
    inline: tuple[Inline, ...]


class Noise(Strict):
    """Schema of ``noise.yaml``."""

    certain: tuple[Phrases, ...]
    likely: tuple[Phrases, ...]
    lines: tuple[LineRule, ...]
    metadata: tuple[Pattern, ...]
    labels: tuple[str, ...]
    tails: tuple[str, ...]


@cache
def mending() -> Mending:
    """What ``mending.yaml`` says."""
    return load_yaml("mending.yaml", Mending)


@cache
def noise() -> Noise:
    """What ``noise.yaml`` says."""
    return load_yaml("noise.yaml", Noise)


class Rules:
    """Patterns for whole lines, tried in one go."""

    def __init__(self, patterns: Sequence[Pattern]) -> None:
        self._reasons = {f"r{number}": entry.reason for number, entry in enumerate(patterns)}
        self._pattern = re.compile("|".join(f"(?P<r{at}>{entry.pattern})" for at, entry in enumerate(patterns)))

    def reason(self, line: str) -> str | None:
        """The reason of the first pattern that fits the whole line."""
        match = self._pattern.fullmatch(line)
        return self._reasons[match.lastgroup or ""] if match else None
