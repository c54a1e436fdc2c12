import time
from collections import Counter
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from pipeline.places import find_places, load_gazetteer

ROWS = yaml.safe_load((Path(__file__).parent / "mentions.yaml").read_text(encoding="utf-8"))


def found_in(text: str) -> list[str]:
    return [f"{place.text} {place.adcode or 'shared'}" for place in find_places(text)]


@pytest.mark.parametrize(("text", "expected"), [row[:2] for row in ROWS if "gap" not in row[2:]])
def test_rows(text: str, expected: list[str]) -> None:
    assert found_in(text) == expected


@pytest.mark.parametrize(("text", "expected"), [row[:2] for row in ROWS if "gap" in row[2:]])
@pytest.mark.xfail(strict=True, reason="known not to be found right")
def test_known_gaps(text: str, expected: list[str]) -> None:
    assert found_in(text) == expected


def test_precision_and_recall_on_all_labelled_mentions() -> None:
    right = found = labelled = 0
    for text, expected, *_ in ROWS:
        mentions, truth = Counter(found_in(text)), Counter(expected)
        right += (mentions & truth).total()
        found += mentions.total()
        labelled += truth.total()
    assert labelled >= 500
    assert right / found >= 0.99
    assert right / labelled >= 0.97


def test_a_shared_name_keeps_all_that_bear_it() -> None:
    (place,) = find_places("鼓楼区的学校")
    assert set(place.candidates) == {"320106", "320302", "350102", "410204"}


def test_context_settles_a_shared_name() -> None:
    assert find_places("鼓楼区的学校", context=["350102"])[0].adcode == "350102"


@given(st.text(alphabet=st.sampled_from("福州市晋安区省县和鼓楼桥西澜沧 、，。\n教育1"), max_size=60))
def test_mentions_are_what_the_text_says(text: str) -> None:
    gazetteer, last = load_gazetteer(), 0
    for place in find_places(text):
        assert text[place.start : place.end] == place.text
        assert place.start >= last
        assert place.candidates
        assert all(code in gazetteer.regions for code in place.candidates)
        last = place.end


def test_cost_grows_with_the_text_alone() -> None:
    text = "全区现有义务教育学校，市区和县区共建，晋安区投入资金，鼓励社会力量办学。" * 1000

    def seconds(times: int) -> float:
        start = time.process_time()
        find_places(text * times)
        return time.process_time() - start

    seconds(1)
    assert min(seconds(4) for _ in range(3)) < 4 * 3 * min(seconds(1) for _ in range(3))
