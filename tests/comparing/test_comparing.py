"""The rules of choice, each by rows made for it, and tables that spreadsheets read as they are meant."""

import csv
import io
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.comparing import COLUMNS, agrees, compare, pick_all, safe_cell, to_csv
from pipeline.errors import StoreError
from pipeline.model import Bound, Level, Measure, Status
from pipeline.store import Filters, StoredFact, facts
from pipeline.store.rows import rows_of
from pipeline.store.writer import FileStamp, Store
from tests.records import CANGSHAN, FACTS, fact_fields, make_extraction

DOCS = Path(__file__).parents[2] / "docs/csv.md"


def fact(**fields: object) -> StoredFact:
    base = StoredFact(
        id="0" * 16, source="s" * 16, path="a.txt", report=0, indicator="schools", indicator_zh="学校数",
        value=Decimal(58), value_high=None, unit="school", measure="level", bound="exact", status="actual",
        period="2023", level=None, sector=None, region="350111", region_name="晋安区", region_basis="title",
        region_evidence=(), number="58所", scope=None, start=5, end=8, locator=None, sentence="共58所。",
        confidence=0.9, flags=(), report_title=None, report_published="2024-01", damage=0.1,
    )  # fmt: skip
    return base._replace(**fields)


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ({"bound": "approx"}, {"scope": "城区"}),
        ({"report_published": "2020"}, {"bound": "approx", "report_published": "2024"}),
        ({"bound": "range"}, {"bound": "approx"}),
        ({"bound": "approx"}, {"bound": "at_least"}),
        ({"report_published": "2024-03"}, {"report_published": "2024-01-31"}),
        ({"report_published": "2019"}, {"report_published": None}),
        ({"damage": 0.1, "confidence": 0.5}, {"damage": 0.2, "confidence": 0.9}),
        ({"confidence": 0.9}, {"confidence": 0.8}),
        ({"path": "a.txt"}, {"path": "b.txt"}),
        ({"start": 5}, {"start": 9}),
    ],
)
def test_which_value_is_picked(better, worse):
    first, second = fact(id="1" * 16, **better), fact(id="2" * 16, **worse)
    for order in ([first, second], [second, first]):
        (choice,) = pick_all(order)
        assert choice.fact == first
        assert choice.others == (second,)


@pytest.mark.parametrize(
    "other",
    [
        {"status": "planned"},
        {"period": "2022"},
        {"level": "primary"},
        {"sector": "private"},
        {"measure": "growth"},
        {"region": "350104"},
        {"indicator": "teachers"},
    ],
)
def test_values_of_different_things_are_never_mixed(other):
    assert len(pick_all([fact(), fact(**other)])) == 2


def test_values_without_a_region_are_compared_only_within_their_report():
    unknown = fact(region=None)
    assert len(pick_all([unknown, unknown._replace(source="t" * 16)])) == 2
    assert len(pick_all([unknown, unknown._replace(start=50)])) == 1


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (("58", "exact", "58所"), ("58", "exact", "58所"), True),
        (("58", "exact", "58所"), ("59", "exact", "59所"), False),
        (("964000000", "exact", "9.64亿元"), ("964120000", "exact", "96412万元"), True),
        (("964000000", "exact", "9.64亿元"), ("966000000", "exact", "9.66亿元"), False),
        (("1000", "exact", "1000人"), ("1023", "exact", "1023人"), False),
        (("1000", "approx", "约1000人"), ("1023", "exact", "1023人"), True),
        (("1000", "approx", "约1000人"), ("1200", "exact", "1200人"), False),
        (("1000", "over", "1000余人"), ("1200", "exact", "1200人"), True),
        (("1000", "over", "1000余人"), ("900", "exact", "900人"), False),
        (("95", "at_most", "95%以下"), ("90", "exact", "90%"), True),
        (("95", "at_most", "95%以下"), ("97", "at_least", "97%以上"), False),
        (("0", "exact", "0%"), ("0", "exact", "0"), True),
    ],
)
def test_which_values_contradict_each_other(one, other, expected):
    a, b = (fact(value=Decimal(value), bound=bound, number=number) for value, bound, number in (one, other))
    assert agrees(a, b) is expected
    assert agrees(b, a) is expected


def test_ranges():
    span = fact(value=Decimal(10), value_high=Decimal(15), bound="range", number="10—15所")
    assert agrees(span, fact(value=Decimal(12)))
    assert not agrees(span, fact(value=Decimal(16)))


def test_conflicts_are_counted_among_the_same_scope_and_a_known_period():
    (choice,) = pick_all([fact(), fact(value=Decimal(59)), fact(value=Decimal(40), scope="城区")])
    assert (len(choice.others), len(choice.conflicts)) == (2, 1)
    (choice,) = pick_all([fact(period=None), fact(value=Decimal(59), period=None)])
    assert choice.conflicts == ()


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("+x", "'+x"),
        ("@SUM", "'@SUM"),
        ("-0.5", "-0.5"),
        ("-cmd|' /C calc'!A0", "'-cmd|' /C calc'!A0"),
        (" =1", "' =1"),
        ("　=1", "'　=1"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\n=1"),
        ("a\r\nb", "a\nb"),
        ("＝1", "'＝1"),
        ("-1.5.2", "'-1.5.2"),
        ("晋安区", "晋安区"),
        (None, ""),
        (0, "0"),
    ],
)
def test_no_cell_is_read_as_a_formula(text, cell):
    assert safe_cell(text) == cell


@given(st.lists(st.lists(st.one_of(st.none(), st.text()), min_size=3, max_size=3)))
def test_csv_comes_back_as_it_went(rows):
    text = to_csv(["a", "b", "c"], rows)
    back = list(csv.reader(io.StringIO(text, newline="")))
    assert back[1:] == [[safe_cell(cell) for cell in row] for row in rows]
    assert all(not cell.lstrip(" ").startswith(("=", "+", "@")) for row in back for cell in row)


@given(
    st.integers(1, 3).flatmap(
        lambda n: st.lists(st.lists(st.text("a,\"\n\r\0学 '="), min_size=n, max_size=n), min_size=1)
    )
)
def test_csv_is_to_the_byte_what_the_csv_module_writes(rows):
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([[safe_cell(cell) for cell in row] for row in rows])
    assert to_csv(rows[0], rows[1:]) == out.getvalue()


@pytest.fixture
def db(tmp_path: Path) -> Path:
    path = tmp_path / "facts.db"
    other = (
        "仓山区总结\n2023年，新增学位1,200个以上，生均公用经费增长6.8%，普惠率提高2个百分点，投入10—15亿元。\n"
        "=公式，学校3所。"
    )
    year = {"period": "2023"}
    point = {"measure": Measure.CHANGE, "level": Level.PRESCHOOL}
    span = {"value_high": Decimal(1500000000), "bound": Bound.RANGE}
    found = (
        fact_fields("1,200个以上", "school_places_added", "1200", "place", bound=Bound.AT_LEAST, **year),
        fact_fields("6.8%", "per_student_public_funds", "6.8", "yuan_per_student", measure=Measure.GROWTH, **year),
        fact_fields("2个百分点", "inclusive_preschool_share", "2", "percent", **point),
        fact_fields("10—15亿元", "capital_investment", "1000000000", "yuan", **span, **year),
        fact_fields("3所", "schools", "3", "school", sentence="=公式，学校3所。"),
    )
    planned = {**FACTS[0], "status": Status.PLANNED, "period": "2024"}
    again = "晋安区另一份\n全区新增学位2500个。"
    extractions = [
        make_extraction(),
        make_extraction(other, found, name="b.txt", region=CANGSHAN),
        make_extraction("晋安区计划\n将新增学位2400个。", (planned,), name="c.txt"),
        make_extraction("某区\n学校58所。", (FACTS[2],), name="d.txt", region=None),
        make_extraction(again, (fact_fields("2500个", "school_places_added", "2500", "place", period="2023"),),
                        name="e.txt", published="2022-01-01"),
    ]  # fmt: skip
    with Store(path) as store:
        store.start_run(["x"])
        for extraction in extractions:
            store.put(rows_of(extraction), extraction.source.name, FileStamp(1, 2, 3))
    return path


def read(path: Path, *, heading: slice = slice(None)) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline="")))


def test_the_tidy_table(db, tmp_path):
    done = compare(db, tmp_path / "out", Filters(), lang="en")
    rows = read(done.tidy)
    assert tuple(rows[0]) == COLUMNS
    assert (done.facts, done.values, done.regions, done.conflicts, done.without_region) == (11, 10, 2, 1, 1)
    added = {(row["county"], row["status"]): row for row in rows if row["indicator"] == "school_places_added"}
    jinan = added["晋安区", "actual"]
    assert (jinan["province"], jinan["prefecture"], jinan["region"]) == ("福建省", "福州市", "350111")
    assert (jinan["value"], jinan["sources"], jinan["conflicts"]) == ("2400", "2", "1")
    assert len(jinan["other_facts"].split()) == 1
    assert added["仓山区", "actual"]["bound"] == "at_least"
    assert added["晋安区", "planned"]["period"] == "2024"
    by_indicator = {row["indicator"]: row for row in rows if row["county"] == "仓山区"}
    assert by_indicator["per_student_public_funds"]["unit"] == "percent"
    assert by_indicator["inclusive_preschool_share"]["unit"] == "percent_point"
    assert (by_indicator["capital_investment"]["value"], by_indicator["capital_investment"]["value_high"]) == (
        "1000000000",
        "1500000000",
    )
    assert by_indicator["schools"]["sentence"] == "'=公式，学校3所。"
    assert [row["source"] for row in rows if not row["region"]] == ["d.txt"]


def test_every_number_leads_back_to_its_fact(db, tmp_path):
    stored = {found.id: found for found in facts(db, Filters())}
    for row in read(compare(db, tmp_path, Filters(), lang="en").tidy):
        found = stored[row["fact"]]
        assert Decimal(row["value"]) == found.value
        assert {row["fact"], *row["other_facts"].split()} <= set(stored)


def test_the_wide_table(db, tmp_path):
    rows = read(compare(db, tmp_path, Filters(), lang="en").wide)
    assert [(row["county"], row["period"], row["status"]) for row in rows] == [
        ("仓山区", "2023", "actual"),
        ("仓山区", "", "actual"),
        ("晋安区", "2023", "actual"),
        ("晋安区", "2024", "planned"),
        ("晋安区", "", "actual"),
    ]
    assert rows[0]["capital_investment (yuan)"] == "1000000000—1500000000"
    assert rows[0]["per_student_public_funds.growth (percent)"] == "6.8"
    assert rows[2]["school_places_added (place)"] == "2400"
    assert rows[2]["schools.basic (school)"] == ""


def test_chinese_headings_and_the_mark_for_excel(db, tmp_path):
    done = compare(db, tmp_path, Filters(), excel=True)
    assert done.tidy.read_bytes().startswith(b"\xef\xbb\xbf")
    headings = list(read(done.tidy)[0])
    assert headings[:3] == ["省 province", "市 prefecture", "县 county"]
    assert "新增学位数 school_places_added（个学位）" in read(done.wide)[0]
    assert not compare(db, tmp_path, Filters()).tidy.read_bytes().startswith(b"\xef\xbb\xbf")


def test_the_same_database_gives_the_same_bytes(db, tmp_path):
    one, two = (compare(db, tmp_path / name, Filters()) for name in "ab")
    assert one.tidy.read_bytes() == two.tidy.read_bytes()
    assert one.wide.read_bytes() == two.wide.read_bytes()


def test_nothing_to_compare_is_said(db, tmp_path):
    with pytest.raises(StoreError, match="no facts that pass"):
        compare(db, tmp_path, Filters(regions=("北京市",)))


def test_the_documentation_names_every_column_in_order():
    rows = [
        line.split("|")[1].strip(" `")
        for line in DOCS.read_text(encoding="utf-8").splitlines()
        if line.startswith("| `")
    ]
    assert tuple(rows[: len(COLUMNS)]) == COLUMNS
