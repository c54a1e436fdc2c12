"""Series through the years, renames and mergers."""

from pipeline.comparing.series import history_of, series_of, series_table
from pipeline.places import load_gazetteer
from tests.comparing.comparing_rows import chosen, made


def test_each_year_has_one_value_picked_among_its_periods(names):
    rows = [
        made("students", 10, period="2020"),
        made("students", 11, period="2021-03"),
        made("students", 12, period="2021-11"),
        made("school_places_added", 5, period="2020"),
        made("school_places_added", 7, period="2021-01/2021-06"),
        made("school_places_added", 6, period="2021-03"),
        made("students", 99, period="2018/2020"),
        made("students", 98, period=None),
        made("schools", 3, period="2020"),
    ]
    found = {line.column.indicator: line for line in series_of(chosen(*rows), names)}
    assert {year: int(fact.value) for year, fact in found["students"].points.items()} == {2020: 10, 2021: 12}
    assert {year: int(fact.value) for year, fact in found["school_places_added"].points.items()} == {2020: 5, 2021: 7}
    assert "schools" not in found


def test_renames_are_told_and_mergers_break_a_series(names):
    gazetteer = load_gazetteer()
    renamed = [code for code in gazetteer.regions if [e for e in history_of(code, 2000, 2024) if not e.breaks]]
    merged = [code for code in gazetteer.regions if [e for e in history_of(code, 2000, 2024) if e.breaks]]
    assert renamed
    assert merged
    for code, broken in ((renamed[0], False), (merged[0], True)):
        (event, *_) = [e for e in history_of(code, 2000, 2024) if e.breaks is broken]
        rows = [made("students", n, code, period=str(event.year + n)) for n in (-1, 1)]
        table = series_table(series_of(chosen(*rows), names), names, "en")
        row = dict(zip(table.headings, table.rows[0], strict=True))
        assert event.text in row["renamed"]
        assert (str(event.year) in row["broken"]) is broken
        after = [row._replace(period=str(event.year + n)) for n, row in enumerate(rows)]
        assert history_of(code, event.year, event.year + 1) == [] or event not in history_of(code, event.year, 2024)
        assert series_of(chosen(*after), names)


def test_planned_and_achieved_are_never_one_series(names):
    rows = [made("students", 10, period="2020"), made("students", 12, period="2021", status="planned")]
    assert series_of(chosen(*rows), names) == []
