"""The Parquet store: what is loaded from it is what an ingest makes, whatever was changed, merged or broken off."""

import pytest

from pipeline.engines import ingest, parquet_store
from pipeline.engines.loading import load, partitions, province_codes, query, stored_sources
from pipeline.errors import StoreError, UsageError
from tests.engines.short_reports import all_rows, write_reports


@pytest.fixture
def place(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(parquet_store, "AT_ONCE", 5)
    monkeypatch.setattr(parquet_store, "MERGED", 2)
    write_reports(tmp_path / "reports", 18)
    return tmp_path


def check(place) -> None:
    """What is loaded is what an ingest of the files makes."""
    (place / "loaded.db").unlink(missing_ok=True)
    (place / "made.db").unlink(missing_ok=True)
    load(place / "store", place / "loaded.db")
    ingest([place / "reports"], place / "made.db", processes=1)
    assert all_rows(place / "loaded.db", ordered=False) == all_rows(place / "made.db", ordered=False)


def files(place) -> int:
    return len(list((place / "store").rglob("*.parquet")))


def test_loaded_is_what_is_ingested(place):
    first = ingest([place / "reports"], place / "store", processes=1, parquet=True)
    assert (first.read, first.facts > 40) == (18, True)
    assert len(partitions(place / "store")) == 6  # counties of six provinces; a county is always of one year here
    again = ingest([place / "reports"], place / "store", processes=1, parquet=True)
    assert (again.read, again.unchanged) == (0, 18)
    check(place)


def test_changed_and_removed_sources_leave_the_files(place):
    ingest([place / "reports"], place / "store", processes=1, parquet=True)
    write_reports(place / "reports", 3, first=30)
    for number in (0, 6, 7):
        path = place / f"reports/{number:04d}.txt"
        path.write_text(path.read_text(encoding="utf-8").replace("新增学位", "新增幼儿园学位"), encoding="utf-8")
    found = ingest([place / "reports"], place / "store", processes=1, parquet=True)
    assert (found.read, found.unchanged) == (6, 15)
    assert stored_sources(place / "store")[0] == 21
    assert files(place) == 8 * stored_sources(place / "store")[1]
    check(place)


def test_broken_off_run_leaves_nothing(place, monkeypatch):
    ingest([place / "reports"], place / "store", processes=1, parquet=True)
    before = stored_sources(place / "store"), files(place)
    write_reports(place / "reports", 4, first=30)

    def stop(event) -> None:
        if event.done == 21:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ingest([place / "reports"], place / "store", processes=1, parquet=True, on_event=stop)
    (place / "store/facts/province=350000/year=2020/left.parquet").write_bytes(b"half")
    assert stored_sources(place / "store") == before[0]
    found = ingest([place / "reports"], place / "store", processes=1, parquet=True)
    assert (found.read, found.unchanged) == (4, 18)
    assert not list((place / "store").rglob("left.parquet"))
    check(place)


def test_same_files_whatever_the_processes(place):
    for name, processes in (("one", 1), ("two", 2)):
        ingest([place / "reports"], place / name, processes=processes, parquet=True)
    one, two = (
        {path.relative_to(place / name): path.read_bytes() for path in (place / name).rglob("*.parquet")}
        for name in ("one", "two")
    )
    assert one == two
    assert one


def test_part_is_chosen_by_province_and_year(place):
    ingest([place / "reports"], place / "store", processes=1, parquet=True)
    found = load(place / "store", place / "some.db", provinces=province_codes(["福建省"]), years=[2020])
    assert (found.read, set(found.by_region)) == (3, {"350111"})
    again = load(place / "store", place / "some.db", provinces=province_codes(["福建省"]))
    assert (again.read, again.unchanged) == (0, 3)
    with pytest.raises(UsageError, match="no such province"):
        province_codes(["晋安区"])


def test_queries_can_only_read_the_store(place):
    pytest.importorskip("duckdb", reason="DuckDB isn't installed (make cluster)")
    ingest([place / "reports"], place / "store", processes=1, parquet=True)
    columns, rows = query(place / "store", "SELECT province, year, count(*) AS n FROM sources GROUP BY 1, 2 ORDER BY 1")
    assert columns == ["province", "year", "n"]
    assert rows[0] == ("150000", 2020, 3)
    assert query(place / "store", "SELECT count(*) FROM facts JOIN regions ON region = adcode")[1][0][0] > 40
    (place / "secret.csv").write_text("a,b\n1,2\n")
    for text in (
        f"COPY (SELECT 1) TO '{place}/x.csv'", f"SELECT * FROM '{place}/secret.csv'", "SELECT 1; SELECT 2", "SELEC 1",
        "SET enable_external_access = true", "ATTACH 'x.db'",
    ):  # fmt: skip
        with pytest.raises(UsageError):
            query(place / "store", text)
    assert not (place / "x.csv").exists()


def test_other_folders_are_left_alone(place):
    with pytest.raises(StoreError, match="holds other files"):
        ingest([place / "reports"], place / "reports", parquet=True)
    with pytest.raises(StoreError, match="there is no Parquet store"):
        load(place / "reports", place / "x.db")
