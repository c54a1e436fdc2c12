"""The whole way: spans, identities, and that nothing is lost between the stages."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import Refused
from pipeline.extraction import extract_source, fact_record, notes_on
from pipeline.model import NumberClass

SAMPLES = Path(__file__).parents[1] / "corpora" / "samples"
CHINESE_NUMERALS = "零〇一二两三四五六七八九十百千万亿半壹贰叁肆伍陆柒捌玖拾"
DOCUMENTS = sorted(path for path in SAMPLES.glob("*") if path.suffix in (".txt", ".html"))
PIECES = st.sampled_from([
    "2023年，", "全区", "投入资金", "10.95亿元", "，", "。", "新增学位", "1.5万个", "(初中", "39733、小学83671)", "\n", "　　",
    "義務(wù)教育", "&nbsp;", "２０所", "近", "在校生\n16.2万人", "一是", "**市", "\ufeff", "\r\n", "\x00", "<p>", "占比", "30.5%降到0%",
    "、", "分别为", "1:18.9", "「2所", "点击：3172次", "京ICP备05071141号", "𠮷",
    "e\u0301",
])  # fmt: skip


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_every_fact_stands_where_it_says(path: Path) -> None:
    extraction = extract_source(path.read_bytes(), path.name)
    layer = extraction.source.layer.text
    assert extraction.facts
    for fact in extraction.facts:
        assert layer[fact.start : fact.end] == fact.number
        assert any(char.isdigit() or char in CHINESE_NUMERALS for char in fact.number)
    assert len({fact.id for fact in extraction.facts}) == len(extraction.facts)


@settings(max_examples=150, deadline=None)
@given(st.lists(PIECES, min_size=1, max_size=40).map("".join))
def test_spans_hold_for_any_text(text: str) -> None:
    try:
        extraction = extract_source(text.encode(), "any.txt")
    except Refused:
        return
    layer = extraction.source.layer.text
    for fact in extraction.facts:
        assert layer[fact.start : fact.end] == fact.number
    for use in extraction.numbers:
        assert layer[use.start : use.end] == use.number
        assert use.reason


def test_the_same_bytes_give_the_same_facts() -> None:
    data = DOCUMENTS[0].read_bytes()
    first = [fact_record(fact) for fact in extract_source(data, "a.txt").facts]
    again = [fact_record(fact) for fact in extract_source(data, "a.txt").facts]
    assert json.dumps(first) == json.dumps(again)


def test_a_figure_without_indicator_is_kept_with_its_reason() -> None:
    extraction = extract_source("全县召开专题会议17次，新增学位500个。".encode(), "a.txt")
    uses = {use.number: use for use in extraction.numbers}
    assert uses["17次"].used == NumberClass.QUANTITY.value
    assert "no indicator" in uses["17次"].reason
    assert uses["500个"].used == "fact"
    assert uses["500个"].fact_ids == (extraction.facts[0].id,)


def test_the_user_says_whose_report_it_is() -> None:
    extraction = extract_source("我区2023年新增学位500个。".encode(), "a.txt", region="350104")
    assert {(fact.region, fact.region_basis.value) for fact in extraction.facts} == {("350104", "user")}


def test_a_number_for_two_rates_gives_two_facts_with_ids_of_their_own() -> None:
    facts = extract_source("全区小学入学率、巩固率均为100%。".encode(), "a.txt").facts
    assert [fact.indicator for fact in facts] == ["enrolment_rate", "retention_rate"]
    assert facts[0].start == facts[1].start
    assert facts[0].id != facts[1].id


def test_numbers_in_dropped_lines_are_accounted_for_in_digits_and_in_words() -> None:
    text = "全区新增学位500个。\n【打印本页】【关闭窗口】 字号：大 中 小\n版权所有 转载必究 共三篇相关阅读\n上一篇：二〇二三年通知两则\n"
    extraction = extract_source(text.encode(), "a.txt")
    layer = extraction.source.layer.text
    covered = {at for use in extraction.numbers for at in range(use.start, use.end)}
    assert [at for at, char in enumerate(layer) if char in CHINESE_NUMERALS and at not in covered] == []
    assert {"三篇", "二〇二三年", "两"} <= {use.number for use in extraction.numbers if use.used == "dropped"}


def test_a_note_says_that_a_source_was_too_large_to_be_untangled() -> None:
    extraction = extract_source("某县教育局2023年工作总结\n全县新建学校2所。".encode(), "a.txt")
    assert notes_on(extraction) == ()
    reports = tuple(replace(report, tangled=True) for report in extraction.reports)
    (note,) = notes_on(replace(extraction, reports=reports))
    assert "too large to be untangled" in note
