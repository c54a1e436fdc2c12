"""Which files are taken, what becomes of each, and that nothing depends on the number of processes."""

import os
import shutil
import sqlite3
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

import pipeline.extraction
from pipeline.engines import extract, ingest, walk, walking
from pipeline.engines import ingesting as ingesting_module
from pipeline.engines.spreading import TimeLimit, spread
from pipeline.errors import Refused
from pipeline.store import open_reader

SAMPLES = Path(__file__).parents[2] / "corpora/samples"


@pytest.fixture
def inbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "inbox"
    folder.mkdir()
    return folder


def fill(inbox: Path, *names: str) -> None:
    for name in names:
        shutil.copy(SAMPLES / name, inbox / name)


def dump(db: Path, *, without: tuple[str, ...] = ()) -> dict[str, list[tuple]]:
    """All rows of a database but for the times of runs and files."""
    connection = sqlite3.connect(db)
    names = [
        name
        for (name,) in connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'paragraph_words%'"
        )
    ]
    rows = {name: sorted(connection.execute(f"SELECT * FROM {name}").fetchall(), key=repr) for name in sorted(names)}
    connection.close()
    for name in ("runs", "_sqlite_migrations", *without):
        rows.pop(name, None)
    rows["source_paths"] = [row[:2] for row in rows["source_paths"]]
    return rows


def test_walking_is_in_one_order_and_passes_over_notes(inbox):
    for name in (
        "b.txt", "a.html", "B.txt", ".hidden.txt", "README.md", "readme.txt", "~$a.docx", "a.jsonl", "a.meta.json",
        "deep/z.txt", ".git/config", "deep/.DS_Store", "乙.txt", "甲.txt",
    ):  # fmt: skip
        path = inbox / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("x")
    names = [candidate.name for candidate in walk([inbox, inbox / "b.txt"])]
    assert names == [
        "inbox/B.txt", "inbox/a.html", "inbox/b.txt", "inbox/deep/z.txt", "inbox/乙.txt", "inbox/甲.txt",
    ]  # fmt: skip
    assert [candidate.name for candidate in walk([inbox / "a.jsonl"])] == ["inbox/a.jsonl"]


def test_ingest_again_changes_not_one_row(inbox):
    fill(inbox, "work-summary.txt", "clone.html")
    db = Path("facts.db")
    first = ingest([inbox], db, processes=1)
    assert (first.files, first.read, first.unchanged, len(first.refused)) == (2, 2, 0, 0)
    assert first.facts > 50
    connection = sqlite3.connect(db)
    before = list(connection.iterdump())
    connection.close()
    second = ingest([inbox], db, processes=1)
    assert (second.read, second.unchanged, second.copies) == (0, 2, 0)
    connection = sqlite3.connect(db)
    assert list(connection.iterdump()) == before
    assert connection.execute("SELECT count(*) FROM runs").fetchone() == (1,)


def test_the_clock_is_a_shortcut_only_where_it_is_safe(inbox, monkeypatch):
    fill(inbox, "work-summary.txt")
    file = inbox / "work-summary.txt"
    old = time.time() - 100
    os.utime(file, (old, old))
    ingest([inbox], Path("facts.db"), processes=1)
    hashed = []
    real = ingesting_module.bytes_of
    monkeypatch.setattr(
        ingesting_module, "bytes_of", lambda candidate: hashed.append(candidate.path.absolute()) or real(candidate)
    )
    assert ingest([inbox], Path("facts.db"), processes=1).unchanged == 1
    assert hashed == []
    os.utime(file)
    assert ingest([inbox], Path("facts.db"), processes=1).unchanged == 1
    assert hashed == [file]


def test_changed_and_copied_files(inbox):
    fill(inbox, "work-summary.txt")
    file, copy = inbox / "work-summary.txt", inbox / "zz.txt"
    shutil.copy(file, copy)
    db = Path("facts.db")
    first = ingest([inbox], db, processes=1)
    assert (first.read, first.copies) == (1, 1)
    assert len(dump(db)["sources"]) == 1
    file.write_text(file.read_text(encoding="utf-8").replace("287所", "288所"), encoding="utf-8")
    second = ingest([inbox], db, processes=1)
    assert (second.read, second.unchanged) == (1, 1)
    assert len(dump(db)["sources"]) == 2
    copy.write_bytes(file.read_bytes())
    third = ingest([inbox], db, processes=1)
    assert (third.read, third.copies, third.unchanged) == (0, 1, 1)
    assert len(dump(db)["sources"]) == 1
    fresh = Path("fresh.db")
    ingest([inbox], fresh, processes=1)
    late, early = (dump(path, without=("sources",)) for path in (db, fresh))
    for rows in (late, early):
        rows["paragraphs"] = sorted(
            (row[1:] for row in rows["paragraphs"]), key=repr
        )  # without the number in the word index
    assert late == early


def test_broken_files_are_listed_and_stop_nothing(inbox):
    fill(inbox, "work-summary.txt")
    (inbox / "empty.txt").write_bytes(b"")
    (inbox / "random.txt").write_bytes(bytes(range(256)) * 20)
    (inbox / "gone.txt").symlink_to("nowhere")
    os.mkfifo(inbox / "pipe.txt")
    db = Path("facts.db")
    summary = ingest([inbox], db, processes=1)
    assert summary.read == 1
    assert [(refused.name, refused.code) for refused in summary.refused] == [
        ("inbox/empty.txt", "empty"),
        ("inbox/gone.txt", "unreadable"),
        ("inbox/pipe.txt", "unreadable"),
        ("inbox/random.txt", summary.refused[-1].code),
    ]
    assert all(refused.message for refused in summary.refused)
    before = dump(db)
    assert len(before["rejections"]) == 4
    again = ingest([inbox], db, processes=1)
    assert (again.read, again.unchanged, len(again.refused)) == (0, 1, 4)
    assert dump(db) == before


@pytest.mark.usefixtures("permissions")
def test_what_must_not_be_read_is_listed(inbox):
    fill(inbox, "work-summary.txt")
    locked = inbox / "locked"
    locked.mkdir()
    (inbox / "secret.txt").write_text("x")
    locked.chmod(0)
    (inbox / "secret.txt").chmod(0)
    try:
        summary = ingest([inbox], Path("facts.db"), processes=1)
    finally:
        locked.chmod(0o700)
    assert summary.read == 1
    assert [(refused.name, refused.code) for refused in summary.refused] == [
        ("inbox/locked", "unreadable"),
        ("inbox/secret.txt", "unreadable"),
    ]


def test_a_folder_that_cannot_be_listed_is_a_problem_and_not_an_end(inbox, monkeypatch):
    fill(inbox, "work-summary.txt")
    (inbox / "locked").mkdir()
    real = os.scandir

    def scandir(path):
        if Path(path).name == "locked":
            raise PermissionError(13, "Permission denied", str(path))
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    found = walk([inbox])
    assert [(candidate.name, candidate.problem) for candidate in found] == [
        ("inbox/locked", "can't be read: Permission denied"),
        ("inbox/work-summary.txt", None),
    ]


def test_a_fault_in_one_source_becomes_a_rejection(inbox, monkeypatch):
    fill(inbox, "clone.html", "work-summary.txt")
    real = pipeline.extraction.extract_source

    def faulty(data, name, *, region=None, hints=None):
        if name.endswith("clone.html"):
            raise RuntimeError("boom")
        return real(data, name, region=region)

    monkeypatch.setattr(pipeline.extraction, "extract_source", faulty)
    summary = ingest([inbox], Path("facts.db"), processes=1)
    assert summary.read == 1
    assert [(refused.code, "RuntimeError: boom" in refused.message) for refused in summary.refused] == [
        ("failed", True)
    ]
    monkeypatch.undo()
    os.chdir(inbox.parent)
    again = ingest([inbox], Path("facts.db"), processes=1)
    assert (again.read, again.unchanged, again.refused) == (1, 1, [])


def test_results_do_not_depend_on_the_number_of_processes(inbox):
    fill(inbox, *[path.name for path in SAMPLES.iterdir() if path.suffix in (".txt", ".html")])
    (inbox / "empty.txt").write_bytes(b"")
    ingest([inbox], Path("one.db"), processes=1)
    ingest([inbox], Path("two.db"), processes=2)
    one, two = dump(Path("one.db")), dump(Path("two.db"))
    assert one == two
    assert len(one["sources"]) > 8
    assert list(extract(walk([inbox]), processes=1)) == list(extract(walk([inbox]), processes=2))


def test_a_region_told_by_the_user_is_read_anew(inbox):
    fill(inbox, "brief-news.txt")
    db = Path("facts.db")
    ingest([inbox], db, processes=1)
    told = ingest([inbox], db, processes=1, region="350111")
    assert told.read == 1
    assert ingest([inbox], db, processes=1, region="350111").unchanged == 1
    assert {row[9] for row in dump(db)["sources"]} == {"350111"}


@dataclass(frozen=True)
class Item:
    number: int


def double(item: Item) -> int:
    return item.number * 2


def double_or_die(item: Item) -> int:
    if item.number in (5, 17):
        os._exit(3)
    return item.number * 2


def minus_one(item: Item) -> int:
    return -1


def test_spreading_keeps_the_order():
    items = [Item(n) for n in range(40)]
    assert list(spread(double, items, processes=2, crashed=minus_one)) == [n * 2 for n in range(40)]
    assert list(spread(double, iter(items[:3]), processes=2, crashed=minus_one)) == [0, 2, 4]
    assert list(spread(double, [], processes=2, crashed=minus_one)) == []


@pytest.mark.parametrize("count", [0, 1, 40], ids="{} items".format)
@pytest.mark.parametrize("limit", [None, TimeLimit(lambda item: 60.0, minus_one)], ids=["here", "apart"])
def test_what_the_caller_has_to_do_is_done_once_before_the_first_result(count, limit):
    done = []
    items = (Item(n) for n in range(count))
    results = spread(double, items, processes=2, crashed=minus_one, limit=limit, meanwhile=lambda: done.append("ready"))
    done += results
    assert done == (["ready"] if count else []) + [n * 2 for n in range(count)]


def test_a_database_of_no_files_explains_itself_too(tmp_path):
    (tmp_path / "nothing").mkdir()
    ingest([tmp_path / "nothing"], tmp_path / "f.db", seconds=0)
    with closing(open_reader(tmp_path / "f.db")) as db:
        for table in ("indicators", "regions", "descriptions"):
            assert db.execute(f"SELECT count(*) FROM {table}").fetchone() > (20,)


def test_a_worker_that_dies_takes_only_its_own_item_with_it():
    items = [Item(n) for n in range(30)]
    expected = [-1 if n in (5, 17) else n * 2 for n in range(30)]
    assert list(spread(double_or_die, items, processes=2, crashed=minus_one)) == expected


def test_limits(inbox, monkeypatch):
    (inbox / "big.txt").write_bytes(b"x" * 100)
    monkeypatch.setattr(walking, "MAX_SOURCE_BYTES", 99)
    with pytest.raises(Refused, match="100 bytes; the limit is 99") as caught:
        walking.read_bytes(inbox / "big.txt")
    assert caught.value.code == "too_large"
