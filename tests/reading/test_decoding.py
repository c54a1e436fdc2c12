"""Encodings, kinds and refusals."""

import random

import pytest

from pipeline.errors import Refused
from pipeline.limits import MAX_SOURCE_BYTES
from pipeline.reading import read_source
from pipeline.resources import lines_of

SENTENCE = "全县现有中小学三百二十所，在校学生八万余人，比上年增长2.5%。\n"
TRADITIONAL = "全縣現有中小學三百二十所，在校學生八萬餘人，比上年增長2.5%。\n"


def random_sentences(seed: int, traditional: bool) -> str:
    """Sentences of common characters in no order that means anything, with figures and punctuation between."""
    chance = random.Random(seed)
    rows = lines_of("common_characters.txt")
    simplified = "".join(rows[:12])
    characters = "".join(rows[12:]) + simplified[:200] if traditional else simplified
    words = ["".join(chance.choices(characters, k=chance.randint(2, 9))) for _ in range(chance.randint(3, 40))]
    return "".join(word + chance.choice(["，", "。", "、", str(chance.randint(1, 999)), "\n"]) for word in words)


@pytest.mark.parametrize(
    ("encoding", "mark", "name"),
    [
        ("utf-8", b"", "utf-8"),
        ("utf-8-sig", b"", "utf-8"),
        ("utf-16-le", b"\xff\xfe", "utf-16-le"),
        ("utf-16-be", b"\xfe\xff", "utf-16-be"),
        ("utf-16-le", b"", "utf-16-le"),
        ("utf-16-be", b"", "utf-16-be"),
        ("gb18030", b"", "gb18030"),
        ("gbk", b"", "gb18030"),
    ],
)
def test_text_is_decoded_to_the_letter(encoding, mark, name):
    text = SENTENCE.replace("\n", "\r\n") * 3
    source = read_source(mark + text.encode(encoding), "报告.txt")
    assert source.layer.text == text
    assert (source.kind, source.encoding) == ("text", name)
    assert not source.hints


@pytest.mark.parametrize("seed", range(40))
def test_gb18030_and_big5_are_told_apart(seed):
    text = random_sentences(seed, traditional=seed % 2 == 1)
    assert read_source(text.encode("gb18030"), "a.txt").layer.text == text
    big5 = random_sentences(seed, traditional=True).encode("big5hkscs", "ignore")
    assert read_source(big5, "a.txt").encoding == "big5hkscs"


def test_traditional_text_in_gbk_is_not_big5():
    assert read_source((TRADITIONAL * 2).encode("gbk"), "a.txt").layer.text == TRADITIONAL * 2


@pytest.mark.parametrize("declared", ["gb2312", "gbk", "GB2312", "gb18030"])
def test_pages_that_call_themselves_gb2312_are_gb18030(declared):
    page = f'<html><head><meta charset="{declared}"></head><body><p>建筑面积㎡、镕、喆，共12所</p></body></html>'
    source = read_source(page.encode("gb18030"), "a.html")
    assert source.layer.text == "建筑面积㎡、镕、喆，共12所"
    assert source.encoding == "gb18030"


def test_a_declaration_that_lies_is_not_believed():
    page = f'<html><head><meta charset="gb2312"></head><body><p>{SENTENCE}</p></body></html>'
    assert read_source(page.encode("utf-8"), "a.html").layer.text == SENTENCE.strip()


def test_big5_page():
    page = f'<html><head><meta charset="big5"></head><body><p>{TRADITIONAL}</p></body></html>'
    assert read_source(page.encode("big5"), "a.html").layer.text == TRADITIONAL.strip()


def test_a_few_undecodable_bytes_are_marked_and_told():
    data = (SENTENCE * 20).encode("utf-8")
    source = read_source(data[:300] + b"\xff" + data[300:], "a.txt")
    assert source.layer.text.count("\ufffd") >= 1
    assert source.hints["undecodable"] == str(source.layer.text.count("\ufffd"))
    assert source.layer.text.replace("\ufffd", "").startswith(SENTENCE)


def test_a_stray_nul_in_a_long_text_is_kept_for_cleaning():
    text = SENTENCE * 60 + "\x00" + SENTENCE
    assert read_source(text.encode(), "a.txt").layer.text == text


@pytest.mark.parametrize(
    ("data", "name", "code"),
    [
        (b"", "a.txt", "empty"),
        (b"\xef\xbb\xbf \r\n", "a.txt", "empty"),
        (b"<html><body><script>x</script></body></html>", "a.html", "empty"),
        (b"abc\x00\x01\x02def\x00", "a.txt", "binary"),
        (random.Random(1).randbytes(5000), "a.txt", "binary"),
        (random.Random(2).randbytes(5000), "a", "binary"),
        (bytes(b | 0x80 for b in random.Random(3).randbytes(5000)), "a.txt", "undecodable"),
        (b"%PDF-1.7 ...", "a.pdf", "damaged"),
        (b"%PDF-1.7 ...", "a.txt", "damaged"),
        (b"PK\x03\x04....", "a.docx", "damaged"),
    ],
)
def test_what_can_not_be_read_is_refused(data, name, code):
    with pytest.raises(Refused) as refusal:
        read_source(data, name)
    assert refusal.value.code == code
    assert str(refusal.value).startswith(name)


def test_what_is_too_large_is_refused_unread():
    with pytest.raises(Refused) as refusal:
        read_source(bytes(MAX_SOURCE_BYTES + 1), "a.txt")
    assert refusal.value.code == "too_large"


@pytest.mark.parametrize(
    ("text", "name", "kind"),
    [
        ("<b id='x'><abbr></abbr></b>\n首页\n共12所学校\n", "a.txt", "text"),
        ("<p>共12所学校</p>", "a.html", "html"),
        ("<p>共12所学校</p>", "a.SHTML", "html"),
        ("<!DOCTYPE html><html><body>共12所</body></html>", "页面", "html"),
        ("<!DOCTYPE html><html><body>共12所</body></html>", "http://example.org/a/12?x=b.txt", "html"),
        ("<div><p>共12所</p><p>新建3所</p></div>", "页面.dat", "html"),
        ("若x<y，则共12所学校。", "报告", "text"),
    ],
)
def test_kind_is_told_by_name_then_by_tags(text, name, kind):
    assert read_source(text.encode(), name).kind == kind
