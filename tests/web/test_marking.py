"""A text with its marks: nothing of it lost, nothing of it trusted."""

import re
from html import unescape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.web.marking import MarkedEdit, MarkedFigure, MarkedParagraph, Marking, marked_stretches

MARKING = Marking(
    link=lambda fact: f"/fact/{fact}",
    edit_name=lambda kind: kind,
    dropped_words=lambda count, kinds: "",
    plain_edits=frozenset({"script"}),
)


def marked(layer, paragraphs=(), figures=(), edits=()):
    whole = paragraphs or [MarkedParagraph("paragraph", 0, 0, len(layer), 0)]
    return "".join(str(piece.html) for piece in marked_stretches(layer, whole, figures, edits, MARKING))


def before(html):
    """What stood there, edits undone."""
    return unescape(re.sub(r"<[^>]*>", "", re.sub(r"<ins.*?</ins>", "", html, flags=re.S)))


def after(html):
    """What is read, edits done."""
    return unescape(re.sub(r"<[^>]*>", "", re.sub(r"<del.*?</del>", "", html, flags=re.S)))


def test_a_number_with_an_edit_inside():
    figure = MarkedFigure(3, 2, 5, "fact", "", ("ab", "cd"), title="81 所")
    html = marked("小学8l所。", figures=[figure], edits=[MarkedEdit("repaired digit", 3, 4, "1")])
    assert after(html) == "小学81所。"
    assert before(html) == "小学8l所。"
    assert 'id="fact-ab"' in html
    assert 'id="fact-cd"' in html
    assert 'data-fact="ab cd"' in html
    assert '<del class="mend" title="repaired digit">l</del><ins class="mend" title="repaired digit: l">1</ins>' in html


ROWS = [
    ("an edit that reaches over the end of a number", [(0, 2)], [(1, 3, "X")], "abcd", "aXd"),
    ("an edit that puts in between number and text", [(0, 2)], [(2, 2, "X")], "abcd", "abXcd"),
    ("one put in at the very beginning", [(0, 2)], [(0, 0, "X")], "abcd", "Xabcd"),
    ("one put in at the very end", [(2, 4)], [(4, 4, "X")], "abcd", "abcdX"),
    ("a number inside what was dropped", [(1, 3)], [(0, 4, "")], "abcd", ""),
    ("two edits that meet in a number", [(0, 4)], [(1, 2, "X"), (2, 3, "Y")], "abcd", "aXYd"),
    ("two numbers that overlap", [(0, 3), (2, 4)], [], "abcd", "abcd"),
]


@pytest.mark.parametrize(("what", "figures", "edits", "layer", "read"), ROWS, ids=[row[0] for row in ROWS])
def test_edits_at_the_edges(what, figures, edits, layer, read):
    made = [MarkedFigure(n, low, high, "quantity", "") for n, (low, high) in enumerate(figures)]
    html = marked(layer, figures=made, edits=[MarkedEdit("mend", *edit) for edit in edits])
    assert after(html) == read
    assert before(html) == layer
    assert html.count("<mark") == len(figures)


def test_what_lies_between_paragraphs_is_folded():
    layer = "首页 > 要闻\n正文。\n版权所有\n"
    paragraphs = [MarkedParagraph("paragraph", 0, 8, 11, 0)]
    pieces = list(marked_stretches(layer, paragraphs, [], [MarkedEdit("noise", 0, 8, "")], MARKING))
    assert [piece.kind for piece in pieces] == ["dropped", "paragraph", "dropped"]
    assert "<details>" in pieces[0].html


SPAN = st.tuples(st.integers(0, 30), st.integers(0, 6)).map(lambda pair: (pair[0], pair[0] + pair[1]))


def apart(spans, length, shortest):
    found, at = [], 0
    for low, high in sorted(spans):
        if low >= at and high <= length and high - low >= shortest:
            found.append((low, high))
            at = max(high, low + 1)
    return found


@settings(max_examples=300, deadline=None)
@given(
    st.text(alphabet="ab<>&\"' \n学8l", min_size=1, max_size=30), st.lists(SPAN, max_size=8), st.lists(SPAN, max_size=8),
    st.lists(SPAN, max_size=4), st.sampled_from(["", "X", "<b>"]),
)  # fmt: skip
def test_nothing_is_lost_and_everything_escaped(layer, figures, edits, paragraphs, put):
    made = [
        MarkedFigure(n, low, high, "quantity", "<i>") for n, (low, high) in enumerate(apart(figures, len(layer), 1))
    ]
    changes = [MarkedEdit("mend", low, high, put) for low, high in apart(edits, len(layer), 1)]
    whole = [MarkedParagraph("paragraph", 0, low, high, 0) for low, high in apart(paragraphs, len(layer), 1)]
    html = marked(layer, whole, made, changes)
    shown = before(html.replace("<summary></summary>", ""))
    blank = re.compile(r"\s+")
    assert blank.sub("", shown) == blank.sub("", layer)
    assert set(re.findall(r"</?(\w+)", html)) <= {"mark", "a", "span", "del", "ins", "details", "summary", "div"}
