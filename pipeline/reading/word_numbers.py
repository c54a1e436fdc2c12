"""The numbers that Word puts before paragraphs by itself (``numbering.xml``): part of what a reader sees.

After ISO/IEC 29500-1, 17.9 (numbering) and 17.18.59 (number formats).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from lxml.etree import _Element as Element

from pipeline.reading.numerals import LEGAL, LEGAL_UNITS, chinese
from pipeline.reading.words import symbol

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
VAL = f"{W}val"


@dataclass(frozen=True, slots=True)
class Rank:
    """One level of a numbered list: ``pattern`` is like ``%1.%2``, ``gap`` what stands between number and text."""

    start: int
    form: str
    pattern: str
    gap: str
    restart: int | None
    plain: bool


@dataclass(frozen=True, slots=True)
class _List:
    abstract: str
    ranks: Mapping[int, Rank]
    starts: Mapping[int, int]


class Numbers:
    """The lists of a document, and how far each has been counted. ``label`` must be asked in the order of the text."""

    def __init__(self, numbering: Element | None, style_lists: Mapping[str, str]) -> None:
        self._lists: dict[str, _List] = {}
        self._counts: dict[str, dict[int, int]] = {}
        self._begun: set[str] = set()
        if numbering is not None:
            self._load(numbering, style_lists)

    def label(self, number: str, rank: int) -> str:
        """What stands before the next paragraph of list ``number`` at level ``rank`` (from 0), with the gap behind it;
        empty where the list has no such level or numbers nothing.
        """
        own = self._lists.get(number)
        if own is None or rank not in own.ranks:
            return ""
        counts = self._counts.setdefault(own.abstract, {})
        if number not in self._begun:
            self._begun.add(number)
            for at in own.starts:
                counts.pop(at, None)
        now = own.ranks[rank]
        start = own.starts.get(rank, now.start)
        counts[rank] = counts[rank] + 1 if rank in counts else start
        for deeper in [at for at in counts if at > rank]:
            limit = own.ranks[deeper].restart if deeper in own.ranks else None
            if limit is None or (limit > 0 and rank < limit):
                del counts[deeper]
        return self._written(own, now, counts)

    def _written(self, own: _List, now: Rank, counts: Mapping[int, int]) -> str:
        if now.form == "bullet":
            return now.pattern + now.gap if now.pattern else ""
        text = now.pattern
        for at in range(9):
            if f"%{at + 1}" in text:
                rank = own.ranks.get(at)
                start = own.starts.get(at, rank.start if rank else 1)
                form = "decimal" if now.plain or rank is None else rank.form
                text = text.replace(f"%{at + 1}", written(counts.get(at, start), form))
        return text + (now.gap if text and text[-1] not in "、）】〕．。" else "")

    def _load(self, numbering: Element, style_lists: Mapping[str, str]) -> None:
        abstracts = {element.get(f"{W}abstractNumId"): element for element in numbering.iter(f"{W}abstractNum")}
        named = {}
        for number in numbering.iter(f"{W}num"):
            link = number.find(f"{W}abstractNumId")
            named[number.get(f"{W}numId", "")] = "" if link is None else link.get(VAL, "")
        for number in numbering.iter(f"{W}num"):
            own = number.get(f"{W}numId", "")
            abstract = named[own]
            style = abstracts[abstract].find(f"{W}numStyleLink") if abstract in abstracts else None
            if style is not None:
                abstract = named.get(style_lists.get(style.get(VAL, ""), ""), abstract)
            if abstract not in abstracts:
                continue
            ranks = {_integer(level.get(f"{W}ilvl"), 0): level for level in abstracts[abstract].iter(f"{W}lvl")}
            starts: dict[int, int] = {}
            for change in number.iter(f"{W}lvlOverride"):
                at = _integer(change.get(f"{W}ilvl"), 0)
                if (level := change.find(f"{W}lvl")) is not None:
                    ranks[at] = level
                if (start := change.find(f"{W}startOverride")) is not None:
                    starts[at] = _integer(start.get(VAL), 1)
            self._lists[own] = _List(abstract, {at: _rank(level) for at, level in ranks.items()}, starts)


def _rank(level: Element) -> Rank:
    def value(name: str, default: str = "") -> str:
        element = level.find(f"{W}{name}")
        return default if element is None else str(element.get(VAL, default))

    form = value("numFmt", "decimal")
    pattern = value("lvlText")
    if form == "bullet":
        fonts = level.find(f"{W}rPr/{W}rFonts")
        font = "" if fonts is None else fonts.get(f"{W}ascii", "")
        pattern = "".join(symbol(font, f"{ord(sign):x}") if not sign.isspace() else "" for sign in pattern)
    restart = value("lvlRestart")
    legal = level.find(f"{W}isLgl")
    plain = legal is not None and legal.get(VAL, "1") not in ("0", "false", "off")
    gap = "" if value("suff", "tab") == "nothing" else " "
    return Rank(
        _integer(value("start"), 0), form, pattern, gap,
        _integer(restart, 0) if restart else None, plain,
    )  # fmt: skip


def _integer(text: str | None, default: int) -> int:
    sign = text[1:] if text and text[0] == "-" else text
    return int(text or "") if sign and sign.isascii() and sign.isdigit() and len(sign) < 7 else default


def _row(first: str, count: int) -> Callable[[int], str]:
    """Signs that follow one another in Unicode (①, ②); plain digits where they end."""
    return lambda value: chr(ord(first) + value - 1) if 1 <= value <= count else str(value)


def _of(signs: str) -> Callable[[int], str]:
    return lambda value: signs[value - 1] if 1 <= value <= len(signs) else str(value)


def _letters(value: int) -> str:
    """A, B ... Z, AA, BB ..., as Word goes on."""
    return chr(ord("A") + (value - 1) % 26) * ((value - 1) // 26 + 1) if 1 <= value <= 780 else str(value)


def _roman(value: int) -> str:
    if not 1 <= value <= 3999:
        return str(value)
    text = ""
    for size, sign in zip(
        (1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1),
        ("M", "CM", "D", "CD", "C", "XC", "L", "XL", "X", "IX", "V", "IV", "I"),
        strict=True,
    ):
        text += sign * (value // size)
        value %= size
    return text


def _digits(signs: str) -> Callable[[int], str]:
    return lambda value: "".join(signs[int(digit)] if digit.isdigit() else digit for digit in str(value))


_FORMS: dict[str, Callable[[int], str]] = {
    "decimalZero": lambda value: f"{value:02d}",
    "none": lambda value: "",
    "upperLetter": _letters,
    "lowerLetter": lambda value: _letters(value).lower(),
    "upperRoman": _roman,
    "lowerRoman": lambda value: _roman(value).lower(),
    "chineseLegalSimplified": lambda value: chinese(value, LEGAL, LEGAL_UNITS),
    "ideographTraditional": _of("甲乙丙丁戊己庚辛壬癸"),
    "ideographZodiac": _of("子丑寅卯辰巳午未申酉戌亥"),
    "ideographDigital": _digits("〇一二三四五六七八九"),
    "japaneseDigitalTenThousand": _digits("〇一二三四五六七八九"),
    "taiwaneseDigital": _digits("○一二三四五六七八九"),
    "decimalFullWidth": _digits("０１２３４５６７８９"),
    "decimalFullWidth2": _digits("０１２３４５６７８９"),
    "decimalEnclosedCircle": _row("①", 20),
    "decimalEnclosedCircleChinese": _row("①", 20),
    "decimalEnclosedParen": _row("⑴", 20),
    "decimalEnclosedFullstop": _row("⒈", 20),
    "ideographEnclosedCircle": _row("㊀", 10),
    **dict.fromkeys(
        ("chineseCounting", "chineseCountingThousand", "japaneseCounting", "taiwaneseCounting",
         "taiwaneseCountingThousand", "ideographLegalTraditional", "koreanCounting"), chinese,
    ),
}  # fmt: skip


def written(value: int, form: str) -> str:
    """A number as a number format of Word writes it (``ST_NumberFormat``); an unknown format is plain digits."""
    return _FORMS.get(form, str)(value)
