"""Tables drawn in plain text: where their cells stand, and that prose is never taken for one."""

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.cleaning import clean_source, replay
from pipeline.extraction import extract_source
from pipeline.model import BlockKind
from pipeline.reading import read_source
from pipeline.reading.decoding import decode
from pipeline.reading.text_tables import find_tables

CORPORA = Path(__file__).parents[2] / "corpora"
HEAD = ["县区", "小学（所）", "在校生（人）"]
ROWS = [["江州区", "98", "32,150"], ["扶绥县", "112", "41,286"], ["宁明县", "86", "38,940"], ["合计", "296", "112,376"]]


def width(text: str) -> int:
    return len(text.encode("gbk"))


def padded(text: str, room: int) -> str:
    return text + " " * (room - width(text))


def markdown(rows: list[list[str]]) -> str:
    lines = [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join([lines[0], "|---|:---:|---:|", *lines[1:]])


def bare_pipes(rows: list[list[str]]) -> str:
    lines = [" | ".join(row) for row in rows]
    return "\n".join([lines[0], "---|---|---", *lines[1:]])


def boxed(rows: list[list[str]], *, full: bool = False) -> str:
    lines = ["│".join(["", *(padded(cell, 14) for cell in row), ""]) for row in rows]
    bar = "─" * 14
    between = f"├{bar}┼{bar}┼{bar}┤\n"
    body = (f"\n{between}" if full else "\n").join(lines[1:])
    return f"┌{bar}┬{bar}┬{bar}┐\n{lines[0]}\n{between}{body}\n└{bar}┴{bar}┴{bar}┘"


def grid(rows: list[list[str]]) -> str:
    rule = "+" + "+".join(["-" * 14] * 3) + "+"
    lines = ["|" + "|".join(padded(cell, 14) for cell in row) + "|" for row in rows]
    return f"{rule}\n" + f"\n{rule}\n".join(lines) + f"\n{rule}"


def tabbed(rows: list[list[str]]) -> str:
    return "\n".join("\t".join(row) for row in rows)


def aligned(rows: list[list[str]]) -> str:
    return "\n".join("".join(padded(cell, 16) for cell in row).rstrip() for row in rows)


def aligned_by_characters(rows: list[list[str]]) -> str:
    return "\n".join("".join(cell.ljust(12) for cell in row).rstrip() for row in rows)


def full_width(rows: list[list[str]]) -> str:
    return "\n".join("\u3000\u3000".join(row) for row in rows)


MANNERS = [markdown, bare_pipes, boxed, grid, tabbed, aligned, aligned_by_characters, full_width]
BEFORE = "2023年，全市教育事业稳步发展，各县（市、区）基本情况如下。\n\n"
BEHIND = "\n\n下一步，全市将继续扩大优质资源，计划新增学位4,500个。\n"


def cells(text: str) -> list[tuple[int, int, int, int, str]]:
    """Row, column, spans and words of each cell."""
    return [
        (block.cell.row, block.cell.column, block.cell.row_span, block.cell.column_span, text[block.start : block.end])
        for block in find_tables(text)
    ]


def plain(rows: list[list[str]]) -> list[tuple[int, int, int, int, str]]:
    return [(r, c, 1, 1, word) for r, row in enumerate(rows) for c, word in enumerate(row) if word]


@pytest.mark.parametrize("manner", MANNERS)
@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_cells_in_every_manner(manner, ends):
    text = (BEFORE + manner([HEAD, *ROWS]) + BEHIND).replace("\n", ends)
    assert cells(text) == plain([HEAD, *ROWS])


@pytest.mark.parametrize("manner", [markdown, boxed, grid, tabbed, aligned, aligned_by_characters])
def test_blank_cells_leave_the_others_in_their_columns(manner):
    rows = [HEAD, *ROWS[:2], ["宁明县", "", "38,940"], ROWS[3]]
    assert cells(BEFORE + manner(rows) + BEHIND) == plain(rows)


def test_a_drawn_table_with_a_rule_below_each_row():
    assert cells(boxed([HEAD, *ROWS], full=True)) == plain([HEAD, *ROWS])


def test_headings_over_several_columns():
    expected = [
        (0, 0, 2, 1, "县区"), (0, 1, 1, 2, "2022年"), (0, 3, 1, 2, "2023年"),
        (1, 1, 1, 1, "学校数"), (1, 2, 1, 1, "学生数"), (1, 3, 1, 1, "学校数"), (1, 4, 1, 1, "学生数"),
        *plain([[], [], ["江州区", "98", "3000", "99", "3100"], ["扶绥县", "12", "400", "13", "410"]]),
    ]  # fmt: skip
    drawn = """\
┌──────┬───────────────┬───────────────┐
│ 县区 │     2022年    │     2023年    │
│      ├───────┬───────┼───────┬───────┤
│      │ 学校数│ 学生数│ 学校数│ 学生数│
├──────┼───────┼───────┼───────┼───────┤
│江州区│   98  │  3000 │   99  │  3100 │
│扶绥县│   12  │   400 │   13  │   410 │
└──────┴───────┴───────┴───────┴───────┘"""
    blanks = """\
表1  各县（区）学校情况          单位：所、人

县区          2022年             2023年
          学校数   学生数    学校数   学生数
江州区      98      3000       99      3100
扶绥县      12       400       13       410
注：数据来自年报。   填报人：张三"""
    tabs = "县区\t2022年\t\t2023年\t\n\t学校数\t学生数\t学校数\t学生数\n江州区\t98\t3000\t99\t3100\n扶绥县\t12\t400\t13\t410"
    for text in (drawn, blanks, tabs):
        assert cells(text) == expected, text


def test_a_heading_in_the_middle_of_the_cell_it_shares():
    text = """\
┌──────┬─────────────┬──────┐
│      │    学校数   │      │
│ 县区 ├──────┬──────┤ 学生 │
│      │ 小学 │ 初中 │      │
├──────┼──────┼──────┼──────┤
│江州区│   98 │   12 │  300 │
└──────┴──────┴──────┴──────┘"""
    found = {word: (row, column, high, wide) for row, column, high, wide, word in cells(text)}
    assert found["县区"] == (0, 0, 2, 1)
    assert found["学校数"] == (0, 1, 1, 2)
    assert found["学生"] == (0, 3, 2, 1)
    assert found["初中"] == (1, 2, 1, 1)


def test_rows_of_groups_and_without_figures_belong_to_the_table():
    text = """\
指标              单位     2021年    2022年
一、学校
小学              所          12        11
  其中：教学点    所           3         2
二、教师
专任教师          人         210       205
编外教师          人          --        --
"""
    found = cells(text)
    assert [row for row in found if row[1] == 0] == [
        (n, 0, 1, 1, word)
        for n, word in enumerate(["指标", "一、学校", "小学", "其中：教学点", "二、教师", "专任教师", "编外教师"])
    ]
    assert (6, 3, 1, 1, "--") in found


PROSE = [
    "2023年，全县投入  3.2 亿元，新建学校  12 所，新增学位  4500 个。\n" * 4,
    "一、  加大投入\n二、  扩充学位\n三、  建强队伍\n",
    "一、工作回顾\t1\n二、存在问题\t5\n三、下步打算\t9\n",
    "第一章　总则　　1\n第二章　目标　　4\n第三章　保障　　12\n",
    "首页 | 新闻 | 公开 | 服务\n教育 | 卫生 | 文化 | 体育\n图片 | 视频 | 专题 | 互动\n",
    "联系人：张三　　电话：0771-1234567\n联系人：李四　　电话：0771-1234568\n联系人：王五　　电话：0771-1234569\n",
    "全县2022年教育工作总结  2022-12-28\n全县2021年教育工作总结  2021-12-27\n全县2020年教育工作总结  2020-12-26\n",
    "　　一是加大投入。\n　　二是扩充学位。\n　　三是建强队伍。\n",
    "江州区教育局\u3000\u3000\u3000\u30002023年12月26日印发\n",
    "阅读 2.3万  分享 1284  赞 418  在看 96\n",
    "----------\n\n全县有小学12所。\n\n----------\n",
    "教育局文件    第 1 页\n\n教育局文件    第 2 页\n\n教育局文件    第 3 页\n",
    "1.\t新增学位4500个\n2.\t新建学校12所\n3.\t招聘教师300名\n",
]


@pytest.mark.parametrize("text", PROSE)
def test_prose_and_page_furniture_are_no_tables(text):
    assert cells(text) == []


def test_the_samples_hold_the_tables_they_hold():
    """In the project's documents just these hold tables, and all of them are found whole."""
    found = {}
    for folder in ("samples", "labelled"):
        for file in sorted((CORPORA / folder).glob("*.txt")):
            blocks = find_tables(decode(file.read_bytes(), file.name).text)
            if blocks:
                rows = 1 + max(block.cell.row for block in blocks)
                found[file.stem] = (1 + blocks[-1].cell.table, rows, 1 + max(block.cell.column for block in blocks))
    assert found == {
        "a1-west-county-summary": (1, 4, 3),
        "c6-bulletin-cangzhou": (1, 5, 5),
        "d2-final-accounts": (1, 5, 4),
        "e3-scan-ocr": (1, 4, 5),
        "f5-wanzhi-renamed-scan": (1, 6, 3),
        "g3-mid-term-review": (1, 6, 6),
        "h6-procurement": (1, 10, 6),
        "p13-bulletin-chongzuo": (1, 9, 4),
    }


@given(st.text(alphabet="县区 \t|│─┌+-:\n\r\u300012.%，。", max_size=300))
def test_blocks_are_in_order_and_hold_their_words(text):
    at = 0
    for block in find_tables(text):
        assert block.kind is BlockKind.TABLE_CELL
        assert at <= block.start < block.end <= len(text)
        assert text[block.start : block.end] == text[block.start : block.end].strip(" \t\u3000")
        assert "\n" not in text[block.start : block.end]
        at = block.end


@pytest.mark.parametrize("line", ["| a | 1 ", "│", "甲  1  2", "a\t1", "+--", "　", "甲　1\n\n"])
def test_time_is_in_proportion(line):
    for text in (line * 40_000, f"{line}\n" * 10_000):
        start = time.process_time()
        find_tables(text)
        assert time.process_time() - start < 5


@pytest.mark.parametrize("manner", MANNERS)
def test_cleaning_keeps_cells_and_drops_rules(manner):
    source = read_source((BEFORE + manner([HEAD, *ROWS]) + BEHIND).encode(), "a.txt")
    clean = clean_source(source)
    assert replay(source.layer.text, clean.edits) == clean.text
    rows = [paragraph for paragraph in clean.paragraphs if paragraph.cells]
    assert [paragraph.kind for paragraph in rows] == [BlockKind.TABLE_ROW] * 5
    assert [[clean.text[start:end] for start, end, _ in paragraph.cells] for paragraph in rows] == [HEAD, *ROWS]
    assert not clean.paragraphs[0].cells
    assert not clean.paragraphs[-1].cells
    assert clean.text.endswith("计划新增学位4,500个。")
    assert "---" not in clean.text
    assert "──" not in clean.text


@pytest.mark.parametrize("manner", MANNERS)
def test_facts_are_the_same_in_every_manner(manner):
    def facts(draw):
        text = BEFORE.replace("全市", "崇左市") + draw([HEAD, *ROWS]) + BEHIND
        extraction = extract_source(text.encode(), "a.txt")
        assert all(extraction.source.layer.text[f.start : f.end] == f.number for f in extraction.facts)
        return [(f.number, f.indicator, f.value, f.level, f.region, f.period, f.locator) for f in extraction.facts]

    assert facts(manner) == facts(tabbed)
    assert [fact[-1] for fact in facts(manner)][-1] is None  # the prose behind the table is in no cell
