"""Office files made by real writers, and small packages made by hand, for the tests of their readers."""

from __future__ import annotations

import io
import shutil
import subprocess
import zipfile
from collections.abc import Sequence
from pathlib import Path

import docx as python_docx
import openpyxl
import pytest
import xlsxwriter
import xlwt

from pipeline.reading.office import find_soffice

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
NAMES = (
    f'xmlns:w="{W}" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
)
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
SAMPLES = Path(__file__).parents[2] / "corpora" / "samples"

TABLE = (
    ("各区县义务教育基本情况（2023年）", None, None, None, None),
    ("地区", "学校数（所）", None, "在校学生（人）", "巩固率"),
    (None, "小学", "初中", None, None),
    ("永定区", 101, 12, 37512, 0.9845),
    ("慈利县", 91, 9, 30118.0, 0.976),
    ("合计", 192, 21, 67630, 0.98),
    ("注：不含教学点。", None, None, None, None),
)
MERGED = ((0, 0, 0, 4), (1, 0, 2, 0), (1, 1, 1, 2), (1, 3, 2, 3), (1, 4, 2, 4))
"""First row, first column, last row, last column."""

FORMATS = {3: "#,##0", 4: "0.00%"}
"""The number format of a column."""

TABLE_TEXT = """2023
各区县义务教育基本情况（2023年）
地区\t学校数（所）\t在校学生（人）\t巩固率
小学\t初中
永定区\t101\t12\t37,512\t98.45%
慈利县\t91\t9\t30,118\t97.60%
合计\t192\t21\t67,630\t98.00%
注：不含教学点。"""


def docx(
    body: str, *, styles: str = "", numbering: str = "", footnotes: str = "", more: dict[str, str] | None = None
) -> bytes:
    """A package with the given body and parts, its names bound."""
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"><Override PartName="/word/document.xml" '
        'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>',
        "_rels/.rels": _relations({"officeDocument": "word/document.xml"}),
        "word/document.xml": f"<w:document {NAMES}><w:body>{body}</w:body></w:document>",
        "word/_rels/document.xml.rels": _relations(
            {"styles": "styles.xml", "numbering": "/word/numbering.xml", "footnotes": "footnotes.xml"}
        ),
        "word/styles.xml": f"<w:styles {NAMES}>{styles}</w:styles>",
        "word/numbering.xml": f"<w:numbering {NAMES}>{numbering}</w:numbering>",
        "word/footnotes.xml": f"<w:footnotes {NAMES}>{footnotes}</w:footnotes>",
    }
    return packed(parts | (more or {}))


def packed(parts: dict[str, str]) -> bytes:
    """A zip file of the parts."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return file.getvalue()


def _relations(targets: dict[str, str]) -> str:
    inner = "".join(
        f'<Relationship Id="r{at}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for at, (kind, target) in enumerate(targets.items())
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{inner}</Relationships>'


def xlsx(sheet: str, *, strings: Sequence[str] = (), formats: Sequence[str] = (), state: str = "visible") -> bytes:
    """A workbook of one sheet: its XML, its shared strings (as XML), the number format of each style."""
    name = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    codes = "".join(f'<numFmt numFmtId="{200 + at}" formatCode="{code}"/>' for at, code in enumerate(formats))
    styles = "".join(f'<xf numFmtId="{200 + at}"/>' for at in range(len(formats)))
    return packed(
        {
            "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"><Override PartName="/xl/workbook.xml" '
            'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>',
            "_rels/.rels": _relations({"officeDocument": "xl/workbook.xml"}),
            "xl/workbook.xml": f'<workbook xmlns="{name}" xmlns:r="{_OFFICE}"><sheets>'
            f'<sheet name="表" sheetId="1" state="{state}" r:id="r0"/></sheets></workbook>',
            "xl/_rels/workbook.xml.rels": _relations(
                {"worksheet": "worksheets/sheet1.xml", "sharedStrings": "sharedStrings.xml", "styles": "styles.xml"}
            ),
            "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{name}">{sheet}</worksheet>',
            "xl/sharedStrings.xml": f'<sst xmlns="{name}">{"".join(f"<si>{s}</si>" for s in strings)}</sst>',
            "xl/styles.xml": f'<styleSheet xmlns="{name}"><numFmts>{codes}</numFmts><cellXfs>{styles}</cellXfs></styleSheet>',
        }
    )


def word_file(lines: Sequence[str]) -> bytes:
    """A document of the lines, by python-docx."""
    document = python_docx.Document()
    document.sections[0].header.paragraphs[0].text = "页眉：第99所"
    document.sections[0].footer.paragraphs[0].text = "第3页"
    for line in lines:
        document.add_paragraph(line)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def sample_lines(name: str) -> list[str]:
    """The lines of a sample that hold something, without the blanks around them."""
    return [line.strip(" ") for line in (SAMPLES / name).read_text(encoding="utf-8-sig").splitlines() if line.strip()]


def by_openpyxl() -> bytes:
    """The table as openpyxl writes it, with a hidden sheet behind it."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "2023"
    for row, values in enumerate(TABLE, 1):
        for column, value in enumerate(values, 1):
            cell = sheet.cell(row, column, value)
            if not isinstance(value, str) and column - 1 in FORMATS:
                cell.number_format = FORMATS[column - 1]
    for top, left, bottom, right in MERGED:
        sheet.merge_cells(start_row=top + 1, start_column=left + 1, end_row=bottom + 1, end_column=right + 1)
    other = book.create_sheet("草稿")
    other["A1"] = "不看"
    other.sheet_state = "hidden"
    book.create_sheet("Sheet3")
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def by_xlsxwriter() -> bytes:
    """The table as xlsxwriter writes it."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file)
    sheet = book.add_worksheet("2023")
    styles = {column: book.add_format({"num_format": code}) for column, code in FORMATS.items()}
    covered = {(top, left): (bottom, right) for top, left, bottom, right in MERGED}
    for row, values in enumerate(TABLE):
        for column, value in enumerate(values):
            if (row, column) in covered:
                sheet.merge_range(row, column, *covered[row, column], value)
            elif value is not None:
                sheet.write(row, column, value, styles.get(column) if not isinstance(value, str) else None)
    book.close()
    return file.getvalue()


def by_xlwt() -> bytes:
    """The table as xlwt writes it."""
    book = xlwt.Workbook()
    sheet = book.add_sheet("2023")
    styles = {column: xlwt.easyxf(num_format_str=code) for column, code in FORMATS.items()}
    covered = {(top, left): (bottom, right) for top, left, bottom, right in MERGED}
    for row, values in enumerate(TABLE):
        for column, value in enumerate(values):
            if (row, column) in covered:
                bottom, right = covered[row, column]
                sheet.write_merge(row, bottom, column, right, value)
            elif value is not None:
                style = styles.get(column) if not isinstance(value, str) else None
                sheet.write(row, column, value, style or xlwt.Style.default_style)
    book.add_sheet("草稿").write(0, 0, "不看")
    book.get_sheet(1).visibility = 1
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def converted(data: bytes, source: str, target: str, folder: Path) -> bytes:
    """A file as LibreOffice saves it in another format; the test is skipped where LibreOffice isn't installed."""
    program = find_soffice()
    if program is None:
        pytest.skip("LibreOffice is not installed here: files of its kinds can't be made")
    place = folder / f"made.{source}"
    place.write_bytes(data)
    profile = folder.parent / "soffice-profile"
    subprocess.run(
        [program, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--convert-to", target, "--outdir",
         str(folder / "out"), str(place)],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    result = (folder / "out" / f"made.{target.partition(':')[0]}").read_bytes()
    shutil.rmtree(folder / "out")
    return result
