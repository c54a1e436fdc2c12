"""What sources say of each other, and a region's years of one another.

Values of one region, indicator, level and time that can't both be so; values about ten thousand times those of other
years (a slip of the unit), or far from them on either side; values off the national standards (a note).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from pipeline.checks.intervals import interval_of, meet
from pipeline.checks.relations import comparable
from pipeline.checks.reporting import plain
from pipeline.checks.words import load_rules, make_flag
from pipeline.model import Flag
from pipeline.resources.catalogue import load_catalogue
from pipeline.resources.comparison import standards_of

_MOST_TOLD = 4
_MOST_HELD = 50
"""So many facts of one time at most are others held against, so that the time doesn't grow with their square: regions
have fewer, but for those that are taken for the whole of a corpus by mistake.
"""


class KnownFact(NamedTuple):
    """What the checks between sources need of a stored fact; ``original`` stands for its near duplicates."""

    id: str
    source: str
    original: str
    indicator: str
    value: Decimal
    value_high: Decimal | None
    measure: str
    bound: str
    status: str
    period: str | None
    level: str | None
    sector: str | None
    region: str | None
    number: str
    scope: str | None
    start: int
    end: int
    sentence: str


def check_across(facts: Iterable[KnownFact]) -> tuple[Flag, ...]:
    """The flags on facts of several sources and years, in order of region, indicator and place.

    Only levels of whole regions that are achieved are held against each other.
    """
    actual = (fact for fact in facts if fact.measure == "level" and fact.status == "actual")
    held = [fact for fact in actual if fact.scope is None and fact.region]
    groups: dict[tuple[str | None, ...], list[KnownFact]] = defaultdict(list)
    for fact in held:
        if fact.indicator in load_catalogue().indicators:
            groups[fact.region, fact.indicator, fact.level, fact.sector].append(fact)
    found: list[Flag] = []
    for group in groups.values():
        if comparable(group[0].indicator):
            found += _conflicts(group)
            found += _series(group)
        found += _standards(group)
    return tuple(found)


def _conflicts(group: Sequence[KnownFact]) -> Iterator[Flag]:
    """Values of one time that other sources tell otherwise; near duplicates are one source."""
    by_period: dict[str, list[KnownFact]] = defaultdict(list)
    for fact in group:
        if fact.period:
            by_period[fact.period].append(fact)
    for same in by_period.values():
        if len(same) == 1:
            continue
        allowing = [(fact, interval_of(fact)) for fact in same]
        held = allowing[:_MOST_HELD]
        for fact, own in allowing:
            against = [other for other, allowed in held if other.original != fact.original and not meet(own, allowed)]
            if against:
                told = "、".join(dict.fromkeys(other.number for other in against[:_MOST_TOLD]))
                others = tuple(other.id for other in against)
                yield make_flag("conflict", fact.id, (fact.start, fact.end), {"other": told}, others)


def _series(group: Sequence[KnownFact]) -> Iterator[Flag]:
    """Values far from those of the nearest years on either side; of the first and last year, of the two next to it.

    Of these two one may be the odd one, and then says nothing against its neighbour.
    """
    by_year: dict[int, list[KnownFact]] = defaultdict(list)
    for fact in group:
        year = _year(fact.period)
        if year is not None and fact.value > 0:
            by_year[year].append(fact)
    years = sorted(by_year)
    for place, year in enumerate(years):
        edge = place in (0, len(years) - 1)
        beside = (place - 1, place + 1, *((place - 2, place + 2) if edge else ()))
        near = [years[n] for n in beside if 0 <= n < len(years)]
        for fact in by_year[year]:
            jumps = [_jump(fact, year, other, by_year[other][:_MOST_HELD], alone=edge) for other in near]
            if jumps and all(jumps):
                code, against = next(jump for jump in jumps if jump)
                yield _jump_flag(code, fact, against, tuple(jump[1].id for jump in jumps if jump))


def _jump(
    fact: KnownFact, year: int, other_year: int, others: Sequence[KnownFact], *, alone: bool
) -> tuple[str, KnownFact] | None:
    """How a value is off all those of another year (``unit_slip`` or ``jump``), and the nearest of these.

    ``alone``: no year on its other side bears out that it is odd, so that it takes more.
    """
    rules = load_rules()
    nearest = min(others, key=lambda other: (max(other.value / fact.value, fact.value / other.value), other.id))
    times = max(nearest.value / fact.value, fact.value / nearest.value)
    if rules.slip[0] <= times <= rules.slip[1]:
        return "unit_slip", nearest
    years = abs(year - other_year)
    if fact.indicator in rules.series.volatile:
        return None
    if load_catalogue().indicators[fact.indicator].unit == "percent":
        far = abs(nearest.value - fact.value) > rules.series.points * (2 if alone else 1)
    else:
        far = times > (rules.series.most if alone else min(rules.series.most, rules.series.factor ** (years + 1)))
    return ("jump", nearest) if far else None


def _jump_flag(code: str, fact: KnownFact, against: KnownFact, others: tuple[str, ...]) -> Flag:
    span = (fact.start, fact.end)
    if code == "unit_slip":
        data = {"value": plain(fact.value), "expected": plain(against.value), "basis": str(against.period)}
    else:
        data = {
            "period": str(fact.period), "value": plain(fact.value), "other_period": str(against.period),
            "other": plain(against.value),
        }  # fmt: skip
    return make_flag(code, fact.id, span, data, others)


def _standards(group: Sequence[KnownFact]) -> Iterator[Flag]:
    """A note where a value surely misses a national standard of its level and year."""
    told = group[0]
    asked = standards_of(told.indicator, told.level)
    for fact in group if asked else ():
        year = _year(fact.period)
        if year is None:
            continue
        allowed = interval_of(fact)
        for standard in asked:
            worded = not standard.words or any(word in fact.sentence for word in standard.words)
            if not (worded and standard.holds(year)):
                continue
            edge = allowed.high if standard.lower else allowed.low
            if edge is not None and (edge < standard.threshold if standard.lower else edge > standard.threshold):
                sign = "≥" if standard.lower else "≤"
                data = {"standard": f"{sign}{plain(standard.threshold)}", "document": standard.document.cited}
                yield make_flag("off_standard", fact.id, (fact.start, fact.end), data)


def _year(period: str | None) -> int | None:
    """The year of a period that is one year or lies in one; None for spans."""
    return int(period[:4]) if period and "/" not in period and period[:4].isdigit() else None
