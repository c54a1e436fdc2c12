"""Two programs that review at once: each decision is in the file and in the database, whoever made it and when."""

import logging
import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest

from pipeline.decisions import Action, load_decisions
from pipeline.engines import ingest
from pipeline.errors import UsageError
from pipeline.review import Draft, alone, decide, print_of, undo
from pipeline.store import Filters, facts, open_reader
from pipeline.store.writer import Store

DB, FILE = Path("f.db"), Path("corrections.yaml")
TEXT = "{}2023年教育工作总结\n\n2023年，全区新增学位{}个，义务教育学校{}所，招聘教师{}名。\n"
HOLD = (
    "import sys, time; from pathlib import Path; from pipeline.review.alone import alone_with\n"
    "with alone_with(Path(sys.argv[1]), '李强'): print('held', flush=True); time.sleep(600)"
)


@pytest.fixture
def corpus(tmp_path, monkeypatch):
    """A folder with four reports that were ingested, as the working folder."""
    monkeypatch.chdir(tmp_path)
    for number, name in enumerate(("晋安区", "鼓楼区", "仓山区", "台江区")):
        Path("in").mkdir(exist_ok=True)
        Path(f"in/{number}.txt").write_text(TEXT.format(name, 2400 + number, 51 + number, 31 + number), "utf-8")
    ingest([Path("in")], DB, processes=1, corrections=FILE)


def draft(action=Action.CONFIRM, **changes):
    return Draft(action, changes, "", "王敏")


def stored():
    """Fact, who decided and what, of every decision in the database."""
    with closing(open_reader(DB)) as db:
        return sorted(db.execute("SELECT fact, made_by, action FROM decisions"))


@pytest.fixture
def holder(corpus):
    """Another program that is writing a decision, and takes long."""
    process = subprocess.Popen([sys.executable, "-c", HOLD, str(FILE)], stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.wait()


def test_nothing_is_lost_between_two_programs(corpus):
    """Both go through the same queue as fast as they can."""
    command = [sys.executable, "-m", "pipeline", "review", "--db", str(DB), "--corrections", str(FILE), "--by"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    reviewers = {by: subprocess.Popen([*command, by], **pipes) for by in ("王敏", "李强")}
    wanted = len(facts(DB, Filters()))
    began = {by: process.stdout.readline() for by, process in reviewers.items()}  # each has the whole queue before it
    for process in reviewers.values():
        process.stdin.write("c\n" * wanted)
        process.stdin.close()
    said = {by: began[by] + process.stdout.read() for by, process in reviewers.items()}
    assert [process.wait() for process in reviewers.values()] == [0, 0]
    made = {by: text.count("\nconfirm: ") for by, text in said.items()}
    entries = load_decisions(FILE).decisions
    assert {by: sum(entry.by == by for entry in entries) for by in reviewers} == made
    assert all(text.count("decided by now: confirm by ") + made[by] == wanted for by, text in said.items())
    assert sorted((entry.by, str(entry.do)) for entry in entries) == sorted((by, do) for _, by, do in stored())
    assert {fact for fact, _, _ in stored()} == {fact.id for fact in facts(DB, Filters())}
    assert not list(Path().glob(".*.lock"))
    for process in reviewers.values():
        process.stdout.close()
        process.stderr.close()


def test_who_waits_is_told_for_whom_and_goes_on_when_that_one_is_killed(holder, caplog):
    fact = facts(DB, Filters())[0]
    caplog.set_level(logging.WARNING)

    def kill_when_told():
        until = time.monotonic() + 30
        while "waiting: " not in caplog.text and time.monotonic() < until:
            time.sleep(0.01)
        os.kill(holder.pid, signal.SIGKILL)

    killing = threading.Thread(target=kill_when_told)
    killing.start()
    decide(DB, FILE, fact.id, draft())
    killing.join()
    assert f"waiting: 李强, process {holder.pid} is writing a decision to corrections.yaml" in caplog.text
    assert [by for _, by, _ in stored()] == ["王敏"]


def test_who_waits_too_long_is_refused_and_nothing_is_changed(holder, monkeypatch):
    monkeypatch.setattr(alone, "PATIENCE", 0.2)
    fact = facts(DB, Filters())[0]
    with pytest.raises(UsageError, match=f"李强, process {holder.pid} has been writing decisions for"):
        decide(DB, FILE, fact.id, draft())
    assert not FILE.exists()
    assert stored() == []


def test_a_decision_made_during_an_ingest_is_kept(corpus):
    fact = facts(DB, Filters(indicators=("school_places_added",)))[0]
    with Store(DB, FILE) as ingesting:
        decide(DB, FILE, fact.id, draft(Action.CORRECT, value="24000"))
        ingesting.settle()
    assert [found.value for found in facts(DB, Filters()) if found.id == fact.id] == [24000]


def test_what_another_changed_is_looked_at_anew(corpus):
    fact = facts(DB, Filters(indicators=("school_places_added",)))[0]
    made = decide(DB, FILE, fact.id, draft(Action.CORRECT, value="24000"))
    with pytest.raises(UsageError, match="look at it anew"):
        decide(DB, FILE, fact.id, draft(), seen=print_of(fact))
    other = next(found for found in facts(DB, Filters()) if found.id != fact.id)
    decide(DB, FILE, other.id, Draft(Action.CONFIRM, {}, "", "李强"))
    with pytest.raises(UsageError, match=r"the last decision is another by now .* by 李强"):
        undo(DB, FILE, seen=print_of(made))
    assert len(load_decisions(FILE).decisions) == len(stored()) == 2
