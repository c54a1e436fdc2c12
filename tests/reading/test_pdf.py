"""PDF files to their text layer."""

import re
import shutil
import subprocess
import time
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reportlab.lib import pdfencrypt

from pipeline.cleaning import clean_source
from pipeline.errors import Refused
from pipeline.extraction import extract_source, notes_on
from pipeline.limits import MAX_PDF_PAGES
from pipeline.model import BlockKind
from pipeline.reading import read_source
from tests.reading.pdf_files import HEIGHT, TITLE, document, drawn, prose, table

NUMBER = re.compile(r"\d+(?:\.\d+)?")
HEADER = "清源县教育局　内部资料"
INDICATORS = [
    ["指标", "单位", "2020年", "2025年"],
    ["学前三年毛入园率", "%", "91.5", "96"],
    ["义务教育大班额比例", "%", "4.6", "0"],
    ["专任教师数", "人", "9058", "9600"],
]


def clean(data: bytes) -> list[str]:
    text = clean_source(read_source(data, "a.pdf"))
    return [text.text[p.start : p.end] for p in text.paragraphs]


def cells(data: bytes) -> list[tuple]:
    layer = read_source(data, "a.pdf").layer
    return [
        (b.cell.table, b.cell.row, b.cell.column, b.cell.row_span, b.cell.column_span, layer.text[b.start : b.end])
        for b in layer.blocks
        if b.cell
    ]


@pytest.mark.parametrize("columns", [1, 2])
@pytest.mark.parametrize("header", ["", HEADER])
def test_paragraphs_come_out_whole_and_in_order(columns, header):
    written = prose(24)
    assert clean(document(written, columns, header)) == [TITLE, *written]


def test_header_and_page_numbers_stay_in_the_layer():
    source = read_source(document(prose(24), header=HEADER), "a.pdf")
    zones = {(b.zone, source.layer.text[b.start : b.end]) for b in source.layer.blocks if b.zone}
    assert zones == {("header", HEADER.replace("　", " ")), ("footer", "— 1 —"), ("footer", "— 2 —")}
    assert {b.locator for b in source.layer.blocks} == {"page 1", "page 2"}


def test_title_and_paragraph_that_goes_over_the_page():
    source = read_source(document(["工作情况如下。", "具体来说：", *prose(24)]), "a.pdf")
    kinds = [b.kind for b in source.layer.blocks]
    assert kinds[0] is BlockKind.TITLE
    assert kinds.count(BlockKind.TITLE) == 1
    assert sum(b.continues for b in source.layer.blocks) == 1


@pytest.mark.parametrize("ruled", [True, False])
def test_tables(ruled):
    data = document([*prose(2), table(INDICATORS, ruled), *prose(2, 3)])
    expected = [(0, r, c, 1, 1, text) for r, row in enumerate(INDICATORS) for c, text in enumerate(row)]
    assert cells(data) == expected
    layer = read_source(data, "a.pdf").layer
    found = next(b for b in layer.blocks if layer.text[b.start : b.end] == "9058")
    assert found.locator == "page 1 table 1 row 4 column 3"
    assert [p for p in clean(data) if "\t" not in p] == [TITLE, *prose(2), *prose(2, 3)]


def test_spans_of_a_ruled_table():
    rows = [["地区", "小学", "", "初中", ""], ["", "学校", "学生", "学校", "学生"], ["甲县", "12", "3400", "5", "2100"]]
    spans = ((0, 0, 0, 1), (1, 0, 2, 0), (3, 0, 4, 0))
    found = cells(document([table(rows, True, spans)]))
    assert found[:3] == [(0, 0, 0, 2, 1, "地区"), (0, 0, 1, 1, 2, "小学"), (0, 0, 3, 1, 2, "初中")]
    assert [row[5] for row in found[3:]] == ["学校", "学生", "学校", "学生", "甲县", "12", "3400", "5", "2100"]


@pytest.mark.parametrize("ruled", [True, False])
def test_a_table_over_two_pages_is_one(ruled):
    rows = [["学校", "班数", "学生"], *([f"第{n}小学", str(n + 10), str(n * 37 + 400)] for n in range(1, 61))]
    data = document([table(rows, ruled, repeat=1)])
    found = cells(data)
    assert {row[0] for row in found} == {0}
    assert [row[5] for row in found if row[2] == 0 and row[5] != "学校"] == [row[0] for row in rows[1:]]
    numbers = [row[1] for row in found if row[2] == 0]
    assert numbers == sorted(set(numbers))
    if ruled:
        headers = [b for b in read_source(data, "a.pdf").layer.blocks if b.cell and b.cell.header]
        assert [b.locator.split(" table")[0] for b in headers] == ["page 1"] * 3 + ["page 2"] * 3


def test_the_last_row_of_a_table_alone_on_a_page_belongs_to_it():
    rows = [["地区", "学校", "学生"], *([f"{n}乡", str(n + 10), str(n * 37 + 400)] for n in range(1, 36))]
    rows.append(["合计", "", "98765"])
    found = cells(document([table(rows, True, ((0, 36, 1, 36),))]))
    assert {row[0] for row in found} == {0}
    assert found[-2:] == [(0, 36, 0, 1, 2, "合计"), (0, 36, 2, 1, 1, "98765")]


def test_what_cannot_be_seen_is_not_read():
    def draw(canvas):
        canvas.drawString(100, 700, "共有学校12所")
        canvas.drawString(100.3, 700, "共有学校12所")
        canvas.drawString(900, 700, "页外34所")
        canvas.setFillColorRGB(1, 1, 1)
        canvas.drawString(100, 600, "白字56所")
        text = canvas.beginText(100, 500)
        text.setTextRenderMode(3)
        text.textOut("隐字78所")
        canvas.drawText(text)

    assert read_source(drawn(draw), "a.pdf").layer.text == "共有学校12所"


def test_white_text_on_colour_is_seen():
    def draw(canvas):
        canvas.setFillColorRGB(0, 0, 0.5)
        canvas.rect(90, 690, 200, 30, stroke=0, fill=1)
        canvas.setFillColorRGB(1, 1, 1)
        canvas.drawString(100, 700, "白字56所")

    assert read_source(drawn(draw), "a.pdf").layer.text == "白字56所"


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_turned_pages_are_read_upright(turn):
    def draw(canvas):
        width, height = canvas._pagesize
        canvas.translate(width / 2, height / 2)
        canvas.rotate(turn)
        for at, text in enumerate(prose(3)):
            canvas.drawString(-250, 100 - 20 * at, text[:40])

    assert read_source(drawn(draw), "a.pdf").layer.text.split("\n") == [text[:40] for text in prose(3)]


def test_watermarks_are_no_body():
    def draw(canvas):
        canvas.drawString(100, 700, "共有学校12所，其中小学8所。")
        canvas.saveState()
        canvas.translate(200, 300)
        canvas.rotate(45)
        canvas.drawString(0, 0, "内部资料2023")
        canvas.restoreState()

    source = read_source(drawn(draw), "a.pdf")
    assert [(b.zone, source.layer.text[b.start : b.end]) for b in source.layer.blocks] == [
        ("", "共有学校12所，其中小学8所。"),
        ("aside", "内部资料2023"),
    ]


def test_letter_spaced_digits_are_one_number():
    def draw(canvas):
        canvas.drawString(100, 700, "截至2023年", charSpace=4)
        canvas.drawString(100, 680, "共有学校128所。")

    assert read_source(drawn(draw), "a.pdf").layer.text.split("\n") == ["截至2023年", "共有学校128所。"]


@settings(max_examples=15, deadline=None)
@given(st.lists(st.integers(1, 60), min_size=1, max_size=6), st.integers(1, 2))
def test_no_number_is_lost_or_split(firsts, columns):
    written = [text for first in firsts for text in prose(3, first)]
    data = document(written, columns)
    body = "".join(clean(data)[1:])
    assert NUMBER.findall(body) == NUMBER.findall("".join(written))


def test_as_many_numbers_as_pdftotext_and_pdfium_find():
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext (poppler-utils) is not installed")
    data = document([*prose(20), table(INDICATORS, True)], 2, HEADER)
    theirs = subprocess.run(["pdftotext", "-layout", "-", "-"], input=data, capture_output=True, check=True).stdout
    if "清源县" not in theirs.decode():
        pytest.skip("pdftotext has no data for Chinese fonts (poppler-data)")
    ours = NUMBER.findall("".join(clean(data)))
    assert set(NUMBER.findall("".join(prose(20)))) <= set(ours)
    assert len(ours) >= len(set(NUMBER.findall(theirs.decode())) & set(ours))


def refusal(data: bytes, name: str = "a.pdf") -> str:
    start = time.process_time()
    with pytest.raises(Refused) as caught:
        read_source(data, name)
    assert time.process_time() - start < 10
    assert str(caught.value).startswith(name)
    return caught.value.code


def raw_pdf(objects: list[bytes]) -> bytes:
    parts, offsets, at = [b"%PDF-1.4\n"], [], 9
    for number, body in enumerate(objects, 1):
        offsets.append(at)
        parts.append(b"%d 0 obj\n%s\nendobj\n" % (number, body))
        at += len(parts[-1])
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    size = len(objects) + 1
    tail = b"xref\n0 %d\n0000000000 65535 f \n%strailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF"
    return b"".join(parts) + tail % (size, table, size, at)


def packed(data: bytes, more: bytes = b"") -> bytes:
    body = zlib.compress(data, 9)
    return b"<</Length %d/Filter/FlateDecode%s>>stream\n%s\nendstream" % (len(body), more, body)


def pages(count: int, content: bytes, *more: bytes, resources: bytes = b"/Font<</F 4 0 R>>") -> bytes:
    kids = b" ".join(b"%d 0 R" % (5 + len(more) + at) for at in range(count))
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 3 0 R/Resources<<%s>>>>" % resources
    return raw_pdf(
        [
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Kids[%s]/Count %d>>" % (kids, count),
            content,
            b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
            *more,
            *[page] * count,
        ]
    )


HELLO = packed(b"BT /F 12 Tf 50 700 Td (2023) Tj ET")


def test_bad_files_are_refused_with_the_reason():
    good = document(prose(3))
    assert refusal(good[: len(good) // 2]) == "damaged"
    assert refusal(b"%PDF-1.4\n" + bytes(range(256)) * 20) == "damaged"
    assert refusal(b"<html><body>404</body></html>") == "damaged"
    assert refusal(drawn(lambda canvas: None)) == "empty"
    assert refusal(pages(MAX_PDF_PAGES + 1, HELLO)) == "too_large"
    assert refusal(pages(10_000, HELLO)) == "too_large"


def test_bombs_are_refused():
    packer = zlib.compressobj(9)
    bomb = b"".join(packer.compress(bytes(1 << 20)) for _ in range(300)) + packer.flush()
    assert (
        refusal(pages(1, b"<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream" % (len(bomb), bomb))) == "too_large"
    )
    forms = [
        packed(b"/X Do " * 10, b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X %d 0 R>>>>" % (6 + n))
        for n in range(8)
    ]
    forms.append(packed(b"q Q", b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]"))
    assert refusal(pages(1, packed(b"/X Do"), *forms, resources=b"/XObject<</X 5 0 R>>")) == "too_large"


def test_the_text_of_a_map_is_read_without_its_lines():
    lines = b"".join(b"%d %d m %d %d l S " % (n % 595, n % 842, n % 593, n % 839) for n in range(120_000))
    source = read_source(pages(1, packed(lines + b"BT /F 12 Tf 50 700 Td (2023) Tj ET")), "a.pdf")
    assert source.layer.text == "2023"


def test_passwords():
    def draw(canvas):
        canvas.drawString(100, 700, "共有学校12所")

    locked = pdfencrypt.StandardEncryption("secret", ownerPassword="owner", strength=128)
    assert refusal(drawn(draw, encrypt=locked)) == "encrypted"
    open_to_all = pdfencrypt.StandardEncryption("", ownerPassword="owner", strength=128)
    assert read_source(drawn(draw, encrypt=open_to_all), "a.pdf").layer.text == "共有学校12所"


def test_the_same_facts_as_from_text():
    written = ["2023年，全县投入资金1.2亿元，新建学校3所，新增学位2400个，招聘教师186名。", *prose(8)]
    text = "\n".join([TITLE, *written])
    kept = [(f.indicator, f.value, f.period) for f in extract_source(text.encode(), "a.txt").facts]
    assert kept
    for columns in (1, 2):
        found = extract_source(document(written, columns, HEADER), "a.pdf")
        assert [(f.indicator, f.value, f.period) for f in found.facts] == kept
        assert all(found.source.layer.text[f.start : f.end] == f.number and f.locator for f in found.facts)
        assert notes_on(found) == ()


def test_size_of_the_page_does_not_matter():
    def draw(canvas):
        canvas.scale(2, 2)
        for at, text in enumerate(prose(3)):
            canvas.drawString(50, 300 - 20 * at, text[:30])

    assert read_source(drawn(draw, (1191, HEIGHT)), "a.pdf").layer.text.split("\n") == [t[:30] for t in prose(3)]
