"""Floors for cleaning on documents whose noise and paragraphs are known; they may rise, not fall."""

import pytest

from tests.cleaning.cleaning_measure import Measure, corpora, marked, measure, metas


def check_invariants(sums: Measure) -> None:
    assert sums.replayed == sums.traced == sums.documents
    assert sums.digits == sums.brackets == 0


@pytest.mark.shared
def test_written_documents(shared):
    total = Measure()
    for path in metas(shared):
        one = measure(path)
        if one:
            total.add(one)
    assert total.dropped >= 0.99 * total.noise, total.left_in
    assert total.kept >= 0.998 * total.content, total.lost
    assert total.present == total.facts, total.lost_facts
    assert total.agreement >= 0.99, total.unlike
    check_invariants(total)


@pytest.mark.shared
def test_real_documents(shared):
    real = corpora(shared)
    assert real.dropped == real.noise, real.left_in
    assert real.kept == real.content, real.lost
    assert real.present == real.facts, real.lost_facts
    check_invariants(real)


def test_documents_that_nothing_was_trained_on():
    ways, sums = marked()
    check_invariants(sums)
    both, rules = ways["both"], ways["rules alone"]
    assert both["- gone"] >= 0.88 * both["-"]
    assert both["+ gone"] + both["~ gone"] <= 0.003 * (both["+"] + both["~"])
    assert both["- gone"] >= rules["- gone"] + 0.25 * both["-"], "the model does not earn its place"
    assert sums.agreement >= 0.95, sums.unlike
