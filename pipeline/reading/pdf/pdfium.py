"""What pdfium does better than the parser that reads the text: to open a damaged file, to draw a page, to be fast."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pypdfium2
from pypdfium2 import raw

from pipeline.errors import Refused
from pipeline.limits import MAX_PAGE_GLYPHS
from pipeline.reading.pdf.page import BELOW, Glyph, PageContent

if TYPE_CHECKING:
    from PIL.Image import Image

_DPI, _MOST_PIXELS = 200, 5000
"""Pages are drawn for OCR at so many dots per inch; a poster at less, so that no side has more pixels."""

_PASSWORD = 4
"""``FPDF_ERR_PASSWORD`` of pdfium's ``fpdfview.h``."""


def opened(data: bytes) -> Any:  # noqa: ANN401
    """The file as pdfium opens it (``pypdfium2.PdfDocument``); to be closed by the caller.

    Raises Refused: ``encrypted``, ``damaged``.
    """
    try:
        document = pypdfium2.PdfDocument(data)
        if not len(document):
            raise Refused("damaged", "holds no page; save or download it again")
    except pypdfium2.PdfiumError as error:
        if getattr(error, "err_code", None) == _PASSWORD:
            raise Refused("encrypted", "opens with a password alone; save it without one and add that") from error
        raise Refused("damaged", "is no whole PDF file; save or download it again") from error
    return document


def checked(data: bytes) -> int:
    """How many pages a file has. Raises Refused as :func:`opened`."""
    document = opened(data)
    try:
        return len(document)
    finally:
        document.close()


def repaired(data: bytes) -> bytes:
    """The file as pdfium writes it anew: what was damaged and could be mended is, encryption is taken off."""
    document = opened(data)
    try:
        target = BytesIO()
        document.save(target)
        return target.getvalue()
    finally:
        document.close()


def drawn_pages(data: bytes, numbers: Iterable[int]) -> Iterator[tuple[int, Image, float]]:
    """Pictures of pages: number (from 1), picture, dots per inch."""
    document = opened(data)
    try:
        for number in numbers:
            page = document[number - 1]
            scale = min(_DPI / 72, _MOST_PIXELS / max(page.get_size()))
            yield number, page.render(scale=scale).to_pil().convert("RGB"), 72 * scale
            page.close()
    finally:
        document.close()


def text_of_page(data: bytes, number: int) -> PageContent:
    """The characters of a page as pdfium finds them, for pages that draw too much else; it turns none upright."""
    document = opened(data)
    try:
        page = document[number - 1]
        width, height = page.get_size()
        text = page.get_textpage()
        glyphs = []
        for at in range(min(text.count_chars(), MAX_PAGE_GLYPHS)):
            character = chr(raw.FPDFText_GetUnicode(text, at))
            left, bottom, right, top = text.get_charbox(at, loose=True)
            if raw.FPDFText_IsGenerated(text, at) != 1 and character.isprintable() and right > left:
                size = max(1.0, top - bottom)
                glyphs.append(Glyph(character, left, right, height - bottom - BELOW * size, size))
        return PageContent(number, width, height, tuple(glyphs))
    finally:
        document.close()
