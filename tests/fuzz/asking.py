"""Requests to the web pages and commands typed at random, over a small database."""

from __future__ import annotations

import asyncio
import csv
import os
import random
import shutil
import tempfile
from contextlib import chdir, redirect_stderr, redirect_stdout
from functools import cache
from io import BytesIO, StringIO, TextIOWrapper
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

from tests.fuzz import mutating

DATABASE = "COUNTYFACTS_FUZZ_DB"
"""The variable with the path of the database, where one process makes it for all."""

MARKUP = "<img src=x onerror=alert(9)>"
HOSTILE = f"{mutating.REPORT}二、下一步\n计划到2025年新增学位5000个，{MARKUP}，小学达到90所。\n=1+1，新增学位3200个。\n"

_kept: list[tempfile.TemporaryDirectory[str]] = []


@cache
def database() -> Path:
    """A database of two sources, one of which would like to be a page."""
    if DATABASE in os.environ:
        return Path(os.environ[DATABASE])
    _kept.append(tempfile.TemporaryDirectory(prefix="countyfacts-fuzz-"))
    return make_database(Path(_kept[0].name))


def make_database(folder: Path) -> Path:
    """Make the database in a folder."""
    from pipeline.engines import ingest  # noqa: PLC0415

    (folder / f"=1+1 {MARKUP.replace('/', '')}.txt").write_text(HOSTILE, encoding="utf-8")
    (folder / "b.txt").write_text(mutating.REPORT.replace("2021", "2022"), encoding="utf-8")
    path = folder / "facts.db"
    ingest([folder], path, processes=1)
    return path


@cache
def _application() -> Any:
    from pipeline.web import make_application  # noqa: PLC0415

    return make_application(database())


@cache
def _ids() -> tuple[str, ...]:
    from pipeline.store import Filters, facts  # noqa: PLC0415

    found = facts(database(), Filters())
    return tuple(sorted({*(fact.id for fact in found), *(fact.source for fact in found)}))


_PLACES = (
    "/", "/regions", "/indicators", "/sources", "/facts", "/facts.csv", "/fact/{}", "/fact/{}/why", "/region/{}", "/indicator/{}",
    "/source/{}", "/search", "/help", "/review", "/review/fact/{}", "/data", "/data.json", "/data.csv", "/data/{}", "/data/{}.csv",
    "/data/facts", "/data/facts/{}", "/data/facts.json", "/data/facts.csv", "/data/facts/{}.json", "/data/paragraphs.csv",
    "/static/{}", "/-/static/{}", "/-/{}", "/{}", "/{}/{}", "/data/-/{}",
)  # fmt: skip
_NAMES = (
    "q", "region", "indicator", "period", "status", "level", "measure", "sort", "page", "fact", "at", "lang", "panel", "queue",
    "after", "_sort", "_sort_desc", "_facet", "_facet_size", "_size", "_next", "_shape", "sql", "_where", "_search", "_col", "_nocol",
    "_trace", "_ttl", "_json", "_labels", "_dl", "_header", "_extra", "_timelimit", "id__gt", "value__contains", "region__in", "p0",
)  # fmt: skip
_VALUES = (
    "", "0", "1", "-1", "9" * 40, "1e309", "nan", "zh", "en", "xx", "350000", "140728", "苍山县", "school_places_added", "2021",
    "2021/2025", "../..", "%", "%00", "\x00", "\u202e", "a" * 3000, "'", "\"", "'; DROP TABLE facts; --", MARKUP, f'"{MARKUP}',
    "{{ 7*7 }}", "select * from facts", "select '=1+1'", "select randomblob(100)", "select 1/0 union select", "attach 'x' as x",
    "with recursive n(i) as (select 1 union all select i+1 from n limit 2000) select sum(i) from n", "*", "NEAR(a b)", "a OR", "(", "^",
    "facts", "sources", "paragraphs", "about", "sqlite_master", "id", "value", "array", "object", "arrays", "max", "on", "[1,", "{}",
    "site.css", "table.js", "../site.css", "app.css", "threads", "plugins", "metadata.json", "\ud800", "～", "ſ",
)  # fmt: skip
_HEADERS = (
    (b"accept", b"*/*"), (b"accept-language", b"en"), (b"cookie", b"ds_actor=x; ds_messages=y"), (b"cookie", b"\xff\xfe"),
    (b"if-none-match", b"x"), (b"range", b"bytes=0-9"), (b"origin", b"http://evil.example"), (b"x-forwarded-host", b"evil.example"),
    (b"content-type", b"application/json"), (b"authorization", b"Bearer x"), (b"content-length", b"-1"), (b"upgrade", b"websocket"),
)  # fmt: skip
_HOSTS = (b"127.0.0.1:8001",) * 9 + (b"localhost", b"evil.example", b"", b"[::1", b"\xff", b"127.0.0.1, evil.example")
STATUSES = {200, 301, 302, 303, 304, 400, 403, 404, 405, 413, 414, 415, 421}


def web(number: int) -> None:
    """A request: an answer that is no fault of the server's, with its policy, no markup of a source, no formula."""
    rng = random.Random(number)
    before = database().stat()
    words = (*_VALUES, *_ids(), *_ids())
    place = rng.choice(_PLACES)
    while "{}" in place:
        place = place.replace("{}", _quoted(rng.choice(words), rng), 1)
    query = "&".join(
        f"{rng.choice(_NAMES)}={_quoted(rng.choice(words), rng)}" for _ in range(rng.choice((0, 0, 1, 1, 2, 5)))
    )
    headers = [(b"host", rng.choice(_HOSTS)), *rng.sample(_HEADERS, rng.choice((0, 0, 1, 3)))]
    if rng.random() < 0.05:
        query = _cut(query, rng)
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "scheme": "http", "client": ("127.0.0.1", 9),
        "method": rng.choice(("GET",) * 12 + ("HEAD", "POST", "OPTIONS", "BREW")), "path": unquote(place), "root_path": "",
        "raw_path": place.encode("ascii", "replace"), "query_string": query.encode("ascii", "replace"), "headers": headers,
        "server": ("127.0.0.1", 8001),
    }  # fmt: skip
    with redirect_stderr(StringIO()):  # Datasette tells there of every query that fails
        status, answered, body = asyncio.run(_asked(scope))
    told = f"{scope['method']} {place}?{query} {headers}: {status}"
    assert status in STATUSES, told
    assert b"default-src 'none'" in answered[b"content-security-policy"], told
    kind = answered.get(b"content-type", b"")
    assert not (kind.startswith(b"text/html") and MARKUP.encode() in body), told
    if status == 200 and scope["path"].endswith(".csv"):
        cells = [cell for row in csv.reader(StringIO(body.decode("utf-8-sig"), newline="")) for cell in row]
        assert not any(cell.startswith(("=", "@")) for cell in cells), told
    after = database().stat()
    assert (before.st_size, before.st_mtime_ns) == (after.st_size, after.st_mtime_ns), told


def _quoted(text: str, rng: random.Random) -> str:
    data = text.encode("utf-8", "surrogatepass")
    return _cut(quote(data, safe=rng.choice(("", "/", "/~.:'()"))), rng)


def _cut(text: str, rng: random.Random) -> str:
    """Now and then with something broken in it."""
    if rng.random() < 0.9 or not text:
        return text
    at = rng.randrange(len(text))
    return (
        text[:at]
        + rng.choice(("%", "%f", "%ff", "~", "~ff", ";", "&", "=", ".", "//", ""))
        + text[at + rng.randint(0, 2) :]
    )


async def _asked(scope: dict[str, Any]) -> tuple[int, dict[bytes, bytes], bytes]:
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"token=x&do=confirm", "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    await _application()(scope, receive, send)
    body = b"".join(message.get("body", b"") for message in sent[1:])
    return sent[0]["status"], {name.lower(): value for name, value in sent[0]["headers"]}, body


_COMMANDS = (
    "text", "clean", "audit", "facts", "figures", "show", "explain", "search", "sql", "indicators", "regions", "backup", "compare",
    "promises", "diff", "ask", "check", "cite",
)  # fmt: skip
"""Those that need no other process, ask nothing and write, if at all, where they are told to."""
_OF_FILES = {"text", "clean", "audit"}
_WORDS = (
    "福建省", "140728", "新增学位数", "school_places_added", "2021", "2021/..", "9" * 22, "-1", "0", "", "csv", "json", "jsonl", "table",
    "zh", "en", "'; DROP TABLE facts; --", "\x1b[31m", "\u202e", "a" * 5000, "%", "\"", "*", "NEAR(", "none", "no/such/dir/x", "in",
    "SELECT * FROM facts", "ATTACH 'x.db' AS x", "SELECT zeroblob(1000000)", "PRAGMA user_version = 3", "planned", "basic", "\udcff",
    "WITH RECURSIVE", "，", "哪个县新增学位最多？", "苍山县2021年新增学位多少？", "facts.db", "b.txt", ".", "nan", "1e309", "x\ny",
)  # fmt: skip


@cache
def _options() -> dict[str, tuple[tuple[str, bool], ...]]:
    """The options of each command: its longest name, and whether it stands alone."""
    import typer  # noqa: PLC0415

    from pipeline.cli.main import app  # noqa: PLC0415

    commands = typer.main.get_command(app).commands
    return {
        name: tuple(
            (max(param.opts, key=len), bool(getattr(param, "is_flag", False)))
            for param in command.params
            if param.opts[0][0] == "-"
        )
        for name, command in commands.items()
    }


def command(number: int) -> None:
    """A command: an exit status and a line, never a trace; the database is as it was."""
    rng = random.Random(number)
    with tempfile.TemporaryDirectory() as folder, chdir(folder):
        shutil.copy(database(), "facts.db")
        Path("in").mkdir()
        name, data = mutating.document(number)
        Path(name).write_bytes(data)
        asked = rng.choice(_COMMANDS)
        words = [asked, *([name] if asked in _OF_FILES and rng.random() < 0.9 else [])]
        values = (*_WORDS, *_ids(), name)
        for _ in range(rng.choice((0, 1, 1, 2, 3, 5))):
            if rng.random() < 0.6 and _options()[asked]:
                option, alone = rng.choice(_options()[asked])
                words += [option] if alone else [option, rng.choice(values)]
            else:
                words.append(rng.choice(values))
        if "--db" in dict(_options()[asked]) and "--db" not in words:
            words += ["--db", "facts.db"]
        code, said = _typed(words)
        assert code in (0, 1, 2, 3), (words, code)
        assert "Traceback" not in said, words


def _typed(words: list[str]) -> tuple[int, str]:
    from pipeline.cli.main import main  # noqa: PLC0415

    out, err = TextIOWrapper(BytesIO(), encoding="utf-8"), StringIO()
    environment = dict(os.environ)  # where --catalogue leaves its file
    try:
        with redirect_stdout(out), redirect_stderr(err):
            main(words)
    except SystemExit as ended:
        return int(ended.code or 0), err.getvalue()
    finally:
        os.environ.clear()
        os.environ.update(environment)
    return 0, err.getvalue()
