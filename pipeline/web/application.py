"""Datasette on the facts database, with our plugin, behind the guard."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from datasette.app import Datasette
from datasette.plugins import pm

from pipeline.web import plugin
from pipeline.web.cells import with_safe_cells
from pipeline.web.database import NAME, FactsDatabase
from pipeline.web.guard import Application, guarded
from pipeline.web.review_routes import PREFIX
from pipeline.web.reviewing import Reviewing

_HERE = Path(__file__).parent
_SETTINGS = {
    "sql_time_limit_ms": 1000,
    "facet_time_limit_ms": 150,
    "max_returned_rows": 1000,
    "default_page_size": 50,
    "allow_download": False,
    "allow_csv_stream": False,
    "suggest_facets": False,
    "default_cache_ttl": 0,
    "num_sql_threads": 3,
}


def make_datasette(db: Path, *, lang: str = "zh", reviewing: Reviewing | None = None) -> Datasette:
    """A Datasette whose one database is ``db``, opened for reading. Raises StoreError."""
    if not pm.is_registered(plugin):
        pm.register(plugin, "countyfacts")
    datasette = Datasette(
        files=[],
        settings=_SETTINGS,
        metadata={"plugins": {"countyfacts": {"lang": lang}}},
        template_dir=str(_HERE / "templates"),
        static_mounts=[("static", str(_HERE / "static"))],
    )
    datasette.remove_database("_memory")
    database = FactsDatabase(datasette, db)
    database.reviewing = reviewing
    datasette.add_database(database, name=NAME)
    return datasette


def make_application(
    db: Path, *, names: Iterable[str] = (), lang: str = "zh", reviewing: Reviewing | None = None
) -> Application:
    """The pages over ``db`` as an ASGI application.

    ``names`` are the host names it answers to besides localhost and addresses in digits; ``lang`` (``zh``, ``en``) is
    that of names of data where a page isn't asked for another; ``reviewing``: decisions are taken, else the pages only
    show.

    Raises StoreError where there is no such database, or it isn't one of ours.
    """
    application = with_safe_cells(make_datasette(db, lang=lang, reviewing=reviewing).app(), NAME)
    return guarded(application, names, tables=NAME, posts=PREFIX if reviewing else None)
