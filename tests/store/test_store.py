"""Whole sources or none, the same rows every time, and databases that can't be used."""

import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from dataclasses import replace
from decimal import Decimal
from enum import StrEnum
from pathlib import Path

import pytest

from pipeline import model
from pipeline.errors import StoreError
from pipeline.store import connection as connection_module
from pipeline.store import one_moment, open_reader
from pipeline.store.migrations import SCHEMA
from pipeline.store.rows import exact, rows_of
from pipeline.store.writer import FileStamp, Store
from tests.records import CANGSHAN, FACTS, TEXT, fact_fields, make_extraction

STAMP = FileStamp(10, 20, 30)
LONG = TEXT + "".join(f"\n第{n}项工作如期办结，群众满意度{n}次居前" for n in "一二三四五六")
"""Long enough to be told from others."""
TABLES = (
    "sources",
    "source_paths",
    "layers",
    "edits",
    "reports",
    "paragraphs",
    "figures",
    "facts",
    "rejections",
    "runs",
)


@pytest.fixture
def db(tmp_path: Path) -> Path:
    return tmp_path / "facts.db"


def put(db: Path, *extractions: model.Extraction) -> None:
    with Store(db) as store:
        store.start_run(["x"])
        for extraction in extractions:
            store.put(rows_of(extraction), extraction.source.name, STAMP)


def count(db: Path, table: str) -> int:
    return query(db, f"SELECT count(*) FROM {table}")[0][0]


def query(db: Path, sql: str, *values: object) -> list[tuple]:
    connection = open_reader(db)
    try:
        return connection.execute(sql, values).fetchall()
    finally:
        connection.close()


def test_a_source_goes_in_whole(db):
    put(db, make_extraction())
    assert [count(db, table) for table in ("sources", "reports", "paragraphs", "figures", "facts")] == [1, 1, 3, 4, 3]
    rows = query(
        db, "SELECT f.number, substr(l.text, f.start + 1, f.end - f.start) FROM facts f JOIN layers l USING (source)"
    )
    assert len(rows) == 3
    assert all(number == inside for number, inside in rows)
    assert query(
        db, "SELECT count(*) FROM facts f JOIN figures g USING (source, figure) WHERE g.number = f.number"
    ) == [(3,)]


def test_values_keep_every_digit(db):
    put(db, make_extraction())
    assert query(db, "SELECT value, value_exact FROM facts WHERE indicator = 'per_student_public_funds'") == [
        (650.5, "650.5")
    ]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("650.50", "650.5"),
        ("1E+9", "1000000000"),
        ("-0.5", "-0.5"),
        ("-0", "0"),
        ("0.00", "0"),
        ("100", "100"),
        ("33.3333", "33.3333"),
        ("12345678901234567890.123", "12345678901234567890.123"),
    ],
)
def test_exact_decimals_as_text(value, text):
    assert exact(Decimal(value)) == text


def test_the_same_source_again_changes_nothing(db):
    put(db, make_extraction())
    before = {table: query(db, f"SELECT * FROM {table}") for table in TABLES if table not in ("runs", "sources")}
    put(db, make_extraction())
    assert {table: query(db, f"SELECT * FROM {table}") for table in before} == before


def test_changed_bytes_replace_what_was_read_at_a_path(db):
    put(db, make_extraction())
    put(db, make_extraction(TEXT.replace("2400", "2500"), (fact_fields("2500个", *list(FACTS[0].values())[1:4]),)))
    assert query(db, "SELECT number FROM facts") == [("2500个",)]
    assert count(db, "sources") == 1
    assert query(db, "SELECT count(*) FROM paragraph_words WHERE paragraph_words MATCH '\"2400\"'") == [(0,)]


def test_the_same_bytes_under_two_paths_are_one_source(db):
    put(db, make_extraction(name="a.txt"))
    with Store(db) as store:
        store.start_run(["y"])
        store.put_path("copy.txt", make_extraction().source.sha256, STAMP)
    assert count(db, "sources") == 1
    assert query(db, "SELECT path FROM source_paths") == [("a.txt",), ("copy.txt",)]
    put(db, make_extraction("别的\n新增学位9个", (fact_fields("9个", "school_places_added", "9", "place"),)))
    assert query(db, "SELECT path, number FROM source_paths JOIN facts USING (source) ORDER BY 1, start") == [
        ("a.txt", "9个"),
        ("copy.txt", "2400个"),
        ("copy.txt", "约650.50元"),
        ("copy.txt", "58所"),
    ]


def test_a_source_that_breaks_a_rule_leaves_nothing_behind(db):
    put(db, make_extraction())
    broken = make_extraction(
        "别的\n新增学位9个", (fact_fields("9个", "no_such_indicator", "9", "place"),), name="b.txt"
    )
    with Store(db) as store:
        store.start_run(["x"])
        with pytest.raises(sqlite3.IntegrityError):
            store.put(rows_of(broken), "b.txt", STAMP)
    assert count(db, "sources") == 1
    assert query(db, "SELECT count(*) FROM paragraph_words WHERE paragraph_words MATCH '\"别 的\"'") == [(0,)]


def test_a_fact_whose_span_is_wrong_is_not_stored():
    extraction = make_extraction()
    moved = replace(extraction.facts[0], start=extraction.facts[0].start + 1)
    with pytest.raises(ValueError, match="doesn't hold the number"):
        rows_of(replace(extraction, facts=(moved,)))


def test_refused_bytes_take_the_place_of_what_was_read(db):
    put(db, make_extraction())
    with Store(db) as store:
        store.start_run(["x"])
        assert store.reject("a.txt", "unreadable", "permission denied", None)
        assert store.reject("a.txt", "unreadable", "permission denied", None) is False
    assert count(db, "facts") == 3
    with Store(db) as store:
        store.start_run(["x"])
        store.reject("a.txt", "binary", "not text", "0" * 64)
    assert count(db, "facts") == 0
    assert query(db, "SELECT path, code FROM rejections") == [("a.txt", "binary")]
    put(db, make_extraction())
    assert count(db, "rejections") == 0


def test_all_regions_and_indicators_are_there_and_every_column_is_described(db):
    put(db)
    assert query(db, "SELECT province, prefecture, full_name FROM regions WHERE adcode = '350111'") == [
        ("350000", "350100", "福建省福州市晋安区")
    ]
    assert count(db, "indicators") == 71
    tables = query(
        db,
        "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'paragraph_words%' "
        "AND name NOT LIKE 'sqlite_%' AND name NOT LIKE '_sqlite_%'",
    )
    columns = {
        (table, column)
        for (table,) in tables
        for column in ["", *(row[1] for row in query(db, f"PRAGMA table_info({table})"))]
    }
    described = set(query(db, "SELECT table_name, column_name FROM descriptions"))
    assert described == columns


@pytest.mark.parametrize(
    ("table", "column", "kind"),
    [
        ("facts", "bound", model.Bound),
        ("facts", "measure", model.Measure),
        ("facts", "status", model.Status),
        ("facts", "level", model.Level),
        ("facts", "sector", model.Sector),
        ("facts", "region_basis", model.RegionBasis),
        ("reports", "region_basis", model.RegionBasis),
        ("figures", "class", model.NumberClass),
        ("figures", "bound", model.Bound),
        ("figures", "measure", model.Measure),
        ("paragraphs", "kind", model.BlockKind),
    ],
)
def test_the_schema_takes_the_words_of_the_records_and_no_others(db, table, column, kind: type[StrEnum]):
    put(db, make_extraction())
    connection = sqlite3.connect(db)
    for word in kind:
        connection.execute(f"UPDATE {table} SET {column} = ?", (str(word),))
    with pytest.raises(sqlite3.IntegrityError):
        connection.execute(f"UPDATE {table} SET {column} = 'nonsense'")


def test_the_labels_name_every_word(db):
    put(db)
    for kind, words in {
        "bound": model.Bound, "measure": model.Measure, "status": model.Status, "level": model.Level,
        "sector": model.Sector, "region_basis": model.RegionBasis,
    }.items():  # fmt: skip
        assert {code for (code,) in query(db, "SELECT code FROM words WHERE kind = ?", kind)} == set(words)


def test_the_known_migrations_are_those_there_are():
    assert SCHEMA == connection_module.KNOWN_MIGRATIONS


def test_foreign_keys_hold(db):
    put(db, make_extraction(), make_extraction("二\n共3所", (), name="b.txt", region=CANGSHAN))
    assert query(db, "PRAGMA foreign_key_check") == []
    assert query(db, "PRAGMA integrity_check") == [("ok",)]


def test_a_reader_cannot_write(db):
    put(db, make_extraction())
    connection = open_reader(db)
    for statement in ("DELETE FROM facts", "CREATE TABLE x (y)", "ATTACH 'z.db' AS z", "PRAGMA user_version = 3"):
        with pytest.raises(sqlite3.OperationalError):
            connection.execute(statement)
    connection.execute("PRAGMA query_only = 0")
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        connection.execute("DELETE FROM facts")


def test_a_reader_sees_one_moment(db):
    put(db, make_extraction())
    reader, kept = open_reader(db), open_reader(db, snapshot=False)
    asked = "SELECT count(*) FROM sources"
    assert reader.execute(asked).fetchone() == (1,)
    with one_moment(kept):
        assert kept.execute(asked).fetchone() == (1,)
        put(db, make_extraction("二\n共3所", (), name="b.txt", region=CANGSHAN))
        assert kept.execute(asked).fetchone() == (1,)
    assert kept.execute(asked).fetchone() == (2,)
    assert reader.execute(asked).fetchone() == (1,)
    assert count(db, "sources") == 2


@pytest.mark.parametrize("content", [b"not a database at all, but long enough to be looked at" * 50, b"\0" * 5000])
def test_a_file_that_is_no_database(db, content):
    db.write_bytes(content)
    for use in (open_reader, Store):
        with pytest.raises(StoreError, match=r"not a SQLite database|not one of Countyfacts"):
            use(db)
    assert db.read_bytes() == content


def test_a_database_of_another_program(db):
    connection = sqlite3.connect(db)
    connection.execute("CREATE TABLE theirs (x)")
    connection.close()
    with pytest.raises(StoreError, match="not one of Countyfacts"):
        open_reader(db)
    with pytest.raises(StoreError, match="another program"):
        Store(db)


def test_a_newer_database(db):
    put(db)
    connection = sqlite3.connect(db)
    connection.execute(
        "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('countyfacts', 'm999_later', '')"
    )
    connection.commit()
    connection.close()
    for use in (open_reader, Store):
        with pytest.raises(StoreError, match="newer version"):
            use(db)


def test_a_missing_database_says_how_to_make_it(db):
    with pytest.raises(StoreError, match="countyfacts ingest"):
        open_reader(db)


def test_a_writer_waits_for_another(db, monkeypatch):
    put(db)
    other = sqlite3.connect(db, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    timer = threading.Timer(0.5, lambda: other.execute("COMMIT"))
    timer.start()
    put(db, make_extraction())
    timer.join()
    assert count(db, "facts") == 3


def test_a_writer_that_waited_too_long_says_so(db, monkeypatch):
    put(db)
    monkeypatch.setattr(connection_module, "BUSY_SECONDS", 0.1)
    other = sqlite3.connect(db, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match="try again"):
        put(db, make_extraction())
    other.close()


def test_two_processes_may_make_the_same_database(db):
    code = f"from pathlib import Path; from pipeline.store.writer import Store; Store(Path({str(db)!r}))"
    running = [subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.PIPE) for _ in range(3)]
    for process in running:
        _, errors = process.communicate(timeout=60)
        assert process.returncode == 0, errors.decode()
    assert count(db, "indicators") == 71


def test_what_a_killed_ingest_left_undone_is_done_by_the_next(db):
    """Two sources of one text, and facts that contradict each other: linked and flagged although nothing new is read."""
    put(db, make_extraction(LONG), make_extraction("二\n" + LONG, (), name="b.txt"))
    assert count(db, "unsettled") > 0
    assert count(db, "duplicates") == 0
    with Store(db) as store:
        store.start_run(["x"])
        store.link_duplicates()
        store.settle()
    assert count(db, "unsettled") == 0
    assert count(db, "duplicates") == 1


def test_signatures_of_an_older_database_are_packed(db):
    put(db, make_extraction(LONG), make_extraction("二\n共3所", (), name="b.txt"))
    before = query(db, "SELECT * FROM signatures")
    assert sorted(told is None for _, told in before) == [False, True]
    with closing(sqlite3.connect(db)) as connection, connection:
        connection.execute("UPDATE signatures SET signature = NULL")
        connection.execute("DELETE FROM _sqlite_migrations WHERE name = 'm008_signatures_packed'")
    put(db)
    assert query(db, "SELECT * FROM signatures") == before
