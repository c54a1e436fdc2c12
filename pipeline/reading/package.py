"""Office Open XML packages (docx, xlsx): a zip archive whose parts name one another in ``.rels`` files.

The parts are read by our own few lines and not by python-docx or openpyxl: those load every part at once and give up on
a file with one broken reference, as some programs write them; here nothing is read but what holds text, each part is
bounded in size before it is unpacked, and no address in a file is ever followed.
"""

from __future__ import annotations

import posixpath
import zipfile
import zlib
from io import BytesIO
from typing import IO

from lxml import etree
from lxml.etree import _Element as Element

from pipeline.errors import Refused
from pipeline.limits import MAX_PACKAGE_BYTES, MAX_PART_BYTES, MAX_PARTS

_STRICT = (
    (b"http://purl.oclc.org/ooxml/officeDocument/", b"http://schemas.openxmlformats.org/officeDocument/2006/"),
    (b"http://purl.oclc.org/ooxml/wordprocessingml/", b"http://schemas.openxmlformats.org/wordprocessingml/2006/"),
    (b"http://purl.oclc.org/ooxml/spreadsheetml/", b"http://schemas.openxmlformats.org/spreadsheetml/2006/"),
    (b"http://purl.oclc.org/ooxml/drawingml/", b"http://schemas.openxmlformats.org/drawingml/2006/"),
)
"""Namespaces of the strict form (ISO/IEC 29500-1) and those of the transitional one, which nearly all files have."""

_RELATION = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
BROKEN = (zipfile.BadZipFile, zlib.error, etree.XMLSyntaxError, EOFError, NotImplementedError, OSError)
"""What zipfile, zlib and lxml raise on a damaged package."""


class Package:
    """The parts of a package, read when they are asked for.

    Raises Refused: ``damaged`` for what is no whole zip archive, ``encrypted``, ``too_large`` for what would unpack to
    more than :data:`pipeline.limits.MAX_PACKAGE_BYTES`.
    """

    def __init__(self, data: bytes, name: str) -> None:
        self.name = name
        try:
            self._zip = zipfile.ZipFile(BytesIO(data))
        except (*BROKEN, ValueError) as error:
            raise damaged(name) from error
        infos = self._zip.infolist()
        if any(info.flag_bits & 1 for info in infos):
            raise encrypted(name)
        if len(infos) > MAX_PARTS or sum(info.file_size for info in infos) > MAX_PACKAGE_BYTES:
            raise Refused(
                "too_large",
                f"{name}: unpacks to more than {MAX_PACKAGE_BYTES // 2**20} MiB; split it, or delete its empty rows",
            )
        self._infos = {_key(info.filename): info for info in infos}

    def __contains__(self, part: str) -> bool:
        return _key(part) in self._infos

    def main(self, default: str) -> tuple[str, Element]:
        """The main part, its path and its root; ``default`` is its path where the package doesn't say.

        Raises Refused (``damaged``) where it is missing.
        """
        part = self.first_related("", "officeDocument", default)
        part = part if part in self else default
        root = self.tree(part)
        if root is None:
            raise damaged(self.name)
        return part, root

    def first_related(self, part: str, kind: str, default: str = "") -> str:
        """The first part that a part names as its ``kind``; ``default`` where there is none."""
        return next(iter(self.related(part, kind).values()), default)

    def related(self, part: str, kind: str) -> dict[str, str]:
        """The parts that a part names as its ``kind`` (``styles``, ``worksheet``): their ids to their paths.

        What lies outside the package is left out.
        """
        folder, _, file = part.rpartition("/")
        tree = self.tree(posixpath.join(folder, "_rels", f"{file}.rels"))
        found: dict[str, str] = {}
        for relation in () if tree is None else tree.iter(_RELATION):
            target = relation.get("Target", "")
            if relation.get("Type", "").endswith(f"/{kind}") and relation.get("TargetMode") != "External":
                path = target.lstrip("/") if target.startswith("/") else posixpath.join(folder, target)
                found[relation.get("Id", "")] = posixpath.normpath(path)
        return found

    def read(self, part: str) -> bytes | None:
        """The bytes of a part; None where there is no such part. Raises Refused (``damaged``, ``too_large``)."""
        info = self._infos.get(_key(part))
        if info is None:
            return None
        self._check_size(info)
        try:
            return self._zip.read(info)
        except BROKEN as error:
            raise damaged(self.name) from error

    def tree(self, part: str) -> Element | None:
        """The root element of a part; None where there is no such part. Raises Refused (``damaged``, ``too_large``)."""
        data = self.read(part)
        if data is None:
            return None
        try:
            for strict, transitional in _STRICT:
                data = data.replace(strict, transitional)
            root = etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))
        except BROKEN as error:
            raise damaged(self.name) from error
        if root.getroottree().docinfo.internalDTD is not None:  # no office program writes one; entity bombs need one
            raise damaged(self.name)
        return root

    def stream(self, part: str, *, kept: bool = False) -> IO[bytes] | None:
        """A part to be read piece by piece; None where there is no such part. ``kept``: what is read will be held in
        memory, so its size is bounded (Refused, ``too_large``).
        """
        info = self._infos.get(_key(part))
        if info is not None and kept:
            self._check_size(info)
        return None if info is None else self._zip.open(info)

    def _check_size(self, info: zipfile.ZipInfo) -> None:
        if info.file_size > MAX_PART_BYTES:
            raise Refused(
                "too_large", f"{self.name}: holds over {MAX_PART_BYTES // 2**20} MiB of text in one piece; split it"
            )

    def hints(self) -> dict[str, str]:
        """What the package says of itself, as ``Source.hints``: the title in its properties."""
        part = self.first_related("", "core-properties", "docProps/core.xml")
        try:
            core = self.tree(part)
        except Refused:  # nothing that is needed stands there
            return {}
        title = (
            "" if core is None else " ".join((core.findtext("{http://purl.org/dc/elements/1.1/}title") or "").split())
        )
        return {"title": title} if title else {}


def damaged(name: str) -> Refused:
    """The refusal of a file that breaks the rules of its kind."""
    return Refused(
        "damaged", f"{name}: is damaged or was cut off; open it in its program, save it again, or fetch it anew"
    )


def encrypted(name: str) -> Refused:
    """The refusal of a file that opens with a password only."""
    return Refused("encrypted", f"{name}: is protected by a password; open it in its program and save it without one")


def _key(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").lower()
