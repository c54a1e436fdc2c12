"""The bytes of a PDF file to what a reader makes of them."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from importlib import import_module
from importlib.util import find_spec
from statistics import fmean
from typing import TYPE_CHECKING

from pdfminer.pdfinterp import PDFResourceManager

from pipeline.errors import Refused
from pipeline.limits import MAX_PDF_PAGES
from pipeline.reading.layout import Read
from pipeline.reading.pdf.content import HeavyPage, page_content
from pipeline.reading.pdf.layout import lay_out
from pipeline.reading.pdf.page import PageContent
from pipeline.reading.pdf.parsing import BROKEN, open_pages, too_many_pages
from pipeline.reading.pdf.pdfium import checked, drawn_pages, repaired, text_of_page

if TYPE_CHECKING:
    from pipeline.reading.ocr import Reading

_OCR = "pipeline.reading.ocr"
"""Loaded when a scan comes: it takes longer to load than most files to read."""

_INSTALL = "pip install '.[ocr]' (or make ocr) in the folder of the project installs what reads it"
_COVERED = 0.3
"""A page without text of which a picture covers more than this is read by OCR."""

_LEGIBLE = 0.5
"""A page of whose characters fewer than this share are known is as good as a picture."""


def read_pdf(data: bytes, name: str) -> Read:
    """Read a PDF file: its text layer, in reading order, and nothing that it carries besides (attachments, scripts).

    Pages that are pictures without text are read by OCR where the extra ``ocr`` is installed; otherwise
    ``hints["unread_pages"]`` names them, and a file of nothing else is refused. Raises Refused: ``encrypted`` (it opens
    with a password alone), ``damaged``, ``too_large``, ``unsupported`` (a scan, and no OCR), ``empty``.
    """
    try:
        pages = _pages(data)
        scanned = [page.number for page in pages if _is_scan(page)]
        if not scanned:
            return Read(lay_out(pages))
        if has_ocr():
            ocr = import_module(_OCR)
            return _with_ocr(pages, ocr.read_pictures(drawn_pages(data, scanned)))
        if not any(page.glyphs for page in pages):
            raise Refused("unsupported", f"is a scan without text; {_INSTALL}")
        return Read(lay_out(pages), hints={"unread_pages": ", ".join(map(str, scanned))})
    except Refused as refusal:
        raise Refused(refusal.code, f"{name}: {refusal}") from refusal


def read_picture(data: bytes, name: str) -> Read:
    """Read a picture of a page (PNG, JPEG, GIF, TIFF with several pages, BMP) by OCR.

    Raises Refused: ``unsupported`` (the extra ``ocr`` is not installed), ``damaged``, ``too_large``, ``empty``.
    """
    try:
        if not has_ocr():
            raise Refused("unsupported", f"is a picture; {_INSTALL}")
        ocr = import_module(_OCR)
        pictures = ((number, picture, dpi) for number, (picture, dpi) in enumerate(ocr.pictures_of(data), 1))
        return _with_ocr((), ocr.read_pictures(pictures))
    except Refused as refusal:
        raise Refused(refusal.code, f"{name}: {refusal}") from refusal


def has_ocr() -> bool:
    """Whether the extra ``ocr`` is installed."""
    return find_spec("rapidocr") is not None and find_spec("onnxruntime") is not None


def _with_ocr(pages: Sequence[PageContent], readings: Iterable[Reading]) -> Read:
    """The pages with those that were read by OCR in place of their pictures."""
    contents = {page.number: page for page in pages}
    confidences: list[float] = []
    for reading in readings:
        contents[reading.content.number] = reading.content
        confidences += reading.confidences
    layer = lay_out([contents[number] for number in sorted(contents)])
    if not layer.text:
        raise Refused("empty", "shows no text that OCR can read; scan it anew at 200 dots per inch or more")
    return Read(layer, hints={"ocr_confidence": f"{fmean(confidences):.2f}"} if confidences else {})


def _is_scan(page: PageContent) -> bool:
    """Whether a page is a picture, or its characters can't be told from its fonts."""
    if not any(glyph.text.strip() for glyph in page.glyphs):
        return page.pictured >= _COVERED
    return not _is_legible(page)


def _pages(data: bytes) -> list[PageContent]:
    count = checked(data)
    if count > MAX_PDF_PAGES:
        raise too_many_pages()
    pages = _contents(data)
    if len(pages) < count:
        pages = _contents(repaired(data))
    if len(pages) < count:
        raise Refused("damaged", f"only {len(pages)} of its {count} pages can be read; save or download it again")
    return pages


def _contents(data: bytes) -> list[PageContent]:
    """The pages as far as they can be read."""
    pages: list[PageContent] = []
    manager = PDFResourceManager()
    with _quiet(), suppress(*BROKEN):
        for number, page in enumerate(open_pages(data), 1):
            try:
                content = page_content(page, number, manager)
            except HeavyPage:
                pages.append(text_of_page(data, number))
                continue
            pages.append(content if _is_legible(content) else _more_legible(content, text_of_page(data, number)))
    return pages


def _more_legible(one: PageContent, other: PageContent) -> PageContent:
    """A page, its characters those of ``other`` where they are better known."""
    return replace(one, glyphs=other.glyphs) if other.glyphs and _is_legible(other) else one


def _is_legible(page: PageContent) -> bool:
    """Whether most characters of a page are known."""
    inked = [glyph.text for glyph in page.glyphs if glyph.text.strip()]
    return sum("\ufffd" not in text for text in inked) >= _LEGIBLE * len(inked)


@contextmanager
def _quiet() -> Iterator[None]:
    """Without the warnings of pdfminer, which speak of what it mends by itself."""
    logger = logging.getLogger("pdfminer")
    before = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(before)
