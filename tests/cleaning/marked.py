"""Documents with a mark before each line that tells what the line is (``documents/README.md``)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from pipeline.cleaning.clean import prepared
from pipeline.cleaning.line_model import noisy
from pipeline.cleaning.noise import judge, judge_by_rules
from pipeline.reading import read_source

DOCUMENTS = Path(__file__).parent / "documents"
WAYS = ("rules alone", "model alone", "both")


@dataclass(frozen=True)
class Marked:
    """The document without its marks, the mark of each line, and the paragraphs of the report as they should read."""

    name: str
    text: str
    marks: str
    paragraphs: tuple[str, ...]


def marked_documents() -> list[Marked]:
    return [_marked(path) for path in sorted(DOCUMENTS.glob("*.marked.txt"))]


def _marked(path: Path) -> Marked:
    rows: list[str] = []
    paragraphs: list[str] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        mark, words = line[:1], line[1:]
        if mark == ">":
            paragraphs[-1] = words
            continue
        if mark not in "+~=-." or not mark:
            raise ValueError(f"{path.name}: a line without a mark: {line}")
        rows.append(line)
        if mark == "+":
            paragraphs.append(words)
        elif mark == "~":
            paragraphs[-1] += words
    text = "\n".join(row[1:] for row in rows)
    return Marked(path.name.removesuffix(".marked.txt"), text, "".join(row[0] for row in rows), tuple(paragraphs))


def told_apart(document: Marked) -> dict[str, Counter[str]]:
    """For each way of judging lines: how many lines of each mark there are (``-``) and go (``- gone``).

    The model alone is asked about all lines that it may judge, as if no rule had said anything.
    """
    source = read_source(document.text.encode(), f"{document.name}.txt")
    draft, lines = prepared(source)
    known, by_rules = judge_by_rules(draft.text, lines)
    both = judge(draft.text, lines)
    alone = set(noisy(lines, known, [False] * len(lines)))
    gone = {
        "rules alone": [verdict is not None for verdict in by_rules],
        "model alone": [at in alone for at in range(len(lines))],
        "both": [verdict is not None for verdict in both],
    }
    counts: dict[str, Counter[str]] = {way: Counter() for way in WAYS}
    for at, line in enumerate(lines):
        start, _ = draft.mapped.span(line.left, line.right)
        mark = document.marks[source.layer.text.count("\n", 0, start)]
        for way in WAYS:
            counts[way][mark] += 1
            counts[way][f"{mark} gone"] += gone[way][at]
    return counts
