import time
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from pipeline.places import find_places, load_gazetteer

ROWS = yaml.safe_load((Path(__file__).parent / "mentions.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("text", "expected"), ROWS, ids=[row[0] or "empty" for row in ROWS])
def test_rows(text: str, expected: list[str]) -> None:
    assert [f"{p.text} {p.adcode or 'shared'}" for p in find_places(text)] == expected


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
    find_places(text)
    start = time.perf_counter()
    find_places(text)
    assert (time.perf_counter() - start) / len(text) < 5e-6
