"""Names and phrases are found as an automaton of all of them finds them: those that begin first, the longest of each."""

from __future__ import annotations

from functools import cache

import ahocorasick
from hypothesis import given
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


@cache
def automaton() -> ahocorasick.Automaton:
    made = ahocorasick.Automaton()
    for word, number_class in _names().words.items():
        made.add_word(word, (len(word), number_class))
    made.make_automaton()
    return made


@given(st.lists(PIECES, max_size=8).map("".join))
def test_names_are_those_that_begin_first_and_are_longest(text: str) -> None:
    expected = [
        (last + 1 - length, last + 1, number_class) for last, (length, number_class) in automaton().iter_long(text)
    ]
    assert find_names(text) == expected


def test_a_phrase_and_a_region_are_told_apart() -> None:
    assert find_names("统一规划，四川省") == [(0, 2, NumberClass.IDIOM), (5, 8, NumberClass.NAME)]
