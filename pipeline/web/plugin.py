"""Our plugin of Datasette: routes, what all templates know, and the descriptions of tables and columns."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Generator
from typing import Any

from datasette import hookimpl
from datasette.app import Datasette
from datasette.utils.asgi import Request
from markupsafe import Markup

from pipeline.web import errors, review_routes, routes
from pipeline.web.database import NAME, FactsDatabase
from pipeline.web.source_view import reviewing_of
from pipeline.web.tongue import tongue_of

_PLAIN = re.compile(r"\w+", re.ASCII)
_INNER = ("_sqlite_migrations", "signatures", "paragraph_words")
_FACETS = ("indicator", "status", "level")


def _ours(datasette: Datasette) -> bool:
    """Whether a Datasette is one of those that show a facts database: the plugin leaves all others alone."""
    return isinstance(datasette.databases.get(NAME), FactsDatabase)


@hookimpl  # type: ignore[untyped-decorator]  # Datasette has no types
def register_routes(datasette: Datasette) -> list[tuple[str, Callable[..., Awaitable[object]]]]:
    """The pages of :mod:`pipeline.web.routes`; those of :mod:`pipeline.web.review_routes` where decisions are taken."""
    if not _ours(datasette):
        return []
    taken = review_routes.ROUTES if reviewing_of(datasette) else ()
    return [*routes.ROUTES, *taken]


@hookimpl  # type: ignore[untyped-decorator]
def skip_csrf(datasette: Datasette, scope: dict[str, Any]) -> bool:
    """Our forms carry a token of their own: Datasette's, in a cookie, is shared by all servers of a machine."""
    return _ours(datasette) and str(scope["path"]).startswith(review_routes.PREFIX)


@hookimpl  # type: ignore[untyped-decorator]
def extra_template_vars(datasette: Datasette, request: Request | None) -> dict[str, object]:
    """How the page speaks: every template has it as ``tongue``."""

    if not _ours(datasette):
        return {}
    return {"tongue": tongue_of(datasette, request), "data_name": NAME, "reviewing": reviewing_of(datasette)}


@hookimpl  # type: ignore[untyped-decorator]
def get_metadata(datasette: Datasette) -> dict[str, Any]:
    """What the database says of its own tables and columns."""
    database = datasette.databases.get(NAME)
    if not isinstance(database, FactsDatabase):
        return {}
    tables: dict[str, dict[str, Any]] = {}
    for table, column, zh, en in database.descriptions():
        entry = tables.setdefault(table, {"columns": {}})
        if column:
            entry["columns"][column] = f"{zh} · {en}"
        else:
            entry["description"] = f"{zh} · {en}"
    tables.setdefault("facts", {"columns": {}})["facets"] = list(_FACETS)
    for name in _INNER:
        tables.setdefault(name, {"columns": {}})["hidden"] = True
    return {"databases": {NAME: {"tables": tables, "title": "facts.db"}}}


@hookimpl  # type: ignore[untyped-decorator]
def render_cell(datasette: Datasette, value: object, column: str, table: str | None) -> Markup | None:
    """Links from Datasette's tables to our pages."""
    if not _ours(datasette) or not isinstance(value, str) or not value:
        return None
    place = None
    if table in ("facts", "facts_named") and column == "id":
        place = f"/fact/{value}"
    elif column in ("source", "original") or (table == "sources" and column == "id"):
        place = f"/source/{value}"
    elif column in ("region", "adcode") and value.isdigit():
        place = f"/region/{value}"
    elif column == "indicator" or (table == "indicators" and column == "code"):
        place = f"/indicator/{value}"
    if place is None or not _PLAIN.fullmatch(value):
        return None
    return Markup('<a href="{}">{}</a>').format(place, value)


@hookimpl(wrapper=True)  # type: ignore[untyped-decorator]
def handle_exception(
    datasette: Datasette, request: Request, exception: Exception
) -> Generator[None, list[object], list[object]]:
    """Our page for an error in place of Datasette's, which prints every unknown address with a trace."""
    theirs = yield
    return [errors.answer(datasette, request, exception)] if _ours(datasette) else theirs
