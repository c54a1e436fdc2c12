"""Differences between databases: what is added, gone and changed."""

from decimal import Decimal

from pipeline.comparing.differences import differences
from pipeline.store.rows import rows_of
from pipeline.store.writer import FileStamp, Store
from tests.records import FACTS, make_extraction


def database(path, *extractions):
    with Store(path) as store:
        store.start_run(["x"])
        for extraction in extractions:
            store.put(rows_of(extraction), extraction.source.name, FileStamp(1, 2, 3))
    return path


def test_added_gone_and_changed_field_by_field(tmp_path):
    changed = {**FACTS[0], "value": Decimal(2500), "period": "2022"}
    old = database(tmp_path / "a.db", make_extraction(facts=FACTS[:2]))
    new = database(tmp_path / "b.db", make_extraction(facts=(changed, FACTS[2])))
    found = {difference.fact.number: difference for difference in differences(old, new)}
    assert {number: difference.kind for number, difference in found.items()} == {
        "2400个": "changed",
        "约650.50元": "gone",
        "58所": "added",
    }
    assert found["2400个"].changes == (
        ("value", Decimal(2400), Decimal(2500)),
        ("period", "2023", "2022"),
    )


def test_a_file_that_was_moved_is_no_difference(tmp_path):
    old = database(tmp_path / "a.db", make_extraction(name="a.txt"))
    new = database(tmp_path / "b.db", make_extraction(name="other/b.txt"))
    assert list(differences(old, new)) == []


def test_both_directions_mirror_each_other(samples_db, tmp_path):
    empty = database(tmp_path / "empty.db")
    added = [difference.fact.id for difference in differences(empty, samples_db)]
    gone = [difference.fact.id for difference in differences(samples_db, empty)]
    assert added == gone == sorted(added)
    assert list(differences(samples_db, samples_db)) == []
