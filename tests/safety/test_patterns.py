"""No regular expression takes more than linear time, whatever stands in a text of 20,000 characters.

Every pattern that is compiled anywhere in the program, in its data too, is tried on texts made of what it matches.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.engines.spreading import TimeLimit, default_processes, spread
from tests.safety.patterns import Used, slowest

pytestmark = pytest.mark.skipif(
    "COUNTYFACTS_PATTERNS" not in os.environ, reason="takes a minute or more: make long-patterns"
)

ROOT = Path(__file__).parents[2]
SECONDS = 0.5
"""Of the processor, for 20,000 characters: a pattern of quadratic time takes a multiple."""

COLLECT = "import json; from tests.safety.patterns import collect; print(json.dumps(collect()))"


@pytest.fixture(scope="module")
def patterns() -> list[Used]:
    run = subprocess.run(
        [sys.executable, "-c", COLLECT], capture_output=True, text=True, check=True, cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    return [Used(*row) for row in json.loads(run.stdout.splitlines()[-1])]


def late(item: Used) -> tuple[float, str]:
    return 99.0, "(given up)"


def test_no_pattern_takes_long(patterns):
    assert len(patterns) > 300
    limit = TimeLimit(lambda item: 30.0, late)
    found = spread(slowest, patterns, processes=default_processes(), crashed=late, limit=limit)
    slow = [(item, *worst) for item, worst in zip(patterns, found, strict=True) if worst[0] > SECONDS]
    assert not slow, "\n".join(
        f"{item.module}: {item.pattern!r} took {seconds:.1f} s on {text!r}..." for item, seconds, text in slow
    )
