"""One source as rows of the database: what crosses from a worker to the writer. Plain tuples, no connection needed."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from pipeline.model import Extraction, Fact, NumberUse
from pipeline.store.flags import flag_row
from pipeline.store.periods import period_bounds
from pipeline.store.words import spaced

Cell = str | int | float | None
Row = tuple[Cell, ...]

FACT_COLUMNS = (
    "id", "source", "report", "figure", "indicator", "value", "value_high", "value_exact", "value_high_exact", "unit",
    "measure", "bound", "status", "period", "period_start", "period_end", "level", "sector", "region", "region_name",
    "region_basis", "region_evidence", "number", "scope", "start", "end", "locator", "sentence", "confidence", "flags",
)  # fmt: skip

SOURCE_ID_DIGITS = 16

_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


@dataclass(frozen=True, slots=True)
class SourceRows:
    """All rows of one source, by table, in the order of the columns there (without those the writer fills in)."""

    id: str
    sha256: str
    size: int
    kind: str
    encoding: str
    hints: str
    layer: str
    damage: float
    region_told: str | None
    edits: tuple[Row, ...]
    reports: tuple[Row, ...]
    paragraphs: tuple[Row, ...]
    figures: tuple[Row, ...]
    facts: tuple[Row, ...]
    flags: tuple[Row, ...]
    words: tuple[str, ...]
    """The text of each paragraph as it is indexed; :func:`words_of` makes it."""
    signature: bytes | None
    """By which near duplicates are found; :func:`signature_of` makes it."""

    def counts(self) -> tuple[int, int, int]:
        """How many reports, figures and facts."""
        return len(self.reports), len(self.figures), len(self.facts)


def source_id(sha256: str) -> str:
    """The identity of a source in the database: the first 16 digits of the SHA-256 of its bytes."""
    return sha256[:SOURCE_ID_DIGITS]


def rows_of(extraction: Extraction, *, region_told: str | None = None) -> SourceRows:
    """The rows of a source. ``region_told`` is the region the user gave for it, if any.

    Raises ValueError where a fact's span doesn't hold its number: such a source must not be stored.
    """
    source = extraction.source
    layer = source.layer.text
    for fact in extraction.facts:
        if layer[fact.start : fact.end] != fact.number:
            raise ValueError(f"the span {fact.start}:{fact.end} doesn't hold the number {fact.number!r}")
    key = source_id(source.sha256)
    paragraphs = _paragraphs(extraction, key)
    return SourceRows(
        id=key,
        sha256=source.sha256,
        size=source.size,
        kind=source.kind,
        encoding=source.encoding,
        hints=_json(dict(sorted(source.hints.items()))),
        layer=layer,
        damage=_damage(extraction),
        region_told=region_told,
        edits=tuple((key, n, e.kind, e.start, e.end, e.after) for n, e in enumerate(extraction.clean.edits)),
        reports=_reports(extraction, key),
        paragraphs=paragraphs,
        figures=tuple(_figure(use, n, key) for n, use in enumerate(extraction.numbers)),
        facts=_facts(extraction, key),
        flags=tuple(flag_row(flag, key, n, across=False) for n, flag in enumerate(extraction.flags)),
        words=words_of(paragraphs),
        signature=signature_of(paragraphs),
    )


def words_of(paragraphs: Iterable[Row]) -> tuple[str, ...]:
    """The text of rows of paragraphs as it is indexed: made by workers, for the one writer has enough to do."""
    return tuple(spaced(str(row[-1])) for row in paragraphs)


def signature_of(paragraphs: Iterable[Row]) -> bytes | None:
    """The signature of the text that rows of paragraphs make; None where it is too short."""
    from pipeline.cleaning.duplicates import signature  # noqa: PLC0415 - the writer needs none of it

    return signature("\n".join(str(row[-1]) for row in paragraphs))


def _reports(extraction: Extraction, key: str) -> tuple[Row, ...]:
    return tuple(
        (key, report.index, report.title, report.publisher, report.published, report.year, report.month,
         reading.adcode, reading.name, str(reading.basis), _json(reading.evidence))
        for report, reading in zip(extraction.reports, extraction.regions, strict=True)
    )  # fmt: skip


def paragraph_reports(extraction: Extraction) -> list[int | None]:
    """The index of the report that each paragraph of the clean text belongs to; None where it is in none."""
    spans = sorted((start, end, report.index) for report in extraction.reports for start, end in report.spans)
    found: list[int | None] = []
    at = 0
    for paragraph in extraction.clean.paragraphs:
        while at < len(spans) and spans[at][1] <= paragraph.start:
            at += 1
        inside = at < len(spans) and spans[at][0] < max(paragraph.end, paragraph.start + 1)
        found.append(spans[at][2] if inside else None)
    return found


def _paragraphs(extraction: Extraction, key: str) -> tuple[Row, ...]:
    text = extraction.clean.text
    rows = zip(extraction.clean.paragraphs, paragraph_reports(extraction), strict=True)
    return tuple(
        (key, number, report, str(p.kind), p.depth, p.layer_start, p.layer_end, text[p.start : p.end])
        for number, (p, report) in enumerate(rows)
    )


def _figure(use: NumberUse, number: int, key: str) -> Row:
    figure = use.figure
    head = (key, number, use.report, use.start, use.end, use.number)
    if figure is None:
        return (*head, None, use.used, use.reason, None, None, None, None, None, None, None)
    return (
        *head, str(figure.number_class), use.used, use.reason, _real(figure.value), _real(figure.value_high),
        exact(figure.value), exact(figure.value_high), figure.unit, str(figure.bound), str(figure.measure),
    )  # fmt: skip


def _facts(extraction: Extraction, key: str) -> tuple[Row, ...]:
    figure_of = {fact: number for number, use in enumerate(extraction.numbers) for fact in use.fact_ids}
    return tuple(_fact(fact, figure_of.get(fact.id), key) for fact in extraction.facts)


def _fact(fact: Fact, figure: int | None, key: str) -> Row:
    start, end = period_bounds(fact.period)
    return (
        fact.id, key, fact.report, figure, fact.indicator, float(fact.value), _real(fact.value_high), exact(fact.value),
        exact(fact.value_high), fact.unit, str(fact.measure), str(fact.bound), str(fact.status), fact.period, start,
        end, _word(fact.level), _word(fact.sector), fact.region, fact.region_name, str(fact.region_basis),
        _json(fact.region_evidence), fact.number, fact.scope, fact.start, fact.end, fact.locator, fact.sentence,
        float(fact.confidence), _json(fact.flags),
    )  # fmt: skip


def _damage(extraction: Extraction) -> float:
    """How much of the source cleaning had to drop or mend: the share of its characters that lie in edits."""
    characters = len(extraction.source.layer.text)
    touched = sum(edit.end - edit.start for edit in extraction.clean.edits)
    return round(min(1.0, touched / characters), 4) if characters else 0.0


def exact(value: Decimal | None) -> str | None:
    """A decimal as it is kept: every digit, no exponent, no trailing zeros behind the point."""
    if value is None:
        return None
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def _real(value: Decimal | None) -> float | None:
    if value is None:
        return None
    real = float(value)
    if not math.isfinite(real):
        raise ValueError(f"the value {value} is too large to compute with")
    return real


def _word(value: object) -> str | None:
    return None if value is None else str(value)
