"""Inputs led by the parts of the program that they reach (atheris), for the readers, the cleaner and the grammar.

    python tests/fuzz/guided.py TARGET FOLDER [options of libFuzzer]        TARGET: read, clean, grammar

New ways into the program are kept in FOLDER, which is filled with the seeds of the other fuzzing where it is empty. Ends
with a trace, and the input in a file beside FOLDER (``crash-...``, ``timeout-...``), where something breaks its promises.
Needs the package atheris (Linux, macOS); ``make long-guided`` installs it.
"""

from __future__ import annotations

import sys
from pathlib import Path

import atheris

sys.path.insert(0, str(Path(__file__).parents[2]))

with atheris.instrument_imports(include=["pipeline"]):
    import pipeline.cleaning
    import pipeline.figures
    import pipeline.reading.mail
    import pipeline.reading.opening
    import pipeline.reading.pdf.reader
    import pipeline.reading.word
    import pipeline.reading.workbook  # noqa: F401 - those that others import when they need them
    from tests.fuzz import mutating, running

_MOST_BYTES = 20_000


def read(data: bytes) -> None:
    """The readers; the first byte says which."""
    if data:
        running.refused_or(running.look_into, data[1:], f"a{mutating.KINDS[data[0] % len(mutating.KINDS)]}")


def clean(data: bytes) -> None:
    """The cleaner."""
    running.check_clean(data.decode("utf-8", "replace"))


def grammar(data: bytes) -> None:
    """The grammar of numbers."""
    running.check_grammar(data.decode("utf-8", "replace"))


def fill(folder: Path, target: str) -> None:
    """Put the seeds into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, (name, data) in enumerate(mutating.seeds()):
        suffix = Path(name).suffix
        if len(data) < _MOST_BYTES and (suffix in mutating.KINDS if target == "read" else suffix == ".txt"):
            first = bytes([mutating.KINDS.index(suffix)]) if target == "read" else b""
            (folder / f"seed-{number}").write_bytes(first + data)


if __name__ == "__main__":
    target, folder = sys.argv[1], Path(sys.argv[2])
    if not folder.is_dir() or not any(folder.iterdir()):
        fill(folder, target)
    options = [
        f"-max_len={_MOST_BYTES}",
        f"-artifact_prefix={folder.parent}/",
        "-timeout=20",
        "-rss_limit_mb=3000",
        *sys.argv[3:],
    ]
    atheris.Setup([sys.argv[0], *options, str(folder)], {"read": read, "clean": clean, "grammar": grammar}[target])
    atheris.Fuzz()
