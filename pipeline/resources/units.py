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
    forms: dict[str, Decimal]


class _UnitsFile(Strict):
    guards: dict[str, list[str]]
    units: dict[str, _UnitEntry]


@dataclass(frozen=True, slots=True)
class Unit:
    """A canonical unit: its code, Chinese name, and the dimension within which units convert or stand for one another."""

    code: str
    zh: str
    dimension: str


@dataclass(frozen=True, slots=True)
class Units:
    """All units, every written form with its unit and the factor into it, and what makes a form another word."""

    units: Mapping[str, Unit]
    forms: Mapping[str, tuple[Unit, Decimal]]
    guards: Mapping[str, tuple[str, ...]]
    by_first: Mapping[str, tuple[str, ...]]
    """The forms by their first character, the longest first."""

    def match(self, text: str, at: int) -> str | None:
        """The longest written form of a unit that stands at ``text[at:]``; None where none does."""
        for form in self.by_first.get(text[at : at + 1], ()):
            if text.startswith(form, at) and not text.startswith(self.guards.get(form, ("\0",)), at + len(form)):
                return form
        return None

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
        for form, factor in entry.forms.items():
            if form in forms:
                raise ResourceError(f"units.yaml: {form} stands for both {forms[form][0].code} and {code}")
            forms[form] = (unit, factor)
    by_first: dict[str, list[str]] = {}
    for form in sorted(forms, key=lambda form: (-len(form), form)):
        by_first.setdefault(form[0], []).append(form)
    guards = {form: tuple(words) for form, words in data.guards.items()}
    return Units(units, forms, guards, {first: tuple(group) for first, group in by_first.items()})


def unit_name_zh(code: str) -> str:
    """The Chinese name of a unit by its code. Raises KeyError for an unknown code."""
    return load_units().name_zh(code)
