"""The model of noise in lines: examples from documents with known noise, cross-validation by document, the files."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from pipeline.cleaning.clean import prepared
from pipeline.cleaning.line_model import Weights, chance, features, open_lines, pairs_of
from pipeline.cleaning.noise import judge_by_rules
from pipeline.cleaning.script import simplified
from pipeline.learning.skops_files import write_skops
from pipeline.reading import read_source

_BLANK = re.compile(r"\s+")
_FOLD = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
_FOLDS = 10
_FEWEST = 2
"""Pairs of characters seen in fewer documents tell of the document and not of its kind."""
_STRENGTH = 2.0
_SAFEST = 0.9
_DIGITS = 4


@dataclass(frozen=True, slots=True)
class Example:
    """A line: its document, what the rules say, what it is, and what the model sees (None: it isn't asked)."""

    document: str
    text: str
    dropped: bool
    noise: bool
    values: dict[str, float] | None
    pairs: tuple[str, ...] = ()


def train_line_noise(folders: Sequence[Path], target: Path) -> str:
    """Train on the documents of ``folders`` and write ``line-noise.skops``, ``.json`` and ``.md`` into ``target``.

    The same documents give the same files, byte for byte. Returns the measures as a text.
    """
    examples = [example for folder in folders for example in examples_of(folder)]
    chosen = [example for example in examples if example.values is not None]
    told = cross_validated(chosen)
    threshold = _threshold(chosen, told)
    names, pairs = _vocabulary(chosen)
    estimator = _fitted(chosen, names, pairs)
    model = _weights(estimator, names, pairs, threshold)
    target.mkdir(parents=True, exist_ok=True)
    write_skops(estimator, target / "line-noise.skops")
    text = json.dumps(model.model_dump(), ensure_ascii=False, indent=0, sort_keys=True)
    (target / "line-noise.json").write_text(text + "\n", encoding="utf-8")
    report = _report(examples, chosen, told, threshold)
    (target / "line-noise.md").write_text(_card(report, len(names), len(pairs)), encoding="utf-8")
    return report


def examples_of(folder: Path) -> Iterator[Example]:
    """The lines of the documents of a folder that its ``.meta.json`` files tell to be noise or text."""
    for path in sorted(folder.glob("*.meta.json")):
        meta = json.loads(path.read_text(encoding="utf-8"))
        file = path.with_name(path.name.replace(".meta.json", f".{meta['format']}"))
        if meta["format"] in ("txt", "html") and file.exists():
            yield from _examples(path.name.removesuffix(".meta.json"), file, meta)


def _examples(name: str, file: Path, meta: dict[str, Any]) -> Iterator[Example]:
    draft, lines = prepared(read_source(file.read_bytes(), file.name))
    known, verdicts = judge_by_rules(draft.text, lines)
    dropped = [verdict is not None for verdict in verdicts]
    noise = {_plain(part) for row in meta.get("noise", []) for part in row.split("\n")}
    rows = [
        *meta.get("paragraphs", []),
        *(p for report in meta.get("reports", []) for p in report.get("paragraphs", [])),
    ]
    body = "\n".join(_plain(row) for row in [*rows, str(meta.get("title") or "")])
    asked = frozenset(open_lines(lines, known, dropped))
    for at, line in enumerate(lines):
        words = _plain(line.text)
        is_noise, is_text = words in noise, words in body
        if len(words) < 2 or is_noise == is_text:
            continue
        values = features(lines, known, dropped, at) if at in asked else None
        yield Example(name, line.text, dropped[at], is_noise, values, tuple(pairs_of(line.text)))


def _plain(text: str) -> str:
    return simplified(_BLANK.sub("", text)).translate(_FOLD)


def cross_validated(examples: Sequence[Example]) -> list[float]:
    """How likely each line is noise by a model that has seen no line of its document."""
    documents = sorted({example.document for example in examples})
    fold_of = {document: number % _FOLDS for number, document in enumerate(documents)}
    told = [0.0] * len(examples)
    for fold in range(_FOLDS):
        seen = [example for example in examples if fold_of[example.document] != fold]
        names, pairs = _vocabulary(seen)
        model = _weights(_fitted(seen, names, pairs), names, pairs, 0.5)
        for at, example in enumerate(examples):
            if fold_of[example.document] == fold:
                told[at] = chance(model, example.values or {}, example.pairs)
    return told


def _vocabulary(examples: Sequence[Example]) -> tuple[list[str], list[str]]:
    names = sorted({name for example in examples for name in example.values or {}})
    where: dict[str, set[str]] = {}
    for example in examples:
        for pair in example.pairs:
            where.setdefault(pair, set()).add(example.document)
    return names, sorted(pair for pair, documents in where.items() if len(documents) >= _FEWEST)


def _fitted(examples: Sequence[Example], names: Sequence[str], pairs: Sequence[str]) -> LogisticRegression:
    columns = {name: number for number, name in enumerate([*names, *(f"pair {pair}" for pair in pairs)])}
    rows, places, values = [], [], []
    for row, example in enumerate(examples):
        cells = {columns[name]: value for name, value in (example.values or {}).items() if name in columns}
        each = 1 / math.sqrt(len(example.pairs)) if example.pairs else 0.0
        cells |= {columns[f"pair {pair}"]: each for pair in example.pairs if f"pair {pair}" in columns}
        rows += [row] * len(cells)
        places += list(cells)
        values += list(cells.values())
    matrix = csr_matrix((values, (rows, places)), shape=(len(examples), len(columns)))
    estimator = LogisticRegression(C=_STRENGTH, solver="liblinear", random_state=0, max_iter=2000)
    return estimator.fit(matrix, np.array([int(example.noise) for example in examples]))


def _weights(estimator: LogisticRegression, names: Sequence[str], pairs: Sequence[str], threshold: float) -> Weights:
    told = [round(float(weight), _DIGITS) for weight in estimator.coef_[0]]
    return Weights(
        bias=round(float(estimator.intercept_[0]), _DIGITS),
        threshold=threshold,
        features=dict(zip(names, told[: len(names)], strict=True)),
        pairs={pair: weight for pair, weight in zip(pairs, told[len(names) :], strict=True) if weight},
    )


def _threshold(examples: Sequence[Example], told: Sequence[float]) -> float:
    """The least chance from which on no line of text was lost in cross-validation, and some more; 0.9 at least."""
    pairs = zip(examples, told, strict=True)
    highest = max((chance for example, chance in pairs if not (example.noise or example.dropped)), default=0.0)
    return round(min(0.995, max(_SAFEST, highest + (1 - highest) / 8)), 3)


def _report(
    examples: Sequence[Example], chosen: Sequence[Example], told: Sequence[float], threshold: float
) -> str:  # fmt: skip
    noise = sum(example.noise for example in examples)
    by_rules = sum(example.noise and example.dropped for example in examples)
    text = len(examples) - noise
    hurt = sum(not example.noise and example.dropped for example in examples)
    pairs = list(zip(chosen, told, strict=True))
    more = sum(example.noise and not example.dropped and chance >= threshold for example, chance in pairs)
    worse = sum(not example.noise and not example.dropped and chance >= threshold for example, chance in pairs)
    asked_noise = sum(example.noise for example in chosen)
    alone = sum(example.noise and chance >= threshold for example, chance in pairs)
    half = sum((chance >= 0.5) == example.noise for example, chance in pairs)
    return (
        f"{len({example.document for example in examples})} documents, {noise} lines of noise, {text} of text\n"
        f"rules alone: {by_rules} of {noise} dropped ({by_rules / noise:.4f}), {hurt} of {text} lines of text lost\n"
        f"with the model (cross-validated by document, threshold {threshold}): {by_rules + more} of {noise} dropped "
        f"({(by_rules + more) / noise:.4f}), {hurt + worse} of {text} lost\n"
        f"the model without any rule, on {len(chosen)} lines it may judge (cross-validated): {alone} of {asked_noise} "
        f"lines of noise dropped at the threshold ({alone / asked_noise:.4f}); "
        f"{half} right at 0.5 ({half / len(chosen):.4f})"
    )


def _card(report: str, names: int, pairs: int) -> str:
    rows = "\n".join(f"    {line}" for line in report.splitlines())
    return _CARD.format(names=names, pairs=pairs, report=rows)


_CARD = """\
# Line noise

A logistic regression that tells lines of noise (navigation, imprints, recommendations) from lines of a report. It is
asked about short lines that no rule of `noise.yaml` decides, and never about running text, table rows, titles, numbered
headings or lines with amounts: those it can't drop.

| | |
|---|---|
| Features | {names} of the line, its neighbours and its place; {pairs} pairs of characters |
| Data | `corpora/labelled` and `corpora/samples`: written for this project, noise and text by their `.meta.json` |
| Files | `line-noise.skops` the estimator (scikit-learn), `line-noise.json` its weights, which cleaning reads |
| Made by | `make models`; the same documents give the same bytes |

Measures:

{report}

Limits: the documents are few and their noise was written by few hands. The rules were made with the same documents in
sight, so that their own figure flatters them; what the model does without any rule is what to expect of it on noise
that no rule knows. The threshold is set so that no line of text was lost in cross-validation. It may misjudge a
report made of short lines without punctuation.
"""
