"""Level, sector, scope, period and status of a linked figure, from the words that govern it."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from typing import NamedTuple

from pipeline.facts.context import Frame, periods_between
from pipeline.facts.lexicon import Hit, find_hits
from pipeline.facts.sentences import Sentence
from pipeline.facts.words import context_words
from pipeline.model import Figure, Level, Paragraph, Period, Report, Sector, Status
from pipeline.resources.catalogue import load_catalogue

_CLAUSE, _SEGMENT = 0.9, 2.0
"""Two commas or a semicolon set a level apart from a figure, where a nearer one is named."""
_FIRM_REACH = 30
_BRACKETED = re.compile(r"[（(][\u4e00-\u9fff]{2,6}[）)]")
_JOINS = re.compile(r"(?:学校)?[、和及与/（(]?(?:以及)?")
_AFTER_SCHOOLS = re.compile(r"学校[、和及与]$")
_TITLES = re.compile(r"《[^》]{0,60}(?:》|$)|^[^《》]{0,60}》")
_AHEAD = 8
"""Words of the clause up to so many characters from where a figure begins may say what it is (新建3所正在建设)."""
_BEFORE = 150
"""So far before a figure its sentence may say that it is planned, in characters."""
_ASIDES = re.compile(r"[（(][^（()）]{0,80}[)）]")
_EARLIER_CLAUSES = re.compile(r"(?s:.*)[。；;！\n]")
_CLAUSE_END = re.compile(r"[，。；,;]")
_BRACKET_REACH = 60
"""Brackets that open further before a figure are not looked for, in characters."""
_LEAD_LENGTH = 40
_SHORT_LEAD = 14
_OPENING_WORDS = 8


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a sentence stands in: its paragraph, its report, its headings, and all periods of the text in order."""

    text: str
    paragraph: Paragraph
    report: Report
    frame: Frame
    periods: Sequence[Period]
    starts: Sequence[int]
    default_status: Status
    title_period: str | None = None
    stated_period: str | None = None
    plan_period: str | None = None

    def named(self, low: int, high: int) -> Sequence[Period]:
        """The periods that begin in ``[low:high]``."""
        return periods_between(self.periods, self.starts, low, high)


def own_gap(sentence: Sentence, figure: Figure) -> tuple[int, int]:
    """The stretch between the quantity before and this one."""
    previous = sentence.before(figure)
    return (previous.end if previous else sentence.start), figure.start


class Beside(NamedTuple):
    """A figure of a sentence with the cue words that stand straight beside it."""

    sentence: Sentence
    figure: Figure
    low: int
    """Where the quantity before ends, or the sentence begins."""
    left: list[Hit]
    """Those between the quantity before and the figure."""
    right: list[Hit]
    """Those right behind it, up to the next punctuation or quantity."""


def beside(sentence: Sentence, figure: Figure) -> Beside:
    """The cue words beside a figure."""
    low, high = own_gap(sentence, figure)
    left = [hit for hit in sentence.hits_between(low, high) if hit.end <= high]
    return Beside(sentence, figure, low, left, _right_hits(sentence, figure))


def _right_hits(sentence: Sentence, figure: Figure) -> list[Hit]:
    """The hits right behind a figure, up to the next punctuation or quantity: 19所小区配套幼儿园."""
    following = sentence.after(figure)
    stop = following.start if following else sentence.end
    bracket = _BRACKETED.match(sentence.text, figure.end, stop)
    if bracket and not bracket[0].startswith(context_words().left_out, 1):
        return [hit for hit in sentence.hits_between(bracket.start(), bracket.end()) if hit.end <= bracket.end()]
    stop = min(stop, figure.end + 16)
    found = []
    for hit in sentence.hits_between(figure.end, stop):
        if hit.end > stop or sentence.breaks(figure.end, hit.start) > 0:
            break
        found.append(hit)
    return found


def merged_level(levels: list[Level]) -> Level | None:
    """One level for several named together: primary and junior are compulsory, with others basic."""
    kinds = list(dict.fromkeys(levels))
    if len(kinds) == 1:
        return kinds[0]
    if set(kinds) <= {Level.PRIMARY, Level.JUNIOR, Level.COMPULSORY, Level.NINE_YEAR, Level.TEACHING_POINT}:
        return Level.COMPULSORY
    return Level.BASIC


def _last_list(text: str, hits: list[Hit]) -> list[Hit]:
    """The last hit with those joined to it in a list."""
    group = [hits[-1]]
    for hit in reversed(hits[:-1]):
        between = text[hit.end : group[0].start]
        if hit.end > group[0].start or (len(between) <= 4 and _JOINS.fullmatch(between)):
            group.insert(0, hit)
        else:
            break
    return group


def _level_of(text: str, hits: list[Hit]) -> Level | None:
    named = [hit for hit in hits if hit.tag.level]
    if not named:
        return None
    group = _last_list(text, named)
    if len(group) == 1 and _AFTER_SCHOOLS.search(text[max(0, group[0].start - 3) : group[0].start]):
        # 各级各类学校、幼儿园, 学校和教学点: schools without more and one kind of them
        return Level.BASIC if group[0].tag.level is Level.PRESCHOOL else Level.COMPULSORY
    best: list[Level] = [hit.tag.level for hit in group if hit.tag.level]
    strong: list[Level] = [level for level in best if level not in (Level.COMPULSORY, Level.BASIC)]
    if set(strong) == {Level.TEACHING_POINT}:
        strong = best  # 义务教育学校及教学点
    return merged_level(strong if strong else best)


def find_level(words: Beside, around: Surroundings, indicator: str) -> Level | None:
    """The school level a figure is about: the nearest word that governs it, else lead and headings."""
    entry = load_catalogue().indicators[indicator]
    if entry.always:
        return entry.level
    sentence, figure, low = words.sentence, words.figure, words.low
    text, high = sentence.text, figure.start
    if level := _level_of(text, words.right):
        return level
    left = [
        hit
        for hit in words.left
        if sentence.breaks(hit.end, high) < _SEGMENT and not closed_between(text, hit.end, high)
    ]
    if left and _named_list(text, left[-1], figure):
        return Level.COMPULSORY if all(h.tag.level is not Level.PRESCHOOL for h in left) else Level.BASIC
    if level := _level_of(text, left):
        return entry.level if entry.level is Level.JUNIOR and level is Level.SENIOR else level
    if entry.level is not None:
        return entry.level
    if (whole := _bracketed_after(sentence, figure)) is not None:
        return find_level(beside(sentence, whole), around, indicator)
    earlier = [
        hit
        for hit in sentence.hits_between(sentence.start, low)
        if hit.end <= low and hit.tag.level and not closed_between(text, hit.end, figure.start)
    ]
    # 义务教育学校44个、投资8亿元，高中9个、投资5亿元: the last clause before those further away
    for reach in (_CLAUSE, _SEGMENT):
        near = [hit for hit in earlier if sentence.breaks(hit.end, figure.start) < reach]
        if near:
            earlier = near
            break
    if earlier:
        if entry.kind == "rate" or indicator.endswith("per_student"):
            return _level_of(text, earlier)
        return _subject_level([hit.tag.level for hit in earlier if hit.tag.level])
    return inherited_level(around, indicator)


_ROUND = re.compile(r"[（()）]")


@lru_cache(maxsize=8)
def _closings(text: str) -> tuple[list[int], list[int]]:
    """Where the brackets of a text stand, and, for what follows each, where the bracket that is open there is closed.

    The first entry of the second list is for what stands before all brackets; where nothing closes it is the text's
    length.
    """
    places = [match.start() for match in _ROUND.finditer(text)]
    depths = list(accumulate((1 if text[place] in "（(" else -1 for place in places), initial=0))
    closings = [len(text)] * len(depths)
    higher: list[int] = []
    for index, depth in enumerate(depths):
        while higher and depths[higher[-1]] > depth:
            closings[higher.pop()] = places[index - 1]
        higher.append(index)
    return places, closings


def _bracketed_after(sentence: Sentence, figure: Figure) -> Figure | None:
    """The figure right before the bracket that a figure stands in, whose part it is: 中学25所(其中区属11所)."""
    depth = 0
    low = max(sentence.start, figure.start - _BRACKET_REACH)
    for bracket in reversed([*_ROUND.finditer(sentence.text, low, figure.start)]):
        if bracket[0] in "）)":
            depth += 1
        elif depth == 0:
            return next((other for other in sentence.figures if other.end == bracket.start()), None)
        else:
            depth -= 1
    return None


def closed_between(text: str, low: int, high: int) -> bool:
    """Whether a bracket that was open at ``low`` is closed by ``high``: what stands in it governs nothing behind."""
    places, closings = _closings(text)
    return closings[bisect_left(places, low)] < high


def _named_list(text: str, hit: Hit, figure: Figure) -> bool:
    """Whether the last word before the figure ends a school's name in a list that the figure sums up (…小学等16个)."""
    return text[hit.end : figure.start].strip() in context_words().summed_up


def _subject_level(levels: list[Level]) -> Level | None:
    """The level of a figure that comes after others: the first one's where it takes them all in, else all together."""
    if levels[0] in (Level.COMPULSORY, Level.BASIC):
        return levels[0]
    return merged_level(levels)


def inherited_level(around: Surroundings, indicator: str) -> Level | None:
    """The level that the paragraph's first words or its headings set; the indicator's own where they set none."""
    own = around.frame.headings[-1][1] == around.paragraph.start if around.frame.headings else False
    spans = [(start, end) for _depth, start, end in reversed(around.frame.headings)]
    if not own:
        reach = _LEAD_LENGTH if load_catalogue().indicators[indicator].levelled else _SHORT_LEAD
        spans.insert(0, (around.paragraph.start, min(around.paragraph.end, around.paragraph.start + reach)))
    for start, end in spans:
        level = _opening_level(around.text[start:end])
        if level is not None:
            return level
    return Level.BASIC if load_catalogue().indicators[indicator].levelled else None


@lru_cache(maxsize=4096)
def _opening_level(text: str) -> Level | None:
    """The level that a heading or a paragraph's first words name: the only one, or the one they open with."""
    named = [(hit.start, hit.tag.level) for hit in find_hits(text, 0, len(text)) if hit.tag.level]
    if named and (len({level for _, level in named}) == 1 or named[0][0] <= _OPENING_WORDS):
        return named[0][1]
    return None


def find_sector(words: Beside, indicator: str) -> Sector | None:
    """Whether the figure is about public or private schools: words right behind it or between it and the last one."""
    if not load_catalogue().indicators[indicator].sectored:
        return None
    for hits in (words.right, words.left):
        named = [hit.tag.sector for hit in hits if hit.tag.sector]
        if named:
            return named[-1] if len(set(named)) == 1 else None
    return None


def find_scope(words: Beside) -> str | None:
    """The words that narrow the figure to a part of the region (区属, 农村), as they stand; None for the whole."""
    sentence, at = words.sentence, words.figure.start
    left = [hit.word for hit in words.left if hit.tag.scope and sentence.breaks(hit.end, at) < 1]
    named = left or [hit.word for hit in words.right if hit.tag.scope]
    return named[-1] if named else None


def find_status(clause: str, period: str | None, ahead: bool, around: Surroundings, spoken: Status) -> Status:
    """Whether a figure is achieved or planned: a period that lies ahead, the clause's verbs, headings, the title.

    ``clause`` is what :func:`clause_before` takes as such, ``spoken`` what :func:`clause_status` says of it.
    """
    year = around.report.year
    if period and year and period[:4].isdigit():
        words = context_words()
        start, last = int(period[:4]), period.split("/")[-1]
        end = int(last[:4]) if last[:4].isdigit() else start
        if start > year or (ahead and end > year):
            return Status.PLANNED
        if end < year and not words.firmly_planned.search(clause, max(0, len(clause) - _FIRM_REACH)):
            return Status.ACTUAL
        under_way = last == ".." and start <= year and around.frame.status is not Status.PLANNED
        if under_way and words.planned.search(clause) is None:
            return Status.ACTUAL
    return spoken


def clause_before(sentence: Sentence, figure: Figure) -> str:
    """The words before a figure that may say whether it is achieved, without the names of documents."""
    low = max(sentence.start, figure.start - 60)
    earlier = _EARLIER_CLAUSES.match(sentence.text, low, figure.start)
    return _without_titles(sentence.text[earlier.end() if earlier else low : figure.start + _AHEAD])


def _without_titles(text: str) -> str:
    return _TITLES.sub("", text) if "《" in text or "》" in text else text


def clause_status(sentence: Sentence, figure: Figure, around: Surroundings, clause: str) -> Status:
    """Whether a figure is achieved or planned, by its clause, its headings and its report, whatever its period."""
    words = context_words()
    told = around.frame.status or around.default_status
    own = sentence.text[figure.end : figure.start + _AHEAD]
    stop = _CLAUSE_END.search(own)
    # 计划投资2.6亿元，已完成…: what the next clause says is done is not this figure
    said = clause[: len(clause) - len(own) + stop.start()] if stop else clause
    planned, done = _last(words.planned, clause), _last(words.actual, said)
    weakly = _last(words.weakly_actual, said) if told is Status.ACTUAL else -1
    if planned > max(done, weakly):
        return Status.PLANNED
    if done < 0 and weakly < 0 and told is Status.ACTUAL and _goes_on(sentence, figure):
        return Status.PLANNED
    return Status.ACTUAL if done >= 0 else told


def _goes_on(sentence: Sentence, figure: Figure) -> bool:
    """Whether a plan goes on that an earlier clause of the sentence began: 计划投资3亿元；新增学位900个."""
    words = context_words()
    before = sentence.text[max(sentence.start, figure.start - _BEFORE) : figure.start]
    before = _ASIDES.sub("", _without_titles(before))
    planned = _last(words.firmly_planned, before)
    return planned >= 0 and planned > max(_last(words.actual, before), _last(words.weakly_actual, before))


def looks_ahead(sentence: Sentence, figure: Figure, around: Surroundings) -> bool:
    """Whether the sentence names a time to be reached before the figure: 到2025年."""
    return any(period.planned for period in around.named(sentence.start, figure.start))


def _last(pattern: re.Pattern[str], text: str) -> int:
    found = -1
    for match in pattern.finditer(text):
        found = match.start()
    return found
