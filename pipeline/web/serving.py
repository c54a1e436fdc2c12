"""Running the server: an address to listen on, a line that says where to look, and an orderly end."""

from __future__ import annotations

import socket
import sys
import webbrowser
from pathlib import Path
from typing import NamedTuple

from pipeline.errors import UsageError
from pipeline.web.application import make_application
from pipeline.web.reviewing import Reviewing

ANY = ("0.0.0.0", "::", "")


class Address(NamedTuple):
    """Where the server listens; port 0 takes a free one."""

    host: str = "127.0.0.1"
    port: int = 8001


def bind(address: Address) -> socket.socket:
    """A listening socket. Raises UsageError where the port is taken or the address isn't this machine's."""
    try:
        found = socket.getaddrinfo(address.host or None, address.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except socket.gaierror as error:
        raise UsageError(f"--host {address.host}: not an address of this machine: {error.strerror}") from error
    family, kind, protocol, _, place = found[0]
    listener = socket.socket(family, kind, protocol)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(place)
        listener.listen()  # before the address is told: who asks early waits, and is not refused
    except OSError as error:
        listener.close()
        raise UsageError(
            f"can't listen on {address.host} port {address.port}: {error.strerror}; choose another with --port "
            "(0 takes a free one)"
        ) from error
    return listener


def serve(
    db: Path, address: Address, *, lang: str = "zh", open_browser: bool = False, reviewing: Reviewing | None = None
) -> None:
    """Serve the database until the user stops it; ``reviewing``: take decisions, and begin with the queue.

    Raises StoreError, UsageError.
    """
    import uvicorn  # noqa: PLC0415 - who only binds needs none

    names = [address.host]
    if address.host in ANY:
        names.append(socket.gethostname())
    application = make_application(db, names=names, lang=lang, reviewing=reviewing)
    listener = bind(address)
    port = listener.getsockname()[1]
    shown = "127.0.0.1" if address.host in ANY else address.host
    url = f"http://[{shown}]:{port}/" if ":" in shown else f"http://{shown}:{port}/"
    if reviewing is not None:
        url += "review"
    print(f"{db} is at {url} (stop with Ctrl+C)", file=sys.stderr, flush=True)
    if address.host not in ("127.0.0.1", "localhost", "::1"):
        print("anyone who can reach this machine can read the database", file=sys.stderr, flush=True)
    if reviewing is not None:
        print(f"decisions are {reviewing.by}'s, in {reviewing.corrections}", file=sys.stderr, flush=True)
    if open_browser:
        webbrowser.open(url)
    server = uvicorn.Server(uvicorn.Config(application, log_level="warning", lifespan="on", server_header=False))
    server.run(sockets=[listener])
