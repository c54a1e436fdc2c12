"""Which lines of a text belong to one paragraph.

Three kinds of files meet here: a line a paragraph; lines cut at a fixed width, within words and numbers; and the dumps
of document sites, which break before numbers. What the characters on both sides of a break make certain holds for all.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

from pipeline.cleaning.lines import DATE, NUMBERED, TITLE_END, Line

_CLOSES = re.compile(r"[，。、；：！？）)》”’」』】〕,;!?％%]|\.(?=\D|$)")
_ENDS = re.compile(r"[。！？；：:;!?…]['\"”’）)》】]*$|\.$")
_STOPS = "。；"
"""After these only what closes or was left open joins two lines that are not cut at a width: told at once."""
_OPEN_END = re.compile(r"[，、（(《“‘〈「【〔—,]$")
_DECIMAL_END = re.compile(r"[\dlIO][.．:：,，]$")
_DIGIT = re.compile(r"\d")
_NUMBER = re.compile(r"[HTlIOo『「〃]{0,2}\d|[(（\[〔［][12]\d{3}[)）\]〕］]|[lIO][.．]\d")
_DECIMAL = re.compile(r"[\dlIO]{1,7}[.．]\s?[\dlIO]{1,3}(?:[%％万亿元人所个名平册台:：、和]|，|,|$)|\d{1,3}\.$")
_UNIT = re.compile(r"[万亿千百]|[元人所个名册台套间亩年月日位件次项例份座处平%％岁公吨]")
_BARE = re.compile(r"[\d.,%％]*[\d%％]")
_SHORT = 30
_SLACK = 6
_END_CHARACTERS = 8
_NARROWEST, _WIDEST = 24, 120
_FEWEST = 4
_NEARLY_ALL = 0.55
_COLUMNS = re.compile(r"\S(?:\s{2,}|\t)\S+(?:\s{2,}|\t)\S|(?:\|.*){3}")
"""A row of a table drawn with blanks, tabs or bars."""
_LONGEST_DATE = 24
_SALUTATION = re.compile(r"^.{2,30}[：:]$")
_TITLE_LINES = 8
_LONGEST_TITLE = 70
_OPENS_TITLE = re.compile(r"关于|[12]\d{3}年|[省市县区旗州盟局]|\*\*")
_PUNCTUATED = re.compile(r"[。；：:，,]")


@dataclass(frozen=True, slots=True)
class Wrapping:
    """How the lines of a text are cut.

    ``width`` in half-width columns, 0 where they are not cut; ``counted``: cut after so many characters, whatever their
    width (two columns each here). ``indented`` says whether paragraphs open with an indent, ``indent`` is that of the
    lines that go on.
    """

    width: int = 0
    counted: bool = False
    indented: bool = False
    indent: int = 0

    def size(self, line: Line) -> int:
        """How long a line is in the measure of the text."""
        return 2 * (line.right - line.start) if self.counted else line.width

    def is_full(self, line: Line) -> bool:
        """Whether a line goes as far as lines go (less what a line break may not part from what follows)."""
        return self.size(line) >= self.width - _SLACK


def wrapping(lines: Sequence[Line]) -> Wrapping:
    """Tell a text with lines cut at a fixed width: those that end within a sentence are nearly equally wide."""
    pairs = list(pairwise(lines))
    broken = [one for one, two in pairs if not _at_end(_ENDS, one) and not two.gap and one.width >= _NARROWEST]
    if len(broken) < _FEWEST:
        return Wrapping()
    measured = [_measured(lines, broken, counted) for counted in (False, True)]
    share, way = max(measured, key=lambda row: row[0])
    if share < _NEARLY_ALL:
        return Wrapping()
    full = [two.indent for one, two in pairs if way.is_full(one) and not _at_end(_ENDS, one)]
    indent = int(median(full)) if full else 0
    starts = [two.indent > indent for one, two in pairs if not way.is_full(one) and way.is_full(two)]
    return replace(way, indented=sum(starts) >= 0.6 * len(starts) > 0, indent=indent)


def _measured(lines: Sequence[Line], broken: Sequence[Line], counted: bool) -> tuple[float, Wrapping]:
    """The usual width of broken lines and the share of them that keep to it; 0 where it is no width of a page."""
    way = Wrapping(1, counted)
    sizes = [way.size(line) for line in broken]
    width = int(median(sizes))
    wide = sum(way.size(line) > width + _SLACK for line in lines)
    if not _NARROWEST < width <= _WIDEST or wide > 0.08 * len(lines):
        return 0.0, way
    near = sum(width - _SLACK <= size <= width + _SLACK // 2 for size in sizes)
    return near / len(sizes), replace(way, width=width)


def joined(one: Line, two: Line, size: int, page_break: bool, way: Wrapping) -> bool:
    """Whether line ``two`` goes on where ``one`` breaks off.

    ``size`` is the length of the paragraph that ``one`` ends, ``page_break`` that only page furniture stands between.
    """
    if not way.width and one.text[-1] in _STOPS and not _CLOSES.match(two.text) and not _unclosed(one.text):
        return False
    if one.cells or two.cells or _is_date(one) or _is_date(two) or _in_columns(one.text) or _in_columns(two.text):
        return False
    parted = two.gap > 0 and not page_break
    number = numbered(two.text)
    if _CLOSES.match(two.text) or (not parted and _is_cut_number(one, two)):
        return True
    if parted:
        return False
    if _unclosed(one.text) and not number:
        return True
    if _BARE.fullmatch(one.text):
        return _UNIT.match(two.text) is not None
    if _is_title_block(one, two):
        return bool(TITLE_END.search(two.text)) and not TITLE_END.search(one.text)
    if TITLE_END.search(one.text) and (_SALUTATION.search(two.text) or not way.width):
        return False
    if way.width:
        return _joined_wrapped(one, two, number, way)
    return _joined_loose(one, two, number, size) or (
        page_break and size > _SHORT and not (two.indent or number or _at_end(_ENDS, one))
    )


def _at_end(pattern: re.Pattern[str], line: Line) -> bool:
    """Whether a line ends in what a pattern says; only its last characters are looked at."""
    return pattern.search(line.text, max(0, len(line.text) - _END_CHARACTERS)) is not None


def _is_date(line: Line) -> bool:
    return len(line.text) <= _LONGEST_DATE and DATE.fullmatch(line.text) is not None


def _in_columns(text: str) -> bool:
    """Whether a line is a row of a table; most have neither blanks nor bars and need no closer look."""
    return (len(text.split(None, 1)) > 1 or "|" in text) and _COLUMNS.search(text) is not None


def _is_cut_number(one: Line, two: Line) -> bool:
    return _at_end(_DECIMAL_END, one) and _DIGIT.match(two.text) is not None


def _joined_loose(one: Line, two: Line, number: bool, size: int) -> bool:
    """In a text whose lines are not cut at a width: after a comma, and before the numbers that dumps break at."""
    if _DECIMAL.match(two.text) and not _at_end(_ENDS, one) and size > 3:
        return True
    if number or _at_end(_ENDS, one):
        return False
    if _at_end(_OPEN_END, one):
        return size > 3
    if size <= _SHORT and not _DIGIT.match(one.text):
        return False
    return bool(_NUMBER.match(two.text) or (_DIGIT.match(one.text[-1]) and _UNIT.match(two.text)))


def _joined_wrapped(one: Line, two: Line, number: bool, way: Wrapping) -> bool:
    ended = _at_end(_ENDS, one)
    if not way.is_full(one):
        return _at_end(_OPEN_END, one) and not number
    if two.indent > way.indent + 1:
        return not ended and one.indent == two.indent and not number
    if ended:
        return way.indented and not number
    return not number or not re.match(r"第|[一二三四五六七八九十]{1,3}、|[(（][一二三四五六七八九十]", two.text)


def _is_title_block(one: Line, two: Line) -> bool:
    """Whether two lines stand where a title is, and read like one that is broken over them."""
    if two.number > _TITLE_LINES or numbered(one.text) or numbered(two.text):
        return False
    if (
        not _OPENS_TITLE.search(one.text)
        or _OPENS_TITLE.match(two.text)
        or len(one.text) + len(two.text) > _LONGEST_TITLE
    ):
        return False
    return not (_PUNCTUATED.search(one.text) or _PUNCTUATED.search(two.text) or DATE.fullmatch(one.text))


def numbered(text: str) -> bool:
    """Whether a line opens with the number of a section, an item or a note."""
    return NUMBERED.match(text) is not None


def _unclosed(text: str) -> bool:
    tail = text[-60:]
    return tail.rfind("（") > tail.rfind("）") or tail.rfind("《") > tail.rfind("》")
