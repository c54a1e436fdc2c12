"""``evaluate``: read the documents of the gold sets, score, print, hold against the floors."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

from pipeline.decisions import load_decisions
from pipeline.engines import Candidate, extract, walk
from pipeline.engines.extracting import read_one
from pipeline.errors import Refused
from pipeline.evaluating import (
    FIELDS,
    Accuracy,
    DocumentScore,
    Floors,
    GoldDocument,
    Judged,
    Score,
    Scores,
    accuracy,
    agrees,
    check_floors,
    digest_of,
    find_documents,
    judge,
    load_floors,
    raised,
    read_jsonl,
    score_set,
)
from pipeline.evaluating.floors import floors_text


def run_evaluation(
    path: Path, *, show: bool, as_json: bool, raise_floors: bool, processes: int | None, by_indicator: bool = False,
    corrections: Path | None = None,
) -> list[str]:  # fmt: skip
    """Score every gold set that is there and print the result; what falls short, in words. Raises ResourceError."""
    floors = load_floors(path)
    faults: list[str] = []
    printed: dict[str, object] = {}
    entries = dict(floors.sets)
    for name, entry in floors.sets.items():
        gold, folder = path.parent / entry.gold, path.parent / entry.documents
        if entry.optional and not (gold.is_dir() and folder.is_dir()):
            print(f"{name}: {entry.gold} isn't here, so it isn't scored", file=sys.stderr)
            continue
        documents = find_documents(gold, folder)
        scores = evaluate_documents(documents, processes=processes)
        digest = digest_of(documents)
        if as_json:
            printed[name] = _json(scores)
        else:
            print("\n".join(_lines(name, scores, show=show)))
            if by_indicator:
                print("\n".join(_indicator_lines(scores)))
        if raise_floors:
            entries[name] = raised(entry, digest, scores)
        faults += check_floors(name, entries[name], digest, scores)
    reviewed = reviewed_accuracy(corrections) if corrections is not None else []
    if as_json:
        if reviewed:
            printed["reviewed"] = [row._asdict() for row in reviewed]
        print(json.dumps(printed, ensure_ascii=False, indent=1))
    elif reviewed:
        print("\n".join(_reviewed_lines(reviewed)))
    if raise_floors:
        path.write_text(floors_text(Floors(sets=entries)), encoding="utf-8")
    return faults


def evaluate_documents(documents: tuple[GoldDocument, ...], *, processes: int | None = None) -> Scores:
    """Extract the facts of documents and score them; a document that is refused has none."""
    candidates = [Candidate(document.document.as_posix(), document.document) for document in documents]
    read = extract(candidates, processes=processes)
    rows = []
    for document, result in zip(documents, read, strict=True):
        if result.message is not None:
            print(f"countyfacts: {result.name}: {result.message}", file=sys.stderr)
        rows.append((document.name, read_jsonl(document.gold), result.facts))
    return score_set(rows)


def reviewed_accuracy(corrections: Path) -> list[Accuracy]:
    """How the numbers that people decided on are read today; those whose files aren't where they were are left out.

    Raises ResourceError for a file of decisions that can't be read.
    """
    file = load_decisions(corrections)
    judged: list[Judged] = []
    for sha256, places in sorted(file.by_source.items()):
        decisions = [file.decisions[place] for place in places]
        for candidate in walk([path for path in [Path(decisions[0].path)] if path.is_file()]):
            try:
                extraction = read_one(candidate)
            except Refused as refused:
                print(f"countyfacts: {candidate.name}: {refused}", file=sys.stderr)
                continue
            if extraction.source.sha256 == sha256:
                judged += judge(extraction, decisions)
    return accuracy(judged)


def _reviewed_lines(rows: list[Accuracy]) -> Iterator[str]:
    yield f"{'reviewed facts':<34}{'number':>7}   found and its 95% interval   whole and its 95% interval"
    for row in rows:
        shares = ((row.found, row.found_interval), (row.whole, row.whole_interval))
        told = "   ".join(f"{n / row.reviewed:6.3f} ({low:.3f} to {high:.3f})     " for n, (low, high) in shares)
        yield f"{row.name:<34}{row.reviewed:>7}   {told}".rstrip()


def _lines(name: str, scores: Scores, *, show: bool) -> Iterator[str]:
    if show:
        for document in scores.documents:
            yield from _differences(document)
    yield f"{name:<26}{'gold':>6}{'facts':>7}   found P     R    F1   whole P     R    F1"
    for document in scores.documents:
        yield _score_line(document.name, document.found, document.whole)
    yield _score_line("ALL", scores.found, scores.whole)
    yield "agreement over pairs: " + "  ".join(f"{field} {share:.3f}" for field, share in scores.fields.items())


def _indicator_lines(scores: Scores) -> Iterator[str]:
    yield f"{'of each indicator':<30}{'gold':>6}{'facts':>7}    P     R"
    for code, score in scores.by_indicator.items():
        yield f"{code:<30}{score.wanted:6}{score.predicted:7} {score.precision:6.3f} {score.recall:5.3f}"


def _score_line(name: str, found: Score, whole: Score) -> str:
    numbers = [(score.precision, score.recall, score.f1) for score in (found, whole)]
    first, second = (" ".join(f"{number:6.3f}" for number in group) for group in numbers)
    return f"{name:<26}{found.wanted:6}{found.predicted:7}   {first}   {second}"


def _differences(document: DocumentScore) -> Iterator[str]:
    for row in document.missed:
        yield f"{document.name}: missed    {row['indicator']} {row['value']} {row['measure']}: {row['context']!r}"
    for row in document.invented:
        yield (
            f"{document.name}: invented  {row.get('indicator')} {row.get('value')} {row.get('measure')}: "
            f"{row.get('number')!r} {str(row.get('sentence', ''))[:60]!r}"
        )
    for gold, fact in document.pairs:
        for field in FIELDS:
            if agrees(field, gold, fact) is False:
                yield (
                    f"{document.name}: {field:7}   {gold['indicator']} {gold['number']!r}: gold {gold[field]}, "
                    f"read {fact.get(field)}"
                )


def _json(scores: Scores) -> dict[str, object]:
    def numbers(score: Score) -> list[float]:
        return [score.precision, score.recall, score.f1]

    rows = [(document.name, document.found, document.whole) for document in scores.documents]
    rows.append(("ALL", scores.found, scores.whole))
    documents = {
        name: {"gold": found.wanted, "facts": found.predicted, "found": numbers(found), "whole": numbers(whole)}
        for name, found, whole in rows
    }
    indicators = {
        code: {"gold": score.wanted, "facts": score.predicted, "found": numbers(score)}
        for code, score in scores.by_indicator.items()
    }
    return {"documents": documents, "fields": scores.fields, "indicators": indicators}
