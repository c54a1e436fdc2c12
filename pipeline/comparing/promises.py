"""Promises: targets of plans held against what was reported of the same region later."""

from __future__ import annotations

import re
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from pipeline.comparing.names import Names, load_names
from pipeline.comparing.picking import NEARNESS, Choice, pick_all
from pipeline.comparing.tables import Table
from pipeline.errors import StoreError, UsageError
from pipeline.limits import without_collecting
from pipeline.resources.comparison import LESS, NEITHER, direction
from pipeline.store import Filters, StoredFact, open_reader, select_facts
from pipeline.store.periods import period_bounds

PROMISE_COLUMNS = (
    "province", "prefecture", "county", "region", "indicator_zh", "indicator", "level", "sector", "measure", "target",
    "target_high", "bound", "unit_zh", "unit", "period", "due", "verdict", "gap", "gap_percent", "result",
    "result_high", "result_bound", "result_period", "target_fact", "result_facts", "target_sentence",
    "result_sentence",
)  # fmt: skip

_YEAR = re.compile(r"\d{4}")


class NoTargets(StoreError):
    """There is no target that passes the filters."""


class Promise(NamedTuple):
    """A target and what became of it.

    ``verdict`` is ``kept``, ``missed``, ``unclear`` (the result's bounds leave it open), ``not_yet_due`` or
    ``no_later_figure``. ``due`` is the last day of the target's period. ``result`` (with ``result_high`` for a range)
    is what was reached, of one fact or the sum of the years of ``results``; where a target isn't due it is the latest
    figure there is. ``gap`` is the result less the target in the unit, None where either is only bounded.
    """

    target: Choice
    due: str
    verdict: str
    result: Decimal | None
    result_high: Decimal | None
    bound: str | None
    period: str | None
    results: tuple[StoredFact, ...]
    gap: Decimal | None


class _Reached(NamedTuple):
    """What was reached: a value with its bound, the period it is of and the facts it was read from."""

    value: Decimal
    high: Decimal | None
    bound: str
    period: str
    facts: tuple[StoredFact, ...]


@without_collecting()
def promises(db: Path, filters: Filters, *, as_of: str | None = None) -> tuple[list[Promise], Names, str]:
    """The targets among the facts that pass the filters, each with its verdict, by region, indicator and period.

    ``filters.periods`` narrow the targets, never the results; ``status`` is not asked for. ``as_of`` (``2024-06-30``,
    or a month or year: its last day) is the day on which it is judged whether a target is due; it is the latest day on
    which a report of the database was published where nothing is said, and is returned. Raises StoreError, UsageError.
    """
    connection = open_reader(db)
    try:
        names = load_names(connection)
        day = _day(connection, as_of)
        wanted = filters._replace(status="planned", whole=True)
        targets = pick_all(select_facts(connection, wanted))
        results = pick_all(select_facts(connection, filters._replace(status="actual", whole=True, periods=())))
    finally:
        connection.close()
    kept = [choice for choice in targets if choice.key.region is not None and period_bounds(choice.key.period)[1]]
    if not kept:
        raise NoTargets(f"{db}: has no targets with a date that pass these filters; see: countyfacts facts -s planned")
    return judge(kept, results, names, day), names, day


def judge(targets: Iterable[Choice], results: Iterable[Choice], names: Names, as_of: str) -> list[Promise]:
    """Every target with its verdict. ``as_of`` is a day, ``YYYY-MM-DD``."""
    known: dict[tuple[object, ...], list[StoredFact]] = defaultdict(list)
    for choice in results:
        if choice.key.region is not None and choice.key.period is not None:
            known[_thing(choice)].append(choice.fact)
    return [_judged(target, known.get(_thing(target), []), names, as_of) for target in targets]


def _thing(choice: Choice) -> tuple[object, ...]:
    """What target and result must share. All schools are those without a level and those of 中小学."""
    key = choice.key
    level = "basic" if key.level is None else key.level
    return key.region, key.indicator, key.measure, level, key.sector


def _judged(target: Choice, known: Sequence[StoredFact], names: Names, as_of: str) -> Promise:
    start, due = period_bounds(target.key.period)
    due = str(due)
    flow = names.kinds[target.key.indicator] == "flow" or target.key.measure != "level"
    reached = _sum_of(target, known, start, due) if flow else _state_at(known, due)
    latest = max(known, key=lambda fact: (period_bounds(fact.period)[1] or "", fact.id), default=None)
    if reached is None and due > as_of:
        shown = None if latest is None or flow else _reached(latest)
        return _promise(target, due, "not_yet_due", shown)
    if reached is None:
        return _promise(target, due, "no_later_figure", None)
    verdict = _verdict(target.fact, reached)
    if due > as_of and verdict != "kept":
        verdict = "not_yet_due"
    return _promise(target, due, verdict, reached)


def _promise(target: Choice, due: str, verdict: str, reached: _Reached | None) -> Promise:
    if reached is None:
        return Promise(target, due, verdict, None, None, None, None, (), None)
    fact = target.fact
    firm = reached.bound in ("exact", "approx", "nearly") and fact.bound != "range"
    gap = reached.value - fact.value if firm else None
    return Promise(
        target, due, verdict, reached.value, reached.high, reached.bound, reached.period, reached.facts, gap
    )  # fmt: skip


def _reached(fact: StoredFact) -> _Reached:
    return _Reached(fact.value, fact.value_high, fact.bound, str(fact.period), (fact,))


def _state_at(known: Sequence[StoredFact], due: str) -> _Reached | None:
    """The state at the due date: the latest figure of its year, else the first one after it."""
    dated = sorted(((period_bounds(fact.period)[1], fact) for fact in known if period_bounds(fact.period)[1]),
                   key=lambda pair: (str(pair[0]), pair[1].id))  # fmt: skip
    same = [fact for end, fact in dated if str(end)[:4] == due[:4]]
    later = [fact for end, fact in dated if str(end)[:4] > due[:4]]
    found = same[-1] if same else later[0] if later else None
    return None if found is None else _reached(found)


def _sum_of(target: Choice, known: Sequence[StoredFact], start: str | None, due: str) -> _Reached | None:
    """What came of a flow over the target's own period: told as a whole, else the sum of all its years."""
    for fact in known:
        if fact.period == target.key.period:
            return _reached(fact)
    if target.key.measure != "level" or start is None:
        return None
    years = {str(year) for year in range(int(start[:4]), int(due[:4]) + 1)}
    by_year = {str(fact.period): fact for fact in known if str(fact.period) in years}
    whole = start[5:] == "01-01" and due[5:] == "12-31"
    if not whole or not years or set(by_year) != years or any(fact.value_high is not None for fact in by_year.values()):
        return None
    facts = tuple(by_year[year] for year in sorted(by_year))
    bounds = {fact.bound for fact in facts}
    lower, upper = bounds & {"over", "at_least"}, bounds & {"nearly", "at_most"}
    if lower and upper:
        return None
    bound = "at_least" if lower else "at_most" if "at_most" in bounds else "approx" if len(bounds) > 1 else bounds.pop()
    total = sum((fact.value for fact in facts), Decimal(0))
    return _Reached(total, None, bound, str(target.key.period), facts)


def _verdict(target: StoredFact, reached: _Reached) -> str:
    low, high = _limits(reached)
    aim = target.value
    side = _side(target)
    if side == "range":
        return _inside(low, high, aim, aim if target.value_high is None else target.value_high)
    if side == "less" and target.value_high is not None:
        aim = target.value_high
    if side == "near":
        return _inside(low, high, aim - abs(aim) * NEARNESS, aim + abs(aim) * NEARNESS)
    if target.bound in ("approx", "nearly"):
        aim += (-1 if side == "more" else 1) * abs(aim) * NEARNESS
    if side == "more":
        return "kept" if low is not None and low >= aim else "missed" if high is not None and high < aim else "unclear"
    return "kept" if high is not None and high <= aim else "missed" if low is not None and low > aim else "unclear"


def _inside(low: Decimal | None, high: Decimal | None, bottom: Decimal, top: Decimal) -> str:
    if low is not None and high is not None and bottom <= low and high <= top:
        return "kept"
    return "missed" if (high is not None and high < bottom) or (low is not None and low > top) else "unclear"


def _side(target: StoredFact) -> str:
    """On which side of the target a result must lie: its own bound says, else which way the indicator is better."""
    fall = target.measure != "level" and target.value < 0
    if target.bound in ("at_least", "over"):  # a fall by 5 points and more is one to -5 or below
        return "less" if fall else "more"
    if target.bound == "at_most":
        return "more" if fall else "less"
    way = direction(target.indicator)
    if way == NEITHER and not fall:
        return "range" if target.bound == "range" else "near"
    return "less" if way == LESS or fall else "more"


def _limits(reached: _Reached) -> tuple[Decimal | None, Decimal | None]:
    """Between which values the result lies; 约 is taken at its word. Bounds of a fall count downwards."""
    value = reached.value
    match reached.bound:
        case "over" | "at_least":
            return (value, None) if value >= 0 else (None, value)
        case "at_most":
            return (None, value) if value >= 0 else (value, None)
        case "nearly":
            slack = value * NEARNESS
            return (value - slack, value) if value >= 0 else (value, value - slack)
        case "range":
            return value, reached.high if reached.high is not None else value
    return value, value


def _day(connection: sqlite3.Connection, as_of: str | None) -> str:
    if as_of is not None:
        day = period_bounds(as_of)[1]
        if day is None or "/" in as_of:
            raise UsageError(f"--as-of {as_of}: not a day; write 2024-06-30, 2024-06 or 2024")
        return day
    (published,) = connection.execute("SELECT max(published) FROM reports").fetchone()
    return period_bounds(published)[1] or "0000-00-00"


def promises_table(found: Iterable[Promise], names: Names, lang: str = "zh") -> Table:
    """One row a target, in the order of ``PROMISE_COLUMNS``."""
    labels = names.labels
    rows = []
    for promise in found:
        fact = promise.target.fact
        percent = None if promise.gap is None or not fact.value else promise.gap / abs(fact.value) * 100
        rows.append((
            *names.regions[str(fact.region)], fact.region, fact.indicator_zh, fact.indicator,
            labels.word("level", fact.level, lang), labels.word("sector", fact.sector, lang),
            labels.word("measure", fact.measure, lang), _text(fact.value), _text(fact.value_high),
            labels.word("bound", fact.bound, lang), labels.word("unit", fact.value_unit), fact.value_unit,
            fact.period, promise.due, labels.word("verdict", promise.verdict, lang), _text(promise.gap),
            None if percent is None else _text(round(percent, 2)), _text(promise.result), _text(promise.result_high),
            labels.word("bound", promise.bound, lang), promise.period, fact.id,
            " ".join(result.id for result in promise.results), fact.sentence,
            " / ".join(result.sentence for result in promise.results),
        ))  # fmt: skip
    return Table(tuple(labels.heading(column, lang) for column in PROMISE_COLUMNS), tuple(rows))


def _text(value: Decimal | None) -> str | None:
    return None if value is None else format(value, "f")
