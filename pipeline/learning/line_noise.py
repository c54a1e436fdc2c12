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
from pipeline.cleaning.line_model import Weights, features, noisy, open_lines, pairs_of, setting_of
from pipeline.cleaning.lines import Line
from pipeline.cleaning.noise import judge_by_rules
from pipeline.cleaning.script import simplified
from pipeline.cleaning.verdicts import Features
from pipeline.learning.noisy_pages import make_pages
from pipeline.learning.skops_files import write_skops
from pipeline.model import Source
from pipeline.reading import read_source

BLOCKS = "noise-blocks.yaml"
_BLANK = re.compile(r"\s+")
_FOLD = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
_FOLDS = 5
_FEWEST = 2
"""Pairs of characters seen in fewer documents tell of the document and not of its kind."""
_STRENGTH = 2.0
_THRESHOLDS = (0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 0.98)
_TOLERATED = 0.0015
"""The share of lines of text that cross-validation may lose to the model, over all documents."""
_DIGITS = 4


@dataclass(frozen=True, slots=True)
class Document:
    """A document whose lines are known to be noise or text (None: neither), and what the rules say of them.

    ``made``: put together of blocks of noise and clean paragraphs (:mod:`pipeline.learning.noisy_pages`).
    """

    name: str
    fold: int
    made: bool
    lines: tuple[Line, ...]
    known: tuple[Features, ...]
    dropped: tuple[bool, ...]
    noise: tuple[bool | None, ...]


@dataclass(frozen=True, slots=True)
class Example:
    """A line that the model may judge: its document, what it is, and what the model sees."""

    document: str
    fold: int
    noise: bool
    values: dict[str, float]
    pairs: tuple[str, ...]


def train_line_noise(folders: Sequence[Path], target: Path) -> str:
    """Train on the documents of ``folders`` and write ``line-noise.skops``, ``.json`` and ``.md`` into ``target``.

    The same documents give the same files, byte for byte. Returns the measures as a text.
    """
    documents = [document for folder in folders for document in documents_of(folder)]
    examples = [example for document in documents for example in _examples(document)]
    threshold, trials = _cross_validated(documents, examples)
    names, pairs = _vocabulary(examples)
    estimator = _fitted(examples, names, pairs)
    model = _weights(estimator, names, pairs, threshold)
    target.mkdir(parents=True, exist_ok=True)
    write_skops(estimator, target / "line-noise.skops")
    text = json.dumps(model.model_dump(), ensure_ascii=False, indent=0, sort_keys=True)
    (target / "line-noise.json").write_text(text + "\n", encoding="utf-8")
    report = "\n".join(_report(trials, threshold))
    (target / "line-noise.md").write_text(_card(report, len(names), len(pairs)), encoding="utf-8")
    return report


def documents_of(folder: Path) -> Iterator[Document]:
    """The documents of a folder that have a ``.meta.json``, each as it is and, with ``noise-blocks.yaml``, once more
    as its clean paragraphs among blocks of noise. Raises ResourceError where that file is not what its schema says."""
    made: list[tuple[str, int, list[str]]] = []
    for number, path in enumerate(sorted(folder.glob("*.meta.json"))):
        meta = json.loads(path.read_text(encoding="utf-8"))
        name, fold = path.name.removesuffix(".meta.json"), number % _FOLDS
        file = path.with_name(f"{name}.{meta['format']}")
        if meta["format"] in ("txt", "html") and file.exists():
            yield _written(name, fold, read_source(file.read_bytes(), file.name), meta)
            made.append((name, fold, _paragraphs(meta)))
    if (folder / BLOCKS).exists():
        pages = make_pages(folder / BLOCKS, [(fold, rows) for _, fold, rows in made], _FOLDS)
        for (name, fold, _), page in zip(made, pages, strict=True):
            draft, lines = prepared(read_source("\n".join(page.lines).encode(), f"{name}.txt"))
            known, verdicts = judge_by_rules(draft.text, lines)
            dropped = tuple(verdict is not None for verdict in verdicts)
            noise = tuple(page.noise[draft.text.count("\n", 0, line.left)] for line in lines)
            yield Document(f"{name}, made", fold, True, tuple(lines), tuple(known), dropped, noise)


def _paragraphs(meta: dict[str, Any]) -> list[str]:
    rows = [*meta.get("paragraphs", []), *(p for r in meta.get("reports", []) for p in r.get("paragraphs", []))]
    return [part for row in rows for part in simplified(row).split("\n") if part.strip()]


def _written(name: str, fold: int, source: Source, meta: dict[str, Any]) -> Document:
    draft, lines = prepared(source)
    known, verdicts = judge_by_rules(draft.text, lines)
    noise = {_plain(part) for row in meta.get("noise", []) for part in row.split("\n")}
    body = "\n".join(_plain(row) for row in [*_paragraphs(meta), str(meta.get("title") or "")])
    told: list[bool | None] = []
    for line in lines:
        words = _plain(line.text)
        is_noise, is_text = words in noise, words in body
        told.append(is_noise if is_noise != is_text and len(words) > 1 else None)
    dropped = tuple(verdict is not None for verdict in verdicts)
    return Document(name, fold, False, tuple(lines), tuple(known), dropped, tuple(told))


def _plain(text: str) -> str:
    return simplified(_BLANK.sub("", text)).translate(_FOLD)


def _examples(document: Document) -> Iterator[Example]:
    """Each line as it is seen at first, and as it is seen when all noise around it is gone."""
    lines, known, noise = document.lines, document.known, document.noise
    setting = setting_of(lines, known, document.dropped)
    gone = [bool(is_noise) or was for is_noise, was in zip(noise, document.dropped, strict=True)]
    for at in open_lines(lines, known, document.dropped):
        is_noise = noise[at]
        if is_noise is None:
            continue
        pairs = tuple(pairs_of(lines[at].text))
        for dropped in (document.dropped, gone):
            values = features(lines, known, dropped, at, setting)
            yield Example(document.name, document.fold, is_noise, values, pairs)


@dataclass(frozen=True, slots=True)
class Trial:
    """Of one kind of documents: lines of noise and of text, and how many of each are dropped in each way."""

    documents: int
    noise: int
    text: int
    by_rules: tuple[int, int]
    by_both: tuple[int, int]
    by_model: tuple[int, int]


def _cross_validated(documents: Sequence[Document], examples: Sequence[Example]) -> tuple[float, dict[bool, Trial]]:
    """What models that have seen no line of a document's fold make of it, for written (False) and made ones (True).

    At the least threshold that loses hardly a line of text that the rules don't, which is given first.
    """
    models = {}
    for fold in range(_FOLDS):
        seen = [example for example in examples if example.fold != fold]
        names, pairs = _vocabulary(seen)
        models[fold] = _weights(_fitted(seen, names, pairs), names, pairs, 0.5)
    kinds = {made: [document for document in documents if document.made is made] for made in (False, True)}
    for threshold in _THRESHOLDS:
        careful = {fold: model.model_copy(update={"threshold": threshold}) for fold, model in models.items()}
        trials = {made: _tried(some, careful) for made, some in kinds.items()}
        lost = sum(trial.by_both[1] - trial.by_rules[1] for trial in trials.values())
        if lost <= _TOLERATED * sum(trial.text for trial in trials.values()):
            break
    return threshold, trials


def _tried(documents: Sequence[Document], models: dict[int, Weights]) -> Trial:
    counts = {way: [0, 0] for way in ("all", "rules", "both", "model")}
    for one in documents:
        more = set(noisy(one.lines, one.known, one.dropped, models[one.fold]))
        alone = set(noisy(one.lines, one.known, [False] * len(one.lines), models[one.fold]))
        for at, is_noise in enumerate(one.noise):
            if is_noise is not None:
                place = 0 if is_noise else 1
                counts["all"][place] += 1
                counts["rules"][place] += one.dropped[at]
                counts["both"][place] += one.dropped[at] or at in more
                counts["model"][place] += at in alone
    noise, text = counts["all"]
    by = [(counts[way][0], counts[way][1]) for way in ("rules", "both", "model")]
    return Trial(len(documents), noise, text, *by)


def _vocabulary(examples: Sequence[Example]) -> tuple[list[str], list[str]]:
    names = sorted({name for example in examples for name in example.values})
    where: dict[str, set[str]] = {}
    for example in examples:
        for pair in example.pairs:
            where.setdefault(pair, set()).add(example.document)
    return names, sorted(pair for pair, documents in where.items() if len(documents) >= _FEWEST)


def _fitted(examples: Sequence[Example], names: Sequence[str], pairs: Sequence[str]) -> LogisticRegression:
    columns = {name: number for number, name in enumerate([*names, *(f"pair {pair}" for pair in pairs)])}
    rows, places, values = [], [], []
    for row, example in enumerate(examples):
        cells = {columns[name]: value for name, value in example.values.items() if name in columns}
        each = 1 / math.sqrt(len(example.pairs)) if example.pairs else 0.0
        cells |= {columns[f"pair {pair}"]: each for pair in example.pairs if f"pair {pair}" in columns}
        rows += [row] * len(cells)
        places += list(cells)
        values += list(cells.values())
    matrix = csr_matrix((values, (rows, places)), shape=(len(examples), len(columns)))
    estimator = LogisticRegression(
        C=_STRENGTH, solver="liblinear", class_weight="balanced", random_state=0, max_iter=2000
    )
    return estimator.fit(matrix, np.array([int(example.noise) for example in examples]))


def _weights(estimator: LogisticRegression, names: Sequence[str], pairs: Sequence[str], threshold: float) -> Weights:
    told = [round(float(weight), _DIGITS) for weight in estimator.coef_[0]]
    return Weights(
        bias=round(float(estimator.intercept_[0]), _DIGITS),
        threshold=threshold,
        features=dict(zip(names, told[: len(names)], strict=True)),
        pairs={pair: weight for pair, weight in zip(pairs, told[len(names) :], strict=True) if weight},
    )


def _report(kinds: dict[bool, Trial], threshold: float) -> Iterator[str]:
    for made, trial in kinds.items():
        if not trial.documents:
            continue
        yield (
            f"{trial.documents} documents {'made of noise blocks' if made else 'as written'}: {trial.noise} lines of "
            f"noise, {trial.text} of text"
        )
        ways = (
            ("rules alone", trial.by_rules),
            (f"rules and model (cross-validated, threshold {threshold})", trial.by_both),
            ("model without any rule (cross-validated)", trial.by_model),
        )
        for name, (dropped, lost) in ways:
            share = dropped / max(1, trial.noise)
            yield f"  {name}: {dropped} dropped ({share:.4f}), {lost} of text lost"


def _card(report: str, names: int, pairs: int) -> str:
    rows = "\n".join(f"    {line}" for line in report.splitlines())
    return _CARD.format(names=names, pairs=pairs, report=rows)


_CARD = """\
# Line noise

A logistic regression that tells lines of noise (navigation, imprints, recommendations, comments) from lines of a
report. It is asked about short lines that no rule of `noise.yaml` decides, and never about running text or parts of it,
table rows, titles, numbered headings, signatures or lines with amounts: those it can't drop. It goes over a text three
times: lines that it dropped tell of their neighbours.

| | |
|---|---|
| Features | {names} of the line, its neighbours and its place; {pairs} pairs of characters |
| Data | `corpora/labelled` and `corpora/samples`, written for this project; noise and text by their `.meta.json` |
| | the same paragraphs once more among blocks of noise (`corpora/labelled/noise-blocks.yaml`) |
| Files | `line-noise.skops` the estimator (scikit-learn), `line-noise.json` its weights, which cleaning reads |
| Made by | `make models`; the same documents give the same bytes |

Measures:

{report}

Limits: the blocks of noise were written by few hands, and the rules with the same documents in sight, so that what the
rules do alone on documents as written flatters them. What model and rules do together on the made documents, whose
blocks no tested model has seen, is what to expect of noise that no rule knows, and `make bench-cleaning` measures the
three ways on documents that nothing was trained on. The threshold is the least at which cross-validation lost hardly a
line of text. Within a report and right above its first running text the model must be four times as sure. It may drop
a heading without number or punctuation that stands among noise, and leaves what comments and headlines say in words of
reports.
"""
