"""What all pages need to answer: the database asked in a thread, templates filled in, numbers read from addresses."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import TypeVar

from datasette.app import Datasette
from datasette.utils.asgi import Request, Response

from pipeline.web.counts import Counts
from pipeline.web.database import NAME

T = TypeVar("T")


async def ask(datasette: Datasette, question: Callable[[sqlite3.Connection], T]) -> T:
    """What a question gives, asked of the facts database."""
    answer: T = await datasette.databases[NAME].ask(question)
    return answer


async def all_counts(datasette: Datasette) -> Counts:
    """How much there is of everything."""
    database = datasette.databases[NAME]
    found: Counts = await database.ask(database.counts)
    return found


async def answer_page(
    datasette: Datasette, request: Request, template: str, status: int = 200, **values: object
) -> Response:
    """A template, filled in."""
    html = await datasette.render_template(template, values, request=request, view_name=template)
    return Response.html(html, status=status)


async def missing(datasette: Datasette, request: Request, what: str, wanted: str) -> Response:
    """The page for what isn't there; ``what`` is region, indicator, source or fact."""
    return await answer_page(datasette, request, "missing.html", 404, what=what, wanted=wanted)


def number_given(request: Request, name: str) -> int | None:
    """An argument that should be a number; one that isn't counts as not given."""
    value = request.args.get(name) or ""
    return int(value) if value.isdecimal() and len(value) < 12 else None
