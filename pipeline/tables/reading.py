"""The tables of a clean text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from pipeline.model import BlockKind, CleanText, Paragraph
from pipeline.tables.grid import Grid, GridCell, Holds, holds, make_grid, squeezed, table_words
from pipeline.tables.heads import Body, find_body, values_of
from pipeline.tables.records import Span, Table

MOST_COLUMNS = 1000
"""A wider run of lines with tabs is no table that anyone reads."""
_CAPTION_LINES = 4
_LONGEST_CAPTION = 60
_CAPTION_WORDS = re.compile(r"单位[:：]|^(?:附?表|续表|图表)|(?:表|情况|一览|统计|汇总|明细)$|(?:19|20)\d\d年")
_SENTENCE = re.compile(r"[。；！？]")


def read_tables(clean: CleanText) -> tuple[Table, ...]:
    """The tables of a clean text that hold values, in order: those of its cells, else those drawn with tabs."""
    found: list[Table] = []
    paragraphs = clean.paragraphs
    if not any(paragraph.cells for paragraph in paragraphs):
        return tables_of_lines(clean.text)
    rows = (index for index, paragraph in enumerate(paragraphs) if paragraph.cells)
    for _, group in groupby(rows, key=lambda index: paragraphs[index].cells[0][2].table):
        indexes = list(group)
        cells = [cell for index in indexes for cell in _cells(clean.text, paragraphs[index])]
        captions = _captions_above(clean, indexes[0])
        found += _tables(cells, captions)
    return tuple(found)


def tables_of_lines(text: str) -> tuple[Table, ...]:
    """The tables that a text without blocks draws with tabs: runs of lines, a cell for each piece."""
    if "\t" not in text:
        return ()
    found: list[Table] = []
    for lines in _runs(text):
        if max(line.count("\t") for _, line in lines) > MOST_COLUMNS:
            continue
        cells = []
        for row, (at, line) in enumerate(lines):
            start = at
            for column, piece in enumerate(line.split("\t")):
                cells.append(_cell(text, start, start + len(piece), row, column))
                start += len(piece) + 1
        above = text.rfind("\n", 0, max(0, lines[0][0] - 1)) + 1
        caption = Span(above, max(above, lines[0][0] - 1))
        found += _tables(cells, (caption,) if _is_caption(text[caption.start : caption.end]) else ())
    return tuple(found)


def _tables(cells: Sequence[GridCell], captions: tuple[Span, ...]) -> Iterator[Table]:
    """The table that cells make, or several where another one with its own headings begins among the rows."""
    if not any(cell.holds is Holds.VALUE for cell in cells) or max(cell.column for cell in cells) > MOST_COLUMNS:
        return
    grid = make_grid(cells)
    inner, rows = _captions_inside(grid)
    for body in find_body(grid, rows):
        values = tuple(values_of(grid, body))
        if values:
            start, end = _extent(grid, body)
            yield Table(start, end, captions + inner, values)


def _extent(grid: Grid, body: Body) -> tuple[int, int]:
    spans = [cell.span for row in (*body.header, *body.rows) for cell in grid.own(row)]
    return min(span.start for span in spans), max(span.end for span in spans)


def _cells(text: str, paragraph: Paragraph) -> Iterator[GridCell]:
    for start, end, cell in paragraph.cells:
        made = _cell(text, start, end, cell.row, cell.column)
        made.row_span, made.column_span = cell.row_span, cell.column_span
        yield made


def _cell(text: str, start: int, end: int, row: int, column: int) -> GridCell:
    words = squeezed(text[start:end])
    return GridCell(Span(start, end), words, holds(words), row, column)


def _captions_inside(grid: Grid) -> tuple[tuple[Span, ...], list[int]]:
    """The first rows of a table that are a title, a date or a unit (one cell of words), and the rows behind them."""
    captions: list[Span] = []
    rows = list(grid.rows)
    while len(rows) > 1:
        told = [cell for cell in grid.own(rows[0]) if cell.holds is not Holds.BLANK]
        if len(told) > 1 or (told and (told[0].holds is Holds.VALUE or told[0].row_span > 1)):
            break
        captions += [cell.span for cell in told]
        rows.pop(0)
    return tuple(captions), rows


def _captions_above(clean: CleanText, index: int) -> tuple[Span, ...]:
    """The lines right above a table that introduce it: its title, its date, its unit; the topmost first."""
    found: list[Span] = []
    for paragraph in reversed(clean.paragraphs[max(0, index - _CAPTION_LINES) : index]):
        words = clean.text[paragraph.start : paragraph.end].strip()
        if paragraph.cells:
            break
        if words.startswith(table_words().notes):
            continue
        heads = paragraph.kind in (BlockKind.HEADING, BlockKind.TITLE) and len(words) <= _LONGEST_CAPTION
        if not heads and not _is_caption(words):
            break
        found.insert(0, Span(paragraph.start, paragraph.end))
    return tuple(found)


def _is_caption(words: str) -> bool:
    return (
        len(words) <= _LONGEST_CAPTION
        and _CAPTION_WORDS.search(words.strip()) is not None
        and _SENTENCE.search(words) is None
    )


def _runs(text: str) -> Iterator[list[tuple[int, str]]]:
    """Runs of lines with tabs: each line with where it starts. One line between two is passed over."""
    run: list[tuple[int, str]] = []
    at = missed = 0
    for line in text.split("\n"):
        if "\t" in line:
            run.append((at, line))
            missed = 0
        elif run:
            missed += 1
            if missed > 1:
                yield run
                run, missed = [], 0
        at += len(line) + 1
    if run:
        yield run
