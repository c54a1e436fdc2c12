"""How tables are taken apart: which headings speak of which value."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.tables import Table, tables_of_lines
from pipeline.tables.grid import Holds, holds


def heads(text: str) -> dict[str, tuple[list[str], list[str]]]:
    """For each value the headings of its row and of its column."""
    return {
        text[value.start : value.end]: (
            [text[start:end] for start, end in value.rows],
            [text[start:end] for start, end in value.columns],
        )
        for table in tables_of_lines(text)
        for value in table.values
    }


@pytest.mark.parametrize(
    ("cell", "kind"),
    [
        ("", Holds.BLANK), ("—", Holds.BLANK), ("/", Holds.BLANK), ("12", Holds.VALUE), ("1,234.5", Holds.VALUE),
        ("≥95%", Holds.VALUE), ("90以上", Holds.VALUE), ("61所", Holds.VALUE), ("98.5*", Holds.VALUE), ("95—96", Holds.VALUE),
        ("12.4:1", Holds.VALUE), ("-0.4", Holds.VALUE), ("2023", Holds.YEAR), ("2023年", Holds.YEAR), ("2022—2023学年", Holds.YEAR),
        ("2023年决算数", Holds.WORDS), ("小学", Holds.WORDS), ("18-4 各区县基本情况", Holds.WORDS), ("第3名", Holds.WORDS),
    ],
)  # fmt: skip
def test_what_cells_hold(cell: str, kind: Holds) -> None:
    assert holds(cell) is kind


def test_rows_and_columns_head_their_values() -> None:
    found = heads("学段\t学校（所）\t教师（人）\n小学\t52\t1860\n初中\t18\t1124")
    assert found["1860"] == (["小学"], ["教师（人）"])
    assert found["18"] == (["初中"], ["学校（所）"])


def test_a_blank_label_is_the_one_above() -> None:
    found = heads("学段\t类别\t学校\n学前教育\t公办\t52\n\t民办\t18\n义务教育\t小学\t44")
    assert found["18"][0] == ["学前教育", "民办"]
    assert found["44"][0] == ["义务教育", "小学"]


def test_parts_that_add_up_belong_to_the_whole() -> None:
    found = heads("指标\t2022年\t2023年\n在校生\t1000\t1100\n其中：小学\t700\t750\n初中\t300\t350\n教师\t80\t90")
    assert found["750"][0] == ["在校生", "其中：小学"]
    assert found["350"][0] == ["在校生", "初中"]
    assert found["90"][0] == ["教师"]


def test_sections_head_the_rows_below() -> None:
    found = heads("指标\t单位\t2023年\n一、学前教育\t\t\n幼儿园\t所\t61\n二、义务教育\t\t\n小学\t所\t52\n合计\t所\t113")
    assert found["61"][0] == ["一、学前教育", "幼儿园"]
    assert found["52"][0] == ["二、义务教育", "小学"]
    assert found["113"][0] == ["合计"]


def test_counts_of_rows_and_columns_are_no_values() -> None:
    found = heads("序号\t县区\t学校\n甲\t1\t2\n1\t永定区\t103\n2\t慈利县\t98\n3\t桑植县\t86")
    assert set(found) == {"103", "98", "86"}


def test_labels_and_values_take_turns() -> None:
    found = heads("指标\t数值\t指标\t数值\n小学\t52\t教师\t1860\n邮政编码\t221600\t初中\t18")
    assert found["1860"][0] == ["教师"]
    assert found["18"][0] == ["初中"]
    assert "221600" not in found


def test_numbers_that_look_like_years_are_values_among_values() -> None:
    found = heads("指标\t2022年\t2023年\n学生\t31415\t30920\n教师\t2018\t2043\n班级\t640\t655")
    assert found["2043"] == (["教师"], ["2023年"])


def test_a_text_without_tables_has_none() -> None:
    assert tables_of_lines("全区共有学校60所，教师\t2500人。") == ()
    assert tables_of_lines("\t" * 5000) == ()


cells = st.sampled_from(
    ["", "—", "小学", "合计", "其中：女", "2023年", "12", "3,456", "95.6%", "一、学前教育", "永定区"]
)


@given(st.lists(st.lists(cells, min_size=2, max_size=6), min_size=1, max_size=8))
def test_values_and_headings_are_cells_of_the_text(rows: list[list[str]]) -> None:
    text = "\n".join("\t".join(row) for row in rows)
    found: tuple[Table, ...] = tables_of_lines(text)
    pieces = {piece for row in rows for piece in row}
    for table in found:
        assert list(table.values) == sorted(table.values, key=lambda value: value.start)
        for value in table.values:
            assert table.start <= value.start < value.end <= table.end
            assert {text[start:end] for start, end in (*value.heads, (value.start, value.end))} <= pieces
