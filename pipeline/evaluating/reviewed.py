"""How the program reads, today, the numbers that people have decided on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from pipeline.decisions import FIELDS, Action, Decision, place_of
from pipeline.evaluating.intervals import wilson
from pipeline.model import Extraction, Fact


class Judged(NamedTuple):
    """A decision held against a reading: ``found`` indicator, measure and value, ``whole`` every field as decided.

    A rejected reading is right where it isn't made any more.
    """

    indicator: str
    found: bool
    whole: bool


class Accuracy(NamedTuple):
    """How many reviewed facts are read rightly, with 95% intervals (Wilson); ``name``: an indicator, or all."""

    name: str
    reviewed: int
    found: int
    found_interval: tuple[float, float]
    whole: int
    whole_interval: tuple[float, float]


_FOUND = ("indicator", "value", "value_high", "measure")


def judge(extraction: Extraction, decisions: Iterable[Decision]) -> Iterator[Judged]:
    """Each decision on a source against what is read of it; one whose text isn't there is none of it."""
    for decision in decisions:
        span = place_of(extraction.source.layer.text, decision)
        if span is None:
            continue
        facts = [fact for fact in extraction.facts if fact.start < span[1] and fact.end > span[0]]
        if decision.do is Action.REJECT:
            gone = not any(_agrees(fact, decision, ("indicator", "measure")) for fact in facts)
            yield Judged(decision.fact.indicator, gone, gone)
        else:
            found = any(_agrees(fact, decision, _FOUND) for fact in facts)
            whole = any(_agrees(fact, decision, FIELDS) for fact in facts)
            yield Judged(decision.fact.indicator, found, whole)


def _agrees(fact: Fact, decision: Decision, fields: Sequence[str]) -> bool:
    return all(getattr(fact, name) == getattr(decision.fact, name) for name in fields)


def accuracy(judged: Iterable[Judged]) -> list[Accuracy]:
    """The accuracy over all (``all``) and of each indicator, from most reviewed to least; empty where none are."""
    groups: dict[str, list[Judged]] = defaultdict(list)
    every = list(judged)
    for each in every:
        groups[each.indicator].append(each)
    rows = sorted((_row(name, group) for name, group in groups.items()), key=lambda row: (-row.reviewed, row.name))
    return [_row("all", every), *rows] if every else []


def _row(name: str, group: Sequence[Judged]) -> Accuracy:
    number = len(group)
    found, whole = sum(each.found for each in group), sum(each.whole for each in group)
    return Accuracy(name, number, found, wilson(found / number, number), whole, wilson(whole / number, number))
