"""Commands on the database: facts, figures, show, search, sql, indicators, regions."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.options import (
    CatalogueOption,
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

Limit = Annotated[int | None, typer.Option("--limit", "-n", min=1, help="At most so many.", show_default=False)]


def add_to(app: typer.Typer) -> None:
    """Add the commands of this module."""
    for command in (facts, figures, show, explain, search, sql, indicators, regions):
        app.command()(command)


@takes_filters
def facts(
    filters: Filters,
    flagged: Annotated[bool, typer.Option("--flagged", help="Only facts that a check doubts; why: show ID.")] = False,
    limit: Limit = None,
    how: FormatOption = Format.TABLE,
    lang: LangOption = Lang.ZH,
    db: Db = None,
) -> None:
    """List facts, by region, indicator, period and more.

    \b
    Example: countyfacts facts --region 福建省 --indicator 新增学位数 --status planned
    """
    from pipeline.cli.showing import print_facts  # noqa: PLC0415

    print_facts(chosen_db(db), filters._replace(limit=limit, flagged=flagged), how, lang)


def figures(
    unlinked: Annotated[
        bool,
        typer.Option("--unlinked", help="What the quantities that became no fact count, most frequent first."),
    ] = False,
    number_class: Annotated[
        list[str] | None,
        typer.Option(
            "--class", "-c", help="quantity, period, ordinal, threshold ...; may be repeated.", show_default=False
        ),
    ] = None,
    limit: Limit = None,
    how: FormatOption = Format.TABLE,
    lang: LangOption = Lang.ZH,
    db: Db = None,
) -> None:
    """List numbers, facts or not; what the catalogue lacks.

    With --unlinked, by the words they stand with: an indicator of your own (--catalogue) makes facts of them.
    Near duplicates of other files are left out there.

    \b
    Example: countyfacts figures --unlinked --limit 20
    """
    from pipeline.cli.figures import print_figures, print_unlinked  # noqa: PLC0415
    from pipeline.errors import UsageError  # noqa: PLC0415

    if unlinked and number_class:
        raise UsageError("--unlinked is about quantities alone; leave out --class")
    if unlinked:
        print_unlinked(chosen_db(db), limit, how, lang)
    else:
        print_figures(chosen_db(db), number_class or [], limit, how)


def show(
    fact: Annotated[str, typer.Argument(metavar="ID", help="The fact's id, or its first digits.", show_default=False)],
    lang: LangOption = Lang.ZH,
    db: Db = None,
) -> None:
    """Show a fact and where it stands in its file.

    The number is marked 【】 in the lines around it.

    \b
    Example: countyfacts show 3f2a90c1
    """
    from pipeline.cli.showing import print_fact  # noqa: PLC0415

    print_fact(chosen_db(db), fact, lang)


def explain(
    fact: Annotated[str, typer.Argument(metavar="ID", help="The fact's id, or its first digits.", show_default=False)],
    features: Annotated[int, typer.Option("--features", min=1, help="How many to print for each candidate.")] = 8,
    how: FormatOption = Format.TABLE,
    db: Db = None,
) -> None:
    """Say why a number was read as this indicator.

    For each candidate: its score, and the features that add most to it or take most from it. The file must still be
    where it was read.

    \b
    Example: countyfacts explain 3f2a90c1
    """
    from pipeline.cli.explaining import print_explanation  # noqa: PLC0415

    print_explanation(chosen_db(db), fact, features, how)


def search(
    words: Annotated[list[str], typer.Argument(metavar="WORDS", help="All must be there.", show_default=False)],
    limit: Limit = 20,
    how: FormatOption = Format.TABLE,
    db: Db = None,
) -> None:
    """Find paragraphs by words, two-character words too.

    \b
    Example: countyfacts search 学位 幼儿园
    """
    from pipeline.cli.showing import print_found  # noqa: PLC0415

    print_found(chosen_db(db), " ".join(words), limit or 20, how)


def sql(
    query: Annotated[str, typer.Argument(help="One SELECT statement of SQLite.", show_default=False)],
    how: FormatOption = Format.TABLE,
    db: Db = None,
    parquet: Annotated[
        Path | None,
        typer.Option(
            "--parquet", file_okay=False, help="Ask a store of Parquet files, in the SQL of DuckDB.", show_default=False
        ),
    ] = None,
) -> None:
    """Ask the database in SQL; it is open for reading only.

    The table descriptions explains all columns.

    \b
    Example: countyfacts sql "SELECT region_name, count(*) FROM facts GROUP BY 1"
    """  # fmt: skip
    from pipeline.cli.output import print_rows  # noqa: PLC0415

    if parquet is not None:
        from pipeline.engines.loading import query as run_large_query  # noqa: PLC0415

        columns, rows = run_large_query(parquet, query)
    else:
        from pipeline.store import sql as run_query  # noqa: PLC0415

        columns, rows = run_query(chosen_db(db), query)
    print_rows(columns, rows, how)


def indicators(
    how: FormatOption = Format.TABLE,
    lang: LangOption = Lang.ZH,
    catalogue: CatalogueOption = None,
) -> None:
    """List the indicators of the catalogue with their units.

    \b
    Example: countyfacts indicators
    """
    from pipeline.cli.showing import print_indicators  # noqa: PLC0415

    print_indicators(how, lang)


def regions(
    query: Annotated[
        str, typer.Argument(help="A name of any year, a short form, a chain or a code.", show_default=False)
    ],
    how: FormatOption = Format.TABLE,
    lang: LangOption = Lang.ZH,
) -> None:
    """Look a region up, with its names since 1980.

    \b
    Example: countyfacts regions 思茅市
    """
    from pipeline.cli.regions import print_regions  # noqa: PLC0415

    print_regions(query, how, lang)
