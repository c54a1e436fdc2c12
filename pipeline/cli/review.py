"""Commands on trust: check, review, audit-sample, cite."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.options import (
    CORRECTIONS,
    CorrectionsOption,
    Db,
    Format,
    FormatOption,
    Lang,
    LangOption,
    chosen_db,
    takes_filters,
)

if TYPE_CHECKING:
    from pipeline.store.queries import Filters


def add_to(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command()(check)
    app.command()(review)
    app.command("audit-sample")(audit_sample)
    app.command()(cite)


def check(
    notes: Annotated[bool, typer.Option("--notes", help="What is only worth knowing, too.")] = False,
    how: FormatOption = Format.TABLE,
    lang: LangOption = Lang.ZH,
    db: Db = None,
) -> None:
    """Hold sources and years against each other; list all flags.

    Ingest does the same for the regions it touches. What each code means: docs/checks.md.

    \b
    Example: countyfacts check --format csv > flags.csv
    """
    from pipeline.cli.reviewing import run_check  # noqa: PLC0415

    run_check(chosen_db(db), notes=notes, how=how, lang=lang)


@takes_filters
def review(
    filters: Filters,
    listed: Annotated[bool, typer.Option("--list", help="Only print the queue.")] = False,
    undo: Annotated[bool, typer.Option("--undo", help="Take the last decision back, and stop.")] = False,
    by: Annotated[str, typer.Option("--by", help="Who decides. [default: your user name]", show_default=False)] = "",
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, help="At most so many facts.")] = 50,
    browser: Annotated[bool, typer.Option("--browser", help="In the browser: all facts of the queue.")] = False,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Of --browser; 0 takes a free one.")] = 8001,
    corrections: CorrectionsOption = CORRECTIONS,
    lang: LangOption = Lang.ZH,
    db: Db = None,
) -> None:
    """Settle doubtful facts one by one, for good.

    Those first on which a decision is worth most: unsure, flagged, used in comparisons. One key each: c confirm, e edit
    (period=2023 level=primary ...), r reject, a add a fact that was missed, u undo, s skip, q quit. Decisions go into
    corrections.yaml, and hold when the files are read again. See docs/review.md.

    \b
    Example: countyfacts review --region 福建省 --by 王敏
    Example: countyfacts review --browser
    """
    from pipeline.cli.reviewing import print_queue, run_browser, run_review, run_undo  # noqa: PLC0415

    if browser:
        run_browser(chosen_db(db), corrections, filters, by, lang, port)
    elif undo:
        run_undo(chosen_db(db), corrections)
    elif listed:
        print_queue(chosen_db(db), filters, limit)
    else:
        run_review(chosen_db(db), corrections, filters, limit, by, lang)


@takes_filters
def audit_sample(
    filters: Filters,
    number: Annotated[int, typer.Option("--n", min=1, help="How many facts to draw.")] = 100,
    seed: Annotated[int, typer.Option(help="The same seed draws the same facts.")] = 1,
    read: Annotated[
        Path | None,
        typer.Option(help="The sample with its column right filled in: estimate the precision.", exists=True,
                     dir_okay=False, show_default=False),
    ] = None,
    db: Db = None,
) -> None:  # fmt: skip
    """Draw facts to check by hand; estimate the precision.

    The sample is CSV: write y or n into its column right, then give it back with --read.

    \b
    Example: countyfacts audit-sample --n 100 --seed 7 > sample.csv
    Example: countyfacts audit-sample --read sample.csv
    """
    from pipeline.cli.reviewing import print_estimate, print_sample  # noqa: PLC0415

    if read is not None:
        print_estimate(read)
    else:
        print_sample(chosen_db(db), number, seed, filters)


def cite(
    fact: Annotated[str, typer.Argument(metavar="ID", help="The fact's id, or its first digits.", show_default=False)],
    bibtex: Annotated[bool, typer.Option("--bibtex", help="As BibTeX.")] = False,
    db: Db = None,
) -> None:
    """Cite a fact and its source: GB/T 7714, or BibTeX.

    \b
    Example: countyfacts cite 3f2a90c1 --bibtex
    """
    from pipeline.review import cite as make_citation  # noqa: PLC0415

    found = make_citation(chosen_db(db), fact)
    typer.echo(found.bibtex if bibtex else f"{found.source}\n{found.fact}")
