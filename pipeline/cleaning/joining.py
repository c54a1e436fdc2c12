"""Which lines of a text belong to one paragraph.

Three kinds of files meet here: a line a paragraph; lines cut at a fixed width, within words and numbers; and the dumps
of document sites, which break before numbers. What the characters on both sides of a break make certain holds for all.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from pipeline.cleaning.lines import TITLE_END, Line

NUMBERED = re.compile(
    r"第[一二三四五六七八九十百零\d]{1,4}[章篇节编]|第[一二三四五六七八九十]{1,3}部分|[一二三四五六七八九十]{1,3}[、.．]"
    r"|[(（][一二三四五六七八九十]{1,3}[)）]|\d{1,2}[.．、](?=\D)|[(（]\d{1,2}[)）]|[①-⑳◆●■★▶【]|篇[一二三四五六七八九十\d]{1,3}"
    r"|注[：:]|附[件表]?[：:\d]"
)
_CLOSES = re.compile(r"[，。、；：！？）)》”’」』】〕,;!?％%]|\.(?=\D|$)")
_ENDS = re.compile(r"[。！？；：:;!?…]['\"”’）)》】]*$|\.$")
_OPEN_END = re.compile(r"[，、（(《“‘〈「【〔—,]$")
_DECIMAL_END = re.compile(r"[\dlIO][.．:：,，]$")
_DIGIT = re.compile(r"\d")
_NUMBER = re.compile(r"[HTlIOo『「〃]{0,2}\d|[(（\[〔［][12]\d{3}[)）\]〕］]|[lIO][.．]\d")
_DECIMAL = re.compile(r"[\dlIO]{1,7}[.．]\s?[\dlIO]{1,3}(?:[%％万亿元人所个名平册台:：、和]|，|,|$)|\d{1,3}\.$")
_UNIT = re.compile(r"[万亿千百]|[元人所个名册台套间亩年月日位件次项例份座处平%％岁公吨]")
_BARE = re.compile(r"[\d.,%％]*[\d%％]")
_SHORT = 30
_COLUMNS = re.compile(r"\S(?:\s{2,}|\t)\S+(?:\s{2,}|\t)\S|(?:\|.*){3}")
"""A row of a table drawn with blanks, tabs or bars."""
_SALUTATION = re.compile(r"^.{2,30}[：:]$")
_TITLE_LINES = 8
_LONGEST_TITLE = 70
_OPENS_TITLE = re.compile(r"关于|[12]\d{3}年|[省市县区旗州盟局]|\*\*")
_PUNCTUATED = re.compile(r"[。；：:，,]")
DATE = re.compile(
    r"[(（]?[12]\d{3}\s*[年.\-/]\s*\d{1,2}\s*(?:[月.\-/]\s*(?:\d{1,2}\s*[日曰]?)?)?[)）]?|[二〇○零一三四五六七八九十年月日()（）]{6,}"
)
"""A line that is a date and nothing else: when a report was signed."""


@dataclass(frozen=True, slots=True)
class Wrapping:
    """How the lines of a text are cut.

    ``width`` in columns, 0 where they are not cut; ``indented`` says whether paragraphs open with an indent, ``indent``
    is that of the lines that go on.
    """

    width: int = 0
    indented: bool = False
    indent: int = 0


def wrapping(lines: Sequence[Line]) -> Wrapping:
    """Tell a text with lines cut at a fixed width: those that end within a sentence are nearly equally wide."""
    pairs = list(pairwise(lines))
    open_ends = [one.width for one, two in pairs if not _ENDS.search(one.text) and not two.gap and one.width >= 24]
    if len(open_ends) < 4:
        return Wrapping()
    width = int(median(open_ends))
    near = sum(width - 6 <= w <= width + 4 for w in open_ends)
    wide = sum(line.width > width + 6 for line in lines)
    if not 30 <= width <= 120 or near < 0.55 * len(open_ends) or wide > 0.08 * len(lines):
        return Wrapping()
    full = [(one, two) for one, two in pairs if one.width >= width - 6 and not _ENDS.search(one.text)]
    starts = [two for one, two in pairs if one.width < width - 6 <= two.width]
    indent = int(median([two.indent for _, two in full])) if full else 0
    return Wrapping(width, sum(line.indent > indent for line in starts) >= 0.6 * len(starts) > 0, indent)


def joined(one: Line, two: Line, size: int, page_break: bool, way: Wrapping) -> bool:
    """Whether line ``two`` goes on where ``one`` breaks off.

    ``size`` is the length of the paragraph that ``one`` ends, ``page_break`` that only page furniture stands between.
    """
    if one.cells or two.cells or _is_date(one, two) or _COLUMNS.search(one.text) or _COLUMNS.search(two.text):
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
        page_break and size > _SHORT and not (two.indent or number or _ENDS.search(one.text))
    )


def _is_date(one: Line, two: Line) -> bool:
    return DATE.fullmatch(one.text) is not None or DATE.fullmatch(two.text) is not None


def _is_cut_number(one: Line, two: Line) -> bool:
    return bool(_DECIMAL_END.search(one.text) and _DIGIT.match(two.text))


def _joined_loose(one: Line, two: Line, number: bool, size: int) -> bool:
    """In a text whose lines are not cut at a width: after a comma, and before the numbers that dumps break at."""
    if _DECIMAL.match(two.text) and not _ENDS.search(one.text) and size > 3:
        return True
    if number or _ENDS.search(one.text):
        return False
    if _OPEN_END.search(one.text):
        return size > 3
    if size <= _SHORT and not _DIGIT.match(one.text):
        return False
    return bool(_NUMBER.match(two.text) or (_DIGIT.match(one.text[-1]) and _UNIT.match(two.text)))


def _joined_wrapped(one: Line, two: Line, number: bool, way: Wrapping) -> bool:
    ended = _ENDS.search(one.text) is not None
    if one.width < way.width - 6:
        return bool(_OPEN_END.search(one.text)) and not number
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
