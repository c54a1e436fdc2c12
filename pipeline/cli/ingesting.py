"""What the user sees of an ingest: a progress bar, and what it did."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from pipeline.cli.output import width
from pipeline.engines import Event, IngestSummary, ingest

Code = TypeVar("Code", str, str | None)

_MOST = 12
"""Lines of the summary's lists; the rest is counted."""


def run_ingest(
    paths: Sequence[Path], db: Path, *, processes: int | None, region: str | None, seconds: float = 0,
    corrections: Path | None = None, scheduler: str | None = None, parquet: bool = False,
) -> int:  # fmt: skip
    """Ingest with a progress bar on a terminal and print the closing summary; how many files were refused.

    ``seconds``: how long a file may take; 0 stands for the limits of the program. ``db`` is a folder with ``parquet``.
    """
    with _progress() as on_event:
        summary = ingest(
            paths, db, processes=processes, region=region, seconds=seconds, corrections=corrections,
            scheduler=scheduler, parquet=parquet, on_event=on_event,
        )  # fmt: skip
    for line in parquet_lines(summary, db) if parquet else summary_lines(summary, db):
        print(line)
    return len(summary.refused)


def listed_paths(manifest: Path) -> list[Path]:
    """The paths in a manifest: one a line, relative ones from the working directory; blank lines and # are passed over.

    Raises UsageError where it isn't UTF-8 or names nothing.
    """
    from pipeline.errors import UsageError  # noqa: PLC0415

    try:
        lines = [line.strip() for line in manifest.read_text(encoding="utf-8-sig").splitlines()]
    except UnicodeDecodeError as error:
        raise UsageError(f"--manifest {manifest}: is not a text in UTF-8") from error
    paths = [Path(line) for line in lines if line and not line.startswith("#")]
    if not paths:
        raise UsageError(f"--manifest {manifest}: names no file; give a path a line")
    return paths


def run_load(
    folder: Path, db: Path, provinces: Sequence[str], years: Sequence[int], *, corrections: Path | None
) -> None:
    """Bring a part of a Parquet store into a database with a progress bar on a terminal, and print what it did."""
    from pipeline.engines.loading import load, province_codes  # noqa: PLC0415

    codes = province_codes(provinces)
    with _progress() as on_event:
        summary = load(folder, db, provinces=codes, years=years, corrections=corrections, on_event=on_event)
    for line in summary_lines(summary, db):
        print(line)


def parquet_lines(summary: IngestSummary, folder: Path) -> Iterator[str]:
    """The closing words of an ingest into a Parquet store."""
    from pipeline.engines.loading import stored_sources  # noqa: PLC0415

    yield from _dealt_with(summary)
    sources, parts = stored_sources(folder)
    yield f"{folder} now has {_count(sources, 'source')} in {_count(parts, 'part')}"


def summary_lines(summary: IngestSummary, db: Path) -> Iterator[str]:
    """The closing words of an ingest."""
    from pipeline.store.summary import indicator_names, region_names, totals  # noqa: PLC0415

    stored = totals(db)
    yield from _dealt_with(summary)
    if summary.read:
        yield from _list("facts by indicator", summary.by_indicator, indicator_names(db))
        yield from _list("facts by region", summary.by_region, region_names(db))
    yield (
        f"{db} now has {_count(stored.sources, 'source')}, {_count(stored.reports, 'report')}, "
        f"{_count(stored.figures, 'figure')}, {_count(stored.facts, 'fact')} about {_count(stored.regions, 'region')}"
    )


def _dealt_with(summary: IngestSummary) -> Iterator[str]:
    """What became of the files."""
    counted = [
        f"{summary.read} read", f"{summary.unchanged} unchanged", f"{summary.copies} copies of files already read",
        f"{len(summary.refused)} refused",
    ]  # fmt: skip
    shown = [part for part in counted if not part.startswith("0 ") or part in counted[:1]]
    yield f"{_count(summary.files, 'file')}: {', '.join(shown)}, in {summary.seconds:.1f} seconds"
    yield from _refused(summary)
    if summary.notes:
        yield "to look at:"
    yield from (f"  {name}: {note}" for name, note in summary.notes)
    if summary.undecided:
        yield f"{_count(summary.undecided, 'decision')} in corrections.yaml about files that aren't in the database"
    if summary.read:
        yield (
            f"read: {_count(summary.reports, 'report')}, {_count(summary.figures, 'figure')}, "
            f"{_count(summary.facts, 'fact')}"
        )


def _refused(summary: IngestSummary) -> Iterator[str]:
    if summary.refused:
        yield "refused:"
    for rejection in summary.refused:
        yield f"  {rejection.name}: {rejection.message} ({rejection.code})"


def _list(title: str, counts: Counter[Code], names: Mapping[Code, str]) -> Iterator[str]:
    if not counts:
        return
    yield f"{title}:"
    ranked = sorted(counts.items(), key=lambda item: (-item[1], str(item[0])))
    labels = [names.get(code, str(code)) for code, _ in ranked[:_MOST]]
    room = max(width(label) for label in labels)
    for label, (_, count) in zip(labels, ranked, strict=False):
        yield f"  {label}{' ' * (room - width(label))}  {count:>6}"
    if len(ranked) > _MOST:
        rest = sum(count for _, count in ranked[_MOST:])
        yield f"  and {len(ranked) - _MOST} more{' ' * max(0, room - 6 - len(str(len(ranked) - _MOST)) - 3)}  {rest:>6}"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


@contextmanager
def _progress() -> Iterator[Callable[[Event], None]]:
    if not sys.stderr.isatty():
        yield lambda event: None
        return
    from rich.console import Console  # noqa: PLC0415 - only where there is someone to look
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn  # noqa: PLC0415

    columns = (
        TextColumn("reading"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(),
        TextColumn("{task.description}", markup=False),
    )  # fmt: skip
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None)
        yield lambda event: bar.update(task, total=event.total, completed=event.done, description=event.name[-60:])
