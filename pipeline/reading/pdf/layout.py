"""The pages of a document to its text layer: furniture told, columns in order, tables as tables, lines joined."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from pipeline.model import Cell, TextLayer
from pipeline.reading.layout import LayerBuilder, Style
from pipeline.reading.pdf.blocks import TextBlock, blocks_of, body_size, may_continue, told_headings
from pipeline.reading.pdf.columns import Flow, Item, flows_of, gutters_of, top_of
from pipeline.reading.pdf.faces import is_continued
from pipeline.reading.pdf.furniture import furniture
from pipeline.reading.pdf.grids import Grid, grids_of
from pipeline.reading.pdf.page import PageContent
from pipeline.reading.pdf.rows import Row, rows_of
from pipeline.reading.pdf.tables import Entry, Table, aligned_tables, line_of, ruled_table

_SAME_COLUMN = 0.35
"""Columns without lines of two parts of one table stand apart by no more than this share of their width."""
_SNAP = 6.0


@dataclass(frozen=True, slots=True)
class _Page:
    """A page taken apart: its rows outside of tables, and its ruled tables."""

    content: PageContent
    rows: tuple[Row, ...]
    grids: tuple[tuple[Grid, Table | list[list[Row]]], ...]


@dataclass(frozen=True, slots=True)
class _Placed:
    """A part of a page in reading order: text or a table; ``number`` is that of the table on its page."""

    page: int
    part: TextBlock | Table
    number: int = 0
    table: int = 0
    first_row: int = 0
    head: int = 0


def lay_out(pages: Sequence[PageContent]) -> TextLayer:
    """The text layer of a document: running headers and footers are in it, in zones of their own (``header``,
    ``footer``), watermarks too (``aside``).
    """
    taken = [_taken_apart(page) for page in pages]
    zones = furniture([(page.content.height, page.rows) for page in taken])
    items = [_items(page, zoned) for page, zoned in zip(taken, zones, strict=True)]
    gutters = sorted({gutter for held in items for gutter in gutters_of(held)})
    parts = [part for page, held in zip(taken, items, strict=True) for part in _in_order(page, held, gutters)]
    return _written(taken, zones, _connected_tables(_connected_text(_headed(parts))))


def _taken_apart(page: PageContent) -> _Page:
    grids = []
    glyphs = list(page.glyphs)
    for grid in grids_of(page.rules):
        inside = [glyph for glyph in glyphs if grid.holds((glyph.left + glyph.right) / 2, glyph.middle)]
        table = ruled_table(grid, inside)
        if table is not None:
            grids.append((grid, table))
            glyphs = [g for g in glyphs if not grid.holds((g.left + g.right) / 2, g.middle)]
    return _Page(page, tuple(rows_of(glyphs)), tuple(grids))


def _items(page: _Page, zoned: dict[int, str]) -> list[Item]:
    """What a page holds besides its furniture, from top to bottom."""
    rows: list[Item] = [row for at, row in enumerate(page.rows) if at not in zoned]
    return sorted([*rows, *(grid for grid, _ in page.grids)], key=top_of)


def _in_order(page: _Page, items: Sequence[Item], gutters: Sequence[float]) -> Iterable[_Placed]:
    """The paragraphs and tables of a page in reading order."""
    number = page.content.number
    tables = 0
    known = dict(page.grids)
    for flow in flows_of(items, gutters):
        for part in _flow_parts(flow, known):
            if isinstance(part, Table):
                tables += 1
                yield _Placed(number, part, tables)
            else:
                yield _Placed(number, part)


def _flow_parts(flow: Flow, known: dict[Grid, Table | list[list[Row]]]) -> Iterable[TextBlock | Table]:
    rows: list[Row] = []
    for item in flow.items:
        if not isinstance(item, Grid):
            rows.append(item)
            continue
        yield from _row_parts(rows, flow)
        rows = []
        table = known[item]
        if isinstance(table, Table):
            yield table
            continue
        for cell in table:
            left, right = min(row[0].left for row in cell), max(row[-1].right for row in cell)
            yield from _row_parts(cell, Flow(tuple(cell), left, right))
    yield from _row_parts(rows, flow)


def _row_parts(rows: Sequence[Row], flow: Flow) -> Iterable[TextBlock | Table]:
    at = 0
    for start, end, table in aligned_tables(rows):
        yield from blocks_of(rows[at:start], flow)
        yield table
        at = end
    yield from blocks_of(rows[at:], flow)


def _headed(parts: Sequence[_Placed]) -> list[_Placed]:
    blocks = [placed.part for placed in parts if isinstance(placed.part, TextBlock)]
    size = sum(len(line) for block in blocks for line in block.lines)
    heavy = sum(len(line) for block in blocks if block.heavy for line in block.lines)
    told = iter(told_headings(blocks, body_size(blocks), 2 * heavy < size))
    return [replace(placed, part=next(told)) if isinstance(placed.part, TextBlock) else placed for placed in parts]


def _connected_text(parts: Sequence[_Placed]) -> list[_Placed]:
    """The same parts; paragraphs that the end of a column or page broke off know that they go on."""
    blocks = [placed.part for placed in parts if isinstance(placed.part, TextBlock) and len(placed.part.lines) > 1]
    indenting = 2 * sum(block.opens for block in blocks) > len(blocks)
    result = list(parts[:1])
    for one, two in pairwise(parts):
        if isinstance(one.part, TextBlock) and isinstance(two.part, TextBlock):
            block = replace(two.part, continues=may_continue(one.part, two.part, indenting))
            result.append(replace(two, part=block))
        else:
            result.append(two)
    return result


def _connected_tables(parts: Sequence[_Placed]) -> list[_Placed]:
    """The same parts; tables are numbered, and one that goes on from the page before has its number."""
    result: list[_Placed] = []
    tables = -1
    last: _Placed | None = None
    for placed in parts:
        if not isinstance(placed.part, Table):
            if last is not None and not (is_continued(placed.part.lines[0]) and placed.page == last.page + 1):
                last = None
            result.append(placed)
            continue
        more = _more_of(last, placed) if last is not None else None
        if last is not None and isinstance(last.part, Table) and more:
            first = last.first_row + last.part.height
            head = _repeated(_first_part(result, tables), more)
            last = replace(placed, part=more, table=tables, first_row=first, head=head)
        else:
            tables += 1
            last = replace(placed, table=tables)
        result.append(last)
    return result


def _first_part(parts: Sequence[_Placed], number: int) -> Table:
    return next(placed.part for placed in parts if isinstance(placed.part, Table) and placed.table == number)


def _more_of(one: _Placed, two: _Placed) -> Table | None:
    """The table at the top of a page as what goes on of the one at the end of the page before; None if it is another.

    Its columns agree, or each is several of the others together: where all cells in a few rows span the same columns.
    """
    first, second = one.part, two.part
    if not isinstance(first, Table) or not isinstance(second, Table) or two.page != one.page + 1:
        return None
    if first.ruled != second.ruled or (len(first.xs) != len(second.xs) and not first.ruled):
        return None
    widths = [right - left for left, right in pairwise(first.xs)]
    reach = [max(_SNAP, 0 if first.ruled else _SAME_COLUMN * width) for width in (*widths, widths[-1])]
    places = [next((at for at, x in enumerate(first.xs) if abs(x - there) <= reach[at]), -1) for there in second.xs]
    if -1 in places or places != sorted(set(places)) or (places[0], places[-1]) != (0, len(first.xs) - 1):
        return None
    rows = tuple(
        tuple(e._replace(column=places[e.column], column_end=places[e.column_end]) for e in row) for row in second.rows
    )
    return replace(second, rows=rows, xs=first.xs)


def _repeated(first: Table, later: Table) -> int:
    """How many rows at the top of a later part repeat those of the first."""
    same = 0
    for one, two in zip(first.rows, later.rows, strict=False):
        if [entry.text for entry in one] != [entry.text for entry in two]:
            break
        same += 1
    return same


def _written(pages: Sequence[_Page], zones: Sequence[dict[int, str]], parts: Sequence[_Placed]) -> TextLayer:
    """The layer, page by page: header, text and tables, footer, what stands askew."""
    writer = _Writer(parts)
    of_page: dict[int, list[_Placed]] = {}
    for placed in parts:
        of_page.setdefault(placed.page, []).append(placed)
    for page, zoned in zip(pages, zones, strict=True):
        style = Style(preformatted=True, locator=f"page {page.content.number}")
        for zone in ("header", "footer"):
            for at, row in enumerate(page.rows):
                if zoned.get(at) == zone:
                    writer.text([line_of(row)], replace(style, zone=zone))
            for placed in of_page.get(page.content.number, ()) if zone == "header" else ():
                writer.part(placed, style)
        for text in page.content.astray:
            if words := " ".join(text.split()):
                writer.text([(words, ())], replace(style, zone="aside"))
    return writer.layer()


class _Writer:
    """Writes parts into a layer and keeps the places of doubtful characters."""

    def __init__(self, parts: Sequence[_Placed]) -> None:
        self._builder = LayerBuilder()
        self._doubts: list[tuple[int, ...]] = []
        self._table = -1
        self._heads: dict[int, int] = {}
        for placed in parts:
            self._heads[placed.table] = max(placed.head, self._heads.get(placed.table, 0))

    def text(self, lines: Sequence[tuple[str, tuple[int, ...]]], style: Style) -> None:
        text = "\n".join(line for line, _ in lines)
        doubtful: list[int] = []
        at = 0
        for line, doubts in lines:
            doubtful += (at + place for place in doubts)
            at += len(line) + 1
        self._builder.text(text, style)
        self._builder.end_block(style)
        self._doubts.append(tuple(doubtful))

    def part(self, placed: _Placed, style: Style) -> None:
        if isinstance(placed.part, TextBlock):
            block = placed.part
            style = replace(style, kind=block.kind, wrapped=True, continues=block.continues)
            self.text(list(zip(block.lines, block.doubtful, strict=True)), style)
        else:
            self._rows(placed, placed.part, style)

    def _rows(self, placed: _Placed, table: Table, style: Style) -> None:
        if placed.table != self._table:
            self._builder.start_table()
            self._table = placed.table
        for at, row in enumerate(table.rows):
            if not any(entry.text for entry in row):
                continue
            header = at < (placed.head if placed.first_row else self._heads[placed.table]) or _is_head(table, at)
            cells = [(entry.text, 0.0, self._cell(entry, placed, header)) for entry in row]
            name = f"{style.locator} table {placed.number}"
            locators = [f"{name} row {entry.row + 1} column {entry.column + 1}" for entry in row]
            self._builder.row(cells, style, locators)
            self._doubts += (entry.doubtful for entry in row)

    def _cell(self, entry: Entry, placed: _Placed, header: bool) -> Cell:
        high, wide = entry.row_end - entry.row, entry.column_end - entry.column
        return Cell(0, placed.first_row + entry.row, entry.column, high, wide, header)

    def layer(self) -> TextLayer:
        layer = self._builder.layer()
        doubtful: list[tuple[int, int]] = []
        for block, doubts in zip(layer.blocks, self._doubts, strict=True):
            for place in doubts:
                at = block.start + place
                if doubtful and doubtful[-1][1] == at:
                    doubtful[-1] = doubtful[-1][0], at + 1
                else:
                    doubtful.append((at, at + 1))
        return replace(layer, doubtful=tuple(doubtful))


def _is_head(table: Table, at: int) -> bool:
    """Whether a row heads a table by its looks: it is in bold, at the top, and what follows the head is not."""
    heavy = [all(entry.heavy for entry in row if entry.text) for row in table.rows]
    return False not in heavy[: at + 1] and False in heavy
