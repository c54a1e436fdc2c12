"""A Word document (docx) to its visible text in reading order, with blocks.

What is seen on the page and belongs to the text: paragraphs with the numbers that Word gives them, tables, text boxes,
tracked insertions, notes. What isn't: headers, footers, comments, tracked deletions, hidden text, the instructions of
fields.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from lxml.etree import _Element as Element

from pipeline.errors import Refused
from pipeline.model import BlockKind, Cell
from pipeline.reading.kinds import kind_of
from pipeline.reading.layout import LayerBuilder, Read, Style
from pipeline.reading.package import Package
from pipeline.reading.rows import LONG_CELL, one_line
from pipeline.reading.word_numbers import VAL, Numbers, W
from pipeline.reading.word_styles import Manner, Styles, is_on
from pipeline.reading.word_tables import table_rows
from pipeline.reading.words import raised, symbol

_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_P, _TBL, _R, _T = f"{W}p", f"{W}tbl", f"{W}r", f"{W}t"
_R_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_BOX = f"{W}txbxContent"

_PASSED = frozenset(
    f"{W}{name}"
    for name in ("del", "moveFrom", "pPr", "rPr", "sdtPr", "sdtEndPr", "tblPr", "instrText", "delText", "rt", "sectPr")
)
"""Elements that show nothing: properties, deletions, instructions, the readings above ruby text."""

_SIGNS = {
    f"{W}tab": "\t",
    f"{W}ptab": "\t",
    f"{W}br": "\n",
    f"{W}cr": "\n",
    f"{W}noBreakHyphen": "-",
}
_SENTENCE_END = re.compile(r"[。；](?=.)")
_MAX_HEADING = 80
"""Headings are shorter; paragraphs that were given an outline level by mistake are not."""

_TITLE_AMONG = 5
"""A document's title stands among its first so many paragraphs."""


def read_docx(data: bytes, name: str) -> Read:
    """The layer of a docx file; its tables are without locators of their own.

    Raises Refused: ``damaged``, ``encrypted``, ``too_large``.
    """
    package = Package(data, name)
    main, document = package.main("word/document.xml")
    body = document.find(f"{W}body")
    builder = LayerBuilder()
    if body is not None:
        _Walk(package, main, builder).document(body)
    return Read(builder.layer(), "", package.hints())


@dataclass(frozen=True, slots=True)
class _Notes:
    """Footnotes or endnotes by id, and the order in which the text refers to them."""

    elements: dict[str, Element]
    order: list[str]

    def mark(self, key: str) -> str:
        """The raised number of a note that is referred to here."""
        if key not in self.elements:
            return ""
        if key not in self.order:
            self.order.append(key)
        return raised(str(self.order.index(key) + 1))


class _Walk:
    """Goes through a document once, from front to back."""

    def __init__(self, package: Package, main: str, builder: LayerBuilder) -> None:
        def part(kind: str) -> Element | None:
            return package.tree(package.first_related(main, kind))

        numbering = part("numbering")
        self._styles = Styles(part("styles"))
        self._styles.use_ranks(numbering)
        self._numbers = Numbers(numbering, self._styles.lists())
        self._notes = {
            kind: _Notes({} if (tree := part(f"{kind}s")) is None else dict(_real_notes(tree, kind)), [])
            for kind in ("footnote", "endnote")
        }
        self._package = package
        self._chunks = package.related(main, "aFChunk")
        self._builder = builder
        self._tables = 0
        self._title: Element | None = None
        self._going_on = False

    def document(self, body: Element) -> None:
        """Append the whole document."""
        self._title = self._lone_chapter(body)
        self._blocks(body)
        for kind, notes in self._notes.items():
            for number, key in enumerate(notes.order, 1):  # a note may refer to a further one
                self._note(notes.elements[key], raised(str(number)), kind)

    def _lone_chapter(self, body: Element) -> Element | None:
        """The paragraph that is the title though its style says heading 1: the only such, without number, on top."""
        found: Element | None = None
        for at, paragraph in enumerate(_paragraphs(body)):
            manner = self._styles.of(paragraph.find(f"{W}pPr"))
            if not manner.title and manner.outline != 0:
                continue
            if found is not None or at >= _TITLE_AMONG or manner.number:
                return None
            found = paragraph
        return found

    def _blocks(self, parent: Iterable[Element]) -> None:
        for child in parent:
            if child.tag == _P:
                self._paragraph(child)
            elif child.tag == _TBL:
                self._table(child)
            elif child.tag == f"{_MC}AlternateContent":
                self._blocks(_shown(child))
            elif child.tag == f"{W}altChunk":
                self._chunk(self._chunks.get(child.get(_R_ID, ""), ""))
            elif isinstance(child.tag, str) and child.tag not in _PASSED:
                self._blocks(child)

    def _chunk(self, part: str) -> None:
        """A page or text that stands in the document as a file of its own, as programs on the web export them."""
        from pipeline.reading.source import read_source  # noqa: PLC0415 - it reads Word documents by this module

        data = self._package.read(part)
        if not data or kind_of(data, part) not in ("text", "mht"):
            return
        try:
            source = read_source(data, part)
        except Refused as refusal:
            if refusal.code == "empty":
                return
            raise
        if source.kind != "text":
            self._tables += self._builder.append(source.layer)
            return
        for line in source.layer.text.splitlines():
            self._builder.text(line.strip(), Style(preformatted=True))
            self._builder.end_block(Style())

    def _paragraph(self, paragraph: Element, before: str = "") -> None:
        properties = paragraph.find(f"{W}pPr")
        manner = self._styles.of(properties)
        boxes: list[Element] = []
        text = before + "".join(self._pieces(paragraph, manner.hidden, boxes)).strip(" \t\n")
        mark = None if properties is None else properties.find(f"{W}rPr")
        goes_on = mark is not None and mark.find(f"{W}del") is not None
        if text and not self._going_on:
            text = self._numbered(manner, text)
        style = Style(self._kind(paragraph, manner, text), zone="nav" if manner.contents else "", preformatted=True)
        if text:
            self._builder.text(text, style)
        self._going_on = goes_on and bool(text or self._going_on)
        if not goes_on:  # else the mark at its end was deleted, and the next paragraph goes on in it
            self._builder.end_block(style)
        for box in boxes:
            self._builder.end_block(style)
            self._blocks(box)

    def _kind(self, paragraph: Element, manner: Manner, text: str) -> BlockKind:
        short = len(text) <= _MAX_HEADING and not _SENTENCE_END.search(text)
        if short and (manner.title or paragraph is self._title):
            return BlockKind.TITLE
        if short and manner.outline is not None:
            return BlockKind.HEADING
        return BlockKind.PARAGRAPH if manner.number is None else BlockKind.LIST_ITEM

    def _pieces(self, parent: Iterable[Element], hidden: bool, boxes: list[Element]) -> Iterator[str]:
        """The visible characters in an element, in order; the text boxes that hang on it are put aside."""
        for child in parent:
            tag = child.tag
            if tag in (_T, f"{_M}t"):
                yield child.text or ""
            elif tag == _R:
                yield from self._run(child, hidden, boxes)
            elif tag == _BOX:
                boxes.append(child)
            elif tag in _SIGNS:
                yield _SIGNS[tag]
            elif tag == f"{W}sym":
                yield symbol(child.get(f"{W}font", ""), child.get(f"{W}char", ""))
            elif tag in (f"{W}footnoteReference", f"{W}endnoteReference"):
                yield self._reference(child)
            elif tag == f"{_MC}AlternateContent":
                yield from self._pieces(_shown(child), hidden, boxes)
            elif tag == f"{_M}den":
                yield "/"
                yield from self._pieces(child, hidden, boxes)
            elif isinstance(tag, str) and tag not in _PASSED:
                yield from self._pieces(child, hidden, boxes)

    def _run(self, run: Element, hidden: bool, boxes: list[Element]) -> Iterator[str]:
        properties = run.find(f"{W}rPr")
        own = is_on(properties, "vanish")
        if own is None and properties is not None and (style := properties.find(f"{W}rStyle")) is not None:
            own = self._styles.hides(style.get(VAL, "")) or None
        if hidden if own is None else own:
            return
        place = None if properties is None else properties.find(f"{W}vertAlign")
        if place is not None and place.get(VAL) == "superscript":
            yield raised("".join(self._pieces(run, False, boxes)))
        else:
            yield from self._pieces(run, False, boxes)

    def _reference(self, element: Element) -> str:
        kind = element.tag.removeprefix(W).removesuffix("Reference")
        own_mark = element.get(f"{W}customMarkFollows", "0") not in ("0", "false", "off")
        mark = self._notes[kind].mark(element.get(f"{W}id", ""))
        return "" if own_mark else mark

    def _note(self, note: Element, mark: str, kind: str) -> None:
        for number, paragraph in enumerate(_paragraphs(note)):
            own = next(paragraph.iter(f"{W}{kind}Ref"), None) is not None
            self._paragraph(paragraph, f"{mark} " if number == 0 and own else "")

    def _table(self, table: Element) -> None:
        rows = table_rows(table)
        if not any(len(row) > 1 for row in rows) or any(
            cell.find(f".//{_TBL}") is not None for r in rows for cell, _ in r
        ):
            for row in rows:  # it lays out the page: a frame around text, or tables side by side
                for cell, _ in row:
                    self._blocks(cell)
            return
        self._builder.start_table()
        self._tables += 1
        for row in rows:
            texts = [one_line("\n".join(self._cell(cell))) for cell, _ in row]
            if max(map(len, texts), default=0) > LONG_CELL:
                self._long_row(row)
            else:
                self._builder.row([(text, 0.0, place) for text, (_, place) in zip(texts, row, strict=True)], Style())

    def _long_row(self, row: list[tuple[Element, Cell]]) -> None:
        """A row with running text in it: its cells one below the other."""
        for cell, place in row:
            locator = f"table {self._tables} row {place.row + 1} column {place.column + 1}"
            style = Style(preformatted=True, locator=locator)
            for text in self._cell(cell):
                self._builder.text(text, style)
                self._builder.end_block(style)

    def _cell(self, cell: Element) -> list[str]:
        """The paragraphs of a cell that hold something, those of text boxes in it behind them."""
        texts = []
        for paragraph in _paragraphs(cell):
            manner = self._styles.of(paragraph.find(f"{W}pPr"))
            boxes: list[Element] = []
            text = "".join(self._pieces(paragraph, manner.hidden, boxes)).strip(" \t\n")
            if text:
                texts.append(self._numbered(manner, text))
            for box in boxes:
                texts += self._cell(box)
        return texts

    def _numbered(self, manner: Manner, text: str) -> str:
        return text if manner.number is None else self._numbers.label(manner.number, manner.rank) + text


def _paragraphs(parent: Iterable[Element]) -> Iterator[Element]:
    """The paragraphs in an element, those in text boxes left out."""
    for child in parent:
        if child.tag == _P:
            yield child
        elif child.tag == f"{_MC}AlternateContent":
            yield from _paragraphs(_shown(child))
        elif isinstance(child.tag, str) and child.tag not in _PASSED:
            yield from _paragraphs(child)


def _shown(alternatives: Element) -> Iterable[Element]:
    """Of the forms in which a thing stands in a file for programs old and new: the first that holds text."""
    forms = [child for child in alternatives if child.tag in (f"{_MC}Choice", f"{_MC}Fallback")]
    return next((form for form in forms if next(form.iter(_T), None) is not None), forms[0] if forms else [])


def _real_notes(tree: Element, kind: str) -> Iterator[tuple[str, Element]]:
    """The notes by id, without the lines that part notes from text."""
    for note in tree.iter(f"{W}{kind}"):
        if note.get(f"{W}type", "normal") == "normal":
            yield note.get(f"{W}id", ""), note
