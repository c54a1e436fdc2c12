"""Samples to check by hand, their estimates, citations."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from pipeline.engines import ingest
from pipeline.errors import ResourceError
from pipeline.evaluating import wilson
from pipeline.review import Answer, cite, draw_sample, estimate, read_answers
from pipeline.store import Filters, facts

SAMPLES = Path(__file__).parents[2] / "corpora/samples"


@pytest.fixture(scope="module")
def db(tmp_path_factory):
    path = tmp_path_factory.mktemp("sampling") / "f.db"
    ingest([SAMPLES / "work-summary.txt", SAMPLES / "city-by-county.txt"], path, processes=1)
    return path


def rows_of(text):
    return list(csv.DictReader(io.StringIO(text)))


def test_a_sample_has_the_size_asked_for_and_its_weights_make_up_all_facts(db):
    rows = rows_of(draw_sample(db, 40, 3))
    assert len({row["id"] for row in rows}) == len(rows) == 40
    assert sum(float(row["weight"]) for row in rows) == pytest.approx(len(facts(db, Filters())), rel=1e-4)
    assert draw_sample(db, 40, 3) == draw_sample(db, 40, 3) != draw_sample(db, 40, 4)


def test_more_than_there_is_draws_all(db):
    rows = rows_of(draw_sample(db, 10_000, 1))
    assert len(rows) == len(facts(db, Filters()))
    assert {row["weight"] for row in rows} == {"1"}


def test_answers_count_by_their_weights(tmp_path):
    answers = [Answer("schools", 9.0, True), Answer("schools", 1.0, False), Answer("students", 1.0, True)]
    whole, schools, students = estimate(answers)
    assert (whole.name, whole.checked, whole.right) == ("all", 3, 2)
    assert whole.share == pytest.approx(10 / 11)
    assert schools.share == pytest.approx(0.9)
    assert students.low < 1 == students.high
    assert whole.low < whole.share < whole.high


@pytest.mark.parametrize(
    ("right", "number", "low", "high"), [(10, 10, 0.7225, 1.0), (0, 10, 0.0, 0.2775), (81, 263, 0.2553, 0.3662)]
)
def test_wilson_agrees_with_published_values(right, number, low, high):
    # 81 of 263: Newcombe 1998, Statistics in Medicine 17, table I, method 3
    assert wilson(right / number, number) == pytest.approx((low, high), abs=5e-5)


def test_answers_are_read_back_from_the_file(db, tmp_path):
    rows = rows_of(draw_sample(db, 5, 1))
    for row, answer in zip(rows, ["y", "n", "对", "错", ""], strict=True):
        row["right"] = answer
    path = tmp_path / "sample.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    answers, left = read_answers(path)
    assert ([answer.right for answer in answers], left) == ([True, False, True, False], 1)
    path.write_text(path.read_text(encoding="utf-8-sig").replace(",错,", ",maybe,"), encoding="utf-8")
    with pytest.raises(ResourceError, match=r"sample.csv, line 5: right: 'maybe'"):
        read_answers(path)


def test_citations_name_publisher_title_date_and_place(db):
    fact = next(fact for fact in facts(db, Filters()) if fact.number == "980名")
    found = cite(db, fact.id[:10])
    assert found.source == "白城市教育局. 关于全市义务教育优质均衡发展情况的报告[R]. 2024-08-29."
    assert "补充中小学教师980名" in found.fact
    assert fact.id in found.fact
    assert found.bibtex.startswith("@misc{countyfacts-")
    assert "year = {2024}" in found.bibtex
