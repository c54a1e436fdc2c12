"""Level, sector, scope, period and status of a linked figure, from the words that govern it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.facts.context import Frame, periods_between
from pipeline.facts.lexicon import Hit
from pipeline.facts.sentences import Sentence
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
_PLAN_WORDS = re.compile(
    r"力争|将(?!近|.{0,3}纳入|.{0,4}列入)|拟|计划(?!》|的?通知)|规划(?!》|纲要|编制)|预计|争取|确保|目标|到20\d\d年[^，。；]{0,12}(?:达|提|降|实现|新)|到20\d\d年底?|准备|打算|有望|届时|再(?=新建|建|投|增|补|招|筹|添)|预期|不低于|不少于|控制在|力保|努力|要(?=求|把|让|在|再|新|达|实)|将于|明年|未来|今后|安排建设|待建|拟建|逐步"
)
_DONE_WORDS = re.compile(
    r"已(?!定)|现有|目前|累计|共(?=有|计|投|新|完|培|招|建)|完成(?!.{0,12}目标)|实现了|达到了|投入使用|建成|截至|截止|先后|成功|上年|去年|新增了|以来|现已|竣工|验收"
)
_LEAD_LENGTH = 40


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


def own_gap(sentence: Sentence, figure: Figure) -> tuple[int, int]:
    """The stretch between the quantity before and this one."""
    previous = sentence.before(figure)
    return (previous.end if previous else sentence.start), figure.start


def _right_hits(sentence: Sentence, figure: Figure) -> list[Hit]:
    """The hits right behind a figure, up to the next punctuation or quantity: 19所小区配套幼儿园."""
    following = sentence.after(figure)
    stop = following.start if following else sentence.end
    found = []
    for hit in sentence.hits:
        if hit.start < figure.end:
            continue
        if hit.end > min(stop, figure.end + 16) or sentence.breaks(figure.end, hit.start) >= 0.3:
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
        if hit.end > group[0].start or len(between) <= 3 and re.fullmatch(r"[、和及与/（(]?(?:以及)?", between):
            group.insert(0, hit)
        else:
            break
    return group


def _level_of(text: str, hits: list[Hit]) -> Level | None:
    named = [hit for hit in hits if hit.tag.level]
    if not named:
        return None
    group = _last_list(text, named)
    best = [hit.tag.level for hit in group if hit.tag.level]
    strong = [level for level in best if level not in (Level.COMPULSORY, Level.BASIC)]
    return _merged(strong or best)


def find_level(sentence: Sentence, figure: Figure, around: Surroundings, indicator: str) -> Level | None:
    """The school level a figure is about: the nearest word that governs it, else the paragraph's lead, else headings."""
    if indicator in _LEVEL_BY_INDICATOR:
        return _LEVEL_BY_INDICATOR[indicator]
    low, high = own_gap(sentence, figure)
    left = [hit for hit in sentence.hits if low <= hit.start and hit.end <= high and sentence.breaks(hit.end, high) < 2]
    right = _right_hits(sentence, figure)
    if level := _level_of(sentence.text, right):
        return level
    if level := _level_of(sentence.text, left):
        return level
    earlier = [hit for hit in sentence.hits if hit.end <= low and hit.tag.level]
    clause = [hit for hit in earlier if sentence.breaks(hit.end, figure.start) < 2]
    if level := _level_of(sentence.text, clause):
        return level
    return inherited_level(around, indicator)


def inherited_level(around: Surroundings, indicator: str) -> Level | None:
    """The level that the paragraph's first words or its headings set; the indicator's own where they set none."""
    from pipeline.facts.lexicon import find_hits  # noqa: PLC0415

    if indicator not in _NO_LEVEL:
        spans = [(around.paragraph.start, min(around.paragraph.end, around.paragraph.start + _LEAD_LENGTH))]
        spans += [(start, end) for _depth, start, end in reversed(around.frame.headings)]
        for start, end in spans:
            levels = [hit.tag.level for hit in find_hits(around.text, start, end) if hit.tag.level]
            if levels:
                return levels[0] if len(set(levels)) == 1 else None
    return None if indicator in _NO_LEVEL else Level.BASIC


def find_sector(sentence: Sentence, figure: Figure) -> Sector | None:
    """Whether the figure is about public or private schools: words right behind it or between it and the last one."""
    low, high = own_gap(sentence, figure)
    for hits in (_right_hits(sentence, figure), [h for h in sentence.hits if low <= h.start and h.end <= high]):
        named = [hit.tag.sector for hit in hits if hit.tag.sector]
        if named:
            return named[-1] if len(set(named)) == 1 else None
    return None


def find_scope(sentence: Sentence, figure: Figure) -> str | None:
    """The words that narrow the figure to a part of the region (区属, 农村), as they stand; None for the whole."""
    low, high = own_gap(sentence, figure)
    left = [h for h in sentence.hits if low <= h.start and h.end <= high and sentence.breaks(h.end, high) < 1]
    for hits in (left, _right_hits(sentence, figure)):
        named = [hit.word for hit in hits if hit.tag.scope]
        if named:
            return named[-1]
    return None


def find_period(sentence: Sentence, figure: Figure, around: Surroundings) -> Period | None:
    """The period a figure holds in: the sentence's, else the paragraph's lead's, else the headings'."""
    own = [p for p in periods_between(around.periods, around.starts, sentence.start, sentence.end) if not p.compared]
    own = [p for p in own if p.edtf and _counts(p)]
    before = [p for p in own if p.end <= figure.start]
    if before:
        return _governing(sentence, before, figure)
    following = sentence.after(figure)
    stop = following.start if following else sentence.end
    behind = [p for p in own if figure.end <= p.start < stop and sentence.breaks(figure.end, p.start) < 1]
    if behind and behind[0].start - figure.end < 4:
        return behind[0]
    lead = [
        p
        for p in periods_between(around.periods, around.starts, around.paragraph.start, sentence.start)
        if p.edtf and not p.compared and _counts(p)
    ]
    if lead:
        first = lead[0]
        return first if first.start - around.paragraph.start < _LEAD_LENGTH else lead[-1]
    return around.frame.period


def _counts(period: Period) -> bool:
    """Whether a period can date a figure: 连续10年 and month-only ones can; a bare day of a meeting can't."""
    return period.edtf is not None


def _governing(sentence: Sentence, before: Sequence[Period], figure: Figure) -> Period:
    """The last period before a figure, unless it stands in brackets that closed before the figure."""
    for period in reversed(before):
        between = sentence.text[period.end : figure.start]
        if ("）" in between or ")" in between) and "（" not in between and "(" not in between:
            opened = sentence.text.rfind("（", sentence.start, period.start)
            closed = sentence.text.find("）", opened, period.start) if opened >= 0 else 0
            if opened >= 0 and closed < 0:
                continue
        return period
    return before[-1]


def find_status(sentence: Sentence, figure: Figure, period: Period | None, around: Surroundings) -> Status:
    """Whether a figure is achieved or planned: a period that lies ahead, the clause's verbs, headings, the title."""
    low = max(sentence.start, figure.start - 60)
    clause = sentence.text[_clause_start(sentence, low, figure.start) : figure.start + 6]
    planned, done = _last(_PLAN_WORDS, clause), _last(_DONE_WORDS, clause)
    year = around.report.year
    if period and period.edtf and year and period.edtf[:4].isdigit():
        last = period.edtf.split("/")[-1]
        end = int(last[:4]) if last[:4].isdigit() else int(period.edtf[:4])
        if int(period.edtf[:4]) > year or (period.planned and end > year):
            return Status.PLANNED
        if end < year or (last == ".." and int(period.edtf[:4]) <= year and planned < 0):
            return Status.ACTUAL
    if planned > done:
        return Status.PLANNED
    if done >= 0:
        return Status.ACTUAL
    return around.frame.status or around.default_status


def _clause_start(sentence: Sentence, low: int, high: int) -> int:
    at = max(sentence.text.rfind(mark, low, high) for mark in "。；;！\n")
    return max(at + 1, low)


def _last(pattern: re.Pattern[str], text: str) -> int:
    found = -1
    for match in pattern.finditer(text):
        found = match.start()
    return found


def plan_period(around: Surroundings) -> str | None:
    """The period that a plan's title or chapter names; None where it names none."""
    named = [
        p.edtf
        for p in periods_between(around.periods, around.starts, around.report.spans[0][0], around.report.spans[0][0] + 120)
        if p.edtf and "/" in p.edtf and not p.compared
    ]
    return named[0] if named else None


def known_indicators() -> frozenset[str]:
    """The codes of the catalogue."""
    return frozenset(load_catalogue().indicators)
