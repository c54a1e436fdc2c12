"""The language a request is answered in."""

from __future__ import annotations

from datasette.app import Datasette
from datasette.utils.asgi import Request

from pipeline.web.database import NAME
from pipeline.web.words import LANGUAGES, Tongue


def tongue_of(datasette: Datasette, request: Request | None) -> Tongue:
    """That which the address asks for (``?lang=``), else the one the server was started with."""
    usual = datasette.plugin_config("countyfacts")["lang"]
    asked = request.args.get("lang") if request is not None else None
    return Tongue(asked if asked in LANGUAGES else usual, usual, datasette.databases[NAME].labels())
