"""``train``: learn the shipped models anew."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.options import CORRECTIONS, CorrectionsOption


def add_to(app: typer.Typer) -> None:
    """Add the command to the console script."""
    app.command(name="train")(train_cli)


def train_cli(
    corpora: Annotated[Path, typer.Option(help="The folder with labelled/ and samples/.")] = Path("corpora"),
    corrections: CorrectionsOption = CORRECTIONS,
    out: Annotated[Path, typer.Option(help="Where the models go.")] = Path("models"),
) -> None:
    """Learn the models anew from the labelled documents.

    What people decided (countyfacts review) is learned from too.

    The same documents give the same files, byte for byte.

    Example: countyfacts train --corpora corpora --out models
    """
    from pipeline.errors import UsageError  # noqa: PLC0415
    from pipeline.learning import train_line_noise, train_linker  # noqa: PLC0415

    folders = [corpora / "labelled", corpora / "samples"]
    for folder in folders:
        if not folder.is_dir():
            raise UsageError(f"{folder}: no such folder; --corpora names the folder that holds labelled/ and samples/")
    out.mkdir(parents=True, exist_ok=True)
    typer.echo("lines of noise:", err=True)
    typer.echo(train_line_noise(folders, out), err=True)
    typer.echo("indicators of figures:", err=True)
    typer.echo(train_linker(folders, out, corrections), err=True)
