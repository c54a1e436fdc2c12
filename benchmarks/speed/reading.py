"""How fast sources are read, against jieba, JioNLP and trafilatura: processor times of one process, taken in turn."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

import jieba

import pipeline.extraction
from pipeline.extraction import extract_source
from pipeline.figures import Reference, find_figures, find_periods
from pipeline.reading import read_source

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "benchmarks/cleaning"))
import pages  # noqa: E402 - a script beside this one, which has the environments of other tools

STAGES = {
    "clean_source": "cleaning",
    "split_reports": "reports apart",
    "read_tables": "tables",
    "locate": "regions",
    "read_periods": "periods",
    "find_figures": "figures",
    "link_figures": "facts",
    "check_source": "checks",
}
"""The functions that the way from bytes to facts calls one after the other, and what they do."""

JIONLP = ["jionlp==1.5.31", "setuptools<81"]


def texts_of_samples() -> list[tuple[bytes, str]]:
    """The text samples, untangled dump included: bytes and name."""
    paths = sorted((ROOT / "corpora/samples").glob("*.txt"))
    return [(path.read_bytes(), path.name) for path in paths]


def seconds(run: Callable[[], object]) -> float:
    """The processor time of a call."""
    start = time.process_time()
    run()
    return time.process_time() - start


@contextmanager
def watched() -> Iterator[dict[str, float]]:
    """The processor time spent in every stage while this is open; what one asks of another counts for the first."""
    spent = dict.fromkeys(STAGES, 0.0)
    inside: list[str] = []

    def timed(name: str, function: Callable[..., object]) -> Callable[..., object]:
        def run(*given: object, **named: object) -> object:
            if inside:
                return function(*given, **named)
            inside.append(name)
            start = time.process_time()
            try:
                return function(*given, **named)
            finally:
                spent[name] += time.process_time() - start
                inside.pop()

        return run

    wraps = {name: timed(name, getattr(pipeline.extraction, name)) for name in STAGES}
    with patch.multiple(pipeline.extraction, **wraps):
        yield spent


def against_jieba(rounds: int, characters: int) -> Iterator[tuple[str, float, str]]:
    """Extraction as a whole and each stage: how many times as fast as ``jieba.lcut`` on the same text."""
    jieba.setLogLevel("ERROR")
    jieba.initialize()
    sources = texts_of_samples()
    layers = [read_source(data, name).layer.text for data, name in sources]
    size = sum(map(len, layers))
    times = max(1, characters // size // rounds)
    work, cut = sources * times, layers * times
    _extract(sources)
    ours, theirs, stages = [], [], []
    for _ in range(rounds):
        theirs.append(seconds(lambda: [jieba.lcut(text) for text in cut]))
        ours.append(seconds(lambda: _extract(work)))
        with watched() as spent:
            _extract(work)
        stages.append({name: time_there / theirs[-1] for name, time_there in spent.items()})
    ratio = statistics.median(b / a for a, b in zip(ours, theirs, strict=True))
    unit = 1e6 / (size * times)
    yield (
        "extraction / jieba.lcut",
        ratio,
        f"{unit * statistics.median(ours):.1f} µs a character against {unit * statistics.median(theirs):.1f}",
    )
    for name, what in STAGES.items():
        share = statistics.median(stage[name] for stage in stages)
        yield f"{what} / jieba.lcut", 1 / share, f"{unit * share * statistics.median(theirs):.2f} µs a character"


def against_jionlp() -> Iterator[tuple[str, float, str]]:
    """Figures and periods against JioNLP's money and time, on the text samples line by line."""
    python = pages.environment("jionlp", JIONLP)
    texts = [read_source(data, name).layer.text for data, name in texts_of_samples()]
    moment = Reference(2023, 5)
    ours = min(seconds(lambda: [find_figures(t, find_periods(t, moment)) for t in texts]) for _ in range(5))
    done = subprocess.run(
        [python, Path(__file__).with_name("others.py"), "jionlp"],
        input=json.dumps(texts), capture_output=True, text=True, check=True,
    )  # fmt: skip
    theirs = json.loads(done.stdout)["seconds"]
    size = sum(map(len, texts))
    yield (
        "all figures and periods / JioNLP money and time",
        theirs / ours,
        f"{1e6 * ours / size:.1f} µs a character against {1e6 * theirs / size:.0f}",
    )


def against_trafilatura(rounds: int) -> Iterator[tuple[str, float, str]]:
    """Pages a second: the main text, and all the way to facts, parsing included, against trafilatura's main text."""
    found = pages.pages()
    main, whole, theirs = [], [], []
    for _ in range(rounds):
        theirs.append(pages.theirs("trafilatura", found)[1])
        main.append(pages.ours(found)[1])
        whole.append(seconds(lambda: [extract_source(page.data, f"{page.name}.html") for page in found]))
    each = 1000 / len(found)
    told = f"against {each * statistics.median(theirs):.1f}"
    for name, ours in (("main text of pages", main), ("extraction of pages", whole)):
        ratio = statistics.median(b / a for a, b in zip(ours, theirs, strict=True))
        yield f"{name} / trafilatura", ratio, f"{each * statistics.median(ours):.1f} ms a page {told}"


def _extract(sources: Sequence[tuple[bytes, str]]) -> None:
    for data, name in sources:
        extract_source(data, name)
