"""Who may ask, what may be asked, and what a browser may do with the answer."""

import asyncio
import csv
import io
import shutil
import socket
import sqlite3

import pytest
from datasette.app import Datasette

from pipeline.errors import StoreError, UsageError
from pipeline.web import Address, bind, make_application
from pipeline.web.application import make_datasette
from pipeline.web.guard import allowed_host
from tests.web.asking import Client

HOSTS = [
    ("127.0.0.1:8001", True),
    ("127.0.0.1", True),
    ("localhost:9999", True),
    ("LOCALHOST", True),
    ("localhost.", True),
    ("[::1]:8001", True),
    ("192.168.1.7:8001", True),
    ("office-pc:8001", True),
    ("evil.example", False),
    ("127.0.0.1.evil.example", False),
    ("localhost.evil.example:8001", False),
    ("", False),
    ("[evil.example]", False),
    ("2130706433", False),
    ("[::1", False),
    ("::1", False),
    ("127.0.0.1:x", False),
    ("127.0.0.1, evil.example", False),
    ("127.0.0.1@evil.example", False),
]


@pytest.mark.parametrize(("header", "allowed"), HOSTS)
def test_only_our_own_names_are_answered(header, allowed):
    assert allowed_host(header, ["office-pc"]) is allowed


def test_a_page_elsewhere_cant_have_its_name_lead_here(client):
    answer = client.get("/", headers={"host": "evil.example"})
    assert answer.status_code == 421
    assert "--host" in answer.text
    assert client.get("/", headers={"host": ""}).status_code == 421


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_nothing_but_reading(client, method):
    answer = client.request(method, "/data")
    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET, HEAD"


@pytest.mark.parametrize(
    "path", ["/-/threads", "/-/databases", "/-/plugins", "/-/metadata", "/-/auth-token", "/-/logout"]
)
def test_pages_about_the_server_are_closed(client, path):
    assert client.get(path).status_code == 404


PATHS = ["/", "/facts", "/data", "/data/facts", "/nothing", "/static/site.css", "/-/static/table.js"]


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_has_its_headers(client, path):
    answer = client.get(path)
    policy = dict(part.strip().split(" ", 1) for part in answer.headers["content-security-policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"
    assert ("style-src-attr" in policy) == path.startswith("/data")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "same-origin"
    assert "access-control-allow-origin" not in answer.headers


WRITES = ["delete from facts", "update facts set value = 1", "attach 'x.db' as x", "pragma user_version = 3", "drop table facts",
          "select load_extension('x')", "with a as (select 1) insert into about values ('a', 'b')"]  # fmt: skip


@pytest.mark.parametrize("sql", WRITES)
def test_sql_cant_write(client, db, sql):
    before = db.read_bytes()
    assert client.get("/data.json", params={"sql": sql}).status_code == 400
    assert db.read_bytes() == before


def test_connections_cant_write(db):
    database = make_datasette(db).databases["data"]
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        asyncio.run(database.ask(lambda connection: connection.execute("DELETE FROM facts")))
    with pytest.raises(ValueError, match="reading"):
        database.connect(write=True)


def test_a_query_that_never_ends_is_stopped(client):
    sql = "with recursive n(i) as (select 1 union all select i + 1 from n) select count(*) from n"
    answer = client.get("/data.json", params={"sql": sql})
    assert answer.status_code == 400
    assert "took too long" in answer.text
    assert "script" not in answer.text


def test_a_taken_port_is_told(db):
    taken = bind(Address(port=0))
    try:
        with pytest.raises(UsageError, match="--port"):
            bind(Address(port=taken.getsockname()[1]))
    finally:
        taken.close()
    with pytest.raises(UsageError, match="not an address"):
        bind(Address("no.such.host.invalid", 0))


def test_who_asks_before_the_server_runs_waits():
    listener = bind(Address(port=0))
    try:
        socket.create_connection(listener.getsockname(), timeout=5).close()
    finally:
        listener.close()


def test_a_missing_database_is_told(tmp_path):
    with pytest.raises(StoreError, match="ingest"):
        make_application(tmp_path / "none.db")


def test_datasettes_of_others_are_left_alone(client, tmp_path):
    other = Client(Datasette([], memory=True).app(), "http://localhost")
    assert "Datasette" in other.get("/").text
    assert other.get("/regions").status_code == 404


def test_a_database_that_goes_away_is_told_in_the_page(db, tmp_path):
    path = tmp_path / "facts.db"
    shutil.copy(db, path)
    application = make_application(path)
    path.unlink()
    answer = Client(application).get("/")
    assert answer.status_code == 503
    assert "no such database" in answer.text


@pytest.mark.parametrize("path", ["/data.csv", "/data.csv?_dl=1"])
def test_no_cell_of_a_downloaded_table_is_a_formula(client, path):
    sql = "select '=1+1' as a, '-0.5' as b, ' @x' as c, 'd,\n\"e' as d union all select 'x', 2, null, ''"
    answer = client.get(path, params={"sql": sql, **({"_dl": "1"} if "_dl" in path else {})})
    assert list(csv.reader(io.StringIO(answer.text, newline=""))) == [
        ["a", "b", "c", "d"], ["'=1+1", "-0.5", "' @x", 'd,\n"e'], ["x", "2", "", ""],
    ]  # fmt: skip


def test_a_table_is_downloaded_whole(client):
    rows = list(csv.reader(io.StringIO(client.get("/data/facts.csv?_size=max").text, newline="")))
    told = client.get("/data/facts.json?_size=max&_shape=arrays").json()
    assert rows[0] == told["columns"]
    assert len(rows) == len(told["rows"]) + 1 > 20
    assert client.get("/data/none.csv").status_code == 404


@pytest.mark.parametrize(
    "path", ["/data.csv", "/data/facts.json?_sort=none", "/data/facts.csv?_sort_desc=none", "/data/facts?_timelimit=x"]
)
def test_what_datasette_stumbles_over_is_no_fault_of_the_server(client, path, capsys):
    answer = client.get(path)
    assert answer.status_code == 400
    assert "Traceback" not in answer.text + capsys.readouterr().err


@pytest.mark.parametrize(
    "path", ["/static/" + "a" * 3000, "/-/static/" + "a" * 3000, "/static/a%00b", "/static/../guard.py"]
)
def test_names_that_no_file_has(client, path, capsys):
    assert client.get(path).status_code == 404
    assert "Traceback" not in capsys.readouterr().err


def test_cookies_that_are_no_text_are_left_aside(client):
    assert client.get("/data", headers={"cookie": b"a=\xff\xfe"}).status_code == 200
