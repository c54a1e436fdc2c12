"""The command in a process of its own, as a user runs it."""

from __future__ import annotations

import os
import subprocess
import sys


def run(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run ``countyfacts`` with variables of the environment besides those there are."""
    return subprocess.run(
        [sys.executable, "-m", "pipeline", *arguments],
        capture_output=True, text=True, encoding="utf-8", check=False, env={**os.environ, **variables},
    )  # fmt: skip
