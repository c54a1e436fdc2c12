"""A source's page put together: its marked text, the selected number, and what may be decided about it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from datasette.app import Datasette
from datasette.utils.asgi import Request, Response

from pipeline.web.answering import answer_page, ask, missing
from pipeline.web.database import NAME
from pipeline.web.pages import deciding, source
from pipeline.web.pages import fact as facts
from pipeline.web.pages.marked import marked_source
from pipeline.web.reviewing import Reviewing
from pipeline.web.tongue import tongue_of


class Selected(NamedTuple):
    """What is selected on a source's page: a fact by its id, or a number of the source; else a place or a part.

    ``queue``: the fact of the queue that the reader is at, where he goes through it.
    """

    fact: str = ""
    figure: int | None = None
    at: int | None = None
    part: int | None = None
    queue: str = ""


class Failed(NamedTuple):
    """A decision that couldn't be taken: why, which, and what was typed."""

    message: str
    action: str
    given: Mapping[str, str]
    status: int = 400


def reviewing_of(datasette: Datasette) -> Reviewing | None:
    """What the server needs to take decisions; None where it only shows."""
    found: Reviewing | None = datasette.databases[NAME].reviewing
    return found


async def show_source(
    datasette: Datasette, request: Request, wanted: str, selected: Selected, failed: Failed | None = None
) -> Response:
    """The text of a source, marked, with the panel of what is selected."""
    reviewing = reviewing_of(datasette)
    chosen = await ask(datasette, lambda db: facts.fact_page(db, selected.fact or "-"))
    if chosen is not None and chosen.fact.source != wanted:
        chosen = None
    figure = None
    if reviewing is not None and chosen is None and selected.figure is not None:
        number = selected.figure
        figure = await ask(datasette, lambda db: deciding.figure_view(db, wanted, number))
    at = chosen.fact.start if chosen else figure.start if figure else selected.at
    view = await ask(datasette, lambda db: source.source_page(db, wanted, selected.part, at))
    if view is None:
        return await missing(datasette, request, "source", wanted)
    tongue = tongue_of(datasette, request)
    linked = reviewing is not None
    stretches = await ask(datasette, lambda _: marked_source(view, tongue, queue=selected.queue, linked=linked))
    found = await decisions_on(datasette, request, chosen or figure, selected.queue, failed)
    return await answer_page(
        datasette, request, "source.html", failed.status if failed else 200, view=view, chosen=chosen, figure=figure,
        stretches=stretches, deciding=found,
    )  # fmt: skip


async def decisions_on(
    datasette: Datasette,
    request: Request,
    selected: facts.FactPage | deciding.FigureView | None,
    queue: str,
    failed: Failed | None = None,
) -> deciding.Deciding | None:
    """What a page needs for decisions on what is selected; None where the server only shows."""
    reviewing = reviewing_of(datasette)
    if reviewing is None:
        return None
    tongue = tongue_of(datasette, request)
    place = await ask(datasette, lambda db: reviewing.place(db, queue)) if queue else None
    found = await ask(datasette, lambda db: deciding.deciding(db, selected, tongue, reviewing))
    changed = found._replace(queue=queue, place=place)
    return changed._replace(failed=failed.message, action=failed.action, given=failed.given) if failed else changed
