"""Text with a map back, over arbitrary edits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.mapped import Change, Mapped

TEXTS = st.text(alphabet="ab一二３，\n ", max_size=40)


@st.composite
def changes_of(draw: st.DrawFn, text: str) -> list[Change]:
    """Changes of a text, in order and without overlap; some aligned."""
    cuts = sorted(draw(st.lists(st.integers(0, len(text)), max_size=8)))
    changes = []
    for start, end in zip(cuts[::2], cuts[1::2], strict=False):
        if changes and start == changes[-1].end and (start == end or changes[-1].start == changes[-1].end):
            continue
        if draw(st.booleans()):
            changes.append(Change(start, end, text[start:end].upper(), aligned=True))
        else:
            changes.append(Change(start, end, draw(st.text(alphabet="xy九", max_size=4))))
    return changes


@st.composite
def edited_twice(draw: st.DrawFn) -> tuple[str, Mapped]:
    """A text and what two rounds of edits made of it."""
    text = draw(TEXTS)
    once = Mapped.identity(text).edited(draw(changes_of(text)))
    return text, once.edited(draw(changes_of(once.text)))


@given(edited_twice())
def test_every_span_maps_into_the_origin(case):
    origin, mapped = case
    for start in range(len(mapped.text) + 1):
        for end in range(start, len(mapped.text) + 1):
            low, high = mapped.span(start, end)
            assert 0 <= low <= high <= len(origin)


@given(edited_twice())
def test_wider_spans_map_to_wider_spans(case):
    _, mapped = case
    for at in range(len(mapped.text) - 1):
        one, two = mapped.span(at, at + 1), mapped.span(at, at + 2)
        assert two[0] <= one[0]
        assert one[1] <= two[1]


@given(edited_twice())
def test_aligned_text_answers_character_by_character(case):
    origin, mapped = case
    for segment in mapped.segments:
        if segment.aligned:
            assert segment.end - segment.start == segment.origin_end - segment.origin_start
            before = origin[segment.origin_start : segment.origin_end]
            after = mapped.text[segment.start : segment.end]
            assert after.lower() == before.lower()
            for offset in range(len(after)):
                at = segment.start + offset
                assert mapped.span(at, at + 1) == (segment.origin_start + offset, segment.origin_start + offset + 1)


@given(edited_twice())
def test_segments_cover_the_text_in_order(case):
    _, mapped = case
    at = 0
    for segment in mapped.segments:
        assert segment.start == at
        assert segment.end > segment.start
        at = segment.end
    assert at == len(mapped.text)


@given(st.data())
def test_edits_together_equal_edits_one_after_another(data):
    text = data.draw(TEXTS)
    changes = data.draw(changes_of(text))
    together = Mapped.identity(text).edited(changes)
    one_by_one = Mapped.identity(text)
    for change in reversed(changes):
        one_by_one = one_by_one.edited([change])
    assert one_by_one.text == together.text
    for at in range(len(together.text)):
        assert one_by_one.span(at, at + 1) == together.span(at, at + 1)


@given(edited_twice())
def test_find_leads_to_text_from_there_or_after(case):
    origin, mapped = case
    for at in range(len(origin)):
        found = mapped.find(at)
        assert 0 <= found <= len(mapped.text)
        if found < len(mapped.text):
            assert mapped.span(found, found + 1)[1] > at


@pytest.mark.parametrize("changes", [[Change(2, 1, "")], [Change(0, 2, ""), Change(1, 3, "")], [Change(0, 9, "")]])
def test_changes_out_of_order_are_refused(changes):
    with pytest.raises(ValueError, match="out of order"):
        Mapped.identity("abc").edited(changes)


def test_spans_outside_are_refused():
    with pytest.raises(IndexError):
        Mapped.identity("abc").span(1, 4)


def test_an_insertion_into_a_replacement_stands_for_the_whole_of_it():
    mapped = Mapped.identity("a").edited([Change(0, 1, "xy")]).edited([Change(1, 1, "-")])
    assert mapped.text == "x-y"
    assert [mapped.span(at, at + 1) for at in range(3)] == [(0, 1)] * 3
