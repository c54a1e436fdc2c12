"""Building a text layer: characters are appended, and the blocks they stand in are recorded as they end."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from pipeline.model import Block, BlockKind, Cell, TextLayer

_SPACE = re.compile(r"[ \t\n\r\f]+")


@dataclass(frozen=True, slots=True)
class Read:
    """What a reader makes of the bytes of a file: its layer, the encoding of its text (empty where the format leaves
    no choice), and what the file declares about itself (``Source.hints``).
    """

    layer: TextLayer
    encoding: str = ""
    hints: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Style:
    """What holds for the text at a point of a page: kind and zone of its block, whether it is a link, preformatted,
    its place in the file (``page 3``) where the format has such a thing, and what its line breaks mean
    (``Block.wrapped``, ``Block.continues``).
    """

    kind: BlockKind = BlockKind.PARAGRAPH
    zone: str = ""
    linked: bool = False
    preformatted: bool = False
    locator: str | None = None
    wrapped: bool = False
    continues: bool = False


class LayerBuilder:
    """Collects the characters of a text layer.

    Blank space collapses as in a browser; each block is on lines of its own. Line breaks
    and blanks wait until a character follows, so that no block begins or ends with them.
    """

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._blocks: list[Block] = []
        self._length = 0
        self._start: int | None = None
        self._linked = 0
        self._blank = False
        self._breaks = 0
        self._table = -1

    def text(self, text: str, style: Style) -> None:
        """Append text of the current block."""
        if style.preformatted:
            self._append(text.replace("\r\n", "\n"), style)
            return
        words = _SPACE.sub(" ", text)
        if words.startswith(" "):
            self._blank = True
            words = words[1:]
        trailing = words.endswith(" ")
        if words := words.rstrip(" "):
            self._append(words, style)
        self._blank = self._blank or trailing

    def line_break(self) -> None:
        """A line break inside the current block."""
        self._breaks += 1
        self._blank = False

    def end_block(self, style: Style) -> None:
        """The current block ends; nothing happens where it holds no character."""
        if self._start is not None:
            size = self._length - self._start
            share = round(self._linked / size, 3) if size else 0.0
            self._blocks.append(
                Block(
                    style.kind, self._start, self._length, style.zone, share, None, style.locator,
                    style.wrapped, style.continues,
                )
            )  # fmt: skip
        self._start, self._linked, self._blank, self._breaks = None, 0, False, 0

    def start_table(self) -> None:
        """The rows that follow are those of another table."""
        self._table += 1

    def row(self, cells: list[tuple[str, float, Cell]], style: Style, locators: Sequence[str] = ()) -> None:
        """Append a table row: a line of cells (text, share of links, place) joined by tabs, each cell a block.

        The texts hold neither tab nor line break. ``locators`` are the places of the cells in the file, where there
        are better ones than the numbers of table, row and column.
        """
        if not any(text for text, _, _ in cells):
            return
        self._new_line()
        for number, (text, share, place) in enumerate(cells):
            if number:
                self._put("\t")
            start = self._length
            self._put(text)
            cell = Cell(self._table, place.row, place.column, place.row_span, place.column_span, place.header)
            locator = locators[number] if locators else style.locator
            kind = BlockKind.TABLE_CELL
            self._blocks.append(Block(kind, start, self._length, style.zone, round(share, 3), cell, locator))

    def append(self, layer: TextLayer) -> int:
        """Append another layer, that of a document within this one; returns how many tables it has."""
        tables: set[int] = set()
        rows = groupby(layer.blocks, lambda block: (block.cell.table, block.cell.row) if block.cell else block)
        for _, group in rows:
            blocks = list(group)
            style = Style(blocks[0].kind, blocks[0].zone, preformatted=True)
            cells = [(layer.text[b.start : b.end], b.link_share, b.cell) for b in blocks if b.cell]
            if cells:
                if cells[0][2].table not in tables:
                    self.start_table()
                    tables.add(cells[0][2].table)
                self.row(cells, style)
            else:
                self.text(layer.text[blocks[0].start : blocks[0].end], style)
                self.end_block(style)
        return len(tables)

    def layer(self) -> TextLayer:
        """The finished layer."""
        self.end_block(Style())
        return TextLayer("".join(self._parts), tuple(self._blocks))

    def _append(self, text: str, style: Style) -> None:
        if self._start is None:
            self._new_line()
            self._start = self._length
        elif self._breaks:
            self._put("\n" * self._breaks)
        elif self._blank:
            self._put(" ")
        self._breaks, self._blank = 0, False
        self._put(text)
        if style.linked:
            self._linked += len(text)

    def _new_line(self) -> None:
        if self._length:
            self._put("\n")

    def _put(self, text: str) -> None:
        self._parts.append(text)
        self._length += len(text)
