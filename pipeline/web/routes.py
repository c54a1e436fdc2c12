"""Which address shows which page."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from datasette.app import Datasette
from datasette.utils.asgi import Request, Response

from pipeline.comparing import to_csv
from pipeline.errors import UsageError
from pipeline.web import charts
from pipeline.web.answering import all_counts, answer_page, ask, missing, number_given
from pipeline.web.pages import fact as facts
from pipeline.web.pages import finding, indicator, listing, names, region, start, why
from pipeline.web.source_view import Selected, decisions_on, show_source
from pipeline.web.tongue import tongue_of

_SOURCES_PER_PAGE = 100


async def start_page(datasette: Datasette, request: Request) -> Response:
    """What is in the database."""
    counts = await all_counts(datasette)
    view = await ask(datasette, lambda db: start.start(db, counts))
    tongue = tongue_of(datasette, request)
    return await answer_page(datasette, request, "start.html", view=view, years=charts.years(view.years, tongue))


async def regions_page(datasette: Datasette, request: Request) -> Response:
    """All regions that facts are about."""
    counts = await all_counts(datasette)
    tree = await ask(datasette, lambda db: start.region_tree(db, counts))
    return await answer_page(datasette, request, "regions.html", tree=tree, unknown=counts.by_region.get(None, 0))


async def indicators_page(datasette: Datasette, request: Request) -> Response:
    """All indicators of the catalogue."""
    counts = await all_counts(datasette)
    found = await ask(datasette, names.indicator_names)
    return await answer_page(datasette, request, "indicators.html", indicators=found, numbers=counts.by_indicator)


async def sources_page(datasette: Datasette, request: Request) -> Response:
    """All sources, and the files that were refused."""
    counts = await all_counts(datasette)
    pages = max(1, -(-counts.sources // _SOURCES_PER_PAGE))
    page = min(max(1, number_given(request, "page") or 1), pages)
    offset = (page - 1) * _SOURCES_PER_PAGE
    lines = await ask(datasette, lambda db: start.source_lines(db, limit=_SOURCES_PER_PAGE, offset=offset))
    refused = await ask(
        datasette, lambda db: db.execute("SELECT path, message FROM rejections ORDER BY path").fetchall()
    )
    return await answer_page(
        datasette, request, "sources.html", lines=lines, total=counts.sources, page=page, pages=pages,
        refused=refused if page == 1 else [],
    )  # fmt: skip


async def facts_page(datasette: Datasette, request: Request) -> Response:
    """Facts with filters and facets."""
    counts = await all_counts(datasette)
    wanted = _wanted(request)
    page = number_given(request, "page") or 1
    view = await ask(datasette, lambda db: listing.listing(db, counts, wanted, page))
    indicators = await ask(datasette, names.indicator_names)
    return await answer_page(
        datasette, request, "facts.html", 400 if view.wrong else 200, view=view, indicators=indicators,
        largest=listing.LARGEST_CSV,
    )  # fmt: skip


async def facts_csv(datasette: Datasette, request: Request) -> Response:
    """The facts of the page of facts as CSV."""
    wanted = _wanted(request)
    try:
        rows = await ask(datasette, lambda db: listing.rows_for_csv(db, wanted))
    except UsageError as error:
        return Response.text(f"{error}\n", status=400)
    headings = list(rows[0].record()) if rows else ["id"]
    cells = [[_cell(value) for value in fact.record().values()] for fact in rows]
    headers = {"content-disposition": 'attachment; filename="facts.csv"'}
    return Response("\ufeff" + to_csv(headings, cells), headers=headers, content_type="text/csv; charset=utf-8")


def _cell(value: object) -> str | None:
    if isinstance(value, list):
        return " ".join(str(item) for item in value)
    return None if value is None else str(value)


def _wanted(request: Request) -> listing.Wanted:
    return listing.Wanted(**{name: (request.args.get(name) or "").strip() for name in listing.Wanted._fields})


async def fact_page(datasette: Datasette, request: Request) -> Response:
    """One fact; as a panel for the side of its source's page where that is asked for."""
    wanted = request.url_vars["id"]
    view = await ask(datasette, lambda db: facts.fact_page(db, wanted))
    if view is None:
        return await missing(datasette, request, "fact", wanted)
    template = "_panel.html" if request.args.get("panel") else "fact.html"
    deciding = await decisions_on(datasette, request, view, request.args.get("queue") or "")
    return await answer_page(datasette, request, template, view=view, deciding=deciding)


async def why_page(datasette: Datasette, request: Request) -> Response:
    """Why a fact is what it is, from its file."""
    wanted = request.url_vars["id"]
    view = await ask(datasette, lambda db: why.why_page(db, wanted))
    if view is None:
        return await missing(datasette, request, "fact", wanted)
    return await answer_page(datasette, request, "why.html", view=view, count=why.PARTS)


async def region_page(datasette: Datasette, request: Request) -> Response:
    """A region."""
    wanted = request.url_vars["code"]
    counts = await all_counts(datasette)
    view = await ask(datasette, lambda db: region.region_page(db, counts, wanted))
    if view is None:
        return await missing(datasette, request, "region", wanted)
    tongue = tongue_of(datasette, request)
    drawn = [(course, charts.course(course, tongue)) for course in view.drawn]
    return await answer_page(datasette, request, "region.html", view=view, drawn=drawn)


async def indicator_page(datasette: Datasette, request: Request) -> Response:
    """An indicator."""
    wanted = request.url_vars["code"]
    given = {name: request.args.get(name) or "" for name in indicator.Asked._fields if name != "page"}
    asked = indicator.Asked(**given, page=number_given(request, "page") or 1)
    view = await ask(datasette, lambda db: indicator.indicator_page(db, wanted, asked))
    if view is None:
        return await missing(datasette, request, "indicator", wanted)
    tongue = tongue_of(datasette, request)
    return await answer_page(
        datasette, request, "indicator.html", view=view, spread=charts.spread(view, tongue), bars=charts.bars(view)
    )


async def source_page(datasette: Datasette, request: Request) -> Response:
    """The text of a source, marked."""
    wanted = request.url_vars["id"]
    place = Selected(
        fact=request.args.get("fact") or "", figure=number_given(request, "figure"), at=number_given(request, "at"),
        part=number_given(request, "part"), queue=request.args.get("queue") or "",
    )  # fmt: skip
    return await show_source(datasette, request, wanted, place)


async def search_page(datasette: Datasette, request: Request) -> Response:
    """What the texts hold of some words."""
    words = (request.args.get("q") or "").strip()[:200]
    view = await ask(datasette, lambda db: finding.finding(db, words)) if words else None
    return await answer_page(datasette, request, "search.html", view=view, words=words)


async def help_page(datasette: Datasette, request: Request) -> Response:
    """How to read the pages, and the keys."""
    return await answer_page(datasette, request, "help.html")


ROUTES: tuple[tuple[str, Callable[[Datasette, Request], Awaitable[Response]]], ...] = (
    (r"^/$", start_page),
    (r"^/regions$", regions_page),
    (r"^/indicators$", indicators_page),
    (r"^/sources$", sources_page),
    (r"^/facts$", facts_page),
    (r"^/facts\.csv$", facts_csv),
    (r"^/fact/(?P<id>[0-9A-Za-z]+)$", fact_page),
    (r"^/fact/(?P<id>[0-9A-Za-z]+)/why$", why_page),
    (r"^/region/(?P<code>[0-9A-Za-z]+)$", region_page),
    (r"^/indicator/(?P<code>\w+)$", indicator_page),
    (r"^/source/(?P<id>[0-9A-Za-z]+)$", source_page),
    (r"^/search$", search_page),
    (r"^/help$", help_page),
)
