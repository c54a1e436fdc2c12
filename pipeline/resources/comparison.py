"""What comparisons know of indicators: themes, which way is better, national standards, derived indicators."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from typing import NamedTuple

from pydantic import Field, model_validator

from pipeline.errors import ResourceError
from pipeline.model import Level
from pipeline.resources import Strict, load_yaml
from pipeline.resources.catalogue import load_catalogue
from pipeline.resources.units import load_units

MORE, LESS, NEITHER = "more", "less", "neither"
ANY = "any"
"""The level of a standard that is held against figures of every level."""


class _Name(Strict):
    zh: str
    en: str


class _Theme(_Name):
    indicators: list[str]


class _ThemesFile(Strict):
    themes: dict[str, _Theme]
    other: _Name
    less: list[str]
    neither: list[str]


class Theme(NamedTuple):
    """A group of indicators."""

    code: str
    zh: str
    en: str
    indicators: tuple[str, ...]


class Document(_Name):
    """Where a standard is laid down; ``number`` as documents of the state are cited, None where it has none."""

    number: str | None

    @property
    def cited(self) -> str:
        """Title and number, as it is cited."""
        return f"《{self.zh}》（{self.number}）" if self.number else self.zh


class _StandardEntry(Strict):
    indicator: str
    at_least: dict[str, Decimal] | None = None
    at_most: dict[str, Decimal] | None = None
    document: str
    since: int | None = Field(default=None, alias="from")
    to: int | None = None
    where: list[str] = Field(default=[])
    of: str = Field(pattern="^(region|school)$")

    @model_validator(mode="after")
    def _one_side(self) -> _StandardEntry:
        if (self.at_least is None) == (self.at_most is None):
            raise ValueError("say at_least or at_most")
        return self


class _StandardsFile(Strict):
    documents: dict[str, Document]
    standards: list[_StandardEntry]


class Standard(NamedTuple):
    """A threshold of an indicator at a school level (:data:`ANY`: at every one) in its unit.

    ``lower``: the figure must be at least so high, else at most. ``since``/``to``: the years in which it holds, None
    where open. ``words``: the sentence must have one of them, none: any sentence. ``of_schools``: it is set for every
    school and not for the region as a whole.
    """

    indicator: str
    level: str
    threshold: Decimal
    lower: bool
    document: Document
    since: int | None
    to: int | None
    words: tuple[str, ...]
    of_schools: bool

    def holds(self, year: int | None) -> bool:
        """Whether it holds in a year; without one, today."""
        if year is None:
            return self.to is None
        return (self.since or year) <= year <= (self.to or year)


class _Quotient(Strict):
    zh: str
    unit: str
    over: tuple[str, str]
    times: int = 1


class _Kind(Strict):
    zh: str
    unit: str | None = None


class _DerivedFile(Strict):
    digits: int
    quotients: dict[str, _Quotient]
    less: list[str]
    units: dict[str, str]
    kinds: dict[str, _Kind]


class Quotient(NamedTuple):
    """A derived indicator: ``times`` the numerator over the denominator, both codes of the catalogue."""

    code: str
    zh: str
    unit: str
    unit_zh: str
    numerator: str
    denominator: str
    times: int


class Derived(NamedTuple):
    """The derived indicators by code, and what else is derived.

    ``digits``: to how many places derived values are rounded. ``kinds``: Chinese name and unit of each kind of derived
    value, the unit None where it is the indicator's own. ``units``: Chinese names of units that only derived values
    have.
    """

    quotients: Mapping[str, Quotient]
    digits: int
    less: frozenset[str]
    kinds: Mapping[str, tuple[str, str | None]]
    units: Mapping[str, str]


def _known(where: str, codes: list[str], known: Mapping[str, object]) -> None:
    for code in codes:
        if code not in known:
            raise ResourceError(f"pipeline/resources/{where}: no such indicator: {code}")


@cache
def _themes_file() -> _ThemesFile:
    data = load_yaml("themes.yaml", _ThemesFile)
    listed = [code for theme in data.themes.values() for code in theme.indicators]
    _known("themes.yaml", [*listed, *data.less, *data.neither], load_catalogue().indicators)
    if twice := {code for code in listed if listed.count(code) > 1}:
        raise ResourceError(f"pipeline/resources/themes.yaml: in two themes: {', '.join(sorted(twice))}")
    return data


@cache
def load_themes() -> tuple[Theme, ...]:
    """The themes in order; what is in none of them, as a user's own indicators, comes last. Raises ResourceError."""
    data = _themes_file()
    themes = [Theme(code, theme.zh, theme.en, tuple(theme.indicators)) for code, theme in data.themes.items()]
    listed = {code for theme in themes for code in theme.indicators}
    rest = tuple(code for code in load_catalogue().indicators if code not in listed)
    return (*themes, Theme("other", data.other.zh, data.other.en, rest)) if rest else tuple(themes)


def direction(indicator: str) -> str:
    """Which way an indicator, of the catalogue or derived, is better: ``more``, ``less`` or ``neither``."""
    data = _themes_file()
    if indicator in data.less or indicator in load_derived().less:
        return LESS
    return NEITHER if indicator in data.neither else MORE


@cache
def load_standards() -> tuple[Standard, ...]:
    """The national standards, one for each indicator and level. Raises ResourceError."""
    data = load_yaml("standards.yaml", _StandardsFile)
    known = {**load_catalogue().indicators, **load_derived().quotients}
    _known("standards.yaml", [entry.indicator for entry in data.standards], known)
    found = []
    for entry in data.standards:
        if entry.document not in data.documents:
            raise ResourceError(f"pipeline/resources/standards.yaml: {entry.indicator}: no document {entry.document}")
        for level, threshold in (entry.at_least or entry.at_most or {}).items():
            if level != ANY and level not in list(Level):
                raise ResourceError(f"pipeline/resources/standards.yaml: {entry.indicator}: no level {level}")
            found.append(
                Standard(
                    entry.indicator, level, threshold, entry.at_least is not None, data.documents[entry.document],
                    entry.since, entry.to, tuple(entry.where), entry.of == "school",
                )
            )  # fmt: skip
    return tuple(found)


@cache
def standards_of(indicator: str, level: str | None) -> tuple[Standard, ...]:
    """The standards that figures of an indicator at a level are held against, in order. Raises ResourceError."""
    return tuple(s for s in load_standards() if s.indicator == indicator and s.level in (ANY, level))


@cache
def load_derived() -> Derived:
    """The derived indicators. Raises ResourceError for an indicator or a unit there is not."""
    data = load_yaml("derived.yaml", _DerivedFile)
    indicators = load_catalogue().indicators
    units = {code: unit.zh for code, unit in load_units().units.items()} | data.units
    quotients = {}
    for code, entry in data.quotients.items():
        _known("derived.yaml", list(entry.over), indicators)
        if entry.unit not in units or code in indicators:
            raise ResourceError(f"pipeline/resources/derived.yaml: {code}: no such unit, or an indicator already")
        quotients[code] = Quotient(code, entry.zh, entry.unit, units[entry.unit], *entry.over, entry.times)
    _known("derived.yaml", data.less, quotients)
    kinds = {code: (kind.zh, kind.unit) for code, kind in data.kinds.items()}
    return Derived(quotients, data.digits, frozenset(data.less), kinds, data.units)
