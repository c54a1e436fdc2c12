"""Why a fact is what it is, as it is printed."""

from __future__ import annotations

from pathlib import Path

from pipeline.cli.options import Format
from pipeline.cli.output import print_records, print_rows
from pipeline.engines.stored import stored_bytes
from pipeline.extraction import explain_number
from pipeline.facts import Explained
from pipeline.store import show


def print_explanation(db: Path, fact_id: str, features: int, how: Format) -> None:
    """Print the candidates of a fact's number and what makes up the score of each."""
    shown = show(db, fact_id)
    name, data = stored_bytes(shown.paths, shown.fact.source)
    candidates = explain_number(data, name, shown.fact.start)
    if how in (Format.JSON, Format.JSONL):
        print_records((_record(candidate, features) for candidate in candidates), how)
        return
    if how is Format.CSV:
        rows = [
            [c.indicator, c.measure, round(c.score, 3), part.name, part.value, part.weight, round(part.amount, 3)]
            for c in candidates
            for part in c.parts[:features]
        ]
        print_rows(["indicator", "measure", "score", "feature", "value", "weight", "adds"], rows, how)
        return
    print(f"{shown.fact.number}   {shown.fact.sentence}\n")
    for candidate in candidates:
        print("\n".join(_lines(candidate, features)), end="\n\n")


def _lines(candidate: Explained, features: int) -> list[str]:
    taken = "taken" if candidate.taken else "not taken"
    words = " ".join(candidate.words)
    head = f"{candidate.indicator} ({candidate.measure}; {words}): score {candidate.score:+.2f}, "
    lines = [f"{head}probability {candidate.probability:.2f}, {taken}"]
    for part in candidate.parts[:features]:
        value = "" if part.value == 1 else f" = {part.value:g}"
        lines.append(f"  {part.amount:+6.2f}  {part.name}{value}")
    rest = sum(part.amount for part in candidate.parts[features:])
    if candidate.parts[features:]:
        lines.append(f"  {rest:+6.2f}  {len(candidate.parts) - features} more")
    return lines


def _record(candidate: Explained, features: int) -> dict[str, object]:
    return {
        "indicator": candidate.indicator,
        "measure": candidate.measure,
        "words": list(candidate.words),
        "score": round(candidate.score, 4),
        "probability": round(candidate.probability, 4),
        "taken": candidate.taken,
        "features": [
            {"name": part.name, "value": part.value, "weight": part.weight, "adds": round(part.amount, 4)}
            for part in candidate.parts[:features]
        ],
    }
