"""The names of members of containers: decoded as they were meant, and harmless to show and to keep."""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterable, Sequence

_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]")
"""Characters that end a name, a line or the direction of writing: none of them belongs into the name of a file."""

_DRIVE = re.compile(r"^[A-Za-z]:")
_MAX_NAME = 400
UNNAMED = "unnamed"

_UNICODE_PATH = 0x7075
"""The extra field that Info-ZIP and others keep the UTF-8 name in (APPNOTE.TXT, 4.6.9)."""


def harmless(name: str) -> str:
    """A member's name as a path below its container: without ``..``, drive, root and control characters.

    It is only shown and kept, never used as a path on disk.
    """
    name = _DRIVE.sub("", _CONTROLS.sub("_", name).replace("\\", "/"))
    parts = [part.strip() for part in name.split("/")]
    kept = "/".join(part for part in parts if part not in ("", ".", ".."))
    return _shortened(kept) or UNNAMED


def harmless_address(address: str) -> str:
    """An address as a member's name: as it is, without control characters and blanks."""
    return _shortened("_".join(_CONTROLS.sub("_", address).split())) or UNNAMED


def decoded_names(names: Sequence[bytes]) -> list[str]:
    """Names whose encoding nobody tells: all in UTF-8 if they can be, else each in the first that fits it.

    The names of one archive were written by one program, so they are judged together.
    """
    whole = b"/".join(names)
    for encoding in ("utf-8", "gb18030", "big5hkscs"):
        try:
            whole.decode(encoding)
        except UnicodeDecodeError:
            continue
        return [name.decode(encoding) for name in names]
    return [_decoded(name) for name in names]


def unicode_path(extra: bytes, raw: bytes) -> str | None:
    """The name in the Unicode path extra field of a zip entry, if there is one that belongs to the name ``raw``."""
    at = 0
    while at + 4 <= len(extra):
        kind, size = struct.unpack_from("<HH", extra, at)
        field = extra[at + 4 : at + 4 + size]
        if kind == _UNICODE_PATH and len(field) > 5 and field[0] == 1:
            (checksum,) = struct.unpack_from("<L", field, 1)
            if checksum == zlib.crc32(raw):
                return field[5:].decode("utf-8", "replace")
        at += 4 + size
    return None


def told_apart(names: Iterable[str]) -> list[str]:
    """The names with a number behind those that came before (``a.txt``, ``a (2).txt``)."""
    taken: set[str] = set()
    counts: dict[str, int] = {}
    result = []
    for name in names:
        own = name
        while own in taken:
            counts[name] = counts.get(name, 1) + 1
            stem, dot, ending = name.rpartition(".")
            own = f"{stem} ({counts[name]}).{ending}" if dot and "/" not in ending else f"{name} ({counts[name]})"
        taken.add(own)
        result.append(own)
    return result


def _decoded(name: bytes) -> str:
    for encoding in ("utf-8", "gb18030", "big5hkscs"):
        try:
            return name.decode(encoding)
        except UnicodeDecodeError:
            continue
    return name.decode("gb18030", "replace")


def _shortened(name: str) -> str:
    """A name cut in its middle where it is too long: its end says what kind of file it is."""
    if len(name) <= _MAX_NAME:
        return name
    half = _MAX_NAME // 2
    return f"{name[:half]}…{name[-half:]}"
