"""Which kind of file bytes are, told by what is in them before what they are called."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from pipeline.errors import Refused
from pipeline.reading.office_kinds import office_kind

_READ = "text (.txt), page (.html), .docx, .xlsx, .csv or .pdf"

_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"PK\x03\x04", "a zip archive"),
    (b"PK\x05\x06", "an empty zip archive"),
    (b"SQLite format 3\x00", "a database"),
)
"""First bytes of common kinds, from their format descriptions."""

_PAGES = re.compile(
    rb"(?P<pdf>[\x00\s]{0,1000}%PDF-)"
    rb"|\x89PNG\r\n\x1a\n|\xff\xd8\xff|GIF8[79]a|II\*\x00|MM\x00\*|BM.{4}\x00{4}",
    re.DOTALL,
)
"""First bytes of PDF files, and of pictures: PNG, JPEG, GIF, TIFF, BMP."""

_ARCHIVES: tuple[tuple[bytes, str], ...] = (
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"\x1f\x8b\x08", "a gzip file"),
    (b"BZh", "a bzip2 file"),
    (b"\xfd7zXZ\x00", "an xz file"),
    (b"WARC/", "a WARC file"),
)
"""First bytes of what holds other files. Those of zip, tar, gzip and WARC are opened before a file comes here
(:mod:`pipeline.reading.opening`); here they are only named."""

_BY_NAME = {
    ".ppt": "a presentation",
    ".pptx": "a presentation",
    ".ofd": "an OFD document",
    ".zip": "a zip archive",
}

_MAIL_NAMES = {".eml": "eml", ".mht": "mht", ".mhtml": "mht"}
_HEADER = re.compile(rb"(?:[\r\n]*)((?:[A-Za-z][A-Za-z0-9-]{1,60}:[^\r\n]*(?:\r?\n[ \t][^\r\n]*)*\r?\n)+)")
_HEADER_NAME = re.compile(rb"^([A-Za-z][A-Za-z0-9-]{1,60}):", re.MULTILINE)
_MAIL_HEADERS = frozenset({b"from", b"date", b"subject", b"to", b"received", b"message-id", b"return-path"})
"""Of these an e-mail has several (RFC 5322, 3.6); ``MIME-Version`` alone is what a saved page has."""
_RELATED = re.compile(rb"content-type:\s*multipart/related", re.IGNORECASE)
_MESSAGE_HEAD_BYTES = 16_384

_TABLE_NAMES = frozenset({".csv", ".tsv", ".tab"})
_TEXT_NAMES = frozenset({".txt", ".text"})
_PAGE_NAMES = frozenset({".html", ".htm", ".shtml", ".xhtml"})
_PAGE_START = re.compile(r"<(?:!doctype\s+html|html[\s>]|head[\s>]|body[\s>])", re.IGNORECASE)
_PAGE_TAG = re.compile(
    r"</?(?:p|div|span|table|tr|td|br|a|ul|ol|li|h[1-6]|section|article|strong|b|font|img|meta|script|style)\b[^<>]*>",
    re.IGNORECASE,
)
_HEAD_CHARACTERS = 4096
_MARKUP_SHARE = 0.2


def kind_of(data: bytes, name: str) -> str:
    """The kind of a file: a key of the readers, or ``text`` for text and pages.

    Raises Refused for an empty file (``empty``) and for kinds that are known but not read (``unsupported``).
    """
    if not data:
        raise Refused("empty", f"{name}: is empty; check that it was saved or downloaded whole")
    if (pages := _PAGES.match(data)) or _ending(name) == ".pdf":
        return "picture" if pages and not pages["pdf"] else "pdf"
    message = message_kind(data, name)
    if message is not None:
        return message
    office = office_kind(data, name) if _ending(name) not in _TEXT_NAMES | _PAGE_NAMES else None
    if office is not None:
        return office
    if _ending(name) in _TABLE_NAMES:
        return "csv"
    archive = next((what for start, what in _ARCHIVES if data.startswith(start)), None)
    if archive:
        raise Refused("unsupported", f"{name}: is {archive}, which is not opened; unpack it, or pack it anew as .zip")
    what = next((what for start, what in _SIGNATURES if data.startswith(start)), None) or _BY_NAME.get(_ending(name))
    if what:
        raise Refused("unsupported", f"{name}: is {what}, which is not read; save its text as one of: {_READ}")
    return "text"


def message_kind(data: bytes, name: str) -> str | None:
    """``eml`` or ``mht`` where bytes are an e-mail or a saved page in MIME, by their headers; else None.

    A ``.txt`` is text even where it opens like an e-mail.
    """
    ending = _ending(name)
    if ending in _TEXT_NAMES or ending in _PAGE_NAMES:
        return None
    match = _HEADER.match(data, 0, _MESSAGE_HEAD_BYTES)
    if match is None:
        return None
    names = {found.lower() for found in _HEADER_NAME.findall(match[1])}
    if ending in _MAIL_NAMES and names & (_MAIL_HEADERS | {b"mime-version", b"content-type"}):
        return _MAIL_NAMES[ending]
    if b"mime-version" not in names and len(names & {b"received", b"message-id", b"return-path"}) < 2:
        return None
    if _RELATED.search(match[1]) and not names & {b"to", b"received", b"message-id", b"return-path"}:
        return "mht"
    return "eml" if len(names & _MAIL_HEADERS) >= 2 else None


def is_html(text: str, name: str) -> bool:
    """Whether a decoded file is a page: by its name where that says so, else by its tags.

    A ``.txt`` is text even where stray tags stand in it: its layer is the file to the letter.
    """
    ending = _ending(name)
    if ending in _TEXT_NAMES:
        return False
    if ending in _PAGE_NAMES:
        return True
    head = text[:_HEAD_CHARACTERS]
    if _PAGE_START.search(head):
        return True
    tags = [match.group() for match in _PAGE_TAG.finditer(head)]
    return len(tags) >= 4 and sum(map(len, tags)) >= _MARKUP_SHARE * len(head)


def _ending(name: str) -> str:
    name = name.rpartition("!/")[2]
    path = urlsplit(name).path if name.startswith(("http://", "https://")) else name.replace("\\", "/")
    return PurePosixPath(path).suffix.lower()
