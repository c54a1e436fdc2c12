"""Questions as users put them: how each is understood, and what is said of those that aren't."""

import pytest

from pipeline.comparing.answering import answer
from pipeline.comparing.questions import read_question
from pipeline.errors import UsageError
from pipeline.figures import Reference

NOW = Reference(2024, 12)

# question, regions, level of regions, indicator, school level, periods, status, kind, top
UNDERSTOOD = [
    ("福建各区2021年以来新增学位", ["350000"], "county", "school_places_added", None, ["2021/.."], None, "list", None),
    ("晋安区和仓山区2023年生均公用经费对比", ["350111", "350104"], None, "per_student_public_funds", None, ["2023"], None, "compare", None),
    ("近三年湖北各县招聘教师最多的前五名", ["420000"], "county", "teachers_recruited", None, ["2022/2024"], None, "highest", 5),
    ("云南省巩固率最低的县", ["530000"], "county", "retention_rate", None, [], None, "lowest", None),
    ("福州鼓楼区十四五规划新增学位多少", ["350102"], None, "school_places_added", None, ["2021/2025"], "planned", "list", None),
    ("思茅区幼儿园普惠率", ["530802"], None, "inclusive_preschool_share", "preschool", [], None, "list", None),
    ("哪个县大班额比例最低", [], "county", "large_class_share", None, [], None, "lowest", None),
    ("平遥县历年教师轮岗人数", ["140728"], None, "teachers_rotated", None, [], None, "series", None),
    ("去年全国各省教育经费投入", [], "province", "education_expenditure", None, ["2023"], None, "list", None),
    ("沧州市一共建了多少所学校", ["130900"], None, "schools_built", None, [], None, "total", None),
    ("甘肃省各市州小学生师比达标吗", ["620000"], "prefecture", "student_teacher_ratio", "primary", [], None, "standard", None),
    ("顺平县新增学位的目标完成了吗", ["130636"], None, "school_places_added", None, [], None, "promises", None),
    ("平遥县与同市其他区县相比的生均教学仪器设备值", ["140728"], None, "equipment_value_per_student", None, [], None, "compare", None),
    ("敖汉旗有哪些数据", ["150430"], None, None, None, [], None, "everything", None),
    ("沂水县2022年在校生数是多少", ["371323"], None, "students", None, ["2022"], None, "list", None),
    ("各省普惠性幼儿园覆盖率排名", [], "province", "inclusive_preschool_share", "preschool", [], None, "highest", None),
    ("南康区小学大班额比例历年变化", ["360703"], None, "large_class_share", "primary", [], None, "series", None),
    ("湖北各县2025年要新建多少所幼儿园", ["420000"], "county", "schools_built", "preschool", ["2025"], "planned", "list", None),
]  # fmt: skip
NOT_UNDERSTOOD = [("福建省各区校长平均工资是多少", "平"), ("明天天气怎么样", "明天天气")]


@pytest.mark.parametrize(("question", "regions", "region_level", "indicator", "level", "periods", "status", "kind", "top"),
                         UNDERSTOOD, ids=[row[0] for row in UNDERSTOOD])  # fmt: skip
def test_understood(question, regions, region_level, indicator, level, periods, status, kind, top):
    asked = read_question(question, NOW)
    assert list(asked.regions) == regions
    assert (asked.region_level, asked.indicator, asked.level) == (region_level, indicator, level)
    assert (list(asked.periods), asked.kind, asked.top) == (periods, kind, top)
    assert asked.status == status
    assert asked.unknown == ()


@pytest.mark.parametrize(("question", "word"), NOT_UNDERSTOOD)
def test_what_is_not_understood_is_said(question, word, samples_db):
    with pytest.raises(UsageError, match=f"not understood: .*{word}"):
        answer(samples_db, question)


@pytest.mark.parametrize("question", [row[0] for row in UNDERSTOOD])
def test_each_is_answered_and_told(question, samples_db):
    found = answer(samples_db, question)
    assert any(line.startswith("indicator:") for line in found.understood)
    assert found.table.rows or found.notes[0].startswith("no facts")
    assert all(len(row) == len(found.codes) for row in found.table.rows)


def test_a_word_beside_the_point_is_named_and_the_rest_answered():
    asked = read_question("澜沧县控辍保学巩固率", NOW)
    assert (asked.indicator, asked.unknown, asked.doubted) == ("retention_rate", ("控辍保学",), False)
    assert read_question("教师平均年龄", NOW).doubted


def test_a_name_of_several_regions_is_asked_back(samples_db):
    with pytest.raises(UsageError, match="several regions are called so"):
        answer(samples_db, "鼓楼区有多少所学校")


def test_rates_are_never_added_up(samples_db):
    found = answer(samples_db, "各县巩固率一共多少")
    assert any("never added up" in note for note in found.notes)
