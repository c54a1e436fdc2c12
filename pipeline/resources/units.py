"""Units of measure: how reports write them and what they are worth (``units.yaml``)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from pipeline.errors import ResourceError
from pipeline.resources import Strict, load_yaml


class _UnitEntry(Strict):
    zh: str
    dimension: str
    forms: dict[Decimal, list[str]]


class _UnitsFile(Strict):
    guards: dict[str, list[str]]
    across_lines: list[str]
    after_places: list[str]
    counted: list[str]
    units: dict[str, _UnitEntry]


@dataclass(frozen=True, slots=True)
class Unit:
    """A canonical unit: its code, Chinese name, and the dimension within which units convert."""

    code: str
    zh: str
    dimension: str


@dataclass(frozen=True, slots=True)
class Units:
    """All units, every written form with its unit and the factor into it, and what makes a form another word."""

    units: Mapping[str, Unit]
    forms: Mapping[str, tuple[Unit, Decimal]]
    guards: Mapping[str, tuple[str, ...]]
    across_lines: tuple[str, ...]
    """Scales and units that belong to the number before them even across a line break."""
    after_places: tuple[str, ...]
    """Units before which 百 and 千 behind digits are scales (3百名, 5千元)."""
    counted: frozenset[str]
    """Dimensions in which a single Chinese numeral is a count (三所), though 一 is not."""

    def name_zh(self, code: str) -> str:
        """The Chinese name of a unit by its code. Raises KeyError for an unknown code."""
        return self.units[code].zh


@cache
def load_units() -> Units:
    """The units of ``units.yaml``. Raises ResourceError where a form stands in two units."""
    data = load_yaml("units.yaml", _UnitsFile)
    units: dict[str, Unit] = {}
    forms: dict[str, tuple[Unit, Decimal]] = {}
    for code, entry in data.units.items():
        unit = units[code] = Unit(code, entry.zh, entry.dimension)
        for form, factor in ((form, factor) for factor, written in entry.forms.items() for form in written):
            if form in forms:
                raise ResourceError(f"units.yaml: {form} stands for both {forms[form][0].code} and {code}")
            forms[form] = (unit, factor)
    guards = {form: tuple(words) for form, words in data.guards.items()}
    for form in guards:
        if form not in forms:
            raise ResourceError(f"units.yaml: guards: {form} is no form of a unit")
    return Units(units, forms, guards, tuple(data.across_lines), tuple(data.after_places), frozenset(data.counted))


def unit_name_zh(code: str) -> str:
    """The Chinese name of a unit by its code. Raises KeyError for an unknown code."""
    return load_units().name_zh(code)
