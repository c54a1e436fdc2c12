"""How many gold facts get the right region from ``locate``, with the project's own reading, cleaning and structure.

``python -m tests.places.places_measure [-v] [NAME...]`` prints a line a document (``-v``: with what is not right); the test
holds the sums to floors.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path

from pipeline.cleaning import clean_source
from pipeline.places import locate
from pipeline.reading import read_source
from pipeline.structure import split_reports

SHARED = Path(__file__).parents[2] / "../shared"
FOLDERS = (("corpora", "gold"), ("samples", "samples"), ("labelled", "labelled"))
FORMATS = (".txt", ".html")


def documents(shared: Path) -> list[tuple[Path, Path]]:
    """(document, gold) of every text and page with gold facts."""
    pairs = [
        (shared / folder / f"{gold.stem}{suffix}", gold)
        for folder, gold_folder in FOLDERS
        for gold in sorted((shared / gold_folder).glob("*.jsonl"))
        for suffix in FORMATS
    ]
    return [(document, gold) for document, gold in pairs if document.exists()]


def measure(document: Path, gold: Path) -> tuple[Counter[str], list[str]]:
    """Counts of right, null, wrong and not found (context not in the text layer), and a line for each that is not right."""
    source = read_source(document.read_bytes(), document.name)
    clean = clean_source(source)
    reports = split_reports(source, clean)
    readings, zones = locate(source, clean, reports)
    counts: Counter[str] = Counter()
    lines = []
    for row in map(json.loads, gold.read_text(encoding="utf-8").splitlines()):
        at = source.layer.text.find(row["context"])
        if at < 0:
            counts["not found"] += 1
            continue
        place = clean.mapped.find(at + max(0, row["context"].find(row["number"])))
        zone = next((z.reading for z in zones if z.start <= place < z.end), None)
        own = next(
            (r for r, report in zip(readings, reports, strict=True) if any(s <= place < e for s, e in report.spans)),
            None,
        )
        told = zone or own
        code = told.adcode if told else None
        wanted = row["region"] if isinstance(row["region"], list) else [row["region"]]
        verdict = "right" if code in wanted else "null" if code is None else "wrong"
        counts[verdict] += 1
        if verdict != "right":
            lines.append(f"  {verdict}: {row['context']!r} is about {wanted}, read {code}{' (zone)' if zone else ''}")
    return counts, lines


def main() -> None:
    """Print the measure of every document, or of those named."""
    names = [a for a in sys.argv[1:] if not a.startswith("-")]
    total: Counter[str] = Counter()
    for document, gold in documents(SHARED.resolve()):
        if names and document.stem not in names:
            continue
        counts, lines = measure(document, gold)
        total += counts
        print(document.stem, dict(counts))
        if "-v" in sys.argv:
            print("\n".join(lines))
    print(dict(total))


if __name__ == "__main__":
    main()
