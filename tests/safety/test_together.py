"""Two ingests into one database at once, and ten who read it meanwhile: each waits or works, none fails, nothing is lost.

``make test`` takes a few seconds, ``make long-concurrent`` two minutes (COUNTYFACTS_SECONDS).
"""

import os
import random
import time
from contextlib import closing, suppress
from itertools import count

import pytest

from pipeline.errors import UsageError
from pipeline.store import Filters, facts, open_reader, search, show, sql
from pipeline.store.copies import back_up
from tests.safety.databases import all_rows, check_whole
from tests.safety.forks import SEED, differences, ended, fill, forked, ingest_here, joined, write_report

SECONDS = float(os.environ.get("COUNTYFACTS_SECONDS", "4"))
WRITERS, READERS = 2, 10

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs processes that can be forked")


def write(folder, db, number, until):
    """Ingest a folder of one's own again and again, some files of it changed, with one that both have."""
    rng = random.Random(SEED + number)
    rounds = 0
    while time.monotonic() < until:
        write_report(folder / f"more{rounds:03}.txt", rng)
        write_report(folder / f"{rng.randrange(1, 6):03}.txt", rng)
        summary = ingest_here(folder, db)
        refused = {rejection.name.rpartition("/")[2] for rejection in summary.refused}
        assert refused == {"empty.txt", "noise.txt"}, summary.refused
        rounds += 1
    (folder.parent / f"rounds{number}").write_text(str(rounds))


def read(folder, db, number, until):
    """Ask whatever a reader asks; each answer is of whole sources."""
    rng = random.Random(SEED + 100 + number)
    asked = 0
    while time.monotonic() < until:
        found = facts(db, Filters())
        assert all(fact.number in fact.sentence or fact.damage for fact in found[:5])
        if found:
            with suppress(UsageError):  # its file may have changed since it was listed
                shown = show(db, rng.choice(found).id)
                assert shown.layer[shown.fact.start : shown.fact.end] == shown.fact.number
        search(db, "学位")
        with closing(open_reader(db)) as reader:
            half = reader.execute(
                "SELECT count(*) FROM sources WHERE id NOT IN (SELECT source FROM reports)"
            ).fetchone()
            one = reader.execute("SELECT count(*) FROM facts").fetchone()
            time.sleep(rng.uniform(0, 0.05))
            assert reader.execute("SELECT count(*) FROM facts").fetchone() == one
            assert half == (0,)
        if number == 0:
            back_up(db, folder / "copy.db", replace=True)
        asked += 1
    (folder / f"asked{number}").write_text(str(asked))


def test_two_write_and_ten_read(tmp_path):
    db = tmp_path / "facts.db"
    folders = [tmp_path / "one", tmp_path / "two"]
    for number, folder in enumerate(folders):
        fill(folder, 6, random.Random(SEED + number))
        (folder / "both.txt").write_text(
            "苍山县2022年教育工作总结\n全县新建学校7所，新增学位777个。\n", encoding="utf-8"
        )
    ingest_here(folders[0], tmp_path / "warm.db")  # loads all models, for those forked here
    until = time.monotonic() + SECONDS
    numbers, children = count(), []
    first = next(numbers)
    children.append(forked(lambda: write(folders[0], db, 0, until), tmp_path / f"errors{first}"))
    second = next(numbers)
    children.append(forked(lambda: write(folders[1], db, 1, until), tmp_path / f"errors{second}"))
    while not db.exists() or not check_ready(db):
        assert time.monotonic() < until + 60
        time.sleep(0.01)
    for reader in range(READERS):
        at = next(numbers)
        children.append(forked(lambda reader=reader: read(tmp_path, db, reader, until), tmp_path / f"errors{at}"))
    statuses = [ended(child) for child in children]
    assert statuses == [0] * (WRITERS + READERS), joined(tmp_path / f"errors{n}" for n in range(12))
    rounds = [int((tmp_path / f"rounds{number}").read_text()) for number in range(WRITERS)]
    asked = sum(int((tmp_path / f"asked{number}").read_text()) for number in range(READERS))
    print(f"seed {SEED}: {rounds} ingests by two writers, {asked} rounds of questions by ten readers")
    assert min(rounds) > 0
    assert asked >= READERS
    check_whole(db)
    fresh = tmp_path / "fresh.db"
    for folder in folders:
        ingest_here(folder, fresh)
    assert differences(all_rows(db), all_rows(fresh)) == []


def check_ready(db):
    """Whether a reader may come: before the first ingest has made the schema there is nothing to read."""
    try:
        sql(db, "SELECT count(*) FROM facts")
    except Exception:  # whatever there is so far
        return False
    return True
