"""Known vulnerabilities of the locked dependencies, by pip-audit in an environment of its own.

    make audit

Status 0: none are known; 1: some are, and are listed; 2: it couldn't be found out, and why. It takes a connection
to the Python package index, and is given up after ``COUNTYFACTS_AUDIT_SECONDS`` (180) seconds.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parents[1]
LOCK = ROOT / "requirements.lock"
TOOL = "pip-audit>=2.10,<3"
SECONDS = float(os.environ.get("COUNTYFACTS_AUDIT_SECONDS", "180"))
ANSWER_SECONDS = 15
"""How long pip and pip-audit wait for one answer."""


class Unknown(Exception):
    """Nothing could be found out, and why."""


def audited(folder: Path) -> str:
    """What pip-audit prints, as JSON. Raises Unknown."""
    until = time.monotonic() + SECONDS
    venv.create(folder, with_pip=True)
    python = str(next(path for path in (folder / "bin/python", folder / "Scripts/python.exe") if path.exists()))
    pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--retries", "1"]
    status, _, said = run([*pip, "--timeout", str(ANSWER_SECONDS), TOOL], until, "getting pip-audit")
    if status:
        raise Unknown(f"pip-audit can't be had: {last_line(said)}")
    audit = [
        python,
        "-m",
        "pip_audit",
        "--requirement",
        str(LOCK),
        "--disable-pip",
        "--require-hashes",
        "--format",
        "json",
    ]
    _, out, said = run(
        [*audit, "--progress-spinner", "off", "--timeout", str(ANSWER_SECONDS)], until, "asking pypi.org"
    )
    if not out.strip():
        raise Unknown(last_line(said))
    return out


def run(command: Sequence[str], until: float, what: str) -> tuple[int, str, str]:
    """The status of a command and what it prints on its two streams. Raises Unknown where it takes too long."""
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            out, err = process.communicate(timeout=max(1.0, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            if hasattr(os, "killpg"):
                os.killpg(process.pid, signal.SIGKILL)  # with all it has started
            process.kill()
            raise Unknown(f"{what} took longer than {SECONDS:.0f} seconds") from None
    return process.returncode, out, err


def unknown_to_all(found: Sequence[dict[str, str]]) -> str | None:
    """Why nothing could be learned about any dependency; None where something could."""
    reasons = [dependency.get("skip_reason") for dependency in found]
    return reasons[0] if reasons and all(reasons) else None


def last_line(said: str) -> str:
    """The last line that a program said."""
    return (said.strip().splitlines() or ["no reason was given"])[-1][:300]


def main() -> int:
    """Print what is known; the exit status."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            found = json.loads(audited(Path(folder)))["dependencies"]
            if reason := unknown_to_all(found):
                raise Unknown(f"nothing is told about any of them: {reason}")
        except (Unknown, ValueError, KeyError, OSError, subprocess.SubprocessError) as error:
            print(f"the dependencies could not be audited: {error}", file=sys.stderr)
            print("nothing is known about them: it takes a connection to the Python package index", file=sys.stderr)
            return 2
    vulnerable = [dependency for dependency in found if dependency.get("vulns")]
    for dependency in vulnerable:
        for vulnerability in dependency["vulns"]:
            fixed = ", ".join(vulnerability["fix_versions"]) or "no version yet"
            print(f"{dependency['name']} {dependency['version']}: {vulnerability['id']}, mended in {fixed}")
    skipped = [dependency["name"] for dependency in found if dependency.get("skip_reason")]
    if skipped:
        print(f"not audited: {', '.join(skipped)}")
    print(
        f"{len(found) - len(skipped)} dependencies of {LOCK.name} audited, {len(vulnerable)} with known vulnerabilities"
    )
    return 1 if vulnerable else 0


if __name__ == "__main__":
    sys.exit(main())
