"""The data file of this stage and its schema."""

from __future__ import annotations

import re
from functools import cache

from pipeline.resources import Strict, load_yaml


class Structure(Strict):
    """Schema of ``structure.yaml``."""

    title_ends: tuple[str, ...]
    weak_title_ends: tuple[str, ...]
    series_ends: tuple[str, ...]
    backward: tuple[str, ...]
    forward: tuple[str, ...]
    parts_of_year: dict[str, int]
    offices: tuple[str, ...]
    publisher_labels: tuple[str, ...]
    published_labels: tuple[str, ...]
    written_labels: tuple[str, ...]
    particles: str


@cache
def structure() -> Structure:
    """What ``structure.yaml`` says."""
    return load_yaml("structure.yaml", Structure)


def either(words: tuple[str, ...]) -> str:
    """A regular expression for any of the words, longest first."""
    return "|".join(map(re.escape, sorted(words, key=len, reverse=True)))
