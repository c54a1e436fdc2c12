"""Compile ``followers.csv`` and ``company.csv`` of ``pipeline/resources`` from invented reports: which characters
follow one another, and which stand in one sentence.

Input: folders of ``NAME.meta.json`` with the clean paragraphs of invented reports (``--texts``, once for each).
The interleaved ones and those that tests weave together are left out, so that they stay unseen; so are the labelled
documents that came after the weights of ``running.py`` were set, for these are set for tables of this size: with all of
them joints of woven pairs are found more exactly, but two more are laid in a real dump.

    python tools/compile_followers.py --texts corpora/labelled --texts corpora/samples [--check]

Writes the tables and prints how many characters they were counted on; ``--check`` fails where a file would change.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import re
import sys
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.structure.folding import folded
from pipeline.structure.followers import COMPANY, FOLLOWERS
from pipeline.structure.running import FARTHEST, NEAREST

RESOURCES = Path(__file__).parents[1] / "pipeline/resources"
UNSEEN = ("dump-interleaved", "e4-interleaved", "work-summary", "self-assessment", "five-year-plan")
LATER = re.compile(r"[i-z]\d+-")
"""The names of labelled documents begin with their series and number; those up to h were there first."""
LEAST, LEAST_COMPANY = 2, 4
"""Triples that stand only once are left out, and pairs in a sentence that stand less than four times."""


def paragraphs_of(path: Path) -> list[str]:
    """The clean paragraphs of one report, or of all reports of a compilation."""
    meta = json.loads(path.read_text(encoding="utf-8"))
    parts = [meta, *meta.get("reports", [])]
    return [p for part in parts for p in part.get("paragraphs") or [] if isinstance(p, str)]


@dataclass
class Counts:
    """Pairs and triples of neighbours, pairs within a sentence, and the number of characters they were counted on."""

    pairs: Counter[str] = field(default_factory=Counter)
    triples: Counter[str] = field(default_factory=Counter)
    company: Counter[str] = field(default_factory=Counter)
    total: int = 0

    def add(self, text: str) -> None:
        """Count a folded text."""
        self.total += len(text)
        self.pairs.update(text[i : i + 2] for i in range(len(text) - 1))
        self.triples.update(text[i : i + 3] for i in range(len(text) - 2))
        for sentence in re.split("[。\n]", text):
            for distance in range(NEAREST, FARTHEST):
                self.company.update(map("".join, zip(sentence, sentence[distance:], strict=False)))


def is_counted(name: str) -> bool:
    """Whether a document is one that the tables are counted on."""
    return name not in UNSEEN and not LATER.match(name)


def count(folders: list[Path]) -> Counts:
    """The counts of all reports in the folders but those that stay unseen."""
    counts = Counts()
    for path in sorted(path for folder in folders for path in folder.glob("*.meta.json")):
        if is_counted(path.name.removesuffix(".meta.json")):
            counts.add(folded("\n".join(paragraphs_of(path)))[0])
    return counts


def written(*counts: tuple[Counter[str], int]) -> str:
    """The CSV: what stands before, and its followers with their counts, the most frequent first."""
    by_before: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for counted, least in counts:
        for run, times in counted.items():
            if times >= least:
                plain = run.replace("\n", "⏎")
                by_before[plain[:-1]].append((-times, plain[-1]))
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("before", "followers"))
    for before in sorted(by_before, key=lambda b: (len(b), b)):
        writer.writerow((before, " ".join(f"{c}{-n}" for n, c in sorted(by_before[before]))))
    return out.getvalue()


def main() -> int:
    """Count, write or check."""
    parser = argparse.ArgumentParser(description="Compile pipeline/resources/followers.csv.")
    parser.add_argument("--texts", type=Path, action="append", required=True)
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    counts = count(options.texts)
    tables = {
        FOLLOWERS: written((counts.pairs, 1), (counts.triples, LEAST)),
        COMPANY: written((counts.company, LEAST_COMPANY)),
    }
    print(f"{counts.total} characters; lines: {', '.join(f'{n} {t.count(chr(10))}' for n, t in tables.items())}")
    if options.check:
        return int(any((RESOURCES / name).read_text(encoding="utf-8") != text for name, text in tables.items()))
    for name, text in tables.items():
        (RESOURCES / name).write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
