"""Input that is broken on purpose, through the command line: each refused or read in seconds and little memory, and
nothing half-read in the database.
"""

import io
import sqlite3
import sys
import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from tests.reading.archives import encrypted, hand_made, mail, nested_bomb, zip_bomb, zipped
from tools.measured import measured

SAMPLES = Path(__file__).parents[2] / "corpora/samples"
REPORT = (SAMPLES / "brief-news.txt").read_bytes()
MAX_SECONDS = 10
MAX_BYTES = 300 << 20


def entity_bomb() -> bytes:
    """A document whose XML would unfold to a billion words (the billion laughs)."""
    entities = "".join(f'<!ENTITY e{n + 1} "{f"&e{n};" * 10}">' for n in range(9))
    document = (
        f'<?xml version="1.0"?><!DOCTYPE w:document [<!ENTITY e0 "lol">{entities}]><w:document xmlns:w="http://schemas.'
        'openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>&e9;</w:t></w:r></w:p></w:body></w:document>'
    )
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    types = (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        f'<Override PartName="/word/document.xml" ContentType="{kind}"/></Types>'
    )
    rels = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type='
        '"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/>'
        "</Relationships>"
    )
    return zipped(
        {"[Content_Types].xml": types.encode(), "_rels/.rels": rels.encode(), "word/document.xml": document.encode()}
    )


def empty_rows() -> bytes:
    """A workbook whose sheet has a million rows with nothing in them, but for the first two."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer)
    sheet = book.add_worksheet("2023")
    sheet.write_row(0, 0, ["县区", "小学（所）"])
    sheet.write_row(1, 0, ["江州区", 98])
    book.close()
    with zipfile.ZipFile(buffer) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    rows = "".join(f'<row r="{n}" ht="20" customHeight="1"/>' for n in range(3, 1_000_001)).encode()
    sheet_part = "xl/worksheets/sheet1.xml"
    parts[sheet_part] = parts[sheet_part].replace(b"</sheetData>", rows + b"</sheetData>")
    return zipped(parts)


def many_pages() -> bytes:
    """A PDF file of ten thousand pages."""
    page = b"%d 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\n"
    count = 10_000
    kids = b" ".join(b"%d 0 R" % (n + 3) for n in range(count))
    body = b"%%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Count %d/Kids[%s]>>endobj\n"
    return body % (count, kids) + b"".join(page % (n + 3) for n in range(count)) + b"trailer<</Root 1 0 R>>\n%%EOF"


BAD = {
    "bomb.zip": (zip_bomb, {"bomb"}),
    "big-members.zip": (lambda: zip_bomb(size=300 << 20, count=12), {"bomb"}),
    "nested.zip": (nested_bomb, {"bomb"}),
    "overlap.zip": (lambda: hand_made([(f"{n}.txt", b"x" * 500, 9) for n in range(2000)], shared=True), {"bomb"}),
    "tricks.zip": (lambda: zipped({"../../../up.txt": REPORT, "/root.txt": REPORT, "C:\\x.txt": REPORT}), set()),
    "locked.zip": (lambda: encrypted(zipped({"a.txt": REPORT, "b.txt": REPORT})), {"encrypted"}),
    "cut.zip": (lambda: zipped({"a.txt": REPORT * 50})[:-60], {"damaged"}),
    "rows.xlsx": (empty_rows, set()),
    "pages.pdf": (many_pages, {"too_large"}),
    "nested.html": (lambda: b"<html><body>" + b"<div><p>" * 60_000 + REPORT, None),
    "line.txt": (lambda: "全县新增学位4500个，".encode() * 2_000_000, {"too_large"}),
    "nuls.txt": (lambda: bytes(60 << 20), {"binary"}),
    "entities.docx": (entity_bomb, {"damaged"}),
    "deep.eml": (lambda: mail(text="全县现有小学12所。", files={"a.zip": nested_bomb(depth=3)}), {"bomb"}),
}


@pytest.mark.skipif(sys.platform == "win32", reason="there is no way to measure a process there")
@pytest.mark.parametrize("name", BAD)
def test_bad_input_costs_little(name, tmp_path):
    make, codes = BAD[name]
    file, db = tmp_path / name, tmp_path / "facts.db"
    file.write_bytes(make())
    command = [sys.executable, "-m", "pipeline", "ingest", file, "--db", db, "--processes", "1"]
    cost = measured(command, cwd=Path(__file__).parents[2])
    said = cost.said
    assert cost.code == 0, said
    assert cost.processor < MAX_SECONDS, said
    assert cost.peak < MAX_BYTES, said
    connection = sqlite3.connect(db)
    refused = {code for (code,) in connection.execute("SELECT code FROM rejections")}
    stored = connection.execute("SELECT count(*), sum(characters > 0) FROM sources").fetchone()
    assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()
    assert "Traceback" not in said
    assert "fault in Countyfacts" not in said
    if codes is not None:
        assert refused == codes, said
        assert bool(stored[0]) == (not codes)
