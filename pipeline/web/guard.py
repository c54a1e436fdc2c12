"""What stands before every page: who may ask, what may be asked, and what a browser may do with the answer."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'{styles}; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
OWN_POLICY = _POLICY.format(styles="")
TABLES_POLICY = _POLICY.format(styles="; style-src-attr 'unsafe-inline'")
"""Datasette's own templates colour a heading by a ``style`` attribute; no ``<style>`` and no script is allowed there
either."""

_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"x-frame-options", b"DENY"),
)
_OWN_DASH_PATHS = ("/-/static/",)
"""Of Datasette's pages about itself none but its style sheet and script is of use to a reader."""


_HOST = re.compile(r"(?:\[([0-9A-Fa-f:.]+)\]|([^\s:@/\[\]]+))(?::\d{0,5})?")
_LARGEST_FORM = 64 * 1024
"""Bytes; the fields of a fact are a few hundred."""


def allowed_host(header: str, names: Iterable[str]) -> bool:
    """Whether a ``Host`` header names this server: one of ``names``, localhost, or an address in digits.

    A page elsewhere can have its own name lead to this machine (DNS rebinding), but then its name stands in the
    header; an address in digits can't be made to lead here.
    """
    match = _HOST.fullmatch(header.strip())
    name = (match[1] or match[2]).lower().rstrip(".") if match else ""
    if name in {known.lower() for known in names} or name == "localhost":
        return True
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def guarded(application: Application, names: Iterable[str], *, tables: str, posts: str | None = None) -> Application:
    """``application`` behind the guard. ``names`` are the host names it answers to, ``tables`` Datasette's path.

    ``posts``: paths that begin so may be asked with POST, by pages of this server; None: nothing may.
    """
    known = tuple(names)

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await application(scope, receive, send)
            return
        if scope["type"] != "http":
            return
        path = str(scope["path"])
        policy = TABLES_POLICY if path == f"/{tables}" or path.startswith(f"/{tables}/") else OWN_POLICY

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                ours = dict([*_HEADERS, (b"content-security-policy", policy.encode())])
                theirs = [(name, value) for name, value in message.get("headers", []) if name.lower() not in ours]
                message = {**message, "headers": [*theirs, *ours.items()]}
            await send(message)

        refusal = _refusal(scope, known, posts)
        if refusal is not None:
            await _refuse(send_guarded, *refusal)
            return
        await application({**scope, "headers": _readable(scope["headers"])}, receive, send_guarded)

    return answer


def _readable(headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """Headers without cookies that are no text, over which Datasette stumbles; we set none."""
    return [(name, value) for name, value in headers if name != b"cookie" or value.isascii()]


def _refusal(scope: Scope, names: tuple[str, ...], posts: str | None) -> tuple[int, str] | None:
    hosts = [value.decode("latin-1") for name, value in scope["headers"] if name == b"host"]
    if len(hosts) != 1:
        return 400, "A request must have one Host header."
    if not allowed_host(hosts[0], names):
        return 421, (
            f"This server doesn't answer to the name {hosts[0][:100]!r}. Open it under the address that it printed "
            "when it started, or start it with --host and the name you use."
        )
    if scope["method"] == "POST" and posts is not None and str(scope["path"]).startswith(posts):
        return _refused_post(scope, hosts[0])
    if scope["method"] not in ("GET", "HEAD"):
        return 405, "The database is open for reading only: GET and HEAD alone are answered."
    if scope["path"].startswith("/-/") and not scope["path"].startswith(_OWN_DASH_PATHS):
        return 404, "There is no such page."
    return None


def _refused_post(scope: Scope, host: str) -> tuple[int, str] | None:
    """Why a form isn't taken: it is none, too large, or not sent by a page of this server."""
    headers: dict[bytes, str] = {name: value.decode("latin-1") for name, value in scope["headers"]}
    if headers.get(b"origin", "").lower() != f"http://{host.strip().lower()}":
        return 403, "Decisions are taken from pages of this server alone (Origin isn't its address)."
    if headers.get(b"content-type", "").partition(";")[0].strip() != "application/x-www-form-urlencoded":
        return 415, "Decisions are sent as a form (application/x-www-form-urlencoded)."
    length = headers.get(b"content-length", "")
    if not length.isdecimal() or int(length) > _LARGEST_FORM:
        return 413, f"A form must say its length, at most {_LARGEST_FORM} bytes."
    return None


async def _refuse(send: Send, status: int, message: str) -> None:
    body = f"{message}\n".encode()
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(body)).encode())]
    if status == 405:
        headers.append((b"allow", b"GET, HEAD"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
