"""Commands that care for the database: doctor, backup, restore."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.options import Db, chosen_db


def add_to(app: typer.Typer) -> None:
    """Add the commands of this module."""
    for command in (doctor, backup, restore):
        app.command()(command)


def doctor(
    mend: Annotated[
        bool,
        typer.Option("--mend", help="Make the search index anew, and take out sources that aren't whole."),
    ] = False,
    db: Db = None,
) -> None:
    """Check the installation and the database.

    Says what is wrong and how to mend it. Exits with status 1 where something is. Changes nothing without --mend.

    \b
    Example: countyfacts doctor --db outputs/facts.db
    """
    from pipeline.engines.installation import examine_installation  # noqa: PLC0415
    from pipeline.store.doctor import examine, mend_database  # noqa: PLC0415

    bad = 0
    for part in examine_installation():
        _print(part.name, part.told, part.problem, part.advice, passing=part.optional)
        bad += part.problem is not None and not part.optional
    path = chosen_db(db)
    if db is None and not path.exists():
        print(f"no database yet ({path}); make one with: countyfacts ingest PATH...")
        raise typer.Exit(1 if bad else 0)
    print(f"database {path}")
    if mend:
        for line in mend_database(path):
            print(f"  mended: {line}")
    for finding in examine(path):
        _print(finding.check, finding.told, finding.problem, finding.advice, passing=False)
        bad += finding.problem is not None
    if bad:
        raise typer.Exit(1)


def backup(
    target: Annotated[
        Path | None,
        typer.Argument(metavar="[COPY]", help="The file to write. [default: beside the database, with the time]",
                       show_default=False),
    ] = None,
    replace: Annotated[bool, typer.Option("--replace", help="Replace the copy if it is there.")] = False,
    db: Db = None,
) -> None:  # fmt: skip
    """Copy the database into one file, while it is in use.

    The copy is checked before it appears.

    \b
    Example: countyfacts backup backups/facts-2024-05.db
    """
    from pipeline.store.copies import back_up  # noqa: PLC0415

    path = chosen_db(db)
    chosen = target or path.parent / f"{path.stem}-{datetime.now().astimezone():%Y%m%d-%H%M%S}.db"
    made = back_up(path, chosen, replace=replace)
    print(f"{made.path}: {made.size:,} bytes, {made.sources:,} sources, {made.facts:,} facts")


def restore(
    copy: Annotated[Path, typer.Argument(metavar="COPY", help="A copy made by backup.", show_default=False)],
    db: Db = None,
) -> None:
    """Put a copy back in the place of the database.

    The copy is checked first. What was in its place is kept beside it.

    \b
    Example: countyfacts restore backups/facts-2024-05.db
    """
    from pipeline.cli.options import FACTS_DB  # noqa: PLC0415
    from pipeline.store.copies import restore as put_back  # noqa: PLC0415

    made = put_back(copy, db or FACTS_DB)
    print(f"{made.path}: {made.sources:,} sources, {made.facts:,} facts, from {copy}")
    if made.kept is not None:
        print(f"what was there before is now {made.kept}")


def _print(name: str, told: str, problem: str | None, advice: str | None, *, passing: bool) -> None:
    state = "ok" if problem is None else ("none" if passing else "BAD")
    print(f"{state:<5}{name}: {told}" + (f": {problem}" if problem else ""))
    if problem and advice:
        print(f"     {advice}")
