"""The indicator catalogue: what is measured, in which unit, and the words that tell (``catalogue.yaml``)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal, NoReturn

from pydantic import Field

from pipeline.errors import ResourceError
from pipeline.model import Level, Sector
from pipeline.own import own_catalogue
from pipeline.resources import Strict, line_of, load_user_yaml, load_yaml
from pipeline.resources.units import load_units


class _IndicatorEntry(Strict):
    zh: str
    unit: str
    kind: Literal["stock", "flow", "rate"]
    about: str = ""
    share: str | None = None
    level: Level | None = None
    always: bool = False
    levelled: bool = True
    sectored: bool = True
    cues: list[list[str]]
    without: list[str] = Field(default=[])


class _CatalogueFile(Strict):
    version: int
    accepts: dict[str, list[str]]
    indicators: dict[str, _IndicatorEntry]


class _OwnCatalogueFile(Strict):
    """A user's own catalogue: indicators that ours lacks, and words for the concepts that their cues name."""

    indicators: dict[str, _IndicatorEntry]
    concepts: dict[str, list[str]] = Field(default={})


class _ConceptsFile(Strict):
    concepts: dict[str, list[str]]
    left_only: list[str]
    levels: dict[Level, list[str]]
    sectors: dict[Sector, list[str]]
    scopes: list[str]
    neutral: list[str]
    terms: list[str]


@dataclass(frozen=True, slots=True)
class Indicator:
    """An entry of the catalogue.

    ``cues``: each a tuple of concepts, the head noun first; ``without``: concepts that speak against it; ``share``: the
    rate that is read off it in passing. ``level``: the school level it is about where no word next to the figure names
    another (``always``: whatever they name). ``levelled``: where nothing tells, it is about schools of all levels.
    ``sectored``: it can be of public or of private schools alone; not so the share of the ones in both.
    """

    code: str
    zh: str
    unit: str
    kind: str
    about: str
    cues: tuple[tuple[str, ...], ...]
    without: tuple[str, ...]
    share: str | None = None
    level: Level | None = None
    always: bool = False
    levelled: bool = True
    sectored: bool = True


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
    terms: tuple[str, ...]


OTHER = "other"
"""The concept of things that are counted and have no indicator."""


@cache
def _own_file() -> _OwnCatalogueFile | None:
    path = own_catalogue()
    if path is None:
        return None
    own = load_user_yaml(path, _OwnCatalogueFile)
    ours = _catalogue_file()
    names = {entry.zh: code for code, entry in ours.indicators.items()}
    for code, entry in own.indicators.items():
        if code in ours.indicators or entry.zh in names:
            known = code if code in ours.indicators else names[entry.zh]
            _refuse(path, ("indicators", code), f"the catalogue has it already: {known} {ours.indicators[known].zh}")
        if not (code.isascii() and code.isidentifier()):
            _refuse(path, ("indicators", code), "a code is made of letters, digits and _, as boarding_students")
        _check(own.concepts | _concepts_file().concepts, {**ours.indicators, **own.indicators}, code, entry, path)
    return own


def _refuse(path: Path | None, key: tuple[str, ...], message: str) -> NoReturn:
    """Raise ResourceError for an entry of the user's file (with its line) or of ours."""
    if path is None:
        raise ResourceError(f"catalogue.yaml: {'.'.join(key[1:])}: {message}")
    line = line_of(path.read_text(encoding="utf-8"), key)
    raise ResourceError(f"{path}, line {line}: {'.'.join(key)}: {message}")


def _check(
    concepts: Mapping[str, list[str]], indicators: Mapping[str, _IndicatorEntry], code: str, entry: _IndicatorEntry,
    path: Path | None = None,
) -> None:  # fmt: skip
    units = load_units().units
    if entry.unit not in units:
        _refuse(path, ("indicators", code, "unit"), f"there is no unit {entry.unit}; there are {', '.join(units)}")
    if entry.share is not None and entry.share not in indicators:
        _refuse(path, ("indicators", code, "share"), f"share names no indicator: {entry.share}")
    for word in [word for cue in entry.cues for word in cue] + entry.without:
        if word.isascii() and word not in concepts and word not in _LEVELS:
            _refuse(path, ("indicators", code, "cues"), f"there is no concept {word}; write the Chinese word itself")


@cache
def load_catalogue() -> Catalogue:
    """The catalogue of ``catalogue.yaml``, extended by the user's own where there is one.

    Raises ResourceError for a typo, an unknown unit, or a cue that names a concept there is not.
    """
    data = _catalogue_file()
    for code, entry in data.indicators.items():
        _check(_concepts_file().concepts, data.indicators, code, entry)
    own = _own_file()
    indicators = {
        code: Indicator(
            code, entry.zh, entry.unit, entry.kind, entry.about,
            tuple(tuple(cue) for cue in entry.cues), tuple(entry.without), entry.share,
            entry.level, entry.always, entry.levelled, entry.sectored,
        )
        for code, entry in {**data.indicators, **(own.indicators if own else {})}.items()
    }  # fmt: skip
    return Catalogue(data.version, indicators, {unit: tuple(forms) for unit, forms in data.accepts.items()})


_LEVELS = frozenset(level.value for level in Level)


@cache
def _catalogue_file() -> _CatalogueFile:
    return load_yaml("catalogue.yaml", _CatalogueFile)


@cache
def _concepts_file() -> _ConceptsFile:
    return load_yaml("concepts.yaml", _ConceptsFile)


@cache
def load_concepts() -> Concepts:
    """The concepts of ``concepts.yaml``, and the words that cues name themselves. Raises ResourceError."""
    data = _concepts_file()
    own = _own_file()
    words = {concept: tuple(dict.fromkeys(entry)) for concept, entry in data.concepts.items()}
    for concept, entry in (own.concepts if own else {}).items():
        words[concept] = tuple(dict.fromkeys((*words.get(concept, ()), *entry)))
    # what the user has an indicator for is no longer a thing that none is about
    told = {word for entry in (own.indicators if own else {}).values() for cue in entry.cues for word in cue}
    words[OTHER] = tuple(word for word in words[OTHER] if word not in told)
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
        tuple(data.terms),
    )
