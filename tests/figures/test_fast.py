"""The short way for plain quantities reads what the long way reads."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.figures import _read
from pipeline.figures.drafts import Draft
from pipeline.figures.fast import plain_reader
from pipeline.figures.grammar import number_pattern
from pipeline.figures.words import non_figures, number_words
from pipeline.model import Figure
from pipeline.resources.units import load_units

NUMBERS = st.one_of(
    st.integers(0, 10**9).map(str),
    st.decimals(0, 1000, places=1).map(str),
    st.sampled_from("一二两三四五六七八九十百千万〇零伍陆"),
    st.text("一二两三四五六七八九十百千万", min_size=2, max_size=4),
    st.sampled_from(["985", "007", "2.0", "１２", "三五", "十七八", "二〇二三", "壹拾", "13800001111"]),
)
SIGNS = "，。；、：:\t\n |-—~至到的个年月中小第每表期周其高A）(“”分成番比点号"
BESIDE = st.one_of(
    st.text(SIGNS, max_size=2),
    st.sampled_from(sorted(number_words().left)),
    st.sampled_from(sorted(number_words().after_of)),
    st.sampled_from(sorted({word for affix in non_figures().before + non_figures().after for word in affix.words})),
    st.sampled_from(["学校", "教师", "以上的班", "生均", "增长", "星期", "工程", "多投入", "数", "要"]),
)
UNITS = st.one_of(
    st.just(""), st.sampled_from(["", "万", "千", "亿", "余", "百"]), st.sampled_from(sorted(load_units().forms))
)


def fields(figure: Draft | Figure) -> object:
    return {name: getattr(figure, name) for name in Draft.__slots__} if isinstance(figure, Draft) else figure


@settings(max_examples=1500, deadline=None)
@given(st.lists(st.tuples(BESIDE, NUMBERS, UNITS, UNITS, BESIDE).map("".join), min_size=1, max_size=3).map("".join))
def test_the_short_way_reads_what_the_long_way_reads(text: str) -> None:
    at = 0
    while match := number_pattern().search(text, at):
        if short := plain_reader()(text, match, match.start()):
            assert fields(short) == fields(_read(text, match))
        at = match.end("core")
