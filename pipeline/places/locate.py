"""The region of each report of a source, and the stretches of its text that are about another one."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

from pipeline.model import CleanText, Place, RegionBasis, RegionReading, RegionZone, Report, Source
from pipeline.places.deciding import Spoken, decide
from pipeline.places.gazetteer import load_gazetteer
from pipeline.places.mentions import codes_of_short, find_places, short_forms
from pipeline.places.words import place_words
from pipeline.places.zones import Scope, find_zones
from pipeline.tables import Table

EDGE_LINES = 3
"""How many of the first and of the last lines are looked at as letterhead and signature."""
EDGE_LENGTH = 40
"""Letterheads and signatures are short lines."""
HEAD_EDITS = frozenset({"metadata", "noise: public account", "noise: header or footer of a page"})
"""The dropped lines that name who publishes: letterheads, 点击上方“合阳发布”, running heads."""
_DOCUMENT_NUMBER = re.compile(r"[〔\[［（(【]\s?(?:19|20)\d\d\s?[〕\]］）)】]\s?第?\d+\s?号")
_OFFICE = re.compile(r"[一-龥]{2,8}\s?$")


@dataclass(frozen=True, slots=True)
class Part:
    """A report's own text: title, publisher lines and body run together, and where the body came from."""

    text: str
    body: int
    """Where the body begins in ``text``."""
    offsets: tuple[tuple[int, int], ...]
    """(position in ``text``, position in the clean text) of each stretch of the body."""

    def back(self, position: int) -> int:
        """The position in the clean text of a position in the body."""
        here, there = self.offsets[bisect_right(self.offsets, (position, 1 << 60)) - 1]
        return there + position - here


def locate(
    source: Source, clean: CleanText, reports: tuple[Report, ...], told: str | None = None,
    tables: Sequence[Table] = (),
) -> tuple[tuple[RegionReading, ...], tuple[RegionZone, ...]]:  # fmt: skip
    """The region of each report, in order, and zones of the clean text whose figures are about another region.

    ``tables`` are those of the clean text. ``told`` is the user's word for the whole source (a code of today) and wins.
    Raises KeyError where ``told`` is no unit of today: the caller checks what the user typed.
    """
    heads = _heads(source, clean, reports)
    readings: list[RegionReading] = []
    zones: list[RegionZone] = []
    for report, head in zip(reports, heads, strict=True):
        spoken, places = _spoken(clean, report, head)
        reading = _told(told) if told is not None else decide(spoken)
        readings.append(reading)
        zones += find_zones(clean, Scope(reading.adcode, places, report.spans), tables)
    return tuple(readings), tuple(sorted(zones, key=lambda zone: zone.start))


def _told(code: str) -> RegionReading:
    region = load_gazetteer().regions[code]
    return RegionReading(code, region.name, RegionBasis.USER, ("told by the user",))


def _heads(source: Source, clean: CleanText, reports: tuple[Report, ...]) -> list[list[str]]:
    """What titles, publisher lines and dropped metadata say of each report; the source's own hints go to a sole one."""
    heads: list[list[str]] = [[report.publisher or ""] for report in reports]
    if len(reports) == 1:
        heads[0].append(source.hints.get("publisher", ""))
    starts = [min((start for start, _ in report.spans), default=0) for report in reports]
    for edit in clean.edits:
        book = _book(edit.before)
        if reports and (edit.kind in HEAD_EDITS or book is not None):
            at = clean.mapped.find(edit.start)
            index = next((i for i, r in enumerate(reports) if any(s <= at < e for s, e in r.spans)), None)
            heads[index if index is not None else _nearest(starts, at)].append(book or edit.before)
    return heads


@cache
def _books() -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, place_words().books)))


def _book(line: str) -> str | None:
    """A running head that names the book of a county by its short form, with its whole name (汶上年鉴: 汶上县年鉴).

    None for any other line, and where several units bear the name.
    """
    if len(line) > EDGE_LENGTH or not _books().search(line):
        return None
    words = place_words()
    for hit in short_forms(line):
        name = line[hit.start : hit.end]
        codes = codes_of_short(name)
        if len(codes) == 1 and name not in words.words and line.startswith(words.books, hit.end):
            return line[: hit.start] + load_gazetteer().regions[codes[0]].name + line[hit.end :]
    return None


def _nearest(starts: list[int], at: int) -> int:
    return min(range(len(starts)), key=lambda i: abs(starts[i] - at))


def _spoken(clean: CleanText, report: Report, head: list[str]) -> tuple[Spoken, tuple[Place, ...]]:
    """The report's words and places; the places of the body a second time with their spans in the clean text."""
    title = report.title or ""
    publisher = "\n".join(line for line in head if line)
    pieces, offsets = [title, "\n", publisher, "\n"], []
    at = sum(map(len, pieces))
    body_start = at
    for start, end in report.spans:
        offsets.append((at, start))
        pieces += [clean.text[start:end], "\n"]
        at += end - start + 1
    part = Part("".join(pieces), body_start, tuple(offsets))
    places = find_places(part.text)
    body = tuple(p for p in places if p.start >= body_start)
    edges = _edges(part)
    spoken = Spoken(
        text=part.text,
        title=tuple(p for p in places if p.end <= len(title)),
        publisher=tuple(p for p in places if len(title) < p.start < body_start),
        edge=tuple(p for p in body if any(s <= p.start < e for s, e in edges)),
        body=body,
        head=body_start,
        title_end=len(title),
        numbers=_numbers(part.text),
    )
    back = tuple(
        replace(p, start=part.back(p.start), end=part.back(p.start) + p.end - p.start) for p in body if part.offsets
    )
    return spoken, back


def _numbers(text: str) -> tuple[str, ...]:
    """What stands before the year in the document numbers of a text (郓教发 of 郓教发〔2018〕63号)."""
    before = (_OFFICE.search(text[max(0, m.start() - 9) : m.start()]) for m in _DOCUMENT_NUMBER.finditer(text))
    return tuple(match.group().strip() for match in before if match)


def _edges(part: Part) -> list[tuple[int, int]]:
    """The spans of the first and last short lines of the body."""
    lines = [m.span() for m in re.finditer(r"[^\n]+", part.text[part.body :])]
    edges = lines[:EDGE_LINES] + lines[max(EDGE_LINES, len(lines) - EDGE_LINES) :]
    return [(s + part.body, e + part.body) for s, e in edges if e - s <= EDGE_LENGTH]
