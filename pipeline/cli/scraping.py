"""Commands on the web: scrape and watch."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.options import FACTS_DB, Processes

if TYPE_CHECKING:
    from pipeline.scraping import Job, Outcome, Summary

_WEB = Path("corpora/web")
_MOST = 40
"""Lines of a list of addresses; the rest is counted."""
_FAULT = 1


def add_to(app: typer.Typer) -> None:
    """Add the commands of this module."""
    for command in (scrape, watch):
        app.command()(command)


def scrape(
    urls: Annotated[
        list[str] | None, typer.Argument(metavar="URL", help="Addresses of reports.", show_default=False)
    ] = None,
    listed: Annotated[
        Path | None,
        typer.Option(
            "--list", help="A file with more of them, one a line.", exists=True, dir_okay=False, show_default=False
        ),
    ] = None,
    column: Annotated[
        list[str] | None,
        typer.Option("--column", help="The first list page of a news column; may be repeated.", show_default=False),
    ] = None,
    pages: Annotated[int, typer.Option("--pages", min=1, help="List pages of each column.")] = 1,
    match: Annotated[
        str | None,
        typer.Option(
            "--match", help="Keep reports with one of these in title or text, parted by commas.", show_default=False
        ),
    ] = None,
    attachments: Annotated[bool, typer.Option(help="Get the files that come with a report.")] = True,
    into: Annotated[Path, typer.Option("--into", help="The folder they go to.", file_okay=False)] = _WEB,
    delay: Annotated[float, typer.Option(min=0, help="Seconds between two requests to a host, at least.")] = 2.0,
    timeout: Annotated[float, typer.Option(min=0.1, help="Seconds that one response may take.")] = 120.0,
    retries: Annotated[int, typer.Option(min=0, help="Tries anew of what fails for now.")] = 2,
    backoff: Annotated[float, typer.Option(min=0, help="Seconds before the first of them; then twice as long.")] = 5.0,
    max_pages: Annotated[int, typer.Option(min=1, help="Responses in one run.")] = 5000,
    max_megabytes: Annotated[float, typer.Option(min=0.001, help="Of all of them.")] = 4096,
    max_minutes: Annotated[float, typer.Option(min=0.001, help="For one run.")] = 720,
    contact: Annotated[
        str | None,
        typer.Option(
            help="Your e-mail address or page, which servers are told.",
            envvar="COUNTYFACTS_CONTACT",
            show_default=False,
        ),
    ] = None,
    allow_private: Annotated[
        bool, typer.Option("--allow-private", help="Also addresses of your own network and machine.")
    ] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Exit with status 1 where something was not got.")] = False,
) -> None:
    """Get reports from the web.

    Each goes to corpora/web/ with a note on where it came from, which ingest reads. robots.txt is obeyed. A second run
    asks only for what changed; one that was stopped goes on.

    \b
    Example: countyfacts scrape --column https://www.example.gov.cn/jyj/gzdt/ --pages 20 --match 义务教育,教育经费
    """  # fmt: skip
    from pipeline.scraping import Column, Job, Manners, addresses_in, terms_of  # noqa: PLC0415

    words = terms_of(match or "")
    job = Job(
        folder=into,
        urls=(*(urls or ()), *(addresses_in(listed) if listed else ())),
        columns=tuple(Column(address=address, pages=pages, match=words) for address in column or ()),
        match=words,
        attachments=attachments,
        allow_private=allow_private,
        manners=Manners(
            delay=delay, timeout=timeout, retries=retries, backoff=backoff, contact=contact, max_pages=max_pages,
            max_bytes=int(max_megabytes * 2**20), max_seconds=max_minutes * 60,
        ),
    )  # fmt: skip
    _finish(_scrape(job), strict)


def watch(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE.yaml", help="The columns to look at.", exists=True, dir_okay=False, show_default=False
        ),
    ],
    processes: Processes = None,
    strict: Annotated[bool, typer.Option("--strict", help="Exit with status 1 where something was not got.")] = False,
) -> None:
    """Get what is new in the columns of a file and ingest it.

    The file has lines such as these (more: docs/scraping.md):

    \b
        columns:
          - address: https://www.example.gov.cn/jyj/gzdt/
            pages: 3
            match: 义务教育,教育经费

    \b
    Example: countyfacts watch columns.yaml
    """  # fmt: skip
    from pipeline.cli.ingesting import run_ingest  # noqa: PLC0415
    from pipeline.scraping import load_watch  # noqa: PLC0415

    watched = load_watch(file)
    summary = _scrape(watched.job())
    refused = run_ingest([watched.into], watched.db or FACTS_DB, processes=processes, region=None)
    _finish(summary, strict)
    if refused and strict:
        raise typer.Exit(_FAULT)


def _scrape(job: Job) -> Summary:
    from pipeline.scraping import scrape as run  # noqa: PLC0415

    with _progress() as on_event:
        summary = run(job, on_event)
    for line in summary_lines(summary, job.folder):
        print(line)
    return summary


def _finish(summary: Summary, strict: bool) -> None:
    from pipeline.scraping import Fate  # noqa: PLC0415

    if strict and summary.of(Fate.REFUSED, Fate.FAILED):
        raise typer.Exit(_FAULT)


def summary_lines(summary: Summary, folder: Path) -> Iterator[str]:
    """The closing words of a run."""
    from pipeline.scraping import Fate  # noqa: PLC0415

    counts = summary.counts()
    if summary.resumed:
        before = sum(outcome.done_before for outcome in summary.outcomes)
        yield f"went on with the run that was stopped: {before:,} addresses were done before"
    parts = [
        (Fate.NEW, "new"),
        (Fate.UNCHANGED, "unchanged"),
        (Fate.OTHER, "without the words"),
        (Fate.LISTED, "list page" if counts[Fate.LISTED] == 1 else "list pages"),
        (Fate.REFUSED, "refused"),
        (Fate.FAILED, "failed"),
    ]
    always = (Fate.NEW, Fate.UNCHANGED, Fate.REFUSED, Fate.FAILED)
    told = ", ".join(f"{counts[fate]:,} {words}" for fate, words in parts if counts[fate] or fate in always)
    size = f"{summary.bytes / 2**20:,.1f} MiB"
    asked = f"{summary.fetched:,} request{'' if summary.fetched == 1 else 's'}"
    yield f"{told}; {asked}, {size}, in {summary.seconds:,.0f} seconds"
    for fate in (Fate.REFUSED, Fate.FAILED):
        yield from _list(fate.value, summary.of(fate))
    if summary.stopped:
        yield f"stopped at {summary.stopped}; the same command goes on from there"
    if counts[Fate.NEW]:
        yield f"they are in {folder}; put their facts into the database with: countyfacts ingest {folder}"


def _list(title: str, outcomes: list[Outcome]) -> Iterator[str]:
    if outcomes:
        yield f"{title}:"
    for outcome in outcomes[:_MOST]:
        yield f"  {outcome.address}: {outcome.reason}"
    if len(outcomes) > _MOST:
        yield f"  and {len(outcomes) - _MOST:,} more"


@contextmanager
def _progress() -> Iterator[Callable[[Summary, Outcome], None]]:
    if not sys.stderr.isatty():
        yield lambda summary, outcome: None
        return
    from rich.console import Console  # noqa: PLC0415 - only where there is someone to look
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn  # noqa: PLC0415

    from pipeline.scraping import Fate  # noqa: PLC0415

    columns = (SpinnerColumn(), TimeElapsedColumn(), TextColumn("{task.description}", markup=False))
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("asking", total=None)
        counts: Counter[str] = Counter()

        def show(summary: Summary, outcome: Outcome) -> None:
            counts[outcome.fate] += 1
            failed = counts[Fate.REFUSED] + counts[Fate.FAILED]
            told = f"{counts[Fate.NEW]} new, {counts[Fate.UNCHANGED]} unchanged, {failed} not got"
            bar.update(task, description=f"{told}; {outcome.address[-70:]}")

        yield show
