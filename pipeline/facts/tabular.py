"""The facts of tables: each value read by its headings, the fields they leave open by caption, headings and report."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from pipeline.facts import attributes as fields
from pipeline.facts.context import Frame, heading_status
from pipeline.facts.dating import Dating
from pipeline.facts.deciding import Decision, decide
from pipeline.facts.lexicon import find_hits
from pipeline.facts.phrases import Phrase, Phrases, assumed_figures, cell_words, figures_of, is_noun, read_phrase
from pipeline.facts.sentences import Sentence
from pipeline.facts.words import context_words
from pipeline.model import BlockKind, Bound, CleanText, Figure, Level, Link, Measure, Paragraph, Period, Sector, Status
from pipeline.resources.catalogue import load_catalogue
from pipeline.tables import Span, Table, Value

FAVOUR = 2.0
"""What a table adds to the score (log-odds) of a candidate: its headings are put there to say what is counted, where
prose has many numbers that are of no indicator."""


_FAVOUR_BESIDE = 4.0
"""The same where the other values of its column are all of that indicator."""
_SHARE_OF = re.compile(r"占[^占]{0,12}(?:比例|比重|百分比|比)")
"""The noun in 占班级总数比例 is not what is measured."""
_SHORTEST_TITLE = 7
"""A shorter line above a table (单位：万元, 附件1) is no title of it, in characters."""
_APART = re.compile("[ ：]")
"""What stands between headings in a phrase."""
_TOLD_BY_TITLE = frozenset({"yuan", "sqm"})


@dataclass(frozen=True, slots=True)
class _Read:
    """What a phrase is read as: the same for every value under the same headings."""

    decision: Decision
    ahead: bool
    """The headings or the title of the table speak of what is still to come."""
    level: Level | None
    told: bool
    """The level stands in its own headings."""
    sector: Sector | None
    scope: str | None
    status: Status
    inherited: str | None
    """The period where no heading of its own names one."""


class TableReader:
    """Reads the tables of one text."""

    def __init__(
        self, clean: CleanText, figures: Sequence[Figure], periods: Sequence[Period], places: frozenset[Span],
        surroundings: Callable[[int], fields.Surroundings], titles: Mapping[int, Sequence[Period]],
    ) -> None:  # fmt: skip
        """``places``: headings that are nothing but a region; ``surroundings``: what a place of the text stands in;
        ``titles``: the periods of each report's title, by its index.
        """
        self._clean = clean
        self._figures = figures
        self._periods = periods
        self._places = places
        self._surroundings = surroundings
        self._titles = {
            index: named[-1]
            for index, found in titles.items()
            if (named := [p for p in found if p.edtf and not p.compared])
        }

    def links(self, table: Table) -> list[Link]:
        """The values of a table that measure an indicator, in order."""
        around = self._around(table)
        phrases = Phrases(self._clean, table, self._periods, self._places, around.report.title or "")
        known: dict[tuple[object, ...], _Read | None] = {}
        levels: dict[str, _Read] = {}
        found: list[tuple[Phrase, _Read]] = []
        missed: list[Phrase] = []
        within = self._within(table)
        for phrase in phrases.of(figures_of(table, within)) + phrases.of_labels(table, within):
            figure = phrase.figure
            key = (phrase.words, figure.unit, figure.dimension, figure.measure, figure.sign)
            if key not in known:
                known[key] = read = _of_level(figure.measure, levels.get(phrase.words)) or _read(phrase, around)
                if read is not None and figure.measure is Measure.LEVEL:
                    levels.setdefault(phrase.words, read)
            read = known[key]
            if read is not None:
                found.append((phrase, read))
            else:
                missed.append(phrase)
        found += _of_columns(missed, found, around)
        found.sort(key=lambda each: each[0].figure.start)
        return [self._link(phrase, read, _level(phrase, read, found), around, table) for phrase, read in found]

    def _within(self, table: Table) -> list[Figure]:
        low, high = (bisect_left(self._figures, at, key=lambda f: f.start) for at in (table.start, table.end))
        return list(self._figures[low:high])

    def _around(self, table: Table) -> fields.Surroundings:
        """What the table stands in, its captions as the last of its headings, over a text that holds just these."""
        outer = self._surroundings(table.start)
        text = self._clean.text
        lines = [outer.report.title or "", *(text[start:end] for _, start, end in outer.frame.headings)]
        lines += [line for start, end in table.captions if (line := text[start:end]) not in lines]
        status, period = outer.frame.status, outer.frame.period
        for start, end in table.captions:
            status = heading_status(text[start:end]) or status
        period = self._caption_period(table, outer) or period
        frame = Frame((), status, period)
        return replace(outer, text="\n".join(["", *lines]), frame=frame, periods=(), starts=())

    def _caption_period(self, table: Table, outer: fields.Surroundings) -> Period | None:
        """The time that the lines above a table name, the nearest last; a day or month only where none names a year.

        Those mostly say when it was drawn up.
        """
        named = [p for start, end in table.captions for p in outer.named(start, end) if p.edtf and not p.compared]
        years = [p for p in named if "-" not in (p.edtf or "")]
        return next(iter([*reversed(years), *reversed(named)]), None) or self._titles.get(outer.report.index)

    def _link(
        self, phrase: Phrase, read: _Read, level: Level | None, around: fields.Surroundings, table: Table
    ) -> Link:
        figure, candidate = phrase.figure, read.decision.candidate
        period = phrase.period or read.inherited
        value = figure.value if figure.value is not None else Decimal(0)
        if candidate.measure is not Measure.LEVEL and figure.sign < 0:
            value = -abs(value)
        return Link(
            figure, _sentence(self._clean, phrase.value), candidate.indicator, value, figure.value_high,
            candidate.measure, figure.bound if figure.value_high is None else Bound.RANGE,
            _status(phrase, read, period, around), period, level, read.sector, read.scope,
            round(read.decision.probability, 3), candidate.words, self._told(phrase, table),
        )  # fmt: skip

    def _told(self, phrase: Phrase, table: Table) -> str:
        """The headings of a value and itself: 各区县基本情况 | 永定区 | 学校数（所） | 103."""
        text = self._clean.text
        captions = [span for span in table.captions if len(text[slice(*span)].strip()) > _SHORTEST_TITLE]
        spans = [*captions[-1:], *phrase.value.heads]
        figure = phrase.figure
        own = (figure.start, figure.end) if phrase.value.column < 0 else (phrase.value.start, phrase.value.end)
        heads = [" ".join(text[slice(*span)].split()) for span in (*spans, own)]
        return " | ".join(dict.fromkeys(head for head in heads if head))


def _sentence(clean: CleanText, value: Value) -> tuple[int, int]:
    """The row that a value stands in."""
    low = clean.text.rfind("\n", 0, value.start) + 1
    high = clean.text.find("\n", value.end)
    return low, high if high >= 0 else len(clean.text)


def _of_level(measure: Measure, level: _Read | None) -> _Read | None:
    """For growth or a difference: what ``level``, the level beside it under the same words, is read as."""
    if measure is Measure.LEVEL or level is None:
        return None
    candidate = level.decision.candidate._replace(measure=measure)
    return replace(level, decision=level.decision._replace(candidate=candidate))


def _of_columns(
    missed: Sequence[Phrase], found: Sequence[tuple[Phrase, _Read]], around: fields.Surroundings
) -> list[tuple[Phrase, _Read]]:
    """The values that are unlikely by themselves in columns whose others are all values of one indicator."""
    columns: dict[tuple[Span, ...], list[str]] = {}
    for phrase, read in found:
        columns.setdefault(phrase.value.columns, []).append(read.decision.candidate.indicator)
    added = []
    for phrase in missed:
        beside = columns.get(phrase.value.columns, [])
        if len(beside) > 1 and len(set(beside)) == 1:
            likely = _read(phrase, around, _FAVOUR_BESIDE, beside[0])
            added += [(phrase, likely)] if likely is not None else []
    return added


def _read(phrase: Phrase, around: fields.Surroundings, favour: float = FAVOUR, only: str | None = None) -> _Read | None:
    """What a phrase is read as; ``only``: as a value of that indicator or nothing."""
    best: tuple[Decision, Figure, Sentence, Figure] | None = None
    for figure in assumed_figures(phrase):
        found = read_phrase(phrase, figure)
        if found is None:
            continue
        decisions = [each for each in decide(*found, favour=favour) if only in (None, each.candidate.indicator)]
        decisions = [each for each in decisions if _speaks_itself(phrase, found[0], found[1].figure, each)]
        if decisions and (best is None or decisions[0].probability > best[0].probability):
            best = decisions[0], figure, found[0], found[1].figure
    bare = read_phrase(phrase, best[1], whole=False) if best is not None else None
    if best is None or bare is None:
        return None
    decision, _, whole, placed = best
    sentence, reading = bare
    figure = reading.figure
    entry = load_catalogue().indicators[decision.candidate.indicator]
    spot = _placed(sentence, around)
    standing = decision.candidate.measure is Measure.LEVEL and entry.kind != "flow"
    told = entry.always or any(hit.tag.level for hit in find_hits(sentence.text, 0, figure.start))
    beside = fields.beside(sentence, figure)
    level = fields.find_level(beside, spot, entry.code)
    if not told and not entry.levelled and level in (Level.COMPULSORY, Level.BASIC):
        # the title of a table of schools says nothing of the budget that stands in it
        level = None
    return _Read(
        decision, context_words().planned.search(whole.text) is not None, level, told,
        fields.find_sector(beside, entry.code), fields.find_scope(beside),
        fields.clause_status(whole, placed, spot, fields.clause_before(whole, placed)),
        Dating(sentence, figure, spot, standing).period(),
    )  # fmt: skip


def _speaks_itself(phrase: Phrase, sentence: Sentence, figure: Figure, decision: Decision) -> bool:
    """Whether the headings name what is counted; of money and areas the title of the table may say it.

    A noun behind the candidate's own words is what is counted instead (公办园 班级, 教职工 骨干教师).
    """
    candidate = decision.candidate
    head = candidate.head
    if head is None:
        return True
    text, start = sentence.text, figure.start
    if head.tag.level is not None and figure.unit != "school" and phrase.words != head.word:
        # 初中 and 45人以下 and 个: not schools
        return False
    nouns = [hit for hit in sentence.hits_between(head.end, start) if hit.end <= start and is_noun(hit)]
    if share := _SHARE_OF.search(text, head.end, start):
        nouns = [hit for hit in nouns if not share.start() <= hit.start < share.end()]
    if nouns and nouns[-1].word not in candidate.words and _APART.search(text, head.end, nouns[-1].start):
        return False
    return figure.unit in _TOLD_BY_TITLE or not phrase.caption or head.start > len(phrase.caption)


def _placed(sentence: Sentence, around: fields.Surroundings) -> fields.Surroundings:
    """The surroundings with the phrase before the lines that head it, so that spans fit one text."""
    text = sentence.text + around.text
    spans, at = [], len(sentence.text) + 1
    for depth, line in enumerate(around.text.split("\n")[1:], start=1):
        spans.append((depth, at, at + len(line)))
        at += len(line) + 1
    paragraph = Paragraph(BlockKind.TABLE_ROW, 0, len(sentence.text), 0, 0)
    return replace(around, text=text, paragraph=paragraph, frame=replace(around.frame, headings=tuple(spans)))


def _status(phrase: Phrase, read: _Read, period: str | None, around: fields.Surroundings) -> Status:
    """What the value's own headings say; else planned where the period lies ahead of the report or the title says so.

    A time that is past is achieved.
    """
    for words in reversed(phrase.words.split(" ")):
        if words.endswith(cell_words().done):
            return Status.ACTUAL
        if words.endswith(cell_words().planned):
            return Status.PLANNED
    year = around.report.year
    if period and year and period[:4].isdigit():
        last = period.split("/")[-1][:4]
        ahead = int(period[:4]) > year or (last.isdigit() and int(last) > year)
        if ahead and around.report.published is not None:
            # the year of an undated workbook is that of its first table
            return Status.PLANNED
        if not read.ahead or (last.isdigit() and int(last) < year):
            return Status.ACTUAL
    return read.status


def _level(phrase: Phrase, read: _Read, found: Sequence[tuple[Phrase, _Read]]) -> Level | None:
    """The level of a value; that of a sum whose headings name none is what its parts come to."""
    if read.told or not phrase.total or not load_catalogue().indicators[read.decision.candidate.indicator].levelled:
        return read.level
    parts = [
        other.level
        for each, other in found
        if each.value.column == phrase.value.column
        and not each.total
        and other.level is not None
        and other.told
        and other.decision.candidate.indicator == read.decision.candidate.indicator
    ]
    return fields.merged_level(parts) if parts else read.level
