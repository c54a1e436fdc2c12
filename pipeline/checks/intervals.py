"""The values that a fact allows, by its bound and by how exactly it is written."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple, Protocol


class Valued(Protocol):
    """What has a value, a bound and the number as it is written: a fact, stored or not."""

    @property
    def value(self) -> Decimal:
        """The value in the catalogue's unit."""

    @property
    def value_high(self) -> Decimal | None:
        """The upper end of a range."""

    @property
    def bound(self) -> str:
        """How firm it is."""

    @property
    def number(self) -> str:
        """As it stands in the text."""


class Interval(NamedTuple):
    """Values from ``low`` to ``high``; None: without an end."""

    low: Decimal | None
    high: Decimal | None


NEARNESS = Decimal("0.05")
"""约 and 近 are taken to allow a difference of a twentieth, as in comparisons."""
_HALF = Decimal("0.5")


def interval_of(fact: Valued) -> Interval:
    """The values that a fact allows: half of its last digit where it is rounded, to one side where it is bounded."""
    value, slack = fact.value, _rounding(fact)
    match str(fact.bound):
        case "range":
            return Interval(value - slack, (fact.value_high if fact.value_high is not None else value) + slack)
        case "over" | "at_least":
            return Interval(value - slack, None) if value >= 0 else Interval(None, value + slack)
        case "at_most":
            return Interval(None, value + slack) if value >= 0 else Interval(value - slack, None)
        case "approx" | "nearly":
            slack = max(slack, abs(value) * NEARNESS)
    return Interval(value - slack, value + slack)


def meet(a: Interval, b: Interval) -> bool:
    """Whether a value lies in both."""
    return (a.low is None or b.high is None or a.low <= b.high) and (b.low is None or a.high is None or b.low <= a.high)


def _rounding(fact: Valued) -> Decimal:
    """Half of the last digit written, for a number in 万 or 亿 or with a decimal point; other numbers are exact."""
    if not any(mark in fact.number for mark in "万亿萬億.．") or not fact.value:
        return Decimal(0)
    return _HALF.scaleb(int(fact.value.normalize().as_tuple().exponent))
