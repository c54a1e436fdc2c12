"""Shares of one whole that come to more than all of it: ``中央占62%、省级占30%、县级占18%``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from pipeline.checks.members import Member, is_firm, member_of, tolerance
from pipeline.checks.reporting import plain
from pipeline.checks.words import load_rules, make_flag
from pipeline.model import Figure, Flag, Measure, NumberClass, NumberUse

_PIECE = re.compile(r"[、，,；;。（）()\n]")
_BREAK = re.compile(r"[。；;\n]")
_MOST_BETWEEN = 24
_WHOLE = Decimal(100)


def check_shares(text: str, uses: Sequence[NumberUse]) -> Iterator[Flag]:
    """Lists of shares under different names of one kind (中央占, 省级占, 县级占) whose sum passes 100%."""
    shares = [(use, use.figure) for use in uses if use.figure is not None and _is_share(use.figure)]
    for whole in load_rules().sums.wholes:
        names = [name for name in whole if name in text]
        if len(names) < 2:
            continue
        run: list[Member] = []
        seen: set[str] = set()
        end = 0
        for use, figure in shares:
            before = text[max(end, figure.start - _MOST_BETWEEN) : figure.start]
            piece = _PIECE.split(before)[-1]
            name = next((name for name in names if name in piece), None)
            goes_on = run and figure.start - end <= _MOST_BETWEEN and not _BREAK.search(text[end : figure.start])
            if not goes_on or name in seen or name is None:
                yield from _held(run)
                run, seen = [], set()
            if name is not None and "占" in text[max(0, figure.start - _MOST_BETWEEN) : figure.start]:
                member = member_of(use)
                if member is not None and is_firm(member):
                    run.append(member)
                    seen.add(name)
            end = figure.end
        yield from _held(run)


def _is_share(figure: Figure) -> bool:
    quantity = figure.number_class is NumberClass.QUANTITY
    return figure.unit == "percent" and quantity and figure.measure is Measure.LEVEL


def _held(run: Sequence[Member]) -> Iterator[Flag]:
    if len(run) < 2:
        return
    came = sum((member.value for member in run), Decimal(0))
    if came <= _WHOLE + tolerance(run[0], run[1:]):
        return
    data = {"sum": plain(came), "parts": " + ".join(member.use.number for member in run)}
    facts = [fact for member in run for fact in member.use.fact_ids]
    for member in run:
        for fact in member.use.fact_ids or (None,):
            span = (member.use.start, member.use.end)
            yield make_flag("share_sum", fact, span, data, tuple(other for other in facts if other != fact))
