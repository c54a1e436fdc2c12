"""WARC files, what crawlers keep: each page or document that was fetched whole is a member, named by its address.

Records are found by one pass over the file and read each from its own place, so that a file of gigabytes takes as much
memory as its largest record.
"""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, BinaryIO, Protocol
from urllib.parse import urlsplit

from pipeline.errors import Refused
from pipeline.limits import MAX_RATIO, MAX_SOURCE_BYTES
from pipeline.reading.opening.members import HEAD_BYTES, Member, too_large
from pipeline.reading.opening.names import harmless_address, told_apart

if TYPE_CHECKING:
    from warcio.archiveiterator import ArchiveIterator
    from warcio.recordloader import ArcWarcRecord

START = b"WARC/"

_READ_TYPES = ("text/html", "application/xhtml", "text/plain", "application/pdf", "application/rtf", "text/rtf")
_READ_PARTS = ("word", "excel", "officedocument", "opendocument", "spreadsheet", "wps", "csv", "zip", "message/rfc822")
_BY_ENDING = ("octet-stream", "x-download", "force-download", "application/download", "binary", "x-msdownload")
_ENDINGS = (
    ".html", ".htm", ".shtml", ".txt", ".pdf", ".doc", ".docx", ".wps", ".rtf", ".odt", ".xls", ".xlsx", ".et", ".ods",
    ".csv", ".zip", ".gz", ".tar", ".eml", ".mht",
)  # fmt: skip
_MAX_LINE = 64 * 1024
_BLOCK = 16 * 1024


class Warc:
    """An opened WARC file, packed by gzip (a member a record) or not."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def members(self) -> Iterator[Member]:
        """The pages and documents in it. Raises Refused (``bomb``); what is damaged ends the list and stands in it."""
        records = list(self._records())
        names = told_apart(harmless_address(address) for _, address, _, _ in records)
        for (at, address, size, fetched), name in zip(records, names, strict=True):
            if at < 0:
                yield Member(at, name, None, ("damaged", address))
                continue
            hints = {"address": address} | ({"fetched": fetched} if fetched else {})
            yield Member(at, name, size, None, hints)

    def head(self, key: int) -> bytes:
        """The first bytes of a record."""
        return self._content(key, HEAD_BYTES)

    def read(self, key: int, limit: int) -> bytes:
        """What was fetched, without the packing of the transport. Raises Refused."""
        data = self._content(key, limit + 1)
        if len(data) > limit:
            raise Refused("too_large", too_large(None, limit))
        return data

    def _records(self) -> Iterator[tuple[int, str, int, str]]:
        """Place, address, size and time of each record; a negative place and the reason where the file breaks off."""
        self._file.seek(0)
        with _silent():
            archive = _iterator(self._file)
            try:
                for record in archive:
                    wanted = _wanted(record)
                    address = record.rec_headers.get_header("WARC-Target-URI") or ""
                    fetched = record.rec_headers.get_header("WARC-Date") or ""
                    at = archive.get_record_offset()
                    if wanted:
                        yield at, address, record.payload_length, fetched
            except Refused:
                raise
            except Exception as error:  # warcio raises what its parts raise
                why = " ".join(str(error).split()) or type(error).__name__
                yield -1, f"is damaged or cut off from here on ({why[:200]}); get it anew", 0, ""

    def _content(self, key: int, size: int) -> bytes:
        self._file.seek(key)
        with _silent():
            try:
                record = next(iter(_iterator(self._file)))
                return _read(record.content_stream(), size)
            except Refused:
                raise
            except Exception as error:  # warcio raises what its parts raise
                raise Refused("damaged", f"is a damaged record of a crawl ({error}); fetch it anew") from error


class _Stream(Protocol):
    def read(self, size: int) -> bytes: ...


def _read(stream: _Stream, size: int) -> bytes:
    parts = []
    while size > 0 and (part := stream.read(min(size, _BLOCK))):
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def _wanted(record: ArcWarcRecord) -> bool:
    """Whether a record is a page or document that was fetched whole: by its type, else by the ending of its address."""
    if record.rec_type == "response" and record.http_headers is not None:
        if record.http_headers.get_statuscode() != "200":
            return False
        kind = record.http_headers.get_header("Content-Type") or ""
    elif record.rec_type == "resource":
        kind = record.content_type or ""
    else:
        return False
    kind = kind.lower().partition(";")[0].strip()
    if kind.startswith(_READ_TYPES) or any(part in kind for part in _READ_PARTS):
        return True
    address = record.rec_headers.get_header("WARC-Target-URI") or ""
    ending = PurePosixPath(urlsplit(address).path).suffix.lower()
    return (not kind or any(part in kind for part in _BY_ENDING)) and ending in _ENDINGS


def _iterator(file: BinaryIO) -> ArchiveIterator:
    from warcio.archiveiterator import ArchiveIterator  # noqa: PLC0415 - only for those who crawl
    from warcio.bufferedreaders import DecompressingBufferedReader  # noqa: PLC0415

    class Guarded(DecompressingBufferedReader):  # type: ignore[misc] # warcio has no types
        """Reads lines of a sane length only, and stops where few bytes unpack to very many."""

        def readline(self, length: int | None = None) -> bytes:
            line: bytes = super().readline(min(length or _MAX_LINE, _MAX_LINE))
            return line

        def _process_read(self, data: bytes) -> None:
            super()._process_read(data)
            read = self.stream.tell() - begin
            if self.num_read > MAX_SOURCE_BYTES and self.num_read > MAX_RATIO * max(1, read):
                raise Refused("bomb", f"unpacks {read:,} bytes to {self.num_read:,}, as in zip bombs")

    begin = file.tell()
    archive = ArchiveIterator(file)
    archive.reader = Guarded(file, block_size=_BLOCK)
    return archive


class _Nowhere(io.TextIOBase):
    def write(self, text: str) -> int:
        return len(text)


def _silent() -> contextlib.redirect_stderr[io.TextIOBase]:
    """warcio prints what it finds odd; what matters of it is raised too."""
    return contextlib.redirect_stderr(_Nowhere())
