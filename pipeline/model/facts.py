"""Facts: figures read as values of indicators, what checks found about them, all that was read out of a source."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from pipeline.model.documents import CleanText, Report, Source
from pipeline.model.figures import Bound, Figure, Level, Measure, Sector, Status
from pipeline.model.places import RegionBasis, RegionReading


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
