import csv
import time
from collections.abc import Callable

import pytest

from pipeline.errors import ResourceError
from pipeline.places import load_gazetteer, parse_gazetteer
from pipeline.places.gazetteer import COLUMNS
from pipeline.resources import read_text

GAZETTEER = load_gazetteer()
HEAD = ",".join(COLUMNS) + "\n"


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ("350111", ["350111"]),
        ("晋安区", ["350111"]),
        ("晋安", ["350111"]),
        ("福建省福州市晋安区", ["350111"]),
        ("福州 仓山区", ["350104"]),
        ("谯城区", ["341602"]),
        ("迎江", ["340802"]),
        ("普洱市", ["530800"]),
        ("思茅市", ["530800"]),
        ("思茅地区", ["530800"]),
        ("思茅", ["530802"]),
        ("澜沧拉祜族自治县", ["530828"]),
        ("澜沧", ["530828"]),
        ("沧县", ["130921"]),
        ("龙港市", ["330383"]),
        ("澄迈", ["469023"]),
        ("海南澄迈县", ["469023"]),
        ("襄樊市", ["420600"]),
        ("南汇区", ["310115"]),
        ("兴和", ["150924"]),
        ("吉林", ["220000", "220200"]),
        ("长安区", ["130102", "610116"]),
        ("河北长安区", ["130102"]),
        ("沙县", ["350405"]),
        ("沙县区", ["350405"]),
        ("和康县", ["653228"]),
        ("合作办学", []),
        ("", []),
    ],
)
def test_find(query: str, codes: list[str]) -> None:
    assert [r.adcode for r in GAZETTEER.find(query)] == codes


def test_find_keeps_every_bearer_of_a_shared_name() -> None:
    assert len(GAZETTEER.find("鼓楼区")) == 4
    assert {r.level for r in GAZETTEER.find("朝阳")} == {"prefecture", "county"}


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("370783", ["山东省", "潍坊市", "寿光市"]),
        ("500151", ["重庆市", "铜梁区"]),
        ("469023", ["海南省", "澄迈县"]),
        ("429021", ["湖北省", "神农架林区"]),
        ("441900", ["广东省", "东莞市"]),
        ("999999", []),
    ],
)
def test_path(code: str, names: list[str]) -> None:
    assert [r.name for r in GAZETTEER.path(code)] == names


def test_units_below() -> None:
    assert {"370000", "370700", "370783", "370785"} <= GAZETTEER.within("370000")
    assert len(GAZETTEER.within("530800")) == 11
    assert len(GAZETTEER.children("530800")) == 10
    assert "469023" in GAZETTEER.within("460000")
    assert GAZETTEER.within("530828") == {"530828"}
    assert GAZETTEER.within("000000") == frozenset()
    assert not GAZETTEER.is_within("370000", "370700")


def test_the_table_has_every_unit_of_the_end_of_2024() -> None:
    counts = [sum(r.level == level for r in GAZETTEER.regions.values()) for level in ("prefecture", "county")]
    assert counts == [333, 2846]


def test_former_units_lead_to_units_of_today() -> None:
    lost = {unit.name for unit in GAZETTEER.former if not unit.successors and unit.valid_to >= 2003}
    assert lost == set()
    assert sum(bool(unit.successors) for unit in GAZETTEER.former) > 3500


def test_loading_costs_little_more_than_reading_the_table() -> None:
    def fastest(run: Callable[[], object]) -> float:
        seconds = []
        for _ in range(5):
            start = time.process_time()
            run()
            seconds.append(time.process_time() - start)
        return min(seconds)

    def load() -> None:
        load_gazetteer.cache_clear()
        load_gazetteer()

    text = read_text("regions.csv")
    assert fastest(load) < 20 * fastest(lambda: list(csv.reader(text.splitlines())))


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ("name,adcode\n", "the columns must be"),
        (HEAD + "110000,北京市,state,,北京,,,\n", "line 2"),
        (HEAD + "110000,北京市,province,,北京,,,\n" * 2, "line 3: 110000 stands twice"),
        (HEAD + "110101,东城区,county,110000,东城,,,\n", "parent 110000"),
        (HEAD + "110103,崇文区,county,,崇文,,2010,110101\n", "successor 110101"),
    ],
)
def test_a_damaged_table_is_refused(rows: str, message: str) -> None:
    with pytest.raises(ResourceError, match=message):
        parse_gazetteer(rows, "a.csv")
