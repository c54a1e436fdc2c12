"""Numbers that people decided on as examples to learn from: as good as labelled ones, and only these of a document."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from pipeline.cleaning import clean_source
from pipeline.decisions import Action, Decision, DecisionFile, place_of
from pipeline.extraction import read_periods
from pipeline.facts import prose_figures, read_figures
from pipeline.figures import find_figures
from pipeline.learning.linker import Example, examples_of
from pipeline.model import Source
from pipeline.reading import read_source
from pipeline.structure import split_reports
from pipeline.tables import read_tables


def read_reviewed(decisions: DecisionFile) -> tuple[list[Example], int]:
    """The candidates of the figures that were decided on, and how many facts people said there are among them.

    Files that are no longer where they were, or are others now, and those in archives teach nothing.
    """
    examples: list[Example] = []
    wanted = 0
    for sha256, places in sorted(decisions.by_source.items()):
        own = [decisions.decisions[place] for place in places]
        data = _bytes(own[0].path, sha256)
        if data is None:
            continue
        wanted += sum(decision.do is not Action.REJECT for decision in own)
        examples += _examples(read_source(data, own[0].path), sha256, own)
    return examples, wanted


def _bytes(path: str, sha256: str) -> bytes | None:
    try:
        data = Path(path).read_bytes()
    except OSError:
        return None
    return data if hashlib.sha256(data).hexdigest() == sha256 else None


def _examples(source: Source, name: str, decisions: list[Decision]) -> Iterator[Example]:
    clean = clean_source(source)
    decided: list[tuple[int, int, Decision]] = []
    for decision in decisions:
        span = place_of(source.layer.text, decision)
        if span is not None:
            decided.append((clean.mapped.find(span[0]), clean.mapped.find(span[1]), decision))
    reports, tables = split_reports(source, clean), read_tables(clean)
    figures = find_figures(clean.text, read_periods(clean, reports), tables)
    for sentence, readings in read_figures(clean, prose_figures(figures, tables)):
        for reading in readings:
            own = [d for start, end, d in decided if reading.figure.start < end and start < reading.figure.end]
            if own:
                right = {(d.fact.indicator, d.fact.measure.value) for d in own if d.do is not Action.REJECT}
                yield from examples_of(name, sentence, reading, right)
