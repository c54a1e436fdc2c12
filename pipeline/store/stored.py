"""Facts as the database holds them, read with what explains them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from pipeline.decimals import plain_number

Value = str | int | float | None


class StoredFact(NamedTuple):
    """A fact as the database holds it, with the names that explain it."""

    id: str
    source: str
    path: str
    report: int
    indicator: str
    indicator_zh: str
    value: Decimal
    value_high: Decimal | None
    unit: str
    measure: str
    bound: str
    status: str
    period: str | None
    level: str | None
    sector: str | None
    region: str | None
    region_name: str | None
    region_basis: str
    region_evidence: tuple[str, ...]
    number: str
    scope: str | None
    start: int
    end: int
    locator: str | None
    sentence: str
    confidence: float
    flags: tuple[str, ...]
    report_title: str | None
    report_published: str | None
    damage: float
    original: str = ""
    """The source that this one is a near duplicate of, or itself."""

    @property
    def value_unit(self) -> str:
        """The unit its value is in: that of the indicator, but percent for growth and points for a changed rate."""
        if self.measure == "growth":
            return "percent"
        return "percent_point" if self.measure == "change" and self.unit == "percent" else self.unit

    def record(self) -> dict[str, object]:
        """The JSON fields of a line of ``extract``, in the same order, after the fact's id."""
        return {
            "id": self.id,
            "source": self.path,
            "report": self.report,
            "indicator": self.indicator,
            "value": plain_number(self.value),
            "value_high": None if self.value_high is None else plain_number(self.value_high),
            "unit": self.unit,
            "measure": self.measure,
            "bound": self.bound,
            "status": self.status,
            "period": self.period,
            "level": self.level,
            "sector": self.sector,
            "region": self.region,
            "region_name": self.region_name,
            "region_basis": self.region_basis,
            "number": self.number,
            "scope": self.scope,
            "start": self.start,
            "end": self.end,
            "locator": self.locator,
            "sentence": self.sentence,
            "confidence": self.confidence,
            "flags": list(self.flags),
        }


_FACTS = """
SELECT f.source, f.report, f.id, f.indicator, i.zh, f.value_exact, f.value_high_exact, f.unit, f.measure, f.bound,
  f.status, f.period, f.level, f.sector, f.region, f.region_name, f.region_basis, f.region_evidence, f.number, f.scope,
  f.start, f.end, f.locator, f.sentence, f.confidence, f.flags
FROM facts f JOIN indicators i ON i.code = f.indicator
"""
_REPORT = """
SELECT (SELECT min(path) FROM source_paths p WHERE p.source = s.id), t.title, t.published, s.damage,
  coalesce((SELECT d.original FROM duplicates d WHERE d.source = s.id), s.id)
FROM reports t JOIN sources s ON s.id = t.source WHERE t.source = ? AND t.report = ?
"""
ORDER = " ORDER BY f.region NULLS LAST, i.position, f.period, f.level, f.status, f.source, f.start, f.id"
"""By region, indicator and period; the same whatever the order of rows."""
_BATCH = 1000


def select(db: sqlite3.Connection, where: str, values: Sequence[Value] = ()) -> Iterator[StoredFact]:
    """The facts that the end of a statement takes, one by one.

    ``where`` is SQL of the program's own on the tables ``facts`` (``f``) and ``indicators`` (``i``), with condition,
    order and limit; ``values`` are what its question marks stand for. The connection must read one moment of it
    all (:func:`pipeline.store.open_reader`), as reports are asked for after their facts.
    """
    reports = _Reports(db)
    rows = db.execute(_FACTS + where, values)
    while batch := rows.fetchmany(_BATCH):
        yield from _stored(batch, reports)


class _Reports(dict[tuple[str, int], tuple[Any, ...]]):
    """What facts have from their report and source, each looked up once: hundreds of facts share one."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def __missing__(self, key: tuple[str, int]) -> tuple[Any, ...]:
        found: tuple[Any, ...] = self._db.execute(_REPORT, key).fetchone()
        self[key] = found
        return found


class _Texts(dict[str, tuple[str, ...]]):
    """JSON lists of texts as tuples; the same ones come again and again."""

    def __missing__(self, listed: str) -> tuple[str, ...]:
        found = self[listed] = tuple(json.loads(listed))
        return found


def _stored(rows: Sequence[tuple[Any, ...]], reports: _Reports) -> Iterator[StoredFact]:
    """Rows as facts: column by column, which takes half as long as row by row."""
    sources, numbers, ids, indicators, names, values, highs, *others = zip(*rows, strict=True)
    paths, *told = zip(*[reports[key] for key in zip(sources, numbers, strict=True)], strict=True)
    columns = (
        ids, sources, paths, numbers, indicators, names, map(Decimal, values),
        [None if high is None else Decimal(high) for high in highs], *others[:10],
        map(_Texts().__getitem__, others[10]), *others[11:18], map(_Texts().__getitem__, others[18]), *told,
    )  # fmt: skip
    return map(StoredFact._make, zip(*columns, strict=True))
