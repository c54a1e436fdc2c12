"""The project's samples: the wrong total planted in one, and no alarm among the sums that are right."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from pipeline.checks.source import find_sums
from pipeline.extraction import extract_source
from pipeline.model import Severity
from pipeline.tables import read_tables

SAMPLES = Path(__file__).parents[2] / "corpora/samples"


@cache
def read():
    paths = [path for path in sorted(SAMPLES.iterdir()) if path.suffix in (".txt", ".html")]
    return {path.name: extract_source(path.read_bytes(), path.name) for path in paths}


def test_the_planted_total_is_found_and_nothing_else_is_a_wrong_sum():
    alarms = {
        (name, flag.data["total"], flag.data["sum"], flag.data["mended"])
        for name, extraction in read().items()
        for flag in extraction.flags
        if flag.code == "sum"
    }
    assert alarms == {("city-by-county.txt", "980名", "908", "908")}


def test_the_planted_total_is_told_on_every_fact_of_its_sum():
    flagged = [fact.number for fact in read()["city-by-county.txt"].facts if "sum" in fact.flags]
    assert flagged == ["980名", "286名", "164名", "158名", "97名", "203名"]


def test_totals_that_are_right_are_recognised_as_sums():
    count = 0
    for extraction in read().values():
        uses = sorted(
            (use for use in extraction.numbers if use.figure and use.used != "dropped"), key=lambda u: u.figure.start
        )
        tables = read_tables(extraction.clean)
        count += sum(told.sum.holds for told in find_sums(extraction.clean.text, tables, uses, extraction.facts))
    assert count >= 20


def test_few_facts_of_the_samples_are_flagged():
    facts = [fact for extraction in read().values() for fact in extraction.facts]
    flagged = [fact for fact in facts if fact.flags]
    assert len(flagged) <= 0.02 * len(facts)
    for extraction in read().values():
        for flag in extraction.flags:
            assert flag.severity is not Severity.ERROR


def test_an_impossible_rate_in_a_real_report_is_found(shared):
    path = shared / "corpora/document-site-dump.txt"
    extraction = extract_source(path.read_bytes(), path.name)
    assert [fact.number for fact in extraction.facts if "rate_over_100" in fact.flags] == ["108.59%"]
    assert not [flag for flag in extraction.flags if flag.code == "sum"]
