"""The model that decides which candidate a figure is read as: its examples, its training, its measures.

A logistic regression over :mod:`pipeline.facts.features`. It is kept as plain numbers in ``models/linker.json``, in the
units of the raw features, rounded, so that the same documents give the same bytes.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
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
from pipeline.decisions import load_decisions
from pipeline.evaluating import GoldDocument, find_documents, read_jsonl
from pipeline.extraction import read_periods
from pipeline.facts import SHARED, Reading, Sentence, candidate_keys, dense_features, prose_figures, read_figures
from pipeline.figures import find_figures
from pipeline.learning.linker_card import Measured, Study, write_card
from pipeline.model import CleanText, Source
from pipeline.reading import read_source
from pipeline.structure import split_reports
from pipeline.tables import read_tables

LEAST = 3
"""Features that fewer examples have are left out."""
STRENGTH = 0.8
"""The inverse strength of the L2 penalty; of 0.15 to 2 it gave the best F1 by cross-validation."""
FOLDS = 5
THRESHOLDS = tuple(step / 10 for step in range(-14, 6, 2))
"""Scores (log-odds) among which the one with the best F1 is taken."""
PLACES = 3
"""Weights are rounded to so many places; further ones change no decision."""
SHARES = (0.25, 0.5, 0.75, 1.0)
"""Of the documents, for the learning curve."""
AS_GOOD = 0.002
"""Differences in F1 up to this are chance."""
BINS = 10

Vector = dict[str, float]
Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Example:
    """A candidate for a figure of a document: its features, and whether the gold facts have it."""

    document: str
    figure: int
    features: Vector
    right: bool


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
        tables = read_tables(clean)
        figures = find_figures(clean.text, read_periods(clean, reports), tables)
        for sentence, readings in read_figures(clean, prose_figures(figures, tables)):
            for reading in readings:
                right = _gold_of(reading, spans)
                examples += examples_of(entry.name, sentence, reading, right)
    return examples, wanted


def examples_of(document: str, sentence: Sentence, reading: Reading, right: set[tuple[str, str]]) -> list[Example]:
    """The candidates of one figure as examples; ``right`` are those that are true, as ``(indicator, measure)``."""
    found = []
    for candidate in reading.candidates:
        features = dict(dense_features(sentence, reading.setting, candidate))
        for key in candidate_keys(reading.setting, candidate):
            features[f"{candidate.indicator}|{key}"] = features[f"{SHARED}|{key}"] = 1.0
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
    model = LogisticRegression(C=STRENGTH, max_iter=500, tol=1e-5).fit(scaler.transform(matrix), right)
    return np.asarray(model.coef_[0] / scaler.scale_), float(model.intercept_[0])


def cross_scores(
    examples: Sequence[Example], wanted: Callable[[str], bool] | None = None, share: float = 1.0
) -> Numbers:
    """The score (log-odds) of each example by a model that never saw its document.

    ``wanted`` tells which features may be used; ``share`` of the other documents is learned from, drawn by their names.
    """
    names = [name for name in _names(examples) if wanted is None or wanted(name)]
    matrix = _matrix(examples, names)
    right = np.array([float(example.right) for example in examples])
    groups = np.array([example.document for example in examples])
    scores = np.zeros(len(examples))
    for learn, check in GroupKFold(FOLDS).split(matrix, right, groups):
        drawn = [row for row in learn if _lot(groups[row]) < share]
        rows = np.array(drawn or learn)
        weights, intercept = _fit(matrix[rows], right[rows])
        scores[check] = matrix[check] @ weights + intercept
    return scores


def _lot(name: str) -> float:
    """A number from 0 to 1 that a document's name draws, the same on every machine."""
    return int(hashlib.sha256(name.encode()).hexdigest()[:8], 16) / 16**8


def best_of(examples: Sequence[Example], scores: Numbers) -> tuple[Numbers, NDArray[np.bool_]]:
    """The best candidate of each figure: its score, and whether it is right."""
    best: dict[tuple[str, int], tuple[float, bool]] = {}
    for example, score in zip(examples, scores, strict=True):
        key = (example.document, example.figure)
        if key not in best or score > best[key][0]:
            best[key] = (float(score), example.right)
    pairs = list(best.values())
    return np.array([score for score, _ in pairs]), np.array([right for _, right in pairs], dtype=bool)


def measure(examples: Sequence[Example], scores: Numbers, wanted: int) -> list[Measured]:
    """Precision, recall and F1 at each of ``THRESHOLDS``; ``wanted`` gold facts are to be found."""
    best, right = best_of(examples, scores)
    found = []
    for threshold in THRESHOLDS:
        read = right[best >= threshold]
        precision, recall = read.sum() / max(1, len(read)), read.sum() / max(1, wanted)
        f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
        found.append(Measured(threshold, round(float(precision), 4), round(float(recall), 4), round(float(f1), 4)))
    return found


def calibrate(scores: Numbers, right: NDArray[np.bool_]) -> tuple[float, float]:
    """Slope and shift that turn the scores of readings into the probability that they are right (Platt scaling)."""
    if right.all() or not right.any():
        return 1.0, 0.0
    model = LogisticRegression(C=1e6).fit(scores.reshape(-1, 1), right)
    return round(float(model.coef_[0][0]), PLACES), round(float(model.intercept_[0]), PLACES)


def reliability(probabilities: Numbers, right: NDArray[np.bool_]) -> tuple[list[tuple[float, float, int]], float]:
    """For each tenth of probability what was said, what came true and how often; and the expected calibration error."""
    rows, error = [], 0.0
    places = np.minimum((probabilities * BINS).astype(int), BINS - 1)
    for place in range(BINS):
        inside = places == place
        if inside.any():
            said, true = float(probabilities[inside].mean()), float(right[inside].mean())
            rows.append((said, true, int(inside.sum())))
            error += abs(said - true) * float(inside.mean())
    return rows, error


def train_linker(folders: Sequence[Path], target: Path, corrections: Path | None = None) -> str:
    """Learn from the documents of ``folders`` and the decisions in ``corrections``; write ``linker.json`` and its card.

    The same documents give the same files, byte for byte. Returns the measures as a text. Raises ResourceError where a
    folder has no gold facts.
    """
    documents = [entry for folder in folders for entry in _readable(folder)]
    examples, wanted = read_examples(documents)
    if corrections is not None:
        from pipeline.learning.reviewed import read_reviewed  # noqa: PLC0415 - it makes its examples as these are made

        reviewed, more = read_reviewed(load_decisions(corrections))
        examples, wanted = examples + reviewed, wanted + more
    scores = cross_scores(examples)
    measured = measure(examples, scores, wanted)
    chosen = choose(measured)
    best, right = best_of(examples, scores)
    read = best >= chosen.threshold
    calibration = calibrate(best[read], right[read])
    model = fit_linker(examples, chosen.threshold, calibration)
    (target / "linker.json").write_text(model, encoding="utf-8")
    said = 1 / (1 + np.exp(-(calibration[0] * best[read] + calibration[1])))
    study = Study(len(documents), wanted, len(examples), tuple(measured), chosen, *reliability(said, right[read]))
    (target / "linker.md").write_text(write_card(study, _ablations(examples, wanted)), encoding="utf-8")
    return (
        f"{len(documents)} documents, {wanted} gold facts, {len(examples)} candidates\n"
        f"cross-validated by document: precision {chosen.precision:.3f}, recall {chosen.recall:.3f}, "
        f"F1 {chosen.f1:.3f}, calibration error {study.error:.3f}"
    )


def choose(measured: Sequence[Measured]) -> Measured:
    """Of the thresholds that are as good as the best by F1, the one that misses about as much as it invents."""
    best = max(one.f1 for one in measured)
    return min((one for one in measured if best - one.f1 <= AS_GOOD), key=lambda one: abs(one.precision - one.recall))


def _ablations(examples: Sequence[Example], wanted: int) -> dict[str, float]:
    """The best F1 without each of the model's parts, and with fewer documents."""

    def best(scores: Numbers) -> float:
        return max(m.f1 for m in measure(examples, scores, wanted))

    return {
        "without words": best(cross_scores(examples, lambda name: "=" not in name)),
        "without the signs next to the figure": best(
            cross_scores(examples, lambda name: "|<" not in name and "|>" not in name)
        ),
        "without concepts": best(cross_scores(examples, lambda name: not _CONCEPT.search(name))),
        **{f"with {share:.0%} of the documents": best(cross_scores(examples, None, share)) for share in SHARES},
    }


_CONCEPT = re.compile(r"\|[lr][nfx]:")


def _readable(folder: Path) -> list[GoldDocument]:
    """The documents of a folder that are text or pages, with their gold facts."""
    return [entry for entry in find_documents(folder, folder) if entry.document.suffix in (".txt", ".html")]


def fit_linker(examples: Sequence[Example], threshold: float, calibration: tuple[float, float]) -> str:
    """The model learned from all examples, as the text of ``models/linker.json``."""
    names = _names(examples)
    weights, intercept = _fit(_matrix(examples, names), np.array([float(example.right) for example in examples]))
    numbers: dict[str, float] = {}
    keys: dict[str, dict[str, float]] = {}
    for name, weight in zip(names, weights, strict=True):
        rounded = round(float(weight), PLACES)
        code, bar, key = name.partition("|")
        if rounded and bar:
            keys.setdefault(key, {})[code] = rounded
        elif rounded:
            numbers[name] = rounded
    model = {
        "version": 2,
        "intercept": round(intercept, PLACES),
        "threshold": threshold,
        "slope": calibration[0],
        "shift": calibration[1],
        "numbers": numbers,
        "keys": dict(sorted(keys.items())),
    }
    return json.dumps(model, ensure_ascii=False, indent=0, separators=(",", ":")) + "\n"
