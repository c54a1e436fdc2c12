"""A quantity while it is being read; lists and brackets may still change it."""

from __future__ import annotations

from decimal import Decimal

from pipeline.model import Bound, Figure, Measure, NumberClass

QUANTITY, EXACT, LEVEL, ONE = NumberClass.QUANTITY, Bound.EXACT, Measure.LEVEL, Decimal(1)
"""Looking up a member of an enum by name costs as much as a small function; these are needed for every number."""


class Draft:
    """The fields of a quantity, to be filled in. What is no quantity is a :class:`Figure` at once.

    ``told``: words of its own stand before it, so it takes none over from the figure before. ``bound_behind``: the word
    that sets its bound stands behind it. ``scale`` and ``factor``: those of its scale words and its unit, for the other
    numbers of a list. ``total``: of a part in brackets, the number before the bracket.
    """

    __slots__ = (
        "bound", "bound_behind", "dimension", "end", "factor", "high", "measure", "reason", "scale", "sign", "start",
        "told", "total", "unit", "value",
    )  # fmt: skip

    def __init__(
        self, start: int, end: int, reason: str, value: Decimal | None = None, unit: str | None = None,
        dimension: str | None = None, scale: Decimal = ONE, factor: Decimal = ONE,
    ) -> None:  # fmt: skip
        self.start = start
        self.end = end
        self.reason = reason
        self.value = value
        self.high: Decimal | None = None
        self.unit = unit
        self.dimension = dimension
        self.bound = EXACT
        self.measure = LEVEL
        self.sign = 1
        self.scale = scale
        self.factor = factor
        self.total: Decimal | None = None
        self.bound_behind = False
        self.told = False

    def figure(self, text: str) -> Figure:
        """The finished record."""
        start, end = self.start, self.end
        return _new(Figure, (
            start, end, text[start:end], QUANTITY, self.reason, self.value, self.high, self.unit, self.dimension,
            self.bound, self.measure, self.sign,
        ))  # fmt: skip


def settled(text: str, start: int, end: int, number_class: NumberClass, reason: str) -> Figure:
    """A number that is no quantity: nothing beside it can change it any more."""
    return _new(Figure, (
        start, end, text[start:end], number_class, reason, None, None, None, None, EXACT, LEVEL, 1,
    ))  # fmt: skip


def uncounted(text: str, start: int, end: int) -> Figure:
    """A number that counts nothing, as far as can be seen."""
    if text[start] == "一" and end - start == 1:
        return settled(text, start, end, NumberClass.IDIOM, "一 as a word")
    if text[start].isdecimal():
        return settled(text, start, end, NumberClass.UNKNOWN, "number that could not be read")
    if end - start == 1 and text[start] in _SCALE_WORDS:
        return settled(text, start, end, NumberClass.IDIOM, "scale word by itself")
    return settled(text, start, end, NumberClass.IDIOM, "numeral without anything counted")


_SCALE_WORDS = frozenset("百千万萬亿億")
_new = tuple.__new__  # a named tuple's own constructor takes twice as long
