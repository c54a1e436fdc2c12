"""Tables in many layouts, read as a careful reader reads them."""

from collections import Counter

import pytest

from tests.tables.layouts import layouts, verdicts

LEAST_RIGHT = 0.98


def test_cells_are_read_as_a_careful_reader_does() -> None:
    found = [verdict for layout in layouts() for verdict in verdicts(layout)]
    wrong = [verdict for verdict in found if verdict.wrong]
    facts = [verdict for verdict in found if verdict.wanted is not None]
    assert len(layouts()) >= 16
    assert len(facts) >= 600
    assert len(wrong) <= (1 - LEAST_RIGHT) * len(found), wrong


@pytest.mark.parametrize("layout", layouts(), ids=lambda layout: layout["name"])
def test_no_layout_is_lost(layout: dict) -> None:
    verdict = Counter(bool(verdict.wrong) for verdict in verdicts(layout))
    assert verdict[False] >= 0.9 * verdict.total()
