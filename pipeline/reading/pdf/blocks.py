"""The rows of a flow to paragraphs and headings."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

from pipeline.model import BlockKind
from pipeline.reading.pdf.columns import Flow
from pipeline.reading.pdf.rows import Row
from pipeline.reading.pdf.tables import line_of

_INDENT = 1.2
"""An indent deeper than this, in sizes, opens a paragraph. Chinese ones are 2."""

_EDGE, _OPEN_EDGE = 0.4, 2.2
"""By how much, in sizes, a full line may stay short of the edge of its column beyond the room that the next word takes:
where it ends a sentence, and where it doesn't or the next paragraph would open with an indent. Marks that may not open
a line hang over the edge, or take the character before them to the next line."""

_LEADING = 1.25
"""A step to the next line that is longer than this, in usual steps, parts two paragraphs."""

_TITLE_STEP = 2.2
_OTHER_SIZE = 0.12
_LARGE, _TITLE = 1.12, 1.3
_TOP_SIZE = 0.95
_LONGEST_HEADING, _LONGEST_TITLE = 60, 80
_HEADING_LINES = 3
_TOKEN = re.compile(r"[A-Za-z0-9.,%％:/+-]+")
_ENDS = re.compile(r"[。！？；：!?;:][”’）)》】]*$")
_SENTENCE_ENDS = re.compile(r"[。！？!?][”’）)》】]*$")
_CLOSED = re.compile(r"[。；，、,;]$")
_NUMBERED = re.compile(
    r"第[一二三四五六七八九十百零\d]{1,4}[章篇节编条部]|[一二三四五六七八九十]{1,3}[、.．]|[(（][一二三四五六七八九十\d]{1,3}[)）]"
    r"|\d{1,2}(?:\.\d{1,2}){0,3}[.．、](?=\D)|[①-⑳◆●■★▶•·]|附[件表录][：:\d一二三四五六七八九十]|注[：:]|[图表]\s?\d{1,3}"
)
_BRACKETED = re.compile(r"[(（〔\[【—]")
_DATED = re.compile(r"[12]\d{3}年(?:\d{1,2}月(?:\d{1,2}日)?)?$|[二〇○零一三四五六七八九十]{2,8}年")


@dataclass(frozen=True, slots=True)
class TextBlock:
    """A paragraph or heading on one page: its lines, the places of doubtful characters in each, size and face.

    ``opens``: its first line is indented as those of paragraphs are; ``open_end``: its last line goes to the edge of
    its column, so that it may go on in the next one; ``centred``: its lines stand in the middle of the column.
    """

    lines: tuple[str, ...]
    doubtful: tuple[tuple[int, ...], ...]
    size: float
    heavy: bool
    kind: BlockKind = BlockKind.PARAGRAPH
    opens: bool = False
    open_end: bool = False
    centred: bool = False
    continues: bool = False


@dataclass(frozen=True, slots=True)
class _Measure:
    """What is usual in a flow: its edges, step from line to line, size; whether paragraphs open with an indent."""

    left: float
    right: float
    step: float
    size: float
    indenting: bool


def blocks_of(rows: Sequence[Row], flow: Flow) -> list[TextBlock]:
    """The paragraphs of rows that follow one another in a flow; headings are told later (:func:`told_headings`)."""
    if not rows:
        return []
    measure = _measured(rows, flow)
    groups: list[list[Row]] = [[rows[0]]]
    for one, two in pairwise(rows):
        if _goes_on(groups[-1], one, two, measure):
            groups[-1].append(two)
        else:
            groups.append([two])
    return [_block(group, measure) for group in groups]


def _measured(rows: Sequence[Row], flow: Flow) -> _Measure:
    """The left edge is where most lines begin that begin left; titles in the middle don't move it."""
    size = median([row[0].size for row in rows])
    starts = Counter(round((row[0].left - flow.left) / size) for row in rows)
    usual = min((start for start, count in starts.items() if count >= 0.2 * len(rows)), default=0)
    left = min(row[0].left for row in rows if round((row[0].left - flow.left) / size) == usual)
    steps = [two[0].baseline - one[0].baseline for one, two in pairwise(rows)]
    near = [step for step in steps if 0 < step < 3 * size]
    opened = [one for one, two in pairwise(rows) if 1.5 < (one[0].left - left) / size < 3 and two[0].left - left < size]
    indenting = len(opened) > max(1, len(rows) // 20)
    return _Measure(left, flow.right, median(near) if near else 1.5 * size, size, indenting)


def _goes_on(group: Sequence[Row], one: Row, two: Row, measure: _Measure) -> bool:
    """Whether row ``two`` goes on with the paragraph that ``one`` ends."""
    size, other = _size(one), _size(two)
    text, following = line_of(one)[0], line_of(two)[0]
    unlike = abs(size - other) > _OTHER_SIZE * max(size, other) or _heavy(one) != _heavy(two)
    if (unlike or _BRACKETED.match(following)) and not _same_face(one, two, measure):
        return False
    step = two[0].baseline - one[0].baseline
    large = min(size, other) > _LARGE * measure.size
    if large or (_heavy(one) and _heavy(two) and _is_centred(one, measure) and _is_centred(two, measure)):
        return 0 < step < _TITLE_STEP * size and _is_one_title(text, following)
    if not 0 < step <= _LEADING * max(measure.step, 1.1 * size):
        return False
    indented = two[0].left - measure.left > _INDENT * size
    if not _is_full(one, following, measure):
        return False
    if indented:
        same = abs(two[0].left - one[0].left) < 0.5 * size
        return same and len(group) > 1 and not _ENDS.search(text) and not _NUMBERED.match(following)
    return measure.indenting or not (_ENDS.search(text) and _NUMBERED.match(following))


def _same_face(one: Row, two: Row, measure: _Measure) -> bool:
    """Whether rows of different looks may yet be of one paragraph: its first words alone are bold, or a bracket opens
    the second.
    """
    if abs(_size(one) - _size(two)) > _OTHER_SIZE * max(_size(one), _size(two)):
        return False
    return one[-1].right > measure.right - 3 * _size(one) and two[0].left - measure.left < _INDENT * _size(two)


def _is_one_title(text: str, following: str) -> bool:
    """Whether two lines in the middle of a column are one title."""
    if _NUMBERED.match(text) or _NUMBERED.match(following) or _BRACKETED.match(following):
        return False
    return not (_ENDS.search(text) or _DATED.match(following) or _DATED.fullmatch(text))


def _is_full(row: Row, following: str, measure: _Measure) -> bool:
    """Whether a line goes as far as it can: the next word would not have found room."""
    size = _size(row)
    token = _TOKEN.match(following)
    room = 0.55 * len(token.group()) if token else 1.0
    slack = _EDGE if not measure.indenting and _SENTENCE_ENDS.search(row[-1].text) else _OPEN_EDGE
    return row[-1].right + (room + slack) * size >= measure.right


def _is_centred(row: Row, measure: _Measure) -> bool:
    before, behind = row[0].left - measure.left, measure.right - row[-1].right
    return min(before, behind) > 1.5 * _size(row) and abs(before - behind) < 2 * _size(row)


def _size(row: Row) -> float:
    return max(row, key=lambda run: len(run.text)).size


def _heavy(row: Row) -> bool:
    return all(run.heavy for run in row)


def _block(group: Sequence[Row], measure: _Measure) -> TextBlock:
    lines = [line_of(row) for row in group]
    size = median(sorted(_size(row) for row in group))
    return TextBlock(
        lines=tuple(text for text, _ in lines),
        doubtful=tuple(doubtful for _, doubtful in lines),
        size=size,
        heavy=all(_heavy(row) for row in group),
        opens=group[0][0].left - measure.left > _INDENT * size,
        open_end=_is_full(group[-1], "", measure),
        centred=all(_is_centred(row, measure) for row in group),
    )


def body_size(blocks: Iterable[TextBlock]) -> float:
    """The size most characters are set in."""
    sizes: Counter[float] = Counter()
    for block in blocks:
        sizes[round(2 * block.size) / 2] += sum(map(len, block.lines))
    return max(sizes, key=lambda size: (sizes[size], -size)) if sizes else 0.0


def told_headings(blocks: Sequence[TextBlock], body: float, plain: bool) -> list[TextBlock]:
    """The same blocks, headings and titles told by their size and face. ``plain``: most text is not in bold."""
    largest = max((block.size for block in blocks if _is_short(block)), default=0.0)
    result = []
    for block in blocks:
        kind = block.kind
        if _is_short(block) and not _CLOSED.search(block.lines[-1]):
            text = "".join(block.lines)
            if block.size >= max(_TITLE * body, _TOP_SIZE * largest) and not _NUMBERED.match(text):
                kind = BlockKind.TITLE
            elif block.size >= _LARGE * body or (block.heavy and plain):
                kind = BlockKind.HEADING
        result.append(replace(block, kind=kind))
    return result


def _is_short(block: TextBlock) -> bool:
    return len(block.lines) <= _HEADING_LINES and sum(map(len, block.lines)) <= _LONGEST_TITLE


def may_continue(one: TextBlock, two: TextBlock, indenting: bool) -> bool:
    """Whether ``two``, at the top of a column, goes on with ``one``, at the end of the one before.

    ``indenting``: the paragraphs of the document open with an indent, so that one without goes on.
    """
    if one.kind is not BlockKind.PARAGRAPH or two.kind is not BlockKind.PARAGRAPH or two.opens or not one.open_end:
        return False
    if abs(one.size - two.size) > _OTHER_SIZE * one.size or one.centred or two.centred:
        return False
    return not (_ENDS.search(one.lines[-1]) and (not indenting or _NUMBERED.match(two.lines[0])))
