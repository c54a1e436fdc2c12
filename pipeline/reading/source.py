"""The bytes of one file to a Source."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from importlib import import_module

from pipeline.errors import Refused
from pipeline.limits import MAX_LINE_CHARACTERS, MAX_SOURCE_BYTES
from pipeline.model import Source, TextLayer
from pipeline.reading.decoding import decode
from pipeline.reading.kinds import is_html, kind_of
from pipeline.reading.layout import Read
from pipeline.reading.text_tables import find_tables

READERS: dict[str, tuple[str, str]] = {
    "pdf": ("pipeline.reading.pdf.reader", "read_pdf"),
    "picture": ("pipeline.reading.pdf.reader", "read_picture"),
    "csv": ("pipeline.reading.delimited", "read_delimited"),
    "docx": ("pipeline.reading.word", "read_docx"),
    "xlsx": ("pipeline.reading.xlsx", "read_xlsx"),
    "xls": ("pipeline.reading.xls", "read_xls"),
    **dict.fromkeys(("doc", "rtf", "odt", "wordml"), ("pipeline.reading.office", "read_document")),
    **dict.fromkeys(("ods", "xlsb", "spreadsheetml"), ("pipeline.reading.office", "read_sheets")),
    "eml": ("pipeline.reading.mail", "read_mail"),
    "mht": ("pipeline.reading.mail", "read_web_archive"),
}
"""For each kind that isn't text: the module and the function ``(data, name) -> Read`` that read it. A reader is loaded
when a file of its kind first comes, for most users never meet most kinds."""


def read_source(data: bytes, name: str, hints: Mapping[str, str] | None = None) -> Source:
    """Read the bytes of a file or page; ``name`` is its file name or address and decides nothing but the kind.
    ``hints`` is what is known of it from outside (where and when it was fetched); it goes before what it says itself.

    The layer of a text file is the decoded file, character for character, without a byte-order mark; only the cells of
    tables drawn in it are blocks. The layer of every other kind is its visible text. A few undecodable bytes stand as
    U+FFFD, and ``hints["undecodable"]`` says how many.

    Raises Refused with a code and a message for the user: ``empty``, ``too_large``, ``unsupported`` (a kind that is
    not read), ``binary`` (no text at all), ``undecodable`` (text in no encoding that is known), ``encrypted``,
    ``damaged`` (a file that breaks the rules of its kind).
    """
    if len(data) > MAX_SOURCE_BYTES:
        raise Refused(
            "too_large",
            f"{name}: is larger than {MAX_SOURCE_BYTES // 2**20} MiB; split it, or take the report out of it",
        )
    kind = kind_of(data, name)
    if kind in READERS:
        read = _reader(kind)(data, name)
    else:
        kind, read = _read_text(data, name)
    if not read.layer.text.strip("\ufeff\u200b \t\r\n\f\v\u3000\x00"):
        raise Refused("empty", f"{name}: is empty; check that it was saved or downloaded whole")
    if max(map(len, read.layer.text.splitlines())) > MAX_LINE_CHARACTERS:
        raise Refused(
            "too_large",
            f"{name}: has over {MAX_LINE_CHARACTERS:,} characters without a line break; break it into lines",
        )
    told = {**read.hints, **(hints or {})}
    return Source(name, hashlib.sha256(data).hexdigest(), len(data), kind, read.encoding, read.layer, told)


def _reader(kind: str) -> Callable[[bytes, str], Read]:
    module, function = READERS[kind]
    reader: Callable[[bytes, str], Read] = getattr(import_module(module), function)
    return reader


def _read_text(data: bytes, name: str) -> tuple[str, Read]:
    decoded = decode(data, name)
    hints = {"undecodable": str(decoded.lost)} if decoded.lost else {}
    if not is_html(decoded.text, name):
        return "text", Read(TextLayer(decoded.text, find_tables(decoded.text)), decoded.encoding, hints)
    from pipeline.reading.page import read_page  # noqa: PLC0415 - as the readers of other kinds

    layer, declared = read_page(decoded.text)
    if decoded.text.strip() and not layer.text.strip():
        raise Refused("empty", f"{name}: is a page without visible text; save it again with its text loaded")
    return "html", Read(layer, decoded.encoding, declared | hints)
