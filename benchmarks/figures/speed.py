"""The speed of ``find_periods`` and ``find_figures`` together beside ``jieba.lcut`` on the same clean texts.

Both run in turn in one process; a round's ratio is that of its two processor times, so that a machine that is busy with
other things slows both. Printed is the median of the rounds, and of rounds without Python's collector of cycles. Exits
with 1 where reading isn't four times as fast.
"""

import gc
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import jieba

from pipeline.cleaning import clean_source
from pipeline.figures import Reference, find_figures, find_periods
from pipeline.reading import read_source

ROOT = Path(__file__).parents[2]
FOLDERS = (ROOT / "corpora/samples", ROOT / "corpora/labelled")
MOMENT = Reference(2023, 5)
ROUNDS = 15
AIM = 4


def clean_texts() -> list[str]:
    """The clean texts of the project's own documents."""
    paths = [path for folder in FOLDERS for path in sorted(folder.glob("*")) if path.suffix in (".txt", ".html")]
    return [clean_source(read_source(path.read_bytes(), path.name)).text for path in paths]


def seconds(run: Callable[[str], object], texts: list[str]) -> float:
    """The processor time that all texts take."""
    start = time.process_time()
    for text in texts:
        run(text)
    return time.process_time() - start


def read(text: str) -> None:
    """Find periods and figures, as the pipeline does."""
    find_figures(text, find_periods(text, MOMENT))


def rounds(texts: list[str]) -> tuple[list[float], list[float]]:
    """The times of both, round by round; the first round of each, which loads what it needs, isn't counted."""
    times = [(seconds(read, texts), seconds(jieba.lcut, texts)) for _ in range(ROUNDS + 1)][1:]
    ours, theirs = zip(*times, strict=True)
    return list(ours), list(theirs)


def main() -> int:
    """Measure and print; the exit status."""
    jieba.setLogLevel("ERROR")
    jieba.initialize()
    texts = clean_texts()
    size = sum(map(len, texts))
    ratios = []
    for collecting in (True, False):
        if not collecting:
            gc.disable()
        ours, theirs = rounds(texts)
        ratios.append(statistics.median(b / a for a, b in zip(ours, theirs, strict=True)))
        print(
            f"{len(texts)} texts, {size} characters, {'with' if collecting else 'without'} garbage collection: ", end=""
        )
        print(f"figures and periods {1e6 * min(ours) / size:.2f} µs a character, ", end="")
        print(f"jieba.lcut {1e6 * min(theirs) / size:.2f}; {ratios[-1]:.1f} times as fast")
    return 0 if min(ratios) >= AIM else 1


if __name__ == "__main__":
    sys.exit(main())
