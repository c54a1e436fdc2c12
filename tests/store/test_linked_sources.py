"""The same report at two addresses is linked in the database and counted once in a comparison."""

from pathlib import Path

import pytest

from pipeline.comparing import pick_all
from pipeline.engines import ingest
from pipeline.store import Filters, facts, open_reader, show

TOWNS = ["柳河", "青石", "白塔", "双桥", "石门", "大营", "红旗", "北川", "新集", "五里", "马营", "高台"]


def report(county: str, factor: int) -> str:
    lines = [f"{county}教育局2022年工作总结", f"2022年，{county}共有小学3l所，专任教师{1200 + factor}人。"]
    lines += [
        f"{town}镇中心小学添置课桌椅{n * 37 + factor * 11}套，校门口硬化路面，群众满意。"
        for n, town in enumerate(TOWNS, 2)
    ]
    return "\n".join(lines) + "\n"


@pytest.fixture
def db(tmp_path: Path) -> Path:
    (tmp_path / "a.txt").write_text(report("平遥县", 3), encoding="utf-8")
    (tmp_path / "b.txt").write_text(f"首页 > 要闻\n{report('平遥县', 3)}\n版权所有 某网\n", encoding="utf-8")
    (tmp_path / "c.txt").write_text(report("柘城县", 9), encoding="utf-8")
    path = tmp_path / "facts.db"
    ingest([tmp_path / name for name in ("a.txt", "b.txt", "c.txt")], path, processes=1)
    return path


def pairs(db: Path) -> list[tuple[str, str]]:
    connection = open_reader(db)
    try:
        return connection.execute("SELECT source, original FROM duplicates").fetchall()
    finally:
        connection.close()


def test_near_duplicates_are_linked_and_counted_once(db):
    ((copy, original),) = pairs(db)
    assert original < copy
    found = [fact for fact in facts(db, Filters()) if fact.indicator == "schools" and fact.region == "140728"]
    assert {fact.source for fact in found} == {copy, original}
    (choice,) = pick_all(found)
    assert choice.sources == 1
    assert show(db, choice.fact.id).duplicates


def test_show_tells_what_stood_in_a_repaired_number(db):
    fact = next(fact for fact in facts(db, Filters()) if fact.indicator == "schools")
    assert fact.value == 31
    assert fact.number.startswith("3l")
    assert show(db, fact.id).repairs == (("l", "1"),)


def test_links_follow_what_is_read_anew(db, tmp_path):
    (tmp_path / "b.txt").write_text(report("铜梁区", 17), encoding="utf-8")
    ingest([tmp_path / "b.txt"], db, processes=1)
    assert pairs(db) == []
