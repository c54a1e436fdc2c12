"""The command serve: the database in the browser."""

from __future__ import annotations

from typing import Annotated

import typer

from pipeline.cli.options import Db, Lang, LangOption, chosen_db


def add_to(app: typer.Typer) -> None:
    """Add the command of this module."""
    app.command()(serve)


def serve(
    host: Annotated[
        str, typer.Option("--host", help="The address or name to answer to; 0.0.0.0 lets other machines in.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="0 takes a free one.")] = 8001,
    open_browser: Annotated[bool, typer.Option("--open", help="Open the start page in the browser.")] = False,
    lang: LangOption = Lang.ZH,
    db: Db = None,
) -> None:
    """Show the database in the browser, for reading only.

    \b
    Example: countyfacts serve --open
    """
    from pipeline import web  # noqa: PLC0415

    web.serve(chosen_db(db), web.Address(host, port), lang=lang.value, open_browser=open_browser)
