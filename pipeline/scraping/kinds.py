"""What came: the ending of a file by what is in it, never by what the web calls it."""

from __future__ import annotations

import io
import re
import zipfile

PAGE = "html"
LIST = "json"

DOCUMENTS = frozenset({"html", "txt", "pdf", "docx", "doc", "wps", "xlsx", "xls", "rtf", "ofd", "zip"})
"""Endings of what is kept."""

_HEAD = 4096
_PAGE = re.compile(rb"<(?:!doctype\s+html|html[\s>]|head[\s>]|body[\s>])", re.IGNORECASE)
_TAG = re.compile(rb"</?(?:div|span|p|a|table|meta|title|script|ul|li)\b[^<>]*>", re.IGNORECASE)
_XML = re.compile(rb"\s*<\?xml\b", re.IGNORECASE)
_STARTS: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "pdf"),
    (b"{\\rtf", "rtf"),
    (b"Rar!\x1a\x07", "rar"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"\x1f\x8b\x08", "gz"),
    (b"\x89PNG", "png"),
    (b"\xff\xd8\xff", "jpg"),
    (b"GIF8", "gif"),
    (b"RIFF", "riff"),
    (b"\x00\x00\x00\x18ftyp", "mp4"),
    (b"\x00\x00\x00\x20ftyp", "mp4"),
    (b"ID3", "mp3"),
    (b"MZ", "exe"),
)
_ZIPPED: tuple[tuple[str, str], ...] = (("word/", "docx"), ("xl/", "xlsx"), ("ppt/", "pptx"), ("OFD.xml", "ofd"))
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_STREAMS: tuple[tuple[str, str], ...] = (
    ("WordDocument", "doc"),
    ("Workbook", "xls"),
    ("Book", "xls"),
    ("PowerPoint Document", "ppt"),
)
_DIRECTORY_SEARCHED = 1 << 20


def ending_of(data: bytes) -> str:
    """The ending that bytes are stored under: ``html``, ``pdf``, ``docx`` ...; ``json``, ``xml`` for lists, ``bin`` for
    what is not known.
    """
    if data.startswith(b"PK\x03\x04"):
        return _zipped(data)
    if data.startswith(_OLE):
        return _compound(data)
    known = next((ending for start, ending in _STARTS if data.startswith(start)), None)
    return known or _textual(data)


def _zipped(data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        return "zip"
    return next((ending for start, ending in _ZIPPED if any(name.startswith(start) for name in names)), "zip")


def _compound(data: bytes) -> str:
    """Old Office files by the names of their streams, which stand in UTF-16 in the directory at either end."""
    searched = data[:_DIRECTORY_SEARCHED] + data[-_DIRECTORY_SEARCHED:]
    return next((ending for name, ending in _STREAMS if name.encode("utf-16-le") in searched), "ole")


def _textual(data: bytes) -> str:
    head = data[:_HEAD].lstrip(b"\xef\xbb\xbf \t\r\n")
    if _PAGE.search(head):
        return PAGE
    if head[:1] in (b"{", b"["):
        return LIST
    if _XML.match(head):
        return "xml"
    if len(_TAG.findall(head)) >= 4:
        return PAGE
    wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    return "bin" if not wide and b"\x00" in data[:_HEAD] else "txt"
