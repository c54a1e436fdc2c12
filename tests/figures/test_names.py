"""Names and phrases are found as by trying each place: those that begin first, the longest of each."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.figures.names import _names, find_names
from pipeline.model import NumberClass

WORDS = sorted(_names().words, key=lambda word: (len(word), word))
PIECES = st.one_of(
    st.sampled_from(WORDS[:400]),
    st.sampled_from(WORDS),
    st.sampled_from(WORDS).map(lambda word: word[1:]),
    st.sampled_from(WORDS).map(lambda word: word[:-1]),
    st.sampled_from("一三五两千万统之张5GK，。\n名所的"),
)


LONGEST = max(map(len, WORDS))


def one_by_one(text: str) -> list[tuple[int, int, NumberClass]]:
    found, at = [], 0
    while at < len(text):
        ends = [end for end in range(at + 1, min(len(text), at + LONGEST) + 1) if text[at:end] in _names().words]
        found += [(at, ends[-1], _names().words[text[at : ends[-1]]])] if ends else []
        at = ends[-1] if ends else at + 1
    return found


@settings(deadline=None, max_examples=500)
@given(st.lists(PIECES, max_size=8).map("".join))
def test_names_are_those_that_begin_first_and_are_longest(text: str) -> None:
    assert find_names(text) == one_by_one(text)


def test_a_phrase_and_a_region_are_told_apart() -> None:
    assert find_names("统一规划，四川省") == [(0, 2, NumberClass.IDIOM), (5, 8, NumberClass.NAME)]
