"""Takes each guard against hostile input out of a copy of the project, and looks whether a test fails then.

python tests/safety/taking_out.py [WORDS]      only the guards whose name has the words
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
GUARDS = ROOT / "tests/safety/guards.yaml"
COPIED = ("pipeline", "tests", "models", "corpora/samples", "docs", "pyproject.toml", "requirements.lock", "Makefile")


def take_out(place: Path, change: dict[str, Any]) -> bool:
    """Replace a guard by what is left of it; whether it was there."""
    path = place / change["file"]
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(change["old"], change["new"]), encoding="utf-8")
    return change["old"] in text


def failing(guard: dict[str, Any]) -> str | None:
    """What a run of the guard's test says without the guard; None where it doesn't fail."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        for name in COPIED:
            source, target = ROOT / name, place / name
            target.parent.mkdir(parents=True, exist_ok=True)
            if source.is_dir():
                shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
            elif source.exists():
                shutil.copy(source, target)
        if not take_out(place, guard):
            raise SystemExit(
                f"{guard['guard']}: {guard['file']} doesn't have {guard['old']!r} any more; mend {GUARDS.name}"
            )
        if "also" in guard:
            take_out(place, guard["also"])
        select = ["-k", guard["select"]] if guard["select"] else []
        command = [sys.executable, "-m", "pytest", "-n0", "-q", "-x", "-p", "no:cacheprovider", guard["test"], *select]
        run = subprocess.run(
            command, cwd=place, env={**os.environ, "PYTHONPATH": str(place), "COUNTYFACTS_PATTERNS": "1"}, capture_output=True, text=True, check=False,
            timeout=600,
        )  # fmt: skip
    if run.returncode != 1:  # 0: passed; 5: there is no such test
        return None
    failed = [line for line in run.stdout.splitlines() if line.startswith(("FAILED", "ERROR"))]
    return failed[0].removeprefix("FAILED ")[:150] if failed else run.stdout.splitlines()[-1]


def main(words: str) -> int:
    """Take out each guard; how many nobody would miss."""
    unmissed = 0
    for guard in yaml.safe_load(GUARDS.read_text(encoding="utf-8")):
        if words not in guard["guard"]:
            continue
        said = failing(guard)
        unmissed += said is None
        print(f"{guard['guard']}: {said or 'NO TEST FAILED'}", flush=True)
    return unmissed


if __name__ == "__main__":
    sys.exit(bool(main(" ".join(sys.argv[1:]))))
