"""Floors for cleaning on documents whose noise and paragraphs are known; they may rise, not fall."""

import pytest
from cleaning_measure import Measure, corpora, measure, metas


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


@pytest.mark.shared
def test_real_documents(shared):
    real = corpora(shared)
    assert real.dropped == real.noise, real.left_in
    assert real.kept == real.content, real.lost
    assert real.present == real.facts, real.lost_facts
