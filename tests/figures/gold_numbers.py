"""How well the figures stage reads the numbers of the gold facts: value, unit, bound and measure, strictly.

Run ``python tests/figures/gold_numbers.py`` in the project's environment to see every miss.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from pipeline.cleaning import clean_source
from pipeline.extraction import read_periods
from pipeline.figures import find_figures
from pipeline.model import CleanText, Figure, NumberClass, Period, Source
from pipeline.reading import read_source
from pipeline.resources.catalogue import load_catalogue
from pipeline.structure import split_reports

SHARED = Path(__file__).parents[2] / "../shared"
SETS = {"real": ("gold", "corpora"), "samples": ("samples", "samples"), "labelled": ("labelled", "labelled")}
_DAMAGE = re.compile(r"[A-Za-z」』丨｜|]\d|\d[A-Za-z」』丨|]|[lIOoTB」丨]|平万|[\d万亿]兀|n[fi]|\d \d{3}$")


@dataclass(frozen=True, slots=True)
class Document:
    """A document as the figures stage sees it, with its gold facts."""

    name: str
    source: Source
    clean: CleanText
    figures: tuple[Figure, ...]
    periods: tuple[Period, ...]
    gold: tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was read for one gold fact. ``damaged``: OCR spoilt the number; ``wrong``: the fields that differ."""

    document: str
    fact: dict[str, Any]
    figure: Figure | None
    wrong: tuple[str, ...]
    damaged: bool
    around: str


def documents(sets: tuple[str, ...] = tuple(SETS)) -> Iterator[Document]:
    """The documents of ../shared that are text or pages, cleaned, with figures and gold facts."""
    for name in sets:
        gold_folder, folder = SETS[name]
        for path in sorted((SHARED / gold_folder).glob("*.jsonl")):
            for kind in (".txt", ".html"):
                file = SHARED / folder / (path.stem + kind)
                if file.exists():
                    gold = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
                    yield read(file, tuple(gold))


def read(file: Path, gold: tuple[dict[str, Any], ...] = ()) -> Document:
    """One document through reading, cleaning and figures."""
    source = read_source(file.read_bytes(), file.name)
    clean = clean_source(source)
    periods = read_periods(clean, split_reports(source, clean))
    return Document(file.stem, source, clean, find_figures(clean.text, periods), periods, gold)


def span_in_clean(document: Document, fact: dict[str, Any]) -> tuple[int, int] | None:
    """Where the number of a gold fact stands in the clean text; None where its context can't be found."""
    layer = document.source.layer.text
    at = layer.find(fact["context"])
    offset = fact["context"].find(fact["number"])
    if at < 0 or offset < 0:
        return None
    start = document.clean.mapped.find(at + offset)
    return start, document.clean.mapped.find(at + offset + len(fact["number"]))


def verdicts(document: Document) -> Iterator[Verdict]:
    """What was read for each gold fact whose number can be located."""
    for fact in document.gold:
        span = span_in_clean(document, fact)
        if span is None or span[0] >= span[1]:
            continue
        start, end = span
        near = [f for f in document.figures if f.start < end and start < f.end]
        best = min(near, key=lambda f: len(_wrong(f, fact)), default=None)
        around = document.clean.text[max(0, start - 20) : end + 12]
        wrong = ("nothing",) if best is None else _wrong(best, fact)
        damaged = is_damaged(fact)
        yield Verdict(document.name, fact, best, wrong, damaged, around)


def is_damaged(fact: dict[str, Any]) -> bool:
    """Whether OCR damaged the number: letters or strange signs where digits should be."""
    number = fact["number"].replace("m2", "").replace("M", "")
    return _DAMAGE.search(number) is not None


def _close(a: Decimal | None, b: Any) -> bool:
    if a is None or b is None:
        return a is None and b is None
    return abs(abs(float(a)) - abs(b)) <= 1e-4 * max(1, abs(b))


def _wrong(figure: Figure, fact: dict[str, Any]) -> tuple[str, ...]:
    wrong = []
    if figure.number_class is not NumberClass.QUANTITY:
        return ("class",)
    if not (_close(figure.value, fact["value"]) and _close(figure.value_high, fact["value_high"])):
        wrong.append("value")
    catalogue = load_catalogue()
    unit = catalogue.indicators[fact["indicator"]].unit
    kind = figure.unit or (figure.dimension if figure.dimension in ("ratio", "scaled") else "bare")
    accepted = ("percent", "percent_point") if fact["measure"] != "level" else catalogue.accepts[unit]
    if kind not in accepted and kind not in catalogue.accepts[unit]:
        wrong.append("unit")
    bounds = fact["bound"] if isinstance(fact["bound"], list) else [fact["bound"]]
    if figure.bound.value not in bounds:
        wrong.append("bound")
    measures = fact["measure"] if isinstance(fact["measure"], list) else [fact["measure"]]
    if figure.measure.value not in measures:
        wrong.append("measure")
    return tuple(wrong)


def main() -> None:
    """Print the misses and the shares."""
    total: Counter[str] = Counter()
    for document in documents(tuple(sys.argv[1:]) or tuple(SETS)):
        for verdict in verdicts(document):
            total["damaged" if verdict.damaged else "asked"] += 1
            if verdict.damaged:
                continue
            for wrong in verdict.wrong:
                total[wrong] += 1
            strict = set(verdict.wrong) - {"measure"}
            total["strict"] += bool(strict)
            if verdict.wrong:
                read_as = verdict.figure
                print(
                    f"{verdict.document[:12]} {','.join(verdict.wrong)}: {verdict.fact['number']!r} {verdict.fact['value']}"
                    f" {verdict.fact['measure']} {verdict.fact['bound']} {verdict.fact['indicator']} | "
                    + (
                        f"{read_as.text!r} {read_as.number_class} {read_as.value} {read_as.unit} {read_as.bound} {read_as.measure} {read_as.reason}"
                        if read_as
                        else "-"
                    )
                    + f" | {verdict.around!r}"
                )
    print(dict(total))


if __name__ == "__main__":
    main()
