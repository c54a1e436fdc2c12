"""Opening a PDF file within limits: what it is made of, page by page."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from pdfminer.ascii85 import ascii85decode, asciihexdecode
from pdfminer.lzw import LZWDecoder
from pdfminer.pdfdocument import PDFDocument
from pdfminer.pdfexceptions import PDFException
from pdfminer.pdfpage import PDFPage
from pdfminer.pdfparser import PDFParser
from pdfminer.pdftypes import PDFStream
from pdfminer.psexceptions import PSException
from pdfminer.psparser import PSLiteral
from pdfminer.runlength import rldecode

from pipeline.errors import Refused
from pipeline.limits import MAX_PDF_PAGES, MAX_PDF_STREAM_BYTES

_CHUNK = 1 << 16
_AT_BEST = {"FlateDecode": 1032, "Fl": 1032, "LZWDecode": 2731, "LZW": 2731, "RunLengthDecode": 64, "RL": 64}
"""How many bytes one packed byte can unpack to: deflate 258 in two bits; LZW 4096 in twelve; run length 128 in two."""

_HARMLESS = MAX_PDF_STREAM_BYTES // 2731

BROKEN = (PDFException, PSException, ValueError, TypeError, KeyError, IndexError, AttributeError, AssertionError,
          OverflowError, RecursionError, zlib.error, UnicodeError, EOFError, ArithmeticError, StopIteration,
          NotImplementedError)  # fmt: skip
"""What pdfminer raises for files that break the rules of the format; it has no one base for it."""


class _Stream(PDFStream):
    """A stream that is not unpacked where it would unpack to more than a page can need."""

    def decode(self) -> None:
        """Unpack the stream; raises Refused (``too_large``)."""
        raw = self.rawdata or b""
        names = [name.name for name, _ in self.get_filters() if isinstance(name, PSLiteral)]
        packers = [name for name in names if name in _AT_BEST]
        if packers and (len(packers) > 1 or len(raw) > _HARMLESS):
            if self.decipher and self.objid is not None and self.genno is not None:
                raw = self.decipher(self.objid, self.genno, raw, self.attrs)
            for name in names[: names.index(packers[0])]:
                raw = asciihexdecode(raw) if name in ("ASCIIHexDecode", "AHx") else ascii85decode(raw)
            size = sum(map(len, _unpacked(raw, packers[0])))
            for name in packers[1:]:
                size *= _AT_BEST[name]
            if size > MAX_PDF_STREAM_BYTES:
                raise Refused("too_large", f"a part of it unpacks to more than {MAX_PDF_STREAM_BYTES >> 20} MiB")
        super().decode()


def _unpacked(raw: bytes, packer: str) -> Iterator[bytes]:
    """What packed bytes unpack to, piece by piece, no further than just over the limit."""
    size = 0
    for piece in _pieces(raw, packer):
        yield piece
        size += len(piece)
        if size > MAX_PDF_STREAM_BYTES:
            return


def _pieces(raw: bytes, packer: str) -> Iterator[bytes]:
    if packer.startswith("LZW"):
        yield from LZWDecoder(BytesIO(raw)).run()
    elif packer.startswith("R"):
        yield rldecode(raw[: MAX_PDF_STREAM_BYTES // 32])
    else:
        unpacker = zlib.decompressobj()
        try:
            while raw:
                yield unpacker.decompress(raw, _CHUNK)
                raw = unpacker.unconsumed_tail
        except zlib.error:
            return


class _Parser(PDFParser):
    """A parser whose streams are bounded."""

    def push(self, *objs: tuple[int, Any]) -> None:
        """Put objects on the stack, streams as bounded ones."""
        super().push(*((at, _bounded(obj) if type(obj) is PDFStream else obj) for at, obj in objs))


def _bounded(stream: PDFStream) -> PDFStream:
    return _Stream(stream.attrs, stream.rawdata or b"", stream.decipher)


def open_pages(data: bytes) -> Iterator[PDFPage]:
    """The pages of a file in order.

    Raises one of ``BROKEN`` for a damaged file, Refused (``too_large``) for one with too many pages.
    """
    document = PDFDocument(_Parser(BytesIO(data)))
    for number, page in enumerate(PDFPage.create_pages(document)):
        if number == MAX_PDF_PAGES:
            raise too_many_pages()
        yield page


def too_many_pages() -> Refused:
    """The refusal of a file with too many pages."""
    return Refused("too_large", f"has more than {MAX_PDF_PAGES} pages; split it, or take the report out of it")
