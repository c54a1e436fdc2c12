"""The specification of the figures stage: rows of text and what is read in it (``specs/*.yaml``)."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from pipeline.figures import Reference, find_figures, find_periods
from pipeline.model import Bound, Figure, Measure, NumberClass

SPECS = Path(__file__).parent / "specs"


def rows() -> list[Any]:
    """Every row of a figure; one that can't pass yet is a strict xfail, with the reason it gives."""
    return [
        pytest.param(row, id=f"{file.stem}-{number}", marks=_marks(row))
        for file in sorted(SPECS.glob("*.yaml"))
        if file.stem != "periods"
        for number, row in enumerate(yaml.safe_load(file.read_text(encoding="utf-8")))
    ]


def period_rows() -> list[Any]:
    """Every row of a period."""
    loaded = yaml.safe_load((SPECS / "periods.yaml").read_text(encoding="utf-8"))
    return [pytest.param(row, id=row["text"], marks=_marks(row)) for row in loaded]


def _marks(row: dict[str, Any]) -> tuple[Any, ...]:
    return (pytest.mark.xfail(strict=True, reason=row["xfail"]),) if "xfail" in row else ()


def _expected(wanted: dict[str, Any]) -> dict[str, Any]:
    number_class = NumberClass(wanted.get("class", "quantity"))
    return {
        "raw": wanted["raw"],
        "class": number_class,
        "value": Decimal(wanted["value"]) if "value" in wanted else None,
        "high": Decimal(wanted["high"]) if "high" in wanted else None,
        "unit": wanted.get("unit"),
        "bound": Bound(wanted.get("bound", "exact")),
        "measure": Measure(wanted.get("measure", "level")),
        "sign": wanted.get("sign", 1),
    }


def _read(figure: Figure) -> dict[str, Any]:
    quantity = figure.number_class is NumberClass.QUANTITY
    return {
        "raw": figure.text,
        "class": figure.number_class,
        "value": figure.value,
        "high": figure.value_high,
        "unit": figure.unit if quantity else None,
        "bound": figure.bound,
        "measure": figure.measure,
        "sign": figure.sign,
    }


@pytest.mark.parametrize("row", rows())
def test_figures_of_a_text(row: dict[str, Any]) -> None:
    figures = find_figures(row["text"])
    assert [_read(figure) for figure in figures] == [_expected(wanted) for wanted in row["figures"]]
    assert all(row["text"][figure.start : figure.end] == figure.text for figure in figures)


@pytest.mark.parametrize("row", period_rows())
def test_periods_of_a_text(row: dict[str, Any]) -> None:
    year, _, month = row.get("reference", "").partition("-")
    reference = Reference(int(year) if year else None, int(month) if month else None)
    periods = find_periods(row["text"], reference)
    assert [(p.text, p.edtf) for p in periods] == [(wanted["raw"], wanted["edtf"]) for wanted in row["periods"]]


def test_there_are_rows_enough() -> None:
    """At least six hundred, a tenth of them traps: numbers that are no quantities."""
    texts = [row.values[0] for row in rows()]
    traps = [row for row in texts if all("class" in wanted for wanted in row["figures"])]
    assert len(texts) + len(period_rows()) >= 600
    assert len(traps) >= 60
    assert len({row["text"] for row in texts}) == len(texts)
