"""What the facts of one source say of each other: totals and means, growth and levels, the same thing told twice."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import NamedTuple

from pipeline.checks.intervals import Interval, interval_of, meet
from pipeline.checks.reporting import plain
from pipeline.checks.words import Product, load_rules, make_flag
from pipeline.model import Bound, Fact, Flag, Measure, Status
from pipeline.resources.catalogue import load_catalogue

_HUNDRED = Decimal(100)


class Whose(NamedTuple):
    """What two facts must share to be about the same schools of the same place, in one report."""

    report: int
    region: str | None
    level: str | None
    sector: str | None
    scope: str | None
    status: str


def whose(fact: Fact) -> Whose:
    """What a fact is about, beside its indicator and time."""
    return Whose(fact.report, fact.region, fact.level, fact.sector, fact.scope, fact.status)


def check_relations(facts: Sequence[Fact]) -> Iterator[Flag]:
    """Flags on facts that others of the same source speak against."""
    levels = [fact for fact in facts if fact.measure is Measure.LEVEL]
    yield from _products(levels)
    yield from _changes(facts, levels)
    yield from _twice(levels)


def _products(levels: Iterable[Fact]) -> Iterator[Flag]:
    """Totals that are not what a mean times its number comes to."""
    rules = load_rules().products
    multiplied = {code for rule in rules for code in (rule.total, rule.each, rule.heads)}
    groups: dict[tuple[Whose, str | None], dict[str, list[Fact]]] = defaultdict(lambda: defaultdict(list))
    for fact in levels:
        if fact.indicator in multiplied:
            groups[whose(fact), fact.period][fact.indicator].append(fact)
    for group in groups.values():
        for rule in rules:
            found = [group.get(code, []) for code in (rule.total, rule.each, rule.heads)]
            # where one of them is told twice it can't be known which belong together
            if all(len(each) == 1 for each in found):
                yield from _product(rule, *(each[0] for each in found))


def _product(rule: Product, total: Fact, each: Fact, heads: Fact) -> Iterator[Flag]:
    expected = each.value * heads.value
    if expected <= 0 or total.value <= 0:
        return
    times = max(total.value / expected, expected / total.value)
    if times <= rule.within:
        return
    low, high = load_rules().slip
    members = (total, each, heads)
    for fact in members:
        others = tuple(other.id for other in members if other is not fact)
        span = (fact.start, fact.end)
        if low <= times <= high:
            basis = f"{plain(each.value)}×{plain(heads.value)}"
            data = {"value": plain(total.value), "expected": plain(expected), "basis": basis}
            yield make_flag("unit_slip", fact.id, span, data, others)
        else:
            data = {
                "total": plain(total.value), "each": plain(each.value), "heads": plain(heads.value),
                "expected": plain(expected),
            }  # fmt: skip
            yield make_flag("product", fact.id, span, data, others)


@dataclass(frozen=True, slots=True)
class _Pair:
    """The levels of a year and of the year before."""

    before: Fact
    after: Fact


def _changes(facts: Iterable[Fact], levels: Iterable[Fact]) -> Iterator[Flag]:
    """Growth and change against the levels of the year and of the year before, each told once in the same report."""
    changes = [
        (fact, before)
        for fact in facts
        if fact.measure is not Measure.LEVEL and fact.bound is Bound.EXACT and (before := _year_before(fact.period))
    ]
    changed = {fact.indicator for fact, _ in changes}
    by_year: dict[tuple[Whose, str, str], list[Fact]] = defaultdict(list)
    for fact in levels:
        if fact.indicator in changed and fact.period and fact.bound in (Bound.EXACT, Bound.APPROX):
            by_year[whose(fact), fact.indicator, fact.period].append(fact)
    for fact, before in changes:
        if _unlike(fact):
            continue
        after_facts = by_year.get((whose(fact), fact.indicator, fact.period or ""), [])
        before_facts = by_year.get((whose(fact), fact.indicator, before), [])
        if len(after_facts) == 1 and len(before_facts) == 1 and _belong(fact, before_facts[0], after_facts[0]):
            yield from _change(fact, _Pair(before_facts[0], after_facts[0]))


@cache
def _not_compared() -> re.Pattern[str]:
    return re.compile("|".join(re.escape(word) for word in load_rules().growth.unless))


def _unlike(fact: Fact) -> bool:
    return _not_compared().search(fact.sentence) is not None


def _belong(*facts: Fact) -> bool:
    """Whether a change and two levels are of one thing: told in one sentence, or of what has one value at a time."""
    return comparable(facts[0].indicator) or len({fact.sentence for fact in facts}) == 1


def _year_before(period: str | None) -> str | None:
    return f"{int(period) - 1:04d}" if period and len(period) == 4 and period.isdigit() else None


def _change(fact: Fact, pair: _Pair) -> Iterator[Flag]:
    before, after = interval_of(pair.before), interval_of(pair.after)
    if before.low is None or before.high is None or after.low is None or after.high is None or before.low <= 0:
        return
    told = interval_of(fact)
    if fact.measure is Measure.GROWTH:
        points = load_rules().growth.points
        expected = Interval(
            (after.low / before.high - 1) * _HUNDRED - points, (after.high / before.low - 1) * _HUNDRED + points
        )
        centre = (pair.after.value / pair.before.value - 1) * _HUNDRED
    else:
        expected = Interval(after.low - before.high, after.high - before.low)
        centre = pair.after.value - pair.before.value
    if meet(told, expected):
        return
    data = {
        "before": plain(pair.before.value), "after": plain(pair.after.value),
        "expected": plain(round(centre, 2)), "told": plain(fact.value),
    }  # fmt: skip
    members = (fact, pair.before, pair.after)
    code = "growth" if fact.measure is Measure.GROWTH else "change"
    for member in members:
        others = tuple(other.id for other in members if other is not member)
        yield make_flag(code, member.id, (member.start, member.end), data, others)


def comparable(indicator: str) -> bool:
    """Whether an indicator has one value for a region and time, so that two that differ contradict each other."""
    rules = load_rules()
    entry = load_catalogue().indicators.get(indicator)
    if entry is None or indicator in rules.in_parts:
        return False
    return entry.kind != "flow" or indicator in rules.whole_flows


def _twice(levels: Iterable[Fact]) -> Iterator[Flag]:
    """The same thing told twice in a source: alike (a note), or otherwise (what can be compared, with a time)."""
    groups: dict[tuple[str | None, ...], list[Fact]] = defaultdict(list)
    for fact in levels:
        about = (fact.region, fact.level, fact.sector, fact.scope, fact.status, fact.period)
        groups[(fact.indicator, *about)].append(fact)
    for group in groups.values():
        if len(group) == 1:
            continue
        yield from _alike(group)
        first = group[0]
        if first.period and first.status is Status.ACTUAL and comparable(first.indicator):
            yield from _otherwise(group)


def _alike(group: Sequence[Fact]) -> Iterator[Flag]:
    by_value: dict[tuple[Decimal, Decimal | None], list[Fact]] = defaultdict(list)
    for fact in group:
        by_value[fact.value, fact.value_high].append(fact)
    for same in by_value.values():
        if len({fact.start for fact in same}) < 2:
            continue
        for fact in same:
            others = tuple(other.id for other in same if other is not fact)
            yield make_flag("told_twice", fact.id, (fact.start, fact.end), {"times": str(len(same))}, others)


_SLACK = Decimal("0.2")
_SAME_WORDS = 5
_HAN = re.compile(r"[^\u4e00-\u9fff]|[为达到至是有共约近的了超过仅]")


def _otherwise(group: Sequence[Fact]) -> Iterator[Flag]:
    """Values after the same words in different sentences that can't both be so, and differ by a fifth at most.

    The same key with other words is mostly another thing (a share of primary schools and one of junior schools).
    """
    words = {fact.id: _words_before(fact) for fact in group}
    for fact in group:
        near = [
            other
            for other in group
            if other.sentence != fact.sentence
            and abs(other.value - fact.value) <= _SLACK * max(abs(other.value), abs(fact.value))
            and not meet(interval_of(fact), interval_of(other))
            and len(words[fact.id]) == _SAME_WORDS
            and words[fact.id] == words[other.id]
        ]
        if near:
            data = {"other": "、".join(dict.fromkeys(other.number for other in near))}
            yield make_flag("told_otherwise", fact.id, (fact.start, fact.end), data, tuple(o.id for o in near))


def _words_before(fact: Fact) -> str:
    """The last words before the number in its sentence, without those that only join them."""
    at = fact.sentence.find(fact.number)
    return _HAN.sub("", fact.sentence[max(0, at - 16) : at])[-_SAME_WORDS:] if at > 0 else ""
