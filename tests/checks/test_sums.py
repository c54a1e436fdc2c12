"""Totals and parts in prose: what comes out, what should and doesn't, what is none."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from pipeline.checks.members import find_mends
from pipeline.checks.source import find_sums
from tests.checks.corruption import measure, numbers_of

ROWS = yaml.safe_load((Path(__file__).parent / "sums.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("row", ROWS, ids=[row["text"][:24] for row in ROWS])
def test_sums_in_prose(row):
    found = [told.sum for told in find_sums(row["text"], (), numbers_of(row["text"]), ())]
    holds = {each.total.use.number: [part.use.number for part in each.parts] for each in found if each.holds}
    wrong = {
        each.total.use.number: [
            f"{(each.total, *each.parts)[mend.member].digits}→{mend.mended}"
            for mend in find_mends(each.total, each.parts)
        ]
        for each in found
        if not each.holds
    }
    assert (holds, wrong) == (row.get("holds", {}), row.get("wrong", {}))


def test_of_a_thousand_corrupted_digits_nearly_all_are_flagged_and_mended():
    outcome = measure(1000, seed=20)
    assert outcome.flagged / outcome.spoiled >= 0.95
    assert outcome.mended / outcome.single >= 0.8
    assert outcome.single > 100
    assert outcome.alarms == 0
