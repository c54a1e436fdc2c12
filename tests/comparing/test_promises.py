"""Targets against results, each verdict by rows made for it."""

from decimal import Decimal

import pytest

from pipeline.comparing.promises import judge, promises
from pipeline.errors import UsageError
from pipeline.store import Filters
from tests.comparing.comparing_rows import chosen, made

AS_OF = "2024-12-31"


def target(indicator, value, **fields):
    return made(indicator, value, **{"status": "planned", "period": "2023", **fields})


def verdict(names, aim, *results, as_of=AS_OF):
    (found,) = judge(chosen(aim), chosen(*results), names, as_of)
    return found.verdict, found.gap


@pytest.mark.parametrize(
    ("aim", "result", "expected"),
    [
        (target("students", 1000), {"value": Decimal(1040)}, ("kept", 40)),
        (target("students", 1000), {"value": Decimal(1100)}, ("missed", 100)),
        (target("schools", 60), {"value": Decimal(61)}, ("kept", 1)),
        (target("schools", 60), {"value": Decimal(58)}, ("missed", -2)),
        (target("schools", 60, bound="approx"), {"value": Decimal(58)}, ("kept", -2)),
        (target("large_class_share", 5), {"value": Decimal(3)}, ("kept", -2)),
        (target("large_class_share", 5), {"value": Decimal(6)}, ("missed", 1)),
        (target("large_class_share", 5, bound="at_most"), {"value": Decimal(5)}, ("kept", 0)),
        (target("schools_merged", 10, bound="at_most"), {"value": Decimal(12)}, ("missed", 2)),
        (target("schools", 60), {"value": Decimal(50), "bound": "over"}, ("unclear", None)),
        (target("schools", 60), {"value": Decimal(60), "bound": "at_least"}, ("kept", None)),
        (target("schools", 60), {"value": Decimal(60), "bound": "nearly"}, ("unclear", 0)),
        (target("schools", 60), {"value": Decimal(50), "bound": "at_most"}, ("missed", None)),
        (target("schools", 60), {"value": Decimal(55), "value_high": Decimal(65), "bound": "range"}, ("unclear", None)),
        (target("students", 90, value_high=Decimal(110), bound="range"), {"value": Decimal(100)}, ("kept", None)),
        (target("large_class_share", -5, measure="change", bound="at_least"), {"value": Decimal(-6)}, ("kept", -1)),
        (target("large_class_share", -5, measure="change", bound="at_least"), {"value": Decimal(-4)}, ("missed", 1)),
    ],
    ids=lambda value: None,
)
def test_the_bound_and_the_direction_decide(names, aim, result, expected):
    plain = aim._replace(status="actual", bound="exact", value_high=None, id="r" * 16)
    assert verdict(names, aim, plain._replace(**result)) == expected


def test_not_due_and_no_later_figure(names):
    aim = target("schools", 60, period="2025")
    assert verdict(names, aim) == ("not_yet_due", None)
    assert verdict(names, aim, as_of="2026-01-01") == ("no_later_figure", None)
    assert verdict(names, aim, made("schools", 40, period="2024")) == ("not_yet_due", -20)
    assert verdict(names, aim, made("schools", 60, period="2025-03")) == ("kept", 0)
    assert verdict(names, aim, made("schools", 40, period="2022"), as_of="2026-01-01")[0] == "no_later_figure"


def test_a_state_is_that_of_the_due_year_else_the_first_after_it(names):
    aim = target("schools", 60, period="2021/2023")
    results = [made("schools", n, period=period) for n, period in ((50, "2022"), (61, "2023"), (10, "2024"))]
    assert verdict(names, aim, *results) == ("kept", 1)
    assert verdict(names, aim, results[0], results[2]) == ("missed", -50)


def test_a_flow_is_told_as_a_whole_or_summed_over_all_its_years(names):
    aim = target("school_places_added", 300, period="2021/2023")
    years = [made("school_places_added", n, period=str(year)) for n, year in ((100, 2021), (120, 2022), (90, 2023))]
    assert verdict(names, aim, *years) == ("kept", 10)
    assert verdict(names, aim, *years[:2])[0] == "no_later_figure"
    assert verdict(names, aim, *years, made("school_places_added", 250, period="2021/2023")) == ("missed", -50)
    assert verdict(names, aim, years[0]._replace(bound="over"), *years[1:]) == ("kept", None)
    assert verdict(names, aim._replace(period="2023/2021"), *years)[0] == "no_later_figure"


@pytest.mark.parametrize(
    "change", [{"region": "350104"}, {"level": "primary"}, {"indicator": "students"}, {"measure": "growth"},
               {"sector": "private"}], ids=str,
)  # fmt: skip
def test_results_of_other_things_say_nothing(names, change):
    assert verdict(names, target("schools", 60), made("schools", 70)._replace(**change))[0] == "no_later_figure"


def test_all_schools_and_schools_without_a_level_are_the_same(names):
    assert verdict(names, target("schools", 60, level="basic"), made("schools", 70))[0] == "kept"


def test_the_day_is_the_latest_reports_and_can_be_told(samples_db):
    found, _, day = promises(samples_db, Filters())
    again, _, same = promises(samples_db, Filters())
    assert (found, day) == (again, same)
    early, _, told = promises(samples_db, Filters(), as_of="2001")
    assert told == "2001-12-31"
    assert {promise.verdict for promise in early} <= {"not_yet_due", "kept"}
    assert len(early) == len(found)
    with pytest.raises(UsageError, match="not a day"):
        promises(samples_db, Filters(), as_of="soon")
