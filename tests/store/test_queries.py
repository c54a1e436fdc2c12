"""Filters, names, search and SQL of the user's own."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import UsageError
from pipeline.model import Status
from pipeline.store import Filters, facts, search, show, sql
from pipeline.store.periods import period_bounds
from pipeline.store.rows import rows_of
from pipeline.store.words import match_expression, spaced
from pipeline.store.writer import FileStamp, Store
from tests.records import CANGSHAN, FACTS, make_extraction


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("db") / "facts.db"
    planned = {**FACTS[0], "status": Status.PLANNED, "period": "2024/2026", "confidence": 0.4}
    unknown = {**FACTS[2], "period": None}
    extractions = [
        make_extraction(),
        make_extraction("仓山区计划\n将新增学位2400个。", (planned,), name="b.txt", region=CANGSHAN),
        make_extraction("某区总结\n共有学校58所。", (unknown,), name="c.txt", region=None),
    ]
    with Store(path) as store:
        store.start_run(["x"])
        for extraction in extractions:
            store.put(rows_of(extraction), extraction.source.name, FileStamp(1, 2, 3))
    return path


def numbers(db: Path, **filters: object) -> list[tuple[str, str]]:
    return [(fact.path, fact.number) for fact in facts(db, Filters(**filters))]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"regions": ("晋安区",)}, 3),
        ({"regions": ("晋安",)}, 3),
        ({"regions": ("350111",)}, 3),
        ({"regions": ("福建省福州市晋安区",)}, 3),
        ({"regions": ("福州晋安区",)}, 3),
        ({"regions": ("福建省",)}, 4),
        ({"regions": ("福建",)}, 4),
        ({"regions": ("福州市",)}, 4),
        ({"regions": ("北京市",)}, 0),
        ({"regions": ("none",)}, 1),
        ({"regions": ("晋安区", "none")}, 4),
        ({"indicators": ("学校数",)}, 2),
        ({"indicators": ("schools", "新增学位数")}, 4),
        ({"levels": ("basic",)}, 2),
        ({"periods": ("2023",)}, 1),
        ({"periods": ("2022/2023",)}, 1),
        ({"periods": ("2024/..",)}, 1),
        ({"periods": ("2025",)}, 0),
        ({"periods": ("none",)}, 3),
        ({"status": "planned"}, 1),
        ({"min_confidence": 0.5}, 4),
        ({"limit": 2}, 2),
        ({"regions": ("福建省",), "indicators": ("新增学位数",), "status": "actual"}, 1),
    ],
)
def test_filters(db, filters, expected):
    assert len(numbers(db, **filters)) == expected


@pytest.mark.parametrize(
    ("filters", "message"),
    [
        ({"indicators": ("新增学位",)}, "did you mean 新增学位数"),
        ({"indicators": ("school_place",)}, "did you mean school_places"),
        ({"regions": ("晋安县",)}, "晋安区"),
        ({"regions": ("鼓楼区",)}, "several regions .*350102"),
        ({"regions": ("999999",)}, "no region has this code"),
        ({"levels": ("primry",)}, "did you mean primary"),
        ({"status": "plan"}, "did you mean planned"),
        ({"periods": ("last year",)}, "not a period"),
        ({"periods": ("2023-13",)}, "not a period"),
        ({"periods": ("2023/",)}, "not a period"),
    ],
)
def test_names_that_are_not_known_bring_near_ones(db, filters, message):
    with pytest.raises(UsageError, match=message):
        facts(db, Filters(**filters))


def test_a_fact_by_its_first_digits(db):
    fact = facts(db, Filters(indicators=("生均公用经费",)))[0]
    shown = show(db, fact.id[:9])
    assert shown.fact == fact
    assert shown.layer[fact.start : fact.end] == "约650.50元"
    for wrong in ("zz", "", "%"):
        with pytest.raises(UsageError, match="no fact"):
            show(db, wrong)


@pytest.mark.parametrize(
    ("words", "paths"),
    [
        ("学位", ["a.txt", "b.txt"]),
        ("公用经费", ["a.txt"]),
        ("650.50", ["a.txt"]),
        ("学校 58", ["a.txt", "c.txt"]),
        ("学位 仓山", []),
        ("位学", []),
        ('学位" OR "x', []),
    ],
)
def test_search_finds_words_of_two_characters(db, words, paths):
    assert sorted({found.path for found in search(db, words)}) == paths


def test_search_for_nothing(db):
    with pytest.raises(UsageError, match="at least one word"):
        search(db, "，。 *")


@given(st.text(max_size=40))
def test_any_text_can_be_searched_for(text):
    try:
        expression = match_expression(text)
    except UsageError:
        return
    assert expression.count('"') % 2 == 0
    assert spaced(text)


def test_sql(db):
    columns, rows = sql(db, "SELECT region_name, count(*) AS n FROM facts GROUP BY 1 ORDER BY 1")
    assert columns == ["region_name", "n"]
    assert rows == [(None, 1), ("仓山区", 1), ("晋安区", 3)]


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("DELETE FROM facts", "reading only"),
        ("SELECT * FROM fact", "no such table: fact. Tables: .*facts"),
        ("SELEC 1", "syntax error"),
        ("SELECT 1; SELECT 2", "one statement"),
        ("", ""),
    ],
)
def test_sql_that_is_not_taken(db, query, message):
    if not query:
        assert sql(db, query) == ([], [])
        return
    with pytest.raises(UsageError, match=message):
        sql(db, query)


def test_views(db):
    assert sql(db, "SELECT province, prefecture, indicator_zh, unit_zh, path FROM facts_named WHERE period = '2023'")[
        1
    ] == [("福建省", "福州市", "新增学位数", "个学位", "a.txt")]
    assert sql(db, "SELECT number, around FROM figures_unused")[1][0][0] == "2023年"
    assert sql(db, "SELECT sum(facts) FROM facts_by_region")[1] == [(5,)]


@pytest.mark.parametrize(
    ("period", "bounds"),
    [
        ("2023", ("2023-01-01", "2023-12-31")),
        ("2023-09", ("2023-09-01", "2023-09-30")),
        ("2024-02-05", ("2024-02-05", "2024-02-05")),
        ("2016/2020", ("2016-01-01", "2020-12-31")),
        ("2021/..", ("2021-01-01", None)),
        ("../2020", (None, "2020-12-31")),
        (None, (None, None)),
        ("2023-13", (None, None)),
    ],
)
def test_period_bounds(period, bounds):
    assert period_bounds(period) == bounds
