"""Whether the reports of a source seem to lie between one another, so that they are worth untangling."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from pipeline.structure.series import after_mark, marks_in, none_open
from pipeline.structure.voices import Voices

REPORTS, LENGTH = 8, 60_000
"""Sources with more reports or text would take too long to untangle; most are compilations of whole reports."""
FOREIGN = 6.0
"""The log-odds of a run of signs in one report that speak for another one."""
_BLANKS = 40
_ENDS = "。！？…”）》\n"


@dataclass(frozen=True, slots=True)
class Stretch:
    """From ``start`` on the text belongs to report ``report``."""

    start: int
    report: int


def is_tangled(text: str, starts: Sequence[int]) -> bool:
    """Whether a report begins in mid-sentence, numbers don't follow on, or signs of one report run through another.

    ``starts`` are where the reports begin. A source that shows none of this is left as it stands. Signs are not looked
    at in sources that are too large to be untangled.
    """
    if len(starts) < 2:
        return False
    if ends_with_stops(text) and any(_amid(text, start) for start in starts[1:]):
        return True
    return _numbers_break(text, starts) or (can_be_untangled(text, starts) and _foreign(text, starts))


def _amid(text: str, start: int) -> bool:
    """Whether what stands before a place, but for blanks, does not end there."""
    return text[max(0, start - _BLANKS) : start].rstrip(" \u3000")[-1:] not in _ENDS


def can_be_untangled(text: str, starts: Sequence[int]) -> bool:
    """Whether a source is small enough for a search."""
    return len(starts) <= REPORTS and len(text) <= LENGTH


def ends_with_stops(text: str) -> bool:
    """Whether the paragraphs of a text end with full stops: where they don't, no ending breaks off."""
    lines = [line for line in text.split("\n") if len(line) > 60]
    return sum(line[-1] in _ENDS for line in lines) > len(lines) / 2


def breaks_off(text: str, end: int) -> bool:
    """Whether a text that ends with full stops breaks off at a place."""
    return text[end - 1 : end] not in _ENDS


def _numbers_break(text: str, starts: Sequence[int]) -> bool:
    """Whether a chapter or section of a report has a number that none before it leads to."""
    numbers, begun = none_open(), 1
    for mark in marks_in(text):
        while begun < len(starts) and starts[begun] <= mark.start:
            numbers, begun = none_open(), begun + 1
        gain, numbers = after_mark(numbers, mark)
        if gain < 0 and mark.rank < 2:
            return True
    return False


def _foreign(text: str, starts: Sequence[int]) -> bool:
    voices = Voices(text, starts, [(start, report) for report, start in enumerate(starts)])
    bounds = [voices.before(start) for start in starts] + [len(voices.gains)]
    for own, (low, high) in enumerate(pairwise(bounds)):
        for other in range(len(starts)):
            run = 0.0
            for gains in voices.gains[low:high]:
                run = max(0.0, run + gains[other] - gains[own])
                if run >= FOREIGN:
                    return True
    return False


def untangle(text: str, starts: Sequence[int]) -> list[Stretch]:
    """Which report each stretch of the text belongs to, in order. Reports begin at ``starts``, the first at 0."""
    # numpy and the tables are loaded only for the few sources that need them
    from pipeline.structure.followers import followers  # noqa: PLC0415
    from pipeline.structure.untangling import search  # noqa: PLC0415

    return search(text, starts, followers())
