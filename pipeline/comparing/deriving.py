"""Derived values: quotients, shares, growth, ranks, spread and distance from the national standards.

Each carries its formula and the facts it was made of. The rules are those of ``docs/comparing.md``.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from typing import NamedTuple

from pipeline.comparing.names import Names
from pipeline.comparing.picking import Choice
from pipeline.resources.comparison import LESS, Derived, Standard, direction, load_derived, standards_of
from pipeline.store import StoredFact

FIRM = frozenset({"exact", "approx", "nearly"})
"""Bounds of values that can be computed with; of the others only one side is known."""
_YEAR = re.compile(r"\d{4}")
_WHOLE = (None, "basic")
"""Levels that mean all schools of a region."""


class DerivedValue(NamedTuple):
    """A value made of others.

    ``derived`` is the code of a quotient or of a kind (``rank`` ...), ``indicator`` what it was made of (a code of the
    catalogue or of a quotient). ``among``: of how many regions, for ranks, percentiles and the spread. ``meets``:
    whether the standard is met. ``facts`` are the inputs in the order of the formula.
    """

    derived: str
    indicator: str
    region: str | None
    value: Decimal
    unit: str
    period: str | None
    level: str | None
    sector: str | None
    measure: str
    status: str
    formula: str
    facts: tuple[StoredFact, ...]
    among: int | None = None
    meets: bool | None = None
    basis: Decimal | None = None
    """What a rank, a distance or a share was made of, where that is itself derived."""


class _Point(NamedTuple):
    """A firm value of a whole region, picked or a quotient."""

    region: str
    indicator: str
    measure: str
    level: str | None
    sector: str | None
    period: str | None
    status: str
    value: Decimal
    unit: str
    facts: tuple[StoredFact, ...]


def derive(choices: Iterable[Choice], names: Names) -> list[DerivedValue]:
    """All derived values of the values picked, quotients first, each kind in the order of the choices.

    Only firm values (exact, 约, 近) of whole regions are computed with; planned and achieved never mix.
    """
    picked = [_point(choice.fact) for choice in choices if _usable(choice.fact)]
    quotients = list(_quotients(picked))
    points = [*picked, *(_as_point(value) for value in quotients)]
    return [
        *quotients, *_province_shares(picked, names), *_growth(points, names), *_ranks(points, names),
        *_spreads(points, names), *_distances(points),
    ]  # fmt: skip


def rounded(value: Decimal) -> Decimal:
    """A derived value as it is given: rounded half up to the places of ``derived.yaml``, without trailing zeros."""
    digits = value.quantize(Decimal(1).scaleb(-load_derived().digits), rounding=ROUND_HALF_UP)
    whole = digits.to_integral_value()
    return whole if digits == whole else digits.normalize()


def _usable(fact: StoredFact) -> bool:
    return fact.region is not None and fact.scope is None and fact.bound in FIRM


def _point(fact: StoredFact) -> _Point:
    return _Point(
        str(fact.region), fact.indicator, fact.measure, fact.level, fact.sector, fact.period, fact.status, fact.value,
        fact.value_unit, (fact,),
    )  # fmt: skip


def _as_point(value: DerivedValue) -> _Point:
    return _Point(
        str(value.region), value.derived, value.measure, value.level, value.sector, value.period, value.status,
        value.value, value.unit, value.facts,
    )  # fmt: skip


def _made(kind: str, point: _Point, value: Decimal, formula: str, facts: Sequence[StoredFact]) -> DerivedValue:
    unit = load_derived().kinds[kind][1] or point.unit
    return DerivedValue(
        kind, point.indicator, point.region, rounded(value), unit, point.period, point.level, point.sector,
        point.measure, point.status, formula, tuple(facts),
        basis=point.value if len(point.facts) > 1 else None,
    )  # fmt: skip


def _quotients(points: Sequence[_Point]) -> Iterator[DerivedValue]:
    held: dict[tuple[object, ...], dict[str | None, _Point]] = defaultdict(dict)
    for point in points:
        if point.measure == "level" and point.period is not None:
            key = (point.region, point.indicator, point.sector, point.period, point.status)
            held[key][point.level] = point
    by_numerator: dict[str, list[str]] = defaultdict(list)
    quotients = load_derived().quotients
    for code, quotient in quotients.items():
        by_numerator[quotient.numerator].append(code)
    for point in points:
        if point.measure != "level" or point.period is None:
            continue
        for code in by_numerator.get(point.indicator, ()):
            quotient = quotients[code]
            under = held.get((point.region, quotient.denominator, point.sector, point.period, point.status), {})
            below = _same_level(under, point.level)
            if below is None or below.value <= 0:
                continue
            level = below.level if point.level in _WHOLE else point.level
            times = f" × {quotient.times}" if quotient.times != 1 else ""
            yield DerivedValue(
                code, code, point.region, rounded(point.value / below.value * quotient.times), quotient.unit,
                point.period, level, point.sector, "level", point.status,
                f"{quotient.numerator} / {quotient.denominator}{times}", (*point.facts, *below.facts),
            )  # fmt: skip


def _same_level(under: dict[str | None, _Point], level: str | None) -> _Point | None:
    """The value of the same level; that of all schools is the one without a level or of 中小学."""
    if level in under:
        return under[level]
    return next((under[other] for other in _WHOLE if other in under), None) if level in _WHOLE else None


def _province_shares(points: Sequence[_Point], names: Names) -> Iterator[DerivedValue]:
    whole = {
        point[:7]: point
        for point in points
        if point.measure == "level" and names.spots[point.region].level == "province"
    }
    for point in points:
        spot = names.spots[point.region]
        if spot.level == "province" or names.kinds[point.indicator] == "rate" or point.period is None:
            continue
        total = whole.get((spot.province, *point[1:7]))
        if total is not None and total.value > 0:
            formula = f"{point.indicator} / {point.indicator} of {spot.province} × 100"
            yield _made("province_share", point, point.value / total.value * 100, formula, (*point.facts, *total.facts))


def _growth(points: Sequence[_Point], names: Names) -> Iterator[DerivedValue]:
    """From one year to the next one known; over several years the mean, compound for amounts."""
    series: dict[tuple[object, ...], list[_Point]] = defaultdict(list)
    for point in points:
        if point.measure == "level" and point.period and _YEAR.fullmatch(point.period):
            series[point.region, point.indicator, point.level, point.sector, point.status].append(point)
    for line in series.values():
        line.sort(key=lambda point: str(point.period))
        for before, after in pairwise(line):
            years = int(str(after.period)) - int(str(before.period))
            spanned = after._replace(period=f"{before.period}/{after.period}")
            facts = (*after.facts, *before.facts)
            code, first, last = after.indicator, before.period, after.period
            if names.kinds.get(code, "rate") == "rate":
                change = (after.value - before.value) / years
                made = _made("change_per_year", spanned, change, f"({code} {last} - {code} {first}) / {years}", facts)
                yield made._replace(unit="percent_point") if made.unit == "percent" else made
            elif before.value > 0 and after.value > 0:
                factor = (after.value / before.value) ** (Decimal(1) / years) if years > 1 else (
                    after.value / before.value
                )  # fmt: skip
                root = f" ^ (1/{years})" if years > 1 else ""
                formula = f"(({code} {last} / {code} {first}){root} - 1) × 100"
                yield _made("growth_per_year", spanned, (factor - 1) * 100, formula, facts)


def _groups(points: Sequence[_Point], names: Names) -> Iterator[list[_Point]]:
    """Values that can be held against each other: of regions of one level, at one time, of one thing."""
    groups: dict[tuple[object, ...], list[_Point]] = defaultdict(list)
    for point in points:
        if point.period is not None:
            groups[(names.spots[point.region].level, *point[1:7])].append(point)
    return (group for group in groups.values() if len(group) > 1)


def _ranks(points: Sequence[_Point], names: Names) -> Iterator[DerivedValue]:
    for group in _groups(points, names):
        count = len(group)
        less = direction(group[0].indicator) == LESS
        order = "lowest" if less else "highest"
        values = sorted(point.value for point in group)
        for point in group:
            lower, upper = bisect_left(values, point.value), bisect_right(values, point.value)
            equal = upper - lower
            ahead, behind = (lower, count - upper) if less else (count - upper, lower)
            rank = _made("rank", point, Decimal(1 + ahead), f"rank of {point.indicator}, {order} first", point.facts)
            yield rank._replace(among=count)
            share = (behind + Decimal(equal) / 2) / count * 100
            formula = f"({behind} behind + {equal} equal / 2) / {count} × 100"
            yield _made("percentile", point, share, formula, point.facts)._replace(among=count)


def _spreads(points: Sequence[_Point], names: Names) -> Iterator[DerivedValue]:
    """Population standard deviation over the mean, every region counting alike."""
    for group in _groups(points, names):
        values = [point.value for point in group]
        mean = sum(values, Decimal(0)) / len(values)
        if group[0].measure != "level" or mean <= 0 or group[0].indicator == "variation_coefficient":
            continue
        deviation = (sum(((value - mean) ** 2 for value in values), Decimal(0)) / len(values)).sqrt()
        facts = [fact for point in group for fact in point.facts]
        formula = f"population standard deviation / mean of {group[0].indicator}"
        spread = _made("variation", group[0], deviation / mean, formula, facts)
        yield spread._replace(region=None, among=len(group), basis=None)


def _distances(points: Sequence[_Point]) -> Iterator[DerivedValue]:
    for point in points:
        if point.measure != "level":
            continue
        for standard in standards_for(point.indicator, point.level, point.period, [f.sentence for f in point.facts]):
            distance = point.value - standard.threshold
            formula = f"{point.indicator} - {standard.threshold} ({standard.document.cited})"
            made = _made("standard_distance", point, distance, formula, point.facts)
            unit = "percent_point" if made.unit == "percent" else made.unit
            yield made._replace(unit=unit, meets=distance >= 0 if standard.lower else distance <= 0)


def standards_for(
    indicator: str, level: str | None, period: str | None, sentences: Sequence[str] = ()
) -> list[Standard]:
    """The national standards that a figure can be held against: of its indicator, level and year.

    Without a period it is today's. Where a standard asks for words in the sentence, one of ``sentences`` must have one.
    """
    year = int(period[-4:] if _YEAR.fullmatch(period[-4:]) else period[:4]) if period and period[0].isdigit() else None
    return [
        standard
        for standard in standards_of(indicator, level)
        if standard.holds(year)
        and (not standard.words or any(word in sentence for word in standard.words for sentence in sentences))
    ]


def unit_name(unit: str, names: Names, lang: str = "zh") -> str:
    """A unit of a derived value for a reader."""
    derived: Derived = load_derived()
    return derived.units[unit] if unit in derived.units and lang != "en" else names.labels.word("unit", unit, lang)


def derived_name(code: str, names: Names) -> str:
    """The Chinese name of an indicator, a quotient or a kind of derived value."""
    derived = load_derived()
    if code in derived.quotients:
        return derived.quotients[code].zh
    return derived.kinds[code][0] if code in derived.kinds else names.zh[code]
