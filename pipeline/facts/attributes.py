"""Level, sector, scope, period and status of a linked figure, from the words that govern it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from pipeline.facts.context import Frame, periods_between
from pipeline.facts.lexicon import Hit, find_hits
from pipeline.facts.sentences import Sentence
from pipeline.facts.words import context_words
from pipeline.model import Figure, Level, Paragraph, Period, Report, Sector, Status
from pipeline.resources.catalogue import load_catalogue

_LEVEL_BY_INDICATOR = {
    "public_preschool_share": Level.PRESCHOOL,
    "inclusive_preschool_share": Level.PRESCHOOL,
}
_NO_LEVEL = frozenset({
    "teachers", "staff", "contract_teachers", "teachers_recruited", "teaching_posts_added", "teachers_rotated",
    "principals_rotated", "teachers_trained", "key_teachers", "key_teachers_added", "key_teacher_share",
    "education_expenditure", "education_budget_share", "education_loans", "social_funding", "student_aid",
})  # fmt: skip
_PAIR_REACH = 12
_FIRM_REACH = 30
_EXTREMES = ("最", "来最", "之最", "新高", "新低")
"""Behind a span these compare with it: 近十年最低."""
_BRACKETED = re.compile(r"[（(][\u4e00-\u9fff]{2,6}[）)]")
_TITLES = re.compile(r"《[^》]{0,60}(?:》|$)|^[^《》]{0,60}》")
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


def own_gap(sentence: Sentence, figure: Figure) -> tuple[int, int]:
    """The stretch between the quantity before and this one."""
    previous = sentence.before(figure)
    return (previous.end if previous else sentence.start), figure.start


def _right_hits(sentence: Sentence, figure: Figure) -> list[Hit]:
    """The hits right behind a figure, up to the next punctuation or quantity: 19所小区配套幼儿园."""
    following = sentence.after(figure)
    stop = following.start if following else sentence.end
    bracket = _BRACKETED.match(sentence.text, figure.end, stop)
    if bracket:
        return [hit for hit in sentence.hits_between(bracket.start(), bracket.end()) if hit.end <= bracket.end()]
    found = []
    for hit in sentence.hits_between(figure.end, min(stop, figure.end + 16)):
        if hit.end > min(stop, figure.end + 16) or sentence.breaks(figure.end, hit.start) > 0:
            break
        found.append(hit)
    return found


def _merged(levels: list[Level]) -> Level | None:
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
        if hit.end > group[0].start or (len(between) <= 3 and re.fullmatch(r"[、和及与/（(]?(?:以及)?", between)):
            group.insert(0, hit)
        else:
            break
    return group


def _level_of(text: str, hits: list[Hit]) -> Level | None:
    named = [hit for hit in hits if hit.tag.level]
    if not named:
        return None
    group = _last_list(text, named)
    best: list[Level] = [hit.tag.level for hit in group if hit.tag.level]
    strong: list[Level] = [level for level in best if level not in (Level.COMPULSORY, Level.BASIC)]
    return _merged(strong if strong else best)


def find_level(sentence: Sentence, figure: Figure, around: Surroundings, indicator: str) -> Level | None:
    """The school level a figure is about: the nearest word that governs it, else lead and headings."""
    if indicator in _LEVEL_BY_INDICATOR:
        return _LEVEL_BY_INDICATOR[indicator]
    low, high = own_gap(sentence, figure)
    text = sentence.text
    if level := _level_of(text, _right_hits(sentence, figure)):
        return level
    left = [
        hit
        for hit in sentence.hits_between(low, high)
        if low <= hit.start
        and hit.end <= high
        and sentence.breaks(hit.end, high) < 2
        and not _closed(text, hit.end, high)
    ]
    if left and _named_list(text, left[-1], figure):
        return Level.COMPULSORY if all(h.tag.level is not Level.PRESCHOOL for h in left) else Level.BASIC
    if level := _level_of(text, left):
        return level
    earlier = [
        hit
        for hit in sentence.hits_between(sentence.start, low)
        if hit.end <= low and hit.tag.level and not _closed(text, hit.end, figure.start)
    ]
    if earlier:
        if load_catalogue().indicators[indicator].kind == "rate" or indicator.endswith("per_student"):
            return _level_of(text, earlier)
        return _subject_level([hit.tag.level for hit in earlier if hit.tag.level])
    return inherited_level(around, indicator)


def _closed(text: str, low: int, high: int) -> bool:
    """Whether a bracket that was open at ``low`` is closed by ``high``: what stands in it governs nothing behind."""
    depth = 0
    for char in text[low:high]:
        if char in "（(":
            depth += 1
        elif char in "）)":
            depth -= 1
            if depth < 0:
                return True
    return False


def _named_list(text: str, hit: Hit, figure: Figure) -> bool:
    """Whether the last word before the figure ends a school's name in a list that the figure sums up (…小学等16个)."""
    return text[hit.end : figure.start].strip() in context_words().summed_up


def _subject_level(levels: list[Level]) -> Level | None:
    """The level of a figure that comes after others: the first one's where it takes them all in, else all together."""
    if levels[0] in (Level.COMPULSORY, Level.BASIC):
        return levels[0]
    return _merged(levels)


def inherited_level(around: Surroundings, indicator: str) -> Level | None:
    """The level that the paragraph's first words or its headings set; the indicator's own where they set none."""
    own = around.frame.headings[-1][1] == around.paragraph.start if around.frame.headings else False
    spans = [(start, end) for _depth, start, end in reversed(around.frame.headings)]
    if not own:
        reach = _SHORT_LEAD if indicator in _NO_LEVEL else _LEAD_LENGTH
        spans.insert(0, (around.paragraph.start, min(around.paragraph.end, around.paragraph.start + reach)))
    for start, end in spans:
        level = _opening_level(around.text[start:end])
        if level is not None:
            return level
    return None if indicator in _NO_LEVEL else Level.BASIC


@lru_cache(maxsize=4096)
def _opening_level(text: str) -> Level | None:
    """The level that a heading or a paragraph's first words name: the only one, or the one they open with."""
    named = [(hit.start, hit.tag.level) for hit in find_hits(text, 0, len(text)) if hit.tag.level]
    if named and (len({level for _, level in named}) == 1 or named[0][0] <= _OPENING_WORDS):
        return named[0][1]
    return None


def find_sector(sentence: Sentence, figure: Figure) -> Sector | None:
    """Whether the figure is about public or private schools: words right behind it or between it and the last one."""
    low, high = own_gap(sentence, figure)
    for hits in (_right_hits(sentence, figure), [h for h in sentence.hits_between(low, high) if h.end <= high]):
        named = [hit.tag.sector for hit in hits if hit.tag.sector]
        if named:
            return named[-1] if len(set(named)) == 1 else None
    return None


def find_scope(sentence: Sentence, figure: Figure) -> str | None:
    """The words that narrow the figure to a part of the region (区属, 农村), as they stand; None for the whole."""
    low, high = own_gap(sentence, figure)
    left = [h for h in sentence.hits_between(low, high) if h.end <= high and sentence.breaks(h.end, high) < 1]
    for hits in (left, _right_hits(sentence, figure)):
        named = [hit.word for hit in hits if hit.tag.scope]
        if named:
            return named[-1]
    return None


def find_period(sentence: Sentence, figure: Figure, around: Surroundings) -> str | None:
    """The period a figure holds in, as EDTF: the sentence's, else the paragraph's lead's, else the headings'."""
    text = sentence.text
    own = _usable(around, sentence.start, sentence.end)
    before = [p for p in own if p.end <= figure.start and not _closed(text, p.end, figure.start)]
    for period in reversed(before):
        if _starting_point(sentence, period, figure):
            earlier = [p for p in before if p.end <= period.start]
            return _last_of(earlier[-1].edtf, around) if earlier else _open_end(around)
        if period.text.startswith("连续") and sentence.breaks(period.end, figure.start) >= 1:
            continue
        now = context_words().now.search(text, period.end, figure.start)
        if now and not (period.start > figure.start - 12):
            return _open_end(around) if now[0] in context_words().nowadays else _undated(around)
        return _of_two_levels(sentence, figure, period.edtf, around)
    following = sentence.after(figure)
    stop = following.start if following else sentence.end
    behind = [p for p in own if figure.end <= p.start < stop and sentence.breaks(figure.end, p.start) < 1]
    if behind and behind[0].start - figure.end < 4:
        return behind[0].edtf
    if context_words().now.search(text, sentence.start, figure.start):
        return _undated(around)
    lead = [p for p in _usable(around, around.paragraph.start, sentence.start) if _leads(around, p)]
    if lead:
        first = lead[0]
        edtf = (first if first.start - around.paragraph.start < _LEAD_LENGTH else lead[-1]).edtf
    else:
        edtf = around.frame.period.edtf if around.frame.period else around.stated_period or around.title_period
    return _of_two_levels(sentence, figure, edtf, around)


def _undated(around: Surroundings) -> str | None:
    """When the present of a report is (现有, 目前): what it says of all its figures, or its title; else unknown."""
    return around.stated_period or around.title_period


def _leads(around: Surroundings, period: Period) -> bool:
    """Whether a period of an earlier sentence holds on: not where it only says how long, or from what time on."""
    before = around.text[max(around.paragraph.start, period.start - 8) : period.start]
    passing = period.text.startswith("连续") or period.text.endswith("年前")
    return not passing and not before.endswith(context_words().starting)


def _of_two_levels(sentence: Sentence, figure: Figure, edtf: str | None, around: Surroundings) -> str | None:
    """从14.8%升至26.63% over a span: the first level holds in its first year, the second in its last."""
    if edtf is None or "/" not in edtf:
        return edtf
    before, after = sentence.before(figure), sentence.after(figure)
    if after is not None and _pair(sentence, figure, after):
        return edtf.split("/", maxsplit=1)[0]
    if before is not None and _pair(sentence, before, figure):
        return _last_of(edtf, around)
    return edtf


def _pair(sentence: Sentence, first: Figure, second: Figure) -> bool:
    """Whether two figures are the levels before and after a change, with no time named between them."""
    between = sentence.text[first.end : second.start]
    return (
        first.dimension == second.dimension
        and len(between) <= 12
        and context_words().changed_to.search(between) is not None
    )


def _last_of(edtf: str | None, around: Surroundings) -> str | None:
    """The last year of a span; the report's own where it is open."""
    if edtf is None or "/" not in edtf:
        return edtf
    last = edtf.split("/")[-1]
    return last if last != ".." else _open_end(around)


def _usable(around: Surroundings, low: int, high: int) -> list[Period]:
    """The periods of a stretch that can date a figure: known, not compared with, not in a document's name."""
    named = [p for p in periods_between(around.periods, around.starts, low, high) if p.edtf and not p.compared]
    return [
        p
        for p in named
        if not _in_title_marks(around.text, p.start, low, p.end) and not around.text.startswith(_EXTREMES, p.end)
    ]


def _in_title_marks(text: str, at: int, low: int, end: int) -> bool:
    """Whether a place stands between 《 and 》."""
    opened = text.rfind("《", max(low, at - 60), at)
    return opened >= 0 and text.find("》", opened, at) < 0 and text.find("》", end, end + 60) >= 0


def _starting_point(sentence: Sentence, period: Period, figure: Figure) -> bool:
    """Whether a period dates only the first of two levels: 由2015年的187个收缩为96个 doesn't date the 96."""
    first = next((f for f in sentence.figures if f.start >= period.end), None)
    if first is None or first.start >= figure.start or first.start - period.end > 3:
        return False
    if not sentence.text[max(sentence.start, period.start - 8) : period.start].endswith(context_words().starting):
        return False
    return context_words().changing.search(sentence.text, first.end, min(figure.start, first.end + 24)) is not None


def _open_end(around: Surroundings) -> str | None:
    """When the second of two levels holds where nothing says it: the report's own year."""
    return f"{around.report.year:04}" if around.report.year else None


def find_status(sentence: Sentence, figure: Figure, period: str | None, ahead: bool, around: Surroundings) -> Status:
    """Whether a figure is achieved or planned: a period that lies ahead, the clause's verbs, headings, the title."""
    low = max(sentence.start, figure.start - 60)
    clause = _TITLES.sub("", sentence.text[_clause_start(sentence, low, figure.start) : figure.start + 6])
    following = sentence.after(figure)
    if following is not None and _pair(sentence, figure, following):
        # 由6.7%降至1%以内: the first level is the one that was
        return Status.ACTUAL
    words = context_words()
    planned, done = _last(words.planned, clause), _last(words.actual, clause)
    weakly = _last(words.weakly_actual, clause)
    year = around.report.year
    if period and year and period[:4].isdigit():
        start, last = int(period[:4]), period.split("/")[-1]
        end = int(last[:4]) if last[:4].isdigit() else start
        if start > year or (ahead and end > year):
            return Status.PLANNED
        if around.paragraph.cells and start == end <= year:
            return Status.ACTUAL
        if end < year and not words.firmly_planned.search(clause, max(0, len(clause) - _FIRM_REACH)):
            return Status.ACTUAL
        if last == ".." and start <= year and planned < 0 and around.frame.status is not Status.PLANNED:
            return Status.ACTUAL
    told = around.frame.status or around.default_status
    if planned > max(done, weakly if told is Status.ACTUAL else -1):
        return Status.PLANNED
    if done >= 0 or (weakly >= 0 and told is Status.ACTUAL):
        return Status.ACTUAL
    return told


def looks_ahead(sentence: Sentence, figure: Figure, around: Surroundings) -> bool:
    """Whether the sentence names a time to be reached before the figure: 到2025年."""
    named = periods_between(around.periods, around.starts, sentence.start, figure.start)
    return any(period.planned for period in named)


def _clause_start(sentence: Sentence, low: int, high: int) -> int:
    at = max(sentence.text.rfind(mark, low, high) for mark in "。；;！\n")
    return max(at + 1, low)


def _last(pattern: re.Pattern[str], text: str) -> int:
    found = -1
    for match in pattern.finditer(text):
        found = match.start()
    return found
