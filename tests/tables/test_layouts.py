"""Tables in many layouts, read as a careful reader reads them."""

from collections import Counter

import pytest

from pipeline.extraction import explain_number, extract_source
from tests.tables.layouts import layouts, page, verdicts


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


def test_a_value_is_explained_as_it_was_read() -> None:
    data = page(layouts()[0])
    facts = extract_source(data, "a.html").facts
    assert len(facts) >= 30
    for fact in facts[:4]:
        best = explain_number(data, "a.html", fact.start)[0]
        assert (best.indicator, best.taken) == (fact.indicator, True)
        assert best.probability == pytest.approx(fact.confidence, abs=0.002)
