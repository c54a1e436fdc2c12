"""Running a job: starts the process of the crawl and gathers what it tells."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import IO

from pipeline.errors import PipelineError, UsageError
from pipeline.scraping.job import Job, Outcome, Summary

_BUSY = 75
_TAIL = 2000


class CrawlFailed(PipelineError):
    """The process of the crawl ended before the crawl did."""


def scrape(job: Job, on_event: Callable[[Summary, Outcome], None] = lambda summary, outcome: None) -> Summary:
    """Do what a job asks. ``on_event`` is called for each outcome, with the summary so far.

    Stopped in between (Ctrl-C, a kill, a loss of power), the same job goes on where it was. Raises UsageError where the
    job asks for nothing or its folder is in use, CrawlFailed where the crawl breaks off.
    """
    if not (job.urls or job.columns):
        raise UsageError("nothing to get: give addresses, --list or --column")
    summary = Summary()
    with tempfile.TemporaryFile() as errors:
        child = subprocess.Popen(
            [sys.executable, "-m", "pipeline.scraping.child"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, start_new_session=True,
        )  # fmt: skip
        assert child.stdin is not None
        assert child.stdout is not None
        try:
            child.stdin.write(job.model_dump_json().encode() + b"\n")
            child.stdin.flush()
            ended = _listen(child.stdout, summary, on_event)
            status = child.wait()
        except BrokenPipeError:
            ended, status = False, child.wait()
        finally:
            child.kill()
            child.stdin.close()
            child.wait()
        if status == _BUSY:
            raise UsageError(f"{job.folder}: another scrape is writing into it; wait for it, or use another --into")
        if not ended:
            raise CrawlFailed(f"the crawl broke off (status {status}); run it again, it goes on.{_tail(errors)}")
    return summary


def _listen(lines: IO[bytes], summary: Summary, on_event: Callable[[Summary, Outcome], None]) -> bool:
    """Take in what the crawl tells; whether it told its end."""
    for line in lines:
        event = json.loads(line)
        summary.fetched, summary.bytes = event["fetched"], event["bytes"]
        if "outcome" in event:
            outcome = Outcome.model_validate(event["outcome"])
            summary.outcomes.append(outcome)
            on_event(summary, outcome)
        else:
            end = event["end"]
            summary.stopped, summary.resumed, summary.seconds = end["stopped"], end["resumed"], end["seconds"]
            return True
    return False


def _tail(errors: IO[bytes]) -> str:
    size = errors.seek(0, 2)
    errors.seek(max(0, size - _TAIL))
    text = errors.read().decode("utf-8", "replace").strip()
    return f" It said:\n{text}" if text else ""


def addresses_in(path: Path) -> tuple[str, ...]:
    """The addresses in a file, one a line; blank lines and lines that begin with # are passed over.

    Raises UsageError where it can't be read.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: can't be read: {error}; it should be a text file in UTF-8") from error
    return tuple(line.strip() for line in lines if line.strip() and not line.lstrip().startswith("#"))
