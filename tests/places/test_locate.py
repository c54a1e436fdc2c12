from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.mapped import Mapped
from pipeline.model import (
    BlockKind,
    Cell,
    CleanText,
    Edit,
    Paragraph,
    RegionBasis,
    RegionReading,
    RegionZone,
    Report,
    Source,
    TextLayer,
)
from pipeline.places import locate
from pipeline.tables import read_tables


def located(
    text: str, title: str | None = None, told: str | None = None, head: str = ""
) -> tuple[RegionReading, tuple[RegionZone, ...]]:
    """The reading and the zones of a text that is one report, a paragraph a line; ``head`` was dropped as metadata."""
    paragraphs, at = [], 0
    for line in text.split("\n"):
        kind = BlockKind.TABLE_ROW if "\t" in line else BlockKind.PARAGRAPH
        cells, start = [], at
        for column, cell in enumerate(line.split("\t")):
            cells.append((start, start + len(cell), Cell(0, len(paragraphs), column)))
            start += len(cell) + 1
        end = at + len(line)
        paragraphs.append(Paragraph(kind, at, end, at, end, cells=tuple(cells) if "\t" in line else ()))
        at = end + 1
    edits = (Edit("metadata", 0, 0, head, ""),) if head else ()
    clean = CleanText(Mapped.identity(text), tuple(paragraphs), edits)
    source = Source("a.txt", "0" * 64, len(text), "text", "utf-8", TextLayer(text))
    report = Report(0, ((0, len(text)),), title=title)
    (reading,), zones = locate(source, clean, (report,), told, read_tables(clean))
    return reading, zones


def about(text: str, number: str, title: str | None = None) -> str | None:
    """The code of the region that a number of a text is about."""
    reading, zones = located(text, title)
    at = text.index(number)
    zone = next((z.reading for z in zones if z.start <= at < z.end), reading)
    return zone.adcode


@pytest.mark.parametrize(
    ("title", "text", "code", "basis"),
    [
        ("晋安区教育局2023年工作总结", "全区现有学校60所。我区新增学位2000个。", "350111", "title"),
        (
            None,
            "谯城区教育局现将有关情况汇报如下。\n我区现有小学230所。全区教师达标。谯城区制定规划。",
            "341602",
            "stated",
        ),
        (
            "沂水教育十年间",
            "沂水的娃娃有学上，沂水的老师有奔头。全县新建学校12所，沂水县城学位充足。",
            "371323",
            "title",
        ),
        (
            "关于对沙县区学前教育的评估报告",
            "三明市人民政府教育督导室\n你区现有幼儿园63所，你区公办园25所。",
            "350405",
            "title",
        ),
        ("2023年白城市教育公报", "全市有学校318所。洮北区73所，洮南市68所，我市教师1万人。", "220800", "title"),
        ("教育工作总结", "我县与上海市黄浦区签订协议，赴浙江省嘉兴市考察。全县新建学校2所。", None, "unknown"),
        ("新华、运河两区联合报告", "沧州市新华区和运河区两区共有小学61所。", None, "unknown"),
        ("鼓楼区教育局工作总结", "全区有学校30所，我区教师2000人。", None, "unknown"),
        (None, "", None, "unknown"),
    ],
)
def test_the_region_of_a_report(title: str | None, text: str, code: str | None, basis: str) -> None:
    reading, _ = located(text, title)
    assert (reading.adcode, reading.basis) == (code, RegionBasis(basis))
    assert reading.evidence or code is None


def test_a_dropped_letterhead_counts() -> None:
    reading, _ = located("全县现有学校128所，我县教师3000人。", head="来源：敖汉旗教育局、内黄县教育局\n")
    assert reading.adcode == "410527"


def test_the_running_head_of_a_yearbook_counts() -> None:
    reading, _ = located("全县有各级各类学校128所，专任教师3000人。", head="·212· 蒙阴年鉴（2021）\n")
    assert reading.adcode == "371328"


def test_the_users_word_wins() -> None:
    reading, _ = located("晋安区现有学校60所。", "晋安区教育局总结", told="350104")
    assert (reading.adcode, reading.basis) == ("350104", RegionBasis.USER)


MASKED_CITY = (
    "**市推进义务教育均衡发展。我市思茅区、宁洱县、江城县、景东县、墨江县通过验收，全市有学校675所，**市投入2亿元。"
)
MASKED_COUNTY = "**县地处山区，我县南沙镇、大坪乡、小新街乡的学校已改造。全县共有学校128所，**县投入5600万元。"
MASKED_ABOVE = (
    "按照通知（汴政教督办〔2022〕21号）要求，**县2014年通过验收。我县有学校272所，全县教师6744人，**县持续投入。"
)


@pytest.mark.parametrize(("text", "code"), [(MASKED_CITY, "530800"), (MASKED_COUNTY, "532528"), (MASKED_ABOVE, None)])
def test_a_masked_report_is_inferred_from_what_singles_it_out(text: str, code: str | None) -> None:
    reading, _ = located(text, text[:12])
    assert reading.adcode == code
    assert reading.basis == (RegionBasis.INFERRED if code else RegionBasis.UNKNOWN)


def test_what_is_known_of_an_unknown_region_is_kept() -> None:
    reading, _ = located(MASKED_ABOVE, "县工作总结")
    assert any("开封" in line for line in reading.evidence)


def test_counties_of_two_cities_single_out_none() -> None:
    text = "**市工作总结。我市思茅区、宁洱县、仓山区、晋安区交流，全市有学校675所，我市投入2亿元。"
    assert located(text, "**市工作总结")[0].adcode is None


CITY = "白城市教育情况报告"


@pytest.mark.parametrize(
    ("text", "number", "code"),
    [
        ("全市有学校318所。\n——洮北区学校73所，学生36240人；\n——洮南市学校68所。", "36240", "220802"),
        ("全市有学校318所。\n——洮北区学校73所，学生36240人；\n——洮南市学校68所。", "318", "220800"),
        ("全市新增学位4500个，其中洮北区3300个、通榆县1200个。", "4500", "220800"),
        ("全市新增学位4500个，其中洮北区3300个、通榆县1200个。", "3300", "220802"),
        ("全市新增学位4500个，其中洮北区3300个、通榆县1200个。", "1200", "220822"),
        ("大头在洮北区和通榆县，分别是7200个和2250个，全市共12600个。", "7200", "220802"),
        ("大头在洮北区和通榆县，分别是7200个和2250个，全市共12600个。", "2250", "220822"),
        ("洮北区56人以上大班还剩11个，全市共17个。", "17", "220800"),
        ("多出学位13500个，通榆县占8100个，5400个都在洮北区。", "5400", "220802"),
        ("与浙江省嘉兴市南湖区签订协议，全市新增学位800个。", "800", "220800"),
        (
            "下文均按洮北、洮南、大安、镇赉、通榆的次序排列。白城市洮北区在内。\n全市新建41所，五县（市、区）依次为13所、8所、7所、4所、9所。",
            "4所、9",
            "220821",
        ),
    ],
)
def test_the_region_of_a_figure_in_a_citys_report(text: str, number: str, code: str) -> None:
    assert about(f"白城市教育局\n我市教育稳步发展，全市上下同心。\n{text}", number, CITY) == code


@pytest.mark.parametrize(
    ("text", "number", "code"),
    [
        ("普惠性幼儿园覆盖率91.2%（全市平均为89.6%）。", "89.6", "350100"),
        ("公办园占比49.6%，全省是53.4%。", "53.4", "350000"),
        ("公办园占比49.6%，全省是53.4%。", "49.6", "350111"),
        ("太仓市的公办园占比已到82.3%，集团化办学覆盖率100%。", "100%", "320585"),
        ("杭州市余杭区出资2860万元。我区新建学校9所。", "9所", "350111"),
    ],
)
def test_other_regions_in_a_districts_report(text: str, number: str, code: str) -> None:
    body = f"晋安区教育局\n我区教育稳步发展，全区有学校60所。\n{text}"
    assert about(body, number, "福州市晋安区教育工作总结") == code


def test_a_heading_covers_what_stands_under_it() -> None:
    text = "◆石家庄市桥西区：老城腾出新校园\n三年盘活土地214亩，建起中小学8所。\n◆张家口市桥西区：一把尺子管到底\n全区组建6个教育集团。"
    assert about(text, "214", "河北教育简报") == "130104"
    assert about(text, "6个", "河北教育简报") == "130703"


def test_rows_and_columns_of_tables() -> None:
    rows = "白城市教育局\n我市教育概况，全市情况见表。\n县区\t学校\t教师\n洮北区\t73\t3346\n通榆县\t66\t2081"
    assert about(rows, "3346", CITY) == "220802"
    columns = "白城市教育局\n我市教育概况，全市情况见表。\n项目\t全市\t洮北区\t通榆县\n学校\t318\t73\t66"
    assert about(columns, "66", CITY) == "220822"
    assert about(columns, "318", CITY) == "220800"


@pytest.mark.parametrize(
    ("text", "number", "codes"),
    [
        ("洮南市、大安市各新建幼儿园3所，全市共12所。", "3所", ["220881", "220882"]),
        ("学校差异系数洮南市、大安市同为0.34；通榆县0.40。", "0.34", ["220881", "220882"]),
        ("通榆县和镇赉县两县都是1980个。", "1980", ["220822", "220821"]),
        ("洮南市、大安市、通榆县巩固率均在98%以上。", "98%", ["220881", "220882", "220822"]),
        ("通榆县、镇赉县义务教育巩固率均达到98%，洮南市99%。", "99%", ["220881"]),
        ("洮南市、大安市分别新建3所、4所。", "4所", ["220882"]),
        ("洮南市、大安市共新建幼儿园3所。", "3所", ["220882"]),
        ("洮南市、大安市各乡镇新建幼儿园3所。", "3所", ["220882"]),
        ("洮南市、大安市生均经费1200元。", "1200", ["220882"]),
        ("洮南市、大安市均衡发展，投入300万元。", "300", ["220882"]),
    ],
)
def test_what_is_said_of_each_of_several_places(text: str, number: str, codes: list[str]) -> None:
    body = f"白城市教育局\n我市有学校318所。\n{text}"
    _, zones = located(body, CITY)
    at = body.index(number)
    zone = next(z for z in zones if z.start <= at < z.end)
    assert [reading.adcode for reading in (zone.reading, *zone.others)] == codes


def test_both_of_the_two_places_a_report_speaks_of() -> None:
    body = "兴宁市有学校80所，五华县有93所。\n小学教师本科以上比例，两地同为66.5%。"
    _, zones = located(body, "兴宁市、五华县教育对比调研报告")
    zone = next(z for z in zones if z.start <= body.index("66.5") < z.end)
    assert [reading.adcode for reading in (zone.reading, *zone.others)] == ["441481", "441424"]


def test_zones_do_not_overlap() -> None:
    text = (
        "白城市教育局\n我市有学校318所。\n洮北区、洮南市分别为73所、68所，其中通榆县66所，大安市（64所）和镇赉县47所。"
    )
    _, zones = located(text, CITY)
    assert zones
    assert all(a.end <= b.start for a, b in pairwise(zones))


@pytest.mark.parametrize(
    "text",
    [
        "我县与宿松县结对，宿松县教师来我县跟岗，向宿松县学习。全县新建学校2所，宿松县派出12人。",
        "我县有学校20所，全县教师900人。内黄县的经验值得重视，内黄县先行一步，内黄县有新学校。",
        "全县现有学校20所，我县教师900人。",
    ],
)
def test_a_county_that_only_others_are_named_beside_stays_unknown(text: str) -> None:
    assert located(text, "教育工作总结")[0].adcode is None


WORDS = [
    "白城市",
    "洮北区",
    "洮南",
    "通榆县",
    "全市",
    "我区",
    "**县",
    "分别为",
    "12所",
    "（3个）",
    "、",
    "，",
    "。",
    "；",
    "\n",
    "\t",
    "其中",
    "上海市",
]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(WORDS), max_size=30).map("".join), st.sampled_from([None, CITY, "鼓楼区总结"]))
def test_any_text_has_one_reading_and_zones_in_order(text: str, title: str | None) -> None:
    reading, zones = located(text, title)
    assert (reading.adcode is None) == (reading.basis == RegionBasis.UNKNOWN)
    assert all(0 <= z.start < z.end <= len(text) for z in zones)
    assert all(a.end <= b.start for a, b in pairwise(zones))
