"""The tables of ``layouts.yaml`` and ``harder.yaml`` as pages, and how their cells are read.

python -m tests.tables.layouts: what is read otherwise than a careful reader does.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from pipeline.extraction import extract_source
from pipeline.model import Fact

FIELDS = ("indicator", "value", "measure", "status", "period", "level", "sector", "region")
_WIDE = frozenset({None, "basic", "compulsory"})
_PLACE = re.compile(r"table (\d+) row (\d+) column (\d+)")


@cache
def layouts(name: str = "layouts.yaml") -> list[dict[str, Any]]:
    """The tables with what a careful reader takes out of them."""
    found: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parent / name).read_text(encoding="utf-8"))
    return found


def page(layout: dict[str, Any]) -> bytes:
    """A table in a page of its own."""
    lines = [f"<h1>{html.escape(layout['title'])}</h1>"]
    lines += [f"<p>{html.escape(line)}</p>" for line in layout["before"]]
    lines.append("<table>")
    for row in layout["rows"]:
        lines.append("<tr>" + "".join(_cell(cell) for cell in row) + "</tr>")
    lines.append("</table>")
    lines += [f"<p>{html.escape(line)}</p>" for line in layout["after"]]
    body = "\n".join(lines)
    return f"<!DOCTYPE html><html><head><meta charset='utf-8'></head><body><article>{body}</article></body></html>".encode()


def _cell(cell: str | dict[str, Any]) -> str:
    if isinstance(cell, dict):
        spans = f" rowspan={cell.get('rowspan', 1)} colspan={cell.get('colspan', 1)}"
        return f"<td{spans}>{html.escape(str(cell['text']))}</td>"
    return f"<td>{html.escape(str(cell))}</td>"


@dataclass(frozen=True)
class Verdict:
    """How one cell was read: what was wanted (None: no fact) and what was read."""

    layout: str
    row: int
    column: int
    wanted: tuple[Any, ...] | None
    read: tuple[Any, ...] | None
    wrong: tuple[str, ...]


def verdicts(layout: dict[str, Any]) -> list[Verdict]:
    """Every cell with a fact or that is read as one."""
    read: dict[tuple[int, int], list[Fact]] = {}
    for fact in extract_source(page(layout), f"{layout['name']}.html").facts:
        if match := _PLACE.fullmatch(fact.locator or ""):
            read.setdefault((int(match[2]) - 1, int(match[3]) - 1), []).append(fact)
    wanted = {(row, column): tuple(rest) for row, column, *rest in layout["facts"]}
    found = []
    for place in sorted({*read, *wanted}):
        facts = [_fields(fact) for fact in read.get(place, [])]
        want, got = wanted.get(place), facts[0] if facts else None
        wrong = _wrong(want, got) if len(facts) < 2 else ("several",)
        found.append(Verdict(layout["name"], *place, want, got, wrong))
    return found


def _fields(fact: Fact) -> tuple[Any, ...]:
    return (
        fact.indicator, fact.value, fact.measure.value, fact.status.value, fact.period,
        fact.level and fact.level.value, fact.sector and fact.sector.value, fact.region,
    )  # fmt: skip


def _wrong(wanted: tuple[Any, ...] | None, read: tuple[Any, ...] | None) -> tuple[str, ...]:
    if wanted is None or read is None:
        return ("missed",) if read is None else ("invented",)
    return tuple(field for field, want, got in zip(FIELDS, wanted, read, strict=True) if not _agrees(field, want, got))


def _agrees(field: str, want: Any, got: Any) -> bool:
    accepted = want if isinstance(want, list) else [want]
    if field == "value":
        return any(abs(Decimal(str(value)) - got) <= abs(got) / 10000 for value in accepted)
    if field == "level" and got in _WIDE and _WIDE & set(accepted):
        return True
    return got in [each if each is None else str(each) for each in accepted]


def main() -> None:
    """Print what is read wrong, and the share that is right."""
    right = total = 0
    for layout in (*layouts(), *layouts("harder.yaml")):
        found = verdicts(layout)
        wrong = [verdict for verdict in found if verdict.wrong]
        right, total = right + len(found) - len(wrong), total + len(found)
        print(f"{layout['name']:32}{len(found) - len(wrong):4} of {len(found)}")
        for verdict in wrong:
            print("   ", verdict.row, verdict.column, ",".join(verdict.wrong), verdict.wanted, verdict.read)
    print(f"{right} of {total}: {right / total:.4f}")


if __name__ == "__main__":
    main()
