"""Totals of tables: rows and columns, sums of parts of a table, and the digit that both tell."""

from __future__ import annotations

import pytest

from pipeline.extraction import extract_source

HEAD = "晋安区2023年教育事业统计表\n\n2024年1月\n\n"


def page(rows):
    cells = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<html><head><meta charset='utf-8'></head><body><h1>晋安区2023年教育事业统计</h1><p>2023年，各类学校情况如下。</p><table>{cells}</table></body></html>"


def sums_of(rows):
    extraction = extract_source(page(rows).encode(), "a.html")
    return {
        (flag.data["total"], flag.data["sum"], flag.data.get("mends", ""))
        for flag in extraction.flags
        if flag.code == "sum"
    }


RIGHT = [
    ["类别", "学校数（所）", "学生数（人）", "专任教师（人）"],
    ["小学", "41", "21306", "1318"],
    ["初中", "18", "10412", "964"],
    ["高中", "4", "5120", "431"],
    ["合计", "63", "36838", "2713"],
]


def changed(row, column, value):
    return [
        [value if (r, c) == (row, column) else cell for c, cell in enumerate(cells)] for r, cells in enumerate(RIGHT)
    ]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (RIGHT, set()),
        (changed(4, 2, "36938"), {("36938", "36838", "36938→36838、21306→21406、10412→10512、5120→5220")}),
        (changed(1, 2, "28306"), {("36838", "43838", "28306→21306")}),
        (changed(4, 3, "271"), set()),
    ],
    ids=["right", "wrong total", "wrong part", "no digit and far off"],
)
def test_total_rows(rows, expected):
    assert sums_of(rows) == expected


def test_means_are_no_sums():
    rows = [["类别", "学生数（人）", "生师比", "入学率（%）"], ["小学", "21306", "16.2", "100"], ["初中", "10412", "10.8", "99.8"],
            ["合计", "31718", "13.9", "99.9"]]  # fmt: skip
    assert sums_of(rows) == set()


def test_a_digit_that_row_and_column_tell_is_the_only_mend():
    rows = [
        ["街镇", "小学学生（人）", "初中学生（人）", "合计（人）"],
        ["岳峰镇", "12306", "6211", "18517"],
        ["鼓山镇", "10412", "5420", "15832"],
        ["新店镇", "9120", "4431", "18551"],
        ["合计", "31838", "16062", "47900"],
    ]
    assert {mends for _, _, mends in sums_of(rows)} == {"18551→13551"}
