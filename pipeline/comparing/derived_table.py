"""Derived values as a table: one row a value, with formula, inputs and the facts they came from."""

from __future__ import annotations

from collections.abc import Iterable

from pipeline.comparing.deriving import DerivedValue, derived_name, unit_name
from pipeline.comparing.names import Names
from pipeline.comparing.tables import Table

DERIVED_COLUMNS = (
    "province", "prefecture", "county", "region", "derived_zh", "derived", "indicator_zh", "indicator", "value",
    "unit_zh", "unit", "period", "level", "sector", "measure", "status", "among", "meets", "formula", "inputs",
    "facts",
)  # fmt: skip


def derived_table(values: Iterable[DerivedValue], names: Names, lang: str = "zh") -> Table:
    """One row a derived value, in the order of ``DERIVED_COLUMNS``.

    ``meets`` is 1, 0 or empty; ``inputs`` are the values that the formula was worked out with, in its order.
    """
    labels = names.labels
    rows = []
    for value in values:
        places = names.regions[value.region] if value.region else ("", "", "")
        inputs = " ".join(format(fact.value, "f") for fact in value.facts)
        rows.append((
            *places, value.region, derived_name(value.derived, names), value.derived,
            derived_name(value.indicator, names), value.indicator, format(value.value, "f"),
            unit_name(value.unit, names), value.unit, value.period, labels.word("level", value.level, lang),
            labels.word("sector", value.sector, lang), labels.word("measure", value.measure, lang),
            labels.word("status", value.status, lang), value.among, None if value.meets is None else int(value.meets),
            value.formula, inputs, " ".join(fact.id for fact in value.facts),
        ))  # fmt: skip
    return Table(tuple(labels.heading(column, lang) for column in DERIVED_COLUMNS), tuple(rows))
