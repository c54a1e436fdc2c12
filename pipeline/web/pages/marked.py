"""A source's text with its marks in the words of the page."""

from __future__ import annotations

from pipeline.web.marking import MarkedFigure, Marking, Stretch, marked_stretches
from pipeline.web.pages.source import SourcePage
from pipeline.web.words import Tongue, load_wording


def marked_source(view: SourcePage, tongue: Tongue, *, queue: str = "", linked: bool = False) -> list[Stretch]:
    """The stretches of a part of a source, figures named by what became of them.

    ``linked``: those that are no facts are links too; ``queue`` is kept in all of them.
    """
    address = f"/source/{view.id}"
    made: dict[tuple[int, int], list[int]] = {}
    for number, fact in enumerate(view.facts):
        made.setdefault((fact.start - view.offset, fact.end - view.offset), []).append(number)
    figures = [_named(figure, made.get((figure.start, figure.end), []), view, tongue) for figure in view.figures]
    marking = Marking(
        link=lambda fact: tongue.url(address, fact=fact, queue=queue) + f"#fact-{fact}",
        edit_name=lambda kind: tongue.kind("edits", kind),
        dropped_words=lambda count, kinds: tongue.say("dropped", count=count, kinds=kinds or tongue.say("unnamed")),
        figure_link=(lambda n: tongue.url(address, figure=n, queue=queue) + f"#fig-{n}") if linked else None,
        plain_edits=frozenset(load_wording().plain_edits),
    )
    return list(marked_stretches(view.layer, view.paragraphs, figures, view.edits, marking))


def _named(figure: MarkedFigure, numbers: list[int], view: SourcePage, tongue: Tongue) -> MarkedFigure:
    if not numbers:
        return figure._replace(title=f"{tongue.kind('classes', figure.used)}: {figure.reason}")
    facts = [view.facts[number] for number in numbers]
    told = []
    for fact in facts:
        parts = [
            tongue.indicator(fact.indicator_zh, fact.indicator), f"{tongue.amount(fact)} {tongue.unit(fact)}",
            tongue.period(fact.period), fact.region_name or "", tongue.word("level", fact.level),
            tongue.word("status", fact.status),
        ]  # fmt: skip
        told.append(" · ".join(part for part in parts if part))
    return figure._replace(
        facts=tuple(fact.id for fact in facts),
        planned=all(fact.status == "planned" for fact in facts),
        title="\n".join(told),
    )
