"""Tables drawn with bars: Markdown (``| a | b |``), ``+---+`` and box characters (``┌──┬──┐``)."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import pairwise

from pipeline.reading.text_tables.heads import placed
from pipeline.reading.text_tables.rows import BLANK, Drawn, Piece, Placed, Row, is_number, is_sentence, piece_at, width

_BAR = re.compile(r"[|｜│┃║┆┇┊┋](?<!\\.)")
_RULE = re.compile(r"[\s|｜│┃║┆┇┊┋+:\-=_\u2500-\u257f—]+")
_DRAWN = re.compile(r"[-=_\u2500\u2501\u2504\u2505\u2508\u2509\u2550—]{2}|[─━═]|:-|-:")
_DELIMITER = re.compile(r"\s*+[|｜]?(?:\s*+:?-++:?\s*+[|｜])*\s*+:?-++:?\s*+[|｜]?\s*+")
"""The line below the head of a Markdown table (GitHub Flavored Markdown, 4.10)."""
_BOX = re.compile(r"[│┃║┆┇┊┋\u250c-\u254b\u2552-\u257f]")
_JOINT = re.compile(r"[|｜+\u2502\u2503\u2506\u2507\u250a-\u254b\u2551-\u257f]")
_PART_OF_RULE = re.compile(r"[-=_:\u2500\u2501\u2504\u2505\u2508\u2509\u2550—]+")
_LONGEST_LINE = 1000
_LONGEST_CELL = 60
_MOST_TOLERANCE = 4
"""Half-width columns that a bar may stand aside of the others: programs disagree on the width of some characters, and
people don't count."""


def may_be_part(row: Row) -> bool:
    """Whether a line may be part of a table drawn with bars."""
    if len(row.text) > _LONGEST_LINE:
        return False
    return _BAR.search(row.text) is not None or is_rule(row)


def is_rule(row: Row) -> bool:
    """Whether a line is drawn and holds no words."""
    return _RULE.fullmatch(row.text) is not None and _DRAWN.search(row.text) is not None


def bar_table(run: Sequence[Row]) -> Drawn | None:
    """The table that lines next to one another draw with bars; None where they draw none."""
    rules = [row for row in run if is_rule(row)]
    rows = [row for row in run if not is_rule(row)]
    if not rows or not (_is_boxed(rows, rules) or _is_markdown(run) or _is_barred(rows, bool(rules))):
        return None
    if any(_BOX.search(row.text) or "+" in row.text for row in rules):
        cells = _boxed(run)
    else:
        cells = _by_order(rows, _head_rows(run))
    if not any(cell.column for cell in cells):
        return None
    return Drawn(tuple(cells), run[0].number, run[-1].number, frozenset(row.number for row in run))


def _is_boxed(rows: Sequence[Row], rules: Sequence[Row]) -> bool:
    """Box characters, or +---+ above rows with bars: nothing else looks so."""
    drawn = any(_BOX.search(rule.text) or ("+" in rule.text and "-" in rule.text) for rule in rules)
    return drawn and all(_JOINT.search(row.text) for row in rows)


def _is_markdown(run: Sequence[Row]) -> bool:
    """A head, the line below it, and rows, with as many cells each as the head or a few less."""
    if len(run) < 3 or not _DELIMITER.fullmatch(run[1].text) or is_rule(run[0]):
        return False
    return len(_slices(run[0].text)) == len(_slices(run[1].text)) >= 2


def _is_barred(rows: Sequence[Row], ruled: bool) -> bool:
    """Rows with bars and nothing else: as many cells in each, figures in half of them, and no sentences."""
    counts = {len(_slices(row.text)) for row in rows}
    if len(counts) != 1 or counts == {1} or len(rows) < (2 if ruled else 3):
        return False
    figures = 0
    for row in rows[1:]:
        cells = [row.text[start:end].strip(BLANK) for start, end in _slices(row.text)]
        if any(len(cell) > _LONGEST_CELL or is_sentence(cell) for cell in cells):
            return False
        figures += any(is_number(cell) for cell in cells[1:])
    return 2 * figures >= len(rows) - 1


def _slices(text: str) -> list[tuple[int, int]]:
    """What stands between the bars of a line; bars at its ends are its frame."""
    first, last = len(text) - len(text.lstrip(BLANK)), len(text.rstrip(BLANK))
    cuts = [match.start() for match in _BAR.finditer(text, first, last)]
    if not cuts or cuts[0] != first:
        cuts.insert(0, first - 1)
    if cuts[-1] != last - 1 or len(cuts) == 1:
        cuts.append(last)
    return [(low + 1, high) for low, high in pairwise(cuts)]


def _head_rows(run: Sequence[Row]) -> int:
    """The rows above the first rule that has rows on both sides, where a rule parts a head from the rest."""
    rows = 0
    for row in run:
        if not is_rule(row):
            rows += 1
        elif rows:
            return rows
    return 0


def _by_order(rows: Sequence[Row], heads: int) -> list[Placed]:
    """Cells by their order in the row, as Markdown has it."""
    grid = []
    columns = 0
    for row in rows:
        pieces = [piece_at(row, start, end) for start, end in _slices(row.text)]
        columns = max(columns, len(pieces))
        grid.append({column: piece for column, piece in enumerate(pieces) if piece.text})
    return placed(grid, columns, heads if heads < len(rows) else 0)


class _Slice:
    """What stands between two bars of a line: the columns it takes, its words, and whether it is drawn over."""

    def __init__(self, piece: Piece, column: int, wide: int) -> None:
        self.piece, self.column, self.wide = piece, column, wide
        self.cuts = _PART_OF_RULE.fullmatch(piece.text) is not None


def _boxed(run: Sequence[Row]) -> list[Placed]:
    """Cells by where the bars stand: headings over several columns, and cells that a rule goes around."""
    measure, edges = _edges(run)
    lines = [(is_rule(row), _line(row, edges, measure)) for row in run] if edges else []
    if not lines or any(not slices for _, slices in lines):
        rows = [row for row in run if not is_rule(row)]
        return _by_order(rows, _head_rows(run))
    heads = _head_rows(run)
    number = 0
    cells: list[Placed] = []
    above: dict[int, tuple[int, int]] = {}  # for each column the row its cell began in, and that cell if it has words
    uncut: frozenset[int] = frozenset()
    for ruled, slices in lines:
        partly = not ruled and any(part.cuts for part in slices)
        if ruled or partly:
            cut = {column for part in slices if part.cuts for column in range(part.column, part.column + part.wide)}
            whole = {column for part in slices for column in range(part.column, part.column + part.wide)}
            uncut = frozenset(whole - cut) if partly or cut != whole else frozenset()
        for part in () if ruled else slices:
            if part.cuts or (partly and not part.piece.text):
                continue
            row = number - 1 if partly else number
            above[part.column] = _add(cells, part, max(row, 0), above.get(part.column), part.column in uncut, heads)
        if not ruled and not partly:
            number += 1
            uncut = frozenset()
    return sorted(cells, key=lambda cell: cell.piece.start)


def _add(
    cells: list[Placed], part: _Slice, row: int, above: tuple[int, int] | None, goes_on: bool, heads: int
) -> tuple[int, int]:
    """Add a cell, or let the one above it go on; the row it began in, and its place among the cells (-1: blank)."""
    start, at = above if above is not None and goes_on else (row, -1)
    if at >= 0 and not part.piece.text:
        old = cells[at]
        cells[at] = Placed(old.piece, old.row, old.column, row - old.row + 1, old.column_span, old.header)
        return start, at
    if not part.piece.text:
        return start, -1
    if at >= 0:
        start = row
    cells.append(Placed(part.piece, start, part.column, row - start + 1, part.wide, start < heads))
    return start, len(cells) - 1


def _edges(run: Sequence[Row]) -> tuple[Callable[[str], int], list[int]]:
    """Where the bars of a drawn table stand, in half-width columns, or in characters where whoever drew it counted
    those; none where they stand nowhere near one another.
    """
    rows = [row for row in run if not is_rule(row)]
    for tolerance in range(1, _MOST_TOLERANCE + 1):
        for measure in (width, len):
            found = [_places(row, measure) for row in rows]
            edges: list[int] = []
            for place in sorted({place for places in found for place in places}):
                if not edges or place - edges[-1] > tolerance:
                    edges.append(place)
                else:
                    edges[-1] = place
            if 2 < len(edges) <= max(map(len, found)):
                return measure, edges
    return width, []


def _places(row: Row, measure: Callable[[str], int]) -> list[int]:
    found = [measure(row.text[: match.start()]) for match in _JOINT.finditer(row.text)]
    return found if len(found) > 1 else []


def _line(row: Row, edges: Sequence[int], measure: Callable[[str], int]) -> list[_Slice]:
    """The slices of a line, each in its columns; empty where its bars are not those of the table."""
    text = row.text
    joints = [match.start() for match in _JOINT.finditer(text)]
    slices = []
    for low, high in pairwise(joints):
        first, last = (_nearest(edges, measure(text[:joint])) for joint in (low, high))
        if first is None or last is None:
            if is_rule(row):
                continue
            return []
        if last > first:
            slices.append(_Slice(piece_at(row, low + 1, high), first, last - first))
    return slices


def _nearest(edges: Sequence[int], place: int) -> int | None:
    best = min(range(len(edges)), key=lambda at: abs(edges[at] - place))
    return best if abs(edges[best] - place) <= _MOST_TOLERANCE else None
