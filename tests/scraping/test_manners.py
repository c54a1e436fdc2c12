"""robots.txt, the delay, one request at a time, who we are: as the server's log shows."""

import threading
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from pipeline.scraping import Fate, scrape
from pipeline.scraping.manners import retry_after
from tests.scraping.server import Reply, article, listing

REPORTS = [(f"/r{n}.html", f"青禾县教育工作情况通报第{n}期", "2024-01-02") for n in range(4)]


@pytest.fixture
def column(site):
    site.page("/list.html", listing(REPORTS))
    for path, title, _ in REPORTS:
        site.page(path, article(title, ["新增学位5个。"]))
    return f"{site.base}/list.html"


def gaps(site):
    return [second.at - first.at for first, second in zip(site.log, site.log[1:], strict=False)]


def test_the_delay_is_kept_and_we_say_who_we_are(site, column, job):
    scrape(job(columns=[column], pages=1, delay=0.4, contact="survey@example.edu"))
    assert site.paths()[:2] == ["/robots.txt", "/list.html"]
    assert len(site.log) == 6
    assert min(gaps(site)) >= 0.35
    assert all(r.agent.startswith("Countyfacts/") and "survey@example.edu" in r.agent for r in site.log)


def test_robots_txt_is_obeyed_also_its_delay(site, column, job):
    site.page("/robots.txt", "User-agent: *\nCrawl-delay: 0.3\nDisallow: /r2\n\nUser-agent: Other\nDisallow: /\n")
    summary = scrape(job(columns=[column], pages=1))
    assert [(o.address.removeprefix(site.base), o.reason) for o in summary.of(Fate.REFUSED)] == [
        ("/r2.html", "robots.txt forbids it")
    ]
    assert "/r2.html" not in site.paths()
    assert min(gaps(site)[1:]) >= 0.25


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (Reply(500, b"error"), "status 500"),
        (Reply(429, b"", {"Retry-After": "86400"}), "status 429: asks to come back in 86,400 seconds"),
        (Reply(200, b"", pause=3), "took too long (--timeout)"),
    ],
)
def test_a_server_that_fails_to_show_its_robots_txt_is_left_alone(site, column, job, reply, reason):
    site.pages["/robots.txt"] = reply
    summary = scrape(job(columns=[column], pages=1, timeout=0.5))
    assert [o.fate for o in summary.outcomes] == [Fate.FAILED]
    assert summary.outcomes[0].reason == f"its robots.txt can't be got now: {reason}"
    assert set(site.paths()) == {"/robots.txt"}


def test_a_server_without_robots_txt_is_read(site, column, job):
    del site.pages["/robots.txt"]
    assert len(scrape(job(columns=[column], pages=1)).of(Fate.NEW)) == len(REPORTS)


def test_one_request_at_a_time(site, job):
    running, most, lock = [0], [0], threading.Lock()

    def answer(handler):
        with lock:
            running[0] += 1
            most[0] = max(most[0], running[0])
        threading.Event().wait(0.03)
        with lock:
            running[0] -= 1
        return Reply(200, article(f"青禾县工作总结{handler.path}", ["新增学位5个。"]).encode())

    paths = [f"/{n}.html" for n in range(8)]
    site.pages |= dict.fromkeys(paths, answer)
    assert len(scrape(job(*(site.base + path for path in paths))).of(Fate.NEW)) == 8
    assert most == [1]


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (b"120", 120),
        (b" 0 ", 0),
        (b"Mon, 06 May 2019 07:08:09 GMT", 0),
        (b"soon", None),
        (b"-5", None),
        (b"", None),
        (None, None),
    ],
)
def test_retry_after(value, seconds):
    assert retry_after(value) == seconds


def test_retry_after_a_date_to_come():
    date = format_datetime(datetime.now(UTC) + timedelta(seconds=90), usegmt=True)
    assert 80 < retry_after(date.encode()) <= 90
