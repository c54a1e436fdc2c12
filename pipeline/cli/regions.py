"""Regions as they are printed: what a name or code means, and what was there before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipeline.cli.options import Format, Lang
from pipeline.cli.output import print_rows
from pipeline.errors import UsageError
from pipeline.places import Entry, Former, load_gazetteer, look_up

_HEADINGS = {
    Lang.ZH: ("代码 code", "名称 name", "全称 full name", "级别 level", "起 from", "止 to", "今 today"),
    Lang.EN: ("code", "name", "full_name", "level", "from", "to", "today"),
}


def print_regions(query: str, how: Format, lang: Lang) -> None:
    """Print the units that a query means: those of today, each with the units and names that it came from.

    ``from`` is empty for what stood in 1980, the first list; ``to`` for what stands today. Raises UsageError where
    nothing was ever called so.
    """
    found = look_up(query)
    if not found:
        from pipeline.store.names import suggestion  # noqa: PLC0415

        near = suggestion(query, [region.name for region in load_gazetteer().regions.values()])
        raise UsageError(f"{query}: no region was called so since 1980; {near}give a name such as 思茅市 or a code")
    print_rows(_HEADINGS[lang], list(region_rows(found)), how)


def region_rows(found: Sequence[Entry]) -> Iterator[tuple[object, ...]]:
    """A row for each unit of today, followed by a row for each former unit that led to it, the last one first."""
    for entry in found:
        if entry.region is not None:
            region = entry.region
            yield region.adcode, region.name, entry.full_name, region.level, entry.since, None, None
        for unit in reversed(entry.history):
            yield _former_row(unit, entry)


def _former_row(unit: Former, entry: Entry) -> tuple[object, ...]:
    today = entry.region.adcode if entry.region is not None else None
    return unit.adcode, unit.name, None, unit.level, unit.valid_from, unit.valid_to, today
