"""Stretches of a text whose numbers are no quantities, whatever stands around them (``non_figures.yaml``)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from operator import itemgetter

from pipeline.figures.names import find_names
from pipeline.figures.numerals import CN_NUMERALS
from pipeline.figures.words import either, non_figures, trie
from pipeline.model import NumberClass, Period

_C = CN_NUMERALS
# Every pattern below begins with one character or set of characters, so that a text is searched for it fast.
_AT_LINE = re.compile(
    # bounded, for lines may be blank by the thousand
    rf"\n[ \t\u3000\xa0]{{0,12}}(?:[（(](?P<a>[{_C}]{{1,3}}|\d{{1,2}})[)）]|(?P<b>[{_C}]{{1,3}})[、.．]"
    rf"(?![{_C}]{{1,2}}(?:年级|[、和]))"
    r"|(?P<c>\d{1,2})(?:、|[.．](?!\d)|[)）])|(?P<d>\d{1,2}(?:\.\d{1,2}){1,3})[ \u3000、](?![\d\s])"
    r"|(?P<z>0\d)[ \u3000\xa0]{1,3}(?=\S)|(?P<r>\d{1,3})(?:[ \u3000]?\||\t)(?=[ \u3000]?[\u4e00-\u9fff“])"
    r"|[-—－][ \u3000]?(?P<e>\d{1,3})[ \u3000]?[-—－](?=[ \u3000]{0,3}(?:\n|\Z)))"
)
_AT_SENTENCE = re.compile(
    # not where a list of numbers goes on
    rf"[。；;：:！？”][ \u3000]?(?:(?P<a>[{_C}]{{1,3}})[、.．](?![{_C}])"
    r"|(?P<b>\d{1,2})(?:、(?!\s?\d{1,3}(?!\d))|[.．](?!\d)|[)）])|[（(](?P<c>\d{1,2})[)）](?=[\u4e00-\u9fff“]))"
)
_IN_BRACKETS = re.compile(
    rf"[（(](?:(?P<a>[{_C}]{{1,3}})[)）]|(?P<b>\d{{1,2}})[)）](?=[\u4e00-\u9fff“])(?<=[，,、][（(]\d[)）]))"
)
_FOOTNOTE = re.compile(r"\[(?P<a>\d{1,2})\]")
_CIRCLED = re.compile(r"(?P<a>[①-⒛㈠-㈩❶-➓])")
_DOCUMENT = re.compile(
    r"[〔\[［（(【](?:(?P<n>(?:19|20)\d\d\s?[〕\]］）)】]\s?第?\s?\d{1,5}\s?号)|(?P<m>[12]\d{3,7}[\]）)〕]\s?\d{1,4}号?))"
)
_MAIL = re.compile(r"[\w.-]{0,40}$")
_MAIL_HOST = re.compile(r"@[A-Za-z0-9-]{1,40}\.[\w.-]{1,40}")
_QUOTED = re.compile(r"[“\"〃「『‘]([^“”\"〃「」『』‘’，。；;\n]{1,14})[”\"〃」』’]")
_NUMERAL = re.compile(rf"[\d{_C}]")
_DIGIT = re.compile(r"\d")
_CODE = re.compile(r"(?:[\dA-Za-zⅠ-Ⅻ]{0,4}[+＋·/—-])?\d{0,4}(?:[+＋·/—-][\dA-Za-z]{1,4}){0,3}")
_HAN = r"\u4e00-\u9fff"
_SECTION = "numbers a section or a point"


Claim = tuple[int, int, int, NumberClass, str, bool]
"""A stretch of a text whose numbers are spoken for: start, end, rank, class, reason, whole.

Where two overlap, the one with the lower rank wins. Whole: one figure spans all of it.
"""
_PERIOD, _DATE, _SECTION_NUMBER, _NAME = (
    NumberClass.PERIOD, NumberClass.DATE, NumberClass.SECTION_NUMBER, NumberClass.NAME,
)  # fmt: skip


def find_claims(text: str, periods: tuple[Period, ...]) -> list[Claim]:
    """The stretches of a text whose numbers are no quantities, whatever stands around them; in order, none overlapping.

    Where two overlap, the kind tried first wins: periods, document numbers, addresses, sections, slogans, names.
    """
    claims = _periods(periods)
    for rank, kind in enumerate((_documents, _zones, _sections, _slogans, _names), 1):
        claims += kind(text, rank)
    claims.sort(key=itemgetter(0))  # keeps those that begin together in the order of their ranks
    kept: list[Claim] = []
    last = 0
    for claim in claims:
        start, end, rank, _, _, _ = claim
        if start < last:
            while kept and start < kept[-1][1] and rank < kept[-1][2]:
                kept.pop()
            if kept and start < kept[-1][1]:
                continue
        kept.append(claim)
        last = end
    return kept


def _periods(periods: tuple[Period, ...]) -> list[Claim]:
    claims = []
    for start, end, _, edtf, _, _ in periods:
        day = edtf is not None and len(edtf) > 7 and "/" not in edtf
        claims.append((start, end, 0, _DATE if day else _PERIOD, "names a time", True))
    return claims


def _documents(text: str, rank: int) -> Iterator[Claim]:
    for match in _DOCUMENT.finditer(text):
        start, end = match.span(match.lastgroup or "n")
        yield start, end, rank, NumberClass.DOCUMENT_NUMBER, "number of a document, after its year", True


@cache
def _zone_patterns() -> tuple[re.Pattern[str], dict[str, tuple[re.Pattern[str], NumberClass, str, bool]]]:
    """A pattern for the words that open a zone, and for each word what it claims behind it, and whether as a whole."""
    zones: dict[str, tuple[re.Pattern[str], NumberClass, str, bool]] = {}
    for zone in non_figures().zones:
        gap = rf"[^\d\n，。；{'' if zone.over_words else _HAN}]{{0,{zone.reach}}}"
        run = rf"(?=[^\s，。；]{{{zone.least}}})\d[\d\-—－()（）、/*×xX ]{{0,40}}"
        if zone.number_class is NumberClass.ORDINAL:
            run = r"\d{1,3}"
        pattern = re.compile(r"(?P<n>[^\s，。；、\u4e00-\u9fff]{1,400})" if zone.reach == 0 else f"{gap}(?P<n>{run})")
        zones |= dict.fromkeys(zone.words, (pattern, zone.number_class, zone.reason, zone.reach > 0))
    return re.compile(trie(zones)), zones


def _zones(text: str, rank: int) -> Iterator[Claim]:
    opening, zones = _zone_patterns()
    for word in opening.finditer(text):
        pattern, number_class, reason, whole = zones[word[0]]
        if match := pattern.match(text, word.end()):
            start, number = match.start("n"), match["n"].rstrip("-—－(（、/ ")
            yield start, start + len(number), rank, number_class, reason, whole
    for host in _MAIL_HOST.finditer(text):
        user = _MAIL.search(text[max(0, host.start() - 40) : host.start()])
        start = host.start() - len(user[0]) if user else host.start()
        yield start, host.end(), rank, NumberClass.IDENTIFIER, "part of an address", False


def _sections(text: str, rank: int) -> Iterator[Claim]:
    if first := _AT_LINE.match("\n" + text[:40]):
        yield first.start(first.lastindex or 0) - 1, first.end() - 1, rank, _SECTION_NUMBER, _SECTION, True
    for pattern in (_AT_LINE, _AT_SENTENCE, _IN_BRACKETS, _FOOTNOTE, _CIRCLED):
        for match in pattern.finditer(text):
            yield match.start(match.lastindex or 0), match.end(), rank, _SECTION_NUMBER, _SECTION, True


@cache
def _measured() -> re.Pattern[str]:
    return re.compile(rf"[{_C}\d](?:{either(non_figures().slogan_units)})")


def _slogans(text: str, rank: int) -> Iterator[Claim]:
    """Short words in quotation marks whose numerals count nothing: “六个一”, “三提三强”, “5+2”."""
    measured = _measured()
    for match in _QUOTED.finditer(text):
        inside = match[1]
        if not _NUMERAL.search(inside):
            continue
        coded = _DIGIT.search(inside) is not None
        if _CODE.fullmatch(inside) if coded else not measured.search(inside):
            yield match.start(1), match.end(1), rank, _NAME, "slogan or name in quotation marks", coded


def _names(text: str, rank: int) -> Iterator[Claim]:
    for start, end, number_class in find_names(text):
        yield start, end, rank, number_class, "part of a name" if number_class is _NAME else "set phrase", True
