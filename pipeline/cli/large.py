"""Commands for what is large: load."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.options import CORRECTIONS, FACTS_DB, CorrectionsOption, Db


def add_to(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command()(load)


def load(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", file_okay=False, exists=True, help="The Parquet store.", show_default=False)
    ],
    province: Annotated[
        list[str] | None,
        typer.Option("--province", help="Reports about it; none: region unknown. May be repeated.", show_default=False),
    ] = None,
    year: Annotated[
        list[int] | None,
        typer.Option("--year", help="Reports of it; 0: year unknown. May be repeated.", show_default=False),
    ] = None,
    corrections: CorrectionsOption = CORRECTIONS,
    db: Db = None,
) -> None:
    """Bring a part of a Parquet store into a database.

    All other commands then work on it. What is there already is left as it is.

    \b
    Example: countyfacts load /shared/store --province 福建省 --year 2021 --db outputs/fujian.db
    """
    from pipeline.cli.ingesting import run_load  # noqa: PLC0415

    run_load(folder, db or FACTS_DB, province or (), year or (), corrections=corrections)
