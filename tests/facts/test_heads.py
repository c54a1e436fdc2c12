"""What figures without an indicator count."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.facts.heads import head_word


@pytest.mark.parametrize(
    ("before", "after", "head"),
    [
        ("全县建成", "录播教室，", "录播教室"),
        ("全县建成录播教室", "。", "录播教室"),
        ("新建", "塑胶操场投入使用", "操场"),
        ("新建塑胶\n操 场", "，", "操场"),
        ("建设食堂3个，新增", "。", "食堂"),
        ("建设食堂3个。新增", "。", None),
        ("核发校车", "，日接送学生2300人次", "校车"),
        ("全区户籍人口", "。", "户籍人口"),
        ("公用经费定额为小学650元、初中", "。", "公用经费定额"),
        ("普惠率", "，", "普惠率"),
        ("新开公办园", "，", "公办园"),
        ("其中小学", "、初中7所", "小学"),
        ("贷款合计", "。", "贷款"),
        ("近日，河间市、任丘市", "，", None),
        ("", "", None),
    ],
)
def test_heads(before, after, head):
    assert head_word(before, after) == head


@settings(deadline=None)  # the dictionary is loaded once
@given(st.text(max_size=60), st.text(max_size=20))
def test_a_head_is_a_word_of_the_text(before, after):
    head = head_word(before, after)
    assert head is None or head in "".join(before.split()) or head in "".join(after.split())
