"""Measure how fast everything is, as ratios of what was measured in one run: ``make bench``.

    python benchmarks/speed/bench.py --reports 400 --large 1600
    python benchmarks/speed/bench.py --reports 5000 --large 50000 --characters 10000000 --million
    python benchmarks/speed/bench.py --only reading --no-write

The results go into the table of docs/speed.md and, a line each, into benchmarks/speed/history.csv; what became slower
by more than a tenth since the last run of the same sizes on a machine of the same kind is told.
"""

from __future__ import annotations

import argparse
import csv
import datetime
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(HERE), str(ROOT / "benchmarks/store"), str(ROOT)]
import generator  # noqa: E402
import million  # noqa: E402
import reading  # noqa: E402
import running  # noqa: E402

TABLE, HISTORY = ROOT / "docs/speed.md", HERE / "history.csv"
BEGIN, END = "<!-- measured -->\n", "<!-- /measured -->\n"
COLUMNS = ("date", "commit", "cpu", "cores", "reports", "name", "value", "detail")
SLOWER = 0.1
AT_LEAST, AT_MOST = "at least", "at most"
AIMS: Mapping[str, tuple[str, float]] = {
    "extraction / jieba.lcut": (AT_LEAST, 1.0),
    "extraction of pages / trafilatura": (AT_LEAST, 5.0),
    "two processes / one": (AT_LEAST, 1.8),
    "writing / executemany": (AT_LEAST, 0.5),
    "ingest of unchanged sources / first": (AT_MOST, 0.03),
    "start of --help / import typer": (AT_MOST, 1.5),
    "start of facts / import typer": (AT_MOST, 3.0),
    "peak memory, many reports / few": (AT_MOST, 1.2),
    "time a report, many / few": (AT_MOST, 1.1),
    "hours for 284,000 reports": (AT_MOST, 1.0),
    "two Dask workers / two processes": (AT_MOST, 1.15),
}
"""What is to be reached; for other lines more is better, and nothing is asked."""


class Line(NamedTuple):
    """A measured ratio, and what it is made of."""

    name: str
    value: float
    detail: str

    @property
    def verdict(self) -> str:
        """Whether it is what it is to be."""
        if self.name not in AIMS:
            return ""
        kind, aim = AIMS[self.name]
        reached = self.value >= aim if kind == AT_LEAST else self.value <= aim
        return f"{kind} {aim:g}{'' if reached else ': NOT reached'}"

    def slower_than(self, before: float) -> bool:
        """Whether it is worse than an earlier value by more than a tenth."""
        if AIMS.get(self.name, (AT_LEAST, 0))[0] == AT_LEAST:
            return self.value < before * (1 - SLOWER)
        return self.value > before * (1 + SLOWER)


def measured(given: argparse.Namespace, folder: Path) -> Iterator[Line]:
    """All lines of the table, one after the other."""
    wanted = given.only or ["reading", "pages", "writing", "ingest", "memory", "cluster", "start"]
    if "reading" in wanted:
        yield from _lines(reading.against_jieba(given.rounds, given.characters))
        yield from _lines(reading.against_jionlp())
    if "pages" in wanted:
        yield from _lines(reading.against_trafilatura(given.rounds))
    corpus, db = folder / "few", folder / "facts.db"
    generator.write(corpus, given.reports, gold=False)
    if "writing" in wanted:
        yield from _lines(running.writing(corpus, folder, given.rounds))
    if "ingest" in wanted:
        yield from _lines(running.apart(corpus, given.rounds))
        yield from _lines(running.processes(corpus, given.reports, db, given.rounds))
    if "memory" in wanted:
        many = folder / "many"
        generator.write(many, given.large, gold=False)
        yield from _lines(running.memory((corpus, given.reports), (many, given.large), db))
    if "cluster" in wanted:
        yield from _lines(running.cluster(corpus, db, min(3, given.rounds)))
    if "start" in wanted:
        if not db.exists():
            running.ingest(corpus, db)
        if given.million:
            million.make(db, folder / "million.db")
            db = folder / "million.db"
        yield from _lines(running.starting(db, given.rounds))


def _lines(measures: Iterator[tuple[str, float, str]]) -> Iterator[Line]:
    for measure in measures:
        line = Line(*measure)
        print(f"{line.value:8.2f}  {line.name} ({line.detail}) {line.verdict}", flush=True)
        yield line


def cpu() -> str:
    """The name of the processor, as the system tells it."""
    try:
        for row in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if row.startswith("model name"):
                return row.split(":", 1)[1].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


def before(history: Path, reports: str) -> dict[str, float]:
    """By name, the values of the last run on a processor of the same name and over as many reports."""
    if not history.exists():
        return {}
    with history.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if (row["cpu"], row["reports"]) == (cpu(), reports)]
    return {row["name"]: float(row["value"]) for row in rows}


def note(lines: Sequence[Line], reports: str) -> None:
    """Write the table, and add to the history."""
    day, cores = datetime.datetime.now(datetime.UTC).date().isoformat(), str(os.cpu_count())
    told = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    new = not HISTORY.exists()
    with HISTORY.open("a", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        if new:
            rows.writerow(COLUMNS)
        for line in lines:
            head = (day, told.stdout.strip(), cpu(), cores, reports)
            rows.writerow((*head, line.name, f"{line.value:.4g}", line.detail))
    table = [
        f"{day}, {cpu()}, {cores} cores, Python {platform.python_version()}; corpora of {reports} reports.\n",
        "| ratio | measured | aim | made of |\n|---|---|---|---|",
        *(f"| {line.name} | {line.value:.2f} | {line.verdict} | {line.detail} |" for line in lines),
    ]
    page = TABLE.read_text(encoding="utf-8")
    head, rest = page.split(BEGIN)
    TABLE.write_text(head + BEGIN + "\n".join(table) + "\n" + END + rest.split(END)[1], encoding="utf-8")


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, note; 1 where something became slower."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reports", type=int, default=400, help="of the smaller corpus (default: 400)")
    parser.add_argument("--large", type=int, default=1600, help="of the larger (default: 1,600)")
    parser.add_argument("--characters", type=int, default=500_000, help="read in all rounds (default: 500,000)")
    parser.add_argument("--rounds", type=int, default=5, help="whose median is told (default: 5)")
    parser.add_argument("--million", action="store_true", help="ask for facts in a database of a million")
    parser.add_argument(
        "--only", action="append", choices=["reading", "pages", "writing", "ingest", "memory", "cluster", "start"]
    )
    parser.add_argument("--no-write", action="store_true", help="leave the table and the history as they are")
    given = parser.parse_args(arguments)
    sizes = f"{given.reports:,} and {given.large:,}"
    known = before(HISTORY, sizes)
    with tempfile.TemporaryDirectory() as folder:
        lines = list(measured(given, Path(folder)))
    slower = [line for line in lines if line.name in known and line.slower_than(known[line.name])]
    for line in slower:
        print(f"SLOWER than the last time: {line.name}: {line.value:.2f}, it was {known[line.name]:.2f}")
    if not given.no_write:
        note(lines, sizes)
    return 1 if slower else 0


if __name__ == "__main__":
    sys.exit(main())
