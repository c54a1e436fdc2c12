"""A catalogue of the user's own: its facts, and what is wrong with it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.processes import run

OWN = """indicators:
  boarding_students:
    zh: 寄宿生数
    unit: person
    kind: stock
    cues: [[寄宿生], [住校生]]
"""
TEXT = "全县现有寄宿生9800余人，在校生31200人。2023年住校生1.2万人。\n"


@pytest.fixture
def report(tmp_path: Path) -> Path:
    path = tmp_path / "report.txt"
    path.write_text(TEXT, encoding="utf-8")
    return path


def own(tmp_path: Path, text: str = OWN) -> Path:
    path = tmp_path / "my.yaml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("by_variable", [False, True])
def test_an_indicator_of_the_user_gives_its_facts(report: Path, tmp_path: Path, by_variable: bool) -> None:
    named = str(own(tmp_path))
    if by_variable:
        done = run("extract", str(report), COUNTYFACTS_CATALOGUE=named)
    else:
        done = run("extract", "--catalogue", named, str(report))
    facts = [json.loads(line) for line in done.stdout.splitlines()]
    found = [(fact["indicator"], fact["value"], fact["bound"]) for fact in facts]
    assert found == [
        ("boarding_students", 9800, "over"),
        ("students", 31200, "exact"),
        ("boarding_students", 12000, "exact"),
    ], done.stderr


def test_a_database_takes_it_up_and_reads_unchanged_sources_anew(report: Path, tmp_path: Path) -> None:
    db = str(tmp_path / "facts.db")
    run("ingest", str(report), "--db", db)
    done = run("ingest", str(report), "--db", db, "--catalogue", str(own(tmp_path)))
    assert "寄宿生数" in done.stdout
    rows = run("facts", "--db", db, "--indicator", "boarding_students", "--format", "csv").stdout
    assert len(rows.splitlines()) == 1 + 2, rows


def test_a_fact_of_the_users_indicator_is_explained_by_the_rules(report: Path, tmp_path: Path) -> None:
    db, named = str(tmp_path / "facts.db"), str(own(tmp_path))
    run("ingest", str(report), "--db", db, "--catalogue", named)
    fact = json.loads(run("facts", "--db", db, "--indicator", "boarding_students", "--format", "json").stdout)[0]
    said = run("explain", fact["id"], "--db", db, "--format", "json", COUNTYFACTS_CATALOGUE=named)
    candidate = next(c for c in json.loads(said.stdout) if c["indicator"] == "boarding_students")
    assert candidate["taken"]
    assert candidate["probability"] == pytest.approx(fact["confidence"], abs=0.002)


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ("unit: person", "unit: persn", "line 4: indicators.boarding_students.unit: there is no unit persn"),
        ("cues:", "cue:", "line 2: indicators.boarding_students.cues: Field required"),
        ("kind: stock", "kind: heap", "line 5: indicators.boarding_students.kind:"),
        ("[寄宿生]", "[boarders]", "line 6: indicators.boarding_students.cues: there is no concept boarders"),
        ("boarding_students:", "students:", "the catalogue has it already: students"),
        ("indicators:", "indicators: [", "not valid YAML"),
    ],
)
def test_a_typo_is_refused_with_line_and_key(report: Path, tmp_path: Path, right: str, wrong: str, said: str) -> None:
    path = own(tmp_path, OWN.replace(right, wrong))
    done = run("extract", "--catalogue", str(path), str(report))
    assert done.returncode == 2
    assert done.stdout == ""
    assert str(path) in done.stderr
    assert said in done.stderr
