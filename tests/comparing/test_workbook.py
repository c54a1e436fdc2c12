"""Workbooks and Parquet: numbers as numbers, text as text, sentences as comments."""

import csv
import shutil
import subprocess
import zipfile
from decimal import Decimal
from pathlib import Path

import openpyxl
import pyarrow.parquet as pq
import pytest

from pipeline.comparing import Extras, compare
from pipeline.comparing.sheets import write_workbook
from pipeline.store import Filters, facts
from tests.comparing.comparing_rows import chosen, made


@pytest.fixture(scope="module")
def out(samples_db, tmp_path_factory):
    folder = tmp_path_factory.mktemp("book")
    compare(samples_db, folder, Filters(), extras=Extras(xlsx=True, parquet=True, derived=True))
    return folder


def test_a_sheet_a_theme_with_numbers_units_and_sentences(out, samples_db):
    book = openpyxl.load_workbook(out / "comparison.xlsx")
    stored = {fact.id: fact for fact in facts(samples_db, Filters())}
    assert book.sheetnames[0] == "说明"
    assert {"经费 Money", "教师 Teachers", "数据", "派生"} <= set(book.sheetnames)
    numbers = 0
    for sheet in book.worksheets[1:]:
        assert sheet.freeze_panes
        assert sheet.auto_filter.ref
        for row in sheet.iter_rows(min_row=2):
            for cell in row:
                assert cell.data_type != "f"
                assert cell.hyperlink is None
                if cell.comment is None:
                    continue
                fact = stored[cell.comment.text.split()[-1]]
                assert fact.sentence.split()[0] in cell.comment.text
                if fact.value_high is None:
                    assert cell.data_type == "n"
                    assert Decimal(str(cell.value)) == fact.value
                    numbers += 1
    assert numbers > 100


def test_empty_is_empty_and_text_is_text(tmp_path, names):
    path = tmp_path / "a.xlsx"
    rows = chosen(
        made("schools", 3, sentence="=1+1", path="=cmd.txt"),
        made("teachers", 5, "350104", sentence="http://example.org"),
        made("schools", "10", "350102", value_high=Decimal(15), bound="range"),
    )
    write_workbook(path, rows, names, source="a.db")
    book = openpyxl.load_workbook(path)
    sheet = book["学校 Schools"]
    assert [[cell.value for cell in row][-1] for row in sheet.iter_rows(min_row=2)] == ["10—15", 3]
    data = book["数据"]
    texts = [cell for row in data.iter_rows(min_row=2) for cell in row if cell.value in ("=1+1", "'=1+1", "=cmd.txt")]
    assert texts
    assert all(cell.data_type == "s" for cell in texts)
    assert b"<f>" not in zipfile.ZipFile(path).read("xl/worksheets/sheet2.xml")


def test_the_same_facts_give_the_same_bytes(tmp_path, names):
    for name in "ab":
        write_workbook(tmp_path / name, chosen(made("schools", 3)), names, source="a.db")
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_libreoffice_opens_it_and_keeps_numbers(out, tmp_path):
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice (soffice) is not here")
    book = openpyxl.load_workbook(out / "comparison.xlsx")
    sheet = next(s for s in book.worksheets[1:])
    done = subprocess.run(
        [office, f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to",
         "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false,false,false,2", "--outdir", str(tmp_path),
         str(out / "comparison.xlsx")],
        capture_output=True, text=True, timeout=120, check=True,
    )  # fmt: skip
    said = [line for line in (done.stdout + done.stderr).lower().splitlines() if "java" not in line]
    assert not any("warn" in line or "error" in line for line in said)
    (written,) = Path(tmp_path).glob("*.csv")
    rows = list(csv.reader(written.open(encoding="utf-8", newline="")))
    assert len(rows) == sheet.max_row
    for shown, row in zip(rows[1:], sheet.iter_rows(min_row=2), strict=True):
        for text, cell in zip(shown, row, strict=True):
            if cell.data_type == "n" and cell.value is not None:
                assert float(text) == pytest.approx(float(cell.value))


def test_parquet_is_typed_and_exact(out, samples_db):
    table = pq.read_table(out / "comparison.parquet")
    assert str(table.schema.field("value").type) == "double"
    assert str(table.schema.field("sources").type) == "int32"
    stored = {fact.id: fact for fact in facts(samples_db, Filters())}
    for row in table.to_pylist():
        fact = stored[row["fact"]]
        assert (row["value"], Decimal(row["value_exact"])) == (float(fact.value), fact.value)
        assert row["sector"] != ""
        assert set(row["other_facts"]) <= set(stored)
