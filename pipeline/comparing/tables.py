"""The two comparison tables: tidy (one row a value) and wide (regions down, indicators across)."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.comparing.picking import Choice, pick_all
from pipeline.comparing.writing import Cell, write_csv
from pipeline.errors import StoreError
from pipeline.store import Filters, Labels, StoredFact, load_labels, open_reader, select_facts

VERSION = 1
"""Version of the columns of ``comparison.csv``: raised when one changes its meaning, not when one is added."""

COLUMNS = (
    "province", "prefecture", "county", "region", "indicator_zh", "indicator", "value", "value_high", "unit_zh",
    "unit", "period", "level", "sector", "scope", "measure", "status", "bound", "sources", "conflicts", "fact",
    "source", "sentence", "other_facts",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Names:
    """What the codes in a database are called."""

    regions: dict[str, tuple[str, str, str]]
    """Province, prefecture and county of an adcode; empty where it has none."""
    labels: Labels
    indicators: tuple[str, ...]
    """All indicators in the order of the catalogue."""


@dataclass(frozen=True, slots=True)
class Table:
    """Headings and rows."""

    headings: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """What ``compare`` wrote, for the closing words."""

    tidy: Path
    wide: Path
    values: int
    facts: int
    regions: int
    conflicts: int
    without_region: int


def compare(db: Path, out: Path, filters: Filters, *, excel: bool = False, lang: str = "zh") -> Comparison:
    """Write ``comparison.csv`` and ``comparison-wide.csv`` into the folder ``out``.

    The same database and options give the same bytes. Raises StoreError, UsageError.
    """
    connection = open_reader(db)
    try:
        names = _names(connection)
        facts = list(select_facts(connection, filters))
    finally:
        connection.close()
    if not facts:
        raise StoreError(f"{db}: has no facts that pass these filters; see what there is with: countyfacts facts")
    choices = pick_all(facts)
    tidy, wide = tidy_table(choices, names, lang), wide_table(choices, names, lang)
    tidy_path, wide_path = out / "comparison.csv", out / "comparison-wide.csv"
    write_csv(tidy_path, tidy.headings, tidy.rows, excel=excel)
    write_csv(wide_path, wide.headings, wide.rows, excel=excel)
    return Comparison(
        tidy_path,
        wide_path,
        values=len(choices),
        facts=len(facts),
        regions=len({choice.key.region for choice in choices} - {None}),
        conflicts=sum(bool(choice.conflicts) for choice in choices),
        without_region=sum(choice.key.region is None for choice in choices),
    )


def tidy_table(choices: Iterable[Choice], names: Names, lang: str = "zh") -> Table:
    """One row a value, in the order of ``COLUMNS``."""
    labels = names.labels
    rows = tuple(_tidy_row(choice, names, lang) for choice in choices)
    return Table(tuple(labels.heading(column, lang) for column in COLUMNS), rows)


def wide_table(choices: Sequence[Choice], names: Names, lang: str = "zh") -> Table:
    """A row for each region, period and status; a column for each indicator, level, sector and measure that occurs.

    Values of a part of a region and values without a region are left out; a cell without a value is empty.
    """
    labels = names.labels
    whole = [choice for choice in choices if choice.key.region is not None and choice.fact.scope is None]
    place = {code: number for number, code in enumerate(names.indicators)}
    levels, sectors, measures = (labels.order(kind) for kind in ("level", "sector", "measure"))
    Column = tuple[str, str | None, str | None, str]  # noqa: N806 - a type

    def column_of(choice: Choice) -> Column:
        return choice.key.indicator, choice.key.level, choice.key.sector, choice.key.measure

    def order(column: Column) -> tuple[int, int, int, int]:
        indicator, level, sector, measure = column
        return place[indicator], measures.index(measure), _index(levels, level), _index(sectors, sector)

    units: dict[Column, StoredFact] = {}
    cells: dict[tuple[str, str | None, str], dict[Column, str]] = {}
    for choice in whole:
        column = column_of(choice)
        units.setdefault(column, choice.fact)
        row = (str(choice.key.region), choice.key.period, choice.key.status)
        cells.setdefault(row, {})[column] = _shown_value(choice.fact)
    columns = sorted(units, key=order)
    headings = [
        labels.heading(name, lang) for name in ("province", "prefecture", "county", "region", "period", "status")
    ]
    headings += [_wide_heading(column, units[column], names, lang) for column in columns]
    rows = []
    for region, period, status in sorted(cells, key=lambda row: (row[0], row[1] or "~", row[2])):
        values = cells[region, period, status]
        head = (*names.regions[region], region, period, labels.word("status", status, lang))
        rows.append((*head, *(values.get(column) for column in columns)))
    return Table(tuple(headings), tuple(rows))


def _tidy_row(choice: Choice, names: Names, lang: str) -> tuple[Cell, ...]:
    labels = names.labels
    fact = choice.fact
    province, prefecture, county = names.regions[fact.region] if fact.region else ("", "", "")
    return (
        province, prefecture, county, fact.region, fact.indicator_zh, fact.indicator, _exact(fact, high=False),
        _exact(fact, high=True), labels.word("unit", fact.value_unit), fact.value_unit, fact.period,
        labels.word("level", fact.level, lang), labels.word("sector", fact.sector, lang), fact.scope,
        labels.word("measure", fact.measure, lang), labels.word("status", fact.status, lang),
        labels.word("bound", fact.bound, lang), choice.sources,
        len({(other.value, other.value_high) for other in choice.conflicts}), fact.id, fact.path, fact.sentence,
        " ".join(other.id for other in choice.others),
    )  # fmt: skip


def _wide_heading(column: tuple[str, str | None, str | None, str], fact: StoredFact, names: Names, lang: str) -> str:
    labels = names.labels
    indicator, level, sector, measure = column
    if lang == "en":
        parts = [part for part in (indicator, level, sector, None if measure == "level" else measure) if part]
        return f"{'.'.join(parts)} ({fact.value_unit})"
    words = [labels.word("sector", sector, lang), labels.word("level", level, lang)]
    if measure != "level":
        words.append(labels.word("measure", measure, lang))
    detail = "".join(f"·{word}" for word in words if word)
    return f"{fact.indicator_zh}{detail} {indicator}（{labels.word('unit', fact.value_unit)}）"


def _shown_value(fact: StoredFact) -> str:
    low = _exact(fact, high=False) or ""
    high = _exact(fact, high=True)
    return f"{low}—{high}" if high else low


def _exact(fact: StoredFact, *, high: bool) -> str | None:
    value = fact.value_high if high else fact.value
    return None if value is None else format(value, "f")


def _index(words: Sequence[str], word: str | None) -> int:
    return -1 if word is None else words.index(word)


def _names(db: sqlite3.Connection) -> Names:
    rows = db.execute("SELECT adcode, name, level, province, prefecture FROM regions").fetchall()
    name_of = {adcode: name for adcode, name, *_ in rows}
    regions = {
        adcode: (
            name_of[province],
            name_of[prefecture] if prefecture else "",
            name if level == "county" else "",
        )
        for adcode, name, level, province, prefecture in rows
    }
    indicators = tuple(code for (code,) in db.execute("SELECT code FROM indicators ORDER BY position"))
    return Names(regions, load_labels(db), indicators)
