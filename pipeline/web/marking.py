"""A report's text as HTML: every figure marked by what became of it, every edit shown where it was made.

The text is the text layer, cut at the paragraphs that cleaning kept. Everything that comes from a source is escaped
here, and nowhere trusted.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from markupsafe import Markup, escape

_EDGE = Markup("")


class MarkedFigure(NamedTuple):
    """A number of the text layer. ``facts`` are the ids of the facts made of it, ``planned`` says that all are."""

    number: int
    start: int
    end: int
    used: str
    reason: str
    facts: tuple[str, ...] = ()
    planned: bool = False
    title: str = ""


class MarkedEdit(NamedTuple):
    """A change of the text layer: ``after`` is read in place of ``[start:end]``."""

    kind: str
    start: int
    end: int
    after: str


class MarkedParagraph(NamedTuple):
    """A paragraph that cleaning kept, by its span in the text layer; ``kind`` and ``depth`` are the model's."""

    kind: str
    depth: int
    start: int
    end: int
    report: int | None


class Marking(NamedTuple):
    """How figures and edits are named and linked. ``plain_edits``: those that only change how a text is written."""

    link: Callable[[str], str]
    edit_name: Callable[[str], str]
    dropped_words: Callable[[int, str], str]
    plain_edits: frozenset[str]
    figure_link: Callable[[int], str] | None = None
    """Where a number leads that no fact was made of; None: nowhere."""


class Stretch(NamedTuple):
    """A piece of the page. ``kind`` is that of a paragraph, or ``dropped`` for what lies between paragraphs."""

    kind: str
    depth: int
    report: int | None
    start: int
    html: Markup


class _Text(NamedTuple):
    layer: str
    figures: Sequence[MarkedFigure]
    edits: Sequence[MarkedEdit]
    marking: Marking


def marked_stretches(
    layer: str,
    paragraphs: Sequence[MarkedParagraph],
    figures: Sequence[MarkedFigure],
    edits: Sequence[MarkedEdit],
    marking: Marking,
) -> Iterator[Stretch]:
    """The text in order, in stretches; put together they hold every character of the layer.

    ``paragraphs``, ``figures`` and ``edits`` are in the order of their starts; where two overlap, the later one gives
    way.
    """
    text = _Text(layer, figures, edits, marking)
    at, told = 0, False
    for paragraph in paragraphs:
        start, end = max(at, paragraph.start), max(at, paragraph.end)
        yield from _between(text, at, start)
        if end > start:
            html = _marked(text, start, end, first=not (told and start == at), last=True)
            yield Stretch(paragraph.kind, paragraph.depth, paragraph.report, start, html)
            told = True
        at = end
    yield from _between(text, at, len(layer))


def _between(text: _Text, start: int, end: int) -> Iterator[Stretch]:
    """What lies between two paragraphs and isn't blank: dropped by cleaning, but there to be looked at."""
    if not text.layer[start:end].strip():
        return
    first = bisect_left(text.edits, start, key=lambda edit: edit.end)
    names: list[str] = []
    for edit in text.edits[first:]:
        if edit.start >= end:
            break
        name = text.marking.edit_name(edit.kind)
        if edit.end > start and text.layer[edit.start : edit.end].strip() and name not in names:
            names.append(name)
    words = text.marking.dropped_words(len(text.layer[start:end].strip()), ", ".join(names))
    inner = _marked(text, start, end, first=start == 0, last=end == len(text.layer))
    html = Markup('<details><summary>{}</summary><div class="dropped-text">{}</div></details>').format(words, inner)
    yield Stretch("dropped", 0, None, start, html)


def _marked(text: _Text, start: int, end: int, *, first: bool, last: bool) -> Markup:
    """``[start:end]`` of the layer with its figures and edits. ``first``, ``last``: what is put in right at its start
    or end belongs to it.
    """
    parts: list[Markup] = []
    at = start
    index = bisect_left(text.figures, start, key=lambda figure: figure.start)
    for figure in text.figures[index:]:
        if figure.start >= end:
            break
        low, high = max(at, figure.start), max(at, min(end, figure.end))
        if low > at:
            parts.append(_edited(text, at, low, first=first or at > start))
        opens = first if low == start else True
        parts.append(_figure(figure, _edited(text, low, high, first=opens and high > low), text.marking))
        at = high
    opens = first if at == start else at < end
    parts.append(_edited(text, at, end, first=opens, last=last))
    return Markup("").join(parts)


def _figure(figure: MarkedFigure, inner: Markup, marking: Marking) -> Markup:
    if not figure.facts:
        if marking.figure_link is not None:
            inner = Markup('<a href="{}">{}</a>').format(marking.figure_link(figure.number), inner)
        return Markup('<mark class="fig {}" id="fig-{}" data-figure="{}" data-reason="{}" title="{}">{}</mark>').format(
            figure.used, figure.number, figure.number, figure.reason, figure.title, inner
        )
    for fact in figure.facts[1:]:
        inner = Markup('<span id="fact-{}">{}</span>').format(fact, inner)
    first = figure.facts[0]
    return Markup(
        '<mark class="fig fact{}" id="fig-{}" data-figure="{}" data-fact="{}">'
        '<a id="fact-{}" href="{}" title="{}">{}</a></mark>'
    ).format(
        " planned" if figure.planned else "", figure.number, figure.number, " ".join(figure.facts), first,
        marking.link(first), figure.title, inner,
    )  # fmt: skip


def _edited(text: _Text, start: int, end: int, *, first: bool, last: bool = False) -> Markup:
    """``[start:end]`` of the layer with its edits; ``first`` and ``last`` as in :func:`_marked`.

    Of an edit that reaches over an end, what lies inside is shown, and what is read instead where it ends.
    """
    parts: list[Markup] = []
    at = start
    index = bisect_left(text.edits, start, key=lambda edit: edit.end)
    for edit in text.edits[index:]:
        if edit.start > end:
            break
        put_in = edit.start == edit.end
        if put_in and edit.start in (start, end):
            if not ((first and edit.start == start) or (last and edit.start == end)):
                continue
        elif edit.start == end or edit.end == start:
            continue
        low, high = max(at, edit.start), max(at, min(end, edit.end))
        parts.append(escape(text.layer[at:low]))
        parts.append(_edit(text.layer[low:high], edit.after if edit.end <= end else "", edit.kind, text.marking))
        at = high
    parts.append(escape(text.layer[at:end]))
    return Markup("").join(parts)


def _edit(before: str, after: str, kind: str, marking: Marking) -> Markup:
    if kind in marking.plain_edits:
        name = "plain" if before.strip() or after.strip() else "layout"
    else:
        name = "mend" if after else "drop"
    told = marking.edit_name(kind)
    html = Markup('<del class="{}" title="{}">{}</del>').format(name, told, before) if before else _EDGE
    if after:
        html += Markup('<ins class="{}" title="{}">{}</ins>').format(name, f"{told}: {before}", after)
    return html
