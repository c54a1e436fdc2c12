"""Checks between sources and years: a row that triggers each, and near rows that don't. Plans are held against none."""

from __future__ import annotations

import time
from decimal import Decimal

import pytest

from pipeline.checks import flag_text
from pipeline.checks.across import KnownFact, check_across


def known(fact, indicator, value, period, **more):
    """A stored fact of a source of its own, of primary schools of one county, as written plainly."""
    fields = {
        "source": f"s{fact}", "original": f"s{fact}", "value_high": None, "measure": "level", "bound": "exact",
        "status": "actual", "level": "primary", "sector": None, "region": "350111", "number": value, "scope": None,
        "start": 0, "end": 4, "sentence": value,
    }  # fmt: skip
    return KnownFact(id=fact, indicator=indicator, value=Decimal(value), period=period, **(fields | more))


def pupils(fact, value, period="2022", **more):
    return known(fact, "students", value, period, **more)


def rate(fact, value, period="2022", **more):
    return known(fact, "retention_rate", value, period, **more)


def lit(*facts):
    """The codes on each fact."""
    found = {}
    for flag in check_across(facts):
        found.setdefault(flag.fact, set()).add(flag.code)
    return found


A = pupils("a", "32160")
LEVEL = [pupils("y", "31000", "2021"), pupils("z", "33000", "2023")]
MACHINES = known("a", "equipment_value_per_student", "1850", "2022")
ROWS = [
    ("conflict", [A, pupils("b", "32610")], {"a", "b"}),
    ("conflict", [A, pupils("b", "32160")], set()),
    ("conflict", [A, pupils("b", "32200", number="3.22万人")], set()),
    ("conflict", [A, pupils("b", "32600", number="3.26万人")], {"a", "b"}),
    ("conflict", [A, pupils("b", "32000", bound="approx", number="约3.2万人")], set()),
    ("conflict", [A, pupils("b", "32000", bound="over")], set()),
    ("conflict", [A, pupils("b", "32200", bound="over")], {"a", "b"}),
    ("conflict", [A, pupils("b", "30000", bound="range", value_high=Decimal(33000))], set()),
    ("conflict", [A, pupils("b", "30000", bound="range", value_high=Decimal(32000))], {"a", "b"}),
    ("conflict", [A, pupils("b", "32610", "2023")], set()),
    ("conflict", [A, pupils("b", "32610", None)], set()),
    ("conflict", [A, pupils("b", "32610", level="junior")], set()),
    ("conflict", [A, pupils("b", "32610", sector="public")], set()),
    ("conflict", [A, pupils("b", "32610", region="350104")], set()),
    ("conflict", [A, pupils("b", "32610", scope="城区")], set()),
    ("conflict", [A, pupils("b", "32610", measure="change")], set()),
    ("conflict", [A, pupils("b", "32610", status="planned")], set()),
    ("conflict", [A, pupils("b", "32610", original="sa")], set()),
    ("conflict", [known("a", "school_places_added", "320", "2022"), known("b", "school_places_added", "610", "2022")], set()),
    ("conflict", [known("a", "education_expenditure", "3E8", "2022"), known("b", "education_expenditure", "6E8", "2022")], {"a", "b"}),
    ("conflict", [rate("a", "99.8", number="99.8%"), rate("b", "98.9", number="98.9%")], {"a", "b"}),
    ("conflict", [rate("a", "99.8", number="99.8%"), rate("b", "99.84", number="99.84%")], set()),
    ("jump", [pupils("a", "92160"), *LEVEL], {"a"}),
    ("jump", [A, *LEVEL], set()),
    ("jump", [pupils("a", "9216"), *LEVEL], {"a"}),
    ("jump", [pupils("a", "92160", status="planned"), *LEVEL], set()),
    ("jump", [pupils("a", "92160", scope="全市"), *LEVEL], set()),
    ("jump", [pupils("a", "92160", "2021/2022"), *LEVEL], set()),
    ("jump", [pupils("a", "92160"), pupils("z", "33000", "2023")], set()),
    ("jump", [pupils("a", "332160"), pupils("z", "33000", "2023")], {"a", "z"}),
    ("jump", [rate("a", "60"), rate("y", "99", "2021"), rate("z", "99", "2023")], {"a"}),
    ("jump", [rate("a", "70"), rate("y", "99", "2021"), rate("z", "99", "2023")], set()),
    ("jump", [known("a", "large_classes", "90", "2022"), known("y", "large_classes", "9", "2021"), known("z", "large_classes", "8", "2023")], set()),
    ("unit_slip", [pupils("a", "3.2"), *LEVEL], {"a"}),
    ("unit_slip", [pupils("a", "320"), *LEVEL], set()),
    ("unit_slip", [pupils("a", "3.2"), *LEVEL, pupils("x", "30000", "2020")], {"a"}),
    ("unit_slip", [pupils("a", "3.2"), pupils("z", "33000", "2023")], {"a", "z"}),
    ("unit_slip", [pupils("a", "3.2"), pupils("y", "33000", "2023"), pupils("z", "34000", "2024")], {"a"}),
    ("jump", [pupils("a", "322160"), *LEVEL], {"a"}),
    ("off_standard", [MACHINES], {"a"}),
    ("off_standard", [MACHINES._replace(value=Decimal(2000))], set()),
    ("off_standard", [MACHINES._replace(bound="over")], set()),
    ("off_standard", [MACHINES._replace(period="2016")], set()),
    ("off_standard", [MACHINES._replace(period=None)], set()),
    ("off_standard", [MACHINES._replace(status="planned")], set()),
    ("off_standard", [MACHINES._replace(level="preschool")], set()),
    ("off_standard", [MACHINES._replace(level="junior", value=Decimal(2400))], {"a"}),
    ("off_standard", [known("a", "floor_area_per_student", "4.2", "2022", sentence="生均教学及辅助用房面积4.2平方米")], {"a"}),
    ("off_standard", [known("a", "floor_area_per_student", "4.2", "2022", sentence="生均校舍面积4.2平方米")], set()),
    ("off_standard", [known("a", "variation_coefficient", "0.51", "2022")], {"a"}),
    ("off_standard", [known("a", "variation_coefficient", "0.50", "2022")], set()),
]  # fmt: skip


@pytest.mark.parametrize(("code", "facts", "flagged"), ROWS, ids=[f"{n}-{row[0]}" for n, row in enumerate(ROWS)])
def test_a_check_between_sources_flags_what_it_is_for_and_nothing_near(code, facts, flagged):
    found = lit(*facts)
    assert {fact for fact, codes in found.items() if code in codes} == flagged
    assert found == lit(*reversed(facts))


def test_the_evidence_names_what_contradicts():
    other = pupils("b", "32610", number="32610人")
    flag = next(flag for flag in check_across([A, other]) if flag.fact == "a")
    assert flag.others == ("b",)
    assert "32610人" in flag_text(flag.code, flag.data, "zh")
    assert "32610人" in flag_text(flag.code, flag.data, "en")
    jump = next(flag for flag in check_across([pupils("a", "92160"), *LEVEL]) if flag.code == "jump")
    assert jump.others == ("y", "z")
    assert "31000" in flag_text(jump.code, jump.data)


def test_plans_are_held_against_nothing():
    planned = [fact._replace(status="planned") for _, facts, _ in ROWS for fact in facts]
    assert check_across(planned) == ()


def test_time_does_not_grow_with_the_square_of_a_region():
    many = [pupils(f"{n:05}", str(30_000 + n % 5000), str(2021 + n % 3)) for n in range(9000)]
    began = time.process_time()
    flags = check_across(many)
    assert time.process_time() - began < 20
    assert {flag.fact for flag in flags if flag.code == "conflict"} == {fact.id for fact in many}
    assert max(len(flag.others) for flag in flags) <= 50
