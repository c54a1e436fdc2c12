"""Commands on files: ingest, extract, text, clean, audit."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.options import (
    CORRECTIONS,
    FACTS_DB,
    SAMPLES_DB,
    CatalogueOption,
    CorrectionsOption,
    Db,
    Format,
    FormatOption,
    Manifest,
    ParquetFolder,
    Processes,
    ReadableFile,
    RegionOption,
    Scheduler,
    Seconds,
    Strict,
    existing_paths,
    region_code,
)
from pipeline.errors import Refused, UsageError

INBOX = Path("corpora/inbox")
SAMPLES = Path("corpora/samples")
WEB = Path("corpora/web")


class TextFormat(StrEnum):
    """How clean text is printed."""

    TEXT = "text"
    JSONL = "jsonl"


def add_to(app: typer.Typer) -> None:
    """Add the commands of this module."""
    for command in (ingest, extract, text, clean, audit):
        app.command()(command)


def ingest(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="PATH",
            help="Files, folders and archives. Without any: corpora/inbox/ and corpora/web/, or the samples.",
            callback=existing_paths,
            show_default=False,
        ),
    ] = None,
    db: Db = None,
    processes: Processes = None,
    seconds: Seconds = None,
    strict: Strict = False,
    region: RegionOption = None,
    catalogue: CatalogueOption = None,
    corrections: CorrectionsOption = CORRECTIONS,
    manifest: Manifest = None,
    scheduler: Scheduler = None,
    parquet: ParquetFolder = None,
) -> None:
    """Read files into the database.

    Unchanged files are skipped, changed ones replaced. Files that can't be read are listed with the reason. Where you
    know what region files are about, say it with --region, or in a file regions.yaml beside them: "NAME.txt": 迎江区

    \b
    Example: countyfacts ingest corpora/inbox --db outputs/facts.db
    Example: countyfacts ingest /shared/reports --scheduler tcp://10.0.0.5:8786 --parquet /shared/store
    """  # fmt: skip
    from pipeline.cli.ingesting import listed_paths, run_ingest  # noqa: PLC0415

    if parquet is not None and db is not None:
        raise UsageError(
            "--db and --parquet: give one of them (countyfacts load brings a Parquet store into a database)"
        )
    if manifest is not None:
        paths = [*(paths or ()), *listed_paths(manifest)]
    if paths is None or not paths:
        paths, db = _inbox_or_samples(db)
    refused = run_ingest(
        paths, parquet or db or FACTS_DB, processes=processes, region=region_code(region), seconds=seconds or 0,
        corrections=corrections, scheduler=scheduler, parquet=parquet is not None,
    )  # fmt: skip
    if refused and strict:
        raise typer.Exit(1)


def extract(
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE", help="Files, folders and archives.", callback=existing_paths, show_default=False
        ),
    ],
    processes: Processes = None,
    seconds: Seconds = None,
    strict: Strict = False,
    region: RegionOption = None,
    catalogue: CatalogueOption = None,
) -> None:
    """Print the facts in files as JSON Lines, without a database.

    \b
    Example: countyfacts extract corpora/samples/work-summary.txt > facts.jsonl
    """
    from pipeline.cli.output import print_records  # noqa: PLC0415
    from pipeline.engines import extract as extract_files  # noqa: PLC0415
    from pipeline.engines import walk  # noqa: PLC0415

    refused = 0
    results = extract_files(walk(files), region=region_code(region), processes=processes, seconds=seconds or 0)
    for result in results:
        print_records(result.facts, Format.JSONL)
        if result.message is not None:
            refused += 1
            print(f"countyfacts: {result.name}: {result.message}", file=sys.stderr)
    if refused and strict:
        raise typer.Exit(1)


def text(file: ReadableFile) -> None:
    """Print the text layer of a file, before any cleaning.

    That is what a reader would see, and not a character more.

    \b
    Example: countyfacts text corpora/samples/clone.html
    """
    from pipeline.engines.members import bytes_of, find  # noqa: PLC0415
    from pipeline.reading import read_source  # noqa: PLC0415

    with _naming(file):
        found = find(file)
        if found.problem is not None:
            raise Refused(found.code, found.problem)
        sys.stdout.write(read_source(bytes_of(found), found.name, found.hints).layer.text)


def clean(
    file: ReadableFile,
    how: Annotated[
        TextFormat, typer.Option("--format", "-f", help="text, or jsonl: a line a paragraph with its span and report.")
    ] = TextFormat.TEXT,
    edits: Annotated[bool, typer.Option("--edits", help="Print what cleaning changed instead, as JSON Lines.")] = False,
    region: RegionOption = None,
) -> None:
    """Print the clean text of a file: no noise, damage mended.

    \b
    Example: countyfacts clean corpora/samples/clone.html --format jsonl
    """
    from pipeline.cli.inspecting import clean_paragraphs, edit_records  # noqa: PLC0415
    from pipeline.cli.output import print_records  # noqa: PLC0415
    from pipeline.engines.extracting import read_one  # noqa: PLC0415
    from pipeline.engines.members import find  # noqa: PLC0415

    with _naming(file):
        extraction = read_one(find(file), region_code(region))
    if edits:
        print_records(edit_records(extraction), Format.JSONL)
    elif how is TextFormat.JSONL:
        print_records(clean_paragraphs(extraction), Format.JSONL)
    else:
        print(extraction.clean.text)


def audit(
    file: ReadableFile,
    how: FormatOption = Format.TABLE,
    region: RegionOption = None,
    catalogue: CatalogueOption = None,
) -> None:
    """Print every number in a file, what became of it and why.

    \b
    Example: countyfacts audit corpora/samples/work-summary.txt
    """
    from pipeline.cli.inspecting import AUDIT_HEADINGS, audit_rows  # noqa: PLC0415
    from pipeline.cli.output import print_rows  # noqa: PLC0415
    from pipeline.engines.extracting import read_one  # noqa: PLC0415
    from pipeline.engines.members import find  # noqa: PLC0415
    from pipeline.extraction import notes_on  # noqa: PLC0415

    with _naming(file):
        extraction = read_one(find(file), region_code(region))
    print_rows(AUDIT_HEADINGS, audit_rows(extraction), how)
    for note in notes_on(extraction):
        print(f"countyfacts: {file}: {note}", file=sys.stderr)


class _naming:  # noqa: N801 - reads as a word in a with statement
    """Puts the name of the file before the reason it was refused."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, Refused):
            raise Refused(error.code, f"{self.file}: {error}") from error


def _inbox_or_samples(db: Path | None) -> tuple[list[Path], Path]:
    from pipeline.engines import walk  # noqa: PLC0415

    filled = [folder for folder in (INBOX, WEB) if folder.is_dir() and walk([folder])]
    if filled:
        return filled, db or FACTS_DB
    if not SAMPLES.is_dir():
        raise UsageError(f"nothing to read: name files or folders, or put them into {INBOX}/")
    target = db or SAMPLES_DB
    print(f"{INBOX}/ is empty: reading the samples in {SAMPLES}/ into {target} (their figures are invented).")
    print(f"Put your reports into {INBOX}/ and run this again.")
    sys.stdout.flush()
    return [SAMPLES], target
