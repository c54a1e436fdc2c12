"""Every limit is told in the documentation, and holds: each is set so low that an ordinary file goes over it."""

import gzip
import io
import re
import tarfile
from pathlib import Path

import pytest

from pipeline import limits
from pipeline.errors import Refused
from pipeline.reading import read_source
from pipeline.reading.opening import list_entries, open_container
from pipeline.reading.pdf import reader
from tests.reading.archives import crawl, hand_made, mail, zipped
from tests.reading.office_files import word_file, xlsx
from tests.reading.pdf_files import document, table
from tests.reading.test_pdf import HELLO, packed, pages

ROOT = Path(__file__).parents[2]
REPORT = "全县现有小学12所。".encode()
DOCX = word_file(["全县现有小学12所。"])
CELLS = '<sheetData><row r="1"><c r="A1"><v>98</v></c><c r="B1"><v>99</v></c></row></sheetData>'
FORM = packed(b"BT /F 12 Tf 50 700 Td (2023) Tj ET " * 9, b"/Type/XObject/Subtype/Form/BBox[0 0 600 900]")
FORMS = pages(1, packed(b"/X Do " * 5), FORM, resources=b"/Font<</F 4 0 R>>/XObject<</X 5 0 R>>")
RULED = document([table([["指标", "2020年"], ["专任教师数", "9058"], ["在校生", "9000"]], True)])

# what is limited, where (several: each of them), the limit, a file that goes over it, its name, the code of its refusal
SOURCES = [
    ("bytes", "source.MAX_SOURCE_BYTES", 10, REPORT, "a.txt", "too_large"),
    ("line", "source.MAX_LINE_CHARACTERS", 5, REPORT, "a.txt", "too_large"),
    ("parts", "package.MAX_PARTS", 2, DOCX, "a.docx", "too_large"),
    ("package", "package.MAX_PACKAGE_BYTES", 100, DOCX, "a.docx", "too_large"),
    ("part", "package.MAX_PART_BYTES", 100, DOCX, "a.docx", "too_large"),
    ("cells", "workbook.MAX_CELLS", 1, xlsx(CELLS), "a.xlsx", "too_large"),
    ("cells of a table", "workbook.MAX_CELLS", 3, "县,所\n甲,1\n乙,2\n".encode(), "a.csv", "too_large"),
    ("pages", "pdf.parsing.MAX_PDF_PAGES pdf.reader.MAX_PDF_PAGES", 2, pages(3, HELLO), "a.pdf", "too_large"),
    ("stream", "pdf.parsing.MAX_PDF_STREAM_BYTES pdf.parsing._HARMLESS", 9, pages(1, HELLO), "a.pdf", "too_large"),
    ("glyphs", "pdf.content.MAX_PAGE_GLYPHS", 3, pages(1, HELLO), "a.pdf", "too_large"),
    ("forms", "pdf.content.MAX_PAGE_FORMS", 4, FORMS, "a.pdf", "too_large"),
    ("drawing of forms", "pdf.content.MAX_PAGE_DRAWING", 40, FORMS, "a.pdf", "empty"),
]  # fmt: skip


@pytest.mark.parametrize(("where", "limit", "data", "name", "code"), [row[1:] for row in SOURCES], ids=[row[0] for row in SOURCES])  # fmt: skip
def test_a_source_over_its_limit_is_refused(monkeypatch, where, limit, data, name, code):
    assert read_source(data, name).layer.text
    for one in where.split():
        monkeypatch.setattr(f"pipeline.reading.{one}", limit)
    with pytest.raises(Refused) as caught:
        read_source(data, name)
    assert caught.value.code == code


@pytest.mark.parametrize("name", ["MAX_PAGE_DRAWING", "MAX_PAGE_PATHS"])
def test_a_page_that_draws_too_much_is_read_for_its_text_alone(monkeypatch, name):
    asked, real = [], reader.text_of_page
    monkeypatch.setattr(reader, "text_of_page", lambda data, number: asked.append(number) or real(data, number))
    assert any(block.cell for block in read_source(RULED, "a.pdf").layer.blocks)
    assert asked == []
    monkeypatch.setattr(f"pipeline.reading.pdf.content.{name}", 3)
    assert "9058" in read_source(RULED, "a.pdf").layer.text
    assert asked == [1]


def test_tables_are_looked_for_among_so_many_lines_only(monkeypatch):
    found, real = [], reader.page_content
    monkeypatch.setattr(reader, "page_content", lambda *given: found.append(real(*given)) or found[-1])
    read_source(RULED, "a.pdf")
    monkeypatch.setattr("pipeline.reading.pdf.content.MAX_PAGE_RULES", 1)
    read_source(RULED, "a.pdf")
    assert len(found[0].rules) > 6
    assert len(found[1].rules) <= 2


def tarred(data: bytes) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        info = tarfile.TarInfo("a.txt")
        info.size = len(data)
        archive.addfile(info, io.BytesIO(data))
    return gzip.compress(buffer.getvalue())


NESTED = zipped({"in.zip": zipped({"a.txt": REPORT}), "also.zip": zipped({"a.txt": REPORT})})
CONTAINERS = [
    ("members", "tree.MAX_MEMBERS", 1, zipped({"a.txt": REPORT, "b.txt": REPORT}), "a.zip", "bomb"),
    ("bytes", "tree.MAX_ARCHIVE_BYTES", 20, zipped({"a.txt": REPORT}), "a.zip", "bomb"),
    ("archives", "tree.MAX_NESTED", 1, NESTED, "a.zip", "bomb"),
    ("depth", "tree.MAX_DEPTH", 1, NESTED, "a.zip", "too_deep"),
    ("archive within", "tree.MAX_NESTED_BYTES", 50, NESTED, "a.zip", "too_large"),
    ("tar", "tars.MAX_NESTED_BYTES", 50, tarred(REPORT), "a.tar.gz", "too_large"),
    ("directory", "zips.MAX_DIRECTORY_BYTES", 50, zipped({"a.txt": REPORT}), "a.zip", "bomb"),
    ("ratio", "zips.RATIO_FROM_BYTES", 50, zipped({"a.txt": b"1" * 90_000}), "a.zip", "bomb"),
    ("ratio of a tar", "tree.RATIO_FROM_BYTES", 50, zipped({"b.tar.gz": tarred(b"1" * 900_000)}), "a.zip", "bomb"),
    ("mail", "mails.MAX_SOURCE_BYTES", 50, mail(text="全县有小学12所。", files={"a.txt": REPORT}), "a.eml", "too_large"),
    ("crawl", "warcs.MAX_SOURCE_BYTES", 5000, crawl([("http://e.cn/0.html", "text/html", b"1" * 9_000_000)]), "a.warc.gz", "bomb"),
]  # fmt: skip


@pytest.mark.parametrize(("where", "limit", "data", "name", "code"), [row[1:] for row in CONTAINERS], ids=[row[0] for row in CONTAINERS])  # fmt: skip
def test_a_container_over_its_limit_is_refused(monkeypatch, where, limit, data, name, code):
    assert codes_of(data, name) == set()
    monkeypatch.setattr(f"pipeline.reading.opening.{where}", limit)
    assert codes_of(data, name) == {code}


def codes_of(data: bytes, name: str) -> set[str]:
    """Why a container, or something in it, is refused."""
    try:
        opened = open_container(io.BytesIO(data), name)
        return {entry.problem[0] for entry in list_entries(opened) if entry.problem is not None}
    except Refused as refused:
        return {refused.code}


def test_entries_that_lie_upon_one_another_are_refused():
    assert codes_of(hand_made([(f"{n}.txt", b"\x03\x00", 0) for n in range(9)]), "a.zip") == set()
    assert codes_of(hand_made([(f"{n}.txt", b"\x03\x00", 0) for n in range(9)], shared=True), "a.zip") == {"bomb"}


def test_pictures_are_limited_in_number_and_size(monkeypatch):
    image = pytest.importorskip("PIL.Image", reason="the extra ocr is not installed (make ocr)")
    pytest.importorskip("numpy")
    from pipeline.reading import ocr  # noqa: PLC0415

    picture = image.new("RGB", (90, 90))
    monkeypatch.setattr(ocr, "_read", lambda *given: given[0])
    assert list(ocr.read_pictures((n, picture, 72.0) for n in range(3))) == [0, 1, 2]
    monkeypatch.setattr(ocr, "MAX_OCR_PAGES", 2)
    with pytest.raises(Refused, match="scanned pages"):
        list(ocr.read_pictures((n, picture, 72.0) for n in range(3)))
    target = io.BytesIO()
    picture.save(target, "PNG")
    assert len(list(ocr.pictures_of(target.getvalue()))) == 1
    monkeypatch.setattr(ocr, "MAX_PICTURE_PIXELS", 8099)
    with pytest.raises(Refused, match="pixels"):
        list(ocr.pictures_of(target.getvalue()))


def test_every_limit_is_told():
    told = set(re.findall(r"`([A-Z_]+)`", (ROOT / "docs/reliability.md").read_text(encoding="utf-8")))
    assert {name for name in vars(limits) if name.isupper() and not name.startswith("_")} <= told
