"""Where in a text layer the number stands that a decision was made for."""

from __future__ import annotations

from pipeline.decisions.records import CONTEXT, Decision

_ENOUGH = 10
"""A quotation with fewer characters around the number could stand anywhere."""


def place_of(layer: str, decision: Decision) -> tuple[int, int] | None:
    """The span of the decision's number in a text layer; None where the text it was made for isn't there just once.

    Where it stood, else wherever its quotation stands; blanks and line breaks may have changed.
    """
    start, end = decision.start, decision.end
    quoted = layer[max(0, start - len(decision.before)) : end + len(decision.after)]
    if quoted == decision.before + decision.number + decision.after:
        return start, end
    if len(decision.before.strip()) + len(decision.after.strip()) < _ENOUGH:
        return None
    squeezed, places = _squeezed(layer)
    before, number, after = (_squeezed(part)[0] for part in (decision.before, decision.number, decision.after))
    at = squeezed.find(before + number + after)
    if at < 0 or squeezed.find(before + number + after, at + 1) >= 0:
        return None
    first, last = at + len(before), at + len(before) + len(number) - 1
    return places[first], places[last] + 1


def quote(layer: str, start: int, end: int) -> tuple[str, str]:
    """The text on either side of a number, as much as a decision quotes."""
    return layer[max(0, start - CONTEXT) : start], layer[end : end + CONTEXT]


def _squeezed(text: str) -> tuple[str, list[int]]:
    """A text without blanks, and where each of its characters stood."""
    places = [place for place, character in enumerate(text) if not character.isspace()]
    return "".join(text[place] for place in places), places
