"""What holds for a figure beyond its own words: headings, the paragraph's lead, period, status, level."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipeline.facts.words import context_words
from pipeline.model import BlockKind, CleanText, Period, Report, Status


@dataclass(slots=True)
class Frame:
    """The headings above a paragraph, and what they say of time and status."""

    headings: tuple[tuple[int, int, int], ...] = ()
    """``(depth, start, end)`` of each heading above, the topmost first, in the clean text."""
    status: Status | None = None
    period: Period | None = None
    intro: tuple[int, int] = (0, 0)
    """The span of the paragraph that announces the list in which this one is an item; empty where none does."""


def periods_between(periods: Sequence[Period], starts: Sequence[int], low: int, high: int) -> Sequence[Period]:
    """The periods that begin in ``[low:high]``; ``starts`` are the starts of ``periods``, in order."""
    return periods[bisect_left(starts, low) : bisect_left(starts, high)]


def heading_status(text: str) -> Status | None:
    """What a heading says of the figures under it: planned, achieved, or nothing."""
    words = context_words()
    actual, planned = words.heading_actual.search(text), words.heading_planned.search(text)
    if planned and not actual:
        return Status.PLANNED
    if actual and planned:
        # 存在问题及下步打算 looks ahead in its last part; the sentences there speak for themselves
        closing = words.heading_closing.search(text.strip(" 。：:"))
        return Status.PLANNED if closing and "问题" not in text else None
    return Status.ACTUAL if actual else None


def report_status(report: Report) -> Status:
    """What a report's title says of its figures: a plan's are planned unless its sections say otherwise."""
    title = report.title or ""
    words = context_words()
    if words.title_ahead.search(title) and not words.title_back.search(title):
        return Status.PLANNED
    return Status.ACTUAL


_NUMERAL = "[一二三四五六七八九十]"
_RUN_IN = re.compile(
    rf"[\s　]*(?:第{_NUMERAL}+[章节篇部分]+|{_NUMERAL}{{1,3}}、|[（(]{_NUMERAL}{{1,3}}[)）]"
    r"|\d{1,2}[.．、](?!\d)|[（(]?\d{1,2}[)）])"
)
_ITEM = re.compile(
    rf"[\s　]*(?:[（(]?\d{{1,2}}(?:[.．、](?!\d)|[)）])|[①-⑳]|[（(]{_NUMERAL}{{1,3}}[)）]|[—–-]{{1,2}}|[●·•])"
)
"""What items of a list begin with."""
_COLONS = ("：", ":", "如下。")
_DEPTHS = (
    (re.compile(r"[\s　]*第"), 1),
    (re.compile(r"[\s　]*[一二三四五六七八九十]{1,3}、"), 2),
    (re.compile(r"[\s　]*[（(][一二三四五六七八九十]"), 3),
)


def _run_in_depth(text: str) -> int:
    """The depth of a section number that opens a paragraph of running text; 0 where none does."""
    if not _RUN_IN.match(text):
        return 0
    return next((depth for pattern, depth in _DEPTHS if pattern.match(text)), 4)


def read_frames(clean: CleanText, reports: Sequence[Report], periods: Sequence[Period]) -> list[Frame]:
    """The frame of each paragraph: headings above it, the status and the period that they set.

    A heading that runs into its text (``（一）盯住“保”字抓投入。全年…``) counts with its first words.
    """
    starts = [period.start for period in periods]
    frames: list[Frame] = []
    stack: list[tuple[int, int, int]] = []
    openings: dict[int, Period] = {}
    begins = sorted((span[0], report.year or 0) for report in reports for span in report.spans)
    at = year = 0
    intro = (0, 0)
    for paragraph in clean.paragraphs:
        while at < len(begins) and paragraph.start >= begins[at][0]:
            year = begins[at][1]
            at += 1
            stack = []
        head = clean.text[paragraph.start : min(paragraph.end, paragraph.start + 60)]
        depth = paragraph.depth or (0 if paragraph.kind is BlockKind.TABLE_ROW else _run_in_depth(head))
        if depth:
            stop = paragraph.end if paragraph.depth else paragraph.start + _heading_length(head)
            stack = [entry for entry in stack if entry[0] < depth]
            stack.append((depth, paragraph.start, stop))
        elif stack:
            named = periods_between(periods, starts, paragraph.start, min(paragraph.end, paragraph.start + _OPENING))
            opening = next((p for p in named if _opens(clean.text, p, year)), None)
            if opening is not None:
                openings.setdefault(stack[-1][1], opening)
        item = _ITEM.match(clean.text, paragraph.start, paragraph.end) is not None
        frames.append(_frame(clean.text, stack, periods, starts, openings))
        if item:
            frames[-1].intro = intro
        elif clean.text[paragraph.start : paragraph.end].rstrip().endswith(_COLONS):
            intro = (paragraph.start, paragraph.end)
        else:
            intro = (0, 0)
    return frames


def _opens(text: str, period: Period, year: int) -> bool:
    """Whether a period can hold for a section that it opens: not an aside, nor a year long before the report's."""
    edtf = period.edtf
    if edtf is None or period.compared or text[period.start - 1 : period.start] in _OPENED:
        return False
    return "/" in edtf or int(edtf[:4]) >= year - 1


_OPENED = ("（", "(")
_OPENING = 14
"""A period this near to the first words of a section's first paragraph holds for the section (its opening sentence)."""


def _heading_length(head: str) -> int:
    match = re.search(r"[。：:；;，,\n《]|[一二]是", head[2:])
    return min(match.start() + 2 if match else 24, len(head), 40)


def _frame(
    text: str, stack: Sequence[tuple[int, int, int]], periods: Sequence[Period], starts: Sequence[int],
    openings: Mapping[int, Period],
) -> Frame:  # fmt: skip
    frame = Frame(tuple(stack))
    for _depth, start, end in stack:
        status = heading_status(text[start:end])
        if status is not None:
            frame.status = status
        named = [p for p in periods_between(periods, starts, start, end) if p.edtf and not p.compared]
        if named:
            frame.period = named[0]
        elif start in openings:
            frame.period = openings[start]
    return frame
