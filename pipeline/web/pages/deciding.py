"""What a page needs so that somebody can decide: a fact's fields as a form, a number that is no fact, the queue."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from decimal import Decimal
from types import MappingProxyType
from typing import NamedTuple

from pipeline.decisions import Decision
from pipeline.model import Bound, Level, Measure, Sector, Status
from pipeline.review import print_of
from pipeline.store import StoredFact
from pipeline.store.queries import facts_where
from pipeline.web.pages.fact import FactPage
from pipeline.web.pages.names import marks
from pipeline.web.reviewing import Reviewing, Waiting
from pipeline.web.words import Tongue

CHOICES: Mapping[str, tuple[type[Measure | Bound | Status | Level | Sector], bool]] = {
    "measure": (Measure, False), "bound": (Bound, False), "status": (Status, False), "level": (Level, True),
    "sector": (Sector, True),
}  # fmt: skip
"""Fields with a few words to choose from, and whether there may be none."""


class FormField(NamedTuple):
    """A field of a form: what it holds, and the ``(code, name)`` that it may (empty: anything)."""

    name: str
    value: str
    choices: tuple[tuple[str, str], ...] = ()


class FigureView(NamedTuple):
    """A number of a source: its span in the text layer, what became of it and why, and what it was read as."""

    source: str
    figure: int
    start: int
    end: int
    number: str
    used: str
    reason: str
    value: str
    value_high: str
    unit: str | None
    bound: str
    measure: str
    path: str
    region: str
    """The full name of the region of the nearest fact."""


class Deciding(NamedTuple):
    """What the forms of a page hold. ``seen`` and ``seen_last`` tell whether the fact, the last decision are still so.

    ``fields`` are those of the selected fact, ``missed`` those of a fact to be added. ``failed`` is why the last
    attempt wasn't taken, ``action`` which it was, ``given`` what was typed.
    """

    token: str
    by: str
    last: Decision | None
    last_indicator: str
    seen_last: str
    indicators: tuple[tuple[str, str, str], ...] = ()
    """Code, Chinese name and unit of each indicator."""
    fields: tuple[FormField, ...] = ()
    missed: tuple[FormField, ...] = ()
    seen: str = ""
    figure: int | None = None
    queue: str = ""
    place: tuple[int, int] | None = None
    failed: str = ""
    action: str = ""
    given: Mapping[str, str] = MappingProxyType({})


class QueueLine(NamedTuple):
    """A line of the page of the queue."""

    waiting: Waiting
    fact: StoredFact


def deciding(
    db: sqlite3.Connection, selected: FactPage | FigureView | None, tongue: Tongue, reviewing: Reviewing
) -> Deciding:
    """The forms for a fact, for a number, or for neither."""
    last = reviewing.last()
    named = db.execute("SELECT zh FROM indicators WHERE code = ?", (last.fact.indicator,)).fetchone() if last else None
    found = Deciding(
        reviewing.token, reviewing.by, last,
        tongue.indicator(named[0], last.fact.indicator) if last and named else "", print_of(last) if last else "",
    )  # fmt: skip
    if selected is None:
        return found
    rows = db.execute("SELECT code, zh, unit FROM indicators ORDER BY position")
    found = found._replace(indicators=tuple((code, zh, tongue.word("unit", unit)) for code, zh, unit in rows))
    if isinstance(selected, FigureView):
        return found._replace(figure=selected.figure, missed=missed_fields(selected, tongue))
    view = figure_at(db, selected.fact)
    return found._replace(
        fields=fact_fields(selected, tongue), seen=print_of(selected.fact), figure=view.figure if view else None,
        missed=missed_fields(view, tongue) if view else (),
    )  # fmt: skip


def fact_fields(page: FactPage, tongue: Tongue) -> tuple[FormField, ...]:
    """The fields of a fact as a form shows them; what is typed over is a change."""
    fact = page.fact
    region = (page.region if tongue.lang != "en" else None) or fact.region or ""
    values = {
        "indicator": tongue.indicator(fact.indicator_zh, fact.indicator), "value": _plain(fact.value),
        "value_high": _plain(fact.value_high), "period": fact.period or "", "region": region,
        "status": fact.status, "level": fact.level or "", "sector": fact.sector or "", "measure": fact.measure,
        "bound": fact.bound, "scope": fact.scope or "",
    }  # fmt: skip
    return _form(values, tongue)


def missed_fields(view: FigureView, tongue: Tongue) -> tuple[FormField, ...]:
    """The fields of a fact to be made of a number, filled in as far as the number itself tells."""
    values = {
        "indicator": "", "value": view.value, "value_high": view.value_high, "period": "", "region": view.region,
        "status": "actual", "level": "", "sector": "", "measure": view.measure, "bound": view.bound, "scope": "",
    }  # fmt: skip
    return _form(values, tongue)


def _form(values: Mapping[str, str], tongue: Tongue) -> tuple[FormField, ...]:
    return tuple(FormField(name, value, _choices(name, tongue)) for name, value in values.items())


def _choices(name: str, tongue: Tongue) -> tuple[tuple[str, str], ...]:
    if name not in CHOICES:
        return ()
    words, none = CHOICES[name]
    found = tuple((word.value, tongue.word(name, word.value)) for word in words)
    return (("", tongue.say("not_told")), *found) if none else found


def changed(fields: Sequence[FormField], given: Mapping[str, str]) -> dict[str, str]:
    """The fields of a form that were typed over, without the commas that a reader puts into numbers."""
    typed = {field.name: given[field.name].strip() for field in fields if field.name in given}
    for name in ("value", "value_high"):
        if name in typed:
            typed[name] = typed[name].replace(",", "").replace("，", "")
    return {field.name: typed[field.name] for field in fields if typed.get(field.name, field.value) != field.value}


def wanted_fields(fields: Sequence[FormField], given: Mapping[str, str]) -> dict[str, str]:
    """All fields of a fact to be added: those filled in, and a region that was emptied."""
    over = changed(fields, given)
    values = {field.name: over.get(field.name, field.value) for field in fields}
    return {name: value for name, value in values.items() if value or name == "region"}


_FIGURE = """
SELECT g.source, g.figure, g.start, g.end, g.number, g.used, g.reason, coalesce(g.value_exact, ''),
  coalesce(g.value_high_exact, ''), g.unit, coalesce(g.bound, 'exact'), coalesce(g.measure, 'level'),
  (SELECT min(path) FROM source_paths p WHERE p.source = g.source)
FROM figures g WHERE g.source = ?
"""
_NEAREST = """
SELECT r.full_name FROM facts f JOIN regions r ON r.adcode = f.region WHERE f.source = ?
ORDER BY abs(f.start - ?), f.start LIMIT 1
"""


def figure_view(db: sqlite3.Connection, source: str, figure: int) -> FigureView | None:
    """A number of a source by its place among them; None where there is no such one."""
    return _viewed(db, f"{_FIGURE} AND g.figure = ?", (source, figure))


def figure_at(db: sqlite3.Connection, fact: StoredFact) -> FigureView | None:
    """The number that a fact was made of."""
    return _viewed(db, f"{_FIGURE} AND g.start < ? AND g.end > ? ORDER BY g.start", (fact.source, fact.end, fact.start))


def _viewed(db: sqlite3.Connection, query: str, values: Sequence[str | int]) -> FigureView | None:
    row = db.execute(query, values).fetchone()
    if row is None:
        return None
    region = db.execute(_NEAREST, (row[0], row[2])).fetchone()
    return FigureView(*row, *(region or ("",)))


def queue_lines(db: sqlite3.Connection, waiting: Sequence[Waiting]) -> list[QueueLine]:
    """Facts of the queue for a page, in its order; those that have gone since are left out."""
    ids = [each.fact for each in waiting]
    found = {fact.id: fact for fact in facts_where(db, f"f.id IN ({marks(ids)})", ids)}
    return [QueueLine(each, found[each.fact]) for each in waiting if each.fact in found]


def _plain(value: Decimal | None) -> str:
    return "" if value is None else f"{value:f}"
