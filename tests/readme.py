"""Runs the commands of the READMEs and compares, or with ``make readme`` rewrites, what they print.

A block marked ``console`` holds commands after ``$``, each followed by all that it prints; lines of errors and notes are
not shown. The commands of one README run one after the other in a fresh directory with the samples in it. ``make ingest``
and ``make compare`` stand for the commands of the Makefile, and ``| head -n N`` cuts.
"""

from __future__ import annotations

import io
import os
import re
import shlex
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import chdir, redirect_stderr, redirect_stdout
from pathlib import Path

from pipeline.cli.main import main

ROOT = Path(__file__).resolve().parents[1]
READMES = (ROOT / "README.md", ROOT / "README.zh-CN.md")

_BLOCK = re.compile(r"(?ms)^```console\n(.*?)^```$")
_COMMAND = re.compile(r"(?m)^\$ (.*)\n")
_SECONDS = re.compile(r"in \d+\.\d seconds")


def blocks(text: str) -> list[list[tuple[str, str]]]:
    """The ``console`` blocks of a README, each a list of commands with what they print."""
    return [_commands(match[1]) for match in _BLOCK.finditer(text)]


def run_all(text: str) -> Iterator[list[tuple[str, str]]]:
    """The blocks of a README with what their commands print now."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(ROOT / "corpora/samples", Path(folder) / "corpora/samples")
        (Path(folder) / "corpora/inbox").mkdir()
        os.environ.pop("COLUMNS", None)  # by which tables would be cut to somebody's window
        with chdir(folder):
            for block in blocks(text):
                yield [(command, run(command)) for command, _ in block]


def run(command: str) -> str:
    """What a command of a README prints, with the seconds made the same every time."""
    words = shlex.split(command)
    lines = None
    if words[-4:-1] == ["|", "head", "-n"]:
        words, lines = words[:-4], int(words[-1])
    if words[0] == "make":
        words = _recipe(words[1])
    assert words[0] == "countyfacts", command
    out, errors = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for _ in range(2))
    with redirect_stdout(out), redirect_stderr(errors):
        try:
            main(words[1:])
        except SystemExit as exited:
            status = exited.code or 0
    for stream in (out, errors):
        stream.flush()
    assert status == 0, errors.buffer.getvalue().decode()
    printed = _SECONDS.sub("in 4.0 seconds", out.buffer.getvalue().decode())
    return "".join(printed.splitlines(keepends=True)[:lines])


def rewrite(path: Path) -> None:
    """Put what the commands of a README print now in the place of what it shows."""
    text = path.read_text(encoding="utf-8")
    printed = iter(list(run_all(text)))

    def block(match: re.Match[str]) -> str:
        return "```console\n" + "\n".join(f"$ {command}\n{output}" for command, output in next(printed)) + "```"

    path.write_text(_BLOCK.sub(block, text), encoding="utf-8")


def _commands(block: str) -> list[tuple[str, str]]:
    parts = _COMMAND.split(block)[1:]
    pairs = list(zip(parts[::2], parts[1::2], strict=True))
    return [(command, output[:-1] if n < len(pairs) - 1 else output) for n, (command, output) in enumerate(pairs)]


def _recipe(target: str) -> list[str]:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    line = re.search(rf"(?m)^{target}:.*\n\t@\$\(BIN\)/(.*)$", makefile)
    assert line, target
    return shlex.split(line[1])


if __name__ == "__main__":
    for readme in READMES:
        rewrite(readme)
        print(f"{readme.name}: outputs are up to date", file=sys.stderr)
