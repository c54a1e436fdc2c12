"""Days and times of a workbook as Excel shows them (the date part of :mod:`pipeline.reading.number_formats`)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

from pipeline.reading.numerals import chinese


class Piece(Protocol):
    """A piece of a format."""

    @property
    def kind(self) -> str: ...  # noqa: D102
    @property
    def text(self) -> str: ...  # noqa: D102


_EPOCH_1900 = datetime(1899, 12, 30)
"""Serial 1 is 1 January 1900; Excel counts a 29 February 1900 that never was, so that the count fits from March on."""

_EPOCH_1904 = datetime(1904, 1, 1)
_LAST = 2958466
"""The day behind 31 December 9999."""

_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
           "December")  # fmt: skip
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_WEEK = "一二三四五六日"
_YEAR_DIGITS = str.maketrans("0123456789", "〇一二三四五六七八九")


def shown_date(serial: float, pieces: Sequence[Piece], numerals: int, from_1904: bool) -> str | None:
    """A day and time as a format shows it; None where Excel shows none (before 1900 or behind 9999).

    ``numerals`` 1 or 2: in Chinese numerals ([DBNum1]).
    """
    if not 0 <= serial < _LAST:
        return None
    seconds = round(serial * 86400)
    if not from_1904 and seconds < 60 * 86400:
        seconds += 86400
    moment = (_EPOCH_1904 if from_1904 else _EPOCH_1900) + timedelta(seconds=seconds)
    halves = any(piece.kind == "noon" for piece in pieces)
    parts = []
    for at, piece in enumerate(pieces):
        if piece.kind == "date":
            minutes = piece.text[0] == "m" and len(piece.text) < 3 and _beside_time(pieces, at)
            parts.append(_part(moment, piece.text, minutes, halves, numerals))
        elif piece.kind == "elapsed":
            whole = round(serial * 86400) // {"h": 3600, "m": 60, "s": 1}[piece.text[0]]
            parts.append(str(whole).zfill(len(piece.text)))
        elif piece.kind == "noon":
            parts.append(("上午", "下午")[moment.hour >= 12])
        elif piece.kind == "digit":
            parts.append("0")  # fractions of a second
        elif piece.kind not in ("general", "text", "exponent"):
            parts.append(piece.text)
    return "".join(parts).strip()


def _beside_time(pieces: Sequence[Piece], at: int) -> bool:
    """Whether an ``m`` is of minutes: the time before it is hours, or that behind it seconds."""
    before = next((p.text[0] for p in reversed(pieces[:at]) if p.kind in ("date", "elapsed")), "")
    behind = next((p.text[0] for p in pieces[at + 1 :] if p.kind in ("date", "elapsed")), "")
    return before == "h" or behind == "s"


def _part(moment: datetime, code: str, minutes: bool, halves: bool, numerals: int) -> str:
    letter, width = code[0], len(code)
    if letter in "ye":
        year = f"{moment.year % 100:02d}" if letter == "y" and width < 3 else str(moment.year)
        return year.translate(_YEAR_DIGITS) if numerals else year
    if letter == "a":
        return ("星期" if width > 3 else "") + _WEEK[moment.weekday()]
    if letter == "b":
        return str(moment.year + 543)
    if letter == "m" and not minutes and width >= 3:
        name = _MONTHS[moment.month - 1]
        return name[:3] if width == 3 else name[:1] if width == 5 else name
    if letter == "d" and width >= 3:
        return _DAYS[moment.weekday()][: 3 if width == 3 else None]
    hour = moment.hour % 12 or 12 if halves else moment.hour
    value = {"m": moment.minute if minutes else moment.month, "d": moment.day, "h": hour, "s": moment.second}[letter]
    return chinese(value) if numerals else str(value).zfill(min(width, 2))
