"""Measure the pages of the browser over a large database: the seconds of each, asked three times.

    python benchmarks/store/million.py outputs/samples.db /tmp/million.db
    python benchmarks/web/pages.py /tmp/million.db

The pages are asked without a network. The time of the processor is told beside, for a machine that has other work.
Exits with status 1 where the median of a page is over a second.
"""

from __future__ import annotations

import asyncio
import sqlite3
import statistics
import sys
import time
from pathlib import Path

import httpx

from pipeline.web import make_application

LIMIT = 1.0
RUNS = 3


def paths_of(db: Path) -> list[str]:
    """A page of every kind, of what the database has most of."""
    connection = sqlite3.connect(f"{db.resolve().as_uri()}?mode=ro", uri=True)

    def first(query: str) -> str:
        return str(connection.execute(query).fetchone()[0])

    region = first("SELECT region FROM facts WHERE region IS NOT NULL GROUP BY region ORDER BY count(*) DESC LIMIT 1")
    indicator = first("SELECT indicator FROM facts GROUP BY indicator ORDER BY count(*) DESC LIMIT 1")
    source = first("SELECT id FROM sources ORDER BY characters DESC LIMIT 1")
    fact = first("SELECT id FROM facts LIMIT 1")
    connection.close()
    return [
        "/", "/regions", "/indicators", "/sources", f"/region/{region}", f"/region/{region[:2]}0000",
        f"/indicator/{indicator}", f"/indicator/{indicator}?year=2020", f"/indicator/{indicator}?within=350000",
        "/facts", "/facts?region=福建省", f"/facts?indicator={indicator}", "/facts?status=planned", "/facts?year=2020",
        f"/facts?region=福建省&indicator={indicator}&level=primary", f"/fact/{fact}", f"/source/{source}",
        "/search?q=学位", "/search?q=义务教育 学校", "/data", "/data/facts", f"/data/facts?indicator={indicator}",
        f"/data/facts?region={region}", "/data/facts_named", "/data/sources", "/data/figures", "/help",
    ]  # fmt: skip


async def measure(db: Path) -> bool:
    """Ask every page and print its times; whether all were quick enough."""
    quick = True
    transport = httpx.ASGITransport(app=make_application(db))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1", timeout=None) as client:
        for path in paths_of(db):
            seconds = []
            began = time.process_time()
            for _ in range(RUNS):
                start = time.perf_counter()
                answer = await client.get(path)
                seconds.append(time.perf_counter() - start)
            busy = (time.process_time() - began) / RUNS
            middle = statistics.median(seconds)
            quick = quick and middle <= LIMIT and answer.status_code == 200
            times = f"{middle:6.2f} s  first {seconds[0]:5.2f} s  of the processor {busy:5.2f} s"
            print(f"{times}  {answer.status_code}  {len(answer.content):>9,}  {path}", flush=True)
    return quick


if __name__ == "__main__":
    sys.exit(0 if asyncio.run(measure(Path(sys.argv[1]))) else 1)
