"""Numbers, units and periods: every number of a text, and what it is."""

from __future__ import annotations

from dataclasses import replace

from pipeline.figures.periods import Reference, find_periods
from pipeline.figures.quantities import CANDIDATE, read_quantity, read_ratio, read_share
from pipeline.figures.special import classify, idiom_spans, section_numbers
from pipeline.model import Figure, NumberClass, Period

__all__ = ["Reference", "find_figures", "find_periods"]


def find_figures(text: str, periods: tuple[Period, ...] | None = None) -> tuple[Figure, ...]:
    """Every number of ``text``, in order: quantities with value, unit and bound, others with what they are instead.

    Spans are half-open, in code points, and don't overlap. ``value`` is an exact decimal in ``unit``, scale words
    worked in. ``periods`` are those of the text where they are known already (:func:`find_periods`).
    """
    named = find_periods(text) if periods is None else periods
    blocked = _Blocked(text, named)
    found: list[Figure] = []
    at = 0
    for match in CANDIDATE.finditer(text):
        if match.start() < at:
            continue
        figure = _read(text, match.start(), match.end(), blocked)
        if found and figure.start < found[-1].end:
            figure = replace(figure, start=found[-1].end, text=text[found[-1].end : figure.end])
        found.append(figure)
        at = figure.end
    return tuple(found)


class _Blocked:
    """Stretches of a text whose numbers are spoken for: periods, idioms, section numbers."""

    def __init__(self, text: str, periods: tuple[Period, ...]) -> None:
        self.periods = {start: period for period in periods for start in range(period.start, period.end)}
        self.idioms = {at: end for start, end in idiom_spans(text) for at in range(start, end)}
        self.sections = section_numbers(text)


def _read(text: str, start: int, end: int, blocked: _Blocked) -> Figure:
    period = blocked.periods.get(start)
    if period is not None:
        number_class = NumberClass.DATE if period.edtf and len(period.edtf) > 7 else NumberClass.PERIOD
        return Figure(start, max(end, period.end), text[start : max(end, period.end)], number_class, "names a time")
    if start in blocked.sections:
        stop = max(end, blocked.sections[start])
        return Figure(start, stop, text[start:stop], NumberClass.SECTION_NUMBER, "numbers a section")
    share = read_share(text, start)
    if share is not None:
        return share
    if start in blocked.idioms:
        stop = max(end, blocked.idioms[start])
        return Figure(start, stop, text[start:stop], NumberClass.IDIOM, "set phrase or name")
    ratio = read_ratio(text, start)
    if ratio is not None and ratio.value is not None:
        return ratio
    special = classify(text, start, end)
    if special is not None:
        number_class, reason, stop = special
        return Figure(start, max(end, stop), text[start : max(end, stop)], number_class, reason)
    if ratio is not None:
        return ratio
    quantity = read_quantity(text, start, end)
    if quantity is not None:
        return quantity
    reason = "numeral without anything counted" if text[start] not in "0123456789" else "number that could not be read"
    return Figure(start, end, text[start:end], NumberClass.UNKNOWN, reason)
