"""What pdfium does better than the parser that reads the text: to open a damaged file, and to draw a page."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pypdfium2

from pipeline.errors import Refused

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
