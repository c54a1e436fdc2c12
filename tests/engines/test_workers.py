"""Workers that die, that never end, and that are stuck where Python can't interrupt them."""

import os
import re
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import pytest

from pipeline.engines import ingest
from pipeline.engines.spreading import TimeLimit, spread
from tests.safety.databases import rows_of

ENDLESS = re.compile(r"(a+)+$")


def late(item):
    return -2


def dead(item):
    return -1


def stuck(item):
    """Waits in three ways: in Python, in a call to the system, and inside a C library that holds the lock."""
    if item % 10 == 3:
        while True:
            pass
    if item % 10 == 5:
        time.sleep(1000)
    if item % 10 == 7:
        ENDLESS.match("a" * 60 + "b")
    return item


def dying(item):
    if item in (0, 7, 8, 19):
        os._exit(3)
    return item


def dies_once(folder, item):
    mark = folder / str(item)
    if item % 4 == 1 and not mark.exists():
        mark.touch()
        os.kill(os.getpid(), 9)
    return item


def run(function, items, *, processes=2, seconds=1.0):
    limit = TimeLimit(lambda item: seconds, late)
    return list(spread(function, items, processes=processes, crashed=dead, limit=limit))


@pytest.mark.parametrize("processes", [1, 2])
def test_what_takes_too_long_is_given_up_and_the_rest_goes_on(processes):
    began = time.monotonic()
    assert run(stuck, range(10), processes=processes) == [0, 1, 2, -2, 4, -2, 6, -2, 8, 9]
    assert time.monotonic() - began < 60


def test_a_single_item_has_its_limit_too():
    assert run(stuck, [7]) == [-2]
    assert run(stuck, []) == []


def test_each_item_has_a_limit_of_its_own():
    limit = TimeLimit(lambda item: 60.0 if item == 1 else 1.0, late)
    assert list(spread(stuck, [1, 5, 2], processes=2, crashed=dead, limit=limit)) == [1, -2, 2]


@pytest.mark.parametrize("processes", [1, 3])
def test_the_dead_are_named_and_no_others(processes):
    expected = [-1 if item in (0, 7, 8, 19) else item for item in range(20)]
    assert run(dying, range(20), processes=processes, seconds=60) == expected


def test_one_that_dies_for_want_of_memory_is_tried_again(tmp_path):
    assert run(partial(dies_once, tmp_path), range(10), seconds=60) == list(range(10))


def test_large_results_in_order():
    assert run(large, range(30), seconds=60) == [bytes([item]) * 3_000_000 for item in range(30)]


def large(item):
    return bytes([item]) * 3_000_000


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="needs /proc, to see which processes there are")
def test_workers_end_with_their_caller():
    code = (
        "import time\nfrom tests.engines.test_workers import run, waits\n"
        "if __name__ == '__main__':\n    run(waits, range(4), seconds=60)\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    caller = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, env=environment)
    workers = [int(caller.stdout.readline()) for _ in range(2)]
    caller.kill()
    caller.wait()
    caller.stdout.close()
    until = time.monotonic() + 30
    while any(
        Path(f"/proc/{worker}/cmdline").exists() and Path(f"/proc/{worker}/cmdline").read_bytes() for worker in workers
    ):
        assert time.monotonic() < until, "workers outlive their caller"
        time.sleep(0.05)


def waits(item):
    print(os.getpid(), flush=True)
    time.sleep(1)
    return item


def test_a_source_that_takes_too_long_is_refused_and_its_copies_with_it(tmp_path):
    (tmp_path / "a.txt").write_text("全县现有小学12所。", encoding="utf-8")
    (tmp_path / "b.txt").write_text("全县现有小学12所。", encoding="utf-8")
    summary = ingest([tmp_path], tmp_path / "facts.db", processes=1, seconds=0.001)
    assert [(refused.code, "--seconds" in refused.message) for refused in summary.refused] == [("too_slow", True)] * 2
    assert rows_of(tmp_path / "facts.db", "sources") == []
    assert ingest([tmp_path], tmp_path / "facts.db", processes=1).read == 1, "it is tried again"
