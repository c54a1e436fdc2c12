"""Reading figures back: the numbers of all sources, those that became facts and those that didn't."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from pipeline.errors import UsageError
from pipeline.store.connection import open_reader
from pipeline.store.names import suggestion

AROUND = 60
"""Characters of the text layer given on either side of a figure."""


class StoredFigure(NamedTuple):
    """A number as the database holds it, with the text around it. ``number_class`` is None in a part that was dropped.

    ``start``/``end`` is the text-layer span of ``number``; ``used`` is ``fact``, ``dropped`` or the class.
    """

    path: str
    source: str
    report: int | None
    start: int
    end: int
    number: str
    number_class: str | None
    used: str
    reason: str
    value: Decimal | None
    value_high: Decimal | None
    unit: str | None
    bound: str | None
    measure: str | None
    before: str
    after: str


def figures(path: Path, classes: Iterable[str] = (), *, limit: int | None = None) -> list[StoredFigure]:
    """The numbers of all sources in order, of all classes or of those named, which are alternatives.

    Raises StoreError, and UsageError for a class that is none.
    """
    from pipeline.model import NumberClass  # noqa: PLC0415 - commands that only read facts do without the records

    wanted = tuple(classes)
    known = [str(number_class) for number_class in NumberClass]
    for word in wanted:
        if word not in known:
            raise UsageError(f"--class {word}: {suggestion(word, known)}one of: {', '.join(known)}")
    where = f"WHERE g.class IN ({', '.join('?' * len(wanted))})" if wanted else ""
    return list(_select(path, where, wanted, limit))


def unlinked_figures(path: Path) -> list[StoredFigure]:
    """The quantities that became no fact, without those of near duplicates of other sources. Raises StoreError."""
    where = "WHERE g.class = 'quantity' AND g.used <> 'fact' AND g.source NOT IN (SELECT source FROM duplicates)"
    return list(_select(path, where, (), None))


def _select(path: Path, where: str, values: tuple[str, ...], limit: int | None) -> Iterator[StoredFigure]:
    """Rows with their surroundings; a layer is read once, as it may be long."""
    db = open_reader(path)
    try:
        rows = db.execute(
            "SELECT p.path, g.source, g.report, g.start, g.end, g.number, g.class, g.used, g.reason, g.value_exact, "
            "g.value_high_exact, g.unit, g.bound, g.measure FROM figures g "
            "JOIN (SELECT source, min(path) AS path FROM source_paths GROUP BY source) p ON p.source = g.source "
            f"{where} ORDER BY p.path, g.figure" + ("" if limit is None else f" LIMIT {int(limit)}"),
            values,
        )
        source, layer = "", ""
        for row in rows:
            if row[1] != source:
                source = row[1]
                (layer,) = db.execute("SELECT text FROM layers WHERE source = ?", (source,)).fetchone()
            start, end = row[3:5]
            value, high = (None if cell is None else Decimal(cell) for cell in row[9:11])
            around = layer[max(0, start - AROUND) : start], layer[end : end + AROUND]
            yield StoredFigure._make((*row[:9], value, high, *row[11:], *around))
    finally:
        db.close()
