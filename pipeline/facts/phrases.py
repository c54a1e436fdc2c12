"""Cells of tables as phrases: the headings of a value put before it, as prose would say it (小学在校学生27460人).

So the same words, candidates and model read tables and prose. Values under the same headings make the same phrase and
are decided once.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

from pipeline.facts.lexicon import Hit, find_hits
from pipeline.facts.sentences import Sentence
from pipeline.facts.weighing import Reading, read_figures
from pipeline.mapped import Mapped
from pipeline.model import BlockKind, CleanText, Figure, NumberClass, Paragraph, Period
from pipeline.resources import Strict, load_yaml
from pipeline.resources.catalogue import OTHER as OTHER_CONCEPT
from pipeline.resources.catalogue import load_catalogue
from pipeline.resources.units import load_units
from pipeline.tables import Span, Table, Value

_UNIT = re.compile(
    r"[（(]单位[:：][^（()）]{0,12}[)）]$|[,，:：]?(?:编制|填报|制表|统计|报送|主管|金额|人数)?单位[:：].*$|[%％]$"
)
_NUMBER = re.compile(
    r"^(?:[一二三四五六七八九十]{1,3}[、.．]|[(（][一二三四五六七八九十\d]{1,3}[)）]|\d{1,2}[.．、](?!\d)|[①-⑳])"
)
_MARKS = re.compile(r"[\s\u3000:：。；;，,、*＊#＃]+|\[\d{1,2}\]")
_BRACKETS = re.compile(r"[（(]([^（()）]*)[）)]|[（()）]")
_SHORT_ASIDE = 3
_COEFFICIENT = "系数"
_YEAR = re.compile(r"(?:19|20)\d\d")
_COUNTS = frozenset({"item", "school"})
_GROWN = re.compile(
    r"(?:[\u4e00-\u9fff]{1,4}数)?(?:同比|年均|[比较](?:上年|去年|前年|上年度|上年同期|同期|基期)?(?:同期)?|上年)?(?:增长|增减|增加|减少|升降|增幅|增速|变化)(?:率|幅度|数|量|额|情况)?"
)
"""A heading of growth or differences says nothing of what grows."""
_COUNTED = re.compile(r"(?<=[\u4e00-\u9fff]{2})(?<!系)(?<!总)(?:总数|数)$")
"""学校数 is what 学校 says; a heading that is nothing but 人数 says nothing beside others."""


class TableCells(Strict):
    """Schema of ``cells.yaml``."""

    totals: frozenset[str]
    counts: frozenset[str]
    single: frozenset[str]
    project: str
    schools: list[str]
    kinds: list[str]
    norms: tuple[str, ...]
    uncounted: tuple[str, ...]
    own: tuple[str, ...]
    kept: tuple[str, ...]
    asides: tuple[str, ...]
    done: tuple[str, ...]
    planned: tuple[str, ...]
    parts: tuple[str, ...]
    assumed: dict[str, list[str]]


@cache
def cell_words() -> TableCells:
    """What ``cells.yaml`` says."""
    return load_yaml("cells.yaml", TableCells)


@dataclass(frozen=True, slots=True)
class Phrase:
    """A value of a table as a phrase: its figure, the title of the table, the words of its headings, and what these say
    beside.
    """

    figure: Figure
    value: Value
    caption: str
    words: str
    total: bool
    """It sums up others."""
    period: str | None
    """EDTF of the time that a heading of its own names."""


class Phrases:
    """The phrases of one table."""

    def __init__(
        self, clean: CleanText, table: Table, periods: Sequence[Period], places: frozenset[Span], title: str
    ) -> None:
        """``places`` are the headings that are nothing but a region; ``title`` is the report's, for a table without."""
        self._text = clean.text
        low, high = (bisect_left(periods, at, key=lambda p: p.start) for at in (table.start, table.end))
        self._periods = periods[low:high]
        self._places = places
        self._heads: dict[Span, tuple[str, str | None, bool]] = {}
        captions = [words for span in table.captions if _tells(words := self._read(span)[0])]
        self._caption = captions[-1] if captions else _MARKS.sub("", _unbracketed(title))

    def of(self, figures: Iterable[tuple[Value, Figure]]) -> list[Phrase]:
        """The phrase of each value, but those of a single school or project."""
        found = []
        for value, figure in figures:
            heads = [self._head(span) for span in value.heads]
            words = _telling([words for words, _, _ in heads if words])
            if any(is_none_of_ours(each) for each in words) or self._is_listed(value):
                continue
            period = next((period for _, period, _ in reversed(heads) if period), None)
            total = any(total for _, _, total in heads)
            found.append(Phrase(figure, value, self._caption, " ".join(_in_order(words)), total, period))
        return found

    def of_labels(self, table: Table, figures: Sequence[Figure]) -> list[Phrase]:
        """How many projects the sums of a list of projects take in: 一、学前教育小计（3个）."""
        labels = {value.rows[-1]: value for value in table.values if value.rows and self._is_list(value)}
        found = []
        for figure in figures:
            for span, value in labels.items():
                if span.start < figure.start and figure.end < span.end and self._brackets(figure):
                    words, _, total = self._head(span)
                    level = re.sub(r"(?<!\d)\d+[个所项]?$", "", words)
                    own = replace(value, column=-1)
                    found.append(
                        Phrase(figure, own, self._caption, f"{level} {cell_words().project}".strip(), total, None)
                    )
        return found

    def _brackets(self, figure: Figure) -> bool:
        """Whether a count is all that stands between two brackets."""
        return self._text[figure.start - 1] in "（(" and self._text[figure.end] in "）)" and figure.unit in _COUNTS

    def _is_list(self, value: Value) -> bool:
        """Whether the row stands in a list of schools or projects."""
        corner = (self._text[span.start : span.end].strip() for span in value.corner)
        return any(words in cell_words().single for words in corner)

    def _is_listed(self, value: Value) -> bool:
        """Whether the row is one of a list of schools or projects: its label is a name, and no sum or kind of them."""
        if not value.rows or not self._is_list(value):
            return False
        words, _, total = self._head(value.rows[-1])
        return not total and len(_name().sub("", words)) > 1

    def _head(self, span: Span) -> tuple[str, str | None, bool]:
        """What a heading adds to the phrase, the time it names, and whether it heads a sum."""
        if span not in self._heads:
            self._heads[span] = self._read(span)
        return self._heads[span]

    def _read(self, span: Span) -> tuple[str, str | None, bool]:
        text = self._text[span.start : span.end]
        if _YEAR.fullmatch(text.strip()):
            return "", text.strip(), False
        period = None
        for named in self._periods:
            if span.start <= named.start and named.end <= span.end and named.edtf and not named.compared:
                period = period or named.edtf
                text = text.replace(named.text, " ")
        if span in self._places:
            return "", period, False
        words = _MARKS.sub("", _unbracketed(_UNIT.sub("", _NUMBER.sub("", text.strip()))))
        words = "" if _GROWN.fullmatch(words) else _apart(_COUNTED.sub("", words))
        if words in cell_words().totals or words in load_units().forms:
            return "", period, words in cell_words().totals
        total = next((word for word in cell_words().totals if len(word) > 1 and words.endswith(word)), None)
        return words.removesuffix(total or ""), period, total is not None


@cache
def _name() -> re.Pattern[str]:
    """What tells only the kind of schools."""
    return re.compile("|".join(sorted(map(re.escape, cell_words().kinds), key=lambda word: (-len(word), word))))


@cache
def _school() -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, cell_words().schools)))


def is_none_of_ours(words: str) -> bool:
    """Whether a heading says that its values are no facts of a region: of a school or township, norms, per hundred."""
    known = cell_words()
    return (
        words.endswith(known.norms)
        or any(word in words for word in known.uncounted)
        or (words.endswith(_COEFFICIENT) and not words.endswith(known.own))
        or (words.endswith(known.parts) and len(_name().sub("", words)) > 2)
        or is_single(words)
    )


def is_single(words: str) -> bool:
    """Whether a heading names a single school: more than a kind of schools stands before its noun (祥城镇第四完小)."""
    return any(len(_name().sub("", words[: noun.start()])) > 1 for noun in _school().finditer(words))


def _apart(words: str) -> str:
    """A level and the word for schools apart, as the level counts for itself (义务教育学校, 初中学校)."""
    level = words.removesuffix("学校")
    if level in (words, ""):
        return words
    known = [
        hit for hit in find_hits(level, 0, len(level)) if hit.tag.level and (hit.start, hit.end) == (0, len(level))
    ]
    return f"{level} 学校" if known else words


def _unbracketed(text: str) -> str:
    """A heading without its brackets: what is short in them is an aside (在校(园)学生), unless it says whether."""

    def inner(match: re.Match[str]) -> str:
        words = match[1] or ""
        if words.lstrip("十百千万亿") in load_units().forms or words.startswith(cell_words().asides):
            return ""
        return words if len(words) > _SHORT_ASIDE or words.endswith(cell_words().kept) else ""

    return _BRACKETS.sub(inner, text)


def _tells(words: str) -> bool:
    """Whether a line says anything of what its table counts."""
    return any(not hit.tag.neutral for hit in find_hits(words, 0, len(words)))


def _telling(words: Sequence[str]) -> list[str]:
    """The headings but those that only say that something is counted, where others say what.

    Where one is a measure of its own (校际差异系数) what it is taken of says nothing but the level.
    """
    if any(each.endswith(cell_words().own) for each in words):
        return [each for each in words if each.endswith(cell_words().own) or not _is_noun(each)]
    telling = [each for each in words if each not in cell_words().counts]
    return telling or list(words)


def _in_order(words: Sequence[str]) -> list[str]:
    """Headings in the order in which prose says them: what is not counted itself (levels, owners) first."""
    return sorted(words, key=_is_noun)


def _is_noun(words: str) -> bool:
    return any(is_noun(hit) for hit in find_hits(words, 0, len(words)))


def is_noun(hit: Hit) -> bool:
    """Whether a word says what is counted, and not only at which level."""
    return hit.tag.level is None and any(concept in head_concepts() for concept in hit.tag.concepts)


@cache
def head_concepts() -> frozenset[str]:
    """The concepts that cues of the catalogue open with, and that of things without an indicator."""
    cues = (cue[0] for indicator in load_catalogue().indicators.values() for cue in indicator.cues)
    return frozenset((*cues, OTHER_CONCEPT))


def read_phrase(phrase: Phrase, figure: Figure, whole: bool = True) -> tuple[Sentence, Reading] | None:
    """A phrase as a sentence with its one figure (that of the phrase with a unit), and what that may be read as.

    ``whole``: with the title of the table before it. None where the figure has no value.
    """
    words = f"{phrase.caption}：{phrase.words}" if whole and phrase.caption else phrase.words
    number = f"{figure.text.strip() if figure.value is not None else ''}"
    unit = _written(figure.unit)
    number = number if unit is None or number.endswith(unit) else number + unit
    text = f"{words}{number}。"
    own = figure._replace(start=len(words), end=len(words) + len(number), text=number)
    paragraph = Paragraph(BlockKind.PARAGRAPH, 0, len(text), 0, len(text))
    for sentence, readings in read_figures(CleanText(Mapped.identity(text), (paragraph,)), (own,)):
        for reading in readings:
            return sentence, reading
    return None


@cache
def _written(unit: str | None) -> str | None:
    """A form in which a unit is written, the shortest that stands for it as it is."""
    if unit is None:
        return None
    forms = [form for form, (known, factor) in load_units().forms.items() if known.code == unit and factor == 1]
    return min(forms, key=lambda form: (len(form), forms.index(form)), default=None)


def assumed_figures(phrase: Phrase) -> list[Figure]:
    """The figure of a phrase; one without a unit, once with each that its headings let one assume, but never money."""
    figure, words = phrase.figure, phrase.words
    if words.endswith(cell_words().own):
        # the unit of what it is taken of is not its own
        return [figure._replace(unit=None, dimension=None)]
    if figure.unit is not None or figure.dimension is not None:
        return [figure]
    units = load_units().units
    assumed = [
        figure._replace(unit=unit, dimension=units[unit].dimension)
        for unit, nouns in cell_words().assumed.items()
        if any(noun in words for noun in nouns)
    ]
    return [*assumed, figure]


def figures_of(table: Table, figures: Sequence[Figure]) -> list[tuple[Value, Figure]]:
    """The values of a table with the quantity that each holds; ``figures`` are those of the text, in order."""
    found: list[tuple[Value, Figure]] = []
    at = 0
    for value in table.values:
        while at < len(figures) and figures[at].start < value.start:
            at += 1
        if at < len(figures) and figures[at].end <= value.end and figures[at].number_class is NumberClass.QUANTITY:
            found.append((value, figures[at]))
    return found


def prose_figures(figures: Sequence[Figure], tables: Sequence[Table]) -> Sequence[Figure]:
    """The figures that no value of a table holds."""
    if not tables:
        return figures
    return list(_outside(figures, [value for table in tables for value in table.values]))


def _outside(figures: Sequence[Figure], values: Sequence[Value]) -> Iterator[Figure]:
    at = 0
    for figure in figures:
        while at < len(values) and values[at].end <= figure.start:
            at += 1
        if at == len(values) or figure.end <= values[at].start:
            yield figure
