"""Commands that hold facts against each other: promises, diff, ask, report."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.options import Db, Format, FormatOption, Lang, LangOption, chosen_db, takes_filters

if TYPE_CHECKING:
    from pipeline.store.queries import Filters


class ImageFormat(StrEnum):
    """How charts are written."""

    SVG = "svg"
    PNG = "png"


def add_to(app: typer.Typer) -> None:
    """Add the commands of this module."""
    for command in (promises, diff, ask, report):
        app.command()(command)


@takes_filters
def promises(
    filters: Filters,
    as_of: Annotated[
        str | None,
        typer.Option("--as-of", help="The day on which a target is due or not. [default: the latest report's]",
                     show_default=False),
    ] = None,
    verdict: Annotated[
        list[str] | None,
        typer.Option("--verdict", help="kept, missed, unclear, not_yet_due or no_later_figure; may be repeated.",
                     show_default=False),
    ] = None,
    how: FormatOption = Format.TABLE,
    lang: LangOption = Lang.ZH,
    db: Db = None,
) -> None:  # fmt: skip
    """Hold targets of plans against later results.

    Of the same region, indicator and level: kept, missed by how much, not yet due, no later figure. --period narrows
    the targets; --status is not asked for.

    \b
    Example: countyfacts promises --province 福建省 --verdict missed
    """
    from pipeline.cli.telling import print_promises  # noqa: PLC0415

    print_promises(chosen_db(db), filters, as_of, verdict or [], how, lang)


def diff(
    before: Annotated[Path, typer.Argument(metavar="A.db", exists=True, dir_okay=False, show_default=False)],
    after: Annotated[Path, typer.Argument(metavar="B.db", exists=True, dir_okay=False, show_default=False)],
    how: FormatOption = Format.TABLE,
    lang: LangOption = Lang.ZH,
) -> None:
    """Tell how the facts of two databases differ.

    Facts added, gone and changed, field by field. A fact is the same where it stands at the same place of the same
    bytes.

    \b
    Example: countyfacts diff outputs/before.db outputs/facts.db
    """
    from pipeline.cli.telling import print_differences  # noqa: PLC0415

    print_differences(before, after, how, lang)


def ask(
    question: Annotated[list[str], typer.Argument(metavar="QUESTION", help="In Chinese.", show_default=False)],
    how: FormatOption = Format.TABLE,
    lang: LangOption = Lang.ZH,
    db: Db = None,
) -> None:
    """Ask in words: regions, an indicator, a time.

    Prints how the question was understood, and which words weren't.

    \b
    Example: countyfacts ask 福建各区2021年以来新增学位
    """
    from pipeline.cli.telling import print_answer  # noqa: PLC0415

    print_answer(chosen_db(db), "".join(question), how, lang)


@takes_filters
def report(
    filters: Filters,
    out: Annotated[Path, typer.Option("--out", dir_okay=False, help="The page to write.")] = Path(
        "outputs/report.html"
    ),
    title: Annotated[str | None, typer.Option("--title", help="Its title.", show_default=False)] = None,
    images: Annotated[
        Path | None,
        typer.Option("--images", file_okay=False, help="Also write each chart into this folder.", show_default=False),
    ] = None,
    image_format: Annotated[
        ImageFormat, typer.Option("--image-format", help="Of the charts written with --images.")
    ] = ImageFormat.SVG,
    server: Annotated[
        str | None,
        typer.Option("--server", help="Address of countyfacts serve, to which numbers then lead.", show_default=False),
    ] = None,
    lang: LangOption = Lang.ZH,
    db: Db = None,
) -> None:
    """Write a page of charts that needs no network.

    Rankings, distances from national standards, regions by indicators, series; each mark leads to its sentence.

    \b
    Example: countyfacts report --province 福建省 --period 2023 --out outputs/report.html
    """
    from pipeline.cli.telling import write_report_page  # noqa: PLC0415

    write_report_page(chosen_db(db), filters, out, title, images, image_format.value, server, lang)
