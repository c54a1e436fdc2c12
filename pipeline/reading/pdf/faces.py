"""What ``pdf.yaml`` says of fonts, page numbers and tables that go on."""

from __future__ import annotations

import re
from functools import cache

from pipeline.resources import Strict, load_yaml


class PdfWords(Strict):
    """Schema of ``pdf.yaml``."""

    heavy_faces: tuple[str, ...]
    page_numbers: tuple[str, ...]
    continued_tables: tuple[str, ...]


@cache
def pdf_words() -> PdfWords:
    """What ``pdf.yaml`` says."""
    return load_yaml("pdf.yaml", PdfWords)


@cache
def is_heavy(face: str) -> bool:
    """Whether a font, by its name, is one that headings are set in."""
    name = face.lower().replace(" ", "")
    return any(word in name for word in pdf_words().heavy_faces)


@cache
def _page_number() -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in pdf_words().page_numbers))


def is_page_number(text: str) -> bool:
    """Whether a line at the edge of a page is nothing but its number."""
    return _page_number().fullmatch("".join(text.split())) is not None


def is_continued(text: str) -> bool:
    """Whether a caption says that a table goes on from the page before (续表2)."""
    return len(text) <= 40 and any(word in text for word in pdf_words().continued_tables)
