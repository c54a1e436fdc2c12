"""Reading a question: which regions, indicator, time, level and kind of answer it asks for, and what isn't understood.

The same readers as for reports are at work: places, periods, and the cue words of the catalogue. Nothing is guessed:
every character of the question is either accounted for or given back as not understood.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import cache
from typing import NamedTuple

from pipeline.facts.lexicon import Hit, find_hits
from pipeline.figures import Reference, find_periods
from pipeline.model import Period, Place
from pipeline.places import find_places
from pipeline.resources.catalogue import Indicator, load_catalogue
from pipeline.resources.questions import load_question_words

_TOP = re.compile(r"前\s*(?P<count>\d{1,3}|[一二三四五六七八九十]{1,3})\s*(?:名|位|个|强)?")
_DIGITS = {digit: number for number, digit in enumerate("一二三四五六七八九十", 1)}
_PER_CUE = 0.5
"""What a further concept of a cue weighs beside the characters it covers."""
_AGAINST = 4.0
"""What a concept weighs that speaks against an indicator."""
_OF_LEVEL = 0.5
"""What a character weighs of a word that names a school level too (幼儿园)."""
_BRIDGE = 2
"""So many characters of small words between two that were not understood belong to them (平均年龄)."""
_UNKNOWN = re.compile(rf"\?(?:\?|\.{{1,{_BRIDGE}}}(?=\?))*")


class Question(NamedTuple):
    """What a question asks for.

    ``regions`` are codes; ``open_places`` mentions that several regions may be meant by. ``region_level``: only regions
    of it. ``peers``: with those of the same ``prefecture`` or ``province``. ``kind`` is ``list``, ``highest``,
    ``lowest``, ``total``, ``compare``, ``series``, ``promises``, ``standard`` or ``everything``; ``top`` how many are
    wanted. ``indicator`` is None where none was understood. ``unknown`` are the words that were not understood.
    """

    text: str
    regions: tuple[str, ...]
    open_places: tuple[Place, ...]
    region_level: str | None
    peers: str | None
    nationwide: bool
    indicator: str | None
    level: str | None
    sector: str | None
    periods: tuple[str, ...]
    status: str | None
    measure: str
    kind: str
    top: int | None
    unknown: tuple[str, ...]
    doubted: bool
    """Whether the words that were not understood say what is asked for, so that the indicator alone isn't it."""


class _Span(NamedTuple):
    start: int
    end: int


def read_question(question: str, reference: Reference | None = None) -> Question:
    """What a question asks for. ``reference`` is the moment from which 今年 and 近三年 are counted."""
    text = unicodedata.normalize("NFKC", question).strip()
    places = find_places(text)
    periods = find_periods(text, reference)
    taken = [_Span(p.start, p.end) for p in places] + [_Span(p.start, p.end) for p in periods]
    top = _TOP.search(text)
    if top:
        taken.append(_Span(*top.span()))
    told, spans = _told(text, taken)
    hits = [hit for hit in find_hits(text, 0, len(text)) if not _overlaps(hit, taken)]
    indicator, used = _indicator(text, [hit for hit in hits if not _overlaps(hit, spans)])
    level = next((hit.tag.level.value for hit in hits if hit.tag.level), None)
    concepts = frozenset().union(*(hit.tag.concepts for hit in used))
    named = [
        _Span(hit.start, hit.end) for hit in dict.fromkeys((*used, *(h for h in hits if h.tag.concepts & concepts)))
    ]
    fillers = _fillers(text)
    stray = [hit for hit in hits if hit.tag.concepts and not hit.tag.level and not hit.tag.sector]
    stray = [hit for hit in stray if not _within(hit, [*named, *spans, *fillers])]
    sector = next((h.tag.sector.value for h in hits if h.tag.sector and not _overlaps(h, named)), None)
    plain = [_Span(h.start, h.end) for h in hits if h.tag.level or h.tag.sector or h.tag.neutral]
    unknown = _left(text, [*taken, *spans, *named], [*plain, *fillers], stray)
    return Question(
        text=text,
        regions=tuple(dict.fromkeys(place.adcode for place in places if place.adcode)),
        open_places=tuple(place for place in places if place.adcode is None),
        region_level=told.get("region_level"),
        peers=told.get("peers"),
        nationwide="nationwide" in told,
        indicator=indicator,
        level=level if level != "basic" else None,
        sector=sector,
        periods=tuple(dict.fromkeys(period.edtf for period in periods if period.edtf)),
        status=told.get("status") or _planned(periods),
        measure=told.get("measure", "level"),
        kind=told.get("kind") or ("highest" if top else "list"),
        top=_count(top["count"]) if top else None,
        unknown=tuple(text[span.start : span.end] for span in unknown),
        doubted=_doubted(text, named, unknown, stray),
    )


def _told(text: str, taken: Sequence[_Span]) -> tuple[dict[str, str], list[_Span]]:
    """What the words of questions say, and where they stand; the first of a field counts, 最低 before 最高."""
    words = load_question_words()
    told: dict[str, str] = {}
    spans: list[_Span] = []
    for match in _pattern(False).finditer(text):
        span = _Span(*match.span())
        meaning = words[match.group()]
        if not _overlaps(span, taken) and told.setdefault(meaning.field, meaning.value) == meaning.value:
            spans.append(span)
    return told, spans


def _planned(periods: Sequence[Period]) -> str | None:
    """``planned`` where the words of a period say so (“十四五”规划)."""
    words = load_question_words()
    said = (words[match.group()] for period in periods for match in _pattern(False).finditer(period.text))
    ahead = any(period.planned for period in periods) or ("status", "planned") in set(said)
    return "planned" if ahead else None


def _fillers(text: str) -> list[_Span]:
    return [_Span(*match.span()) for match in _pattern(True).finditer(text)]


@cache
def _pattern(filler: bool) -> re.Pattern[str]:
    words = [word for word, said in load_question_words().items() if (said.field == "filler") == filler]
    return re.compile("|".join(re.escape(word) for word in sorted(words, key=lambda word: (-len(word), word))))


def _overlaps(span: _Span | Hit, others: Iterable[_Span]) -> bool:
    return any(span.start < other.end and other.start < span.end for other in others)


def _within(hit: Hit, spans: Iterable[_Span]) -> bool:
    return any(span.start <= hit.start and hit.end <= span.end for span in spans)


def _indicator(text: str, hits: Sequence[Hit]) -> tuple[str | None, tuple[Hit, ...]]:
    """The indicator that the words of a question name best, and those words. None where none is named.

    The name of the catalogue itself goes first; else the cue that covers most of the question.
    """
    best: tuple[float, int, str, tuple[Hit, ...]] | None = None
    for place, indicator in enumerate(load_catalogue().indicators.values()):
        scored = _score(text, indicator, hits)
        if scored is not None and (best is None or (scored[0], -place) > (best[0], -best[1])):
            best = scored[0], place, indicator.code, scored[1]
    return (best[2], best[3]) if best else (None, ())


def _score(text: str, indicator: Indicator, hits: Sequence[Hit]) -> tuple[float, tuple[Hit, ...]] | None:
    name = indicator.zh.removesuffix("数")
    at = text.find(name)
    if at >= 0:
        end = at + len(name) + (text[at + len(name) : at + len(name) + 1] == "数")
        inside = [hit for hit in hits if at <= hit.start and hit.end <= end]
        whole = Hit(at, end, name, inside[0].tag) if inside else None
        if whole is not None:
            return 2.0 * len(name), (whole,)
    against = sum(any(concept in hit.tag.concepts for hit in hits) for concept in indicator.without)
    best: tuple[float, tuple[Hit, ...]] | None = None
    for cue in indicator.cues:
        used = [next((hit for hit in hits if concept in _said(hit)), None) for concept in cue]
        if None in used:
            continue
        kept = tuple(dict.fromkeys(hit for hit in used if hit is not None))
        score = (
            sum(len(hit.word) * (_OF_LEVEL if hit.tag.level else 1.0) for hit in kept)
            + _PER_CUE * len(kept)
            - _AGAINST * against
        )
        if best is None or score > best[0]:
            best = score, kept
    return best if best is not None and best[0] > 0 else None


def _said(hit: Hit) -> frozenset[str]:
    return hit.tag.concepts | {hit.tag.level.value} if hit.tag.level else hit.tag.concepts


def _count(text: str) -> int:
    if text.isdigit():
        return int(text)
    if len(text) == 1:
        return _DIGITS[text]
    tens, _, ones = text.partition("十")
    return _DIGITS.get(tens, 1) * 10 + _DIGITS.get(ones, 0)


def _left(text: str, firm: Sequence[_Span], small: Sequence[_Span], stray: Sequence[Hit]) -> list[_Span]:
    """The words that nothing has accounted for, in order.

    ``firm`` are spans that are understood, ``small`` words that change nothing, ``stray`` words of the catalogue that
    the indicator has no use for.
    """
    rest = ["?" if char.isalnum() else " " for char in text]
    for span in small:
        rest[span.start : span.end] = "." * (span.end - span.start)
    for hit in stray:
        rest[hit.start : hit.end] = "?" * (hit.end - hit.start)
    for span in firm:
        rest[span.start : span.end] = " " * (span.end - span.start)
    return [_Span(*match.span()) for match in _UNKNOWN.finditer("".join(rest))]


def _doubted(text: str, named: Sequence[_Span], unknown: Sequence[_Span], stray: Sequence[Hit]) -> bool:
    """Whether what was not understood may be what is asked for.

    It is where it stands behind the indicator's words, as the head of a Chinese phrase does (教师平均年龄), and where
    it has words of other things and is no shorter than those of the indicator.
    """
    if not named:
        return True
    end = max(span.end for span in named)
    behind = any(text[end : span.start].strip("的 ") == "" for span in unknown if span.start >= end)
    length = sum(span.end - span.start for span in unknown)
    lost = any(hit.start < span.end and span.start < hit.end for hit in stray for span in unknown)
    return behind or (lost and length >= sum(span.end - span.start for span in named))
