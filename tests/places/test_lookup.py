"""Looking units up by the names and codes of any year."""

import time

import pytest

from pipeline.places import load_gazetteer, look_up


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ("350111", ["350111"]),
        ("福州市晋安区", ["350111"]),
        ("澜沧", ["530828"]),
        ("思茅市", ["530800", "530802"]),
        ("532700", ["530800"]),
        ("崇文区", ["110101"]),
        ("通县", ["110112"]),
        ("邯郸县", ["130402", "130403"]),
        ("巢湖市", ["340181", "340100", "340200", "340500"]),
        ("无此县", []),
        ("", []),
    ],
)
def test_names_and_codes_of_any_year(query, codes):
    assert [entry.region.adcode for entry in look_up(query) if entry.region] == codes


def test_the_history_has_names_and_years_the_oldest_first():
    entry = look_up("普洱市")[0]
    assert entry.full_name == "云南省普洱市"
    assert entry.since == 2007
    assert [(unit.name, unit.valid_from, unit.valid_to) for unit in entry.history] == [
        ("思茅地区", None, 2003),
        ("思茅市", 2003, 2007),
    ]


def test_a_unit_without_a_successor_is_told_with_its_years():
    lost = look_up("海南黎族苗族自治州")
    assert [(e.region, e.matched[0].valid_from, e.matched[0].valid_to) for e in lost] == [(None, None, 1987)]


@pytest.mark.parametrize("name", ["甲" * 60, "甲" * 5000, "福建省" * 2000, "福建福州" * 15 + "甲"], ids=range(4))
def test_a_name_that_is_none_is_told_so_at_once(name):
    began = time.process_time()
    assert load_gazetteer().find(name) == ()
    assert time.process_time() - began < 2
