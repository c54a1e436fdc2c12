"""The bytes of a PDF file to what a reader makes of them."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from pdfminer.pdfinterp import PDFResourceManager

from pipeline.errors import Refused
from pipeline.limits import MAX_PDF_PAGES
from pipeline.reading.layout import Read
from pipeline.reading.pdf.content import page_content
from pipeline.reading.pdf.layout import lay_out
from pipeline.reading.pdf.page import PageContent
from pipeline.reading.pdf.parsing import BROKEN, open_pages, too_many_pages
from pipeline.reading.pdf.pdfium import checked, repaired

_LEGIBLE = 0.5
"""A page of whose characters fewer than this share are known is as good as a picture."""


def read_pdf(data: bytes, name: str) -> Read:
    """Read a PDF file: its text layer, in reading order, and nothing that it carries besides (attachments, scripts).

    A scan without text is read by OCR where the extra ``ocr`` is installed. Raises Refused: ``encrypted`` (it opens
    with a password alone), ``damaged``, ``too_large``, ``unsupported`` (a scan, and no OCR), ``empty``.
    """
    try:
        pages = _pages(data, name)
    except Refused as refusal:
        raise Refused(refusal.code, f"{name}: {refusal}") from refusal
    return Read(lay_out(pages))


def _pages(data: bytes, name: str) -> list[PageContent]:
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
        pages.extend(page_content(page, number, manager) for number, page in enumerate(open_pages(data), 1))
    return pages


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
