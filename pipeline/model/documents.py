"""Documents: the bytes of a source as a text layer with blocks, the clean text, the reports in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from pipeline.mapped import Mapped


class BlockKind(StrEnum):
    """What a stretch of a document is on the page."""

    TITLE = "title"
    HEADING = "heading"
    PARAGRAPH = "paragraph"
    LIST_ITEM = "list_item"
    TABLE_CELL = "table_cell"
    TABLE_ROW = "table_row"


@dataclass(frozen=True, slots=True)
class Cell:
    """Where a table cell stands: table, row and column count from 0; spans are 1 for a plain cell."""

    table: int
    row: int
    column: int
    row_span: int = 1
    column_span: int = 1
    header: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of the text layer that the page sets apart.

    ``zone`` is what the page's own structure says of it (``nav``, ``header``, ``footer``, ``aside``, ``body`` or
    ``""`` where nothing is said); cleaning weighs it. ``locator`` is the place in the file (``page 3``) where the
    format has such a thing. ``wrapped``: its line breaks are where the page cut its lines, not where the writer did,
    so that its lines are one paragraph; ``continues``: it goes on with the last block of running text before it, which
    the end of a page or column broke off.
    """

    kind: BlockKind
    start: int
    end: int
    zone: str = ""
    link_share: float = 0.0
    cell: Cell | None = None
    locator: str | None = None
    wrapped: bool = False
    continues: bool = False


@dataclass(frozen=True, slots=True)
class TextLayer:
    """The characters a reader would see, in reading order, and the blocks they stand in.

    ``doubtful`` are spans of characters that the reader itself isn't sure of (OCR), in order and without overlap.
    """

    text: str
    blocks: tuple[Block, ...] = ()
    doubtful: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """One file or fetched page: what its bytes are and what they say.

    ``hints`` is what the format itself declares about the document (keys ``title``, ``publisher``, ``published``,
    ``address``), as written there; nothing is trusted that the text contradicts.
    """

    name: str
    sha256: str
    size: int
    kind: str
    encoding: str
    layer: TextLayer
    hints: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Edit:
    """One change that cleaning made: ``before`` stood at layer ``[start:end]``, ``after`` is read in its place."""

    kind: str
    start: int
    end: int
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of the clean text. ``depth`` is 0 for running text, 1 (chapter) to 4 for headings."""

    kind: BlockKind
    start: int
    end: int
    layer_start: int
    layer_end: int
    depth: int = 0
    cells: tuple[tuple[int, int, Cell], ...] = ()
    """For a table row: ``(start, end, cell)`` of each cell, in the clean text."""


@dataclass(frozen=True, slots=True)
class CleanText:
    """The clean text, its map back to the layer, its paragraphs in order, and every edit that led to it."""

    mapped: Mapped
    paragraphs: tuple[Paragraph, ...]
    edits: tuple[Edit, ...] = ()

    @property
    def text(self) -> str:
        """The clean text; paragraphs are separated by one line feed."""
        return self.mapped.text


@dataclass(frozen=True, slots=True)
class Report:
    """One document inside a source.

    ``spans`` are its stretches of the clean text in reading order (several where documents are interleaved).
    ``published`` is EDTF as far as it is known; ``year`` is the year the report speaks from, to which 今年 and
    近三年 are counted, and ``month`` the month of the same moment where it is known.
    """

    index: int
    spans: tuple[tuple[int, int], ...]
    title: str | None = None
    publisher: str | None = None
    published: str | None = None
    year: int | None = None
    month: int | None = None
    tangled: bool = False
    """Its pages seem to lie between those of others, in a source too large to be untangled."""
