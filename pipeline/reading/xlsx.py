"""Excel workbooks (xlsx, xlsm), read as a stream: rows without content cost next to nothing.

openpyxl is not used to read: its streaming mode knows no merged cells and makes an object of every empty cell, its
other mode holds the whole sheet in memory, and both give up on styles that other programs write.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import IO, cast

from lxml import etree
from lxml.etree import _Element as Element

from pipeline.reading.layout import Read
from pipeline.reading.number_formats import BUILTIN, is_date, shown, shown_text
from pipeline.reading.package import BROKEN, Package, damaged
from pipeline.reading.rows import Filled
from pipeline.reading.words import raised
from pipeline.reading.workbook import MAX_COLUMN, MAX_ROW, Counter, Sheet, filled, read_sheets

_S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_R_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_BOX = "{http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing}txBody"
_PLACE = re.compile(r"\$?([A-Z]{1,3})\$?([1-9][0-9]{0,6})")
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_FILLED = etree.XPath("*[*]")
_ON = frozenset({"1", "true", "on"})


def read_xlsx(data: bytes, name: str) -> Read:
    """The layer of a workbook, its cells as Excel shows them; formulas by the results that the file holds.

    Raises Refused: ``damaged``, ``encrypted``, ``too_large``.
    """
    package = Package(data, name)
    try:
        return read_sheets(_sheets(package), package.hints())
    except (*BROKEN, ValueError, ArithmeticError) as error:
        raise damaged(name) from error


def _sheets(package: Package) -> Iterator[Sheet]:
    main, book = package.main("xl/workbook.xml")
    parts = package.related(main, "worksheet")
    strings = list(_strings(package.stream(package.first_related(main, "sharedStrings"), kept=True)))
    formats = _formats(package.tree(package.first_related(main, "styles")))
    properties = book.find(f"{_S}workbookPr")
    from_1904 = properties is not None and properties.get("date1904") in _ON
    counter = Counter(package.name)
    for sheet in book.iter(f"{_S}sheet"):
        part = parts.get(sheet.get(_R_ID, ""))
        if part is None or part not in package:  # a sheet of one chart has no cells
            continue
        name = sheet.get("name", "")
        if sheet.get("state", "visible") != "visible":
            yield Sheet(name, visible=False)
            continue
        reading = _Reading(strings, formats, from_1904, counter)
        stream = package.stream(part)
        if stream is not None:
            with stream:
                reading.read(stream)
        yield reading.sheet(name, tuple(_boxes(package, part)))


_CHUNK = 1 << 16
_LONGEST_ROW = 1 << 22
_SIGNS_OF_CONTENT = (b"<v>", b"<v ", b"<is>", b"<is ", b"<f>", b"<f ", b"</sheetData>")
_NUMBERED_ROW = re.compile(rb'<row\s[^<>]*\br="')


class _Sifted:
    """A sheet without its stretches of rows that hold nothing. Workbooks have millions of such rows, and dropping them
    unparsed takes a hundredth of the time. Rows that don't say which they are must stay, for the others to be counted.
    """

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._rest = b""
        self._numbered: bool | None = None

    def read(self, size: int = -1) -> bytes:
        """The next bytes, more or fewer than ``size``; none at the end."""
        while chunk := self._stream.read(_CHUNK):
            data = self._rest + chunk
            first, last = data.find(b"<row "), data.rfind(b"<row ")
            if first < 0 or len(data) > _LONGEST_ROW:
                self._rest = b""
                return data
            if self._numbered is None:
                self._numbered = _NUMBERED_ROW.match(data, first) is not None
            self._rest = data[last:]  # the last row goes on in the next chunk
            empty = self._numbered and not any(data.find(sign, first, last) >= 0 for sign in _SIGNS_OF_CONTENT)
            if kept := data[: first if empty else last]:
                return kept
        rest, self._rest = self._rest, b""
        return rest


def _parse(stream: IO[bytes] | _Sifted, *tags: str) -> Iterator[Element]:
    """The elements with the tags, one after the other; each is emptied when the next one is asked for."""
    events = etree.iterparse(
        stream, events=("end",), tag=tags, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True
    )
    for _, element in events:
        yield element
        element.clear(keep_tail=False)
        parent = element.getparent()
        if parent is not None:
            while (first := element.getprevious()) is not None:
                parent.remove(first)


def _strings(stream: IO[bytes] | None) -> Iterator[str]:
    """The strings that cells share, in order."""
    if stream is None:
        return
    with stream:
        for item in _parse(stream, "{*}si"):
            yield _rich(item)


def _rich(item: Element) -> str:
    """A text with its runs put together; raised runs in raised characters, readings (rPh) left out."""
    parts = []
    for child in item:
        kind = etree.QName(child).localname if isinstance(child.tag, str) else ""
        if kind == "t":
            parts.append(child.text or "")
        elif kind == "r":
            text = "".join(t.text or "" for t in child.iterchildren("{*}t"))
            place = child.find("{*}rPr/{*}vertAlign")
            parts.append(raised(text) if place is not None and place.get("val") == "superscript" else text)
    return _ESCAPE.sub(lambda match: chr(int(match[1], 16)), "".join(parts))


def _formats(styles: Element | None) -> list[str]:
    """The number format of each style that cells may have."""
    if styles is None:
        return []
    own = {f.get("numFmtId", ""): f.get("formatCode", "") for f in styles.iterfind(f"{_S}numFmts/{_S}numFmt")}
    codes = []
    for style in styles.iterfind(f"{_S}cellXfs/{_S}xf"):
        number = style.get("numFmtId", "0")
        codes.append(own.get(number) or BUILTIN.get(int(number) if number.isdigit() else 0, "General"))
    return codes


@dataclass(slots=True)
class _Reading:
    """A sheet while it is read."""

    strings: Sequence[str]
    formats: Sequence[str]
    from_1904: bool
    counter: Counter
    cells: list[Filled] = field(default_factory=list)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden_rows: list[tuple[int, int]] = field(default_factory=list)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    uncalculated: int = 0

    def read(self, stream: IO[bytes]) -> None:
        """Read the cells of a sheet. Rows and cells may leave out where they stand: then they follow the last one."""
        row = -1
        for element in _parse(_Sifted(stream), "{*}row", "{*}mergeCell", "{*}col"):
            kind = etree.QName(element).localname
            if kind == "row":
                given = element.get("r")
                row = int(given) - 1 if given else row + 1
                if element.get("hidden") in _ON:
                    after = bool(self.hidden_rows) and self.hidden_rows[-1][1] == row - 1
                    first = self.hidden_rows.pop()[0] if after else row
                    self.hidden_rows.append((first, row))
                self._row(element, row)
            elif kind == "col":
                if element.get("hidden") in _ON:
                    self.hidden_columns.append((int(element.get("min", "")) - 1, int(element.get("max", "")) - 1))
            else:
                self._merge(element.get("ref", ""))

    def sheet(self, name: str, boxes: tuple[str, ...]) -> Sheet:
        """The finished sheet."""
        return Sheet(
            name, True, self.cells, self.merged, self.hidden_rows, self.hidden_columns, boxes, self.uncalculated
        )

    def _row(self, element: Element, row: int) -> None:
        full = cast("list[Element]", _FILLED(element))
        if not full or not 0 <= row < MAX_ROW:
            return
        cells = full if all(cell.get("r") for cell in full) else element
        column = -1
        for cell in cells:
            match = _PLACE.fullmatch(cell.get("r", ""))
            column = _column(match[1]) if match else column + 1
            text, number = self._shown(cell)
            made = filled(row, column, text, number) if text and column < MAX_COLUMN else None
            if made:
                self.counter.add()
                self.cells.append(made)

    def _shown(self, cell: Element) -> tuple[str, bool]:
        """What a cell shows, and whether it is an amount."""
        kind = cell.get("t", "n")
        if kind == "inlineStr":
            inline = cell.find("{*}is")
            return ("" if inline is None else shown_text(_rich(inline), self._format(cell))), False
        raw = cell.findtext("{*}v")
        if raw is None or not raw.strip():
            self.uncalculated += raw is None and cell.find("{*}f") is not None
            return "", False
        if kind == "s":
            at = int(raw)
            return (shown_text(self.strings[at], self._format(cell)) if at < len(self.strings) else ""), False
        if kind == "n":
            code = self._format(cell)
            return shown(float(raw), code, self.from_1904), not is_date(code)
        if kind == "b":
            return ("TRUE" if raw.strip() in _ON else "FALSE"), False
        if kind == "e":
            return "", False  # #DIV/0! tells a reader that there is no value
        return _ESCAPE.sub(lambda match: chr(int(match[1], 16)), raw), False

    def _format(self, cell: Element) -> str:
        style = cell.get("s", "0")
        at = int(style) if style.isdigit() else 0
        return self.formats[at] if at < len(self.formats) else "General"

    def _merge(self, range_: str) -> None:
        first, _, last = range_.partition(":")
        one, two = _PLACE.fullmatch(first), _PLACE.fullmatch(last or first)
        if one and two:
            self.merged.append((int(one[2]) - 1, _column(one[1]), int(two[2]) - 1, _column(two[1])))


def _column(letters: str) -> int:
    """The number of a column, counted from 0, by its letters."""
    number = 0
    for letter in letters:
        number = 26 * number + ord(letter) - ord("A") + 1
    return number - 1


def _boxes(package: Package, sheet: str) -> Iterator[str]:
    """The texts of the text boxes that lie on a sheet, their paragraphs on lines of their own."""
    for part in package.related(sheet, "drawing").values():
        tree = package.tree(part)
        for box in () if tree is None else tree.iter(_BOX):
            lines = ["".join(t.text or "" for t in p.iter(f"{_A}t")) for p in box.iter(f"{_A}p")]
            if text := "\n".join(line for line in lines if line.strip()):
                yield text
