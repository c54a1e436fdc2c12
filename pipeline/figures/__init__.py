"""Numbers, units and periods: every number of a text, and what it is."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.figures.around import carried_bound, carrying_words
from pipeline.figures.claims import Claim, find_claims
from pipeline.figures.drafts import EXACT, Draft, settled, uncounted
from pipeline.figures.fast import plain_reader
from pipeline.figures.grammar import number_pattern, read_number
from pipeline.figures.lists import NEXT, WINDOW, share
from pipeline.figures.numerals import has_number
from pipeline.figures.periods import Reference, find_periods
from pipeline.figures.quantities import read_doubling, read_quantity, read_ratio, read_share
from pipeline.figures.special import bounds_a_size, classify, is_dense, row_end, shares_one
from pipeline.figures.tables import CellReader, apply_stated, find_stated_units
from pipeline.model import Figure, NumberClass, Period
from pipeline.tables import Table, tables_of_lines

__all__ = ["Reference", "find_figures", "find_periods", "has_number"]

_NOT_BY_ITSELF = frozenset({NumberClass.IDIOM, NumberClass.NAME})
_SHARED = frozenset("分成")
_RATIO = frozenset(" :：∶﹕比")


def find_figures(
    text: str, periods: tuple[Period, ...] | None = None, tables: Sequence[Table] | None = None
) -> tuple[Figure, ...]:
    """Every number of ``text``, in order: quantities with value, unit and bound, others with what they are instead.

    Spans are half-open, in code points, and don't overlap; every run of digits or Chinese numerals lies in one of them.
    ``value`` is an exact decimal in ``unit``, scale words worked in. ``periods`` are those of the text where they are
    known already (:func:`find_periods`), ``tables`` its tables; without them lines with tabs are read as tables.
    """
    tables = tables_of_lines(text) if tables is None else tables
    cells = CellReader(tables)
    claims = cells.outside(find_claims(text, find_periods(text) if periods is None else periods))
    claims.append((len(text) + 1, len(text) + 1, 0, NumberClass.UNKNOWN, "", True))
    carrying = [*carrying_words(text), len(text) + 1]
    figures: list[Draft | Figure] = []
    at = index = carrier = quantity_end = 0
    claim_start, claim_end = claims[0][:2]
    next_carrier = carrying[0]
    search, read_plain = number_pattern().search, plain_reader()
    figure: Draft | Figure | None
    while match := search(text, at):
        start = match.start()
        while claim_end <= start:
            index += 1
            claim_start, claim_end = claims[index][:2]
        if tables and (figure := cells.read(text, match)) is not None:
            pass
        elif claim_start <= start or (figure := read_plain(text, match, start)) is None:
            if is_dense(figures) and (stop := row_end(text, start)):
                figure = settled(text, start, stop, NumberClass.UNKNOWN, "row of bare numbers")
            else:
                figure = _claimed(text, match, claims[index]) if claim_start <= start else _read(text, match)
        figures.append(figure)
        if isinstance(figure, Draft):
            while next_carrier < start:
                carrier += 1
                next_carrier = carrying[carrier]
            if figure.bound is not EXACT:
                figure.start = max(figure.start, at)
            elif carrier and quantity_end <= carrying[carrier - 1]:
                figure.bound = carried_bound(text, carrying[carrier - 1], figure.start) or EXACT
            if (figure.unit is None or at != quantity_end or figure.start - at <= NEXT) and (
                start - at < WINDOW or figure.dimension == "scaled"
            ):
                share(text, figures)
            quantity_end = figure.end
        at = figure.end
    apply_stated(figures, find_stated_units(text, tables))
    return tuple([figure.figure(text) if isinstance(figure, Draft) else figure for figure in figures])


def _claimed(text: str, match: re.Match[str], claim: Claim) -> Draft | Figure:
    """What the number matched is, for which ``claim`` speaks."""
    _, claim_end, _, number_class, reason, whole = claim
    start, end = match.span(1)
    if not whole:
        return settled(text, start, end, number_class, reason)
    if number_class in _NOT_BY_ITSELF and (match.end() > claim_end or text[end : end + 1] == "分"):
        longer = _quantity(text, match)
        if longer is not None and longer.end > claim_end:
            return longer
    return settled(text, start, max(end, claim_end), number_class, reason)


def _read(text: str, match: re.Match[str]) -> Draft | Figure:
    """What the number matched is by the words around it."""
    return _quantity(text, match) or uncounted(text, *match.span(1))


def _quantity(text: str, match: re.Match[str]) -> Draft | Figure | None:
    start, end = match.span(1)
    following = text[end : end + 1]
    if following in _SHARED and (shared := read_share(text, start, end)):
        return shared
    ratio = read_ratio(text, start, end) if following in _RATIO else None
    if ratio is not None and ratio.value is not None:
        return ratio
    number = read_number(match)
    if special := classify(text, start, end, number is not None and number.stop > end):
        number_class, reason, stop = special
        if number_class is not NumberClass.DENOMINATOR or number is None:
            return settled(text, start, stop, number_class, reason)
        if not shares_one(text, number.stop):
            return settled(text, start, number.stop, number_class, reason)
    if ratio is not None or number is None:
        return ratio
    if following == "番" and (doubled := read_doubling(text, start, end)):
        return doubled
    draft = read_quantity(text, number)
    if draft is not None and draft.unit == "person" and bounds_a_size(text, number.stop, draft.bound is not EXACT):
        return settled(text, start, number.stop, NumberClass.THRESHOLD, "limit of a class or school size")
    return draft
