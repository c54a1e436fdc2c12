"""Main text of web pages against the known tools, each in an environment of its own.

The pages are those of ``corpora/samples`` and ``corpora/labelled`` with a ``.meta.json``, and those of ``pages/`` beside
this file with a ``.truth.txt`` (first line the title). What counts is characters in place: the F1 of runs of three
characters (as a bag), blanks, width and script aside. The title and what the meta file calls metadata count neither way.
"""

import json
import re
import subprocess
import sys
import time
import venv
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from pipeline.cleaning import clean_source
from pipeline.cleaning.script import simplified
from pipeline.reading import read_source

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
CACHE = HERE / ".cache"
PACKAGES = {
    "trafilatura": ["trafilatura==2.3.1", "lxml_html_clean==0.4.6"],
    "readability-lxml": ["readability-lxml==0.9", "lxml_html_clean==0.4.6"],
    "resiliparse": ["resiliparse==2.0.1"],
    "gne": ["gne==0.4.3", "lxml_html_clean==0.4.6"],
    "justext": ["jusText==3.0.2", "lxml_html_clean==0.4.6"],
}
OURS = "countyfacts"
FOLD = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
DROPPED = re.compile(r"\s+")


@dataclass(frozen=True)
class Page:
    name: str
    data: bytes
    text: str
    truth: str
    neither: tuple[str, ...]


def plain(text: str) -> str:
    return DROPPED.sub("", simplified(text)).translate(FOLD)


def pages() -> list[Page]:
    found = []
    for folder in ("samples", "labelled"):
        for meta_path in sorted((ROOT / "corpora" / folder).glob("*.meta.json")):
            path = meta_path.with_name(meta_path.name.replace(".meta.json", ".html"))
            if path.exists():
                meta = json.loads(meta_path.read_text(encoding="utf-8"))
                paragraphs = meta.get("paragraphs_simplified") or meta["paragraphs"]
                neither = (str(meta["title"]), *meta.get("metadata", []))
                found.append(_page(path, paragraphs, neither))
    for path in sorted((HERE / "pages").glob("*.html")):
        title, *paragraphs = path.with_suffix(".truth.txt").read_text(encoding="utf-8").splitlines()
        found.append(_page(path, paragraphs, (title,)))
    return found


def _page(path: Path, paragraphs: list[str], neither: tuple[str, ...]) -> Page:
    data = path.read_bytes()
    source = read_source(data, path.name)
    words = tuple(plain(line) for row in neither for line in row.split("\n") if len(plain(line)) > 1)
    text = data.decode(source.encoding)
    return Page(path.stem, data, text, _without(plain("\n".join(paragraphs)), words), words)


def _without(text: str, words: tuple[str, ...]) -> str:
    for word in sorted(words, key=len, reverse=True):
        text = text.replace(word, "", 1)
    return text


def f1(page: Page, text: str) -> tuple[float, float, float]:
    """Precision, recall and F1 of one page."""
    said, meant = (
        Counter(t[i : i + 3] for i in range(len(t) - 2)) for t in (_without(plain(text), page.neither), page.truth)
    )
    both = sum((said & meant).values())
    precision, recall = both / max(1, said.total()), both / max(1, meant.total())
    return precision, recall, 2 * precision * recall / max(1e-9, precision + recall)


def ours(found: list[Page]) -> tuple[list[str], float]:
    best = float("inf")
    for _ in range(7):
        start = time.process_time()
        texts = [clean_source(read_source(page.data, f"{page.name}.html")).text for page in found]
        best = min(best, time.process_time() - start)
    return texts, best


def environment(name: str, packages: list[str]) -> Path:
    """The Python of an environment of its own with these packages, which is made the first time."""
    home = CACHE / name
    python = home / "bin/python"
    ready, pins = home / ".ready", "\n".join(packages)
    if not ready.exists() or ready.read_text() != pins:
        print(f"setting up {name} ...", file=sys.stderr)
        venv.create(home, with_pip=True, clear=True)
        subprocess.run([python, "-m", "pip", "install", "-q", "--disable-pip-version-check", *packages], check=True)
        ready.write_text(pins)
    return python


def theirs(name: str, found: list[Page]) -> tuple[list[str], float]:
    python = environment(name, PACKAGES[name])
    told = json.dumps([page.text for page in found])
    done = subprocess.run([python, HERE / "extract.py", name], input=told, capture_output=True, text=True, check=True)
    answer = json.loads(done.stdout)
    return answer["texts"], answer["seconds"]


def main() -> int:
    found = pages()
    size = sum(len(page.text) for page in found)
    print(f"{len(found)} pages, {size} characters of HTML")
    scores = {}
    for name in (OURS, *PACKAGES):
        texts, seconds = ours(found) if name == OURS else theirs(name, found)
        rows = [f1(page, text) for page, text in zip(found, texts, strict=True)]
        mean = [sum(row[n] for row in rows) / len(rows) for n in range(3)]
        scores[name] = (mean[2], seconds)
        print(
            f"{name:17} precision {mean[0]:.3f} recall {mean[1]:.3f} F1 {mean[2]:.4f}  {1000 * seconds / len(found):6.2f} ms a page"
        )
        if "-v" in sys.argv:
            for page, row in zip(found, rows, strict=True):
                print(f"    {page.name:30} precision {row[0]:.3f} recall {row[1]:.3f} F1 {row[2]:.3f}")
    mine, mine_seconds = scores.pop(OURS)
    better = all(mine > score for score, _ in scores.values())
    faster = mine_seconds < scores["trafilatura"][1]
    print(f"better F1 than each: {'yes' if better else 'NO'}; faster than trafilatura: {'yes' if faster else 'NO'}")
    return 0 if better and faster else 1


if __name__ == "__main__":
    sys.exit(main())
