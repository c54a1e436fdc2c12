"""Tables drawn with tabs or blanks: nothing but the columns says that they are tables, so columns have to be sure.

Rows are lines of short pieces, as many in most of them, with figures below one another. Prose has none of that.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import cache

from pipeline.reading.text_tables.heads import placed, spread
from pipeline.reading.text_tables.rows import (
    BLANK,
    Drawn,
    Piece,
    Row,
    is_figure,
    is_number,
    is_sentence,
    piece_at,
)
from pipeline.resources import Strict, load_yaml

_TABS = re.compile(r"\t")
_MANY_TABS = re.compile(r"(?<![ \u3000\xa0])[ \u3000\xa0]*\t\s*")
_GAP = re.compile(r"[ \xa0\u2002\u2003]{2,}[\s\u3000]*|[ \xa0]*\u3000[\s\u3000]*|(?<![ \xa0])[ \xa0]*\t\s*")
_BLANKS = re.compile(r"[ \xa0\u2002\u2003][ \xa0\u2002\u2003]")
"""What a gap without a tab or full-width blank has; gaps take longer to look for."""
_LONGEST_LINE = 1000
_LONGEST_PIECE = 40
_LONGEST_LONE = 16
_FEWEST_ROWS = 3
_MOST_HEADS = 4
_SAME = 0.6
"""Share of the rows below the head that must hold a figure beside their first cell, and of those that must have as many
cells as the table has columns."""
_CONTENTS = re.compile(
    r"第[一二三四五六七八九十百零\d]+[章节部篇]|[一二三四五六七八九十]+[、.．]|[(（][一二三四五六七八九十\d]+[)）]|\d+[、.．]|附[件录表]|前言|目录"
)
"""How the lines of a table of contents open."""


def may_be_part(row: Row) -> bool:
    """Whether a line may be part of a table drawn with tabs or blanks: several short pieces."""
    words = row.text.strip(BLANK)
    parted = "\t" in words or "\u3000" in words or _BLANKS.search(words)
    if not parted or len(row.text) > _LONGEST_LINE:
        return False
    pieces = _GAP.split(words)
    return all(len(piece) <= _LONGEST_PIECE and not is_sentence(piece) for piece in pieces)


def may_stand_between(row: Row) -> bool:
    """Whether a line may stand between rows: one short piece, as 其中 or the name of a group of rows."""
    words = row.text.strip(BLANK)
    return len(words) <= _LONGEST_LONE and not is_sentence(words)


class Words(Strict):
    """Schema of ``drawn_tables.yaml``."""

    captions: tuple[str, ...]
    notes: tuple[str, ...]


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    words = load_yaml("drawn_tables.yaml", Words)
    return re.compile("|".join(words.captions)), re.compile("|".join(words.notes))


def column_table(run: Sequence[Row]) -> Drawn | None:
    """The table that lines draw with tabs or blanks; None where they draw none."""
    if len(run) < 2:
        return None
    for pattern in (_TABS, _MANY_TABS) if sum("\t" in row.text for row in run) * 2 > len(run) else ():
        table = _table(run, [_pieces(row, pattern, keep_blank=pattern is _TABS) for row in run], tabbed=True)
        if table:
            return table
    return _table(run, [_pieces(row, _GAP) for row in run], tabbed=False)


def _pieces(row: Row, pattern: re.Pattern[str], keep_blank: bool = False) -> list[Piece]:
    """The pieces of a line; with ``keep_blank`` those without words too, which hold a place."""
    end = len(row.text.rstrip(BLANK))
    start = 0 if keep_blank else len(row.text) - len(row.text.lstrip(BLANK))
    pieces = []
    at = start
    for match in pattern.finditer(row.text, start, end):
        pieces.append(piece_at(row, at, match.start()))
        at = match.end()
    pieces.append(piece_at(row, at, end))
    return pieces


def _table(run: Sequence[Row], rows: list[list[Piece]], *, tabbed: bool) -> Drawn | None:
    first = next((n for n, row in enumerate(rows) if _has_figure(row)), len(rows))
    last = max((n for n, row in enumerate(rows) if _has_figure(row)), default=0)
    while last + 1 < len(rows) and _goes_on(rows[last + 1], rows[last]):
        last += 1
    body = rows[first : last + 1]
    columns = _columns(body)
    head = _head(rows[:first], columns)
    top = first - len(head)
    rows = rows[top : last + 1]
    if columns < 2 or len(rows) < (_FEWEST_ROWS if columns == 2 or not tabbed else 2):
        return None
    if not head and _is_contents(rows):
        return None
    grid = _listed(rows, columns) if tabbed else _aligned(rows, len(head), columns)
    if grid is None:
        return None
    taken = run[top : last + 1]
    cells = sorted(placed(grid, columns), key=lambda cell: cell.piece.start)
    return Drawn(tuple(cells), taken[0].number, taken[-1].number, frozenset(row.number for row in taken))


def _has_figure(row: Sequence[Piece]) -> bool:
    return any(is_figure(piece.text) for piece in row[1:])


def _goes_on(row: Sequence[Piece], before: Sequence[Piece]) -> bool:
    """Whether a row without figures below the last one with some is one still: with as many cells, and no note."""
    return len(row) == len(before) and not any(_patterns()[1].match(piece.text) for piece in row)


def _columns(body: Sequence[Sequence[Piece]]) -> int:
    """How many columns the rows with figures agree on; 0 where they agree on none, or others are too many."""
    several = [row for row in body if len(row) > 1]
    counts = Counter(len(row) for row in several if _has_figure(row))
    if not counts:
        return 0
    columns, agreeing = max(counts.items(), key=lambda item: (item[1], item[0]))
    figures = sum(counts.values())
    sure = agreeing >= max(2, _SAME * figures) and figures >= _SAME * len(several) and 2 * len(several) >= len(body)
    return columns if sure else 0


def _head(above: Sequence[Sequence[Piece]], columns: int) -> Sequence[Sequence[Piece]]:
    """Of the lines above the first row with figures those that head its columns, no captions."""
    head: list[Sequence[Piece]] = []
    for row in reversed(above):
        words = [piece for piece in row if piece.text]
        if not words or len(words) > columns or len(head) == _MOST_HEADS:
            break
        if any(_patterns()[0].match(piece.text) for piece in words):
            break
        head.insert(0, row)
    while head and len(head[0]) == 1:  # a line above the head, of one piece, is a caption
        head.pop(0)
    return head


def _listed(rows: Sequence[Sequence[Piece]], columns: int) -> list[dict[int, Piece]] | None:
    """The pieces by the columns that tabs part; None where a row has too many."""
    if any(len(row) > columns for row in rows):
        return None
    return [{column: piece for column, piece in enumerate(row) if piece.text} for row in rows]


def _is_contents(rows: Sequence[Sequence[Piece]]) -> bool:
    """Headings with page numbers behind them, which never fall."""
    filled = [[piece.text for piece in row if piece.text] for row in rows]
    listed = [row for row in filled if len(row) > 1 and row[-1].isdigit() and not any(map(is_figure, row[1:-1]))]
    if len(listed) < _SAME * len(rows):
        return False
    pages = [int(row[-1][:9]) for row in listed]
    opened = sum(_CONTENTS.match(row[0]) is not None for row in listed)
    return pages == sorted(pages) and (
        2 * opened >= len(listed) or any("…" in row[0] or "..." in row[0] for row in listed)
    )


def _aligned(rows: Sequence[Sequence[Piece]], heads: int, columns: int) -> list[dict[int, Piece]] | None:
    """The pieces by the columns they stand in; None where rows that lack some can't be told which."""
    intervals, clear = _intervals(rows[heads:], columns)
    if not clear:
        counted = [[piece.by_characters() for piece in row] for row in rows]
        other, clear = _intervals(counted[heads:], columns)
        if clear:  # whoever drew it counted characters
            rows, intervals = counted, other
    whole = [row for row in rows[heads:] if len(row) == columns]
    figures = frozenset(c for c in range(columns) if 2 * sum(is_number(row[c].text) for row in whole) > len(whole))
    grid: list[dict[int, Piece]] = []
    for number, row in enumerate(rows):
        found: dict[int, Piece] | None
        if len(row) == columns:
            found = dict(enumerate(row))
        elif number < heads - 1 and len(row) > 1:
            found = spread(row, intervals, figures)
        elif len(row) == 1 and not is_number(row[0].text):
            found = {0: row[0]}
        else:
            found = _where(row, intervals) if clear and len(row) < columns else None
        if found is None:
            return None
        grid.append(found)
    return grid


def _intervals(rows: Sequence[Sequence[Piece]], columns: int) -> tuple[list[tuple[int, int]], bool]:
    """Where the columns of rows that have all of them stand, and whether none reaches into the next."""
    whole = [row for row in rows if len(row) == columns]
    intervals = [
        (min(row[column].left for row in whole), max(row[column].right for row in whole)) for column in range(columns)
    ]
    return intervals, all(intervals[c][1] <= intervals[c + 1][0] for c in range(columns - 1))


def _where(row: Sequence[Piece], intervals: Sequence[tuple[int, int]]) -> dict[int, Piece] | None:
    """The columns of a row's pieces by where they stand; None where two are in one."""
    found: dict[int, Piece] = {}
    for piece in row:
        off = [max(0, left - piece.right, piece.left - right) for left, right in intervals]
        column = off.index(min(off))
        if column in found:
            return None
        found[column] = piece
    return found
