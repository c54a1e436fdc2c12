"""Dates in title blocks, metadata lines and signatures, as EDTF."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_FIGURES = {c: i for i, c in enumerate("〇一二三四五六七八九")} | {"零": 0, "○": 0, "Ｏ": 0, "O": 0}
_DATE = re.compile(
    r"(?<!\d)(?P<year>(?:19|20)\d{2})\s*[年./-]\s*(?P<month>1[0-2]|0?[1-9])(?!\d)"
    r"(?:\s*[月./-]\s*(?:(?P<day>3[01]|[12]\d|0?[1-9])(?!\d)\s*[日曰号]?)?)?"
)
_CHINESE = re.compile(
    r"(?P<year>[二一][〇零○O九][〇零○O一二三四五六七八九]{2})年(?P<month>十[一二]?|[一二三四五六七八九])月"
    r"(?:(?P<day>[二三]?十[一二三四五六七八九]?|[一二三四五六七八九])[日曰号]?)?"
)
_FIRST_YEAR, _LAST_YEAR = 1990, 2040


@dataclass(frozen=True, slots=True, order=True)
class Day:
    """A date as far as it is known: month and day are 0 where they are not."""

    year: int
    month: int = 0
    day: int = 0

    @property
    def edtf(self) -> str:
        """The date as EDTF: ``2023``, ``2023-09``, ``2023-09-18``."""
        if not self.month:
            return str(self.year)
        return f"{self.year}-{self.month:02}" + (f"-{self.day:02}" if self.day else "")


def dates_in(text: str) -> list[Day]:
    """All dates with at least year and month in a short text, in order of kind: figures first, then Chinese ones."""
    plain = unicodedata.normalize("NFKC", text)
    found = [Day(int(match["year"]), int(match["month"]), int(match["day"] or 0)) for match in _DATE.finditer(plain)]
    for match in _CHINESE.finditer(text):
        year = int("".join(str(_FIGURES[c]) for c in match["year"]))
        found.append(Day(year, _numeral(match["month"]), _numeral(match["day"] or "")))
    return [day for day in found if _FIRST_YEAR <= day.year <= _LAST_YEAR]


def _numeral(text: str) -> int:
    """The value of a Chinese numeral under a hundred; 0 for none."""
    tens, ten, ones = text.rpartition("十")
    if not ten:
        return _FIGURES.get(text, 0)
    return 10 * _FIGURES.get(tens, 1) + _FIGURES.get(ones, 0)
