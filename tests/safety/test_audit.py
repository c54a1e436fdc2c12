"""The audit of the dependencies says so where nothing can be found out, and never waits for ever."""

import json
import sys
import time

import pytest

from tools import audit

SAFE = {"name": "a", "version": "1", "vulns": []}
BAD = {"name": "b", "version": "2", "vulns": [{"id": "CVE-1", "fix_versions": ["3"]}]}
SKIPPED = {"name": "c", "skip_reason": "not found"}


@pytest.mark.parametrize(
    ("found", "status", "said"),
    [
        ([SAFE], 0, "1 dependencies"),
        ([SAFE, BAD], 1, "b 2: CVE-1, mended in 3"),
        ([SAFE, SKIPPED], 0, "not audited: c"),
        ([SKIPPED], 2, "nothing is told about any of them: not found"),
        (None, 2, "could not be audited"),
    ],
)
def test_what_the_status_says(monkeypatch, capsys, found, status, said):
    answer = "no JSON" if found is None else json.dumps({"dependencies": found})
    monkeypatch.setattr(audit, "audited", lambda folder: answer)
    assert audit.main() == status
    assert said in "".join(capsys.readouterr())


def test_it_is_given_up_in_time():
    began = time.monotonic()
    with pytest.raises(audit.Unknown, match="took longer"):
        audit.run([sys.executable, "-c", "import time; time.sleep(60)"], began + 1, "waiting")
    assert time.monotonic() - began < 20
