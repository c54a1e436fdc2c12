"""Known vulnerabilities of the locked dependencies, by pip-audit in an environment of its own.

    make audit

Status 0: none are known; 1: some are, and are listed; 2: it couldn't be found out, and why.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).parents[1]
LOCK = ROOT / "requirements.lock"
TOOL = "pip-audit>=2.10,<3"


def audited(folder: Path) -> tuple[str, str]:
    """What pip-audit prints on its two streams."""
    venv.create(folder, with_pip=True)
    python = next(path for path in (folder / "bin/python", folder / "Scripts/python.exe") if path.exists())
    install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", TOOL]
    installed = subprocess.run(install, capture_output=True, text=True, check=False)
    if installed.returncode:
        return "", installed.stderr
    command = [str(python), "-m", "pip_audit", "--requirement", str(LOCK), "--disable-pip", "--require-hashes"]
    run = subprocess.run([*command, "--format", "json", "--timeout", "20"], capture_output=True, text=True, check=False)
    return run.stdout, run.stderr


def main() -> int:
    """Print what is known; the exit status."""
    with tempfile.TemporaryDirectory() as folder:
        out, err = audited(Path(folder))
    try:
        found = json.loads(out)["dependencies"]
    except (ValueError, KeyError):
        said = err.strip().splitlines() or ["no reason was given"]
        print(f"the dependencies could not be audited: {said[-1][:300]}", file=sys.stderr)
        print("nothing is known about them: it takes a connection to the Python package index", file=sys.stderr)
        return 2
    vulnerable = [dependency for dependency in found if dependency.get("vulns")]
    for dependency in vulnerable:
        for vulnerability in dependency["vulns"]:
            fixed = ", ".join(vulnerability["fix_versions"]) or "no version yet"
            print(f"{dependency['name']} {dependency['version']}: {vulnerability['id']}, mended in {fixed}")
    print(f"{len(found)} dependencies of {LOCK.name} audited, {len(vulnerable)} with known vulnerabilities")
    return 1 if vulnerable else 0


if __name__ == "__main__":
    sys.exit(main())
