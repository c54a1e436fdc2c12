"""Input that is broken on purpose: no crash, no hang, time in proportion, and what can't be read is said."""

import time

import pytest

from pipeline.cleaning import clean_source, replay
from pipeline.errors import Refused
from pipeline.reading import read_source

BODY = "全县现有中小学三百二十所，在校学生八万余人，专任教师六千五百名，比上年增加一百二十名。"
UNIT = f"<p>{BODY}</p>"


def through(data: bytes, name: str):
    source = read_source(data, name)
    result = clean_source(source)
    assert replay(source.layer.text, result.edits) == result.text
    return source, result


@pytest.mark.parametrize(
    "page",
    [
        "<div>" * 10_000 + UNIT + "</div>" * 10_000,
        "<div><p>" * 10_000 + UNIT,
        "<b><i><font>" * 4_000 + UNIT,
        "<table><tr><td>" * 3_000 + BODY,
        "<ul><li>" * 5_000 + BODY,
        f"</div></div></p>{UNIT}<table><td><p>{BODY}</table></body></html>{UNIT}",
        f"<p {'x=1 ' * 50_000}>{BODY}</p>",
        f"<!-- {'-' * 100_000}{UNIT}--><p>{BODY}</p>",
        f"<p>{BODY}<p>{BODY}<div><span>{BODY}</p></div><a href='x>{BODY}</a>'>{BODY}",
        f"<![CDATA[{BODY}]]><p>{BODY}</p><?php echo 1; ?>",
    ],
    ids=["nested", "unclosed", "inline", "tables", "lists", "crossed", "attributes", "comment", "quotes", "cdata"],
)
def test_broken_pages(page):
    start = time.process_time()
    _, result = through(f"<html><body>{page}</body></html>".encode(), "a.html")
    assert BODY in result.text
    assert time.process_time() - start < 20


@pytest.mark.parametrize(
    "unit", ["全县新建l2所学校，", "？?百", "〃新〃", "3l O8", "「3所", "%o", "教肓", "a&nbsp;", "?。?", "校含"]
)
def test_a_megabyte_in_one_line_costs_in_proportion(unit):
    def cost(size: int) -> float:
        text = BODY + unit * (size // len(unit))
        start = time.process_time()
        through(text.encode(), "a.txt")
        return time.process_time() - start

    cost(10_000)
    small = max(cost(40_000), 0.02)
    assert cost(320_000) < 30 * small


def test_nuls_and_controls_are_dropped_and_listed():
    source, result = through(f"{BODY}\x00\n共\x0112\x02所。".encode() + b"\n" + BODY.encode() * 100, "a.txt")
    assert "\x00" not in result.text
    assert "共12所。" in result.text
    assert "\x00" in source.layer.text
    assert {e.kind for e in result.edits if e.before in "\x00\x01\x02"} == {"invisible character"}


def test_lone_surrogates_in_bytes_are_said():
    data = (BODY * 60).encode() + b"\xed\xa0\x80" + BODY.encode()
    source, result = through(data, "a.txt")
    assert int(source.hints["undecodable"]) >= 1
    assert BODY in result.text
    assert any(edit.kind == "damaged: lost character" for edit in result.edits)


def test_two_encodings_in_one_file():
    data = (BODY * 200).encode() + BODY.encode("gb18030")[:10] + BODY.encode()
    source, result = through(data, "a.txt")
    assert BODY in result.text
    assert int(source.hints["undecodable"]) >= 1
    with pytest.raises(Refused) as refused:
        read_source((BODY * 20).encode() + (BODY * 20).encode("gb18030"), "mixed.txt")
    assert refused.value.code == "undecodable"
    assert "mixed.txt" in str(refused.value)
