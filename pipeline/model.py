"""The records that flow from stage to stage.

Every record is frozen. Spans are half-open ranges of Unicode code points. Two texts have spans:

* the *text layer*: the characters of a source as a reader would see them, never edited;
* the *clean text*: noise dropped and damage mended, derived from the layer with a map back
  (:class:`pipeline.mapped.Mapped`).

A field named ``layer_start``/``layer_end`` counts in the text layer, plain ``start``/``end`` in the clean text,
except in :class:`Block`, :class:`Edit`, :class:`Fact` and :class:`Flag`, which speak of the text layer alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from pipeline.mapped import Mapped


class BlockKind(StrEnum):
    """What a stretch of a document is on the page."""

    TITLE = "title"
    HEADING = "heading"
    PARAGRAPH = "paragraph"
    LIST_ITEM = "list_item"
    TABLE_CELL = "table_cell"
    TABLE_ROW = "table_row"


@dataclass(frozen=True, slots=True)
class Cell:
    """Where a table cell stands: table, row and column count from 0; spans are 1 for a plain cell."""

    table: int
    row: int
    column: int
    row_span: int = 1
    column_span: int = 1
    header: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of the text layer that the page sets apart.

    ``zone`` is what the page's own structure says of it (``nav``, ``header``, ``footer``, ``aside``, ``body`` or
    ``""`` where nothing is said); cleaning weighs it. ``locator`` is the place in the file (``page 3``) where the
    format has such a thing. ``wrapped``: its line breaks are where the page cut its lines, not where the writer did,
    so that its lines are one paragraph; ``continues``: it goes on with the last block of running text before it, which
    the end of a page or column broke off.
    """

    kind: BlockKind
    start: int
    end: int
    zone: str = ""
    link_share: float = 0.0
    cell: Cell | None = None
    locator: str | None = None
    wrapped: bool = False
    continues: bool = False


@dataclass(frozen=True, slots=True)
class TextLayer:
    """The characters a reader would see, in reading order, and the blocks they stand in.

    ``doubtful`` are spans of characters that the reader itself isn't sure of (OCR), in order and without overlap.
    """

    text: str
    blocks: tuple[Block, ...] = ()
    doubtful: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """One file or fetched page: what its bytes are and what they say.

    ``hints`` is what the format itself declares about the document (keys ``title``, ``publisher``, ``published``,
    ``address``), as written there; nothing is trusted that the text contradicts.
    """

    name: str
    sha256: str
    size: int
    kind: str
    encoding: str
    layer: TextLayer
    hints: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Edit:
    """One change that cleaning made: ``before`` stood at layer ``[start:end]``, ``after`` is read in its place."""

    kind: str
    start: int
    end: int
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of the clean text. ``depth`` is 0 for running text, 1 (chapter) to 4 for headings."""

    kind: BlockKind
    start: int
    end: int
    layer_start: int
    layer_end: int
    depth: int = 0
    cells: tuple[tuple[int, int, Cell], ...] = ()
    """For a table row: ``(start, end, cell)`` of each cell, in the clean text."""


@dataclass(frozen=True, slots=True)
class CleanText:
    """The clean text, its map back to the layer, its paragraphs in order, and every edit that led to it."""

    mapped: Mapped
    paragraphs: tuple[Paragraph, ...]
    edits: tuple[Edit, ...] = ()

    @property
    def text(self) -> str:
        """The clean text; paragraphs are separated by one line feed."""
        return self.mapped.text


@dataclass(frozen=True, slots=True)
class Report:
    """One document inside a source.

    ``spans`` are its stretches of the clean text in reading order (several where documents are interleaved).
    ``published`` is EDTF as far as it is known; ``year`` is the year the report speaks from, to which 今年 and
    近三年 are counted, and ``month`` the month of the same moment where it is known.
    """

    index: int
    spans: tuple[tuple[int, int], ...]
    title: str | None = None
    publisher: str | None = None
    published: str | None = None
    year: int | None = None
    month: int | None = None
    tangled: bool = False
    """Its pages seem to lie between those of others, in a source too large to be untangled."""


class RegionBasis(StrEnum):
    """How a region was told."""

    STATED = "stated"
    TITLE = "title"
    INHERITED = "inherited"
    INFERRED = "inferred"
    USER = "user"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Region:
    """An administrative unit: ``level`` is ``province``, ``prefecture`` or ``county``; codes are GB/T 2260."""

    adcode: str
    name: str
    level: str
    parent: str | None


@dataclass(frozen=True, slots=True)
class RegionReading:
    """Which region something is about, how that was told and on what evidence. ``adcode`` None: it can't be told."""

    adcode: str | None
    name: str | None
    basis: RegionBasis
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """A mention of a region in the clean text; ``candidates`` are all regions the words may mean."""

    start: int
    end: int
    text: str
    candidates: tuple[str, ...]
    adcode: str | None


@dataclass(frozen=True, slots=True)
class RegionZone:
    """A stretch of the clean text whose figures are about one region. Zones of a document don't overlap."""

    start: int
    end: int
    reading: RegionReading
    others: tuple[RegionReading, ...] = ()
    """Further regions that the same words say it of (两县各3所)."""


class NumberClass(StrEnum):
    """What a number in the text is. ``QUANTITY`` alone can become a fact; the others say what it is instead."""

    QUANTITY = "quantity"
    DATE = "date"
    PERIOD = "period"
    ORDINAL = "ordinal"
    DOCUMENT_NUMBER = "document_number"
    SECTION_NUMBER = "section_number"
    PHONE = "phone"
    IDENTIFIER = "identifier"
    NAME = "name"
    IDIOM = "idiom"
    THRESHOLD = "threshold"
    DENOMINATOR = "denominator"
    VAGUE = "vague"
    UNKNOWN = "unknown"


class Bound(StrEnum):
    """How firm a value is (``GOLD`` field ``bound``)."""

    EXACT = "exact"
    APPROX = "approx"
    NEARLY = "nearly"
    OVER = "over"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    RANGE = "range"


class Measure(StrEnum):
    """What a figure measures of its indicator: the level itself, a relative change in percent, an absolute change."""

    LEVEL = "level"
    GROWTH = "growth"
    CHANGE = "change"


class Status(StrEnum):
    """Whether a figure is achieved or still to come."""

    ACTUAL = "actual"
    PLANNED = "planned"


class Level(StrEnum):
    """School levels of a fact."""

    PRESCHOOL = "preschool"
    PRIMARY = "primary"
    JUNIOR = "junior"
    NINE_YEAR = "nine_year"
    COMPLETE_SECONDARY = "complete_secondary"
    TEACHING_POINT = "teaching_point"
    COMPULSORY = "compulsory"
    BASIC = "basic"
    SENIOR = "senior"
    VOCATIONAL = "vocational"
    SPECIAL = "special"


class Sector(StrEnum):
    """Who runs the schools a figure is about."""

    PUBLIC = "public"
    PRIVATE = "private"


class Figure(NamedTuple):
    """A number of the clean text: what it is, what it is worth, in which unit, how firm.

    ``value`` and ``value_high`` (ranges only) are exact decimals in ``unit`` with scale words worked in
    (``1.5万个`` is 15000); ``unit`` is a code of ``units.yaml`` or None where no unit stands by the number;
    ``dimension`` groups units that convert into each other. ``measure`` and ``sign`` say whether the words around
    make it a change (``减少0.5个百分点`` has sign -1). ``start``/``end`` include unit and bound words.

    It is a tuple, as a text has one every few words and a frozen record takes four times as long to make.
    """

    start: int
    end: int
    text: str
    number_class: NumberClass
    reason: str
    value: Decimal | None = None
    value_high: Decimal | None = None
    unit: str | None = None
    dimension: str | None = None
    bound: Bound = Bound.EXACT
    measure: Measure = Measure.LEVEL
    sign: int = 1


class Period(NamedTuple):
    """A stretch of time named in a text. ``edtf`` is None where the reference that it counts from isn't known.

    ``planned``: the words themselves look ahead (到2025年). ``compared``: something is measured against it (比2020年,
    较上年); it is not when a figure holds.
    """

    start: int
    end: int
    text: str
    edtf: str | None
    planned: bool = False
    compared: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    """A figure read as a value of an indicator, before it is tied to its source."""

    figure: Figure
    sentence: tuple[int, int]
    indicator: str
    value: Decimal
    value_high: Decimal | None
    measure: Measure
    bound: Bound
    status: Status
    period: str | None
    level: Level | None
    sector: Sector | None
    scope: str | None
    confidence: float
    evidence: tuple[str, ...] = ()
    told: str | None = None
    """For a value of a table: its headings and itself, as they are shown in place of a sentence."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A figure that measures a catalogued indicator for a region: the fields of one line of ``extract``.

    ``start``/``end`` are the text-layer span of ``number``: ``layer[start:end] == number``, always. ``unit`` is the
    catalogue's, ``value`` is in it (for growth: percent). ``period`` is EDTF or None.
    """

    id: str
    source: str
    report: int
    indicator: str
    value: Decimal
    value_high: Decimal | None
    unit: str
    measure: Measure
    bound: Bound
    status: Status
    period: str | None
    level: Level | None
    sector: Sector | None
    region: str | None
    region_name: str | None
    region_basis: RegionBasis
    region_evidence: tuple[str, ...]
    number: str
    scope: str | None
    start: int
    end: int
    locator: str | None
    sentence: str
    confidence: float
    flags: tuple[str, ...] = ()


class Severity(StrEnum):
    """How much a flag weighs: it can't be so; hardly so; worth knowing (and never among a fact's ``flags``)."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Flag:
    """Something a check found about a number, with the evidence.

    ``fact`` is the id of the fact made of the number, None where none was; ``start``/``end`` its text-layer span.
    ``data`` is what the words of the flag (``checks.yaml``) tell: names to plain text. ``others`` are the ids of the
    further facts that it rests on.
    """

    code: str
    severity: Severity
    fact: str | None
    start: int
    end: int
    data: Mapping[str, str] = field(default_factory=dict)
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NumberUse:
    """What became of one number of the text layer: a line of ``audit``, a row of the table ``figures``.

    ``used`` is ``fact`` or the class of the number; ``reason`` says why in words. ``fact_ids`` are the facts made
    of it.
    """

    start: int
    end: int
    number: str
    report: int | None
    figure: Figure | None
    used: str
    reason: str
    fact_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Extraction:
    """All that was read out of one source."""

    source: Source
    clean: CleanText
    reports: tuple[Report, ...]
    regions: tuple[RegionReading, ...]
    """The region of each report, in the order of ``reports``."""
    numbers: tuple[NumberUse, ...]
    facts: tuple[Fact, ...]
    flags: tuple[Flag, ...] = ()


def fact_id(sha256: str, start: int, end: int, part: int) -> str:
    """The identity of a fact: its raw position, so that a better reading of the same number keeps the same id.

    ``start``/``end`` is the text-layer span of the number, ``part`` counts the facts made of that one number from 0.
    Returns 16 hexadecimal digits.
    """
    return hashlib.sha256(f"{sha256}:{start}:{end}:{part}".encode()).hexdigest()[:16]


def year_spoken_of(year: int, month: int | None) -> int:
    """The last year that a report of ``year`` and ``month`` looks back on: one of January to March on the year before.

    ``GOLD``: 近三年 counts to it.
    """
    return year - 1 if month in (1, 2, 3) else year
