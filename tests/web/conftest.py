"""A database of a few invented reports, an application over it, a server, and a browser where there is one."""

import shutil
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn
from selenium import webdriver

from pipeline.engines import ingest
from pipeline.store import Filters, facts
from pipeline.web import Address, bind, make_application
from tests.web.asking import Client

SAMPLES = Path(__file__).parents[2] / "corpora/samples"
HOSTILE = """平遥县2021年教育工作总结

2021年，平遥县共有小学8l所，专任教师1203人，新增学位3200个。
计划到2025年新增学位5000个，{{ 7*7 }}，"><b onmouseover=alert(1)>&amp;</p></mark>，小学达到90所。
"""
NAME = 'x"><img src=x onerror=alert(2)>.txt'
TITLE = "</title><script>alert(1)</script>平遥县2021年教育工作总结"
YEARS = ("2022", "2023")


@pytest.fixture(scope="session")
def db(tmp_path_factory) -> Path:
    """The samples, a report that would like to be a page, and two more years of one county."""
    folder = tmp_path_factory.mktemp("web")
    (folder / NAME).write_text(HOSTILE, encoding="utf-8")
    for number, year in enumerate(YEARS):
        text = f"平遥县{year}年教育工作总结\n\n{year}年，平遥县共有小学{70 - number}所，专任教师{1300 + number}人。\n"
        (folder / f"{year}.txt").write_text(text, encoding="utf-8")
    path = folder / "facts.db"
    samples = [SAMPLES / name for name in ("work-summary.txt", "scan-ocr.txt", "dump-interleaved.txt", "clone.html")]
    ingest([*samples, folder / NAME, *(folder / f"{year}.txt" for year in YEARS)], path, processes=1)
    connection = sqlite3.connect(path)
    with connection:
        connection.execute(
            "UPDATE reports SET title = ?, publisher = ? WHERE source IN (SELECT source FROM source_paths WHERE path LIKE ?)",
            (TITLE, TITLE, "%onerror%"),
        )
    connection.close()
    return path


@pytest.fixture(scope="session")
def client(db) -> Client:
    return Client(make_application(db))


@pytest.fixture(scope="session")
def fact(db):
    """A fact with a repaired number, of the hostile report."""
    return next(fact for fact in facts(db, Filters()) if fact.path.endswith(NAME) and "8l" in fact.number)


@pytest.fixture(scope="session")
def server(db) -> Iterator[str]:
    """The address of a server on a free port."""
    listener = bind(Address(port=0))
    server = uvicorn.Server(uvicorn.Config(make_application(db), log_level="warning"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    thread.join(10)


@pytest.fixture(scope="session")
def browser(tmp_path_factory):
    """Headless Chromium; tests that need it are skipped without."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    driver = shutil.which("chromedriver")
    if not chromium or not driver:
        pytest.skip("no Chromium with its driver here (Debian: apt-get install chromium chromium-driver)")
    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    for argument in (
        "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-dev-shm-usage",
        "--disable-background-networking", "--disable-component-update", "--disable-sync",
        f"--user-data-dir={tmp_path_factory.mktemp('chromium')}",
    ):  # fmt: skip
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    found = webdriver.Chrome(options=options, service=webdriver.ChromeService(driver))
    yield found
    found.quit()
