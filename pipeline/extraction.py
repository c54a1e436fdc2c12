"""The whole way from bytes to facts for one source: the stages, one after the other."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from pipeline.checks import check_source, with_flags
from pipeline.cleaning import clean_source
from pipeline.decimals import plain_number
from pipeline.facts import Explained, explain_figure, link_figures
from pipeline.figures import Reference, find_figures, find_periods, has_number
from pipeline.model import (
    Block,
    CleanText,
    Extraction,
    Fact,
    Figure,
    Link,
    NumberUse,
    Period,
    RegionBasis,
    RegionReading,
    RegionZone,
    Report,
    Source,
    fact_id,
)
from pipeline.places import locate, place_heads
from pipeline.reading import read_source
from pipeline.resources.catalogue import load_catalogue
from pipeline.structure import split_reports
from pipeline.tables import Span, Table, read_tables

_NOWHERE = RegionReading(None, None, RegionBasis.UNKNOWN)


def extract_source(
    data: bytes, name: str, *, region: str | None = None, hints: Mapping[str, str] | None = None
) -> Extraction:
    """Everything that can be read out of one source.

    ``name`` is its path or address as the user knows it; ``region`` an adcode where the user says which region it is
    about, ``hints`` what is known of it from outside (``Source.hints``). Raises Refused where the bytes can't be read.
    The same arguments give the same result.
    """
    return extract_layer(read_source(data, name, hints), region=region)


def extract_layer(source: Source, *, region: str | None = None) -> Extraction:
    """Everything that can be read out of a source whose text layer is there already; as :func:`extract_source`."""
    seen = _see(source, region)
    clean, reports, tables, figures = seen.clean, seen.reports, seen.tables, seen.figures
    titles = {
        report.index: find_periods(report.title or "", Reference(report.year, report.month)) for report in reports
    }
    links = link_figures(clean, reports, figures, seen.periods, titles, tables, seen.heads)
    owners = _Owners(reports)
    facts = tuple(_facts(source, clean, owners, seen.readings, seen.zones, links))
    numbers = tuple(_numbers(source, clean, owners, figures, facts))
    flags = check_source(source.layer.text, clean, reports, tables, numbers, facts)
    return Extraction(source, clean, reports, seen.readings, numbers, with_flags(facts, flags), flags)


class _Seen(NamedTuple):
    """What the stages before the linking make of a source. ``heads``: the headings of tables that are regions."""

    clean: CleanText
    reports: tuple[Report, ...]
    tables: tuple[Table, ...]
    readings: tuple[RegionReading, ...]
    zones: tuple[RegionZone, ...]
    periods: tuple[Period, ...]
    figures: tuple[Figure, ...]
    heads: frozenset[Span]


def _see(source: Source, region: str | None) -> _Seen:
    clean = clean_source(source)
    reports = split_reports(source, clean)
    tables = read_tables(clean)
    readings, zones = locate(source, clean, reports, region, tables)
    periods = read_periods(clean, reports)
    figures = find_figures(clean.text, periods, tables)
    regions = {reading.adcode for reading in readings}
    heads = place_heads(clean.text, tables, regions.pop() if len(regions) == 1 else None)
    return _Seen(clean, reports, tables, readings, zones, periods, figures, heads)


def explain_number(data: bytes, name: str, at: int) -> list[Explained]:
    """Why the number at ``at`` of a source's text layer was read as it was: its candidates, the likeliest first.

    Raises Refused where the bytes can't be read.
    """
    seen = _see(read_source(data, name), None)
    title = seen.reports[0].title if len(seen.reports) == 1 else None
    place = seen.clean.mapped.find(at)
    return explain_figure(seen.clean, seen.figures, place, seen.tables, seen.periods, seen.heads, title or "")


def read_periods(clean: CleanText, reports: Sequence[Report]) -> tuple[Period, ...]:
    """The periods of the clean text in order, each counted from the moment of the report it stands in."""
    found: list[Period] = []
    for report in reports:
        reference = Reference(report.year, report.month)
        for start, end in report.spans:
            for period in find_periods(clean.text[start:end], reference):
                found.append(period._replace(start=period.start + start, end=period.end + start))
    return tuple(sorted(found, key=lambda period: period.start))


def notes_on(extraction: Extraction) -> tuple[str, ...]:
    """What a user should know of how a source was read, in words; empty where there is nothing."""
    notes = []
    if any(report.tangled for report in extraction.reports):
        notes.append(
            f"pages of its {len(extraction.reports)} reports seem to lie between one another's; it is too large to be "
            "untangled, so figures may stand under another report's region: split it into smaller files"
        )
    if unread := extraction.source.hints.get("unread_pages"):
        notes.append(f"pages that are pictures without text were not read ({unread}); make ocr installs what does")
    return tuple(notes)


class _Owners:
    """Which report a place of the clean text belongs to."""

    def __init__(self, reports: Sequence[Report]) -> None:
        self.reports = tuple(reports)
        self._spans = sorted((start, end, report.index) for report in reports for start, end in report.spans)
        self._starts = [span[0] for span in self._spans]

    def of(self, at: int) -> int:
        """The index of the report that holds the place; that of the nearest before it, or the first."""
        return self._spans[max(0, bisect_right(self._starts, at) - 1)][2] if self._spans else 0


_UNSURE_BEFORE, _UNSURE_BEHIND = 20, 40
"""Where pages of reports lie between one another's, most joints are found to within so many characters; a joint errs to
the front, for it is laid at the first place that both pages could meet at."""


class _Joints:
    """Where the pages of one report break off into those of another."""

    def __init__(self, reports: Sequence[Report]) -> None:
        later = {start for report in reports for start, _ in report.spans[1:]}
        after = {end for report in reports if len(report.spans) > 1 for _, end in report.spans[:-1]}
        self._places = sorted(later | after)

    def near(self, at: int) -> bool:
        """Whether a joint is so near that the place may belong to the report on its other side."""
        index = bisect_right(self._places, at)
        return any(
            -_UNSURE_BEFORE <= at - place <= _UNSURE_BEHIND for place in self._places[max(0, index - 1) : index + 1]
        )


def _regions_at(
    at: int, report: int, readings: Sequence[RegionReading], zones: Sequence[RegionZone], joints: _Joints
) -> tuple[RegionReading, ...]:
    """The region a figure is about, or each of several; of a report whose region is inferred, none so near to a joint
    with another's.
    """
    index = bisect_right(zones, at, key=lambda zone: zone.start) - 1
    if index >= 0 and zones[index].start <= at < zones[index].end:
        return zones[index].reading, *zones[index].others
    if report >= len(readings):
        return (_NOWHERE,)
    reading = readings[report]
    if reading.basis is RegionBasis.INFERRED and joints.near(at):
        evidence = (*reading.evidence, "too near a joint of two reports")
        return (RegionReading(None, None, RegionBasis.UNKNOWN, evidence),)
    return (reading,)


def _facts(
    source: Source, clean: CleanText, owners: _Owners, readings: Sequence[RegionReading],
    zones: Sequence[RegionZone], links: Sequence[Link],
) -> Iterator[Fact]:  # fmt: skip
    parts: dict[tuple[int, int], int] = {}
    joints = _Joints(owners.reports)
    block_starts = [block.start for block in source.layer.blocks]
    catalogue = load_catalogue()
    for link in links:
        start, end = clean.mapped.span(link.figure.start, link.figure.end)
        report = owners.of(link.figure.start)
        block = _holding(source.layer.blocks, bisect_right(block_starts, start) - 1, start)
        for region in _regions_at(link.figure.start, report, readings, zones, joints):
            part = parts[start, end] = parts.get((start, end), -1) + 1
            yield Fact(
                id=fact_id(source.sha256, start, end, part), source=source.name, report=report,
                indicator=link.indicator, value=link.value, value_high=link.value_high,
                unit=catalogue.indicators[link.indicator].unit, measure=link.measure, bound=link.bound,
                status=link.status, period=link.period, level=link.level, sector=link.sector, region=region.adcode,
                region_name=region.name, region_basis=region.basis, region_evidence=region.evidence,
                number=source.layer.text[start:end], scope=link.scope, start=start, end=end,
                locator=_locator(block) if block else None,
                sentence=_sentence(clean, link), confidence=link.confidence, flags=_flags(source, start, end),
            )  # fmt: skip


def _flags(source: Source, start: int, end: int) -> tuple[str, ...]:
    """``ocr_doubt`` for a number with a character that the OCR isn't sure of."""
    doubtful = source.layer.doubtful
    index = bisect_right(doubtful, start, key=lambda span: span[1])
    return ("ocr_doubt",) if index < len(doubtful) and doubtful[index][0] < end else ()


def _sentence(clean: CleanText, link: Link) -> str:
    return link.told or clean.text[link.sentence[0] : link.sentence[1]].strip()


def _holding(blocks: Sequence[Block], index: int, at: int) -> Block | None:
    """The block at ``index`` if the place is within it; what stands between tables of a plain text is in none."""
    return blocks[index] if index >= 0 and at < blocks[index].end else None


def _locator(block: Block) -> str | None:
    """Where in the file a block stands; tables, rows and columns count from 1."""
    if block.locator or not block.cell:
        return block.locator
    return f"table {block.cell.table + 1} row {block.cell.row + 1} column {block.cell.column + 1}"


def _numbers(
    source: Source, clean: CleanText, owners: _Owners, figures: Sequence[Figure], facts: Sequence[Fact]
) -> Iterator[NumberUse]:
    """Every number of the layer in order: those of the clean text, and those in lines that cleaning dropped."""
    made: dict[tuple[int, int], list[str]] = {}
    for fact in facts:
        made.setdefault((fact.start, fact.end), []).append(fact.id)
    uses = list(_dropped_numbers(source, clean))
    for figure in figures:
        start, end = clean.mapped.span(figure.start, figure.end)
        ids = tuple(made.get((start, end), ()))
        used = "fact" if ids else figure.number_class.value
        reason = figure.reason if ids or figure.value is None else f"{figure.reason}; fits no indicator"
        number = source.layer.text[start:end]
        uses.append(NumberUse(start, end, number, owners.of(figure.start), figure, used, reason, ids))
    return iter(sorted(uses, key=lambda use: (use.start, use.end)))


def _dropped_numbers(source: Source, clean: CleanText) -> Iterator[NumberUse]:
    for edit in clean.edits:
        if edit.after or not has_number(edit.before):
            continue
        for figure in find_figures(edit.before):
            start = edit.start + figure.start
            end = edit.start + figure.end
            yield NumberUse(
                start, end, source.layer.text[start:end], None, None, "dropped", f"in a part dropped as {edit.kind}"
            )


def fact_record(fact: Fact) -> dict[str, object]:
    """A fact as the fields of one line of ``extract``, in their order; decimals as JSON numbers."""
    return {
        "id": fact.id,
        "source": fact.source,
        "report": fact.report,
        "indicator": fact.indicator,
        "value": plain_number(fact.value),
        "value_high": None if fact.value_high is None else plain_number(fact.value_high),
        "unit": fact.unit,
        "measure": fact.measure.value,
        "bound": fact.bound.value,
        "status": fact.status.value,
        "period": fact.period,
        "level": fact.level.value if fact.level else None,
        "sector": fact.sector.value if fact.sector else None,
        "region": fact.region,
        "region_name": fact.region_name,
        "region_basis": fact.region_basis.value,
        "number": fact.number,
        "scope": fact.scope,
        "start": fact.start,
        "end": fact.end,
        "locator": fact.locator,
        "sentence": fact.sentence,
        "confidence": fact.confidence,
        "flags": list(fact.flags),
    }
