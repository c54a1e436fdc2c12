"""Copies made and put back while the database is in use, schemas brought forward, and what doctor finds and mends."""

import shutil
import sqlite3
import threading
from contextlib import closing

import pytest
from sqlite_utils import Database

from pipeline.engines.installation import examine_installation
from pipeline.errors import StoreError, UsageError
from pipeline.store import connection as connection_module
from pipeline.store import open_reader
from pipeline.store.connection import KNOWN_MIGRATIONS, MIGRATION_SET
from pipeline.store.copies import back_up, restore
from pipeline.store.doctor import examine, mend_database
from pipeline.store.migrations import migrations
from pipeline.store.rows import rows_of
from pipeline.store.writer import FileStamp, Store
from tests.records import make_extraction
from tests.safety.databases import all_rows, check_whole

STAMP = FileStamp(10, 20, 30)
NEEDED = ("python", "sqlite", "packages", "reading")


def put(db, *names, text=None):
    with Store(db) as store:
        store.start_run(["x"])
        for name in names:
            extraction = make_extraction(f"{name}\n{text}" if text else f"{name}：全县", (), name=name)
            store.put(rows_of(extraction), name, STAMP)


@pytest.fixture
def db(tmp_path):
    path = tmp_path / "facts.db"
    with Store(path) as store:
        store.start_run(["x"])
        store.put(rows_of(make_extraction()), "a.txt", STAMP)
    return path


def change(db, *statements):
    with closing(sqlite3.connect(db)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()


def test_a_copy_holds_the_same_and_is_one_file(db, tmp_path):
    made = back_up(db, tmp_path / "new/copy.db")
    assert (made.sources, made.facts, made.size) == (1, 3, made.path.stat().st_size)
    assert all_rows(made.path) == all_rows(db)
    assert [path.name for path in made.path.parent.iterdir()] == ["copy.db"]


def test_a_copy_replaces_nothing_unasked(db, tmp_path):
    other = tmp_path / "other.db"
    other.write_text("mine")
    with pytest.raises(UsageError, match="--replace"):
        back_up(db, other)
    assert other.read_text() == "mine"
    assert back_up(db, other, replace=True).sources == 1
    with pytest.raises(UsageError, match="is the database itself"):
        back_up(db, db, replace=True)


def test_a_copy_of_a_database_that_is_damaged_is_refused(db, tmp_path):
    damage(db)
    with pytest.raises((StoreError, UsageError)):
        back_up(db, tmp_path / "copy.db")
    assert not (tmp_path / "copy.db").exists()
    assert not list(tmp_path.glob("*.part"))


def test_a_copy_is_made_while_another_writes(db, tmp_path):
    with closing(sqlite3.connect(db, isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("DELETE FROM flags")
        writer.execute("DELETE FROM facts")
        assert back_up(db, tmp_path / "copy.db").facts == 3
        writer.execute("ROLLBACK")


def test_restored_while_readers_read(db, tmp_path):
    copy = back_up(db, tmp_path / "copy.db").path
    before = all_rows(copy)
    put(db, "b.txt", "c.txt")
    reader = open_reader(db)
    assert reader.execute("SELECT count(*) FROM sources").fetchone() == (3,)
    made = restore(copy, db)
    assert reader.execute("SELECT count(*) FROM sources").fetchone() == (3,), "a reader in the midst keeps what it saw"
    reader.execute("COMMIT")
    assert reader.execute("SELECT count(*) FROM sources").fetchone() == (1,)
    reader.close()
    assert all_rows(db) == before
    assert made.kept.name == "facts.before-restore.db"
    assert len(all_rows(made.kept)["sources"]) == 3
    put(db, "d.txt")
    assert check_whole(db) == 2


def test_restored_under_an_ingest_that_goes_on(db, tmp_path):
    copy = back_up(db, tmp_path / "copy.db").path
    with Store(db) as store:
        store.start_run(["y"])
        store.put(rows_of(make_extraction("乙\n全县", (), name="b.txt")), "b.txt", STAMP)
        restore(copy, db)
        store.put(rows_of(make_extraction("丙\n全县", (), name="c.txt")), "c.txt", STAMP)
        store.finish_run(seconds=1, read=2, unchanged=0, refused=0)
    assert check_whole(db) == 2


def test_a_damaged_database_is_set_aside(db, tmp_path):
    copy = back_up(db, tmp_path / "copy.db").path
    damage(db)
    made = restore(copy, db)
    assert made.kept.name == "facts.damaged.db"
    assert check_whole(db) == 1


@pytest.mark.parametrize("content", [b"no database" * 1000, b""])
def test_what_is_no_copy_is_not_put_back(db, tmp_path, content):
    before = all_rows(db)
    (tmp_path / "bad.db").write_bytes(content)
    with pytest.raises(StoreError):
        restore(tmp_path / "bad.db", db)
    with pytest.raises(UsageError, match="no such file"):
        restore(tmp_path / "gone.db", db)
    assert all_rows(db) == before


def test_a_damaged_copy_is_not_put_back(db, tmp_path):
    copy = back_up(db, tmp_path / "copy.db").path
    damage(copy)
    before = all_rows(db)
    with pytest.raises(StoreError):
        restore(copy, db)
    assert all_rows(db) == before


def older(path, count):
    """A database as a program left it that knew ``count`` migrations, with a source in it."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        database = Database(connection)
        migrations.apply(database, stop_before=KNOWN_MIGRATIONS[count] if count < len(KNOWN_MIGRATIONS) else None)
        applied = connection.execute(
            "SELECT count(*) FROM _sqlite_migrations WHERE migration_set = ?", (MIGRATION_SET,)
        )
        assert applied.fetchone() == (count,)
        connection.execute("INSERT INTO runs (started, program, version, paths) VALUES ('2024', '0', '0', '[]')")
        connection.execute(
            "INSERT INTO sources VALUES (?, ?, 6, 'text', 'utf-8', 2, 0, 0, '{}', NULL, '0', 1)", ("ab" * 8, "ab" * 32)
        )
        connection.execute("INSERT INTO layers VALUES (?, '全县')", ("ab" * 8,))
        connection.execute("INSERT INTO source_paths VALUES ('old.txt', ?, 6, 1, 2)", ("ab" * 8,))
        connection.execute(
            "INSERT INTO reports (source, report, region_basis, region_evidence) VALUES (?, 0, 'unknown', '[]')",
            ("ab" * 8,),
        )


def schema(path):
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(
            "SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE '%sqlite%' ORDER BY 1, 2"
        ).fetchall()


@pytest.mark.parametrize("count", range(1, len(KNOWN_MIGRATIONS)))
def test_every_older_schema_is_brought_forward_with_a_copy_before(tmp_path, db, count):
    path = tmp_path / "old.db"
    older(path, count)
    before = schema(path)
    with pytest.raises(StoreError, match="older version"):
        open_reader(path)
    put(path, "new.txt")
    assert check_whole(path) == 2
    assert schema(path) == schema(db)
    copy = tmp_path / f"old.before-{KNOWN_MIGRATIONS[count - 1][:4]}.db"
    assert schema(copy) == before
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("SELECT id FROM sources").fetchall() == [("ab" * 8,)]


def test_where_no_copy_can_be_made_nothing_is_brought_forward(tmp_path, monkeypatch):
    path = tmp_path / "old.db"
    older(path, 1)

    def refuses(*arguments):
        raise UsageError("no room")

    monkeypatch.setattr("pipeline.store.copies.keep_before_migration", refuses)
    with pytest.raises(UsageError, match="no room"):
        Store(path)
    with closing(sqlite3.connect(path)) as connection:
        assert connection_module._names(connection) == KNOWN_MIGRATIONS[:1]


def damage(db):
    """Overwrite pages in the midst of the file."""
    change(db, "PRAGMA wal_checkpoint(TRUNCATE)", "PRAGMA journal_mode = DELETE")
    data = bytearray(db.read_bytes())
    for page in range(8, len(data) // 4096, 3):
        data[page * 4096 : page * 4096 + 600] = b"\xff" * 600
    db.write_bytes(data)


def problems(db):
    return {finding.check for finding in examine(db) if finding.problem is not None}


def test_a_sound_database_has_no_problems(db):
    assert problems(db) == set()
    assert [finding.check for finding in examine(db)] == [
        "schema", "integrity", "references", "sources", "paths", "facts", "figures", "runs", "search",
    ]  # fmt: skip


HARM = {
    "facts": ["UPDATE layers SET text = '县' || substr(text, 1, length(text) - 1)"],
    "figures": ["UPDATE figures SET start = start + 1, end = end + 1 WHERE figure = 3"],
    "sources": ["DELETE FROM layers"],
    "paths": ["DELETE FROM source_paths"],
    "search": ["INSERT INTO paragraph_words (rowid, words) VALUES (99, '别 的')"],
}


@pytest.mark.parametrize("check", HARM)
def test_what_is_wrong_is_found_and_mended(db, check):
    put(db, "whole.txt")
    change(db, *HARM[check])
    assert check in problems(db)
    assert all(finding.advice for finding in examine(db) if finding.problem)
    assert mend_database(db)
    assert problems(db) == set()
    if check not in ("sources", "paths", "facts"):
        assert check_whole(db) >= 1
    assert mend_database(db) == []


def test_an_index_that_is_gone_is_mended(db):
    change(db, "DROP TABLE paragraph_words")
    assert problems(db) == {"search"}
    mend_database(db)
    assert problems(db) == set()


def test_references_that_lead_nowhere_are_found(db):
    change(db, "PRAGMA foreign_keys = OFF", "DELETE FROM indicators")
    assert "references" in problems(db)


def test_damage_to_the_file_is_found(db):
    damage(db)
    found = [finding for finding in examine(db) if finding.problem]
    assert len(found) == 1
    assert found[0].advice is None or "restore" in found[0].advice


def test_doctor_changes_nothing(db):
    shutil.copy(db, copy := db.with_name("copy.db"))
    examine(copy)
    assert copy.read_bytes() == db.read_bytes()


def test_the_installation_works():
    assert {part.name: part.problem for part in examine_installation() if part.name in NEEDED} == dict.fromkeys(NEEDED)


def test_copies_while_sources_go_in(db, tmp_path):
    """A copy made at any moment holds whole sources."""
    names = [f"{number}.txt" for number in range(30)]
    writer = threading.Thread(target=put, args=(db, *names))
    writer.start()
    copies = []
    while writer.is_alive() or not copies:
        copies.append(back_up(db, tmp_path / f"copy{len(copies)}.db").path)
    writer.join()
    for copy in copies:
        assert check_whole(copy) >= 1
    assert check_whole(db) == 31
