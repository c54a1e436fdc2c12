"""Stretches of a text whose numbers are no quantities, whatever stands around them (``non_figures.yaml``)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from operator import itemgetter
from typing import NamedTuple

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
_CODE = re.compile(r"(?:[\dA-Za-zⅠ-Ⅻ]{0,4}[+＋·/—-])?\d{0,4}(?:[+＋·/—-][\dA-Za-z]{1,4}){0,3}")
_HAN = r"\u4e00-\u9fff"
_SECTION = "numbers a section or a point"


class Claim(NamedTuple):
    """A stretch of a text whose numbers are spoken for, and by what. ``whole``: one figure spans all of it."""

    start: int
    end: int
    number_class: NumberClass
    reason: str
    whole: bool = True


def find_claims(text: str, periods: tuple[Period, ...]) -> list[Claim]:
    """The stretches of a text whose numbers are no quantities, whatever stands around them; in order, none overlapping.

    Where two overlap, the kind tried first wins: periods, document numbers, addresses, sections, slogans, names.
    """
    claims: list[tuple[int, int, Claim]] = []
    kinds = (map(_of_period, periods), _documents(text), _zones(text), _sections(text), _slogans(text), _names(text))
    for rank, found in enumerate(kinds):
        claims.extend((claim[0], rank, claim) for claim in found)
    claims.sort(key=itemgetter(0, 1))
    kept: list[tuple[int, Claim]] = []
    for start, rank, claim in claims:
        while kept and start < kept[-1][1].end and rank < kept[-1][0]:
            kept.pop()
        if not kept or start >= kept[-1][1].end:
            kept.append((rank, claim))
    return [claim for _, claim in kept]


def _of_period(period: Period) -> Claim:
    day = period.edtf is not None and len(period.edtf) > 7 and "/" not in period.edtf
    return Claim(period.start, period.end, NumberClass.DATE if day else NumberClass.PERIOD, "names a time")


def _documents(text: str) -> Iterator[Claim]:
    for match in _DOCUMENT.finditer(text):
        start, end = match.span(match.lastgroup or "n")
        yield Claim(start, end, NumberClass.DOCUMENT_NUMBER, "number of a document, after its year")


@cache
def _zone_patterns() -> tuple[re.Pattern[str], dict[str, tuple[re.Pattern[str], NumberClass, str]]]:
    """A pattern for the words that open a zone, and for each word what it claims behind it."""
    zones: dict[str, tuple[re.Pattern[str], NumberClass, str]] = {}
    for zone in non_figures().zones:
        gap = rf"[^\d\n，。；{'' if zone.over_words else _HAN}]{{0,{zone.reach}}}"
        run = rf"(?=[^\s，。；]{{{zone.least}}})\d[\d\-—－()（）、/*×xX ]{{0,40}}"
        if zone.number_class is NumberClass.ORDINAL:
            run = r"\d{1,3}"
        pattern = re.compile(r"(?P<n>[^\s，。；、\u4e00-\u9fff]{1,400})" if zone.reach == 0 else f"{gap}(?P<n>{run})")
        zones |= dict.fromkeys(zone.words, (pattern, zone.number_class, zone.reason))
    return re.compile(trie(zones)), zones


def _zones(text: str) -> Iterator[Claim]:
    opening, zones = _zone_patterns()
    addresses = {word for zone in non_figures().zones if zone.reach == 0 for word in zone.words}
    for word in opening.finditer(text):
        pattern, number_class, reason = zones[word[0]]
        if match := pattern.match(text, word.end()):
            number = match["n"].rstrip("-—－(（、/ ")
            yield Claim(
                match.start("n"), match.start("n") + len(number), number_class, reason, word[0] not in addresses
            )
    for host in _MAIL_HOST.finditer(text):
        user = _MAIL.search(text[max(0, host.start() - 40) : host.start()])
        start = host.start() - len(user[0]) if user else host.start()
        yield Claim(start, host.end(), NumberClass.IDENTIFIER, "part of an address", False)


def _sections(text: str) -> Iterator[Claim]:
    if first := _AT_LINE.match("\n" + text[:40]):
        yield Claim(first.start(first.lastgroup or 0) - 1, first.end() - 1, NumberClass.SECTION_NUMBER, _SECTION)
    for pattern in (_AT_LINE, _AT_SENTENCE, _IN_BRACKETS, _FOOTNOTE, _CIRCLED):
        for match in pattern.finditer(text):
            yield Claim(match.start(match.lastgroup or 0), match.end(), NumberClass.SECTION_NUMBER, _SECTION)


@cache
def _measured() -> re.Pattern[str]:
    return re.compile(rf"[{_C}\d](?:{either(non_figures().slogan_units)})")


def _slogans(text: str) -> Iterator[Claim]:
    """Short words in quotation marks whose numerals count nothing: “六个一”, “三提三强”, “5+2”."""
    measured = _measured()
    for match in _QUOTED.finditer(text):
        inside = match[1]
        coded = any(char.isdecimal() for char in inside)
        if coded:
            if not _CODE.fullmatch(inside):
                continue
        elif measured.search(inside):
            continue
        yield Claim(match.start() + 1, match.end() - 1, NumberClass.NAME, "slogan or name in quotation marks", coded)


def _names(text: str) -> Iterator[Claim]:
    for start, end, number_class in find_names(text):
        reason = "part of a name" if number_class is NumberClass.NAME else "set phrase"
        yield Claim(start, end, number_class, reason)
