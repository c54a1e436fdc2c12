"""The facts stage against its specification rows: a text, and the facts a careful reader takes out of it."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from pipeline.facts import link_figures
from pipeline.figures import Reference, find_figures, find_periods
from pipeline.mapped import Mapped
from pipeline.model import BlockKind, CleanText, Link, Paragraph, Report

ROWS = yaml.safe_load(Path(__file__).with_name("rows.yaml").read_text(encoding="utf-8"))
DEFAULTS = {"measure": "level", "status": "actual", "period": None, "bound": "exact"}


def read(text: str, year: int, title: str | None = None) -> tuple[Link, ...]:
    paragraphs, at = [], 0
    for line in text.split("\n"):
        paragraphs.append(Paragraph(BlockKind.PARAGRAPH, at, at + len(line), at, at + len(line)))
        at += len(line) + 1
    clean = CleanText(Mapped.identity(text), tuple(paragraphs))
    report = Report(0, ((0, len(text)),), title, None, None, year, 12)
    periods = find_periods(text, Reference(year, 12))
    return link_figures(clean, (report,), find_figures(text, periods), periods, {0: find_periods(title or "")})


def as_row(link: Link, asked: dict[str, Any]) -> dict[str, Any]:
    row: dict[str, Any] = {
        "indicator": link.indicator,
        "value": link.value,
        "measure": link.measure.value,
        "status": link.status.value,
        "period": link.period,
        "bound": link.bound.value,
    }
    for name in ("level", "sector", "scope"):
        if name in asked:
            row[name] = getattr(link, name)
    return row


@pytest.mark.parametrize("row", ROWS, ids=[row["text"][:24] for row in ROWS])
def test_facts_of_a_text(row: dict[str, Any]) -> None:
    links = read(row["text"], row.get("year", 2023), row.get("title"))
    wanted = [{**DEFAULTS, **fact, "value": Decimal(str(fact["value"]))} for fact in row["facts"]]
    assert len(links) == len(wanted), [(link.indicator, link.value, link.evidence) for link in links]
    assert [as_row(link, fact) for link, fact in zip(links, wanted, strict=True)] == wanted
