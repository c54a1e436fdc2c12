"""Tables in many layouts, read as a careful reader reads them."""

from collections import Counter

import pytest

from tests.tables.layouts import layouts, verdicts


@pytest.mark.parametrize(("name", "least"), [("layouts.yaml", 0.96), ("harder.yaml", 0.78)])
def test_cells_are_read_as_a_careful_reader_does(name: str, least: float) -> None:
    found = [verdict for layout in layouts(name) for verdict in verdicts(layout)]
    wrong = [verdict for verdict in found if verdict.wrong]
    assert sum(verdict.wanted is not None for verdict in found) >= 350
    assert len(wrong) <= (1 - least) * len(found), wrong


@pytest.mark.parametrize("layout", layouts(), ids=lambda layout: layout["name"])
def test_no_layout_is_lost(layout: dict) -> None:
    verdict = Counter(bool(verdict.wrong) for verdict in verdicts(layout))
    assert verdict[False] >= 0.75 * verdict.total()
