"""``countyfacts explain``: why a number was read as this indicator."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.processes import run


@pytest.fixture
def database(tmp_path: Path) -> tuple[str, Path]:
    report = tmp_path / "report.txt"
    report.write_text("2023年，全县新建学校3所，新增学位1.2万个。九年义务教育巩固率98.6%。\n", encoding="utf-8")
    db = str(tmp_path / "facts.db")
    assert run("ingest", str(report), "--db", db).returncode == 0
    return db, report


def facts(db: str) -> list[dict[str, object]]:
    return json.loads(run("facts", "--db", db, "--format", "json").stdout)


def test_every_fact_is_explained_by_the_candidate_that_was_taken(database: tuple[str, Path]) -> None:
    db, _ = database
    found = facts(db)
    assert len(found) == 3
    for fact in found:
        candidates = json.loads(
            run("explain", str(fact["id"]), "--db", db, "--format", "json", "--features", "999").stdout
        )
        best = candidates[0]
        assert best["taken"]
        assert best["indicator"] == fact["indicator"]
        assert best["probability"] == pytest.approx(fact["confidence"], abs=0.002)
        assert sum(feature["adds"] for feature in best["features"]) == pytest.approx(best["score"], abs=0.01)


def test_it_reads_well(database: tuple[str, Path]) -> None:
    db, _ = database
    identity = next(str(fact["id"]) for fact in facts(db) if fact["indicator"] == "retention_rate")
    said = run("explain", identity, "--db", db).stdout
    assert "retention_rate (level; 巩固率" in said or "retention_rate (level; 九年义务教育巩固率" in said
    assert "taken" in said


def test_a_file_that_is_gone_is_told(database: tuple[str, Path]) -> None:
    db, report = database
    identity = str(facts(db)[0]["id"])
    report.unlink()
    done = run("explain", identity, "--db", db)
    assert done.returncode == 2
    assert "gone or has changed" in done.stderr
