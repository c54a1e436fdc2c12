"""The lines of a plain text, and what a table drawn in it is made of."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

BLANK = " \t\u3000\xa0\u2002\u2003"
_LINE = re.compile(r"[^\r\n]+|\r\n|\r|\n")

NUMBER = re.compile(
    r"[约近超逾≥≤><+＋\-－—]?\d[\d,，]*(?:[.．]\d+)?\s?(?:[%％‰]|[\u4e00-\u9fff㎡/]{1,5}(?:[(（][\u4e00-\u9fff]{1,4}[)）])?)?"
    r"[*＊①-⑩]?"
)
"""A cell that holds a figure."""

_YEAR = re.compile(r"(?:19|20)\d\d(?:年|学年)?(?:度|末|底|上半年|下半年)?")
"""A cell that heads a column of figures: a year."""

_NO_VALUE = re.compile(r"[-—–―/／.…×*＊]{1,4}|…+|无|暂无|缺")
_SENTENCE = re.compile(r"[。；！？]|，[^，]*，")


class Piece(NamedTuple):
    """The characters of a cell in the text, without the blanks around, and where on the line they stand: ``left`` and
    ``right`` count half-width columns, ``at`` characters.
    """

    start: int
    end: int
    text: str
    left: int
    right: int
    at: int

    def by_characters(self) -> Piece:
        """The piece with its place counted in characters."""
        return self._replace(left=self.at, right=self.at + len(self.text))


class Row(NamedTuple):
    """A line of the text that may be a row. ``number`` counts the lines, blank ones too."""

    number: int
    start: int
    text: str


@dataclass(frozen=True, slots=True)
class Placed:
    """A cell in its place; a span of 0 rows says that it goes on from the cell above."""

    piece: Piece
    row: int
    column: int
    row_span: int = 1
    column_span: int = 1
    header: bool = False


@dataclass(frozen=True, slots=True)
class Drawn:
    """A table that was found: its cells in the order of the text, and the lines it takes, first to last."""

    cells: tuple[Placed, ...]
    first: int
    last: int
    lines: frozenset[int] = field(default_factory=frozenset)


def lines_of(text: str) -> Iterator[Row]:
    """The lines that hold something but blanks, with their numbers; lines end at LF, CR or CRLF."""
    number = 0
    for match in _LINE.finditer(text):
        words = match.group()
        if words[0] in "\r\n":
            number += 1
        elif not words.isspace():
            yield Row(number, match.start(), words)


def piece_at(row: Row, start: int, end: int) -> Piece:
    """The characters ``[start:end]`` of a row as a piece, blanks at its ends cut off."""
    words = row.text[start:end]
    stripped = words.lstrip(BLANK)
    start += len(words) - len(stripped)
    words = stripped.rstrip(BLANK)
    left = width(row.text[:start])
    return Piece(row.start + start, row.start + start + len(words), words, left, left + width(words), start)


def width(text: str) -> int:
    """How many half-width columns a text takes; characters of either width count as full ones, but for those that
    tables are drawn with.
    """
    return len(text) if text.isascii() else sum(map(_width, text))


@lru_cache(maxsize=8192)
def _width(character: str) -> int:
    if "\u2500" <= character <= "\u257f":
        return 1
    return 2 if unicodedata.east_asian_width(character) in "WFA" else 1


def is_number(text: str) -> bool:
    """Whether a cell holds a figure or the mark that there is none, and no year that heads a column."""
    return bool(NUMBER.fullmatch(text) or _NO_VALUE.fullmatch(text)) and not _YEAR.fullmatch(text)


def is_figure(text: str) -> bool:
    """Whether a cell holds a figure."""
    return bool(NUMBER.fullmatch(text)) and not _YEAR.fullmatch(text)


def is_sentence(text: str) -> bool:
    """Whether words are running text, which rows of a table don't hold."""
    return _SENTENCE.search(text) is not None
