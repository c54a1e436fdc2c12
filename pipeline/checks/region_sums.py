"""Totals of a city or province against the facts of all its counties or cities in the same report."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from pipeline.checks.members import Member, agree, member_of
from pipeline.checks.sums import Sum, should_come_out
from pipeline.model import Fact, Measure, NumberUse
from pipeline.resources import read_text
from pipeline.resources.catalogue import load_catalogue

_Key = tuple[object, ...]


@cache
def _children() -> Mapping[str, frozenset[str]]:
    """The units of today right below each city and province, by code."""
    found: dict[str, set[str]] = defaultdict(set)
    for row in csv.DictReader(read_text("regions.csv").splitlines()):
        if not row["valid_to"] and row["parent"]:
            found[row["parent"]].add(row["adcode"])
    return {code: frozenset(below) for code, below in found.items()}


def sums_of_regions(facts: Sequence[Fact], numbers: Sequence[NumberUse]) -> Iterator[Sum]:
    """The totals of regions with what all their parts have: those that come out and those that should.

    A city has schools of its own beside those of its counties: a total that is a little off is doubted only where
    others of the same report come out.
    """
    by_key: dict[_Key, dict[str, Fact]] = defaultdict(dict)
    twice: set[tuple[_Key, str]] = set()
    indicators = load_catalogue().indicators
    for fact in facts:
        rate = indicators[fact.indicator].kind == "rate"
        if fact.region is None or fact.measure is Measure.GROWTH or fact.scope or rate:
            continue
        key: _Key = (fact.report, fact.indicator, fact.measure, fact.level, fact.sector, fact.status, fact.period)
        if fact.region in by_key[key]:
            twice.add((key, fact.region))
        by_key[key][fact.region] = fact
    uses = {fact: use for use in numbers for fact in use.fact_ids}
    held: dict[tuple[object, str], list[Sum]] = defaultdict(list)
    for key, by_region in by_key.items():
        for region, total in by_region.items():
            below = _children().get(region, frozenset())
            if (
                len(below) < 2
                or not below <= by_region.keys()
                or any((key, code) in twice for code in (region, *below))
            ):
                continue
            found = _sum(total, [by_region[code] for code in sorted(below)], uses)
            if found is not None:
                held[key[0], region].append(found)
    for sums in held.values():
        share = sum(found.holds for found in sums) / len(sums)
        yield from (found for found in sums if found.holds or should_come_out(found, share))


def _sum(total: Fact, parts: Sequence[Fact], uses: Mapping[str, NumberUse]) -> Sum | None:
    members = [_member(fact, uses) for fact in (total, *parts)]
    if any(member is None for member in members):
        return None
    whole, *rest = [member for member in members if member is not None]
    return Sum(whole, tuple(rest), agree(whole, rest))


def _member(fact: Fact, uses: Mapping[str, NumberUse]) -> Member | None:
    use = uses.get(fact.id)
    return member_of(use) if use is not None else None
