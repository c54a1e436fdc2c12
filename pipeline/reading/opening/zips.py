"""Zip archives. The directory at the end is believed for names and sizes only as far as it can be checked."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Iterator
from itertools import pairwise
from typing import BinaryIO

from pipeline.errors import Refused
from pipeline.limits import MAX_DIRECTORY_BYTES, MAX_RATIO, RATIO_FROM_BYTES
from pipeline.reading.opening.members import HEAD_BYTES, Member, too_large
from pipeline.reading.opening.names import decoded_names, harmless, told_apart, unicode_path

_UTF8_NAME = 0x800
_ENCRYPTED = 0x1
_LOCAL_HEADER = 30
"""Bytes of a local file header before the name (APPNOTE.TXT, 4.3.7)."""

_LAST_RECORD, _LOCATOR, _MAX_COMMENT = 22, 20, 0xFFFF
"""Bytes of the records at the end of an archive (APPNOTE.TXT, 4.3.15 and 4.3.16), and of the comment behind them."""

_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2})
"""LZMA is left out: it takes as much memory as the archive says."""

_FAULTS = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError)
"""What zipfile raises for archives that are not as they should be."""


class Zip:
    """An opened zip archive. Raises Refused: ``damaged``, ``bomb`` where entries lie upon one another."""

    def __init__(self, file: BinaryIO) -> None:
        _refuse_long_directory(file)
        try:
            self._zip = zipfile.ZipFile(file)
        except _FAULTS as error:
            raise _damaged(error) from error
        self._infos = self._zip.infolist()
        _refuse_overlap(self._infos)

    def names(self) -> list[str]:
        """The names of all entries as they stand in the directory."""
        return self._zip.namelist()

    def members(self) -> Iterator[Member]:
        """The files of the archive."""
        names = told_apart(harmless(name) for name in _decoded(self._infos))
        for key, (info, name) in enumerate(zip(self._infos, names, strict=True)):
            if not info.is_dir():
                yield Member(key, name, info.file_size, _problem(info))

    def head(self, key: int) -> bytes:
        """The first bytes of a file."""
        return self._read(self._infos[key], HEAD_BYTES)

    def read(self, key: int, limit: int) -> bytes:
        """The bytes of a file. Raises Refused."""
        info = self._infos[key]
        problem = _problem(info)
        if problem is not None:
            raise Refused(*problem)
        data = self._read(info, limit + 1)
        if len(data) > limit:
            raise Refused("too_large", too_large(info.file_size, limit))
        return data

    def _read(self, info: zipfile.ZipInfo, size: int) -> bytes:
        try:
            with self._zip.open(info) as file:
                return file.read(size)
        except _FAULTS as error:
            raise _damaged(error) from error


def _decoded(infos: list[zipfile.ZipInfo]) -> list[str]:
    """The names as their writer meant them: by the flag for UTF-8, the Unicode path field, or judged together."""
    raws = {key: _raw_name(info) for key, info in enumerate(infos) if not info.flag_bits & _UTF8_NAME}
    judged = dict(zip(raws, decoded_names(list(raws.values())), strict=True))
    return [
        unicode_path(info.extra, raws[key]) or judged[key] if key in raws else info.orig_filename
        for key, info in enumerate(infos)
    ]


def _raw_name(info: zipfile.ZipInfo) -> bytes:
    """The bytes of a name that zipfile took for code page 437."""
    try:
        return info.orig_filename.encode("cp437")
    except UnicodeEncodeError:  # zipfile knew better
        return info.orig_filename.encode("utf-8")


def _problem(info: zipfile.ZipInfo) -> tuple[str, str] | None:
    if info.flag_bits & _ENCRYPTED:
        return "encrypted", "is encrypted; unpack it with its password, or pack it without one"
    if info.compress_type not in _METHODS:
        return "unsupported", f"is packed by a method that is not read (number {info.compress_type}); pack it anew"
    if info.file_size > RATIO_FROM_BYTES and info.file_size > MAX_RATIO * max(1, info.compress_size):
        return "bomb", (
            f"says that its {info.compress_size:,} bytes unpack to {info.file_size:,}, as in zip bombs; "
            "if it is to be trusted, unpack it yourself"
        )
    return None


def _refuse_overlap(infos: list[zipfile.ZipInfo]) -> None:
    """Entries that lie upon one another let few bytes unpack to many (David Fifield, A better zip bomb, 2019)."""
    for one, two in pairwise(sorted(infos, key=lambda info: info.header_offset)):
        if one.header_offset + _LOCAL_HEADER + one.compress_size > two.header_offset:
            raise Refused("bomb", "is no archive to be opened: its entries lie upon one another, as in zip bombs")


def _refuse_long_directory(file: BinaryIO) -> None:
    """zipfile holds an object for each entry; an archive of nothing but entries would fill the memory with them."""
    end = file.seek(0, 2)
    start = file.seek(max(0, end - _LAST_RECORD - _MAX_COMMENT - _LOCATOR))
    tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) < at + _LAST_RECORD:
        return
    (size,) = struct.unpack_from("<L", tail, at + 12)
    if size == 0xFFFFFFFF and tail[max(0, at - _LOCATOR) : at].startswith(b"PK\x06\x07"):
        (place,) = struct.unpack_from("<Q", tail, at - _LOCATOR + 8)
        if place + 56 <= start + at:
            file.seek(place + 40)
            (size,) = struct.unpack("<Q", file.read(8))
    if size > MAX_DIRECTORY_BYTES:
        raise Refused(
            "bomb", f"lists its members in {size:,} bytes; the limit is {MAX_DIRECTORY_BYTES:,}; unpack it yourself"
        )


def _damaged(error: Exception) -> Refused:
    return Refused(
        "damaged", f"is a damaged or cut-off zip archive ({error}); get it anew, or unpack it with a program that mends"
    )
