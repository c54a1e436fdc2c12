"""The data files of cleaning and their schemas."""

from __future__ import annotations

import re
from functools import cache

from pipeline.resources import Strict, load_yaml


class Pattern(Strict):
    """A regular expression and what it finds."""

    reason: str
    pattern: str


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
    lines: tuple[Pattern, ...]
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


def compiled(patterns: tuple[Pattern, ...]) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Patterns ready to match, with their reasons."""
    return tuple((entry.reason, re.compile(entry.pattern)) for entry in patterns)
