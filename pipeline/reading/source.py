"""The bytes of one file to a Source."""

from __future__ import annotations

import hashlib

from pipeline.errors import Refused
from pipeline.limits import MAX_SOURCE_BYTES
from pipeline.model import Source, TextLayer
from pipeline.reading.decoding import decode
from pipeline.reading.kinds import is_html, refuse_unreadable
from pipeline.reading.page import read_page


def read_source(data: bytes, name: str) -> Source:
    """Read the bytes of a file or page; ``name`` is its file name or address and decides nothing but the kind.

    The layer of a text file is the decoded file, character for character, without a byte-order mark. The layer of a
    page is its visible text. A few undecodable bytes stand as U+FFFD, and ``hints["undecodable"]`` says how many.

    Raises Refused with a code and a message for the user: ``empty``, ``too_large``, ``unsupported`` (a kind that is
    not read), ``binary`` (no text at all), ``undecodable`` (text in no encoding that is known).
    """
    if len(data) > MAX_SOURCE_BYTES:
        raise Refused(
            "too_large",
            f"{name}: is larger than {MAX_SOURCE_BYTES // 2**20} MiB; split it, or take the report out of it",
        )
    refuse_unreadable(data, name)
    decoded = decode(data, name)
    if not decoded.text.strip("\ufeff\u200b \t\r\n\f\v\u3000\x00"):
        raise Refused("empty", f"{name}: is empty; check that it was saved or downloaded whole")
    hints = {"undecodable": str(decoded.lost)} if decoded.lost else {}
    kind, layer = "text", TextLayer(decoded.text)
    if is_html(decoded.text, name):
        kind = "html"
        layer, declared = read_page(decoded.text)
        hints = declared | hints
        if not layer.text.strip():
            raise Refused("empty", f"{name}: is a page without visible text; save it again with its text loaded")
    return Source(name, hashlib.sha256(data).hexdigest(), len(data), kind, decoded.encoding, layer, hints)
