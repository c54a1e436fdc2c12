"""``compare``: from a database and filters to the files of a comparison."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from pipeline.comparing.names import Names, load_names
from pipeline.comparing.picking import Choice, pick_all
from pipeline.comparing.tables import Table, others_table, tidy_table, wide_table
from pipeline.comparing.writing import write_csv
from pipeline.errors import StoreError
from pipeline.limits import without_collecting
from pipeline.store import Filters, open_reader, select_facts


class Extras(NamedTuple):
    """What is written besides the two tables."""

    derived: bool = False
    others: bool = False
    series: bool = False
    xlsx: bool = False
    parquet: bool = False


NO_EXTRAS = Extras()


class Written(NamedTuple):
    """A file that was written, and what is in it in a few words."""

    path: Path
    what: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """What ``compare`` wrote, for the closing words."""

    tidy: Path
    wide: Path
    extras: tuple[Written, ...]
    values: int
    facts: int
    regions: int
    conflicts: int
    without_region: int


def choose(db: Path, filters: Filters) -> tuple[list[Choice], Names]:
    """The values picked among the facts that pass the filters, and the names they need.

    Raises UsageError, and StoreError where there is no such fact.
    """
    connection = open_reader(db)
    try:
        names = load_names(connection)
        choices = pick_all(select_facts(connection, filters))
    finally:
        connection.close()
    if not choices:
        raise StoreError(f"{db}: has no facts that pass these filters; see what there is with: countyfacts facts")
    return choices, names


@without_collecting()
def compare(
    db: Path, out: Path, filters: Filters, *, excel: bool = False, lang: str = "zh", extras: Extras = NO_EXTRAS
) -> Comparison:
    """Write ``comparison.csv`` and ``comparison-wide.csv`` into the folder ``out``, and what ``extras`` asks for.

    The same database and options give the same bytes. Raises StoreError, UsageError.
    """
    choices, names = choose(db, filters)
    tidy_path, wide_path = out / "comparison.csv", out / "comparison-wide.csv"
    for path, table in ((tidy_path, tidy_table(choices, names, lang)), (wide_path, wide_table(choices, names, lang))):
        write_csv(path, table.headings, table.rows, excel=excel)
    written = _extras(db, out, choices, names, filters, excel=excel, lang=lang, extras=extras)
    return Comparison(
        tidy_path,
        wide_path,
        written,
        values=len(choices),
        facts=sum(1 + len(choice.others) for choice in choices),
        regions=len({choice.key.region for choice in choices} - {None}),
        conflicts=sum(bool(choice.conflicts) for choice in choices),
        without_region=sum(choice.key.region is None for choice in choices),
    )


def _extras(
    db: Path, out: Path, choices: Sequence[Choice], names: Names, filters: Filters, *, excel: bool, lang: str,
    extras: Extras,
) -> tuple[Written, ...]:  # fmt: skip
    written: list[Written] = []

    def put(name: str, table: Table, what: str) -> None:
        path = out / name
        write_csv(path, table.headings, table.rows, excel=excel)
        written.append(Written(path, f"{len(table.rows)} {what}"))

    derived = _derived(choices, names, lang) if extras.derived else None
    if derived is not None:
        put("comparison-derived.csv", derived, "derived values with their formulas and inputs")
    if extras.others:
        put("comparison-others.csv", others_table(choices, names, lang), "values that were not picked, and why")
    if extras.series:
        put("comparison-series.csv", _series(choices, names, lang), "series over the years")
    if extras.xlsx:
        from pipeline.comparing.sheets import write_workbook  # noqa: PLC0415 - only who asks for it waits for it

        path = out / "comparison.xlsx"
        sheets = write_workbook(path, choices, names, source=db.name, derived=derived, lang=lang)
        written.append(Written(path, f"{sheets} sheets; the sentence of each number is its comment"))
    if extras.parquet:
        from pipeline.comparing.parquet import write_parquet  # noqa: PLC0415 - as above

        path = out / "comparison.parquet"
        write_parquet(path, choices, names)
        written.append(Written(path, "the values with types, for other tools"))
    return tuple(written)


def _derived(choices: Sequence[Choice], names: Names, lang: str) -> Table:
    from pipeline.comparing.derived_table import derived_table  # noqa: PLC0415 - its data files take time to load
    from pipeline.comparing.deriving import derive  # noqa: PLC0415

    return derived_table(derive(choices, names), names, lang)


def _series(choices: Sequence[Choice], names: Names, lang: str) -> Table:
    from pipeline.comparing.series import series_of, series_table  # noqa: PLC0415 - as above

    return series_table(series_of(choices, names), names, lang)
