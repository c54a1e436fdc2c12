"""Decisions as examples to learn from, and as an examination of the program as it is."""

from __future__ import annotations

import pytest

from pipeline.cli.scoring import reviewed_accuracy
from pipeline.decisions import Action, load_decisions
from pipeline.engines import ingest
from pipeline.learning.reviewed import read_reviewed
from pipeline.review import Draft, decide
from pipeline.store import Filters, facts

TEXT = "晋安区2023年教育工作总结\n\n2024年1月15日\n\n2023年，全区新增学位2400个，义务教育学校58所，小学巩固率99.8%。\n"


@pytest.fixture
def decided(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    db, file = tmp_path / "f.db", tmp_path / "corrections.yaml"
    ingest([tmp_path / "a.txt"], db, processes=1)
    found = {fact.indicator: fact.id for fact in facts(db, Filters())}
    decide(db, file, found["school_places_added"], Draft(Action.CONFIRM, by="t", when="2024"))
    decide(db, file, found["schools"], Draft(Action.CORRECT, {"period": "2021"}, by="t", when="2024"))
    decide(db, file, found["retention_rate"], Draft(Action.REJECT, by="t", when="2024"))
    return file


def test_only_the_numbers_that_were_decided_on_teach(decided):
    examples, wanted = read_reviewed(load_decisions(decided))
    assert wanted == 2
    assert len({example.figure for example in examples}) == 3
    right = {example.figure for example in examples if example.right}
    assert right == {TEXT.index("2400个"), TEXT.index("58所")} or len(right) == 2


def test_a_changed_file_teaches_nothing(decided, tmp_path):
    (tmp_path / "a.txt").write_text(TEXT + "又", encoding="utf-8")
    assert read_reviewed(load_decisions(decided)) == ([], 0)


def test_accuracy_is_that_of_the_program_today(decided):
    whole = reviewed_accuracy(decided)[0]
    assert (whole.name, whole.reviewed, whole.found, whole.whole) == ("all", 3, 2, 1)
    low, high = whole.found_interval
    assert low < 2 / 3 < high
