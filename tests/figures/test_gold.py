"""The numbers of the gold facts beside the project, read strictly: value, unit and bound; and the measure."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.figures.gold_numbers import documents, verdicts

STRICT = 0.99
MEASURE = 0.98


@pytest.mark.shared
def test_the_numbers_of_gold_facts_are_read_strictly(shared: Path) -> None:
    assert shared.is_dir()
    asked = [verdict for document in documents() for verdict in verdicts(document) if not verdict.damaged]
    wrong = [verdict for verdict in asked if set(verdict.wrong) - {"measure"}]
    other = [verdict for verdict in asked if "measure" in verdict.wrong]
    assert len(asked) > 3000
    assert 1 - len(wrong) / len(asked) >= STRICT, [(v.document, v.around, v.wrong) for v in wrong]
    assert 1 - len(other) / len(asked) >= MEASURE, [(v.document, v.around) for v in other]
