"""All that a container holds, those in containers within it too, and the way to each."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import BinaryIO

from pipeline.errors import Refused
from pipeline.limits import (
    MAX_ARCHIVE_BYTES,
    MAX_DEPTH,
    MAX_MEMBERS,
    MAX_NESTED,
    MAX_NESTED_BYTES,
    MAX_RATIO,
    RATIO_FROM_BYTES,
)
from pipeline.reading.kinds import message_kind
from pipeline.reading.opening.mails import Mail
from pipeline.reading.opening.members import HEAD_BYTES, Container, Member
from pipeline.reading.opening.tars import Gzip, Tar, gzip_head, is_tar, unpacked_tar
from pipeline.reading.opening.warcs import START as WARC
from pipeline.reading.opening.warcs import Warc
from pipeline.reading.opening.zips import Zip

INSIDE = "!/"
"""Stands between the name of a container and that of what is in it."""

_OFFICE_PARTS = frozenset({"[content_types].xml", "mimetype", "ofd.xml"})
"""What zip files that are one document hold at their top (ISO/IEC 29500-2, ODF 1.3, EPUB, GB/T 33190)."""

_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_GZIP = b"\x1f\x8b\x08"

_FILES = (
    ".txt", ".htm", ".html", ".shtml", ".csv", ".md", ".docx", ".xlsx", ".pptx", ".odt", ".ods", ".ofd", ".pdf", ".doc",
    ".xls", ".ppt", ".wps", ".et", ".rtf", ".mht", ".mhtml", ".jpg", ".jpeg", ".png", ".gif", ".bmp", ".tif", ".tiff",
    ".css", ".js", ".xml", ".json", ".mp3", ".mp4", ".exe", ".dll",
)  # fmt: skip
"""Endings of members that are believed to be no containers: a look at the first bytes of each would take its time."""
_PACKED = (".zip", ".gz", ".tar", ".tgz", ".eml")


@dataclass(frozen=True, slots=True)
class Entry:
    """A file somewhere in a container. ``keys`` lead to it, one for each container on the way; none is the container
    itself, which is a source too where it is an e-mail. ``name`` is the way in words (``b.zip!/c.txt``), ``problem``
    the code and the reason why it can't be read, ``hints`` what its container says of it.
    """

    name: str
    keys: tuple[int, ...]
    problem: tuple[str, str] | None = None
    hints: Mapping[str, str] = field(default_factory=dict)


class _Bomb(Refused):
    """The whole is refused, however deep it was found out."""

    def __init__(self, message: str) -> None:
        super().__init__("bomb", f"{message}; if it is to be trusted, unpack it yourself")


class _Budget:
    """What a container and all within it may come to."""

    def __init__(self) -> None:
        self._members = self._nested = self._bytes = 0
        self.held = 0
        """Bytes of containers that are unpacked just now, one within another."""

    def add_member(self, member: Member, *, streamed: bool) -> None:
        self._members += 1
        if self._members > MAX_MEMBERS:
            raise _Bomb(f"holds more than {MAX_MEMBERS:,} files")
        self._bytes += 0 if streamed else member.size or 0
        if self._bytes > MAX_ARCHIVE_BYTES:
            raise _Bomb(f"says that it unpacks to more than {MAX_ARCHIVE_BYTES // 2**30} GiB")

    def add_nested(self) -> None:
        self._nested += 1
        if self._nested > MAX_NESTED:
            raise _Bomb(f"holds more than {MAX_NESTED:,} archives, as zip bombs do")

    def add_unpacked(self, packed: int, size: int) -> None:
        self._bytes += size
        if size > RATIO_FROM_BYTES and size > MAX_RATIO * max(1, packed):
            raise _Bomb(f"holds an archive whose {packed:,} bytes unpack to {size:,}, as in zip bombs")


def may_be_container(head: bytes, name: str) -> bool:
    """Whether first bytes may be those of a container; a zip file may still be an office document."""
    return head.startswith((*_ZIP, _GZIP, WARC)) or is_tar(head) or message_kind(head, name) == "eml"


def open_container(file: BinaryIO, name: str) -> Container | None:
    """The container that a file is; None where it is none, which zip files that are one document are not either.

    Raises Refused where it is one that can't be opened (``damaged``, ``bomb``, ``too_large``).
    """
    file.seek(0)
    head = file.read(HEAD_BYTES)
    if head.startswith(_ZIP):
        archive = Zip(file)
        return None if is_document(archive.names()) else archive
    if head.startswith(_GZIP):
        inner = gzip_head(head)
        if inner.startswith(WARC):
            return Warc(file)
        return unpacked_tar(file) if is_tar(inner) else Gzip(file, name)
    if head.startswith(WARC):
        return Warc(file)
    if is_tar(head):
        return Tar(file)
    return Mail(file) if message_kind(head, name) == "eml" else None


def is_document(names: list[str]) -> bool:
    """Whether the entries of a zip file are the parts of one document (docx, xlsx, odt, ofd)."""
    return any(name.replace("\\", "/").lstrip("/").lower() in _OFFICE_PARTS for name in names)


def list_entries(container: Container) -> list[Entry]:
    """Every file in a container that was opened, in containers within it too, by name.

    Nothing is unpacked but containers within it, one at a time. What can't be read is an entry with a problem.
    Raises Refused for a whole that goes over the limits (``bomb``) or is damaged.
    """
    entries = list(_entries(container, (), _Budget()))
    refused = [entry for entry in entries if entry.problem is not None and entry.problem[0] == "encrypted"]
    if entries and len(refused) == len(entries) > 1:
        raise Refused("encrypted", "is encrypted; unpack it with its password, or pack it without one")
    return sorted(entries, key=lambda entry: entry.name)


def open_inside(container: Container, keys: tuple[int, ...]) -> Container:
    """The container that ``keys`` lead to from another. Raises Refused."""
    for key in keys:
        found = open_container(io.BytesIO(container.read(key, MAX_NESTED_BYTES)), "member.eml")
        if found is None:
            raise Refused("damaged", "is no archive any more; it has changed while it was read")
        container = found
    return container


def _entries(container: Container, way: tuple[int, ...], budget: _Budget) -> Iterator[Entry]:
    if isinstance(container, Mail) and container.has_body:
        yield Entry("", way)
    streamed = isinstance(container, Warc)
    for member in container.members():
        budget.add_member(member, streamed=streamed)
        keys = (*way, member.key)
        if member.problem is not None:
            yield Entry(member.name, keys, member.problem)
            continue
        held = budget.held
        try:
            inner = _inner(container, member, len(keys), budget)
            if inner is None:
                yield Entry(member.name, keys, None, member.hints)
            else:
                for entry in list(_entries(inner, keys, budget)):
                    path = f"{member.name}{INSIDE}{entry.name}" if entry.name else member.name
                    yield Entry(path, entry.keys, entry.problem, {**member.hints, **entry.hints})
        except _Bomb:
            raise
        except Refused as refused:
            yield Entry(member.name, keys, (refused.code, str(refused)))
        finally:
            budget.held = held


def _inner(container: Container, member: Member, depth: int, budget: _Budget) -> Container | None:
    """The container that a member is; None where it is a file. Raises Refused."""
    ending = PurePosixPath(member.name).suffix.lower()
    if ending in _FILES or (isinstance(container, Warc) and ending not in _PACKED):
        return None
    if not may_be_container(container.head(member.key), member.name):
        return None
    data = container.read(member.key, MAX_NESTED_BYTES - budget.held)
    found = open_container(io.BytesIO(data), member.name)
    if found is None:
        return None
    budget.add_nested()
    if depth >= MAX_DEPTH:
        raise Refused("too_deep", f"stands in {depth} archives one within another; unpack the outer ones yourself")
    unpacked = found.size if isinstance(found, Tar) else 0
    budget.add_unpacked(len(data), unpacked)
    budget.held += len(data) + unpacked
    return found
