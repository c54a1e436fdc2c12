"""Figures: the numbers and times of a text, and what they are worth."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple


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


def year_spoken_of(year: int, month: int | None) -> int:
    """The last year that a report of ``year`` and ``month`` looks back on: one of January to March on the year before.

    ``GOLD``: 近三年 counts to it.
    """
    return year - 1 if month in (1, 2, 3) else year
