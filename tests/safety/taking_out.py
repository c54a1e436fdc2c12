"""Takes each guard against hostile input out of a copy of the project, and looks whether its test fails then.

python tests/safety/taking_out.py [WORDS]      only the guards whose name has the words

With the guards in their places all tests must pass, or their failing would say nothing. Exit status 1 where a guard
could be taken out and no test failed.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ROOT = Path(__file__).parents[2]
GUARDS = ROOT / "tests/safety/guards.yaml"
COPIED = ("pipeline", "tests", "models", "corpora/samples", "docs", "tools", "pyproject.toml")
MOST_SECONDS = 240
"""For one test; one that never ends without its guard has failed."""


def load(words: str) -> list[dict[str, Any]]:
    """The guards whose name has the words, each with its changes: file, old, new."""
    found = []
    for group in yaml.safe_load(GUARDS.read_text(encoding="utf-8")).values():
        for guard in group:
            changes = list(guard.get("changes", ()))
            if "file" in guard:
                changes.append({key: guard[key] for key in ("file", "old", "new")})
            if "also" in guard:
                changes.append({"file": guard["file"], "old": guard["also"], "new": guard["instead"]})
            if words in guard["guard"]:
                found.append({**guard, "changes": changes})
    return found


def copy_to(place: Path) -> None:
    """Copy what the tests need."""
    for name in COPIED:
        source, target = ROOT / name, place / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, target)


@contextmanager
def taken_out(place: Path, guard: dict[str, Any]) -> Iterator[None]:
    """The copy without a guard."""
    before = {change["file"]: (place / change["file"]).read_text(encoding="utf-8") for change in guard["changes"]}
    try:
        for change in guard["changes"]:
            path = place / change["file"]
            text = path.read_text(encoding="utf-8")
            if change["old"] not in text:
                raise SystemExit(
                    f"{guard['guard']}: {change['file']} has {change['old']!r} no more; mend {GUARDS.name}"
                )
            path.write_text(text.replace(change["old"], change["new"]), encoding="utf-8")
        yield
    finally:
        for name, text in before.items():
            (place / name).write_text(text, encoding="utf-8")


def run(place: Path, tests: Sequence[str], seconds: float) -> tuple[int, str]:
    """The exit status of pytest for some tests of the copy, and the line that says what failed."""
    command = [sys.executable, "-m", "pytest", "-n0", "-q", "-x", "-p", "no:cacheprovider", "--tb=line", *tests]
    environment = {**os.environ, "PYTHONPATH": str(place), "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        done = subprocess.run(
            command, cwd=place, env=environment, capture_output=True, text=True, check=False, timeout=seconds
        )
    except subprocess.TimeoutExpired:
        return 1, f"never ended ({tests[0].rpartition('::')[2]})"
    failed = [line.removeprefix("FAILED ") for line in done.stdout.splitlines() if line.startswith(("FAILED", "ERROR"))]
    return done.returncode, (failed or done.stdout.strip().splitlines() or [done.stderr[-300:]])[0][:130]


def main(words: str) -> int:
    """Take out each guard; the exit status."""
    guards = load(words)
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        copy_to(place)
        status, said = run(place, sorted({guard["test"] for guard in guards}), 10 * MOST_SECONDS)
        if status:
            print(f"with all guards in their places: {said}")
            return 1
        unmissed = 0
        for guard in guards:
            with taken_out(place, guard):
                status, said = run(place, [guard["test"]], guard.get("seconds", MOST_SECONDS))
            if status != 1:  # 0: passed; 2, 4, 5: nothing was tested
                unmissed += 1
                said = f"NO TEST FAILED (status {status}: {said})"
            print(f"{guard['guard']}: {said}", flush=True)
    print(f"{len(guards)} guards taken out, {unmissed} not missed, in {time.monotonic() - began:.0f} seconds")
    return min(unmissed, 1)


if __name__ == "__main__":
    sys.exit(main(" ".join(sys.argv[1:])))
