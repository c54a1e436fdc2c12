"""Periods as pairs of days, so that they can be compared and indexed as text."""

from __future__ import annotations

import re
from calendar import monthrange

_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")


def period_bounds(period: str | None) -> tuple[str | None, str | None]:
    """First and last day of an EDTF period as ``YYYY-MM-DD``; None for an open or unknown side.

    >>> period_bounds("2016/2020")
    ('2016-01-01', '2020-12-31')
    >>> period_bounds("2021/..")
    ('2021-01-01', None)
    >>> period_bounds("2024-02")
    ('2024-02-01', '2024-02-29')
    """
    if period is None:
        return None, None
    first, slash, last = period.partition("/")
    return _day(first, first_day=True), _day(last if slash else first, first_day=False)


def _day(date: str, *, first_day: bool) -> str | None:
    match = _DATE.fullmatch(date)
    if not match:
        return None
    year, month, day = match.groups()
    if month is None:
        return f"{year}-01-01" if first_day else f"{year}-12-31"
    if not 1 <= int(month) <= 12 or int(year) == 0:
        return None
    if day is None:
        return f"{year}-{month}-01" if first_day else f"{year}-{month}-{monthrange(int(year), int(month))[1]:02}"
    return f"{year}-{month}-{day}"
