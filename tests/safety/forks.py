"""Ingests in processes that can be killed, forked with all models loaded so that two hundred of them take minutes."""

from __future__ import annotations

import itertools
import os
import random
import signal
import sqlite3
import sys
import time
import traceback
from collections.abc import Callable, Iterable, Iterator
from contextlib import chdir, contextmanager
from functools import lru_cache
from pathlib import Path
from unittest.mock import patch

from pipeline.engines import ingest
from pipeline.engines import ingesting as ingesting_module
from pipeline.store import writer
from pipeline.store.connection import open_writer
from tests.safety.databases import all_rows

SEED = int(os.environ.get("COUNTYFACTS_SEED", "20240607"))
SAMPLES = Path(__file__).parents[2] / "corpora/samples"
ORDINARY = ("brief-news.txt", "clone.html", "damaged-scan.txt", "work-summary.txt")
_real_read = ingesting_module._read


def fill(folder: Path, count: int, rng: random.Random) -> None:
    """Write reports that differ in their numbers, a copy, and files that are refused."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        write_report(folder / f"{number:03}.txt", rng)
    (folder / "copy.txt").write_bytes((folder / "000.txt").read_bytes())
    (folder / "empty.txt").write_bytes(b"")
    (folder / "noise.txt").write_bytes(bytes(range(256)) * 8)


def write_report(path: Path, rng: random.Random) -> None:
    """A report of a county on its schools, some lines long."""
    county = rng.choice(("苍山县", "路桥区", "沂水县", "南康区", "固始县", "博白县"))
    lines = [f"{county}{rng.randint(2015, 2023)}年教育工作总结"]
    lines += [
        f"{place}，全{county[-1]}新建学校{rng.randint(2, 40)}所，新增学位{rng.randint(300, 9000)}个，投入资金"
        f"{rng.randint(1, 9)}.{rng.randint(10, 99)}亿元，招聘教师{rng.randint(20, 400)}名。"
        for place in ("一年来", "上半年", "下半年", "“十三五”期间")[: rng.randint(2, 4)]
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def forked(work: Callable[[], object], errors: Path) -> int:
    """Run ``work`` in a child of this process; its number. What it fails by is written into ``errors``."""
    sys.stdout.flush()
    sys.stderr.flush()
    child = os.fork()
    if child:
        return child
    status = 1
    try:
        work()
        status = 0
    except BaseException:
        errors.write_text(traceback.format_exc(), encoding="utf-8")
    finally:
        os._exit(status)


def ended(child: int) -> int:
    """Wait for a child; its exit status, negative for the signal that ended it."""
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def kill_after(child: int, seconds: float) -> int:
    """Kill a child after so many seconds if it still runs; its exit status."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        found, status = os.waitpid(child, os.WNOHANG)
        if found:
            return os.waitstatus_to_exitcode(status)
        time.sleep(min(0.002, max(0.0, until - time.monotonic())))
    os.kill(child, 9)
    return ended(child)


@lru_cache(maxsize=4096)
def _read_once(task: ingesting_module._Task, content: bytes) -> ingesting_module._Outcome:
    return _real_read(task)


def _read(task: ingesting_module._Task) -> ingesting_module._Outcome:
    return _read_once(task, task.candidate.path.read_bytes())


def ingest_here(folder: Path, db: Path) -> ingesting_module.IngestSummary:
    """An ingest in this process; what was read before the fork isn't read again, so that the time goes into writing."""
    ingesting_module._read = _read
    try:
        with chdir(folder.parent):
            return ingest([Path(folder.name)], db, processes=1)
    finally:
        ingesting_module._read = _real_read


def ingest_until(folder: Path, db: Path, statement: int) -> None:
    """An ingest that kills its own process as it comes to so manieth an SQL statement."""
    counted = itertools.count(1)

    def step(_: str) -> None:
        if next(counted) == statement:
            os.kill(os.getpid(), signal.SIGKILL)

    with _traced(step):
        ingest_here(folder, db)


def statements_of(folder: Path, db: Path) -> int:
    """How many SQL statements an ingest comes to."""
    seen: list[str] = []
    with _traced(seen.append):
        ingest_here(folder, db)
    return len(seen)


@contextmanager
def _traced(step: Callable[[str], None]) -> Iterator[None]:
    """While this is open, ``step`` is told every SQL statement of those who write before it runs."""

    def opened(path: Path) -> sqlite3.Connection:
        db = open_writer(path)
        db.set_trace_callback(step)
        return db

    with patch.object(writer, "open_writer", opened):
        yield


def uninterrupted(folder: Path, db: Path) -> dict[str, list[tuple]]:
    """The rows of a database that nothing came in between."""
    ingest_here(folder, db)
    return all_rows(db)


def differences(one: dict[str, list[tuple]], two: dict[str, list[tuple]]) -> list[str]:
    """The tables in which two databases differ, with a row that only one has."""
    return [
        f"{table}: {next(iter(set(one[table]) ^ set(two[table])), None)}" for table in one if one[table] != two[table]
    ]


def joined(paths: Iterable[Path]) -> str:
    """What children failed by."""
    return "\n".join(path.read_text(encoding="utf-8") for path in paths if path.exists())
