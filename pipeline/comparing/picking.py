"""Which of several values of the same thing stands in a comparison.

The rules, in order, are those of ``docs/csv.md``: the whole region before a part of it, exact before rounded or
bounded, the latest report, the least damaged source, the surer reading; then the order of the sources, so that the
choice never depends on the order of rows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from operator import itemgetter
from typing import NamedTuple

from pipeline.store import StoredFact

NEARNESS = Decimal("0.05")
"""约 and 近 are taken to allow a difference of a twentieth."""

_Interval = tuple[Decimal | None, Decimal | None]
_TURNED = str.maketrans("0123456789", "9876543210")
_ROUNDED = frozenset("万亿萬億.．")

_FIRMNESS = {"exact": 0, "range": 1, "approx": 2, "nearly": 3, "over": 4, "at_least": 5, "at_most": 6}


class Key(NamedTuple):
    """What two values must share to be values of the same thing. Planned and achieved never mix."""

    region: str | None
    report: str | None
    """Only for facts whose region can't be told: values of different reports are then not comparable."""
    indicator: str
    measure: str
    level: str | None
    sector: str | None
    period: str | None
    status: str


class Choice(NamedTuple):
    """The value picked for a key, the others of the same key, and those of them that contradict it."""

    key: Key
    fact: StoredFact
    others: tuple[StoredFact, ...]
    conflicts: tuple[StoredFact, ...]

    @property
    def sources(self) -> int:
        """How many sources give a value for the key; near duplicates are one."""
        if not self.others:
            return 1
        return len({fact.original or fact.source for fact in (self.fact, *self.others)})


def key_of(fact: StoredFact) -> Key:
    """The key of a fact."""
    report = f"{fact.source}:{fact.report}" if fact.region is None else None
    return Key(fact.region, report, *_THING(fact))


_THING = itemgetter(*map(StoredFact._fields.index, Key._fields[2:]))


def pick_all(facts: Iterable[StoredFact]) -> list[Choice]:
    """One choice for each key, in the order in which the keys first come."""
    groups: dict[Key, list[StoredFact]] = defaultdict(list)
    for fact in facts:
        groups[key_of(fact)].append(fact)
    return [Choice(key, group[0], (), ()) if len(group) == 1 else pick(key, group) for key, group in groups.items()]


def pick(key: Key, facts: Iterable[StoredFact]) -> Choice:
    """The choice among facts of one key.

    A value of a part of the region doesn't contradict one of the whole, and values without a period don't contradict
    each other: they may well be of different years.
    """
    first, *others = sorted(facts, key=_preference)
    if key.period is None:
        return Choice(key, first, tuple(others), ())
    comparable = [other for other in others if other.scope == first.scope and other.value != first.value]
    allowed = _interval(first) if comparable else (None, None)
    conflicts = tuple(other for other in comparable if not _meet(allowed, _interval(other)))
    return Choice(key, first, tuple(others), conflicts)


def agrees(a: StoredFact, b: StoredFact) -> bool:
    """Whether two values of the same thing can both be true, bounds and rounding allowed for."""
    return _meet(_interval(a), _interval(b))


def _meet(a: _Interval, b: _Interval) -> bool:
    (low_a, high_a), (low_b, high_b) = a, b
    return (high_b is None or low_a is None or low_a <= high_b) and (high_a is None or low_b is None or low_b <= high_a)


RULES = ("scope", "bound", "report_published", "damage", "confidence", "order")
"""The rules of choice in order, by what they look at; the last is the order of paths and of places in the text."""


def deciding_rule(picked: StoredFact, other: StoredFact) -> str:
    """The first rule that set the picked value before another one of the same key."""
    pairs = zip(_preference(picked), _preference(other), strict=True)
    return RULES[min(next((n for n, (a, b) in enumerate(pairs) if a != b), len(RULES)), len(RULES) - 1)]


def _preference(fact: StoredFact) -> tuple[object, ...]:
    return (
        fact.scope is not None,
        _FIRMNESS[fact.bound],
        _latest_first(fact.report_published),
        fact.damage,
        -fact.confidence,
        fact.path,
        fact.start,
        fact.id,
    )


def _latest_first(published: str | None) -> tuple[int, str]:
    """Sorts dates backwards, the unknown ones last: each digit is turned round."""
    if not published:
        return (1, "")
    return (0, published.ljust(10, "0").translate(_TURNED))


def _interval(fact: StoredFact) -> _Interval:
    """The values that a fact allows, its own among them always; None for an open side."""
    value, slack = fact.value, _rounding(fact)
    match fact.bound:
        case "range":
            high = fact.value_high if fact.value_high is not None else value
            return value - slack, high + slack
        case "over" | "at_least":  # a fall by 5 points and more is one to -5 or below
            return (value - slack, None) if value >= 0 else (None, value + slack)
        case "at_most":
            return (None, value + slack) if value >= 0 else (value - slack, None)
        case "approx" | "nearly":
            slack = max(slack, abs(value) * NEARNESS)
    return value - slack, value + slack


def _rounding(fact: StoredFact) -> Decimal:
    """Half of the last digit written, for a number in 万 or 亿 or with a decimal point; other numbers are exact."""
    if _ROUNDED.isdisjoint(fact.number) or not fact.value:
        return Decimal(0)
    exponent = fact.value.normalize().as_tuple().exponent
    half = Decimal("0.5").scaleb(int(exponent))
    return half.quantize(half, rounding=ROUND_HALF_UP)
