"""When a linked figure holds: the time that its own words name, that its paragraph leads with, or that headings set.

The rules are those of the gold sets: the sentence's own time, else the paragraph's lead, else the section's (its
heading or opening sentence), else, for planned figures, the plan's own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.facts.attributes import Surroundings, clause_before, clause_status, closed_between
from pipeline.facts.sentences import Sentence
from pipeline.facts.spans import (
    count_of,
    fills_bracket,
    in_title_marks,
    is_ago,
    is_pair,
    joined,
    listed_years,
    reaches_on,
    recent,
    year_of_part,
    years_in,
)
from pipeline.facts.words import context_words
from pipeline.model import Figure, Measure, Period, Status, year_spoken_of

_PASS = "pass"
"""A period says nothing of the figure, which is not the same as that nothing dates it."""
_LEAD_LENGTH = 40
"""A period this near to the beginning of a paragraph leads it, in characters."""
_NEAR = 12
"""A figure this near behind a period belongs to it, whatever stands between, in characters."""
_STRAIGHT = 3
_LONG = 4000
"""In a longer stretch of a paragraph only its ends are searched for the time that leads it, in characters."""
_FIRST_HALF = 6
"""The month up to which the years that a plan counts begin with its own."""
_BEHIND = 10
_PUNCTUATION = re.compile(r"[，。；、,;（(\d]")
_LEVEL_NOUN = 6
"""Between a time that is compared with and the level of that time: 比2023年执行数32.4亿元增长."""
_EXTREMES = ("最", "来最", "之最", "新高", "新低")
"""Behind a span these compare with it: 近十年最低."""
_SPAN_WORDS = re.compile(r"(?:连续)?(?P<n>\d{1,2}|[两二三四五六七八九十]{1,3})(?:年(?:间|里|内|中|时间)?|个年头)")


class Dating:
    """The dating of one figure of a sentence. ``standing``: it is a state (a stock, a rate), not a sum over a time."""

    __slots__ = ("around", "before_change", "behind_change", "clause", "figure", "sentence", "standing", "status")

    def __init__(self, sentence: Sentence, figure: Figure, around: Surroundings, standing: bool) -> None:
        self.sentence = sentence
        self.figure = figure
        self.around = around
        self.standing = standing
        self.clause = clause_before(sentence, figure)
        self.status = clause_status(sentence, figure, around, self.clause)
        before, after = sentence.before(figure), sentence.after(figure)
        self.before_change = after is not None and is_pair(sentence, figure, after)
        """It is the level before a change (从14.8%升至26.63%) or, ``behind_change``, the one after it."""
        self.behind_change = before is not None and is_pair(sentence, before, figure)

    def period(self) -> str | None:
        """The figure's period as EDTF; None where nothing says when."""
        sentence, figure, around = self.sentence, self.figure, self.around
        own = self._usable(sentence.start, sentence.end)
        before = [p for p in own if p.end <= figure.start]
        if (compared := self._compared_with()) is not None:
            return compared
        if (behind := self._behind(own, bool(before))) is not None:
            return behind
        if (same := self._same_time(before)) is not None:
            return same
        for index in range(len(before) - 1, -1, -1):
            answer = self._from(before[index], before[:index])
            if answer is not _PASS:
                return answer
        if figure.measure is not Measure.LEVEL and self._against_base():
            return self._inherited() or self._open_end()
        if self._now(sentence.start):
            return self._up_to_date() or self._undated()
        if around.plan_period and context_words().plan_time.search(sentence.text, sentence.start, figure.start):
            return around.plan_period
        return self._inherited()

    def _from(self, period: Period, earlier: Sequence[Period]) -> str | None:
        """What a period before the figure in its sentence makes of it; ``_PASS`` where it says nothing of it."""
        text, figure, sentence = self.sentence.text, self.figure, self.sentence
        if self._starting_point(period):
            return period.edtf if self.before_change else self._second_level(earlier)
        crossed, breaks = sentence.crossed(period.end, figure.start), sentence.breaks(period.end, figure.start)
        if period.text.startswith("连续") and breaks >= 1:
            return _PASS
        if self._in_contrast(period) and (crossed or breaks >= 2) and not (self.behind_change or breaks < 1):
            return _PASS
        low = period.end
        if crossed and self.behind_change and (previous := sentence.before(figure)):
            low = max(low, previous.end)
        now = context_words().now.search(text, low, figure.start)
        if now and period.start <= figure.start - _NEAR and not context_words().of_data.match(text, period.end):
            return self._open_end() if now[0] in context_words().nowadays else self._undated()
        if crossed and self._past(period) and context_words().firmly_planned.search(text, period.end, figure.start):
            return _PASS
        every = context_words().every.search(text, period.end, figure.start) if breaks >= 1 else None
        if every and self.status is Status.ACTUAL:
            near = sentence.breaks(period.end, every.start()) <= 1 and not sentence.crossed(period.end, every.start())
            return joined(before=earlier, last=period) if near and not recent(period) else None
        if every and earlier:
            return joined(before=earlier, last=period)
        stands = self.standing and self.status is Status.ACTUAL and not (self.before_change or self.behind_change)
        if stands and breaks >= 2 and crossed and reaches_on(period):
            return self._undated()
        return self._of_two_levels(self._resolved(period))

    def _in_contrast(self, period: Period) -> bool:
        """Whether a time is named to set what was then against the time spoken of: 而2018年分别是0.473和0.382."""
        return is_ago(period) or self.sentence.text[period.start - 1 : period.start] in context_words().contrasting

    def _inherited(self) -> str | None:
        """The period of the paragraph's lead, else of the headings, the report or the plan."""
        around, sentence = self.around, self.sentence
        stands = self.standing and self.status is Status.ACTUAL and not (self.before_change or self.behind_change)
        lead = [p for p in self._before(around.paragraph.start, sentence.start) if self._leads(p)]
        if lead:
            first = lead[0]
            chosen = first if first.start - around.paragraph.start < _LEAD_LENGTH else lead[-1]
            if self.status is Status.ACTUAL and len(chosen.edtf or "") != 4 and self._every():
                return None
            if stands and around.stated_period and years_in(chosen.edtf or "") > 1:
                return around.stated_period
            if not (stands and reaches_on(chosen)):
                return self._of_two_levels(year_of_part(self._resolved(chosen), stands))
            edtf = self._undated()
        elif (frame := around.frame.period) and not (stands and recent(frame)):
            edtf = year_of_part(frame.edtf, stands)
        else:
            edtf = self._undated() or self._introduced(stands)
        return self._of_two_levels(edtf[:4] if edtf and edtf[4:7] == "-12" and "/" not in edtf else edtf)

    def _every(self) -> bool:
        return context_words().every.search(self.sentence.text, self.sentence.start, self.figure.start) is not None

    def _introduced(self, stands: bool) -> str | None:
        """The time of the paragraph that announces the list in which the figure stands (…构成如下：)."""
        low, high = self.around.frame.intro
        named = [p for p in self._before(low, high) if self._leads(p)]
        if not named or (stands and reaches_on(named[-1])):
            return None
        return self._resolved(named[-1])

    def _before(self, low: int, high: int) -> list[Period]:
        """The usable periods of a paragraph before a sentence; of a very long one those at both its ends."""
        if high - low <= _LONG:
            return self._usable(low, high)
        return self._usable(low, low + _LEAD_LENGTH) + self._usable(high - _LONG + _LEAD_LENGTH, high)

    def _leads(self, period: Period) -> bool:
        """Whether a period of an earlier sentence holds on.

        Not where it only says how long, or from what time on, or a day in passing, or what lies ahead of a state of
        today, or what was before it turned into that.
        """
        around = self.around
        text = around.text
        before = text[max(around.paragraph.start, period.start - 8) : period.start]
        if period.text.startswith("连续") or is_ago(period) or before.endswith(context_words().starting):
            return False
        if len(period.edtf or "") == len("2023-09-01") and not before.endswith(context_words().until):
            return False
        if self.status is Status.ACTUAL and period.planned and self._ahead(period):
            return False
        if self._past(period) and len(period.edtf or "") == 4:
            stop = next((at for mark in "。\n" if (at := text.find(mark, period.end, self.sentence.start)) >= 0), None)
            if context_words().now.search(text, period.end, stop or self.sentence.start):
                return False
        return True

    def _compared_with(self) -> str | None:
        """The time of a level of before: 比上年的112,305万元增加 dates the one number straight behind it."""
        named = self.around.named(self.sentence.start, self.figure.start)
        if named and named[-1].compared and named[-1].edtf and self.figure.measure is Measure.LEVEL:
            text, words = self.sentence.text, context_words()
            between = text[named[-1].end : self.figure.start]
            if between in words.level_of_before:
                return named[-1].edtf
            plain = len(between) <= _LEVEL_NOUN and not _PUNCTUATION.search(between)
            if plain and words.changing.match(text, self.figure.end):
                return named[-1].edtf
        return None

    def _against_base(self) -> bool:
        """Whether a change is counted from a year that is named before it: 比2020年少了1108人."""
        around = self.around
        named = around.named(self.sentence.start, self.figure.start)
        if not named or not named[-1].compared or not any(char.isdecimal() for char in named[-1].text):
            return False
        return self.sentence.breaks(named[-1].end, self.figure.start) <= 1

    def _behind(self, own: Sequence[Period], dated: bool) -> str | None:
        """The period that stands straight behind a figure (余下6个明年收官), where none before is nearer."""
        text, figure, sentence = self.sentence.text, self.figure, self.sentence
        following = sentence.after(figure)
        stop = following.start if following else sentence.end
        behind = [p for p in own if figure.end <= p.start < stop and sentence.breaks(figure.end, p.start) < 1]
        if not behind:
            return None
        period = behind[0]
        gap = text[figure.end : period.start]
        others = following is not None and stop - period.end <= _STRAIGHT
        if others or context_words().changing.search(gap) or len(gap) > _BEHIND:
            return None
        left = text[max(sentence.start, figure.start - 6) : figure.start]
        if context_words().remaining.search(left):
            return self._resolved(period)
        return self._resolved(period) if not dated and len(gap) <= _STRAIGHT else None

    def _resolved(self, period: Period) -> str | None:
        """The period's EDTF: spans that are only counted (五年, 三年来) are those that were named with their years."""
        edtf = period.edtf
        match = _SPAN_WORDS.fullmatch(period.text)
        if match is not None:
            count = count_of(match["n"])
            if (since := self._since(period)) is not None:
                return f"{since:04}/{since + count - 1:04}"
            spans = [known for known in self._named_spans(period) if years_in(known) == count]
            plan = self.around.plan_period
            if self.status is Status.PLANNED and plan and years_in(plan) == count:
                # the years that a plan counts are its own
                return plan
            if self.status is Status.PLANNED and not spans and (ahead := self._years_ahead(period, count)):
                return ahead
            if spans:
                return edtf if edtf in spans else spans[0]
        if edtf and len(edtf) == len("2023-09-01"):
            # the day is kept where something is counted up to it; other days are told in passing
            before = self.around.text[max(0, period.start - 2) : period.start]
            edtf = edtf if before.endswith(context_words().until) and not edtf.endswith("-12-31") else edtf[:7]
        year = self.around.report.year
        if (
            self.status is Status.PLANNED
            and year
            and edtf == f"{year - 1:04}"
            and period.text in context_words().this_year
        ):
            # the end and the whole of the year are last year's in a report of the first months, but not for its plans
            return f"{year:04}"
        return edtf[:4] if edtf and edtf.endswith("-12") and period.text[-1] in "底末日" else edtf

    def _years_ahead(self, period: Period, count: int) -> str | None:
        """The next years, where a plan counts some (用三年时间) and the words alone were read as those gone by.

        In the first half of a year they begin with it.
        """
        report = self.around.report
        if report.year is None or not (period.edtf or "").endswith(f"/{report.year:04}"):
            return None
        first = report.year if report.month is not None and report.month <= _FIRST_HALF else report.year + 1
        return f"{first:04}/{first + count - 1:04}"

    def _since(self, period: Period) -> int | None:
        """The year from which a count of years in the same sentence runs: 从2024年起三年, 2018年起，用三年."""
        named = self.around.named(self.sentence.start, period.start)
        if named and (named[-1].edtf or "").endswith("/..") and period.start - named[-1].end <= _NEAR:
            first = (named[-1].edtf or "")[:-3]
            return int(first) if len(first) == len("2016") else None
        return None

    def _named_spans(self, period: Period) -> list[str]:
        """Spans of years that a count of years may mean: those before it, of the headings, the title, the plan."""
        around = self.around
        low = around.frame.headings[0][1] if around.frame.headings else around.paragraph.start
        near = around.named(low, period.start)[-12:]
        spans = [p.edtf for p in reversed(near) if p.edtf and not _SPAN_WORDS.fullmatch(p.text)]
        held = (around.frame.period.edtf if around.frame.period else None, around.plan_period, around.title_period)
        return [edtf for edtf in (*spans, *listed_years(near), *held) if edtf]

    def _up_to_date(self) -> str | None:
        """The date that the paragraph says its present is of (截至2016年12月，…。现有…)."""
        around = self.around
        for period in self._usable(around.paragraph.start, self.sentence.start):
            before = around.text[max(around.paragraph.start, period.start - 3) : period.start]
            if before.endswith(context_words().until) and not self._ahead(period):
                return self._resolved(period)
        return None

    def _undated(self) -> str | None:
        """When the present of a report is (现有, 目前): what it says of all its figures, or its title; else unknown."""
        return self.around.stated_period or self.around.title_period

    def _open_end(self) -> str | None:
        """When the second of two levels holds where nothing says it: the report's own year.

        A report of the first months speaks of the year before, as where 近三年 is counted.
        """
        report = self.around.report
        if self.around.stated_period and len(self.around.stated_period) <= len("2023-09"):
            return self.around.stated_period[:4]
        if report.year is None:
            return None
        return f"{year_spoken_of(report.year, report.month):04}"

    def _now(self, low: int) -> bool:
        return context_words().now.search(self.sentence.text, low, self.figure.start) is not None

    def _past(self, period: Period) -> bool:
        year, end = self.around.report.year, (period.edtf or "").split("/")[-1][:4]
        return year is not None and end.isdigit() and int(end) < year

    def _ahead(self, period: Period) -> bool:
        year, end = self.around.report.year, (period.edtf or "").split("/")[-1][:4]
        return year is not None and end.isdigit() and int(end) > year

    def _of_two_levels(self, edtf: str | None) -> str | None:
        """从14.8%升至26.63% over a span: the first level holds in its first year, the second in its last."""
        first = self.before_change
        if not (first or self.behind_change):
            return edtf
        if first and edtf and len(edtf) == 4 and (start := self._year_before(edtf)):
            return start
        if edtf is None or "/" not in edtf or edtf.endswith(".."):
            start = self._start_of_change()
            if start is not None:
                later = edtf if edtf and "/" not in edtf and edtf[:4] > start[:4] else self._open_end()
                return start if first else later
        planned = self.status is Status.PLANNED or self.around.default_status is Status.PLANNED
        if planned and self.around.plan_period and (edtf is None or edtf == self.around.plan_period):
            return self._open_end() if first else self.around.plan_period.split("/")[-1]
        if edtf is None or "/" not in edtf:
            return self._before_the_plan(edtf) if first and edtf else edtf
        return edtf.split("/", maxsplit=1)[0] if first else self._last_of(edtf)

    def _before_the_plan(self, edtf: str) -> str:
        """When the first of two levels held whose second is still to come: the year before the report's own."""
        year = self.around.report.year
        if year is None or not edtf[:4].isdigit():
            return edtf
        ahead = int(edtf[:4]) >= year if self.status is Status.PLANNED else int(edtf[:4]) > year
        return f"{year - 1:04}" if ahead else edtf

    def _year_before(self, edtf: str) -> str | None:
        """The earlier of two years side by side in a sentence: 2012年9.86亿元；2021年21.72亿元，占比由…提高到…."""
        sentence, around = self.sentence, self.around
        named = around.named(sentence.start, self.figure.start)
        years = [p.edtf for p in named if p.edtf and len(p.edtf) == 4 and not p.compared]
        return years[-2] if len(years) > 1 and years[-1] == edtf and years[-2] < edtf else None

    def _start_of_change(self) -> str | None:
        """The time that an earlier change of the paragraph is counted from.

        由2015年的3126台增至9870台；由18.4:1缩小到6.1:1: the second change is counted from 2015 too.
        """
        around = self.around
        for period in reversed(around.named(around.paragraph.start, self.figure.start)):
            before = around.text[max(around.paragraph.start, period.start - 8) : period.start]
            if period.edtf and len(period.edtf) == 4 and before.endswith(context_words().change_from):
                return period.edtf
        return None

    def _second_level(self, earlier: Sequence[Period]) -> str | None:
        """When the second of two levels holds whose first is dated: at the time named before, the section's, now."""
        for period in reversed(earlier):
            if not self._starting_point(period) and not is_ago(period):
                return self._last_of(period.edtf)
        frame = self.around.frame.period
        if self.status is Status.PLANNED and frame is not None and frame.edtf and self._ahead(frame):
            return self._last_of(frame.edtf)
        return self._open_end()

    def _last_of(self, edtf: str | None) -> str | None:
        """The last year of a span; the report's own where it is open."""
        if edtf is None or "/" not in edtf:
            return edtf
        last = edtf.split("/")[-1]
        return last if last != ".." else self._open_end()

    def _usable(self, low: int, high: int) -> list[Period]:
        """The periods of a stretch that can date the figure: known, not compared with, not in a name or an aside."""
        around, text = self.around, self.around.text
        return [
            p
            for p in around.named(low, high)
            if p.edtf
            and not p.compared
            and not in_title_marks(text, p.start, low, p.end)
            and not text.startswith(_EXTREMES, p.end)
            and not (closed_between(text, p.end, self.figure.start) and not fills_bracket(text, p))
        ]

    def _same_time(self, before: Sequence[Period]) -> str | None:
        """同期, 同一时期: the last span that was named, or the years of a list that make one up."""
        sentence, around = self.sentence, self.around
        low = before[-1].end if before else sentence.start
        match = context_words().same_time.search(sentence.text, low, self.figure.start)
        if match is None:
            return None
        head = around.frame.headings[0][1] if around.frame.headings else around.paragraph.start
        near = [p for p in around.named(head, match.start())[-8:] if p.edtf]
        spans = listed_years(near)
        if spans:
            return spans[0]
        named = [p.edtf for p in reversed(near) if not p.compared]
        return named[0] if named else None

    def _starting_point(self, period: Period) -> bool:
        """Whether a period dates only the first of two levels: 由2015年的187个收缩为96个 doesn't date the 96."""
        sentence, figure = self.sentence, self.figure
        first = next((f for f in sentence.figures if f.start >= period.end), None)
        if first is None or first.start >= figure.start or first.start - period.end > _STRAIGHT:
            return False
        if not sentence.text[max(sentence.start, period.start - 8) : period.start].endswith(context_words().starting):
            return False
        reach = min(figure.start, first.end + 24)
        return context_words().changing.search(sentence.text, first.end, reach) is not None
