"""The card of the linker: what it learned from, how well it reads, what each part adds, how far it can be trusted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Measured:
    """Precision, recall and F1 of the figures' readings at a threshold, by documents that training had not seen."""

    threshold: float
    precision: float
    recall: float
    f1: float


@dataclass(frozen=True, slots=True)
class Study:
    """What cross-validation by document found.

    ``reliability`` holds for each tenth of probability what the model said, what share came true, and of how many;
    ``error`` is the expected calibration error.
    """

    documents: int
    gold: int
    candidates: int
    measured: tuple[Measured, ...]
    chosen: Measured
    reliability: list[tuple[float, float, int]]
    error: float


def write_card(study: Study, ablations: Mapping[str, float]) -> str:
    """The card as Markdown."""
    taken = {True: " taken", False: ""}
    rows = "\n".join(
        f"| {m.threshold:.1f} | {m.precision:.3f} | {m.recall:.3f} | {m.f1:.3f} |{taken[m is study.chosen]}"
        for m in study.measured
    )
    parts = "\n".join(f"| {name} | {f1:.3f} | {f1 - study.chosen.f1:+.3f} |" for name, f1 in ablations.items())
    sure = "\n".join(f"| {said:.2f} | {true:.2f} | {count} |" for said, true, count in study.reliability)
    return _CARD.format(
        documents=study.documents, gold=study.gold, candidates=study.candidates, rows=rows,
        parts=parts, sure=sure, error=study.error,
    )  # fmt: skip


_CARD = """# Linker

A logistic regression that decides which indicator a figure measures, if any: it is asked about each candidate that the
cue words of the catalogue and the figure before leave open, and the likeliest is taken where it is likely enough. Its
calibrated probability is the confidence of the fact.

| | |
|---|---|
| Features | `pipeline/facts/features.py`: rules, way to the head noun, figure before, unit, words and signs around |
| Documents | {documents} of `corpora/labelled` and `corpora/samples`, {gold} gold facts, {candidates} candidates |
| File | `linker.json`: plain numbers in the units of the features |
| Made by | `make models`; the same documents give the same bytes |

Readings of figures, each document by a model that never saw it (recall counts gold facts whose number was never read as
a figure, too; the threshold is in log-odds):

| threshold | precision | recall | F1 |
|---|---|---|---|
{rows}

What each part adds, and what more documents would (best F1 by the same measure, and the difference):

| | F1 | |
|---|---|---|
{parts}

How sure it is, and how often it is right then (readings above the threshold; expected calibration error {error:.3f}):

| says | true | readings |
|---|---|---|
{sure}

`corpora/testing` is never learned from; `countyfacts evaluate` measures on it.

Limits: the documents were written for this project, by few hands, and the words of the catalogue were chosen with some
of them in sight.
"""
