"""What a database holds, in numbers and names."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from pipeline.store.connection import open_reader


class Totals(NamedTuple):
    """How much is in a database; ``regions`` counts those that facts are about."""

    sources: int
    reports: int
    figures: int
    facts: int
    regions: int


def totals(path: Path) -> Totals:
    """How much is in the database. Raises StoreError."""
    db = open_reader(path)
    try:
        sources, reports, figures, facts = (
            int(db.execute(f"SELECT count(*) FROM {table}").fetchone()[0])
            for table in ("sources", "reports", "figures", "facts")
        )
        (regions,) = db.execute("SELECT count(DISTINCT region) FROM facts").fetchone()
        return Totals(sources, reports, figures, facts, regions)
    finally:
        db.close()


def region_names(path: Path) -> dict[str | None, str]:
    """Full name and code of every region facts are about; None stands for those whose region can't be told."""
    db = open_reader(path)
    try:
        rows = db.execute("SELECT adcode, full_name FROM regions WHERE adcode IN (SELECT region FROM facts)")
        return {None: "(region can't be told)", **{adcode: f"{name} {adcode}" for adcode, name in rows}}
    finally:
        db.close()


def indicator_names(path: Path) -> dict[str, str]:
    """Chinese name and code of every indicator."""
    db = open_reader(path)
    try:
        return {code: f"{zh} {code}" for code, zh in db.execute("SELECT code, zh FROM indicators")}
    finally:
        db.close()
