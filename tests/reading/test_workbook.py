"""Workbooks to what a reader of their sheets sees, with the places of the cells."""

import io
import sys
import zipfile

import pytest
import xlwt
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import Refused
from pipeline.model import BlockKind
from pipeline.reading import read_source
from pipeline.reading.layout import LayerBuilder
from pipeline.reading.number_formats import shown, shown_text
from pipeline.reading.rows import Filled, append_cells, one_line
from pipeline.reading.workbook import Sheet, column_name, seen_cells
from tests.reading.office_files import TABLE_TEXT, by_openpyxl, by_xlsxwriter, by_xlwt, packed, xlsx
from tools.measured import measured


@pytest.mark.parametrize(
    ("value", "code", "text"),
    [
        (12345, "General", "12345"),
        (0.956, "General", "0.956"),
        (0.1 + 0.2, "General", "0.3"),
        (1 / 3, "General", "0.333333333"),
        (100 / 3, "General", "33.33333333"),
        (-2.5, "General", "-2.5"),
        (123456789012, "General", "123456789012"),
        (1e20, "General", "1.00000E+20"),
        (12345.6, "0", "12346"),
        (2.5, "0", "3"),
        (1.005, "0.00", "1.01"),
        (-1.005, "0.00", "-1.01"),
        (1.5, "0.00", "1.50"),
        (1.5, "0.##", "1.5"),
        (1.0, "0.##", "1."),
        (12345, "#,##0", "12,345"),
        (999, "#,##0", "999"),
        (1234567.891, "#,##0.00", "1,234,567.89"),
        (0, "#,##0", "0"),
        (0, "#", ""),
        (0.5, "#.0", ".5"),
        (7, "000", "007"),
        (1234, "0,000", "1,234"),
        (5, "0,000", "0,005"),
        (0.956, "0%", "96%"),
        (0.98455, "0.00%", "98.46%"),
        (12, '0"人"', "12人"),
        (0.5, '0.00"万元"', "0.50万元"),
        (12, '#,##0\\ "所"', "12 所"),
        (123456789, '0.00,,"百万"', "123.46百万"),
        (123456, '0!.0,"万"', "12.3万"),
        (1234.5, "_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * \"-\"??_ ;_ @_ ", "1,234.50"),
        (0, "_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * \"-\"??_ ;_ @_ ", "-"),
        (-12, "0;(0)", "(12)"),
        (-12, "0.00_);[Red]\\(0.00\\)", "(12.00)"),
        (-0.001, "0.0", "0.0"),
        (3, "0;;", "3"),
        (0, "0;;", ""),
        (7, ";;;", ""),
        (12, '[>=10]"多"0;"少"0', "多12"),
        (2, '[>=10]"多"0;"少"0', "少2"),
        (12345, "[$¥-804]#,##0", "¥12,345"),
        (12, "[Red]0", "12"),
        (12345, "0.00E+00", "1.23E+04"),
        (0.25, "# ?/?", "1/4"),
        (2.5, "# ?/?", "2 1/2"),
        (3, "G/通用格式", "3"),
        (3, 'General"所"', "3所"),
        (45000, "yyyy/m/d", "2023/3/15"),
        (45000, 'yyyy"年"m"月"', "2023年3月"),
        (45000, 'yyyy"年"m"月"d"日";@', "2023年3月15日"),
        (45000, "yyyy-mm-dd", "2023-03-15"),
        (45000.75, "yyyy/m/d h:mm", "2023/3/15 18:00"),
        (45000.75, "h:mm AM/PM", "6:00 下午"),
        (45000, '[DBNum1][$-804]yyyy"年"m"月"d"日";@', "二〇二三年三月十五日"),
        (45000, "[$-804]aaaa;@", "星期三"),
        (45000, "mmm-yy", "Mar-23"),
        (1.5, "[h]:mm", "36:00"),
        (0.5, "mm:ss", "00:00"),
        (61, "yyyy/m/d", "1900/3/1"),
        (1, "yyyy/m/d", "1900/1/1"),
        (-1, "yyyy/m/d", "-1"),
        (5, "@", "5"),
        (1385551234, "000-0000-0000", "013-8555-1234"),
    ],
)  # fmt: skip
def test_numbers_as_excel_shows_them(value, code, text):
    assert shown(value, code) == text


def test_days_count_from_1904_in_old_workbooks():
    assert shown(43538, "yyyy-mm-dd", from_1904=True) == "2023-03-15"


def test_texts_under_a_format():
    assert shown_text("甲", "0.00") == "甲"
    assert shown_text("甲", '@"县"') == "甲县"
    assert shown_text("甲", "0;-0;0;;") == ""


@given(
    st.floats(allow_nan=False, allow_infinity=False, width=32),
    st.sampled_from(["General", "0", "0.00", "#,##0.0", "0%", "0.0E+0", "# ?/?", "yyyy/m/d", "[h]:mm", "0;;", "@"]),
)
def test_any_number_is_shown(value, code):
    assert isinstance(shown(value, code), str)


@given(st.floats(-1e9, 1e9), st.text(alphabet='0#?.,%/E+-@;[]"\\_*ymdhsGenral年', max_size=12))
def test_any_format_shows_something(value, code):
    assert isinstance(shown(value, code), str)
    assert isinstance(shown_text("甲", code), str)


@given(st.integers(-(10**12), 10**12))
def test_whole_numbers_are_read_back(value):
    assert int(shown(value, "#,##0").replace(",", "")) == value


def test_one_line():
    assert one_line("学校数\n（所）") == "学校数（所）"
    assert one_line(" 12\r\n34\t5 ") == "12 34 5"
    assert one_line("永  定  区") == "永  定  区"


def test_columns_have_letters():
    assert [column_name(at) for at in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]


def test_raised_digits_of_old_workbooks_are_raised():
    book = xlwt.Workbook()
    font = xlwt.Font()
    font.escapement = xlwt.Font.ESCAPEMENT_SUPERSCRIPT
    book.add_sheet("表").write_rich_text(0, 0, (("35621", xlwt.easyfont("")), ("1", font)))
    file = io.BytesIO()
    book.save(file)
    assert read_source(file.getvalue(), "a.xls").layer.text == "表\n35621¹"


def test_cells_under_merged_ones_are_not_seen():
    cells = [Filled(row, column, "1") for row in range(4) for column in range(4)]
    merged = [(0, 0, 2, 0), (1, 1, 1, 3), (3, 2, 3, 3)]
    seen = [(cell.row, cell.column) for cell in seen_cells(Sheet("表", cells=cells, merged=merged))]
    assert seen == [(0, 0), (0, 1), (0, 2), (0, 3), (1, 1), (2, 1), (2, 2), (2, 3), (3, 0), (3, 1), (3, 2)]


MADE = {"openpyxl": (by_openpyxl, "a.xlsx"), "xlsxwriter": (by_xlsxwriter, "b.xlsx"), "xlwt": (by_xlwt, "c.xls")}


@pytest.mark.parametrize("writer", MADE)
def test_a_table_of_each_writer(writer):
    make, name = MADE[writer]
    source = read_source(make(), name)
    assert source.layer.text == TABLE_TEXT
    check_table(source)
    if writer != "xlsxwriter":
        assert source.hints["hidden_sheets"] == "草稿"


def check_table(source):
    """The blocks of the table are of their kinds and in their places, merged cells once."""
    blocks = {source.layer.text[b.start : b.end]: b for b in source.layer.blocks}
    assert blocks["2023"].kind is BlockKind.HEADING
    assert blocks["各区县义务教育基本情况（2023年）"].locator == "sheet 2023!A1"
    assert blocks["注：不含教学点。"].kind is BlockKind.PARAGRAPH
    places = {
        text: (b.locator, b.cell.row, b.cell.column, b.cell.row_span, b.cell.column_span)
        for text, b in blocks.items()
        if b.cell
    }
    assert places["地区"] == ("sheet 2023!A2", 0, 0, 2, 1)
    assert places["学校数（所）"] == ("sheet 2023!B2", 0, 1, 1, 2)
    assert places["初中"] == ("sheet 2023!C3", 1, 2, 1, 1)
    assert places["37,512"] == ("sheet 2023!D4", 2, 3, 1, 1)
    assert {b.cell.table for b in source.layer.blocks if b.cell} == {0}


def row(number, *cells, more=""):
    return f'<row r="{number}"{more}>{"".join(cells)}</row>'


def cell(place, value, kind="n", style=0, formula=""):
    return f'<c r="{place}" t="{kind}" s="{style}">{formula}<v>{value}</v></c>'


def sheet(*rows, before="", after=""):
    return f"{before}<sheetData>{''.join(rows)}</sheetData>{after}"


def test_kinds_of_cells():
    text = read_source(
        xlsx(
            sheet(
                row(1, cell("A1", 0, "s"), cell("B1", 1, "s"), cell("C1", 2, "s")),
                row(2, cell("A2", 1, "b"), cell("B2", "#DIV/0!", "e"), cell("C2", "字", "str"), '<c r="D2"><v></v></c>'),
                row(3, cell("A3", "0.95599999999999996", style=1), '<c r="B3" t="inlineStr"><is><t>内</t></is></c>',
                    cell("C3", 6, formula="<f>SUM(A1:A2)</f>")),
                row(4, '<c r="A4" t="inlineStr"><is><r><t>12</t></r><r><rPr><vertAlign val="superscript"/></rPr><t>1</t></r></is></c>',
                    '<c r="B4"><f>A1</f></c>', '<c r="C4" s="1"/>', cell("D4", "45000", style=2)),
            ),
            strings=["<t>地_x0041_区</t>", "<r><t>学</t></r><r><t>校</t></r><rPh><t>xue</t></rPh>", "<t>甲&#10;乙</t>"],
            formats=["General", "0.0%", "yyyy&quot;年&quot;m&quot;月&quot;"],
        ),
        "a.xlsx",
    )  # fmt: skip
    assert text.layer.text == "表\n地A区\t学校\t甲乙\nTRUE\t字\n95.6%\t内\t6\n12¹\t2023年3月"
    assert text.hints == {"uncalculated": "1"}


def test_what_is_hidden_is_not_seen():
    source = read_source(
        xlsx(
            sheet(
                row(1, cell("A1", 1), cell("B1", 2), cell("C1", 3), cell("D1", 4)),
                row(2, cell("A2", 5), cell("C2", 6), more=' hidden="1"'),
                row(3, cell("A3", 7), cell("B3", 8), cell("C3", 9)),
                row(4, cell("A4", 1)),
                before='<cols><col min="2" max="2" hidden="1"/></cols>',
                after='<mergeCells><mergeCell ref="B1:C1"/><mergeCell ref="C2:D4"/></mergeCells>',
            )
        ),
        "a.xlsx",
    )
    assert source.layer.text == "表\n1\t2\t4\n7\t6\n1"
    (two,) = [b for b in source.layer.blocks if source.layer.text[b.start : b.end] == "2"]
    assert (two.locator, two.cell.column, two.cell.column_span) == ("sheet 表!C1", 2, 1)


def test_rows_and_cells_without_places_follow_the_last():
    body = "<sheetData><row><c><v>1</v></c><c/><c><v>3</v></c></row><row><c/><c><v>4</v></c></row></sheetData>"
    blocks = read_source(xlsx(body), "a.xlsx").layer.blocks
    assert [b.locator for b in blocks[1:]] == ["sheet 表!A1", "sheet 表!C1", "sheet 表!B2"]


def test_a_workbook_whose_sheets_are_hidden_is_empty():
    with pytest.raises(Refused) as refusal:
        read_source(xlsx(sheet(row(1, cell("A1", 1))), state="hidden"), "a.xlsx")
    assert refusal.value.code == "empty"


def laid_out(*rows):
    """What becomes of rows of a sheet: ``|`` before what stands in a table, its number first. A cell is a text, a
    number, None, or (text, columns, rows).
    """
    cells = []
    for number, values in enumerate(rows):
        for column, value in enumerate(values):
            if value is None:
                continue
            text, wide, high = value if isinstance(value, tuple) else (value, 1, 1)
            cells.append(Filled(number, column, str(text), not isinstance(text, str), high, wide))
    builder = LayerBuilder()
    append_cells(builder, cells, lambda at, column: f"{column_name(column)}{at + 1}")
    layer = builder.layer()
    lines = []
    for line in layer.text.split("\n"):
        at = sum(len(one) + 1 for one in layer.text.split("\n")[: len(lines)])
        block = next(b for b in layer.blocks if b.start == at)
        lines.append(f"{block.cell.table}|{line}" if block.cell else line)
    return lines


HEAD, ONE, TWO = ("地区", "学校", "教师"), ("甲县", 3, 40), ("乙县", 4, 50)


@pytest.mark.parametrize(
    ("rows", "lines"),
    [
        ([(("表1", 3, 1),), HEAD, ONE], ["表1", "0|地区\t学校\t教师", "0|甲县\t3\t40"]),
        ([("表1",), (None, None, "单位：所"), HEAD, ONE], ["表1", "单位：所", "0|地区\t学校\t教师", "0|甲县\t3\t40"]),
        ([("填报单位：教育局", None, "单位：所"), HEAD, ONE], ["填报单位：教育局", "单位：所", "0|地区\t学校\t教师", "0|甲县\t3\t40"]),
        ([("表一", None, "单位：所"), HEAD, ONE], ["表一", "单位：所", "0|地区\t学校\t教师", "0|甲县\t3\t40"]),
        ([(None, ("学校", 2, 1)), (None, "小学", "初中"), ONE], ["0|学校", "0|小学\t初中", "0|甲县\t3\t40"]),
        ([HEAD, ONE, (), TWO], ["0|地区\t学校\t教师", "0|甲县\t3\t40", "0|乙县\t4\t50"]),
        ([HEAD, ONE, (), HEAD, TWO], ["0|地区\t学校\t教师", "0|甲县\t3\t40", "1|地区\t学校\t教师", "1|乙县\t4\t50"]),
        ([HEAD, ONE, (), ("年份", 2021, 2022), TWO], ["0|地区\t学校\t教师", "0|甲县\t3\t40", "1|年份\t2021\t2022", "1|乙县\t4\t50"]),
        ([HEAD, ONE, ("注：不含教学点。",)], ["0|地区\t学校\t教师", "0|甲县\t3\t40", "注：不含教学点。"]),
        ([HEAD, (("一、城区", 3, 1),), ONE], ["0|地区\t学校\t教师", "0|一、城区", "0|甲县\t3\t40"]),
        ([HEAD, ONE, (("表2", 3, 1),), HEAD, TWO], ["0|地区\t学校\t教师", "0|甲县\t3\t40", "表2", "1|地区\t学校\t教师", "1|乙县\t4\t50"]),
        ([("全区新建学校3所。",), ("又建2所。",)], ["全区新建学校3所。", "又建2所。"]),
        ([(*HEAD, None, *HEAD), (*ONE, None, *TWO)], ["0|地区\t学校\t教师", "0|甲县\t3\t40", "1|地区\t学校\t教师", "1|乙县\t4\t50"]),
        ([("地区", "学校", None, "教师"), ("甲县", 3, None, 40)], ["0|地区\t学校\t教师", "0|甲县\t3\t40"]),
        ([("地区", "情况"), ("甲县", "建校3所。" * 90)], ["0|地区\t情况", "甲县", "建校3所。" * 90]),
    ],
)  # fmt: skip
def test_which_rows_are_tables(rows, lines):
    assert laid_out(*rows) == lines


def test_text_boxes_on_a_sheet_are_read():
    body = sheet(row(1, cell("A1", 1)))
    data = xlsx(body)
    parts = {}
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/drawing"
    parts["xl/worksheets/_rels/sheet1.xml.rels"] = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="r1" Type="{kind}" Target="../drawings/drawing1.xml"/></Relationships>'
    )
    parts["xl/drawings/drawing1.xml"] = (
        '<d:wsDr xmlns:d="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing" '
        'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><d:sp><d:txBody><a:p><a:r><a:t>注：</a:t></a:r>'
        "<a:r><a:t>口径同上</a:t></a:r></a:p></d:txBody></d:sp></d:wsDr>"
    )
    assert read_source(packed(parts), "a.xlsx").layer.text == "表\n1\n注：口径同上"


def million(columns, filled):
    """A workbook of a million rows with empty cells, few of them filled."""
    data = xlsx("")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, text in parts.items():
            if not name.endswith("sheet1.xml"):
                archive.writestr(name, text)
        with archive.open("xl/worksheets/sheet1.xml", "w") as part:
            part.write(b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>')
            for start in range(1, 1_048_577, 8192):
                rows = []
                for at in range(start, start + 8192):
                    cells = "".join(f'<c r="{column_name(c)}{at}" s="1"/>' for c in range(columns))
                    rows.append(f'<row r="{at}">{cell(f"A{at}", at) if at in filled else cells}</row>')
                part.write("".join(rows).encode())
            part.write(b"</sheetData></worksheet>")
    return file.getvalue()


def test_a_million_empty_rows_cost_seconds_and_little_memory(tmp_path):
    path = tmp_path / "million.xlsx"
    path.write_bytes(million(1, {1, 1_048_576}))
    code = (
        "import sys; from pathlib import Path; from pipeline.reading import read_source\n"
        "print(read_source(Path(sys.argv[1]).read_bytes(), 'million.xlsx').layer.blocks[-1].locator)"
    )
    cost = measured([sys.executable, "-c", code, path])
    assert cost.said.split() == ["sheet", "表!A1048576"]
    assert cost.processor < 10
    assert cost.peak < 300 << 20


def test_more_filled_cells_than_the_limit_are_refused(monkeypatch):
    monkeypatch.setattr("pipeline.reading.workbook.MAX_CELLS", 3)
    with pytest.raises(Refused) as refusal:
        read_source(xlsx(sheet(row(1, *(cell(f"{c}1", 1) for c in "ABCD")))), "a.xlsx")
    assert refusal.value.code == "too_large"


@pytest.mark.parametrize(
    ("data", "name", "code"),
    [
        (by_openpyxl()[:-40], "a.xlsx", "damaged"),
        (xlsx("<sheetData><row r='1'><c r='A1'><v>x</v></c></row></sheetData>"), "a.xlsx", "damaged"),
        (xlsx("<sheetData><row r='1'><c r='A1'><v>1</v></c>"), "a.xlsx", "damaged"),
        (by_xlwt()[:1500], "a.xls", "damaged"),
    ],
)
def test_what_can_not_be_read_is_refused(data, name, code):
    with pytest.raises(Refused) as refusal:
        read_source(data, name)
    assert refusal.value.code == code


WHOLE = {"a.xlsx": xlsx(sheet(row(1, cell("A1", 1), cell("B1", 2)))), "a.xls": by_xlwt()}


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(sorted(WHOLE)),
    st.lists(st.tuples(st.floats(0, 0.999), st.integers(0, 255)), max_size=6),
    st.floats(0, 1),
)
def test_any_damage_is_read_or_refused(name, changes, cut):
    data = bytearray(WHOLE[name])
    if cut < 0.5:
        data = data[: int(len(data) * cut * 2)]
    for share, byte in changes:
        if data:
            data[int(share * len(data))] = byte
    try:
        read_source(bytes(data), name)
    except Refused:
        return
