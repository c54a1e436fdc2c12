"""Excel workbooks of before 2007 (xls, and et of WPS, which is the same inside), through xlrd."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

from pipeline.errors import Refused
from pipeline.reading.layout import Read
from pipeline.reading.number_formats import shown, shown_text
from pipeline.reading.package import damaged, encrypted
from pipeline.reading.rows import Filled
from pipeline.reading.words import raised
from pipeline.reading.workbook import Counter, Sheet, filled, read_sheets

_SUPERSCRIPT = 1
"""Of the field escapement of a font (MS-XLS 2.4.122, sss)."""

if TYPE_CHECKING:
    import xlrd


def read_xls(data: bytes, name: str) -> Read:
    """The layer of a workbook in the format of Excel 5 to 2003; formulas by the results that the file holds.

    Raises Refused: ``damaged``, ``encrypted``, ``too_large``.
    """
    import xlrd  # noqa: PLC0415 - few files need it

    try:
        book = xlrd.open_workbook(file_contents=data, formatting_info=True, on_demand=True, logfile=io.StringIO())
        return read_sheets(_sheets(book, name), {})
    except Refused:
        raise
    except xlrd.XLRDError as error:
        raise (encrypted(name) if "encrypt" in str(error).lower() else damaged(name)) from error
    except (  # what xlrd lets through of a file that was cut off or overwritten
        struct.error, ArithmeticError, AssertionError, AttributeError, LookupError, MemoryError, NotImplementedError,
        OSError, RecursionError, TypeError, ValueError, xlrd.compdoc.CompDocError,
    ) as error:  # fmt: skip
        raise damaged(name) from error


def _sheets(book: xlrd.book.Book, name: str) -> Iterator[Sheet]:
    counter = Counter(name)
    for number in range(book.nsheets):
        sheet = book.sheet_by_index(number)
        if sheet.visibility:
            yield Sheet(sheet.name, visible=False)
        else:
            yield Sheet(
                sheet.name,
                True,
                list(_cells(book, sheet, counter)),
                [(top, left, bottom - 1, right - 1) for top, bottom, left, right in sheet.merged_cells],
                [(row, row) for row, info in sheet.rowinfo_map.items() if info.hidden],
                [(column, column) for column, info in sheet.colinfo_map.items() if info.hidden],
            )
        book.unload_sheet(number)


def _cells(book: xlrd.book.Book, sheet: xlrd.sheet.Sheet, counter: Counter) -> Iterator[Filled]:
    from xlrd import XL_CELL_BOOLEAN, XL_CELL_DATE, XL_CELL_NUMBER, XL_CELL_TEXT  # noqa: PLC0415

    for row in range(sheet.nrows):
        for column in range(sheet.row_len(row)):
            kind = sheet.cell_type(row, column)
            if kind not in (XL_CELL_TEXT, XL_CELL_NUMBER, XL_CELL_DATE, XL_CELL_BOOLEAN):
                continue
            value = sheet.cell_value(row, column)
            code = book.format_map[book.xf_list[sheet.cell_xf_index(row, column)].format_key].format_str
            if kind == XL_CELL_TEXT:
                text = shown_text(_raised(book, sheet, row, column, value), code)
            elif kind == XL_CELL_BOOLEAN:
                text = ("FALSE", "TRUE")[bool(value)]
            else:
                text = shown(value, code, bool(book.datemode))
            if made := filled(row, column, text, kind == XL_CELL_NUMBER):
                counter.add()
                yield made


def _raised(book: xlrd.book.Book, sheet: xlrd.sheet.Sheet, row: int, column: int, text: str) -> str:
    """The text of a cell, its raised stretches in raised characters."""
    runs = [(0, -1), *sheet.rich_text_runlist_map.get((row, column), ()), (len(text), -1)]
    parts = []
    for (start, font), (end, _) in pairwise(runs):
        part = text[start:end]
        parts.append(raised(part) if font >= 0 and book.font_list[font].escapement == _SUPERSCRIPT else part)
    return "".join(parts)
