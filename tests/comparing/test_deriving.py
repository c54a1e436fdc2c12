"""Derived values: rows made for each rule, and a second calculation of all those of the samples."""

import csv
import math
import sqlite3
import statistics
from collections import defaultdict
from decimal import Decimal

import pytest

from pipeline.comparing import Extras, compare
from pipeline.comparing.deriving import derive, rounded, standards_for
from pipeline.resources.catalogue import load_catalogue
from pipeline.resources.comparison import direction, load_derived, load_standards, load_themes
from pipeline.store import Filters, facts
from tests.comparing.comparing_rows import chosen, made

JINAN, CANGSHAN, GULOU, FUJIAN = "350111", "350104", "350102", "350000"


def derived(names, *rows):
    return {(value.derived, value.indicator, value.region): value for value in derive(chosen(*rows), names)}


def test_per_student_and_per_teacher(names):
    found = derived(
        names,
        made("education_expenditure", 1000000),
        made("students", 300, level="basic"),
        made("teachers", 20),
    )
    assert found["expenditure_per_student", "expenditure_per_student", JINAN].value == Decimal("3333.3333")
    assert found["expenditure_per_teacher", "expenditure_per_teacher", JINAN].value == 50000
    ratio = found["students_each_teacher", "students_each_teacher", JINAN]
    assert (ratio.value, ratio.formula, [fact.indicator for fact in ratio.facts]) == (
        15,
        "students / teachers",
        ["students", "teachers"],
    )


@pytest.mark.parametrize(
    "change",
    [{"period": "2022"}, {"status": "planned"}, {"level": "primary"}, {"sector": "private"}, {"region": CANGSHAN},
     {"scope": "城区"}, {"bound": "at_least"}, {"measure": "growth"}, {"value": Decimal(0)}, {"period": None}],
    ids=str,
)  # fmt: skip
def test_a_quotient_is_of_two_firm_values_of_the_same(names, change):
    students = made("students", 300, level="basic")._replace(**change)
    assert not [key for key in derived(names, made("education_expenditure", 900), students) if "per_student" in key[0]]


def test_share_of_the_province_is_of_the_provinces_own_figure(names):
    found = derived(names, made("students", 300), made("students", 1200, FUJIAN), made("students", 10, CANGSHAN))
    assert found["province_share", "students", JINAN].value == 25
    assert ("province_share", "students", FUJIAN) not in found
    assert not [key for key in derived(names, made("students", 300)) if key[0] == "province_share"]


def test_growth_is_a_year_and_compound_over_several(names):
    found = derived(names, made("students", 100, period="2020"), made("students", 121, period="2022"))
    growth = found["growth_per_year", "students", JINAN]
    assert (growth.value, growth.period, growth.unit) == (10, "2020/2022", "percent")
    found = derived(names, made("enrolment_rate", "90", period="2020"), made("enrolment_rate", "93", period="2022"))
    change = found["change_per_year", "enrolment_rate", JINAN]
    assert (change.value, change.unit) == (Decimal("1.5"), "percent_point")


def test_rank_and_percentile_follow_which_way_is_better(names):
    rows = [made("large_class_share", value, region) for value, region in
            (("1", JINAN), ("2", CANGSHAN), ("2", GULOU))]  # fmt: skip
    found = derived(names, *rows)
    assert [found["rank", "large_class_share", region].value for region in (JINAN, CANGSHAN, GULOU)] == [1, 2, 2]
    assert found["percentile", "large_class_share", JINAN].value == Decimal("83.3333")
    assert found["rank", "large_class_share", JINAN].among == 3
    more = derived(names, *(row._replace(indicator="enrolment_rate") for row in rows))
    assert more["rank", "enrolment_rate", JINAN].value == 3


def test_regions_of_different_levels_are_never_ranked_together(names):
    assert not [key for key in derived(names, made("schools", 5), made("schools", 900, FUJIAN)) if key[0] == "rank"]


def test_spread_is_the_population_deviation_over_the_mean(names):
    found = derived(names, made("schools", 10), made("schools", 30, CANGSHAN))
    spread = found["variation", "schools", None]
    assert (spread.value, spread.among, len(spread.facts)) == (Decimal("0.5"), 2, 2)


@pytest.mark.parametrize(
    ("row", "distance", "meets"),
    [
        (made("variation_coefficient", "0.45", level="primary"), "-0.05", True),
        (made("variation_coefficient", "0.47", level="junior"), "0.02", False),
        (made("enrolment_rate", "84", level="preschool"), "-1", False),
        (made("floor_area_per_student", "5", level="primary", sentence="生均教学及辅助用房面积5平方米"), "0.5", True),
    ],
    ids=lambda value: getattr(value, "indicator", None),
)
def test_distance_from_the_national_standard(names, row, distance, meets):
    found = derived(names, row)["standard_distance", row.indicator, JINAN]
    assert (found.value, found.meets) == (Decimal(distance), meets)


@pytest.mark.parametrize(
    ("indicator", "level", "period", "sentence"),
    [
        ("variation_coefficient", "senior", "2023", ""),
        ("variation_coefficient", "primary", "2010", ""),
        ("floor_area_per_student", "primary", "2023", "生均校舍建筑面积5平方米"),
        ("students", None, "2023", ""),
    ],
)
def test_where_no_standard_applies(indicator, level, period, sentence):
    assert standards_for(indicator, level, period, [sentence]) == []


def test_the_standard_of_the_year():
    def quota(period):
        return [s.threshold for s in standards_for("per_student_public_funds", "primary", period)]

    assert [quota(period) for period in ("2019", "2021", "2023-09", "2021/2025", None)] == [
        [],
        [650],
        [720],
        [720],
        [720],
    ]


def test_every_indicator_has_one_theme_and_every_standard_a_source():
    listed = [code for theme in load_themes() for code in theme.indicators]
    assert sorted(listed) == sorted(load_catalogue().indicators)
    assert all(standard.document.zh for standard in load_standards())
    assert {direction(code) for code in listed} == {"more", "less", "neither"}


@pytest.mark.parametrize(("value", "expected"), [("0.00005", "0.0001"), ("2.50000", "2.5"), ("100", "100")])
def test_rounding(value, expected):
    assert str(rounded(Decimal(value))) == expected


@pytest.fixture(scope="module")
def written(samples_db, tmp_path_factory):
    out = tmp_path_factory.mktemp("out")
    compare(samples_db, out, Filters(), lang="en", extras=Extras(derived=True, others=True, series=True))
    return {
        name: list(csv.DictReader((out / name).open(encoding="utf-8", newline="")))
        for name in ("comparison.csv", "comparison-derived.csv", "comparison-others.csv", "comparison-series.csv")
    }


def test_all_derived_values_of_the_samples_come_out_the_same_by_other_means(samples_db, written):
    """In floating point, from the facts that each row names and the rows beside it."""
    stored = {fact.id: fact for fact in facts(samples_db, Filters())}
    rows = written["comparison-derived.csv"]
    quotients = load_derived().quotients
    level_of = {1: "province", 2: "prefecture", 3: "county"}

    def basis(row):
        members = [float(stored[fact].value) for fact in row["facts"].split()]
        code = row["indicator"]
        return members[0] / members[1] * quotients[code].times if code in quotients else members[0]

    groups = defaultdict(list)
    for row in rows:
        if row["derived"] == "rank":
            where = level_of[sum(bool(row[name]) for name in ("province", "prefecture", "county"))]
            where = "county" if row["county"] else where
            key = (where, *(row[name] for name in ("indicator", "period", "level", "sector", "measure", "status")))
            groups[key].append(row)
    seen = defaultdict(int)
    for row in rows:
        kind, value = row["derived"], float(row["value"])
        members = [float(stored[fact].value) for fact in row["facts"].split()]
        assert row["inputs"].split() == [format(stored[fact].value, "f") for fact in row["facts"].split()]
        if kind in quotients:
            expected = members[0] / members[1] * quotients[kind].times
        elif kind == "growth_per_year":
            first, last = (int(year) for year in row["period"].split("/"))
            expected = (math.pow(members[0] / members[1], 1 / (last - first)) - 1) * 100
        elif kind == "change_per_year":
            first, last = (int(year) for year in row["period"].split("/"))
            half = len(members) // 2
            new, old = members[:half], members[half:]
            times = quotients[row["indicator"]].times if row["indicator"] in quotients else 1
            expected = ((new[0] / new[1] - old[0] / old[1]) * times if half == 2 else new[0] - old[0]) / (last - first)
        elif kind == "province_share":
            expected = members[0] / members[1] * 100
        elif kind == "standard_distance":
            expected = basis(row) - float(row["formula"].split(" - ")[1].split(" (")[0])
        elif kind == "variation":
            times = quotients[row["indicator"]].times if row["indicator"] in quotients else 1
            values = members
            if row["indicator"] in quotients:
                values = [a / b * times for a, b in zip(members[::2], members[1::2], strict=True)]
            assert len(values) == int(row["among"])
            expected = statistics.pstdev(values) / statistics.fmean(values)
        else:
            continue
        seen[kind] += 1
        assert value == pytest.approx(expected, abs=2e-4, rel=1e-6), row
    for group in groups.values():
        values = [basis(row) for row in group]
        for row in group:
            rank = float(row["value"])
            ahead = sum(v < basis(row) - 1e-9 if direction(row["indicator"]) == "less" else v > basis(row) + 1e-9
                        for v in values)  # fmt: skip
            assert (rank, len(values)) == (1 + ahead, int(row["among"])), row
            seen["rank"] += 1
    assert {"growth_per_year", "variation", "standard_distance", "rank"} <= set(seen)


def test_every_number_of_every_table_leads_to_its_fact_and_span(samples_db, written):
    db = sqlite3.connect(samples_db)
    layers = dict(db.execute("SELECT source, text FROM layers"))
    stored = {fact.id: fact for fact in facts(samples_db, Filters())}
    for fact in stored.values():
        assert layers[fact.source][fact.start : fact.end] == fact.number
    tidy = written["comparison.csv"]
    for row in [*tidy, *written["comparison-others.csv"]]:
        fact = stored[row["fact"]]
        assert (Decimal(row["value"]), row["indicator"], row["region"] or None) == (
            fact.value, fact.indicator, fact.region,
        )  # fmt: skip
        assert (row["value_high"] or None) == (None if fact.value_high is None else format(fact.value_high, "f"))
    assert {row["fact"] for row in tidy} | {row["fact"] for row in written["comparison-others.csv"]} == set(stored)
    for row in written["comparison-series.csv"]:
        values = [row[name] for name in row if name.isdigit() and row[name]]
        told = [stored[fact] for fact in row["facts"].split()]
        assert len(values) == len(told)
        assert all(value.startswith(format(fact.value, "f")) for value, fact in zip(values, told, strict=True))
