"""Which kind of office file bytes are, told by what is inside: zip packages, OLE2 files and forms in plain XML."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from pathlib import PurePosixPath

from pipeline.errors import Refused
from pipeline.reading.package import damaged, encrypted

OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HEAD_BYTES = 65_536

_CONTENT_TYPES = (
    (
        re.compile(rb"wordprocessingml\.(?:document|template)\.main|ms-word\.(?:document|template)\.macroEnabled"),
        "docx",
    ),
    (re.compile(rb"spreadsheetml\.(?:sheet|template)\.main|ms-excel\.(?:sheet|template)\.macroEnabled"), "xlsx"),
    (re.compile(rb"ms-excel\.sheet\.binary"), "xlsb"),
    (re.compile(rb"presentationml"), "a presentation"),
)
"""The type of the main part in ``[Content_Types].xml``; the first that fits decides."""

_MIME_TYPES = {
    "application/vnd.oasis.opendocument.text": "odt",
    "application/vnd.oasis.opendocument.text-template": "odt",
    "application/vnd.oasis.opendocument.spreadsheet": "ods",
    "application/vnd.oasis.opendocument.spreadsheet-template": "ods",
    "application/vnd.oasis.opendocument.presentation": "a presentation",
    "application/epub+zip": "an e-book",
}
"""What the entry ``mimetype`` of a zip file says (OpenDocument 1.3 part 2, 3.3)."""

_STREAMS = (("EncryptedPackage", "encrypted"), ("WordDocument", "doc"), ("Workbook", "xls"), ("Book", "xls"))
"""The streams of an OLE2 file that say what it is."""

_OTHER_STREAMS = {"PowerPoint Document": "a presentation", "__properties_version1.0": "a message of Outlook"}
_PLAIN = (
    (re.compile(rb'<\?mso-application\s+progid="Word\.Document"', re.IGNORECASE), "wordml"),
    (re.compile(rb'<\?mso-application\s+progid="Excel\.Sheet"', re.IGNORECASE), "spreadsheetml"),
    (re.compile(rb"<office:document\s[^>]{0,9000}opendocument\.text", re.IGNORECASE), "odt"),
    (re.compile(rb"<office:document\s[^>]{0,9000}opendocument\.spreadsheet", re.IGNORECASE), "ods"),
    (re.compile(rb"\s*\{\\rtf"), "rtf"),
)
"""Office files in XML or plain text (Word and Excel 2003, flat OpenDocument, RTF)."""

_MARKUP = re.compile(rb"<(?:html|table|\?xml|!doctype)", re.IGNORECASE)
_DOCUMENT_NAMES = frozenset({".doc", ".docx", ".docm", ".dot", ".dotx", ".wps", ".wpt", ".rtf", ".odt", ".fodt"})
_SHEET_NAMES = frozenset({".xls", ".xlsx", ".xlsm", ".xlt", ".xltx", ".xlsb", ".et", ".ett", ".ods", ".fods"})
_ENCRYPTED_FLAG = 0x0100
"""Bit fEncrypted of the second flags of a Word file (MS-DOC 2.5.2, at byte 10)."""


def office_kind(data: bytes, name: str) -> str | None:
    """The kind of an office file; None where bytes are none.

    ``docx``, ``xlsx`` and ``xls`` are read here, ``doc``, ``rtf``, ``odt``, ``ods``, ``xlsb``, ``wordml`` and
    ``spreadsheetml`` by way of LibreOffice; ``csv`` and ``text`` are texts under the name of an office file, as
    programs on the web export them. Raises Refused: ``encrypted``, ``damaged``, ``unsupported``.
    """
    if data.startswith(b"PK"):
        return _packed(data, name)
    if data.startswith(OLE2):
        return _compound(data, name)
    head = data[:_HEAD_BYTES]
    for pattern, kind in _PLAIN:
        if pattern.match(head) if kind == "rtf" else pattern.search(head):
            return kind
    return _misnamed(head, name)


def _misnamed(head: bytes, name: str) -> str | None:
    ending = PurePosixPath(name.replace("\\", "/")).suffix.lower()
    if ending not in _DOCUMENT_NAMES | _SHEET_NAMES:
        return None
    wide = head.startswith((b"\xff\xfe", b"\xfe\xff"))
    if b"\x00" in head and not wide:
        raise damaged(name)
    if ending in _SHEET_NAMES and not re.search(
        rb"<(?:html|table|\?xml|!doctype)", head.replace(b"\x00", b""), re.IGNORECASE
    ):
        return "csv"
    return "text"


def _packed(data: bytes, name: str) -> str | None:
    """The kind of a zip file; None for one that is no office file."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        names = {entry.filename.replace("\\", "/").lstrip("/").lower(): entry for entry in archive.infolist()}
        types = names.get("[content_types].xml")
        if types is not None:
            with archive.open(types) as file:
                head = file.read(1 << 20)
            what = next((kind for pattern, kind in _CONTENT_TYPES if pattern.search(head)), None)
        elif "mimetype" in names:
            with archive.open(names["mimetype"]) as file:
                what = _MIME_TYPES.get(file.read(200).decode("ascii", "replace").strip())
            if what in ("odt", "ods") and _is_locked(archive):
                raise encrypted(name)
        else:
            what = "an OFD document" if "ofd.xml" in names else None
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError) as error:
        raise damaged(name) from error
    except RuntimeError as error:  # what zipfile raises for entries with a password
        raise encrypted(name) from error
    return _named(what, name)


def _is_locked(archive: zipfile.ZipFile) -> bool:
    try:
        with archive.open("META-INF/manifest.xml") as file:
            return b"encryption-data" in file.read(1 << 20)
    except KeyError:
        return False


def _compound(data: bytes, name: str) -> str:
    """The kind of an OLE2 file, by the streams at its root."""
    from xlrd.compdoc import CompDoc, CompDocError  # noqa: PLC0415 - few files need it

    try:
        files = CompDoc(data, logfile=io.StringIO())
        names = {files.dirlist[child].name for child in files.dirlist[0].children}
        what = next((kind for stream, kind in _STREAMS if stream in names), None)
        if what == "doc":
            head = files.get_named_stream("WordDocument")[:12]
            if struct.unpack_from("<H", head, 10)[0] & _ENCRYPTED_FLAG:
                what = "encrypted"
    except (CompDocError, struct.error, AssertionError, LookupError, TypeError, ValueError, RecursionError) as error:
        raise damaged(name) from error
    if what == "encrypted":
        raise encrypted(name)
    what = what or next((words for stream, words in _OTHER_STREAMS.items() if stream in names), "an old Office file")
    kind = _named(what, name)
    return kind or what


def _named(what: str | None, name: str) -> str | None:
    """The kind itself; refuses what is known and not read."""
    if what is not None and " " in what:
        raise Refused("unsupported", f"{name}: is {what}, which is not read; save it as .docx, .pdf or .txt")
    return what
