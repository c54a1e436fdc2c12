"""What each part of linking is worth: the gold sets scored with one part taken out at a time.

python benchmarks/facts/ablations.py
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from unittest.mock import patch

from pipeline import extraction
from pipeline.cli.scoring import evaluate_documents
from pipeline.evaluating import GoldDocument, find_documents, load_floors
from pipeline.facts import linking, tabular, weighing
from pipeline.facts.context import Frame
from pipeline.facts.deciding import decide_by_rules

ROOT = Path(__file__).parents[2]


@contextmanager
def without_model() -> Iterator[None]:
    """The rules' ranking decides alone."""
    with (
        patch.object(linking, "decide", lambda sentence, reading: decide_by_rules(reading)),
        patch.object(tabular, "decide", lambda sentence, reading, favour: decide_by_rules(reading)),
    ):
        yield


@contextmanager
def without_headings() -> Iterator[None]:
    """No heading says anything of level, period and status."""
    with patch.object(linking, "read_frames", lambda clean, reports, periods: [Frame() for _ in clean.paragraphs]):
        yield


@contextmanager
def without_memory() -> Iterator[None]:
    """What the figure before was read as is not passed on."""
    with patch.object(weighing, "_inherit", lambda sentence, figure, before: None):
        yield


@contextmanager
def without_tables() -> Iterator[None]:
    """The rows of tables are read as sentences."""
    with patch.object(extraction, "read_tables", lambda clean: ()):
        yield


PARTS: dict[str, Callable[[], object]] = {
    "all parts": nullcontext,
    "without the model": without_model,
    "without headings": without_headings,
    "without the figure before": without_memory,
    "without tables": without_tables,
}


def documents() -> Iterator[tuple[str, tuple[GoldDocument, ...]]]:
    """The gold sets that are there, by name."""
    for name, entry in load_floors(ROOT / "evaluation.yaml").sets.items():
        gold, folder = ROOT / entry.gold, ROOT / entry.documents
        if gold.is_dir() and folder.is_dir():
            yield name, find_documents(gold, folder)


def main() -> None:
    """Print found and whole F1 of each set for each part taken out."""
    sets = list(documents())
    print(f"{'':28}" + "".join(f"{name:>20}" for name, _ in sets))
    for part, taken_out in PARTS.items():
        with taken_out():  # type: ignore[attr-defined]
            scores = [evaluate_documents(found, processes=1) for _, found in sets]
        cells = "".join(f"{score.found.f1:12.3f} / {score.whole.f1:.3f}" for score in scores)
        print(f"{part:28}{cells}")


if __name__ == "__main__":
    main()
