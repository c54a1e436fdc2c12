"""Numbers that take part in sums: what each is worth, how exactly it is written, what one misread digit makes of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from pipeline.checks.words import load_rules
from pipeline.model import Bound, NumberUse

_WRITTEN = re.compile(r"\d[\d,，]*(?:[.．]\d+)?")
_LEAST_ERROR = Decimal("1E-9")


@dataclass(frozen=True, slots=True)
class Member:
    """A number of a sum. ``value`` is signed; ``step`` is what one of its last digit is worth, 0 where it is exact.

    ``digits`` is how it is written (without its unit), at ``at`` of its figure's text; 1 there is worth ``scale``.
    """

    use: NumberUse
    value: Decimal
    step: Decimal
    digits: str
    at: int
    scale: Decimal


@dataclass(frozen=True, slots=True)
class Mend:
    """One digit of one member read otherwise, with which a sum comes out; ``member`` 0 is the total."""

    member: int
    at: int
    """The place of the digit in the member's ``digits``."""
    digit: str
    """What stands there instead: a digit, or two that had changed places."""
    mended: str
    cost: int
    """How unlike the two digits are: the place among the confusions of ``checks.yaml``, or behind all."""


def member_of(use: NumberUse) -> Member | None:
    """A number as a member of a sum; None where it has no plain value."""
    figure = use.figure
    if figure is None or figure.value is None or figure.value_high is not None:
        return None
    written = _WRITTEN.search(figure.text)
    if written is None:
        return Member(use, figure.value, Decimal(0), "", 0, Decimal(1))
    digits = written.group()
    plain = _plain(digits)
    scale = figure.value / plain if plain else Decimal(1)
    places = len(plain_text(digits).partition(".")[2])
    rounded = places > 0 or scale != 1
    step = scale.scaleb(-places) if rounded else Decimal(0)
    return Member(use, figure.value, step, digits, written.start(), scale)


def plain_text(digits: str) -> str:
    """Digits without the marks between thousands."""
    return digits.replace(",", "").replace("，", "").replace("．", ".")


def _plain(digits: str) -> Decimal:
    return Decimal(plain_text(digits))


def tolerance(total: Member, parts: Sequence[Member]) -> Decimal:
    """How far a total and its parts may be apart by rounding alone.

    Each rounded number is off by at most half of its last digit. Of many such errors the sum is rarely beyond twice
    its standard deviation (a uniform error has the variance step² / 12), and never held to less than one last digit
    of the coarsest where several are rounded.
    """
    steps = [member.step for member in (total, *parts) if member.step]
    if not steps:
        return Decimal(0)
    most = sum(steps, Decimal(0)) / 2
    likely = 2 * (sum((step * step for step in steps), Decimal(0)) / 12).sqrt()
    coarsest = max(steps) if len(steps) > 1 else Decimal(0)
    return min(most, max(likely, coarsest)) + max(steps) * _LEAST_ERROR


def agree(total: Member, parts: Sequence[Member]) -> bool:
    """Whether the parts come to the total, rounding and bounds (近, 余) allowed for."""
    difference = sum((part.value for part in parts), Decimal(0)) - total.value
    return _within(total, parts, difference, tolerance(total, parts))


_LOOSE = Decimal("0.1")
"""近3万 and 3万多 are taken to mean at most a tenth less or more."""


def _within(total: Member, parts: Sequence[Member], difference: Decimal, slack: Decimal) -> bool:
    """Whether parts that pass the total by ``difference`` do so within what bounds and rounding allow."""
    low, high = -slack, slack
    for member, sign in ((total, 1), *((part, -1) for part in parts)):
        figure = member.use.figure
        bound = figure.bound if figure is not None else Bound.EXACT
        room = abs(member.value) * _LOOSE
        if bound in (Bound.OVER, Bound.AT_LEAST, Bound.APPROX):
            low, high = (low, high + room) if sign > 0 else (low - room, high)
        if bound in (Bound.NEARLY, Bound.AT_MOST, Bound.APPROX):
            low, high = (low - room, high) if sign > 0 else (low, high + room)
    return low <= difference <= high


def is_exact(total: Member, parts: Sequence[Member]) -> bool:
    """Whether a sum comes out to the last digit, or is written so that it can't be told.

    Of 154 totals of reports written as finely as their parts none was off by rounding, so that one that is deserves
    a look.
    """
    if sum((part.value for part in parts), Decimal(0)) == total.value or not total.step:
        return True
    return not all(is_firm(member) and member.value % total.step == 0 for member in (total, *parts))


def is_firm(member: Member) -> bool:
    """Whether nothing bounds the number (近, 余, 约), so that a digit of it can be told."""
    return member.use.figure is not None and member.use.figure.bound is Bound.EXACT


def find_mends(total: Member, parts: Sequence[Member]) -> list[Mend]:
    """The digits of which one, read otherwise, makes the sum come out, the likeliest first.

    None where a number is bounded. Two neighbours that changed places are tried where no single digit will
    do. At one place of a rounded number several digits may do: the one that comes nearest is taken.
    """
    members = (total, *parts)
    if not all(is_firm(member) for member in members):
        return []
    slack = tolerance(total, parts)
    difference = sum((part.value for part in parts), Decimal(0)) - total.value
    found: list[Mend] = []
    for index, member in enumerate(members):
        wanted = difference if index == 0 else -difference
        found += _mends_of(index, member, wanted, slack)
    if not found:
        for index, member in enumerate(members):
            found += _swaps_of(index, member, difference if index == 0 else -difference, slack)
    return sorted(found, key=lambda mend: (mend.cost, mend.member, mend.at))


def _mends_of(index: int, member: Member, wanted: Decimal, slack: Decimal) -> Iterator[Mend]:
    """The digits of one member that may be others: it should be larger by ``wanted``, within ``slack``."""
    if not member.digits:
        return
    point = next((place for place, character in enumerate(member.digits) if character in ".．"), len(member.digits))
    positions = [place for place, character in enumerate(member.digits) if character.isdigit()]
    whole = len([place for place in positions if place < point])
    sign = -1 if member.value < 0 else 1
    for order, place in enumerate(positions):
        worth = member.scale.scaleb(whole - 1 - order) * sign
        if not worth:
            continue
        old = int(member.digits[place])
        new = old + int((wanted / worth).to_integral_value())
        leads = order == 0 and whole > 1
        if new == old or not (1 if leads else 0) <= new <= 9 or abs((new - old) * worth - wanted) > slack:
            continue
        mended = f"{member.digits[:place]}{new}{member.digits[place + 1 :]}"
        yield Mend(index, place, str(new), mended, _unlike(str(old), str(new)))


def _swaps_of(index: int, member: Member, wanted: Decimal, slack: Decimal) -> Iterator[Mend]:
    """Neighbouring digits of a member that may have changed places (980 for 908)."""
    digits = member.digits
    for at in range(len(digits) - 1):
        a, b = digits[at], digits[at + 1]
        if not (a.isdigit() and b.isdigit()) or a == b or (at == 0 and b == "0"):
            continue
        mended = f"{digits[:at]}{b}{a}{digits[at + 2 :]}"
        sign = -1 if member.value < 0 else 1
        if abs((_plain(mended) - _plain(digits)) * member.scale * sign - wanted) <= slack:
            yield Mend(index, at, b + a, mended, len(_costs()) + 1)


@cache
def _costs() -> dict[frozenset[str], int]:
    return {frozenset(pair): place for place, pair in enumerate(load_rules().confusions)}


def _unlike(old: str, new: str) -> int:
    return _costs().get(frozenset((old, new)), len(_costs()))


def chance_of_slip(total: Member, parts: Sequence[Member]) -> float:
    """How often a difference that has another cause would look like one misread digit of the total, or of a part.

    Of the differences up to the total, nine at each place of the longest number are of that kind.
    """
    step = max(total.step, *(part.step for part in parts), Decimal(1) if not total.step else total.step)
    room = abs(total.value) / step
    places = len(str(int(room))) if room >= 1 else 1
    return float(min(Decimal(1), 9 * places / max(room, Decimal(1))))
