"""How fast whole ingests are, and what they hold in memory: wall times of commands on corpora that are made for it."""

from __future__ import annotations

import os
import sqlite3
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from pipeline.engines.ingesting import TOGETHER
from pipeline.extraction import extract_source
from pipeline.store.rows import SourceRows, rows_of
from pipeline.store.writer import FileStamp, Store
from tools.measured import measured

ROOT = Path(__file__).parents[2]
COUNTRY = 284_000
"""Reports of ten years of all counties."""


class Ran(NamedTuple):
    """A command that ran: wall seconds, and the megabytes of its largest process."""

    seconds: float
    megabytes: float


def ran(arguments: Sequence[str]) -> Ran:
    """Run the command line with these arguments. Raises CalledProcessError."""
    command = [sys.executable, *arguments]
    cost = measured(command, cwd=ROOT)
    if cost.code:
        raise subprocess.CalledProcessError(cost.code, command, cost.said)
    return Ran(cost.seconds, cost.peak / 2**20)


def ingest(corpus: Path, db: Path, *more: str) -> Ran:
    """Ingest a corpus into a database, anew."""
    for ending in ("", "-wal", "-shm"):
        Path(f"{db}{ending}").unlink(missing_ok=True)
    return again(corpus, db, *more)


def again(corpus: Path, db: Path, *more: str) -> Ran:
    """Ingest a corpus into a database that may have it already."""
    return ran(["-m", "pipeline", "ingest", str(corpus), "--db", str(db), *more])


def apart(corpus: Path, rounds: int) -> Iterator[tuple[str, float, str]]:
    """What the machine itself gives to two programs at once that share nothing: the most that two processes can."""
    paths = [str(path) for path in sorted(corpus.rglob("*")) if path.suffix in (".txt", ".html")][:60]
    code = (
        "import sys, time; from pathlib import Path; from pipeline.extraction import extract_source\n"
        "files = [(Path(name).read_bytes(), name) for name in sys.argv[1:]]\n"
        "extract_source(*files[0]); print(flush=True); sys.stdin.readline(); start = time.perf_counter()\n"
        "for file in files: extract_source(*file)\n"
        "print(time.perf_counter() - start)"
    )
    alone, both = [], []
    for _ in range(rounds):
        alone += _at_once(code, paths, 1)
        both.append(statistics.mean(_at_once(code, paths, 2)))
    ratio = statistics.median(2 * a / b for a, b in zip(alone, both, strict=True))
    each = 1000 / len(paths)
    yield (
        "two programs that share nothing / one",
        ratio,
        f"{each * statistics.median(both) / 2:.1f} ms a report against {each * statistics.median(alone):.1f}",
    )


def _at_once(code: str, paths: Sequence[str], count: int) -> list[float]:
    """The seconds that each of some programs takes which begin together."""
    command = [sys.executable, "-c", code, *paths]
    started = [
        subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(count)
    ]
    for process in started:
        process.stdout.readline()  # it has loaded what it needs
    for process in started:
        process.stdin.write("\n")
        process.stdin.flush()
    return [float(process.communicate()[0]) for process in started]


def processes(corpus: Path, reports: int, db: Path, rounds: int) -> Iterator[tuple[str, float, str]]:
    """Two processes against one, and reading nothing anew against reading all."""
    one, two, nothing = [], [], []
    for _ in range(rounds):
        one.append(ingest(corpus, db, "--processes", "1").seconds)
        two.append(ingest(corpus, db, "--processes", "2").seconds)
        nothing.append(again(corpus, db, "--processes", "2").seconds)
    ratios = [a / b for a, b in zip(one, two, strict=True)]
    each = 1000 / reports
    yield (
        "two processes / one",
        statistics.median(ratios),
        f"{each * statistics.median(two):.1f} ms a report against {each * statistics.median(one):.1f}",
    )
    yield (
        "ingest of unchanged sources / first",
        statistics.median(a / b for a, b in zip(nothing, two, strict=True)),
        f"{statistics.median(nothing):.1f} s for {reports:,} reports",
    )


def memory(small: tuple[Path, int], large: tuple[Path, int], db: Path) -> Iterator[tuple[str, float, str]]:
    """Peak memory and time a report at two sizes, and what that makes for the whole country."""
    less, more = ingest(small[0], db), ingest(large[0], db)
    sizes = f"{large[1]:,} reports against {small[1]:,}"
    yield "peak memory, many reports / few", more.megabytes / less.megabytes, f"{more.megabytes:.0f} MB, {sizes}"
    rates = more.seconds / large[1], less.seconds / small[1]
    yield "time a report, many / few", rates[0] / rates[1], f"{1000 * rates[0]:.1f} ms, {sizes}"
    hours = (more.seconds - less.seconds) / (large[1] - small[1]) * COUNTRY / 3600
    yield "hours for 284,000 reports", hours, f"{os.cpu_count()} processes, by the reports that the larger has more"


def writing(corpus: Path, folder: Path, rounds: int) -> Iterator[tuple[str, float, str]]:
    """The store, as an ingest writes, against ``executemany`` of the same rows into the same tables at once."""
    paths = [path for path in sorted(corpus.rglob("*")) if path.suffix in (".txt", ".html")][:100]
    rows = [rows_of(extract_source(path.read_bytes(), path.name)) for path in paths]
    ours, raw = [], []
    for number in range(rounds):
        with Store(folder / f"ours{number}.db") as store:
            start = time.perf_counter()
            for low in range(0, len(rows), TOGETHER):
                with store.together():
                    for at, source in enumerate(rows[low : low + TOGETHER], low):
                        store.put(source, f"{at}.txt", FileStamp(1, 2, 3))
            ours.append(time.perf_counter() - start)
        raw.append(_raw(folder / f"raw{number}.db", rows))
    each = 1000 / len(rows)
    yield (
        "writing / executemany",
        statistics.median(b / a for a, b in zip(ours, raw, strict=True)),
        f"{each * statistics.median(ours):.1f} ms a report against {each * statistics.median(raw):.1f}",
    )


def _raw(path: Path, rows: Sequence[SourceRows]) -> float:
    with Store(path) as store:
        version = store.version
    paragraphs = [row for source in rows for row in source.paragraphs]
    tables = {
        "sources": [
            (
                s.id,
                s.sha256,
                s.size,
                s.kind,
                s.encoding,
                len(s.layer),
                len(s.edits),
                s.damage,
                s.hints,
                None,
                version,
                1,
            )
            for s in rows
        ],
        "layers": [(source.id, source.layer) for source in rows],
        **{table: [r for s in rows for r in getattr(s, table)] for table in ("edits", "reports", "figures", "flags")},
        "paragraphs": [(number, *row) for number, row in enumerate(paragraphs)],
        "facts": [row for source in rows for row in source.facts],
    }
    words = list(enumerate(words for source in rows for words in source.words))
    db = sqlite3.connect(path, isolation_level=None)
    db.execute("PRAGMA synchronous = NORMAL")
    db.execute("INSERT INTO runs (id, started, program, version, paths) VALUES (1, '', '', '', '[]')")
    start = time.perf_counter()
    db.execute("BEGIN")
    for table, many in tables.items():
        if many:
            db.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(many[0]))})", many)
    db.executemany("INSERT INTO paragraph_words (rowid, words) VALUES (?, ?)", words)
    db.execute("COMMIT")
    taken = time.perf_counter() - start
    db.close()
    return taken


def starting(db: Path, rounds: int) -> Iterator[tuple[str, float, str]]:
    """The start of commands against that of the library that reads their options."""
    commands = {
        "--help": ["-m", "pipeline", "--help"],
        "facts": ["-m", "pipeline", "facts", "--limit", "20", "--db", str(db)],
    }
    (facts,) = sqlite3.connect(db).execute("SELECT count(*) FROM facts").fetchone()
    bare = [ran(["-c", "import typer"]).seconds for _ in range(rounds + 1)]
    for name, arguments in commands.items():
        times = []
        for number in range(rounds + 1):
            bare[number] = ran(["-c", "import typer"]).seconds
            times.append(ran(arguments).seconds)
        ratio = statistics.median(a / b for a, b in zip(times[1:], bare[1:], strict=True))
        told = f"{statistics.median(times[1:]):.2f} s against {statistics.median(bare[1:]):.2f}"
        on = f", {facts:,} facts" if name == "facts" else ""
        yield f"start of {name} / import typer", ratio, told + on


def cluster(corpus: Path, db: Path, rounds: int) -> Iterator[tuple[str, float, str]]:
    """Two workers of a Dask scheduler on this machine against two processes; nothing where Dask isn't installed."""
    try:
        from distributed import LocalCluster  # noqa: PLC0415 - an extra
    except ImportError:
        return
    pairs = []
    with LocalCluster(n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address=None) as local:
        address = local.scheduler_address
        ingest(corpus, db, "--scheduler", address)  # the workers load what they need
        for _ in range(rounds):
            pairs.append((ingest(corpus, db, "--processes", "2"), ingest(corpus, db, "--scheduler", address)))
    ratio = statistics.median(theirs.seconds / own.seconds for own, theirs in pairs)
    yield "two Dask workers / two processes", ratio, f"{statistics.median(t.seconds for _, t in pairs):.1f} s"
