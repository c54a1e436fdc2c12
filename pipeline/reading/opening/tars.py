"""Tar archives, packed by gzip or not, and gzip files of a single file."""

from __future__ import annotations

import gzip
import io
import tarfile
import zlib
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import BinaryIO

from pipeline.errors import Refused
from pipeline.limits import MAX_NESTED_BYTES, MAX_SOURCE_BYTES
from pipeline.reading.opening.members import HEAD_BYTES, Member, too_large
from pipeline.reading.opening.names import decoded_names, harmless, told_apart

_GZIP_FAULTS = (OSError, EOFError, zlib.error)
_GZIP_NAMED = 0x08
_MAGIC = slice(257, 262)
"""Where ``ustar`` stands in the first header (POSIX.1-1988)."""


def is_tar(head: bytes) -> bool:
    """Whether first bytes are those of a tar archive."""
    return head[_MAGIC] == b"ustar"


class Tar:
    """An opened tar archive. Links and devices are passed over; nothing is ever unpacked to disk."""

    def __init__(self, file: BinaryIO, size: int = 0) -> None:
        self._file = file
        self._places: list[tuple[int, int]] = []
        self.size = size
        """How many bytes of it are held in memory, where it was unpacked."""

    def members(self) -> Iterator[Member]:
        """The files of the archive. Raises Refused (``damaged``)."""
        infos = list(self._infos())
        self._places = [(info.offset_data, info.size) for info in infos]
        raws = [info.name.encode("utf-8", "surrogateescape") for info in infos]
        names = told_apart(harmless(name) for name in decoded_names(raws))
        for key, (info, name) in enumerate(zip(infos, names, strict=True)):
            sparse = ("unsupported", "is stored with holes (a sparse file), which is not read; pack it anew")
            yield Member(key, name, info.size, sparse if info.issparse() else None)

    def head(self, key: int) -> bytes:
        """The first bytes of a file."""
        return self._read(key, HEAD_BYTES)

    def read(self, key: int, limit: int) -> bytes:
        """The bytes of a file. Raises Refused."""
        if not self._places:
            self._places = [(info.offset_data, info.size) for info in self._infos()]
        size = self._places[key][1]
        if size > limit:
            raise Refused("too_large", too_large(size, limit))
        return self._read(key, size)

    def _read(self, key: int, size: int) -> bytes:
        at, whole = self._places[key]
        self._file.seek(at)
        wanted = min(size, whole)
        data = self._file.read(wanted)
        if len(data) < wanted:
            raise _damaged("it ends too early")
        return data

    def _infos(self) -> Iterator[tarfile.TarInfo]:
        self._file.seek(0)
        try:
            with tarfile.open(fileobj=_Careful(self._file), mode="r:") as archive:
                yield from (info for info in archive if info.isreg())
        except (tarfile.TarError, OSError, EOFError, ValueError, OverflowError) as error:
            raise _damaged(str(error)) from error


class _Careful(io.RawIOBase):
    """A file that gives no more at once than a source may hold: headers of tar say themselves how long they are."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()

    def read(self, size: int = -1) -> bytes:
        if not 0 <= size <= MAX_SOURCE_BYTES:
            raise tarfile.ReadError("a header claims to be larger than any file")
        return self._file.read(size)


def unpacked_tar(file: BinaryIO) -> Tar:
    """The tar archive in a gzip file, unpacked in memory. Raises Refused: ``damaged``, ``too_large``."""
    data = _unpacked(file, MAX_NESTED_BYTES)
    return Tar(io.BytesIO(data), len(data))


def gzip_head(head: bytes) -> bytes:
    """The first bytes of what first bytes of a gzip file unpack to; empty where they are damaged."""
    try:
        return zlib.decompressobj(wbits=31).decompress(head, HEAD_BYTES)
    except zlib.error:
        return b""


class Gzip:
    """A gzip file of one file."""

    def __init__(self, file: BinaryIO, name: str) -> None:
        self._file = file
        self._name = name

    def members(self) -> Iterator[Member]:
        """The one file in it, named as the gzip file says, else as the gzip file without its ending."""
        yield Member(0, harmless(self._own_name() or PurePosixPath(self._name.replace("\\", "/")).stem))

    def head(self, key: int) -> bytes:
        """The first bytes of the file."""
        self._file.seek(0)
        return gzip_head(self._file.read(HEAD_BYTES))

    def read(self, key: int, limit: int) -> bytes:
        """The bytes of the file. Raises Refused."""
        return _unpacked(self._file, limit)

    def _own_name(self) -> str:
        self._file.seek(0)
        head = self._file.read(HEAD_BYTES)
        if len(head) < 11 or head[3] & ~_GZIP_NAMED:  # other fields would stand before the name
            return ""
        name = head[10:].partition(b"\x00")[0] if head[3] & _GZIP_NAMED else b""
        return decoded_names([name])[0]


def _unpacked(file: BinaryIO, limit: int) -> bytes:
    file.seek(0)
    try:
        with gzip.GzipFile(fileobj=file) as unpacked:
            data = unpacked.read(limit + 1)
    except _GZIP_FAULTS as error:
        raise Refused("damaged", f"is a damaged or cut-off gzip file ({error}); get it anew") from error
    if len(data) > limit:
        raise Refused("too_large", too_large(None, limit))
    return data


def _damaged(why: str) -> Refused:
    return Refused("damaged", f"is a damaged or cut-off tar archive ({why}); get it anew")
