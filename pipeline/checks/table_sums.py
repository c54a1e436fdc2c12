"""Totals of tables: 合计 rows and columns against what they sum up.

What a total row sums up is not said: all rows, those above it back to the last total, those below it down to the next,
or the subtotals. It is whichever comes out in most columns; the columns in which it doesn't are doubted.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from pipeline.checks.members import Member, Mend, agree, find_mends, member_of
from pipeline.checks.sums import Sum, ToldSum, should_come_out
from pipeline.checks.words import load_rules
from pipeline.model import NumberClass, NumberUse
from pipeline.tables import Span, Table, Value
from pipeline.tables.grid import table_words

Line = dict[int, Member]
"""The members of one row by column, or of one column by row."""


def sums_in_table(text: str, table: Table, uses: Sequence[NumberUse]) -> Iterator[ToldSum]:
    """The totals of a table: those that come out and those that should; ``uses``: the numbers of the text in order."""
    cells = dict(_cells(text, table, uses))
    if len(cells) < 3:
        return
    doubted: list[Sum] = []
    settled: set[tuple[int, int]] = set()
    for flip in (False, True):
        lines: dict[int, Line] = defaultdict(dict)
        for (row, column), member in cells.items():
            lines[column if flip else row][row if flip else column] = member
        for found in _sums_of(lines, _labels(text, table, flip)):
            if found.holds:
                settled.update((member.use.start, member.use.end) for member in (found.total, *found.parts))
                yield ToldSum(found, ())
            else:
                doubted.append(found)
    yield from _with_mends(doubted, settled)


def _cells(text: str, table: Table, uses: Sequence[NumberUse]) -> Iterator[tuple[tuple[int, int], Member]]:
    """The cells whose values may be summed, by row and column."""
    at = 0
    for value in sorted(table.values, key=lambda each: each.start):
        while at < len(uses) and (uses[at].figure is None or _figure_start(uses[at]) < value.start):
            at += 1
        if at == len(uses):
            return
        figure = uses[at].figure
        if figure is None or figure.end > value.end or figure.number_class is not NumberClass.QUANTITY:
            continue
        member = member_of(uses[at])
        if member is not None and figure.dimension not in ("share", "share_change") and not _is_mean(text, value):
            yield (value.row, value.column), member


def _figure_start(use: NumberUse) -> int:
    return use.figure.start if use.figure is not None else -1


def _is_mean(text: str, value: Value) -> bool:
    words = "".join(text[span.start : span.end] for span in value.heads)
    return any(word in words for word in load_rules().sums.not_summed)


def _labels(text: str, table: Table, flip: bool) -> dict[int, tuple[str, ...]]:
    """The headings of each row (or column, where ``flip``), the widest first."""
    found: dict[int, tuple[str, ...]] = {}
    for value in table.values:
        spans: Sequence[Span] = value.columns if flip else value.rows
        found.setdefault(
            value.column if flip else value.row, tuple("".join(text[s.start : s.end].split()) for s in spans)
        )
    return found


def _sums_of(lines: Mapping[int, Line], labels: Mapping[int, tuple[str, ...]]) -> Iterator[Sum]:
    """The totals among the lines that come out, or should."""
    order = sorted(lines)
    totals = [n for n in order if _is_total(labels.get(n, ()))]
    for total in totals:
        best: tuple[float, list[Sum]] = (-1.0, [])
        for parts in _candidates(total, order, totals, labels):
            sums = list(_held(lines, total, parts))
            if sums:
                share = sum(each.holds for each in sums) / len(sums)
                best = max(best, (share, sums), key=lambda each: each[0])
        share, sums = best
        yield from (found for found in sums if found.holds or should_come_out(found, share))


_UNIT = re.compile(r"[（(][^（()）]*[）)]$|单位[:：].*$")


def _is_total(labels: Sequence[str]) -> bool:
    """Whether the last heading of a line, without its unit, is or ends with a word for totals."""
    last = (_UNIT.sub("", label) for label in labels[-1:])
    return any(label in table_words().totals or label.endswith(("合计", "总计", "小计")) for label in last)


def _is_part(labels: Sequence[str]) -> bool:
    return any(label.startswith(table_words().among) for label in labels)


def _candidates(
    total: int, order: Sequence[int], totals: Sequence[int], labels: Mapping[int, tuple[str, ...]]
) -> Iterator[list[int]]:
    """The lines that a total line may sum up."""
    plain = [n for n in order if n not in totals and not _is_part(labels.get(n, ()))]
    before = max((n for n in totals if n < total), default=-1)
    after = min((n for n in totals if n > total), default=max(order) + 1)
    group = labels.get(total, ())[:-1]
    kin = [n for n in plain if group and labels.get(n, ())[: len(group)] == group]
    subtotals = [n for n in totals if n != total]
    seen: set[tuple[int, ...]] = set()
    for parts in (
        kin, plain, [n for n in plain if before < n < total], [n for n in plain if total < n < after], subtotals,
    ):  # fmt: skip
        if len(parts) > 1 and tuple(parts) not in seen:
            seen.add(tuple(parts))
            yield parts


def _held(lines: Mapping[int, Line], total: int, parts: Sequence[int]) -> Iterator[Sum]:
    for place, member in sorted(lines[total].items()):
        members = tuple(lines[n][place] for n in parts if place in lines[n])
        units = {m.use.figure.unit for m in members if m.use.figure is not None}
        own = member.use.figure.unit if member.use.figure is not None else None
        if len(members) > 1 and units <= {own, None} | (
            {next(iter(units))} if own is None and len(units) == 1 else set()
        ):
            yield Sum(member, members, agree(member, members))


def _with_mends(doubted: Sequence[Sum], settled: set[tuple[int, int]]) -> Iterator[ToldSum]:
    """Each doubted sum with its mends: those that mend another one too, else those no other sum speaks against."""
    keys = [[(_key(found, mend), mend) for mend in find_mends(found.total, found.parts)] for found in doubted]
    counts: dict[tuple[int, int, str], int] = defaultdict(int)
    for row in keys:
        for key, _ in row:
            counts[key] += 1
    for found, row in zip(doubted, keys, strict=True):
        shared = [mend for key, mend in row if counts[key] > 1]
        free = [mend for key, mend in row if not _settled(found, mend, settled)]
        yield ToldSum(found, tuple(shared or free or [mend for _, mend in row]))


def _key(found: Sum, mend: Mend) -> tuple[int, int, str]:
    member = (found.total, *found.parts)[mend.member]
    return member.use.start, mend.at, mend.digit


def _settled(found: Sum, mend: Mend, settled: set[tuple[int, int]]) -> bool:
    member = (found.total, *found.parts)[mend.member]
    return (member.use.start, member.use.end) in settled
