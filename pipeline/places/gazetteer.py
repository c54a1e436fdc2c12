"""The administrative units of GB/T 2260, today's and former ones, and how they hang together.

The data is ``pipeline/resources/regions.csv``, compiled by ``tools/compile_regions.py`` (see ``docs/regions.md``).
Everything the gazetteer hands out is a unit of today: a former name leads to its successor.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from dataclasses import dataclass
from functools import cache, cached_property

from pipeline.errors import ResourceError
from pipeline.model import Region
from pipeline.resources import read_text

TABLE = "regions.csv"
COLUMNS = ("adcode", "name", "level", "parent", "short", "valid_from", "valid_to", "successor")
LEVELS = ("province", "prefecture", "county")
_LONGEST_CHAIN = 64
"""Characters of names from above, one behind the other: the longest have 25."""


@dataclass(frozen=True, slots=True)
class Former:
    """A unit or a name that is no more. ``valid_from`` is None for one that stood in 1980, the first list, already.

    ``successors`` are codes of today: several where a unit was shared out, none where nothing is known.
    """

    adcode: str
    name: str
    level: str
    short: str
    valid_from: int | None
    valid_to: int
    successors: tuple[str, ...]


@dataclass(frozen=True)
class Gazetteer:
    """All units by code and by name. Make it with :func:`load_gazetteer`."""

    regions: dict[str, Region]
    shorts: dict[str, str]
    former: tuple[Former, ...]
    since: dict[str, int]
    """The first year that a unit of today is listed under its code and name; not for those listed in 1980."""
    _children: dict[str, tuple[str, ...]]
    _names: dict[str, tuple[str, ...]]
    _former_names: dict[str, tuple[str, ...]]

    def region(self, adcode: str) -> Region | None:
        """The unit of today with that code, or None."""
        return self.regions.get(adcode)

    def find(self, name: str) -> tuple[Region, ...]:
        """The units that ``name`` may mean, provinces first.

        ``name`` is a code, a full name, a short form (澜沧), a chain from above (福州市晋安区) or a name that is no
        more (思茅市, which leads to 普洱市). Names of today go before names of the past, full names before short
        forms. Empty where nothing fits.
        """
        name = "".join(name.split())
        if found := self._direct(name):
            return found
        for cut in range(2, len(name) - 1) if len(name) <= _LONGEST_CHAIN else ():
            above = self._direct(name[:cut])
            below = self.find(name[cut:]) if above else ()
            chained = tuple(b for b in below if any(self.is_within(b.adcode, a.adcode) for a in above))
            if chained:
                return chained
        return ()

    def within(self, adcode: str) -> frozenset[str]:
        """The code and the codes of all units below it; empty for a code that is no unit of today."""
        if adcode not in self.regions:
            return frozenset()
        below = (self.within(child) for child in self._children.get(adcode, ()))
        return frozenset({adcode}).union(*below)

    def is_within(self, adcode: str, above: str) -> bool:
        """Whether a unit is another one or lies in it."""
        at: str | None = adcode
        while at is not None and at in self.regions:
            if at == above:
                return True
            at = self.regions[at].parent
        return False

    def path(self, adcode: str) -> tuple[Region, ...]:
        """The unit and all above it, the province first; municipalities and counties under a province skip a level."""
        steps: list[Region] = []
        at: str | None = adcode
        while at is not None and at in self.regions:
            steps.append(self.regions[at])
            at = self.regions[at].parent
        return tuple(reversed(steps))

    def children(self, adcode: str) -> tuple[Region, ...]:
        """The units right below, by code."""
        return tuple(self.regions[code] for code in self._children.get(adcode, ()))

    def came_from(self, adcode: str) -> tuple[Former, ...]:
        """The former units and names that led to a unit of today, the oldest first."""
        return self._origins.get(adcode, ())

    @cached_property
    def _origins(self) -> dict[str, tuple[Former, ...]]:
        found: dict[str, list[Former]] = defaultdict(list)
        for unit in sorted(self.former, key=lambda unit: (unit.valid_to, unit.valid_from or 0, unit.adcode)):
            for code in unit.successors:
                found[code].append(unit)
        return {code: tuple(units) for code, units in found.items()}

    def full_name(self, adcode: str) -> str:
        """The names from the province down, run together; "" for a code that is no unit of today."""
        return "".join(step.name for step in self.path(adcode))

    def _direct(self, name: str) -> tuple[Region, ...]:
        if name in self.regions:
            return (self.regions[name],)
        if codes := self._names.get(name):
            return tuple(self.regions[code] for code in codes)
        # A county-level city and the prefecture-level city it rose to often shared a name: the wider one is meant.
        former = self._former_names.get(name, ())
        widest = [c for c in former if not any(c != other and self.is_within(c, other) for other in former)]
        return tuple(self.regions[code] for code in widest)


@cache
def load_gazetteer() -> Gazetteer:
    """The gazetteer of the project's own table. Raises ResourceError where the table is not what it should be."""
    return parse_gazetteer(read_text(TABLE), f"pipeline/resources/{TABLE}")


def parse_gazetteer(text: str, where: str) -> Gazetteer:
    """A gazetteer from CSV text with the columns of :data:`COLUMNS`.

    Raises ResourceError naming ``where``, and line and key, for other columns, levels that don't exist, codes that
    stand twice, and parents or successors that are no units of today.
    """
    rows = list(csv.reader(text.splitlines()))
    if not rows or tuple(rows[0]) != COLUMNS:
        raise ResourceError(f"{where}: the columns must be {', '.join(COLUMNS)}")
    regions: dict[str, Region] = {}
    shorts: dict[str, str] = {}
    former: list[Former] = []
    since: dict[str, int] = {}
    for number, row in enumerate(rows[1:], 2):
        if len(row) != len(COLUMNS) or row[2] not in LEVELS:
            raise ResourceError(f"{where}, line {number}: not a row of {len(COLUMNS)} fields with a known level")
        code, name, level, parent, short, begun, ended, successor = row
        if ended:
            former.append(
                Former(code, name, level, short, int(begun) if begun else None, int(ended), tuple(successor.split()))
            )
        elif code in regions:
            raise ResourceError(f"{where}, line {number}: {code} stands twice")
        else:
            regions[code] = Region(code, name, level, parent or None)
            shorts[code] = short
            if begun:
                since[code] = int(begun)
    _check_links(regions, former, where)
    return Gazetteer(
        regions, shorts, tuple(former), since, _children(regions), _names(regions, shorts), _former_names(former)
    )


def _check_links(regions: dict[str, Region], former: list[Former], where: str) -> None:
    for region in regions.values():
        if region.parent is not None and region.parent not in regions:
            raise ResourceError(f"{where}: {region.adcode}: parent {region.parent} is no unit of today")
    for unit in former:
        for code in unit.successors:
            if code not in regions:
                raise ResourceError(f"{where}: {unit.adcode} {unit.name}: successor {code} is no unit of today")


def _children(regions: dict[str, Region]) -> dict[str, tuple[str, ...]]:
    below: dict[str, list[str]] = defaultdict(list)
    for code in sorted(regions):
        parent = regions[code].parent
        if parent is not None:
            below[parent].append(code)
    return {code: tuple(codes) for code, codes in below.items()}


def _names(regions: dict[str, Region], shorts: dict[str, str]) -> dict[str, tuple[str, ...]]:
    full: dict[str, list[str]] = defaultdict(list)
    short: dict[str, list[str]] = defaultdict(list)
    order = sorted(regions, key=lambda code: (LEVELS.index(regions[code].level), code))
    for code in order:
        full[regions[code].name].append(code)
        short[shorts[code]].append(code)
    return {name: tuple(codes) for name, codes in (short | full).items()}


def _former_names(former: list[Former]) -> dict[str, tuple[str, ...]]:
    full: dict[str, list[str]] = defaultdict(list)
    short: dict[str, list[str]] = defaultdict(list)
    for unit in former:
        for names, name in ((full, unit.name), (short, unit.short)):
            names[name] += [code for code in unit.successors if code not in names[name]]
    return {name: tuple(codes) for name, codes in (short | full).items() if codes}
