"""Corpora that are made for measuring: the same each time, with facts that stand in them."""

import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parents[2] / "benchmarks/speed"))
import generator


def test_gold_facts_stand_in_the_reports():
    values = set()
    for number in range(60):
        made = generator.make(number)
        text = made.data.decode()
        assert made.suffix == ".txt" or text.startswith("<!DOCTYPE html>")
        assert len(made.facts) > 10
        for fact in made.facts:
            if made.suffix == ".txt":
                assert text.count(fact["context"]) == 1
            assert fact["number"] in fact["context"]
            values.add((fact["indicator"], str(fact["value"]), str(fact["region"])))
    assert len(values) > 1000


def test_report_is_the_same_whatever_the_size(tmp_path):
    generator.write(tmp_path / "few", 5)
    generator.write(tmp_path / "more", 9)
    few = {path.name: path.read_bytes() for path in (tmp_path / "few/000").iterdir()}
    more = {path.name: path.read_bytes() for path in (tmp_path / "more/000").iterdir()}
    assert few.items() <= more.items()
    assert len(few) == 10


@pytest.mark.parametrize("seed", [1, 2])
def test_seeds_make_other_reports(seed):
    assert generator.make(0, seed).data != generator.make(0).data
