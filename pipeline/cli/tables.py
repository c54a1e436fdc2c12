"""Commands that compare and measure: compare, evaluate."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.options import (
    CORRECTIONS,
    CorrectionsOption,
    Db,
    Lang,
    LangOption,
    Processes,
    chosen_db,
    takes_filters,
)

if TYPE_CHECKING:
    from pipeline.store.queries import Filters


def add_to(app: typer.Typer) -> None:
    """Add the commands of this module."""
    for command in (compare, evaluate):
        app.command()(command)


@takes_filters
def compare(
    filters: Filters,
    out: Annotated[Path, typer.Option("--out", file_okay=False, help="The folder to write into.")] = Path("outputs"),
    excel: Annotated[
        bool, typer.Option("--excel", help="Begin the CSV files with the mark by which Excel knows Chinese.")
    ] = False,
    xlsx: Annotated[bool, typer.Option("--xlsx", help="Also a workbook: a sheet a theme, sentences as comments.")] = (
        False
    ),
    parquet: Annotated[bool, typer.Option("--parquet", help="Also a Parquet file, for other tools.")] = False,
    derived: Annotated[
        bool, typer.Option("--derived", help="Also per student and teacher, shares, growth, ranks, spread, standards.")
    ] = False,
    series: Annotated[
        bool, typer.Option("--series", help="Also series: a row a region and indicator, a column a year.")
    ] = False,
    others: Annotated[bool, typer.Option("--others", help="Also the values that were not picked, and why.")] = False,
    lang: LangOption = Lang.ZH,
    db: Db = None,
) -> None:
    """Write the comparison tables.

    comparison.csv has a row for each value, comparison-wide.csv regions down and indicators across.

    \b
    Example: countyfacts compare --province 福建省 --period 2023 --excel
    Example: countyfacts compare --peers 晋安区 --xlsx --derived
    """
    from pipeline.comparing import Extras  # noqa: PLC0415
    from pipeline.comparing import compare as write_tables  # noqa: PLC0415

    extras = Extras(derived=derived, others=others, series=series, xlsx=xlsx, parquet=parquet)
    done = write_tables(chosen_db(db), out, filters, excel=excel, lang=lang, extras=extras)
    print(f"{done.tidy}: {done.values} values out of {done.facts} facts, {done.regions} regions")
    print(f"{done.wide}: regions down, indicators across")
    for written in done.extras:
        print(f"{written.path}: {written.what}")
    if done.conflicts:
        print(f"{done.conflicts} values are contradicted by others: column conflicts")
    if done.without_region:
        print(f"{done.without_region} values have no region: they are in {done.tidy.name} only")


def evaluate(
    floors: Annotated[
        Path, typer.Option("--floors", dir_okay=False, help="Gold sets, and the floors under which this fails.")
    ] = Path("evaluation.yaml"),
    show: Annotated[bool, typer.Option("--show", help="List what was missed, invented or read differently.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")] = False,
    raise_floors: Annotated[
        bool, typer.Option("--raise", help="Raise the floors to what was measured; they are never lowered.")
    ] = False,
    processes: Processes = None,
    corrections: CorrectionsOption = CORRECTIONS,
) -> None:
    """Score the extraction against gold sets.

    What people decided (countyfacts review) is scored too. Exit status 1 where it falls under a floor.

    \b
    Example: countyfacts evaluate
    """
    from pipeline.cli.scoring import run_evaluation  # noqa: PLC0415

    faults = run_evaluation(
        floors, show=show, as_json=json, raise_floors=raise_floors, processes=processes, corrections=corrections
    )
    for fault in faults:
        print(f"countyfacts: {fault}", file=sys.stderr)
    if faults:
        raise typer.Exit(1)
