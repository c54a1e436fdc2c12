"""Extracting facts from files, without a database."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from pipeline.engines.members import bytes_of, with_members
from pipeline.engines.spreading import default_processes, spread
from pipeline.engines.walking import Candidate
from pipeline.errors import Refused

if TYPE_CHECKING:
    from pipeline.model import Extraction

CRASHED = "the process that read it died; the file may be damaged or need more memory than there is"


class Extracted(NamedTuple):
    """What became of one file: its facts as JSON fields, or the reason it was refused."""

    name: str
    facts: tuple[dict[str, object], ...] = ()
    code: str | None = None
    message: str | None = None


def extract(
    candidates: Iterable[Candidate], *, region: str | None = None, processes: int | None = None
) -> Iterator[Extracted]:
    """The facts of each file, in the order given, those in containers too; the same whatever the number of processes.

    ``region`` is an adcode that the user gives for all of them; it goes before what stands in ``regions.yaml``.
    """
    tasks = ((candidate, region or candidate.region) for candidate in with_members(candidates))
    return spread(_extract, tasks, processes=processes or default_processes(), crashed=_crashed)


def read_one(candidate: Candidate, region: str | None = None) -> Extraction:
    """All that can be read out of one file. Raises Refused, also for any failure inside (code ``failed``)."""
    if candidate.problem is not None:
        raise Refused(candidate.code, candidate.problem)
    return extract_bytes(bytes_of(candidate), candidate, region)


def extract_bytes(data: bytes, candidate: Candidate, region: str | None = None) -> Extraction:
    """All that can be read out of the bytes of a candidate; as :func:`read_one`."""
    from pipeline.extraction import extract_source  # noqa: PLC0415 - loads dictionaries and models

    try:
        return extract_source(data, candidate.name, region=region, hints=candidate.hints)
    except Refused:
        raise
    except Exception as error:  # one bad file must never stop the rest
        raise Refused("failed", describe_failure(error)) from error


def describe_failure(error: BaseException) -> str:
    """An unexpected error in words: what it was and where in the program."""
    trace = error.__traceback__
    place = ""
    while trace is not None:
        module = trace.tb_frame.f_globals.get("__name__", "")
        if module.startswith("pipeline."):
            place = f" in {module}, line {trace.tb_lineno}"
        trace = trace.tb_next
    return f"could not be read, by a fault in Countyfacts: {type(error).__name__}: {error}{place} (please report it)"


def _extract(task: tuple[Candidate, str | None]) -> Extracted:
    from pipeline.extraction import fact_record  # noqa: PLC0415

    candidate, region = task
    try:
        extraction = read_one(candidate, region)
    except Refused as refused:
        return Extracted(candidate.name, code=refused.code, message=str(refused))
    return Extracted(candidate.name, tuple(fact_record(fact) for fact in extraction.facts))


def _crashed(task: tuple[Candidate, str | None]) -> Extracted:
    return Extracted(task[0].name, code="crashed", message=CRASHED)
