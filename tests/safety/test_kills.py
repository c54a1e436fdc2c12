"""Ingests that are killed, that meet a full disk, or whose machine loses power: the database opens, holds whole sources
only, and when the same command is run again it ends up row by row as if nothing had happened.

``make test`` kills a few times, ``make long-kill`` two hundred times, with twenty full disks (COUNTYFACTS_KILLS).
"""

import os
import random
import resource
import shutil
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

from pipeline.engines import ingesting
from pipeline.errors import StoreError
from tests.safety.databases import all_rows, check_whole
from tests.safety.forks import (
    SEED,
    differences,
    ended,
    fill,
    forked,
    ingest_here,
    ingest_until,
    joined,
    kill_after,
    statements_of,
    uninterrupted,
    write_report,
)

KILLS = int(os.environ.get("COUNTYFACTS_KILLS", "12"))
FULL_DISKS = max(2, KILLS // 10)
COMMANDS = max(1, KILLS // 20)
"""So many of the kills are of the command itself with its workers."""
FILES = 24
ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs processes that can be forked")


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A folder with files, all read once, the rows of a database made of them, how long that took, in how many steps.

    Few are written together, so that few files make many transactions; the command itself writes them as ever.
    """
    monkeypatch.setattr(ingesting, "TOGETHER", 2)
    fill(tmp_path / "in", FILES, random.Random(SEED))
    ingest_here(tmp_path / "in", tmp_path / "first.db")
    began = time.monotonic()
    ingest_here(tmp_path / "in", tmp_path / "whole.db")
    seconds = time.monotonic() - began
    steps = statements_of(tmp_path / "in", tmp_path / "steps.db")
    return tmp_path, all_rows(tmp_path / "whole.db"), seconds, steps


def remove(db):
    for path in db.parent.glob(f"{db.name}*"):
        path.unlink()


def test_killed_at_random_moments(place):
    folder, rows, seconds, steps = place
    rng = random.Random(SEED)
    print(f"seed {SEED}")
    db, errors = folder / "facts.db", folder / "errors.txt"
    killed = finished = 0
    stopped_at = set()
    while killed < KILLS - COMMANDS:
        if killed % 2:
            status = kill_after(forked(lambda: ingest_here(folder / "in", db), errors), rng.uniform(0, seconds))
        else:
            step = rng.randint(1, steps)
            status = ended(forked(lambda step=step: ingest_until(folder / "in", db, step), errors))
        assert status in (0, -9), joined([errors])
        killed += status == -9
        sources = check_whole(db) if db.exists() else 0
        stopped_at.add(sources)
        if status == 0:
            assert differences(all_rows(db), rows) == []
            finished += 1
            remove(db)
    ingest_here(folder / "in", db)
    assert differences(all_rows(db), rows) == []
    assert len(stopped_at) > min(KILLS, 24) // 4, "the kills came at the same moments"
    print(f"{killed} kills, {finished} ingests came to their end, stopped at {sorted(stopped_at)} sources")


def test_the_command_is_killed_with_its_workers(place):
    folder, rows, *_ = place
    rng = random.Random(SEED + 1)
    db = folder / "facts.db"
    command = [sys.executable, "-m", "pipeline", "ingest", "in", "--db", str(db), "--processes", "2"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    for _ in range(COMMANDS):
        process = subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.DEVNULL)
        time.sleep(rng.uniform(0.3, 8))
        process.kill()
        process.wait()
        assert (check_whole(db) if db.exists() else 0) <= len(rows["sources"])
    subprocess.run(command, cwd=folder, env=environment, stdout=subprocess.DEVNULL, check=True)
    assert differences(all_rows(db), rows) == []


def test_files_that_change_between_kills(place):
    folder, _, seconds, _ = place
    rng = random.Random(SEED + 2)
    db, errors = folder / "facts.db", folder / "errors.txt"
    for _ in range(max(3, KILLS // 10)):
        for number in rng.sample(range(1, FILES), 5):
            write_report(folder / f"in/{number:03}.txt", rng)
        child = forked(lambda: ingest_here(folder / "in", db), errors)
        assert kill_after(child, rng.uniform(0, seconds * 3)) in (0, -9), joined([errors])
        if db.exists():
            check_whole(db)
    ingest_here(folder / "in", db)
    assert differences(all_rows(db), uninterrupted(folder / "in", folder / "new.db")) == []


@contextmanager
def small_disk(folder, size):
    """A disk of so many bytes, or None where none can be mounted."""
    folder.mkdir(exist_ok=True)
    mounted = sys.platform == "linux" and os.geteuid() == 0 and subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "none", str(folder)], capture_output=True, check=False
    ).returncode == 0  # fmt: skip
    try:
        yield folder if mounted else None
    finally:
        if mounted:
            subprocess.run(["umount", "-l", str(folder)], check=True)


def meets_full_disk(source, db, limit):
    """An ingest that may write no file beyond the limit; it must say so in a word and stop in order."""
    if limit is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    try:
        ingest_here(source, db)
    except StoreError as error:
        os._exit(3 if "make room" in str(error) else 4)


@pytest.mark.parametrize("way", ["disk", "file size"])
def test_a_disk_that_fills(place, way):
    folder, rows, *_ = place
    rng = random.Random(SEED + 3)
    errors = folder / "errors.txt"
    empty = folder / "empty.db"
    (folder / "none").mkdir()
    ingest_here(folder / "none", empty)
    at_least, at_most = empty.stat().st_size, (folder / "whole.db").stat().st_size
    full = 0
    for attempt in range(FULL_DISKS // 2 or 1):
        size = rng.randint(at_least // 2, at_most) if attempt else (at_least + at_most) // 2
        with small_disk(folder / f"disk{attempt}", 2 * size) as disk:
            if way == "disk" and disk is None:
                pytest.skip("no disk can be mounted here (it takes root)")
            db = (disk if way == "disk" else folder) / f"full{attempt}.db"
            limit = None if way == "disk" else size
            status = ended(forked(lambda db=db, limit=limit: meets_full_disk(folder / "in", db, limit), errors))
            assert status in (0, 3), joined([errors])
            full += status == 3
            for path in list(db.parent.glob(f"full{attempt}.db*")) if way == "disk" else ():
                shutil.copy(path, folder)  # room is made by going to a larger disk
        db = folder / f"full{attempt}.db"
        if db.exists():
            check_whole(db)
        ingest_here(folder / "in", db)
        check_whole(db)
        assert differences(all_rows(db), rows) == []
    assert full, "no disk was full"
    print(f"{full} of {FULL_DISKS // 2 or 1} full, by {way}")


def test_power_lost_while_writing(place):
    """What was written last may be lost from any place on, or stand there as nonsense; what came before is whole."""
    folder, rows, _, steps = place
    rng = random.Random(SEED + 4)
    db, errors = folder / "facts.db", folder / "errors.txt"
    log = Path(f"{db}-wal")
    status = ended(forked(lambda: ingest_until(folder / "in", db, steps * 9 // 10), errors))
    assert status == -9, joined([errors])
    written = log.read_bytes()
    kept = set()
    times = max(12, KILLS // 2)
    for number in range(times):
        torn = folder / f"torn{number}.db"
        cut = int(len(written) * (number + rng.random()) / times)  # somewhere in each part of the log
        tail = rng.choice((b"", bytes(rng.randint(0, 20_000)), rng.randbytes(rng.randint(0, 20_000))))
        shutil.copy(db, torn)
        Path(f"{torn}-wal").write_bytes(written[:cut] + tail)
        kept.add(check_whole(torn))
        if number < 3:
            ingest_here(folder / "in", torn)
            assert differences(all_rows(torn), rows) == []
        remove(torn)
    assert len(kept) > 2, "the cuts made no difference"
