"""What is answered where a page can't be shown."""

from __future__ import annotations

import sys
import traceback

from datasette.app import Datasette
from datasette.database import QueryInterrupted
from datasette.utils.asgi import Base400, Request, Response
from datasette.views.base import DatasetteError

from pipeline.errors import PipelineError
from pipeline.web.database import NAME


async def answer(datasette: Datasette, request: Request, exception: Exception) -> Response:
    """The page for an exception. One that nobody foresaw is printed where the server runs, and not told in the page."""
    status, message = _told(exception, request.path)
    if request.path.endswith(".json"):
        return Response.json({"ok": False, "error": message, "status": status}, status=status)
    html = await datasette.render_template(
        "error.html", {"status": status, "error": message}, request=request, view_name="error"
    )
    return Response.html(html, status=status)


def _told(exception: Exception, path: str) -> tuple[int, str]:
    if isinstance(exception, Base400):
        return exception.status, str(exception.args[0]) if exception.args else ""
    if isinstance(exception, DatasetteError):
        if isinstance(exception.__cause__ or exception.__context__, QueryInterrupted):
            return exception.status, "the query took too long; ask for less, or use: countyfacts sql"
        status = 400 if exception.status == 500 else exception.status  # Datasette's 500 is a column that isn't there
        return status, str(exception.message)
    if isinstance(exception, PipelineError):
        return 503, str(exception)
    if isinstance(exception, (OSError, ValueError)) and path.startswith(("/static/", "/-/static/")):
        return 404, "there is no such file"  # nor can there be one of that name
    if isinstance(exception, (LookupError, ValueError)) and path.startswith((f"/{NAME}/", f"/{NAME}.")):
        return 400, "the address asks Datasette for what it doesn't have"  # /data.csv without a query, _timelimit=x
    traceback.print_exception(exception, file=sys.stderr)
    return 500, ""
