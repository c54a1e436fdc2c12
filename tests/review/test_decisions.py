"""Decisions: they survive what may happen to files and readings, stop where their text is gone, and can be undone."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from pipeline.decisions import Action, load_decisions
from pipeline.engines import ingest
from pipeline.errors import ResourceError, UsageError
from pipeline.review import Draft, add, decide, review_queue, undo
from pipeline.store import Filters, facts, open_reader

TEXT = (
    "晋安区2023年教育工作总结\n\n2024年1月15日\n\n2023年，全区新增学位2400个，义务教育学校58所。"
    "全区教师招聘工作顺利，小学巩固率99.8%。\n在校学生52316人（小学31204人、初中21117人）。\n"
)
NOW = "2024-05-01T08:00:00Z"


@pytest.fixture
def corpus(tmp_path, monkeypatch):
    """A folder with one report that was ingested, as the working folder."""
    monkeypatch.chdir(tmp_path)
    folder = Path("in")
    folder.mkdir()
    (folder / "a.txt").write_text(TEXT, encoding="utf-8")
    read(folder)
    return folder


DB, FILE = Path("f.db"), Path("corrections.yaml")


def read(*paths):
    return ingest(list(paths), DB, processes=1, corrections=FILE)


def draft(action, reason="", **changes):
    return Draft(action, changes, reason, "tester", NOW)


def one(indicator):
    found = facts(DB, Filters(indicators=(indicator,)))
    return found[0] if found else None


def everything():
    """All rows about facts, flags and decisions, to the byte."""
    db = open_reader(DB)
    try:
        tables = ("facts", "flags", "decisions", "undecided_facts", "figures")
        return {
            name: db.execute(
                f"SELECT rowid, * FROM {name} ORDER BY 1" if name == "facts" else f"SELECT * FROM {name}"
            ).fetchall()
            for name in tables
        }
    finally:
        db.close()


def test_a_corrected_field_is_in_the_database_at_once(corpus):
    fact = one("school_places_added")
    decide(DB, FILE, fact.id, draft(Action.CORRECT, value="24000", period="2022", region="仓山区"))
    now = one("school_places_added")
    assert (now.id, now.value, now.period, now.region, now.region_name) == (fact.id, 24000, "2022", "350104", "仓山区")
    assert (now.number, now.sentence, now.confidence) == (fact.number, fact.sentence, 1)


def test_a_rejected_fact_is_gone_and_a_missed_one_is_there(corpus):
    fact = one("school_places_added")
    decide(DB, FILE, fact.id, draft(Action.REJECT, "a plan of the city"))
    assert one("school_places_added") is None
    text = open_reader(DB).execute("SELECT text FROM layers").fetchone()[0]
    at = text.index("2400个")
    add(DB, FILE, "in/a.txt", (at, at + 5), draft(Action.ADD, indicator="school_places", value="2400", period="2023"))
    added = one("school_places")
    assert (added.value, added.period, added.region, added.number) == (2400, "2023", "350111", "2400个")


@pytest.mark.parametrize(
    "event", ["again", "new rules", "moved", "moved and edited", "edited elsewhere", "new database"]
)
def test_decisions_survive(corpus, event, monkeypatch):
    fact = one("school_places_added")
    decide(DB, FILE, fact.id, draft(Action.CORRECT, value="24000"))
    decide(DB, FILE, one("retention_rate").id, draft(Action.REJECT))
    path = corpus / "a.txt"
    match event:
        case "new rules":
            monkeypatch.setattr("pipeline.store.writer.fingerprint", lambda: "0" * 16)
        case "moved":
            (corpus / "sub").mkdir()
            path.rename(corpus / "sub/b.txt")
        case "moved and edited":
            for each in Path().glob("f.db*"):
                each.unlink()
            path.write_text(TEXT + "\n全区有幼儿园31所。\n", encoding="utf-8")
            path.rename(corpus / "b.txt")
        case "edited elsewhere":
            path.write_text("前言\n\n" + TEXT, encoding="utf-8")
        case "new database":
            for each in Path().glob("f.db*"):
                each.unlink()
    read(corpus)
    assert one("school_places_added").value == 24000
    assert one("retention_rate") is None


def test_a_stale_decision_stops_the_run_with_its_reason(corpus):
    decide(DB, FILE, one("school_places_added").id, draft(Action.CORRECT, value="24000"))
    (corpus / "a.txt").write_text(TEXT.replace("2400个", "3100个"), encoding="utf-8")
    with pytest.raises(ResourceError, match=r"corrections.yaml, line 4: entry 1: stale: in/a.txt .*2400个"):
        read(corpus)


def test_a_decision_on_a_file_that_is_not_here_waits(corpus):
    decide(DB, FILE, one("school_places_added").id, draft(Action.CORRECT, value="24000"))
    other = Path("other")
    other.mkdir()
    (other / "c.txt").write_text("仓山区2023年教育工作总结\n\n全区有学校31所。\n", encoding="utf-8")
    for each in Path().glob("f.db*"):
        each.unlink()
    assert read(other).undecided == 1
    assert read(corpus).undecided == 0
    assert one("school_places_added").value == 24000


def test_undo_restores_to_the_byte(corpus):
    before = everything()
    decide(DB, FILE, one("school_places_added").id, draft(Action.CORRECT, value="24000"))
    middle, data = everything(), FILE.read_bytes()
    decide(DB, FILE, one("retention_rate").id, draft(Action.REJECT))
    at = TEXT.index("31204人")
    add(DB, FILE, "in/a.txt", (at, at + 6), draft(Action.ADD, indicator="migrant_students", value="31204"))
    undo(DB, FILE)
    undo(DB, FILE)
    now = everything()
    for name, rows in now.items():
        assert [row for row in rows if row not in middle[name]] == [], name
    assert now == middle
    assert FILE.read_bytes() == data
    undo(DB, FILE)
    assert everything() == before
    assert not FILE.exists()
    with pytest.raises(UsageError, match="no decision to take back"):
        undo(DB, FILE)


def test_a_decision_settles_the_flags_that_rest_on_it(corpus):
    flagged = facts(DB, Filters(flagged=True))
    assert {fact.number for fact in flagged} == {"52316人", "31204人", "21117人"}
    wrong = next(fact for fact in flagged if fact.number == "21117人")
    decide(DB, FILE, wrong.id, draft(Action.CORRECT, value="21112"))
    assert facts(DB, Filters(flagged=True)) == []
    undo(DB, FILE)
    decide(DB, FILE, wrong.id, draft(Action.CORRECT, period="2022"))
    assert {fact.number for fact in facts(DB, Filters(flagged=True))} == {"52316人", "31204人"}


def test_the_queue_begins_with_what_is_flagged_and_leaves_out_what_is_decided(corpus):
    queue = review_queue(DB)
    assert {item.fact.number for item in queue[:3]} == {"52316人", "31204人", "21117人"}
    decide(DB, FILE, queue[0].fact.id, draft(Action.CONFIRM))
    assert queue[0].fact.id not in {item.fact.id for item in review_queue(DB)}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"colour": "red"}, "colour: no field of a fact"),
        ({"value": "many"}, "value=many"),
        ({"period": "lately"}, "period=lately: write 2023"),
        ({"period": "2025/2021"}, "period=2025/2021"),
        ({"value_high": "9000"}, "bound=range"),
        ({"bound": "range"}, "value_high"),
        ({"bound": "range", "value_high": "9"}, "less than"),
        ({"value": "1e40"}, "digits"),
        ({"level": "college"}, "level=college"),
        ({"region": "nowhere"}, "nowhere"),
        ({"indicator": "happiness"}, "happiness"),
    ],
)
def test_what_can_not_be_is_refused_and_changes_nothing(corpus, changes, message):
    before = everything()
    with pytest.raises(UsageError, match=message):
        decide(DB, FILE, one("school_places_added").id, draft(Action.CORRECT, **changes))
    assert everything() == before
    assert not FILE.exists()


def test_a_typo_in_the_file_is_told_with_its_line(corpus):
    decide(DB, FILE, one("school_places_added").id, draft(Action.CONFIRM))
    FILE.write_text(FILE.read_text(encoding="utf-8").replace("number:", "numbr:"), encoding="utf-8")
    with pytest.raises(ResourceError, match=r"corrections.yaml, line \d+: decisions.0.number"):
        load_decisions(FILE)


def test_a_copy_of_the_file_is_the_same_source(corpus):
    decide(DB, FILE, one("school_places_added").id, draft(Action.CORRECT, value="24000"))
    shutil.copy(corpus / "a.txt", corpus / "copy.txt")
    read(corpus)
    assert [fact.value for fact in facts(DB, Filters(indicators=("school_places_added",)))] == [24000]
