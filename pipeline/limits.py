"""The limits that keep one source from harming the rest, in one place."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from contextlib import contextmanager

MAX_SOURCE_BYTES = 64 * 1024 * 1024
"""Larger files are refused. 64 MiB holds a report of twenty million characters; nothing real comes near it."""

MAX_LINE_CHARACTERS = 1_050_000
"""Characters between two line breaks of a text layer. A report on one line has some ten thousand; more is no text that
anybody wrote."""

MAX_NESTED_BYTES = 128 * 1024 * 1024
"""Containers inside one another (a zip in a zip, the tar in a .tar.gz) are unpacked in memory up to this size."""

MAX_DIRECTORY_BYTES = 16 * 1024 * 1024
"""The list of members at the end of a zip archive, which is read whole: a hundred thousand members fit into it."""

MAX_MEMBERS = 100_000
"""Files that one container may hold, those in containers within it too. A year of crawling fits into it."""

MAX_NESTED = 1000
"""Containers that one container may hold: a county's schools each with its own archive, and not the 16 to the power of
five of 42.zip."""

MAX_DEPTH = 4
"""How deep containers may stand within one another: an archive on an e-mail in an archive, and one more."""

MAX_ARCHIVE_BYTES = 4 * 1024 * 1024 * 1024
"""What all members of a container may unpack to, by what it says itself. Crawls (WARC) are read as a stream and
exempt."""

MAX_HEADER_CHARACTERS = 16 * 1024
"""Of a header of an e-mail that says what a part is or who wrote it: taking one apart takes time by its square."""

MAX_RATIO = 200
"""How many bytes one packed byte may unpack to, in members of over a mebibyte. Text packs ten to one, a table of zeros
a hundred to one; a bomb of deflate reaches a thousand."""

RATIO_FROM_BYTES = 1024 * 1024
"""Smaller members can't do harm, however well they are packed."""

MAX_PARTS = 20_000
"""Parts of an office file. A report with a thousand pictures has a few thousand."""

MAX_PACKAGE_BYTES = 512 * 1024 * 1024
"""What an office file may unpack to. A workbook with a million empty rows has 200 MiB; the limit is on the size and not
on how tightly it was packed, for such rows pack as tightly as bombs."""

MAX_PART_BYTES = 64 * 1024 * 1024
"""A part of an office file that is held in memory whole (the text of a document, the strings of a workbook)."""

MAX_CELLS = 500_000
"""Cells with something in them in one workbook or table file."""

MAX_PDF_PAGES = 2000
"""Pages of a PDF file. The thickest yearbook of a province has 1500."""

MAX_PDF_STREAM_BYTES = 32 * 1024 * 1024
"""What one part of a PDF file (the drawing of a page, a font) may unpack to. A Chinese font whole has 20 MiB."""

MAX_PAGE_GLYPHS = 100_000
"""Characters on one page; a newspaper's has 20,000."""

MAX_PAGE_DRAWING = 2 * 1024 * 1024
"""Bytes of drawing on one page of a PDF file beyond which only its text is read; a full page of tables has 300 KiB."""

MAX_PAGE_PATHS = 50_000
"""Figures drawn on one page of a PDF file beyond which its tables are not looked for: a map."""

MAX_PAGE_RULES = 20_000
"""Straight lines on one page that tables are looked for in; a map has more, but no tables."""

MAX_PAGE_FORMS = 10_000
"""How often a page of a PDF file may draw parts that it uses again: each may draw others, so they can multiply."""

CONVERSION_SECONDS = 120
"""How long LibreOffice may take over one file. A report takes three seconds, most of it for starting."""

MAX_OCR_PAGES = 300
"""Scanned pages of one file. One takes some five seconds to read."""

MAX_PICTURE_PIXELS = 120_000_000
"""Pixels of a picture: an A3 page at 600 dots per inch has 70 million."""

SOURCE_SECONDS = 300
"""How long one source may take from its bytes to its rows. A thick yearbook takes a minute on an old laptop."""

OPENED_BYTES_PER_SECOND = 1024 * 1024
"""A second more than that for each such piece of a container whose files are listed: crawls are long, and read as a
stream. An old laptop is twice as fast."""

SCAN_SECONDS = 1800
"""The same for PDF files and pictures that OCR may have to read: ``MAX_OCR_PAGES`` at five seconds each."""

_THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")


def use_one_thread() -> None:
    """Let numpy multiply with one thread, unless the user says otherwise; it must not have been imported yet.

    The processes fill the cores by themselves: threads of theirs only wait for one another, and took half the processor
    time of untangling. A sum doesn't depend on how many cores there are, either.
    """
    for name in _THREADS:
        os.environ.setdefault(name, "1")


@contextmanager
def without_collecting() -> Iterator[None]:
    """Keep Python from looking for cycles of objects while thousands of records are read; also a decorator.

    Records and rows form no cycles, so that nothing would be found; looking took a fifth of the time of a comparison
    and half of that of reading decisions.
    """
    on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if on:
            gc.enable()
