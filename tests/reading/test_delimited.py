"""Tables in text files (csv, tsv)."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.reading import read_source
from pipeline.reading.delimited import delimiter_of

TABLE = "地区,学校数（所）,在校学生（人）\n永定区,101,37512\n慈利县,91,30118\n"
TEXT = "地区\t学校数（所）\t在校学生（人）\n永定区\t101\t37512\n慈利县\t91\t30118"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16", "big5"])
@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
def test_encodings_and_delimiters(sign, encoding):
    table = TABLE if encoding != "big5" else TABLE.translate(str.maketrans("区学数县", "區學數縣"))
    source = read_source(table.replace(",", sign).encode(encoding), "a.csv")
    assert source.kind == "csv"
    assert source.layer.text.translate(str.maketrans("區學數縣", "区学数县")) == TEXT.translate(
        str.maketrans("區學數縣", "区学数县")
    )
    assert [b.locator for b in source.layer.blocks][3:5] == ["row 2 column 1", "row 2 column 2"]


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ('甲,"1,234",3\r\n乙,"5,678",4\r\n', "甲\t1,234\t3\n乙\t5,678\t4"),
        ('甲,"一行\n两行",3\n', "甲\t一行两行\t3"),
        ('甲,"说""好""",3\n', '甲\t说"好"\t3'),
        ("sep=;\n甲;1\n乙;2\n", "甲\t1\n乙\t2"),
        ("表1 各县学校数,,\n地区,小学,初中\n甲县,3,4\n", "表1 各县学校数\n地区\t小学\t初中\n甲县\t3\t4"),
        ("甲县;建校3所，扩建2所；\n乙县;建校4所，扩建1所；\n", "甲县\t建校3所，扩建2所；\n乙县\t建校4所，扩建1所；"),
        ("甲,1\n\n\n乙,2\n", "甲\t1\n乙\t2"),
        ('甲,5" 屏,1\n' + "乙,6,2\n" * 30, "甲\t5\" 屏\t1\n" + "\n".join(["乙\t6\t2"] * 30)),
        ('"甲,1,2\n' + "乙,6,2\n" * 30, '"甲\t1\t2\n' + "\n".join(["乙\t6\t2"] * 30)),
        ("共建学校3所\n", "共建学校3所"),
    ],
)  # fmt: skip
def test_what_is_seen(data, text):
    assert read_source(data.encode(), "a.csv").layer.text == text


def test_captions_are_no_rows():
    source = read_source("表1 各县学校数,,\n地区,小学,初中\n甲县,3,4\n".encode(), "a.csv")
    assert [b.cell is None for b in source.layer.blocks] == [True] + [False] * 6


def test_a_table_under_the_name_of_a_workbook():
    source = read_source(TABLE.replace(",", "\t").encode("gbk"), "导出.xls")
    assert (source.kind, source.layer.text, source.encoding) == ("csv", TEXT, "gb18030")
    page = "<html><table><tr><td>甲县</td><td>3</td></tr></table></html>"
    assert (read_source(page.encode(), "导出.xls").kind, read_source(page.encode(), "a.doc").kind) == ("html", "html")


CELLS = st.text(alphabet='甲乙12,;\t|" \n', max_size=5)


@given(st.lists(st.lists(CELLS, min_size=2, max_size=4), min_size=1, max_size=6), st.sampled_from(",;\t"))
def test_what_a_writer_wrote_is_all_there(rows, sign):
    file = io.StringIO()
    csv.writer(file, delimiter=sign).writerows(rows)
    text = read_source(f"{file.getvalue()}末{sign}末".encode(), "a.csv").layer.text
    assert {c for row in rows for value in row for c in value if c in "甲乙12"} <= set(text)


def test_a_row_of_prose_does_not_choose_the_delimiter():
    assert delimiter_of("说明，甲，乙，丙，丁\n地区,学校\n甲县,3\n乙县,4\n") == ","


def test_a_table_of_ten_thousand_rows_is_read_fast():
    data = ("地区,小学,初中\n" + "甲县,3,4\n" * 10_000).encode()
    assert read_source(data, "a.csv").layer.text.count("\n") == 10_000
