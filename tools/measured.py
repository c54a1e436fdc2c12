"""What a command costs by itself: ``python tools/measured.py COMMAND...`` prints what it took as one line of JSON.

A new process is charged with the largest memory of the one it was started from (``exec`` on Linux keeps the peak of the
memory it leaves behind), so a measure taken by a large program would tell of that program. This small one stands between.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple


class Cost(NamedTuple):
    """What a command took: wall seconds, processor seconds with those of its children, bytes of its largest process."""

    code: int
    seconds: float
    processor: float
    peak: int
    said: str


def measured(command: Sequence[str | Path], cwd: Path | None = None) -> Cost:
    """Run a command to its end, whatever it returns; what it writes to either output is in ``said``."""
    here = [sys.executable, "-S", "-E", __file__, *map(str, command)]
    done = subprocess.run(here, cwd=cwd, capture_output=True, text=True, encoding="utf-8", check=True)
    return Cost(*json.loads(done.stdout))


def main(command: Sequence[str]) -> None:
    """Run the command and print its cost."""
    import resource  # noqa: PLC0415 - not on Windows, where the rest can be read

    start = time.perf_counter()
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    seconds = time.perf_counter() - start
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    unit = 1 if sys.platform == "darwin" else 1024
    said = done.stdout.decode("utf-8", errors="replace")
    print(json.dumps([done.returncode, seconds, used.ru_utime + used.ru_stime, used.ru_maxrss * unit, said]))


if __name__ == "__main__":
    main(sys.argv[1:])
