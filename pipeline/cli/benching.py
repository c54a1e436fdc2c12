"""``bench``: measure how fast everything is on this machine."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

_SCRIPT = Path(__file__).parents[2] / "benchmarks/speed/bench.py"


class Part(StrEnum):
    """What of it to measure."""

    READING = "reading"
    PAGES = "pages"
    WRITING = "writing"
    INGEST = "ingest"
    MEMORY = "memory"
    CLUSTER = "cluster"
    START = "start"


def add_to(app: typer.Typer) -> None:
    """Add the command to the console script."""
    app.command(name="bench")(bench_cli)


def bench_cli(
    only: Annotated[list[Part] | None, typer.Option(help="Measure this part only; may be given again.")] = None,
    reports: Annotated[int, typer.Option(min=1, help="Reports of the smaller corpus.")] = 400,
    large: Annotated[int, typer.Option(min=2, help="Reports of the larger one, for memory.")] = 1600,
    characters: Annotated[int, typer.Option(min=1000, help="Characters read in all rounds.")] = 500_000,
    rounds: Annotated[int, typer.Option(min=1, help="Rounds, whose median is told.")] = 5,
    million: Annotated[bool, typer.Option(help="Ask for facts in a database of a million.")] = False,
    write: Annotated[bool, typer.Option(help="Write docs/speed.md and the history.")] = False,
) -> None:
    """Measure how fast everything is, beside other tools.

    Exits with 1 where something became slower by more than a tenth since the last time that was written.

    Example: countyfacts bench --only reading --only writing
    """
    import subprocess  # noqa: PLC0415
    import sys  # noqa: PLC0415

    from pipeline.errors import UsageError  # noqa: PLC0415

    if not _SCRIPT.exists():
        raise UsageError(f"{_SCRIPT}: not there; bench runs in the project's folder, where the benchmarks are")
    sizes = {"reports": reports, "large": large, "characters": characters, "rounds": rounds}
    command = [sys.executable, str(_SCRIPT), *(f"--{name}={size}" for name, size in sizes.items())]
    command += [f"--only={part.value}" for part in only or ()]
    command += ["--million"] if million else []
    command += [] if write else ["--no-write"]
    raise typer.Exit(subprocess.run(command, check=False).returncode)
