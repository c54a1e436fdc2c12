"""Any value written in any of the forms is read back exactly, also with noise around it; and every number is found."""

from __future__ import annotations

import re
from decimal import Decimal
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.figures import Reference, find_figures, find_periods
from pipeline.figures.numerals import CN_NUMERALS
from pipeline.model import Bound, Figure, NumberClass

WIDE = str.maketrans("0123456789.,%:", "０１２３４５６７８９．，％：")
DIGITS = "零一二三四五六七八九"
UNITS = {
    "元": "yuan",
    "所": "school",
    "人": "person",
    "册": "volume",
    "台": "set",
    "平方米": "sqm",
    "个": "item",
    "%": "percent",
}
SCALES = {"": 1, "万": 10**4, "亿": 10**8, "百万": 10**6, "千万": 10**7}
BEFORE = {
    "": Bound.EXACT, "约": Bound.APPROX, "近": Bound.NEARLY, "超过": Bound.OVER, "逾": Bound.OVER,
    "不少于": Bound.AT_LEAST, "不超过": Bound.AT_MOST,
}  # fmt: skip
BEHIND = {"": Bound.EXACT, "左右": Bound.APPROX, "以上": Bound.AT_LEAST, "以内": Bound.AT_MOST, "以下": Bound.AT_MOST}
NOISE = st.sampled_from(
    ["", "，", "。", "全县", "教育局表示，", "\n", "（", "建成", "其中", "；", "投入使用后", "“", "共", "现有"]
)
RUNS = re.compile(rf"\d+|[{CN_NUMERALS}]+")
TEXTS = st.text(
    st.sampled_from(
        "0123456789一二三十百千万亿两零点分之成个年月日所名元%（）()、，。:：-—至第每约近 \n\t学校教师的以上五育“”"
    ),
    max_size=60,
)


def chinese(number: int) -> str:
    """A whole number below a trillion in Chinese numerals, as it is written out formally."""
    if number == 0:
        return "零"
    words = ""
    for scale, name in ((10**8, "亿"), (10**4, "万"), (1, "")):
        section, number = divmod(number, scale)
        if section:
            words += ("零" if words and section < 1000 else "") + _section(section) + name
        elif words and number and not words.endswith("零"):
            words += "零"
    return re.sub("零+", "零", words).rstrip("零")


def _section(number: int) -> str:
    words = ""
    for place, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, place)
        if digit:
            words += DIGITS[digit] + name
        elif words and number and not words.endswith("零"):
            words += "零"
    return words


def only(text: str) -> Figure:
    """The one quantity of a text."""
    quantities = [figure for figure in find_figures(text) if figure.number_class is NumberClass.QUANTITY]
    assert len(quantities) == 1, [figure.text for figure in quantities]
    return quantities[0]


@settings(deadline=None)
@given(
    value=st.decimals(min_value=0, max_value=10**7, places=2), unit=st.sampled_from(sorted(UNITS)),
    scale=st.sampled_from(sorted(SCALES)), wide=st.booleans(), grouped=st.booleans(), before=st.sampled_from(sorted(BEFORE)),
    behind=st.sampled_from(sorted(BEHIND)), left=NOISE, right=st.sampled_from(["", "，", "。", "；", "\n"]),
)  # fmt: skip
def test_digits_are_read_back(
    value: Decimal, unit: str, scale: str, wide: bool, grouped: bool, before: str, behind: str, left: str, right: str
) -> None:
    if unit == "%":
        scale = ""
    plain = value.quantize(Decimal(1)) if value == value.to_integral_value() else value
    written = f"{plain:,}" if grouped else str(plain)
    text = left + before + (written.translate(WIDE) if wide else written) + scale + unit + behind + right
    figure = only(text)
    assert figure.value == value * SCALES[scale]
    assert figure.unit == UNITS[unit]
    assert figure.bound is _both(before, behind)


def _both(before: str, behind: str) -> Bound:
    first, second = BEFORE[before], BEHIND[behind]
    if second is Bound.APPROX or (second is not Bound.EXACT and first not in (Bound.AT_LEAST, Bound.AT_MOST)):
        return second
    return first


@settings(deadline=None)
@given(value=st.integers(2, 10**12 - 1), unit=st.sampled_from(sorted(set(UNITS) - {"%"})), left=NOISE)
def test_chinese_numerals_are_read_back(value: int, unit: str, left: str) -> None:
    assert only(left + chinese(value) + unit).value == value


@settings(deadline=None)
@given(hundredths=st.integers(1, 10000))
def test_shares_in_words_are_read_back(hundredths: int) -> None:
    whole, rest = divmod(hundredths, 100)
    words = "百分之" + chinese(whole) + (("点" + DIGITS[rest // 10] + DIGITS[rest % 10]) if rest else "")
    assert only(f"占{words}，").value == Decimal(hundredths) / 100


@settings(deadline=None)
@given(
    low=st.integers(1, 4000),
    more=st.integers(1, 4000),
    dash=st.sampled_from("-—–－~～至到"),
    unit=st.sampled_from("所人元个"),
)
def test_ranges_are_read_back(low: int, more: int, dash: str, unit: str) -> None:
    figure = only(f"新增{low}{dash}{low + more}{unit}，")
    assert (figure.value, figure.value_high, figure.bound) == (low, low + more, Bound.RANGE)


@settings(deadline=None)
@given(side=st.decimals(min_value="1.5", max_value=60, places=1), colon=st.sampled_from(":：∶比"), turned=st.booleans())
def test_ratios_are_read_back(side: Decimal, colon: str, turned: bool) -> None:
    text = f"生师比{side}{colon}1。" if turned else f"生师比1{colon}{side}。"
    assert only(text).value == side


@settings(deadline=None)
@given(year=st.integers(1950, 2049), month=st.integers(1, 12), day=st.integers(1, 28), left=NOISE)
def test_dates_are_read_back(year: int, month: int, day: int, left: str) -> None:
    for text in (f"{year}年{month}月{day}日", f"{year}-{month:02}-{day:02}"):
        assert [p.edtf for p in find_periods(left + text)] == [f"{year}-{month:02}-{day:02}"]
    assert [p.edtf for p in find_periods(f"{left}{year}年{month}月")] == [f"{year}-{month:02}"]


@settings(max_examples=400, deadline=None)
@given(TEXTS)
def test_every_number_lies_in_exactly_one_figure(text: str) -> None:
    figures = find_figures(text)
    for figure in figures:
        assert text[figure.start : figure.end] == figure.text
        assert figure.text
    assert all(a.end <= b.start for a, b in pairwise(figures))
    for run in RUNS.finditer(text):
        for at in range(run.start(), run.end()):
            assert sum(figure.start <= at < figure.end for figure in figures) == 1, (text, run[0])


@settings(deadline=None)
@given(st.text(max_size=80))
def test_arbitrary_text_is_read_without_complaint(text: str) -> None:
    figures = find_figures(text)
    covered = {at for figure in figures for at in range(figure.start, figure.end)}
    assert all(at in covered for at, char in enumerate(text) if char.isdecimal() or char in CN_NUMERALS)
    for period in find_periods(text, Reference(2023)):
        assert text[period.start : period.end] == period.text
