"""Where in a plain text tables are drawn."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from pipeline.model import Block, BlockKind, Cell
from pipeline.reading.text_tables import bars, columns
from pipeline.reading.text_tables.rows import Drawn, Row, lines_of

_ANY = re.compile(r"[\t|｜│┃║┆┇┊┋]|[ \xa0]{2}|\S[ \xa0]*\u3000")
"""What a text with tables has somewhere; most prose has it nowhere."""

_MOST_ROWS = 20_000
"""Lines that one table may have; what goes on longer is no table that anybody reads."""


def find_tables(text: str) -> tuple[Block, ...]:
    """The cells of the tables drawn in a text, as blocks in the order of the text; all other text is in no block.

    Tables are drawn with bars (Markdown, ``+---+``, box characters), tabs, or blanks that align columns; full-width
    characters count two columns. Blank cells have no block; a heading over several columns has its span. Takes time in
    proportion to the text.
    """
    if not _ANY.search(text):
        return ()
    rows = list(lines_of(text))
    tables = _found(rows, bars.may_be_part, None, bars.bar_table, gap=0)
    taken = {number for table in tables for number in table.lines}
    rest = [row for row in rows if row.number not in taken]
    tables += _found(rest, columns.may_be_part, columns.may_stand_between, columns.column_table, gap=1)
    tables.sort(key=lambda table: table.cells[0].piece.start)
    return tuple(
        Block(
            BlockKind.TABLE_CELL, placed.piece.start, placed.piece.end,
            cell=Cell(number, placed.row, placed.column, placed.row_span, placed.column_span, placed.header),
        )
        for number, table in enumerate(tables) for placed in table.cells
    )  # fmt: skip


def _found(
    rows: Sequence[Row],
    is_part: Callable[[Row], bool],
    between: Callable[[Row], bool] | None,
    read: Callable[[Sequence[Row]], Drawn | None],
    gap: int,
) -> list[Drawn]:
    """The tables among lines: each run of lines that may be parts of one, with at most ``gap`` blank lines between two,
    and of the lines that may stand between parts at most one.
    """
    tables: list[Drawn | None] = []
    run: list[Row] = []
    waiting: list[Row] = []
    for row in rows:
        near = bool(run) and row.number - (waiting or run)[-1].number <= gap + 1 and len(run) < _MOST_ROWS
        if is_part(row):
            if near:
                run += waiting
            elif run:
                tables.append(read(run))
                run = []
            run.append(row)
            waiting = []
        elif near and not waiting and between is not None and between(row):
            waiting.append(row)
        elif run:
            tables.append(read(run))
            run, waiting = [], []
    if run:
        tables.append(read(run))
    return [table for table in tables if table is not None]
