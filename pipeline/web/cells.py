"""Datasette writes its tables as CSV as they are; here cells that a spreadsheet would take for formulas become text."""

from __future__ import annotations

import csv
import io

from pipeline.comparing import to_csv
from pipeline.limits import MAX_SOURCE_BYTES
from pipeline.web.guard import Application, Message, Receive, Scope, Send


def with_safe_cells(application: Application, tables: str) -> Application:
    """``application`` with every CSV file under the path ``tables`` written by :func:`pipeline.comparing.to_csv`.

    Such a file is held in memory; Datasette makes none of more than ``max_returned_rows`` rows.
    """

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        path = str(scope.get("path", ""))
        if not (path.startswith(f"/{tables}") and path.endswith(".csv")):
            await application(scope, receive, send)
            return
        begun: list[Message] = []
        body = bytearray()

        async def collect(message: Message) -> None:
            if message["type"] == "http.response.start":
                begun.append(message)
                return
            body.extend(message.get("body", b""))
            if not message.get("more_body"):
                written = _rewritten(bytes(body)) if begun[0]["status"] == 200 else bytes(body)
                headers = [pair for pair in begun[0].get("headers", []) if pair[0].lower() != b"content-length"]
                await send({**begun[0], "headers": headers})
                await send({"type": "http.response.body", "body": written})

        await application(scope, receive, collect)

    return answer


def _rewritten(data: bytes) -> bytes:
    csv.field_size_limit(MAX_SOURCE_BYTES)
    rows = list(csv.reader(io.StringIO(data.decode("utf-8"), newline="")))
    return to_csv(rows[0], rows[1:]).encode() if rows else data
