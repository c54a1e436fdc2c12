"""The model that decides which candidate a figure is read as: its examples, its training, its measures.

A logistic regression over :mod:`pipeline.facts.features`. It is kept as plain numbers in ``models/linker.json``, in the
units of the raw features, rounded, so that the same documents give the same bytes.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold
from sklearn.preprocessing import MaxAbsScaler

from pipeline.cleaning import clean_source
from pipeline.evaluating import GoldDocument, find_documents, read_jsonl
from pipeline.extraction import read_periods
from pipeline.facts import Reading, Sentence, dense_features, pair_features, read_figures
from pipeline.figures import find_figures, find_periods
from pipeline.learning.templates import Plain, make_sentences
from pipeline.mapped import Mapped
from pipeline.model import BlockKind, CleanText, Paragraph, Source
from pipeline.reading import read_source
from pipeline.structure import split_reports

LEAST = 3
"""Features that fewer examples have are left out."""
STRENGTH = 0.5
"""The inverse strength of the L2 penalty; of 0.1 to 4 it gave the best F1 by cross-validation."""
FOLDS = 6
THRESHOLDS = tuple(step / 100 for step in range(25, 60, 5))
THRESHOLD = 0.35
"""F1 is flat from 0.3 to 0.4 (see the card)."""
PLAIN = 600
"""Made sentences to learn from; 300 and 900 gave the same within 0.003."""
PLACES = 4
"""Weights are rounded to so many places; further ones change no decision."""

Vector = dict[str, float]
Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Example:
    """A candidate for a figure of a document: its features, and whether the gold facts have it."""

    document: str
    figure: int
    features: Vector
    right: bool


@dataclass(frozen=True, slots=True)
class Measured:
    """Precision, recall and F1 of the figures' readings at a threshold, by documents that training had not seen."""

    threshold: float
    precision: float
    recall: float
    f1: float


def read_examples(documents: Iterable[GoldDocument]) -> tuple[list[Example], int]:
    """The candidates of every figure in the documents, and how many gold facts the documents have."""
    examples: list[Example] = []
    wanted = 0
    for entry in documents:
        source = read_source(entry.document.read_bytes(), entry.document.name)
        clean = clean_source(source)
        gold = read_jsonl(entry.gold)
        wanted += len(gold)
        spans = [(*span, fact) for fact in gold if (span := locate_gold(source, clean, fact))]
        reports = split_reports(source, clean)
        figures = find_figures(clean.text, read_periods(clean, reports))
        for sentence, readings in read_figures(clean, figures):
            for reading in readings:
                right = _gold_of(reading, spans)
                examples += _examples_of(entry.name, sentence, reading, right)
    return examples, wanted


def plain_examples(sentences: Iterable[Plain]) -> list[Example]:
    """The candidates of every figure in made sentences; each sentence is a document of its own."""
    examples: list[Example] = []
    for index, plain in enumerate(sentences):
        paragraph = Paragraph(BlockKind.PARAGRAPH, 0, len(plain.text), 0, len(plain.text))
        clean = CleanText(Mapped.identity(plain.text), (paragraph,))
        figures = find_figures(plain.text, find_periods(plain.text))
        for sentence, readings in read_figures(clean, figures):
            for reading in readings:
                figure = reading.figure
                right = {
                    known
                    for start, end, all_known in plain.numbers
                    if figure.start < end and start < figure.end
                    for known in all_known
                }
                examples += _examples_of(f"plain {index}", sentence, reading, right)
    return examples


def _examples_of(document: str, sentence: Sentence, reading: Reading, right: set[tuple[str, str]]) -> list[Example]:
    found = []
    for candidate in reading.candidates:
        features = dict(dense_features(sentence, reading.setting, candidate))
        features.update(dict.fromkeys(pair_features(reading.setting, candidate), 1.0))
        known = (candidate.indicator, candidate.measure.value) in right
        found.append(Example(document, reading.figure.start, features, known))
    return found


def locate_gold(source: Source, clean: CleanText, fact: dict[str, Any]) -> tuple[int, int] | None:
    """Where a gold fact's number stands in the clean text; None where its context is not found."""
    context, number = fact["context"], fact["number"]
    at = source.layer.text.find(context)
    if at >= 0:
        start = at + context.find(number)
        return clean.mapped.find(start), clean.mapped.find(start + len(number))
    at = clean.text.find(context)
    if at < 0:
        return None
    start = at + context.find(number)
    return start, start + len(number)


def _gold_of(reading: Reading, spans: Sequence[tuple[int, int, dict[str, Any]]]) -> set[tuple[str, str]]:
    figure = reading.figure
    return {(f["indicator"], f["measure"]) for start, end, f in spans if figure.start < end and start < figure.end}


def _matrix(examples: Sequence[Example], names: Sequence[str]) -> csr_matrix:
    column = {name: index for index, name in enumerate(names)}
    rows, columns, values = [], [], []
    for row, example in enumerate(examples):
        for name, value in sorted(example.features.items()):
            if name in column and value:
                rows.append(row)
                columns.append(column[name])
                values.append(value)
    return csr_matrix((values, (rows, columns)), shape=(len(examples), len(names)))


def _names(examples: Sequence[Example]) -> list[str]:
    counts = Counter(name for example in examples for name, value in example.features.items() if value)
    return sorted(name for name, count in counts.items() if count >= LEAST)


def _fit(matrix: csr_matrix, right: Numbers) -> tuple[Numbers, float]:
    """Weights in the units of the raw features, and the intercept."""
    scaler = MaxAbsScaler().fit(matrix)
    model = LogisticRegression(C=STRENGTH, max_iter=1000, tol=1e-6).fit(scaler.transform(matrix), right)
    return np.asarray(model.coef_[0] / scaler.scale_), float(model.intercept_[0])


def cross_validate(examples: Sequence[Example], wanted: int, plain: Sequence[Example] = ()) -> list[Measured]:
    """Precision, recall and F1 at each threshold, each document read by a model that never saw it.

    The ``plain`` examples take part in learning every time and are never counted.
    """
    everything = [*examples, *plain]
    matrix = _matrix(everything, _names(everything))
    right = np.array([float(example.right) for example in everything])
    count = len(examples)
    groups = np.array([example.document for example in examples])
    scores = np.zeros(count)
    always = np.arange(count, len(everything))
    for learn, check in GroupKFold(FOLDS).split(matrix[:count], right[:count], groups):
        rows = np.concatenate([learn, always])
        weights, intercept = _fit(matrix[rows], right[rows])
        scores[check] = matrix[check] @ weights + intercept
    probabilities = 1 / (1 + np.exp(-scores))
    return [_measure(examples, probabilities, threshold, wanted) for threshold in THRESHOLDS]


def _measure(examples: Sequence[Example], probabilities: Numbers, threshold: float, wanted: int) -> Measured:
    best: dict[tuple[str, int], tuple[float, bool]] = {}
    for example, probability in zip(examples, probabilities, strict=True):
        key = (example.document, example.figure)
        if key not in best or probability > best[key][0]:
            best[key] = (float(probability), example.right)
    read = [right for probability, right in best.values() if probability >= threshold]
    precision, recall = sum(read) / max(1, len(read)), sum(read) / max(1, wanted)
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    return Measured(threshold, round(precision, 4), round(recall, 4), round(f1, 4))


def train_linker(folders: Sequence[Path], templates: Path, target: Path) -> str:
    """Learn from the documents of ``folders`` and the sentences of ``templates``; write ``linker.json`` and its card.

    The same documents give the same files, byte for byte. Returns the measures as a text. Raises ResourceError where a
    folder has no gold facts or a template names no indicator.
    """
    documents = [entry for folder in folders for entry in _readable(folder)]
    examples, wanted = read_examples(documents)
    plain = plain_examples(make_sentences(templates, PLAIN))
    measured = cross_validate(examples, wanted, plain)
    rows = "\n".join(f"| {m.threshold:.2f} | {m.precision:.3f} | {m.recall:.3f} | {m.f1:.3f} |" for m in measured)
    (target / "linker.json").write_text(fit_linker([*examples, *plain], THRESHOLD), encoding="utf-8")
    card = _CARD.format(documents=len(documents), gold=wanted, candidates=len(examples), plain=PLAIN, rows=rows)
    (target / "linker.md").write_text(card, encoding="utf-8")
    chosen = next(m for m in measured if m.threshold == THRESHOLD)
    return (
        f"{len(documents)} documents, {wanted} gold facts, {len(examples)} candidates, {PLAIN} made sentences\n"
        f"cross-validated by document at {THRESHOLD}: precision {chosen.precision:.3f}, recall {chosen.recall:.3f}, "
        f"F1 {chosen.f1:.3f}"
    )


def _readable(folder: Path) -> list[GoldDocument]:
    """The documents of a folder that are text or pages, with their gold facts."""
    return [entry for entry in find_documents(folder, folder) if entry.document.suffix in (".txt", ".html")]


_CARD = """# Linker

A logistic regression that decides which indicator a figure measures, if any: it is asked about each candidate that the
cue words of the catalogue and the figure before leave open, and the likeliest is taken where it is likely enough. Its
probability is the confidence of the fact.

| | |
|---|---|
| Features | `pipeline/facts/features.py`: rules, way to the head noun, the figure before, unit, words around |
| Documents | {documents} of `corpora/labelled` and `corpora/samples`, {gold} gold facts, {candidates} candidates |
| Sentences | {plain} plain ones made from `corpora/labelled/templates.yaml` |
| File | `linker.json`: plain numbers in the units of the features |
| Made by | `make models`; the same documents give the same bytes |

Readings of figures, each document by a model that never saw it (recall counts gold facts whose number was never read as
a figure, too):

| threshold | precision | recall | F1 |
|---|---|---|---|
{rows}

Limits: the documents were written for this project, by few hands, and the words of the catalogue were chosen with them
in sight. The confidence is the model's own and not calibrated apart.
"""


def fit_linker(examples: Sequence[Example], threshold: float) -> str:
    """The model learned from all examples, as the text of ``models/linker.json``."""
    names = _names(examples)
    weights, intercept = _fit(_matrix(examples, names), np.array([float(example.right) for example in examples]))
    rounded = {name: round(float(weight), PLACES) for name, weight in zip(names, weights, strict=True)}
    model = {
        "version": 1,
        "intercept": round(intercept, PLACES),
        "threshold": threshold,
        "weights": {name: weight for name, weight in rounded.items() if weight},
    }
    return json.dumps(model, ensure_ascii=False, indent=1) + "\n"
