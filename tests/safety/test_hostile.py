"""Data files, models and databases from others: loaded without running anything, opened without changing anything."""

import io
import json
import os
import sqlite3
import subprocess
import sys
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest
from sklearn.linear_model import LogisticRegression

from pipeline.engines.extracting import seconds_for
from pipeline.engines.walking import Candidate
from pipeline.errors import Refused, ResourceError, UsageError
from pipeline.learning.skops_files import read_skops, write_skops
from pipeline.limits import SCAN_SECONDS, SOURCE_SECONDS
from pipeline.reading import read_source
from pipeline.resources import load_user_yaml
from pipeline.store import open_reader, sql
from pipeline.store.writer import Store
from tests.reading.office_files import word_file, xlsx

EVIL_YAML = (
    "!!python/object/apply:pathlib.Path.touch [{place}]",
    "!!python/object/apply:os.system ['touch {place}']",
    "!!python/object/new:pathlib.PosixPath [{place}]",
)


@pytest.mark.parametrize("text", EVIL_YAML)
def test_yaml_makes_nothing_but_data(tmp_path, text):
    place, file = tmp_path / "touched", tmp_path / "own.yaml"
    file.write_text(text.format(place=place), encoding="utf-8")
    with pytest.raises(ResourceError, match=r"own\.yaml"):
        load_user_yaml(file, dict)
    assert not place.exists()


@pytest.mark.parametrize(
    "text", ["[" * 300_000, "{a: " * 300_000, "- " * 300_000, "a: " + "9" * 5000, "a: 2021-13-45", "a: 1" + ":1" * 3000]
)
def test_yaml_ends_in_a_word_whatever_stands_in_it(tmp_path, text):
    """In a process of its own: the C library has overflowed its stack before."""
    (tmp_path / "regions.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "a.txt").write_text("苍山县2021年教育工作总结\n新建学校3所。\n", encoding="utf-8")
    command = [sys.executable, "-m", "pipeline", "ingest", ".", "--db", "facts.db", "--processes", "1"]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    run = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert run.returncode == 2, run.stderr[-500:]
    assert "regions.yaml" in run.stderr
    assert "Traceback" not in run.stderr


def test_a_model_of_types_that_are_not_known_is_not_loaded(tmp_path):
    path = tmp_path / "model.skops"
    write_skops(LogisticRegression().fit([[0], [1]], [0, 1]), path)
    assert read_skops(path).predict([[1]]) == [1]
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    schema = json.loads(parts["schema.json"])
    schema.update(__class__="Popen", __module__="subprocess", __loader__="TypeNode")
    parts["schema.json"] = json.dumps(schema).encode()
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    with pytest.raises(Exception, match=r"[Uu]ntrusted"):
        read_skops(path)


WRITES = (
    "DELETE FROM facts",
    "PRAGMA query_only = 0; DELETE FROM facts",
    "PRAGMA writable_schema = 1",
    "UPDATE about SET value = 'x'",
    "VACUUM INTO '{place}'",
    "ATTACH '{place}' AS other",
    "CREATE TEMP TABLE t (x)",
    "SELECT writefile('{place}', 'x')",
    "SELECT load_extension('{place}')",
    "WITH a AS (SELECT 1) INSERT INTO about VALUES ('x', 'y')",
)


@pytest.mark.parametrize("query", WRITES)
def test_a_query_changes_nothing(tmp_path, query):
    db, place = tmp_path / "facts.db", tmp_path / "written"
    with Store(db):
        pass
    before = contents(db)
    with suppress(UsageError):
        sql(db, query.format(place=place))
    assert contents(db) == before
    assert not place.exists()


def contents(db):
    with sqlite3.connect(db) as connection:
        return list(connection.iterdump())


def test_no_connection_of_a_reader_ever_writes(tmp_path):
    """By the connection itself: what undoes one guard meets the other."""
    db = tmp_path / "facts.db"
    with Store(db):
        pass
    reader = open_reader(db)
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        reader.execute("DELETE FROM about")
    reader.execute("PRAGMA query_only = 0")
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        reader.execute("DELETE FROM about")
    reader.close()


PARTS = {
    "a.docx": (word_file(["全县现有小学12所。"]), "word/document.xml", "全县"),
    "a.xlsx": (
        xlsx('<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>全县小学12所</t></is></c></row></sheetData>'),
        "xl/worksheets/sheet1.xml",
        "全县",
    ),
}


@pytest.mark.parametrize("name", PARTS)
def test_xml_entities_stand_for_nothing(tmp_path, name):
    """Neither a file of this machine that a document names, nor what it says itself, a billion times, is read into it."""
    data, part, words = PARTS[name]
    secret = tmp_path / "secret.txt"
    secret.write_text("秘密八百八十八")
    more = "".join(f'<!ENTITY e{n + 1} "{f"&e{n};" * 10}">' for n in range(4))
    declared = f'<!DOCTYPE a [<!ENTITY s SYSTEM "{secret.as_uri()}"><!ENTITY e0 "秘密">{more}]>'
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {inner: archive.read(inner) for inner in archive.namelist()}
    text = parts[part].decode()
    body = text.partition("?>")[2] if text.startswith("<?xml") else text
    parts[part] = (
        f'<?xml version="1.0" encoding="utf-8"?>{declared}{body.replace(words, f"{words}&s;&e4;", 1)}'.encode()
    )
    assert b"&s;" in parts[part]
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for inner, content in parts.items():
            archive.writestr(inner, content)
    try:
        layer = read_source(buffer.getvalue(), name).layer
    except Refused:
        return
    assert "秘密" not in layer.text


def test_every_source_has_its_time():
    assert seconds_for(Candidate("a.txt", Path("a.txt"))) == SOURCE_SECONDS
    assert SOURCE_SECONDS <= seconds_for(Candidate("a.pdf", Path("a.pdf"))) <= SCAN_SECONDS <= 3600
