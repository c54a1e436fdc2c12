"""The comparison tables: tidy (one row a value), wide (regions down, indicators across), and what was not picked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import NamedTuple

from pipeline.comparing.names import Names
from pipeline.comparing.picking import Choice, deciding_rule
from pipeline.comparing.writing import Cell
from pipeline.store import Labels, StoredFact

VERSION = 1
"""Version of the columns of ``comparison.csv``: raised when one changes its meaning, not when one is added."""

COLUMNS = (
    "province", "prefecture", "county", "region", "indicator_zh", "indicator", "value", "value_high", "unit_zh",
    "unit", "period", "level", "sector", "scope", "measure", "status", "bound", "sources", "conflicts", "fact",
    "source", "sentence", "other_facts",
)  # fmt: skip

OTHER_COLUMNS = (
    "province", "prefecture", "county", "region", "indicator_zh", "indicator", "value", "value_high", "unit_zh",
    "unit", "period", "level", "sector", "scope", "measure", "status", "bound", "fact", "picked", "rule",
    "contradicts", "source", "sentence",
)  # fmt: skip
WIDE_HEAD = ("province", "prefecture", "county", "region", "period", "status")


@dataclass(frozen=True, slots=True)
class Table:
    """Headings and rows."""

    headings: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def tidy_table(choices: Iterable[Choice], names: Names, lang: str = "zh") -> Table:
    """One row a value, in the order of ``COLUMNS``."""
    words = _Words(names.labels, lang)
    rows = tuple(_tidy_row(choice, names, words) for choice in choices)
    return Table(tuple(names.labels.heading(column, lang) for column in COLUMNS), rows)


def others_table(choices: Iterable[Choice], names: Names, lang: str = "zh") -> Table:
    """One row a value that was not picked, in the order of ``OTHER_COLUMNS``: which was, and by which rule."""
    labels = names.labels
    words = _Words(labels, lang)
    rows = []
    for choice in choices:
        against = {fact.id for fact in choice.conflicts}
        for other in choice.others:
            rule = labels.word("rule", deciding_rule(choice.fact, other), lang)
            rows.append((
                *_head(other, names, words), other.id, choice.fact.id, rule, int(other.id in against), other.path,
                other.sentence,
            ))  # fmt: skip
    return Table(tuple(labels.heading(column, lang) for column in OTHER_COLUMNS), tuple(rows))


class WideColumn(NamedTuple):
    """A column of the wide table: what its values are of."""

    indicator: str
    level: str | None
    sector: str | None
    measure: str


_COLUMN = attrgetter(*WideColumn._fields)


class WideRow(NamedTuple):
    """A row of the wide table and the values picked for it, by column."""

    region: str
    period: str | None
    status: str
    cells: dict[WideColumn, Choice]


def wide_grid(choices: Iterable[Choice], names: Names) -> tuple[list[WideColumn], list[WideRow]]:
    """The wide table as columns, in the order of the catalogue, and rows by region, period and status.

    Values of a part of a region and values without a region are left out.
    """
    labels = names.labels
    place = {code: number for number, code in enumerate(names.indicators)}
    levels, sectors, measures = (labels.order(kind) for kind in ("level", "sector", "measure"))

    def order(column: WideColumn) -> tuple[int, int, int, int]:
        indicator, level, sector, measure = column
        return place[indicator], measures.index(measure), _index(levels, level), _index(sectors, sector)

    rows: dict[tuple[str, str | None, str], dict[WideColumn, Choice]] = {}
    columns_of: dict[tuple[str | None, ...], WideColumn] = {}
    for choice in choices:
        key = choice.key
        if key.region is not None and choice.fact.scope is None:
            of = _COLUMN(key)
            column = columns_of.get(of) or columns_of.setdefault(of, WideColumn._make(of))
            rows.setdefault((key.region, key.period, key.status), {})[column] = choice
    columns = sorted(columns_of.values(), key=order)
    keys = sorted(rows, key=lambda row: (row[0], row[1] or "~", row[2]))
    return columns, [WideRow(*key, rows[key]) for key in keys]


def wide_table(choices: Iterable[Choice], names: Names, lang: str = "zh") -> Table:
    """A row for each region, period and status; a column for each indicator, level, sector and measure that occurs.

    A cell without a value is empty.
    """
    columns, rows = wide_grid(choices, names)
    units = {column: choice.fact for row in rows for column, choice in row.cells.items()}
    headings = [names.labels.heading(name, lang) for name in WIDE_HEAD]
    headings += [wide_heading(column, units[column], names, lang) for column in columns]
    place = {column: number for number, column in enumerate(columns)}
    lines = []
    for row in rows:
        cells: list[Cell] = [None] * len(columns)
        for column, choice in row.cells.items():
            cells[place[column]] = shown_value(choice.fact)
        lines.append((*wide_head(row, names, lang), *cells))
    return Table(tuple(headings), tuple(lines))


def wide_head(row: WideRow, names: Names, lang: str) -> tuple[Cell, ...]:
    """The first cells of a row of the wide table, in the order of ``WIDE_HEAD``."""
    return (*names.regions[row.region], row.region, row.period, names.labels.word("status", row.status, lang))


class _Words(dict[tuple[str | None, ...], tuple[str, ...]]):
    """What the codes of a fact are called: unit, level, sector, measure, status, bound.

    Each combination is looked up once; a province has a hundred of them.
    """

    def __init__(self, labels: Labels, lang: str) -> None:
        self._labels = labels
        self._lang = lang

    def __missing__(self, codes: tuple[str | None, ...]) -> tuple[str, ...]:
        unit, *others = codes
        kinds = ("level", "sector", "measure", "status", "bound")
        words = (self._labels.word(kind, code, self._lang) for kind, code in zip(kinds, others, strict=True))
        found = self[codes] = (self._labels.word("unit", unit), *words)
        return found


def _head(fact: StoredFact, names: Names, words: _Words) -> tuple[Cell, ...]:
    """The cells of a fact from the province to the bound."""
    places = names.regions[fact.region] if fact.region else ("", "", "")
    unit = fact.value_unit
    unit_name, level, sector, measure, status, bound = words[
        unit, fact.level, fact.sector, fact.measure, fact.status, fact.bound
    ]
    return (
        *places, fact.region, fact.indicator_zh, fact.indicator, _exact(fact, high=False), _exact(fact, high=True),
        unit_name, unit, fact.period, level, sector, fact.scope, measure, status, bound,
    )  # fmt: skip


def _tidy_row(choice: Choice, names: Names, words: _Words) -> tuple[Cell, ...]:
    fact, others = choice.fact, choice.others
    return (
        *_head(fact, names, words), choice.sources,
        len({(other.value, other.value_high) for other in choice.conflicts}), fact.id, fact.path, fact.sentence,
        " ".join([other.id for other in others]) if others else "",
    )  # fmt: skip


def wide_heading(column: WideColumn, fact: StoredFact, names: Names, lang: str) -> str:
    """The heading of a column, with its unit; ``fact`` is one of its values."""
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


def shown_value(fact: StoredFact) -> str:
    """A value as it stands in a cell: every digit, a range as ``10—15``."""
    low = _exact(fact, high=False) or ""
    high = _exact(fact, high=True)
    return f"{low}—{high}" if high else low


def _exact(fact: StoredFact, *, high: bool) -> str | None:
    value = fact.value_high if high else fact.value
    return None if value is None else format(value, "f")


def _index(words: Sequence[str], word: str | None) -> int:
    return -1 if word is None else words.index(word)
