"""Checks of single facts and of facts against each other: what triggers each, and what is near and doesn't."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from pipeline.checks import check_source, flag_text, load_rules, with_flags
from pipeline.checks.share_sums import check_shares
from pipeline.model import Bound, Level, Measure, Severity, Status
from tests.checks.corruption import numbers_of
from tests.records import fact_fields, make_extraction

HEAD = "晋安区2023年教育工作总结\n"


def codes_of(text, *facts, published="2024-01-15"):
    """The codes of the flags on each fact, by its number."""
    extraction = make_extraction(HEAD + text, facts, published=published)
    flags = check_source(
        extraction.source.layer.text, extraction.clean, extraction.reports, (), extraction.numbers, extraction.facts
    )
    numbers = {fact.id: fact.number for fact in extraction.facts}
    found = {}
    for flag in flags:
        found.setdefault(numbers.get(flag.fact), set()).add(flag.code)
    return found


def rate(number, value, **more):
    return fact_fields(number, "retention_rate", value, "percent", **more)


def total(number, indicator, value, unit, **more):
    return fact_fields(number, indicator, value, unit, **{"period": "2023", "level": Level.PRIMARY, **more})


ROWS = [
    ("rate_over_100", "九年巩固率108.59%。", [rate("108.59%", "108.59")], "108.59%", True),
    ("rate_over_100", "九年巩固率100%。", [rate("100%", "100")], "100%", False),
    ("rate_over_100", "小学毛入学率108.59%。", [fact_fields("108.59%", "enrolment_rate", "108.59", "percent")], "108.59%", False),
    ("rate_over_100", "毛入学率99%；九年巩固率104%。", [rate("104%", "104")], "104%", True),
    ("rate_over_100", "巩固率增长108%。", [rate("108%", "108", measure=Measure.GROWTH)], "108%", False),
    ("out_of_range", "生师比180∶1。", [fact_fields("180∶1", "student_teacher_ratio", "180", "student_per_teacher")], "180∶1", True),
    ("out_of_range", "生师比18∶1。", [fact_fields("18∶1", "student_teacher_ratio", "18", "student_per_teacher")], "18∶1", False),
    ("out_of_range", "有小学5200所。", [fact_fields("5200所", "schools", "5200", "school")], "5200所", True),
    ("out_of_range", "有小学520所。", [fact_fields("520所", "schools", "520", "school")], "520所", False),
    ("planned_past", "到2020年投入3亿元。", [fact_fields("3亿元", "capital_investment", "3E8", "yuan", status=Status.PLANNED, period="2020")], "3亿元", True),
    ("planned_past", "到2025年投入3亿元。", [fact_fields("3亿元", "capital_investment", "3E8", "yuan", status=Status.PLANNED, period="2025")], "3亿元", False),
    ("planned_past", "2020年投入3亿元。", [fact_fields("3亿元", "capital_investment", "3E8", "yuan", period="2020")], "3亿元", False),
    ("damaged", "投入2?80万元。", [fact_fields("80万元", "capital_investment", "800000", "yuan")], "80万元", True),
    ("damaged", "投入多少?80万元。", [fact_fields("80万元", "capital_investment", "800000", "yuan")], "80万元", True),
    ("damaged", "投入2680万元。", [fact_fields("2680万元", "capital_investment", "26800000", "yuan")], "2680万元", False),
    (
        "product", "占地90万平方米，学生30000人，生均占地20平方米。",
        [total("90万平方米", "campus_area", "900000", "sqm"), total("30000人", "students", "30000", "person"),
         total("20平方米", "campus_area_per_student", "20", "sqm_per_student")], "90万平方米", False,
    ),
    (
        "product", "占地90万平方米，学生30000人，生均占地30平方米。",
        [total("90万平方米", "campus_area", "900000", "sqm"), total("30000人", "students", "30000", "person"),
         total("30平方米", "campus_area_per_student", "30", "sqm_per_student")], "90万平方米", False,
    ),
    (
        "product", "占地90万平方米，学生30000人，生均占地81平方米。",
        [total("90万平方米", "campus_area", "900000", "sqm"), total("30000人", "students", "30000", "person"),
         total("81平方米", "campus_area_per_student", "81", "sqm_per_student")], "81平方米", True,
    ),
    (
        "unit_slip", "占地90平方米，学生30000人，生均占地30平方米。",
        [total("90平方米", "campus_area", "90", "sqm"), total("30000人", "students", "30000", "person"),
         total("30平方米", "campus_area_per_student", "30", "sqm_per_student")], "90平方米", True,
    ),
    (
        "growth", "学生33000人，上年30000人，增长10%。",
        [total("33000人", "students", "33000", "person"), total("30000人", "students", "30000", "person", period="2022"),
         total("10%", "students", "10", "person", measure=Measure.GROWTH)], "10%", False,
    ),
    (
        "growth", "学生33000人，上年30000人，增长16%。",
        [total("33000人", "students", "33000", "person"), total("30000人", "students", "30000", "person", period="2022"),
         total("16%", "students", "16", "person", measure=Measure.GROWTH)], "16%", True,
    ),
    (
        "growth", "学生33000人，上年30000人，同口径增长16%。",
        [total("33000人", "students", "33000", "person"), total("30000人", "students", "30000", "person", period="2022"),
         total("16%", "students", "16", "person", measure=Measure.GROWTH)], "16%", False,
    ),
    (
        "change", "学生3.3万人，上年30000人，增加3400人。",
        [total("3.3万人", "students", "33000", "person"), total("30000人", "students", "30000", "person", period="2022"),
         total("3400人", "students", "3400", "person", measure=Measure.CHANGE)], "3400人", False,
    ),
    (
        "change", "学生3.3万人，上年30000人，增加4300人。",
        [total("3.3万人", "students", "33000", "person"), total("30000人", "students", "30000", "person", period="2022"),
         total("4300人", "students", "4300", "person", measure=Measure.CHANGE)], "4300人", True,
    ),
    (
        "told_otherwise", "小学在校学生人数32160人。\n再看小学在校学生人数32610人。",
        [total("32160人", "students", "32160", "person"), total("32610人", "students", "32610", "person")], "32160人", True,
    ),
    (
        "told_otherwise", "小学在校学生人数32160人。\n再看小学在校学生人数约3.2万人。",
        [total("32160人", "students", "32160", "person"),
         total("3.2万人", "students", "32000", "person", bound=Bound.APPROX)], "32160人", False,
    ),
    (
        "told_otherwise", "小学在校学生人数32160人。\n再看寄宿制学校里的人数32610人。",
        [total("32160人", "students", "32160", "person"), total("32610人", "students", "32610", "person")], "32160人", False,
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("code", "text", "facts", "number", "flagged"), ROWS, ids=[f"{r[0]}-{r[1][:20]}" for r in ROWS]
)
def test_a_check_flags_what_it_is_for_and_nothing_near(code, text, facts, number, flagged):
    assert (code in codes_of(text, *facts).get(number, set())) is flagged


@pytest.mark.parametrize(
    ("text", "flagged"),
    [
        ("经费中，中央占62%、省级占30%、县级占18%。", True),
        ("经费中，中央占52%、省级占30%、县级占18%。", False),
        ("小学、初中分别占各自班级总数的71.4%和78.9%。", False),
        ("公办园占57.1%，民办园占52.9%。", True),
        ("公办园占57.1%，公办园幼儿占52.9%。", False),
    ],
)
def test_shares_of_one_whole(text, flagged):
    assert ("share_sum" in {flag.code for flag in check_shares(text, numbers_of(text))}) is flagged


def test_notes_are_no_flags_of_facts():
    text = "小学在校学生32160人。\n小学在校学生32160人。"
    first = total("32160人", "students", "32160", "person")
    extraction = make_extraction(HEAD + text, (first,))
    again = len(HEAD) + text.rindex("32160人")
    facts = (*extraction.facts, replace(extraction.facts[0], id="f" * 16, start=again, end=again + 6))
    flags = check_source(extraction.source.layer.text, extraction.clean, extraction.reports, (), (), facts)
    assert {flag.code for flag in flags} == {"told_twice"}
    assert all(fact.flags == () for fact in with_flags(facts, flags))


def test_every_code_has_words_in_both_languages_for_its_evidence():
    for code, entry in load_rules().codes.items():
        for lang in ("zh", "en"):
            assert flag_text(code, {"mends": "1→2", "number": "1", "mended": "2"}, lang)
        assert entry.severity in set(Severity)


def test_ranges_are_in_the_catalogues_units_and_have_a_source():
    for code, bounds in load_rules().ranges.items():
        assert bounds.low < bounds.high, code
        assert len(bounds.source) > 10
    assert Decimal(0) < load_rules().slip[0] < load_rules().slip[1]
