"""Extractions made by hand, for tests of what stands above extraction."""

from __future__ import annotations

import hashlib
from decimal import Decimal

from pipeline.mapped import Mapped
from pipeline.model import (
    Block,
    BlockKind,
    Bound,
    CleanText,
    Edit,
    Extraction,
    Fact,
    Figure,
    Level,
    Measure,
    NumberClass,
    NumberUse,
    Paragraph,
    RegionBasis,
    RegionReading,
    Report,
    Source,
    Status,
    TextLayer,
    fact_id,
)

JINAN = ("350111", "晋安区")
CANGSHAN = ("350104", "仓山区")

TEXT = "晋安区2023年教育工作总结\n全区新增学位2400个，生均公用经费约650.50元。\n共有学校58所。"


def fact_fields(number: str, indicator: str, value: str, unit: str, **more: object) -> dict[str, object]:
    """A fact to be found in a text by its number."""
    return {"number": number, "indicator": indicator, "value": Decimal(value), "unit": unit, **more}


FACTS = (
    fact_fields("2400个", "school_places_added", "2400", "place", period="2023"),
    fact_fields("约650.50元", "per_student_public_funds", "650.50", "yuan_per_student", bound=Bound.APPROX),
    fact_fields("58所", "schools", "58", "school", level=Level.BASIC, status=Status.ACTUAL),
)


def make_extraction(
    text: str = TEXT,
    facts: tuple[dict[str, object], ...] = FACTS,
    *,
    name: str = "a.txt",
    region: tuple[str, str] | None = JINAN,
    published: str | None = "2024-01-15",
    title: str | None = None,
) -> Extraction:
    """An extraction of a text that is clean as it is, with the facts given and one number that is none."""
    data = text.encode()
    sha256 = hashlib.sha256(data).hexdigest()
    lines = text.split("\n")
    starts = [sum(len(line) + 1 for line in lines[:n]) for n in range(len(lines))]
    paragraphs = tuple(
        Paragraph(BlockKind.TITLE if n == 0 else BlockKind.PARAGRAPH, s, s + len(line), s, s + len(line), int(n == 0))
        for n, (s, line) in enumerate(zip(starts, lines, strict=True))
    )
    reading = (
        RegionReading(None, None, RegionBasis.UNKNOWN)
        if region is None
        else RegionReading(*region, RegionBasis.TITLE, (region[1],))
    )
    made = [_fact(text, sha256, name, reading, fields) for fields in facts]
    numbers = [
        NumberUse(f.start, f.end, f.number, 0, _figure(f), "fact", "测试", (f.id,)) for f in made
    ]  # fmt: skip
    if (at := text.find("2023年")) >= 0:
        numbers.append(NumberUse(at, at + 5, "2023年", 0, None, "date", "a year"))
    source = Source(
        name, sha256, len(data), "text", "utf-8", TextLayer(text, (Block(BlockKind.PARAGRAPH, 0, len(text)),))
    )
    return Extraction(
        source,
        CleanText(Mapped.identity(text), paragraphs, (Edit("width", 0, 1, text[:1], text[:1]),)),
        (Report(0, ((0, len(text)),), title or lines[0], "区教育局", published, 2023, 12),),
        (reading,),
        tuple(sorted(numbers, key=lambda use: use.start)),
        tuple(made),
    )


def _fact(text: str, sha256: str, name: str, reading: RegionReading, fields: dict[str, object]) -> Fact:
    number = str(fields["number"])
    start = text.index(number)
    end = start + len(number)
    defaults: dict[str, object] = {
        "value_high": None, "measure": Measure.LEVEL, "bound": Bound.EXACT, "status": Status.ACTUAL, "period": None,
        "level": None, "sector": None, "scope": None, "locator": None, "confidence": 0.9, "flags": (),
        "region": reading.adcode, "region_name": reading.name, "region_basis": reading.basis,
        "region_evidence": reading.evidence,
        "sentence": next(line for line in text.split("\n") if number in line),
    }  # fmt: skip
    return Fact(
        id=fact_id(sha256, start, end, 0), source=name, report=0, start=start, end=end, **{**defaults, **fields}
    )


def _figure(fact: Fact) -> Figure:
    return Figure(
        fact.start, fact.end, fact.number, NumberClass.QUANTITY, "", fact.value, fact.value_high, fact.unit, "x",
        fact.bound, fact.measure,
    )  # fmt: skip
