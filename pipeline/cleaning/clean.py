"""A source to its clean text: the steps in their order."""

from __future__ import annotations

import re
from functools import cache

from pipeline.cleaning import characters
from pipeline.cleaning.damage import damaged
from pipeline.cleaning.data import mending
from pipeline.cleaning.digits import misread_digits
from pipeline.cleaning.edits import Draft
from pipeline.cleaning.lines import Line, split_lines
from pipeline.cleaning.lost import lost
from pipeline.cleaning.marks import misread_quotes, misread_stops
from pipeline.cleaning.misread import misread_units, misread_words
from pipeline.cleaning.noise import judge
from pipeline.cleaning.paragraphs import assemble, paragraphs_of
from pipeline.cleaning.readings import readings
from pipeline.cleaning.script import script
from pipeline.cleaning.sums import misread_in_sums
from pipeline.mapped import Change
from pipeline.model import CleanText, Source


def clean_source(source: Source) -> CleanText:
    """The clean text of a source: noise dropped, damage mended where what is meant is certain.

    Every change is in ``edits``; applied to the layer (:func:`pipeline.cleaning.replay`) they give the clean text.
    Lines dropped as ``metadata`` (source, date, document number) are told from ``noise: ...`` by the edit's kind.
    """
    draft, lines = prepared(source)
    verdicts = judge(draft.text, lines)
    plan = assemble(draft.text, lines, verdicts)
    draft.apply(plan.changes, plan.kinds)
    draft.apply(misread_stops(draft.text), "misread mark")
    draft.apply(misread_digits(draft.text), "repaired digit")
    draft.apply(misread_in_sums(draft.text), "repaired by a sum")
    draft.apply(misread_units(draft.text), "repaired unit")
    draft.apply(characters.points(draft.mapped, draft.layer), "width")
    draft.apply(characters.blanks_in_numbers(draft.text), "blank in a number")
    draft.apply(misread_words(draft.text), "misread character")
    draft.apply(misread_quotes(draft.text), "quotation mark")
    edits = draft.edits()
    marks = damaged(draft.layer, draft.mapped, edits)
    if marks:
        edits = tuple(sorted((*edits, *marks), key=lambda edit: (edit.start, edit.end)))
    return CleanText(draft.mapped, paragraphs_of(draft.mapped, plan, lines), edits)


def prepared(source: Source) -> tuple[Draft, list[Line]]:
    """The text of a source with its characters mended, and its lines, before any is judged."""
    draft = Draft(source.layer.text)
    draft.apply(characters.line_ends(draft.text), "line end")
    draft.apply(characters.entities(draft.text), "entity")
    draft.apply(characters.invisible(draft.text), "invisible character")
    draft.apply(characters.radicals(draft.text), "radical")
    draft.apply(lost(draft.text), "lost character")
    draft.apply(characters.tags(draft.text), "tag")
    draft.apply(readings(draft.text), "reading in brackets")
    draft.apply(characters.doubled(draft.text), "doubled mark")
    draft.apply(script(draft.text), "script")
    draft.apply(*_inline(draft.text))
    unfolded = draft.text
    draft.apply(characters.width(draft.text), "width")
    return draft, split_lines(source, draft.mapped, unfolded)


_PROSE = 60


@cache
def _inline_patterns() -> tuple[tuple[str, re.Pattern[str], int], ...]:
    return tuple(
        (entry.reason, re.compile(entry.pattern, re.MULTILINE), _PROSE if entry.prose_only else 1)
        for entry in mending().inline
    )


def _inline(text: str) -> tuple[list[Change], list[str]]:
    """What stands inside a line of running text and does not belong there."""
    found = sorted(
        (match.start(), match.end(), reason)
        for reason, pattern, rest in _inline_patterns()
        for match in pattern.finditer(text)
        if match.end() - match.start() + rest <= _line_length(text, match.start(), match.end())
    )
    changes, kinds, at = [], [], 0
    for start, end, reason in found:
        if start >= at:
            changes.append(Change(start, end, ""))
            kinds.append(f"noise: {reason}")
            at = end
    return changes, kinds


def _line_length(text: str, start: int, end: int) -> int:
    low = text.rfind("\n", 0, start) + 1
    high = text.find("\n", end)
    return len(text[low : high if high >= 0 else None].strip())
