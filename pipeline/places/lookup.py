"""Looking a unit up: what a name, a code or a short form of any year means, and what was there before."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.model import Region
from pipeline.places.gazetteer import Former, Gazetteer, load_gazetteer


@dataclass(frozen=True, slots=True)
class Entry:
    """One answer: a unit of today, or a former one without a unit of today that would stand for it.

    ``matched`` are the former units and names by which it was found; ``history`` all that led to it, the oldest first.
    """

    region: Region | None
    full_name: str
    short: str
    since: int | None
    matched: tuple[Former, ...]
    history: tuple[Former, ...]


def look_up(query: str) -> tuple[Entry, ...]:
    """The units that ``query`` means or once meant: a code, a full name, a short form or a chain (福州市晋安区).

    Units of today that bear the name come first, then those that a former name or code led to. Empty where nothing
    fits.
    """
    gazetteer = load_gazetteer()
    query = "".join(query.split())
    matched = tuple(unit for unit in gazetteer.former if query in (unit.adcode, unit.name, unit.short))
    current = gazetteer.find(query)
    direct = [region.adcode for region in current if not _only_former(gazetteer, region, query, matched)]
    later = [code for unit in matched for code in unit.successors]
    entries = [_entry(gazetteer, code, matched) for code in dict.fromkeys([*direct, *later])]
    lost = (unit for unit in matched if not unit.successors)
    return (*entries, *(Entry(None, unit.name, unit.short, None, (unit,), (unit,)) for unit in lost))


def _only_former(gazetteer: Gazetteer, region: Region, query: str, matched: tuple[Former, ...]) -> bool:
    """Whether a unit of today was found by a former name alone."""
    own = (region.adcode, region.name, gazetteer.shorts[region.adcode])
    return query not in own and any(region.adcode in unit.successors for unit in matched)


def _entry(gazetteer: Gazetteer, code: str, matched: tuple[Former, ...]) -> Entry:
    return Entry(
        gazetteer.regions[code],
        gazetteer.full_name(code),
        gazetteer.shorts[code],
        gazetteer.since.get(code),
        tuple(unit for unit in matched if code in unit.successors),
        gazetteer.came_from(code),
    )
