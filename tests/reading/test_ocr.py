"""Scans and pictures by OCR; most need the extra ``ocr`` and a Chinese font to draw scans with."""

from io import BytesIO

import numpy
import pypdfium2
import pytest
from PIL import Image, ImageDraw

from pipeline.errors import Refused
from pipeline.extraction import extract_source, notes_on
from pipeline.reading import read_source
from pipeline.reading.ocr import skew
from pipeline.reading.pdf import reader
from pipeline.reading.pdf.layout import lay_out
from pipeline.reading.pdf.page import Glyph, PageContent
from tests.reading.pdf_files import document, drawn, table

SENTENCES = [
    "2023年，全县投入教育资金12.86亿元，新建公办幼儿园14所，增加公办学位6300个，招聘教师186名，资助学生31.6万人次。",
    "九年义务教育巩固率达到98.5%，学前三年毛入园率91.2%，中小学专任教师9058人，城区新增学位2400个。",
]
ROWS = [
    ["指标", "单位", "2020年", "2025年"],
    ["学前三年毛入园率", "%", "91.5", "96"],
    ["专任教师数", "人", "9058", "9600"],
]


def picture(data: bytes, dpi: int, turned: float = 0.0) -> Image.Image:
    image = pypdfium2.PdfDocument(data)[0].render(scale=dpi / 72).to_pil().convert("L")
    if numpy.asarray(image.crop((0, 0, image.width, image.height // 4))).min() > 128:
        pytest.skip("no Chinese font is installed to draw a scan with (fonts-noto-cjk)")
    return image.rotate(turned, resample=Image.Resampling.BICUBIC, fillcolor=255)


def scan(image: Image.Image, dpi: int, kind: str = "PDF") -> bytes:
    target = BytesIO()
    image.save(target, kind, **({"resolution": dpi} if kind == "PDF" else {"dpi": (dpi, dpi)}))
    return target.getvalue()


def test_skew_is_measured():
    page = Image.new("L", (1200, 1600), 255)
    for top in range(100, 1500, 40):
        ImageDraw.Draw(page).rectangle((100, top, 1100, top + 14), fill=0)
    for angle in (-2.0, -1.0, 0.0, 0.5, 1.5):
        turned = page.rotate(-angle, resample=Image.Resampling.BICUBIC, fillcolor=255)
        assert abs(skew(numpy.asarray(turned)) - angle) <= 0.15


def test_doubtful_characters_are_marked_in_the_layer():
    glyphs = tuple(
        Glyph(c, 100 + 10 * at, 110 + 10 * at, 100, 10, False, c == "8") for at, c in enumerate("共88所，8个")
    )
    layer = lay_out([PageContent(1, 595, 842, glyphs)])
    assert [layer.text[start:end] for start, end in layer.doubtful] == ["88", "8"]


def test_without_the_extra_a_scan_is_refused_and_a_cover_is_named(monkeypatch):
    monkeypatch.setattr(reader, "has_ocr", lambda: False)
    cover = Image.new("RGB", (600, 800), (200, 30, 30))
    for data, name in ((scan(cover, 72), "a.pdf"), (scan(cover, 72, "PNG"), "a.png")):
        with pytest.raises(Refused, match=r"a\.p.*\[ocr\]") as caught:
            read_source(data, name)
        assert caught.value.code == "unsupported"

    def draw(canvas):
        canvas.drawInlineImage(cover, 0, 0, 595, 842)
        canvas.showPage()
        canvas.setFont("STSong-Light", 11)
        canvas.drawString(100, 700, "2023年共有学校12所。")

    found = extract_source(drawn(draw), "a.pdf")
    assert found.source.layer.text == "2023年共有学校12所。"
    assert "(1)" in notes_on(found)[0]


needs_ocr = pytest.mark.skipif(not reader.has_ocr(), reason="the extra ocr is not installed (make ocr)")


@needs_ocr
@pytest.mark.parametrize(("dpi", "turned", "kind"), [(150, 0, "PNG"), (200, 1.0, "PDF")])
def test_a_scan_keeps_its_facts(dpi, turned, kind):
    page = document([*SENTENCES, table(ROWS, True)])
    facts = {(f.indicator, f.value) for f in extract_source(page, "a.pdf").facts}
    assert len(facts) > 8
    found = extract_source(scan(picture(page, dpi, turned), dpi, kind), f"a.{kind.lower()}")
    assert len(facts & {(f.indicator, f.value) for f in found.facts}) >= 0.95 * len(facts)
    assert float(found.source.hints["ocr_confidence"]) > 0.9
    assert any(block.cell for block in found.source.layer.blocks)


@needs_ocr
def test_damaged_pictures_are_refused():
    with pytest.raises(Refused) as caught:
        read_source(b"\x89PNG\r\n\x1a\n" + bytes(100), "a.png")
    assert caught.value.code == "damaged"
