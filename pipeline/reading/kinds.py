"""Which kind of file bytes are, told by what is in them before what they are called."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from pipeline.errors import Refused

_READ = "text (.txt) and pages (.html) in UTF-8, UTF-16, GB18030 (GBK, GB2312) or Big5"

_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "a PDF file"),
    (b"PK\x03\x04", "a zip archive or an Office file (docx, xlsx, pptx)"),
    (b"PK\x05\x06", "an empty zip archive"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office file (doc, xls, ppt, wps)"),
    (b"{\\rtf", "an RTF document"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"\x1f\x8b\x08", "a gzip archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ\x00", "an xz archive"),
    (b"\x89PNG\r\n\x1a\n", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF87a", "a picture"),
    (b"GIF89a", "a picture"),
    (b"II*\x00", "a picture"),
    (b"MM\x00*", "a picture"),
    (b"SQLite format 3\x00", "a database"),
)
"""First bytes of common kinds, from their format descriptions."""

_BY_NAME = {
    ".doc": "a Word document",
    ".docx": "a Word document",
    ".wps": "a WPS document",
    ".rtf": "an RTF document",
    ".xls": "an Excel workbook",
    ".xlsx": "an Excel workbook",
    ".et": "a WPS workbook",
    ".ppt": "a presentation",
    ".pptx": "a presentation",
    ".pdf": "a PDF file",
    ".ofd": "an OFD document",
    ".mht": "a saved web archive",
    ".mhtml": "a saved web archive",
    ".eml": "an e-mail",
    ".zip": "a zip archive",
    ".rar": "a RAR archive",
    ".7z": "a 7z archive",
}

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
    what = next((what for start, what in _SIGNATURES if data.startswith(start)), None) or _BY_NAME.get(_ending(name))
    if what:
        raise Refused("unsupported", f"{name}: is {what}, which is not read; save its text as one of: {_READ}")
    return "text"


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
    path = urlsplit(name).path if name.startswith(("http://", "https://")) else name.replace("\\", "/")
    return PurePosixPath(path).suffix.lower()
