"""The indicator catalogue: what is measured, in which unit, and the words that tell (``catalogue.yaml``)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

from pydantic import Field

from pipeline.errors import ResourceError
from pipeline.model import Level, Sector
from pipeline.resources import Strict, load_yaml
from pipeline.resources.units import load_units


class _IndicatorEntry(Strict):
    zh: str
    unit: str
    kind: Literal["stock", "flow", "rate"]
    about: str = ""
    share: str | None = None
    cues: list[list[str]]
    without: list[str] = Field(default=[])


class _CatalogueFile(Strict):
    version: int
    accepts: dict[str, list[str]]
    indicators: dict[str, _IndicatorEntry]


class _ConceptsFile(Strict):
    concepts: dict[str, list[str]]
    left_only: list[str]
    levels: dict[Level, list[str]]
    sectors: dict[Sector, list[str]]
    scopes: list[str]
    neutral: list[str]


@dataclass(frozen=True, slots=True)
class Indicator:
    """An entry of the catalogue.

    ``cues``: each a tuple of concepts, the head noun first; ``without``: concepts that speak against it; ``share``: the
    rate that is read off it in passing.
    """

    code: str
    zh: str
    unit: str
    kind: str
    about: str
    cues: tuple[tuple[str, ...], ...]
    without: tuple[str, ...]
    share: str | None = None


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All indicators by code, and the figure units that each canonical unit accepts."""

    version: int
    indicators: Mapping[str, Indicator]
    accepts: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Concepts:
    """The words of every concept; a word that stands in cues by itself is a concept of its own name."""

    words: Mapping[str, tuple[str, ...]]
    left_only: frozenset[str]
    levels: Mapping[Level, tuple[str, ...]]
    sectors: Mapping[Sector, tuple[str, ...]]
    scopes: tuple[str, ...]
    neutral: tuple[str, ...]


@cache
def load_catalogue() -> Catalogue:
    """The catalogue of ``catalogue.yaml``.

    Raises ResourceError for a typo, an unknown unit, or a cue that names a concept there is not.
    """
    data = load_yaml("catalogue.yaml", _CatalogueFile)
    units, concepts = load_units().units, _concepts_file().concepts
    for code, entry in data.indicators.items():
        if entry.unit not in units:
            raise ResourceError(f"catalogue.yaml: {code}: unknown unit {entry.unit}")
        if entry.share is not None and entry.share not in data.indicators:
            raise ResourceError(f"catalogue.yaml: {code}: share names no indicator: {entry.share}")
        for word in [word for cue in entry.cues for word in cue] + entry.without:
            if word.isascii() and word not in concepts and word not in _LEVELS:
                raise ResourceError(f"catalogue.yaml: {code}: there is no concept {word} in concepts.yaml")
    indicators = {
        code: Indicator(
            code, entry.zh, entry.unit, entry.kind, entry.about,
            tuple(tuple(cue) for cue in entry.cues), tuple(entry.without), entry.share,
        )
        for code, entry in data.indicators.items()
    }  # fmt: skip
    return Catalogue(data.version, indicators, {unit: tuple(forms) for unit, forms in data.accepts.items()})


_LEVELS = frozenset(level.value for level in Level)


@cache
def _concepts_file() -> _ConceptsFile:
    return load_yaml("concepts.yaml", _ConceptsFile)


@cache
def load_concepts() -> Concepts:
    """The concepts of ``concepts.yaml``, and the words that cues name themselves. Raises ResourceError."""
    data = _concepts_file()
    words = {concept: tuple(dict.fromkeys(entry)) for concept, entry in data.concepts.items()}
    for indicator in load_catalogue().indicators.values():
        for word in [word for cue in indicator.cues for word in cue] + list(indicator.without):
            if not word.isascii():
                words.setdefault(word, (word,))
    return Concepts(
        words,
        frozenset(data.left_only),
        {level: tuple(entry) for level, entry in data.levels.items()},
        {sector: tuple(entry) for sector, entry in data.sectors.items()},
        tuple(data.scopes),
        tuple(data.neutral),
    )
