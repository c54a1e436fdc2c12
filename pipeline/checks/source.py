"""All checks within one source."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from pipeline.checks.members import is_exact
from pipeline.checks.region_sums import sums_of_regions
from pipeline.checks.relations import check_relations
from pipeline.checks.reporting import flags_of_sum
from pipeline.checks.share_sums import check_shares
from pipeline.checks.sums import ToldSum, sums_in_prose
from pipeline.checks.table_sums import sums_in_table
from pipeline.checks.values import check_values
from pipeline.model import CleanText, Fact, Flag, NumberUse, Report, Severity
from pipeline.tables import Table


def check_source(
    layer: str, clean: CleanText, reports: Sequence[Report], tables: Sequence[Table], numbers: Sequence[NumberUse],
    facts: Sequence[Fact],
) -> tuple[Flag, ...]:  # fmt: skip
    """What the checks find in one source, by place and code.

    ``layer`` is its text layer, ``numbers`` every number of it with the facts made of it.
    """
    found: list[Flag] = []
    uses = sorted((use for use in numbers if use.figure is not None and use.used != "dropped"), key=_place)
    for total in find_sums(clean.text, tables, uses, facts):
        if not total.sum.holds:
            found += flags_of_sum(clean, total.sum.total, total.sum.parts, total.mends)
        elif not is_exact(total.sum.total, total.sum.parts):
            found += flags_of_sum(clean, total.sum.total, total.sum.parts, (), "sum_rounded")
    found += check_shares(clean.text, _outside(uses, tables))
    found += check_values(tuple(facts), {report.index: report for report in reports}, clean, layer)
    found += check_relations(facts)
    return tuple(sorted(_once(found), key=lambda flag: (flag.start, flag.end, flag.fact or "", flag.code)))


def find_sums(
    text: str, tables: Sequence[Table], uses: Sequence[NumberUse], facts: Sequence[Fact]
) -> Iterator[ToldSum]:
    """The sums that a clean text tells, in prose, tables and by region, each once: those that hold and that should.

    ``uses`` are the numbers of the clean text in order.
    """
    seen: set[frozenset[int]] = set()
    for found in _sums(text, tables, uses, facts):
        members = frozenset(member.use.start for member in (found.sum.total, *found.sum.parts))
        if members not in seen:
            seen.add(members)
            yield found


def _sums(text: str, tables: Sequence[Table], uses: Sequence[NumberUse], facts: Sequence[Fact]) -> Iterator[ToldSum]:
    for each in sums_in_prose(text, _outside(uses, tables)):
        yield ToldSum(each, None)
    for table in tables:
        yield from sums_in_table(text, table, _within(uses, table))
    for each in sums_of_regions(facts, uses):
        yield ToldSum(each, None)


def with_flags(facts: Iterable[Fact], flags: Iterable[Flag]) -> tuple[Fact, ...]:
    """The facts with the codes of their flags, in order of the codes; notes are none of them."""
    codes: dict[str, set[str]] = defaultdict(set)
    for flag in flags:
        if flag.fact is not None and flag.severity is not Severity.NOTE:
            codes[flag.fact].add(flag.code)
    told = ((fact, tuple(sorted(codes.get(fact.id, ())))) for fact in facts)
    return tuple(fact if fact.flags == own else replace(fact, flags=own) for fact, own in told)


def _place(use: NumberUse) -> int:
    return use.figure.start if use.figure is not None else -1


def _within(uses: Sequence[NumberUse], table: Table) -> list[NumberUse]:
    return [use for use in uses if table.start <= _place(use) < table.end]


def _outside(uses: Sequence[NumberUse], tables: Sequence[Table]) -> list[NumberUse]:
    """The numbers of the running text, those of headings and captions of tables too."""
    cells = [(value.start, value.end) for table in tables for value in table.values]
    if not cells:
        return list(uses)
    inside = {start for start, _ in cells}
    ends = dict(cells)
    starts = sorted(inside)
    found = []
    at = 0
    for use in uses:
        place = _place(use)
        while at < len(starts) and ends[starts[at]] <= place:
            at += 1
        if at == len(starts) or place < starts[at]:
            found.append(use)
    return found


def _once(flags: Iterable[Flag]) -> list[Flag]:
    """The flags without those that say the same of the same number."""
    seen: dict[tuple[object, ...], Flag] = {}
    for flag in flags:
        key = (flag.code, flag.fact, flag.start, flag.end, tuple(sorted(flag.data.items())))
        seen.setdefault(key, flag)
    return list(seen.values())
