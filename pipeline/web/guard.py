"""What stands before every page: who may ask, what may be asked, and what a browser may do with the answer."""

from __future__ import annotations

import ipaddress
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


def allowed_host(header: str, names: Iterable[str]) -> bool:
    """Whether a ``Host`` header names this server: one of ``names``, localhost, or an address in digits.

    A page elsewhere can have its own name lead to this machine (DNS rebinding), but then its name stands in the
    header; an address in digits can't be made to lead here.
    """
    name = _without_port(header.strip()).lower().rstrip(".")
    if name in {known.lower() for known in names} or name == "localhost":
        return True
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _without_port(host: str) -> str:
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0]


def guarded(application: Application, names: Iterable[str], *, tables: str) -> Application:
    """``application`` behind the guard. ``names`` are the host names it answers to, ``tables`` Datasette's path."""
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

        refusal = _refusal(scope, known)
        if refusal is not None:
            await _refuse(send_guarded, *refusal)
            return
        await application(scope, receive, send_guarded)

    return answer


def _refusal(scope: Scope, names: tuple[str, ...]) -> tuple[int, str] | None:
    hosts = [value.decode("latin-1") for name, value in scope["headers"] if name == b"host"]
    if len(hosts) != 1:
        return 400, "A request must have one Host header."
    if not allowed_host(hosts[0], names):
        return 421, (
            f"This server doesn't answer to the name {hosts[0][:100]!r}. Open it under the address that it printed "
            "when it started, or start it with --host and the name you use."
        )
    if scope["method"] not in ("GET", "HEAD"):
        return 405, "The database is open for reading only: GET and HEAD alone are answered."
    if scope["path"].startswith("/-/") and not scope["path"].startswith(_OWN_DASH_PATHS):
        return 404, "There is no such page."
    return None


async def _refuse(send: Send, status: int, message: str) -> None:
    body = f"{message}\n".encode()
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(body)).encode())]
    if status == 405:
        headers.append((b"allow", b"GET, HEAD"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
