"""Killed at random moments and started again: the same files, and nothing complete is fetched twice.

``make long-scrape`` kills twenty times (COUNTYFACTS_KILLS), ``make test`` three times.
"""

import contextlib
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time

import pytest

from pipeline.errors import UsageError
from pipeline.scraping import scrape
from tests.scraping.columns import MATCH, PAGES, Columns
from tests.scraping.server import serve
from tests.scraping.stored import files, notes

KILLS = int(os.environ.get("COUNTYFACTS_KILLS", "3"))
SIZES = (70, 70, 60) if KILLS > 10 else (18, 18, 16)


def complete(folder):
    """The addresses that came whole so far: those with a note, and those in the state."""
    found = set(notes(folder))
    with contextlib.closing(sqlite3.connect(folder / ".state.db")) as db, contextlib.suppress(sqlite3.OperationalError):
        found |= {address for (address,) in db.execute("SELECT address FROM pages")}
    return found


def begin(job, by_hand):
    """The crawl in its process, or the command that starts it."""
    if by_hand:
        child = subprocess.Popen([sys.executable, "-m", "pipeline.scraping.child"], stdin=subprocess.PIPE,
                                 stdout=subprocess.DEVNULL)  # fmt: skip
        child.stdin.write(job.model_dump_json().encode() + b"\n")
        child.stdin.flush()
        return child
    program = f"from pipeline.scraping import Job, scrape; scrape(Job.model_validate_json({job.model_dump_json()!r}))"
    return subprocess.Popen([sys.executable, "-c", program])


def wait_for(condition, seconds=60):
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "nothing came"
        time.sleep(0.005)


def test_killed_at_random_moments(job, tmp_path):
    moments = random.Random(20240506)
    columns = Columns(SIZES)
    columns.site.slowness = 0.01
    with serve(columns.site) as site:
        asked = job(columns=[site.base + path for path in columns.columns], pages=PAGES, match=MATCH)
        before = []
        for kill in range(KILLS):
            until = len(site.log) + moments.randint(1, sum(SIZES) // KILLS)
            process = begin(asked, by_hand=kill % 2 == 0)
            wait_for(lambda until=until, process=process: len(site.log) >= until or process.poll() is not None)
            time.sleep(moments.uniform(0, 0.05))
            process.send_signal(signal.SIGKILL)
            process.wait()
            if process.stdin:
                process.stdin.close()
            time.sleep(0.3)  # the crawl of a killed caller ends by itself
            before.append((len(site.log), complete(asked.folder)))
        last = scrape(asked)
        assert last.resumed
        assert len({found for _, done in before for found in done}) > KILLS, "the kills came before anything was done"
        for at, done in before:
            again = {site.base + request.path for request in site.log[at:]}
            assert not again & done, "what was complete was fetched again"
        whole = asked.model_copy(update={"folder": tmp_path / "whole"})
        scrape(whole)
    assert files(asked.folder) == files(whole.folder)
    assert {path.removeprefix(site.base) for path in notes(asked.folder)} == columns.wanted | columns.files
    assert not list(asked.folder.glob("??/.writing-*"))


@pytest.mark.parametrize("lost", ["removed", "damaged"])
def test_a_lost_state_is_made_anew_from_the_notes(job, lost):
    columns = Columns(sizes=(0, 8, 0))
    with serve(columns.site) as site:
        asked = job(columns=[site.base + columns.columns[1]])
        scrape(asked)
        for path in asked.folder.glob(".state.db*"):
            path.unlink()
        if lost == "damaged":
            (asked.folder / ".state.db").write_bytes(b"no database at all, but long enough to be taken for one" * 100)
        at = len(site.log)
        scrape(asked)
        again = {request.path: request.status for request in site.log[at:]}
        assert {again[path] for path in again if path.endswith((".html", ".pdf", ".docx", ".xls"))} == {304}


def test_two_at_a_time_in_one_folder_are_refused(site, job):
    site.pages["/slow.html"] = lambda handler: time.sleep(30)
    process = begin(job(f"{site.base}/slow.html"), by_hand=True)
    try:
        wait_for((job().folder / ".state.db").exists)
        with pytest.raises(UsageError, match="another scrape is writing"):
            scrape(job(f"{site.base}/a.html"))
    finally:
        process.kill()
        process.stdin.close()
        process.wait()
