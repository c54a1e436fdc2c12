"""Extracting facts from files, without a database."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import closing
from typing import TYPE_CHECKING, NamedTuple

from pipeline.engines.members import bytes_of, with_members
from pipeline.engines.spreading import TimeLimit, default_processes, spread
from pipeline.engines.walking import Candidate
from pipeline.errors import Refused
from pipeline.limits import SCAN_SECONDS, SOURCE_SECONDS

if TYPE_CHECKING:
    from pipeline.model import Extraction

CRASHED = "the process that read it died; the file may be damaged or need more memory than there is"

TOO_SLOW = (
    "took longer than it may and was given up; split it, or give it more time: --seconds 3600 (it may also be made to "
    "keep programs busy)"
)


class Extracted(NamedTuple):
    """What became of one file: its facts as JSON fields, or the reason it was refused."""

    name: str
    facts: tuple[dict[str, object], ...] = ()
    code: str | None = None
    message: str | None = None


_MAY_BE_SCANS = (".pdf", ".png", ".jpg", ".jpeg", ".gif", ".tif", ".tiff", ".bmp")


def extract(
    candidates: Iterable[Candidate],
    *,
    region: str | None = None,
    processes: int | None = None,
    seconds: float | None = None,
) -> Iterator[Extracted]:
    """The facts of each file, in the order given, those in containers too; the same whatever the number of processes.

    ``region`` is an adcode that the user gives for all of them; it goes before what stands in ``regions.yaml``. A file
    that takes longer than ``seconds`` is refused (``too_slow``): 0 is what :func:`seconds_for` it says, None no limit.
    """
    from pipeline.engines.opening_apart import Opener  # noqa: PLC0415 - it needs this module

    limit = None if seconds is None else TimeLimit(lambda task: seconds or seconds_for(task[0]), _late)
    with closing(Opener(seconds)) as opener:
        tasks = ((candidate, region or candidate.region) for candidate in with_members(candidates, opener.members))
        yield from spread(_extract, tasks, processes=processes or default_processes(), crashed=_crashed, limit=limit)


def seconds_for(candidate: Candidate) -> float:
    """How long a file may take if the user says nothing else."""
    from importlib.util import find_spec  # noqa: PLC0415

    scan = candidate.name.lower().endswith(_MAY_BE_SCANS) and find_spec("rapidocr") is not None
    return SCAN_SECONDS if scan else SOURCE_SECONDS


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
    return Extracted(candidate.name, tuple(_with_evidence(extraction, fact_record(fact)) for fact in extraction.facts))


def _with_evidence(extraction: Extraction, record: dict[str, object]) -> dict[str, object]:
    """The fields of a fact, and what its flags rest on; notes are told here only."""
    from pipeline.checks import flag_text  # noqa: PLC0415

    evidence = [
        {
            "code": flag.code, "severity": str(flag.severity), "text": flag_text(flag.code, flag.data),
            "text_en": flag_text(flag.code, flag.data, "en"), "data": dict(flag.data), "others": list(flag.others),
        }
        for flag in extraction.flags
        if flag.fact == record["id"]
    ]  # fmt: skip
    return {**record, "flag_evidence": evidence} if evidence else record


def _late(task: tuple[Candidate, str | None]) -> Extracted:
    return Extracted(task[0].name, code="too_slow", message=TOO_SLOW)


def _crashed(task: tuple[Candidate, str | None]) -> Extracted:
    return Extracted(task[0].name, code="crashed", message=CRASHED)
