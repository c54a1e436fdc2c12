"""One extraction as rows to look at: clean paragraphs, edits, and the fate of every number."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator

from pipeline.model import Extraction, NumberUse
from pipeline.store.rows import exact, paragraph_reports

_NEWLINE = re.compile(r"\r\n|\r|\n")

AUDIT_HEADINGS = ("line", "column", "number", "used", "indicator", "value", "unit", "start", "end", "facts", "reason")


def clean_paragraphs(extraction: Extraction) -> Iterator[dict[str, object]]:
    """A record for each paragraph: kind, text, text-layer span, report."""
    text = extraction.clean.text
    paragraphs = zip(extraction.clean.paragraphs, paragraph_reports(extraction), strict=True)
    for paragraph, report in paragraphs:
        yield {
            "kind": str(paragraph.kind),
            "text": text[paragraph.start : paragraph.end],
            "start": paragraph.layer_start,
            "end": paragraph.layer_end,
            "report": report,
        }


def edit_records(extraction: Extraction) -> Iterator[dict[str, object]]:
    """A record for each change that cleaning made."""
    for edit in extraction.clean.edits:
        yield {"kind": edit.kind, "start": edit.start, "end": edit.end, "before": edit.before, "after": edit.after}


def audit_rows(extraction: Extraction) -> Iterator[tuple[object, ...]]:
    """A row for each number, in the order of ``AUDIT_HEADINGS``; lines and columns count from 1."""
    lines = LineIndex(extraction.source.layer.text)
    facts = {fact.id: fact for fact in extraction.facts}
    for use in extraction.numbers:
        line, column = lines.place(use.start)
        made = [facts[fact] for fact in use.fact_ids if fact in facts]
        indicators = " ".join(dict.fromkeys(fact.indicator for fact in made)) or None
        value, unit = _value(use)
        if made:
            value, unit = exact(made[0].value), made[0].unit
        yield (
            line, column, use.number, use.used, indicators, value, unit, use.start, use.end,
            " ".join(use.fact_ids) or None, use.reason,
        )  # fmt: skip


class LineIndex:
    """Where characters of a text are by line and column, both from 1. Lines end at LF, CR or CRLF."""

    def __init__(self, text: str) -> None:
        self._starts = [0, *(match.end() for match in _NEWLINE.finditer(text))]

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column of the character at ``offset``."""
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1


def _value(use: NumberUse) -> tuple[str | None, str | None]:
    return (None, None) if use.figure is None else (exact(use.figure.value), use.figure.unit)
