"""Steps over characters: line ends, entities, invisible characters, stray tags, width."""

from __future__ import annotations

import re
from functools import cache
from html import unescape
from unicodedata import normalize

from pipeline.cleaning.data import mending
from pipeline.mapped import Change, Mapped
from pipeline.resources import lines_of

_LINE_END = re.compile("\r\n?|[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_ENTITY = re.compile(r"&(#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30})[;；]")
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f\xad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufe00-\ufe0f\ufeff\ufff9-\ufffb]+"
)
_RADICALS = re.compile("[\u2e80-\u2fdf\uf900-\ufaff]+")
"""CJK Radicals Supplement, Kangxi Radicals, CJK Compatibility Ideographs."""

_TAG = re.compile(r"<(?:/?[A-Za-z][A-Za-z0-9]{0,20}(?:\s[^<>\n]{0,300})?/?|!--[^<>\n]{0,300}--)>")

_WIDE = {code: chr(code - 0xFEE0) for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))}
_WIDE[0xFF05] = "%"
_WIDE_RUN = re.compile("[０-９Ａ-Ｚａ-ｚ％]+")
_WIDE_POINT = re.compile("[．：／－，](?=[0-9])")
_THOUSANDS = re.compile("，[0-9]{3}(?![0-9])")
_DIGITS = "0123456789"
_POINTS = {"．": ".", "：": ":", "，": ",", "／": "/", "－": "-"}
_WIDE_DIGIT = re.compile("[０-９]")

_DOUBLED = re.compile(r"，，|、、|；；|：：|(?<=[\u4e00-\u9fff%]),,(?=[\u4e00-\u9fff])")
_PAIRS = ("，，", "、、", "；；", "：：", ",,")
_BLANK_BY_DIGIT = re.compile(r"[0-9](?:[ \u2009\u202f][0-9:%.]|[.:] [0-9])")
_BLANK_IN_NUMBER = re.compile(
    r"(?<![0-9.] )(?<![0-9.])[0-9](?P<spaced>(?: [0-9.]){2,})(?= ?[%\u4e00-\u9fff])"
    r"|(?<![0-9.,])(?<=[^\s0-9.,])[0-9]{1,3}(?P<groups>(?:[ \u2009\u202f][0-9]{3})+)(?![0-9])"
    r"|(?<=[0-9])(?P<point>\. | \. ?)(?=[0-9])"
    r"|(?<=[0-9])(?P<ratio> : ?|: )(?=[0-9])"
    r"|(?<=[0-9])(?P<percent> )(?=%)"
    r"|(?<=[^\s0-9][1-9])(?P<zero> 0 )(?=[0-9]{3}(?![0-9]))"
)


def line_ends(text: str) -> list[Change]:
    """Every kind of line end becomes a line feed."""
    return [Change(match.start(), match.end(), "\n") for match in _LINE_END.finditer(text)]


def entities(text: str) -> list[Change]:
    """Character entities of HTML that were left in a text (``&nbsp;``, ``&ldquo;``, ``&#8220;``)."""
    changes = []
    for match in _ENTITY.finditer(text):
        meant = _entity(match.group(1))
        if meant is not None:
            changes.append(Change(match.start(), match.end(), meant))
    return changes


@cache
def _entity(name: str) -> str | None:
    known = mending().entities.get(name)
    if known is not None:
        return known
    meant = unescape(f"&{name};")
    return None if meant == f"&{name};" else "".join(c for c in meant if c.isprintable() or c.isspace())


def invisible(text: str) -> list[Change]:
    """Control characters, zero-width characters and direction marks go."""
    return [Change(match.start(), match.end(), "") for match in _INVISIBLE.finditer(text)]


def radicals(text: str) -> list[Change]:
    """Radicals and compatibility characters, which look like common characters, become those, one for one."""
    return [
        Change(match.start(), match.end(), "".join(map(_common, match.group())), aligned=True)
        for match in _RADICALS.finditer(text)
    ]


@cache
def _common(radical: str) -> str:
    known = dict(line.split(",") for line in lines_of("radicals.csv"))
    plain = known.get(radical) or normalize("NFKC", radical)
    return plain if len(plain) == 1 else radical


def tags(text: str) -> list[Change]:
    """Tags of a page that were left in a text go."""
    return [Change(match.start(), match.end(), "") for match in _TAG.finditer(text)] if "<" in text else []


def doubled(text: str) -> list[Change]:
    """Commas and the like that stand twice in a row are one."""
    if not any(pair in text for pair in _PAIRS):
        return []
    return [Change(match.start() + 1, match.end(), "") for match in _DOUBLED.finditer(text)]


def width(text: str) -> list[Change]:
    """Full-width digits, letters and percent signs become plain ones, character by character."""
    return [
        Change(match.start(), match.end(), match.group().translate(_WIDE), aligned=True)
        for match in _WIDE_RUN.finditer(text)
    ]


def points(mapped: Mapped, layer: str) -> list[Change]:
    """Full-width points and colons inside numbers become plain ones, after :func:`width` and the joining of lines.

    A comma is a thousands separator only where the digits beside it were full-width in the layer.
    """
    changes = []
    for match in _WIDE_POINT.finditer(mapped.text):
        at = match.start()
        sign = match.group()
        if not at or mapped.text[at - 1] not in _DIGITS:
            continue
        if sign == "，":
            if not _THOUSANDS.match(mapped.text, at):
                continue
            low, high = mapped.span(at - 1, at + 2)
            if not _WIDE_DIGIT.search(layer, low, high):
                continue
        changes.append(Change(at, at + 1, _POINTS[sign], aligned=True))
    return changes


def blanks_in_numbers(text: str) -> list[Change]:
    """Blanks that printers and scanners put into numbers go: ``15 218人``, ``98. 7%``, ``1 : 12.8``, ``2 0 2 3年``."""
    changes: list[Change] = []
    if not _BLANK_BY_DIGIT.search(text):
        return changes
    for match in _BLANK_IN_NUMBER.finditer(text):
        if match.group("spaced"):
            start = match.start("spaced")
            changes += [Change(start + at, start + at + 1, "") for at in range(0, match.end("spaced") - start, 2)]
            continue
        if match.group("groups"):
            start = match.start("groups")
            changes += [Change(start + at, start + at + 1, "") for at in range(0, match.end("groups") - start, 4)]
            continue
        name = match.lastgroup or "point"
        after = {"point": ".", "ratio": ":", "percent": "", "zero": "0"}[name]
        if name == "point" and _starts_line(text, match.start()):
            continue
        changes.append(Change(match.start(), match.end(), after))
    return changes


def _starts_line(text: str, at: int) -> bool:
    """Whether the digits before ``at`` open a line: ``1. 2023年`` is an item, not a decimal."""
    while at and text[at - 1].isdigit():
        at -= 1
    return at == 0 or text[at - 1] in "\n 　"
