"""The process of a crawl: reads a job from standard input, tells what happens as lines of JSON on standard output.

It is one of its own because Twisted's reactor can be started once only, and so that nothing of it is left behind.
It ends when its caller does: the pipe that the job came through is then closed.
"""

from __future__ import annotations

import fcntl
import json
import logging
import os
import sys
import threading
import time
from pathlib import Path
from typing import Any

from scrapy.crawler import CrawlerProcess

from pipeline.scraping.job import Job, Outcome
from pipeline.scraping.manners import AGENT, Budget
from pipeline.scraping.resolving import ALLOW_PRIVATE
from pipeline.scraping.spider import ReportSpider
from pipeline.scraping.state import State
from pipeline.scraping.storing import Files

BUSY = 75
"""Exit status where another crawl writes into the folder (EX_TEMPFAIL)."""
_LOCK = ".lock"
_PATIENCE = 5.0
_ORPHANED = 3


def main() -> None:
    """Run the job that comes on standard input."""
    job = Job.model_validate_json(sys.stdin.buffer.readline())
    threading.Thread(target=_die_with_caller, daemon=True).start()
    job.folder.mkdir(parents=True, exist_ok=True)
    lock = _lock(job.folder)
    if lock is None:
        sys.exit(BUSY)
    crawl(job)


def crawl(job: Job) -> None:
    """Crawl, and write outcomes and the end as lines of JSON."""
    files = Files(job.folder)
    files.sweep()
    state = State(job.folder, job.key)
    budget = Budget(job.manners)

    def emit(outcome: Outcome) -> None:
        _say({"outcome": outcome.model_dump(mode="json"), "fetched": budget.fetched, "bytes": budget.bytes})

    began = time.monotonic()
    process = CrawlerProcess(settings_of(job))
    logging.getLogger("scrapy").setLevel(logging.CRITICAL)
    process.crawl(ReportSpider, job=job, progress=state, files=files, budget=budget, emit=emit)
    process.start(install_signal_handlers=False)
    if budget.stopped is None:
        state.finish()
    state.close()
    _say({
        "end": {"stopped": budget.stopped, "resumed": state.resumed, "seconds": time.monotonic() - began},
        "fetched": budget.fetched, "bytes": budget.bytes,
    })  # fmt: skip


def settings_of(job: Job) -> dict[str, Any]:
    """Scrapy's settings for a job."""
    from pipeline.store.version import program_version  # noqa: PLC0415

    m = job.manners
    contact = f"; {m.contact}" if m.contact else ""
    ours = "pipeline.scraping"
    scrapys = "scrapy.downloadermiddlewares"
    return {
        "USER_AGENT": f"{AGENT}/{program_version()} (gets public reports on schools; see docs/scraping.md{contact})",
        "ROBOTSTXT_USER_AGENT": AGENT,
        "ROBOTSTXT_OBEY": True,
        "DEFAULT_REQUEST_HEADERS": {
            "Accept": "text/html,application/xhtml+xml,*/*;q=0.8", "Accept-Language": "zh-CN,zh;q=0.9,en;q=0.5",
        },
        "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
        "DOWNLOAD_DELAY": m.delay,
        "DOWNLOAD_DELAY_JITTER": 0,
        "AUTOTHROTTLE_ENABLED": True,
        "AUTOTHROTTLE_START_DELAY": m.delay,
        "AUTOTHROTTLE_TARGET_CONCURRENCY": 1.0,
        "DOWNLOAD_TIMEOUT": m.timeout,
        "DOWNLOAD_MAXSIZE": m.max_file_bytes,
        "DOWNLOAD_WARNSIZE": 0,
        "RETRY_TIMES": m.retries,
        "REDIRECT_MAX_TIMES": 10,
        "METAREFRESH_MAXDELAY": 5,
        "HTTPERROR_ALLOW_ALL": True,
        "HTTPPROXY_ENABLED": False,
        "TWISTED_DNS_RESOLVER": f"{ours}.resolving.CheckedResolver",
        ALLOW_PRIVATE: job.allow_private,
        "DOWNLOAD_HANDLERS": {
            "http": f"{ours}.manners.PoliteHandler", "https": f"{ours}.manners.PoliteHandler", "data": None,
            "file": None, "ftp": None, "s3": None,
        },
        "DOWNLOADER_MIDDLEWARES": {
            f"{scrapys}.offsite.OffsiteMiddleware": None,
            f"{ours}.remembering.Remembering": 90,
            f"{scrapys}.robotstxt.RobotsTxtMiddleware": None,
            f"{ours}.manners.Robots": 100,
            f"{scrapys}.retry.RetryMiddleware": None,
            f"{ours}.manners.PatientRetry": 550,
        },
        "EXTENSIONS": {"scrapy.extensions.throttle.AutoThrottle": None, f"{ours}.manners.Throttle": 0},
        "TELNETCONSOLE_ENABLED": False,
        "REMOTE_CONTROL_ENABLED": False,
        "LOG_ENABLED": False,
        "LOG_INSTALL_ROOT_HANDLER": False,
        "WARN_ON_GENERATOR_RETURN_VALUE": False,
        "STATS_DUMP": False,
        "LOGSTATS_INTERVAL": 0,
        "SCHEDULER_MEMORY_QUEUE": "scrapy.squeues.FifoMemoryQueue",
    }  # fmt: skip


def _say(event: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(event, ensure_ascii=True) + "\n")
    sys.stdout.flush()


def _lock(folder: Path) -> int | None:
    """Lock the folder until this process ends; None where another holds it. One that was just killed gets a moment."""
    handle = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT, 0o644)
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            if time.monotonic() > until:
                return None
            time.sleep(0.05)
        else:
            return handle


def _die_with_caller() -> None:
    while os.read(sys.stdin.fileno(), 1024):  # not by the buffer of sys.stdin, whose lock would be held at the end
        pass
    os._exit(_ORPHANED)


if __name__ == "__main__":
    main()
