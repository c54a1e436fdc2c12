"""The pages of a server that takes decisions: the queue, a number that is no fact, and what forms are sent to."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from datasette.app import Datasette
from datasette.utils.asgi import Base400, Request, Response

from pipeline.decisions import Action, Decision
from pipeline.errors import UsageError
from pipeline.review import Draft
from pipeline.web.answering import answer_page, ask, missing, number_given
from pipeline.web.pages import deciding
from pipeline.web.pages import fact as facts
from pipeline.web.reviewing import Reviewing
from pipeline.web.source_view import Failed, Selected, decisions_on, reviewing_of, show_source
from pipeline.web.tongue import tongue_of
from pipeline.web.words import Tongue

PREFIX = "/review/"
"""What forms are sent to begins so; nothing else may be asked with POST."""
_PER_PAGE = 50


class _Refused(Base400):  # type: ignore[misc]  # Datasette has no types
    status = 403


def _reviewing(datasette: Datasette) -> Reviewing:
    found = reviewing_of(datasette)
    if found is None:
        raise _Refused("this server only shows the database")
    return found


async def _form(datasette: Datasette, request: Request) -> dict[str, str]:
    """What a form of ours was sent with. Raises an answer of status 403 for one that isn't ours."""
    try:
        given: dict[str, str] = await request.post_vars()
    except UnicodeDecodeError:
        given = {}
    if not _reviewing(datasette).knows(given.get("token", "")):
        raise _Refused("the page that this was sent from is of an earlier run of the server: load it again")
    return given


def _go(url: str) -> Response:
    return Response.redirect(url, status=303)


def _place(tongue: Tongue, fact: object, source: object, queue: str = "") -> str:
    return f"{tongue.url(f'/source/{source}', fact=fact, queue=queue)}#fact-{fact}"


async def queue_page(datasette: Datasette, request: Request) -> Response:
    """The facts that no one has decided on yet, those first on which a decision is worth most."""
    reviewing = _reviewing(datasette)
    waiting = await asyncio.to_thread(reviewing.queue, anew=True)
    pages = max(1, -(-len(waiting) // _PER_PAGE))
    page = min(max(1, number_given(request, "page") or 1), pages)
    part = waiting[(page - 1) * _PER_PAGE : page * _PER_PAGE]
    lines = await ask(datasette, lambda db: deciding.queue_lines(db, part))
    found = await decisions_on(datasette, request, None, "")
    return await answer_page(
        datasette, request, "review.html", lines=lines, total=len(waiting), page=page, pages=pages, deciding=found,
        corrections=reviewing.corrections,
    )  # fmt: skip


async def next_page(datasette: Datasette, request: Request) -> Response:
    """On to the next fact of the queue."""
    return await _on(datasette, request, request.args.get("after") or "")


async def _on(datasette: Datasette, request: Request, after: str) -> Response:
    reviewing = _reviewing(datasette)
    tongue = tongue_of(datasette, request)
    found = await ask(datasette, lambda db: reviewing.after(db, after))
    fact = await ask(datasette, lambda db: facts.find_fact(db, found or "-"))
    return _go(_place(tongue, fact.id, fact.source, fact.id) if fact else tongue.url("/review"))


async def figure_page(datasette: Datasette, request: Request) -> Response:
    """A number as a panel with the form that makes a fact of it; or the form sent."""
    source, number = request.url_vars["source"], int(request.url_vars["figure"])
    tongue = tongue_of(datasette, request)
    view = await ask(datasette, lambda db: deciding.figure_view(db, source, number))
    if view is None:
        return await missing(datasette, request, "source", source)
    if request.method == "POST":
        return await _added(datasette, request, view)
    queue = request.args.get("queue") or ""
    if not request.args.get("panel"):
        return _go(f"{tongue.url(f'/source/{source}', figure=number, queue=queue)}#fig-{number}")
    found = await decisions_on(datasette, request, view, queue)
    return await answer_page(datasette, request, "_number.html", figure=view, deciding=found)


async def _added(datasette: Datasette, request: Request, view: deciding.FigureView) -> Response:
    given = await _form(datasette, request)
    tongue, reviewing = tongue_of(datasette, request), _reviewing(datasette)
    changes = deciding.wanted_fields(deciding.missed_fields(view, tongue), given)
    draft = Draft(Action.ADD, changes, given.get("reason", "").strip())
    span = (view.start, view.end)
    try:
        await asyncio.to_thread(reviewing.add, view.path, span, draft)
    except UsageError as error:
        selected = Selected(given.get("fact", ""), view.figure, queue=given.get("queue", ""))
        return await show_source(datasette, request, view.source, selected, Failed(str(error), "add", given))
    query = "SELECT fact FROM decisions WHERE source = ? AND start = ? AND end = ? ORDER BY decision DESC"
    (fact,) = await ask(datasette, lambda db: db.execute(query, (view.source, *span)).fetchone())
    return _go(_place(tongue, fact, view.source, given.get("queue", "")))


async def fact_page(datasette: Datasette, request: Request) -> Response:
    """A decision on a fact."""
    wanted = request.url_vars["id"]
    tongue, reviewing = tongue_of(datasette, request), _reviewing(datasette)
    if request.method != "POST":
        return _go(tongue.url(f"/fact/{wanted}"))
    given = await _form(datasette, request)
    view = await ask(datasette, lambda db: facts.fact_page(db, wanted))
    if view is None:
        return await missing(datasette, request, "fact", wanted)
    queue = given.get("queue", "")
    try:
        draft = _draft(view, tongue, given)
        await asyncio.to_thread(reviewing.decide, view.fact.id, given.get("seen", ""), draft)
    except UsageError as error:
        selected = Selected(view.fact.id, queue=queue)
        failed = Failed(str(error), given.get("do", ""), given)
        return await show_source(datasette, request, view.fact.source, selected, failed)
    if queue == view.fact.id:
        return await _on(datasette, request, view.fact.id)
    if draft.action is not Action.REJECT:
        return _go(_place(tongue, view.fact.id, view.fact.source, queue))
    figure = await ask(datasette, lambda db: deciding.figure_at(db, view.fact))
    number = figure.figure if figure else None
    return _go(f"{tongue.url(f'/source/{view.fact.source}', figure=number, queue=queue)}#fig-{number}")


def _draft(view: facts.FactPage, tongue: Tongue, given: Mapping[str, str]) -> Draft:
    """The decision that a form says. Raises UsageError."""
    if given.get("do") not in (Action.CONFIRM, Action.CORRECT, Action.REJECT):
        raise UsageError("confirm, correct or reject the fact")
    action = Action(given["do"])
    changes = deciding.changed(deciding.fact_fields(view, tongue), given) if action is Action.CORRECT else {}
    if action is Action.CORRECT and not changes:
        raise UsageError(tongue.say("nothing_changed"))
    return Draft(action, changes, given.get("reason", "").strip())


async def undo_page(datasette: Datasette, request: Request) -> Response:
    """Take the last decision back and show what it was about."""
    tongue, reviewing = tongue_of(datasette, request), _reviewing(datasette)
    if request.method != "POST":
        return _go(tongue.url("/review"))
    given = await _form(datasette, request)
    try:
        undone = await asyncio.to_thread(reviewing.undo, given.get("seen", ""))
    except UsageError as error:
        raise Base400(str(error)) from error
    return _go(await _where(datasette, tongue, undone, given.get("queue", "")))


async def _where(datasette: Datasette, tongue: Tongue, undone: Decision, queue: str) -> str:
    """The place of a number that a decision was about."""
    query = (
        "SELECT g.source, g.figure, (SELECT f.id FROM facts f WHERE f.source = g.source AND f.start < g.end AND "
        "f.end > g.start AND f.indicator IS ? LIMIT 1) FROM sources s JOIN figures g ON g.source = s.id "
        "WHERE s.sha256 = ? AND g.start < ? AND g.end > ?"
    )
    values = (undone.was, undone.source, undone.end, undone.start)
    row = await ask(datasette, lambda db: db.execute(query, values).fetchone())
    if row is None:
        return tongue.url("/review")
    source, figure, fact = row
    if fact is None:
        return f"{tongue.url(f'/source/{source}', figure=figure, queue=queue)}#fig-{figure}"
    return _place(tongue, fact, source, fact if queue else "")


ROUTES: tuple[tuple[str, Callable[[Datasette, Request], Awaitable[Response]]], ...] = (
    (r"^/review$", queue_page),
    (r"^/review/next$", next_page),
    (r"^/review/undo$", undo_page),
    (r"^/review/fact/(?P<id>[0-9A-Za-z]+)$", fact_page),
    (r"^/review/figure/(?P<source>[0-9A-Za-z]+)/(?P<figure>[0-9]{1,9})$", figure_page),
)
