"""Set-up is done once, by whichever target needs it first, with tools that Linux and macOS share."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


def make(*arguments: str, cwd: Path = ROOT) -> str:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
    done = subprocess.run(["make", *arguments], cwd=cwd, capture_output=True, text=True, env=clean, check=True)
    return done.stdout


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """What set-up looks at, without an environment."""
    for name in ("Makefile", "requirements.lock", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    return tmp_path


@pytest.mark.parametrize("target", ["ingest", "compare", "evaluate", "test", "lint"])
def test_every_target_sets_up_what_it_needs_and_nothing_twice(bare, target):
    assert "--require-hashes" in make("-n", target, cwd=bare)
    (bare / ".venv").mkdir()
    (bare / ".venv/.ready").touch()
    again = make("-n", target, cwd=bare)
    assert "-m pip" not in again
    assert "-m venv" not in again
    os.utime(bare / "requirements.lock", (2e9, 2e9))
    assert "--require-hashes" in make("-n", target, cwd=bare)


def test_an_old_python_is_told(bare):
    done = subprocess.run(["make", "setup", "PYTHON=false"], cwd=bare, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "needs Python 3.11 or newer" in done.stderr


def test_help_lists_the_targets():
    shown = make("help")
    for target in ("ingest", "compare", "evaluate", "test", "lint", "readme"):
        assert re.search(rf"^make {target} +\w", shown, re.M)


def test_continuous_integration_runs_the_tests():
    script = ROOT / ".ci/run"
    assert os.access(script, os.X_OK)
    text = script.read_text(encoding="utf-8")
    assert text.startswith("#!/usr/bin/env bash\n")
    assert "make test" in text


def test_the_lock_pins_every_dependency_with_a_hash():
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    pins = re.findall(r"(?m)^([a-zA-Z0-9_.-]+)==", lock)
    assert len(pins) > 30
    for requirement in re.findall(r"(?m)^([a-zA-Z0-9_.-]+)==[^\n]*\n(?!    --hash)", lock):
        raise AssertionError(f"{requirement} has no hash")


def test_what_users_put_in_and_what_comes_out_is_not_tracked():
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8")
    assert "/corpora/inbox/*" in ignored
    assert "/outputs/*" in ignored
