"""No regular expression takes more than linear time, or much of it, whatever stands in a text.

Every pattern that is compiled anywhere in the program, in its data too, is tried on texts made of what it matches.
``make test`` tries each on some dozen texts, ``make long-patterns`` on some hundred (COUNTYFACTS_PATTERNS).
"""

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pipeline.engines.spreading import TimeLimit, default_processes, spread
from pipeline.places.inferring import _named_towns
from tests.safety.patterns import Tried, Used, slowest

pytestmark = pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="needs timers that can end a search (Unix)")

ROOT = Path(__file__).parents[2]
LONG_RUN = "COUNTYFACTS_PATTERNS" in os.environ
COLLECT = "import json; from tests.safety.patterns import collect; print(json.dumps(collect()))"


@pytest.fixture(scope="module")
def patterns() -> list[Used]:
    run = subprocess.run(
        [sys.executable, "-c", COLLECT], capture_output=True, text=True, check=True, cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    return [Used(*row) for row in json.loads(run.stdout.splitlines()[-1])]


def test_no_pattern_takes_long(patterns):
    assert len(patterns) > 300
    assert any(item.anchored for item in patterns)
    limit = TimeLimit(lambda item: 300.0, given_up)
    found = spread(try_often if LONG_RUN else slowest, patterns, processes=default_processes(), crashed=given_up, limit=limit)  # fmt: skip
    slow = [(item, worst) for item, worst in zip(patterns, found, strict=True) if worst.is_slow()]
    assert not slow, "\n".join(
        f"{item.module}: {item.pattern!r} took {worst.seconds:.2f} s for {worst.length} characters, {worst.growth:.0f} "
        f"times as long as for a quarter of them: {worst.text[:60]!r}..."
        for item, worst in slow
    )


def try_often(item: Used) -> Tried:
    return slowest(item, rounds=3)


def given_up(item: Used) -> Tried:
    return Tried(99.0, 0, 99.0, "(given up)")


# What was slow in this program once, or is in the books.
SLOW = [
    (r"(?P<list>[一-龥]{2,4}(?:[、和][一-龥]{2,4}){1,40}?)等?(?:乡镇|街道)", False),
    (r"<(record|nextgroup)>\s*<!\[CDATA\[(.*?)\]\]>\s*</\1>", False),
    (r"(?:[年月日]|\d)\s*[)）]?\s*(?:印发|印)?$", False),
    (r".{2,60}?[….]{4,}\s*.{0,16}?[(（]?\s*\d{1,4}\s*[)）]?", True),
    (r"「[^\n」]*」", False),
    (r"(a+)+$", True),
    (r"\d+(?:,\d+)*亿", False),
    (r"(?:[^>\d]{1,20}\s*[>]+\s*){2,8}[^>]{1,30}", True),
]


@pytest.mark.parametrize(("pattern", "anchored"), SLOW)
def test_a_slow_pattern_is_found(pattern, anchored):
    assert slowest(Used(pattern, int(re.DOTALL), "here", anchored)).is_slow()


def test_a_quick_pattern_is_not():
    assert not slowest(Used(r"(?P<a>\d{1,12})\s*+(?:年\s*+)?[到至]\d", 0, "here", False)).is_slow()


def test_lists_of_towns_are_read_and_end_whatever_stands_in_them():
    began = time.process_time()
    assert {"沙岭", "平罗", "造化"} == _named_towns("下辖：沙岭、平罗和造化等街道")
    assert _named_towns("和" * 5000 + "街道") == set()
    assert time.process_time() - began < 5
