"""Make a database of a million facts out of a real one, and measure the commands that ask it.

    python benchmarks/store/million.py outputs/samples.db /tmp/million.db
    python benchmarks/store/million.py --measure /tmp/million.db

Every source is copied many times over, with its text, reports, figures and facts; each copy is about other regions and
other years, so that all of the country and thirty years are filled. The files that the copies name don't exist. The
measure is the time of whole commands, start of the interpreter included: the median wall time of five runs, and the
least processor time, which says more on a machine that has other work.
"""

from __future__ import annotations

import argparse
import re
import resource
import shutil
import sqlite3
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from pipeline.store.words import spaced

FACTS = 1_000_000
YEARS = 30
STEP = 101
"""Each copy is moved by so many regions; it shares no divisor with the numbers of provinces, prefectures, counties."""
RUNS = 5
LIMIT = 1.0
"""Seconds that a question about a province may take."""
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_COPIED = ("sources", "source_paths", "layers", "reports", "paragraphs", "figures", "facts")
COMMANDS: tuple[tuple[str, ...], ...] = (
    ("facts", "--province", "福建省"),
    ("facts", "--province", "福建省", "--indicator", "新增学位数", "--format", "csv"),
    ("facts", "--region", "晋安区"),
    ("facts", "--indicator", "schools", "--limit", "20"),
    ("facts", "--limit", "20"),
    ("search", "学位"),
    ("search", "学位", "幼儿园"),
    ("compare", "--province", "福建省"),
    ("compare", "--peers", "晋安区"),
    ("compare", "--province", "福建省", "--period", "2020"),
    ("promises", "--peers", "晋安区"),
    ("ask", "福建各区2021年以来新增学位"),
)


def make(source: Path, target: Path) -> int:
    """Copy the database and fill the copy up to a million facts; returns how many it has."""
    shutil.copy(source, target)
    db = sqlite3.connect(target, isolation_level=None)
    db.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA foreign_keys = OFF;")
    names = dict(db.execute("SELECT adcode, name FROM regions"))
    peers: dict[str, list[str]] = {}
    place: dict[str, tuple[list[str], int]] = {}
    for code, level in db.execute("SELECT adcode, level FROM regions ORDER BY adcode"):
        same = peers.setdefault(level, [])
        place[code] = same, len(same)
        same.append(code)

    def moved(code: str | None, copy: int) -> str | None:
        if code is None:
            return None
        same, number = place[code]
        return same[(number + copy * STEP) % len(same)]

    def shifted(text: str | None, copy: int) -> str | None:
        return None if text is None else _YEAR.sub(lambda m: str(int(m[0]) - copy % YEARS), text)

    db.create_function("moved", 2, moved, deterministic=True)
    db.create_function("moved_name", 2, lambda code, copy: names.get(moved(code, copy)), deterministic=True)
    db.create_function("shifted", 2, shifted, deterministic=True)
    (there,) = db.execute("SELECT count(*) FROM facts").fetchone()
    copies = max(0, -(-FACTS // there) - 1)
    db.execute("CREATE TEMP TABLE copies (k INTEGER PRIMARY KEY)")
    db.executemany("INSERT INTO copies VALUES (?)", [(k,) for k in range(1, copies + 1)])
    originals = db.execute("SELECT id, text FROM paragraphs ORDER BY id").fetchall()
    highest = max((number for number, _ in originals), default=0)
    db.execute("BEGIN")
    for table in _COPIED:
        db.execute(_copying(db, table, highest))
    words = [(number, spaced(text)) for number, text in originals]
    for k in range(1, copies + 1):
        rows = [(number + k * highest, text) for number, text in words]
        db.executemany("INSERT INTO paragraph_words (rowid, words) VALUES (?, ?)", rows)
    db.execute("COMMIT")
    (count,) = db.execute("SELECT count(*) FROM facts").fetchone()
    db.execute("PRAGMA journal_mode = WAL")
    db.close()
    return int(count)


def _copying(db: sqlite3.Connection, table: str, highest: int) -> str:
    """The statement that copies the rows of a table for every copy, with ids, regions and years of their own."""
    # No id is taken twice, as digits have no z; the copies come one after the other, which the indexes take best.
    key = "printf('z%04x', k) || substr({0}, 6)"
    own: dict[str, str] = {
        "source": key.format("source"),
        "sha256": key.format("sha256"),
        "path": "k || '/' || path",
        "region": "moved(region, k)",
        "region_name": "coalesce(moved_name(region, k), region_name)",
        **{name: f"shifted({name}, k)" for name in ("period", "period_start", "period_end", "published")},
    }
    if table in ("facts", "sources"):
        own["id"] = key.format("id")
    if table == "paragraphs":
        own["id"] = f"id + k * {highest}"
    columns = [row[1] for row in db.execute(f"PRAGMA table_info({table})")]
    shown = ", ".join(own.get(name, f'"{name}"') for name in columns)
    return f"INSERT INTO {table} SELECT {shown} FROM copies CROSS JOIN (SELECT * FROM {table})"


def measure(db: Path, out: Path) -> list[tuple[str, float, float]]:
    """The median wall time and the least processor time of every command, in seconds."""
    found = []
    for command in COMMANDS:
        arguments = [sys.executable, "-m", "pipeline", *command, "--db", str(db)]
        arguments += ["--out", str(out)] if command[0] == "compare" else []
        times, used = [], []
        for _ in range(RUNS):
            start, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
            subprocess.run(arguments, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            times.append(time.perf_counter() - start)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            used.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
        found.append((" ".join(command), statistics.median(times), min(used)))
        print(f"{found[-1][1]:6.2f} s  {found[-1][2]:6.2f} s processor  {found[-1][0]}", flush=True)
    return found


def main(arguments: Sequence[str] | None = None) -> None:
    """Make the database, or measure the commands on one."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--measure", action="store_true", help="measure the commands on a database that was made")
    parser.add_argument("databases", nargs="+", type=Path)
    given = parser.parse_args(arguments)
    if given.measure:
        slow = [name for name, median, _ in measure(given.databases[0], given.databases[0].parent) if median > LIMIT]
        sys.exit(f"slower than {LIMIT} s: {'; '.join(slow)}" if slow else 0)
    if len(given.databases) != 2:
        parser.error("name the database to copy and the one to make")
    start = time.perf_counter()
    count = make(*given.databases)
    print(f"{given.databases[1]}: {count:,} facts, {time.perf_counter() - start:.0f} s")


if __name__ == "__main__":
    main()
