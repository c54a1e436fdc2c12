"""Ingesting: files into the database, unchanged ones skipped, each whole or not at all."""

from __future__ import annotations

import hashlib
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol

from pipeline.engines.containers import Containers, untouched
from pipeline.engines.extracting import CRASHED, TOO_SLOW, describe_failure, extract_bytes, seconds_for
from pipeline.engines.members import bytes_of, resolved
from pipeline.engines.opening_apart import Opener
from pipeline.engines.spreading import TimeLimit, default_processes, spread
from pipeline.engines.walking import Candidate, readable, walk
from pipeline.errors import Refused

if TYPE_CHECKING:
    from pipeline.store.rows import SourceRows
    from pipeline.store.writer import FileStamp, KnownPath, Store


TOGETHER, LONGEST_WAIT = 20, 1.0
"""So many sources are written in one transaction, and none waits longer than so many seconds for others to come."""
HARMFUL_CODES = frozenset({"crashed", "too_slow"})


class Rejection(NamedTuple):
    """A file that was refused, and why."""

    name: str
    code: str
    message: str


class Event(NamedTuple):
    """Progress: ``done`` of ``total`` files are dealt with, ``name`` was the last."""

    done: int
    total: int
    name: str


@dataclass(slots=True)
class IngestSummary:
    """What an ingest did."""

    files: int = 0
    read: int = 0
    unchanged: int = 0
    copies: int = 0
    refused: list[Rejection] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)
    """``(name, note)`` of files that were read, but not as well as they might be."""
    undecided: int = 0
    """Decisions of people on files that aren't in the database."""
    reports: int = 0
    figures: int = 0
    facts: int = 0
    by_indicator: Counter[str] = field(default_factory=Counter)
    by_region: Counter[str | None] = field(default_factory=Counter)
    seconds: float = 0.0

    def count(self, rows: SourceRows) -> None:
        """Add a source that was stored."""
        from pipeline.store.rows import FACT_COLUMNS  # noqa: PLC0415

        reports, figures, facts = rows.counts()
        self.read += 1
        self.reports += reports
        self.figures += figures
        self.facts += facts
        indicator, region = FACT_COLUMNS.index("indicator"), FACT_COLUMNS.index("region")
        self.by_indicator.update(str(fact[indicator]) for fact in rows.facts)
        self.by_region.update(None if fact[region] is None else str(fact[region]) for fact in rows.facts)


class _Task(NamedTuple):
    candidate: Candidate
    region: str | None


class Spread(Protocol):
    """As :func:`pipeline.engines.spreading.spread`."""

    def __call__(
        self,
        function: Callable[[_Task], _Outcome],
        items: Iterable[_Task],
        *,
        processes: int,
        crashed: Callable[[_Task], _Outcome],
        limit: TimeLimit[_Task, _Outcome] | None = None,
        meanwhile: Callable[[], None] = lambda: None,
    ) -> Iterator[_Outcome]:
        """The outcome of each task, in order."""


class _Outcome(NamedTuple):
    candidate: Candidate
    rows: SourceRows | None = None
    stamp: FileStamp | None = None
    sha256: str | None = None
    code: str = ""
    message: str = ""
    notes: tuple[str, ...] = ()


def ingest(
    paths: Sequence[Path],
    db: Path,
    *,
    processes: int | None = None,
    region: str | None = None,
    corrections: Path | None = None,
    seconds: float | None = None,
    scheduler: str | None = None,
    parquet: bool = False,
    on_event: Callable[[Event], None] = lambda event: None,
) -> IngestSummary:
    """Take files and folders into the database. ``region`` is an adcode that the user gives for all of them; without
    it ``regions.yaml`` beside the files may give one. ``corrections`` is the file with what people decided. A file that
    takes longer than ``seconds`` is refused (``too_slow``): 0 stands for the limits of the program, None for none.
    ``scheduler`` is the address of a Dask scheduler whose workers read the files; with ``parquet`` the ``db`` is the
    folder of a store of Parquet files.

    The result doesn't depend on ``processes`` or ``scheduler``. Raises StoreError, UsageError for a cluster that can't
    be used, and ResourceError for a decision whose text is gone; a file that can't be read is only listed.
    """
    began = time.monotonic()
    files = walk(paths)
    candidates = iter(files) if scheduler is None else (file._replace(path=file.path.absolute()) for file in files)
    summary = IngestSummary(files=len(files))
    with (
        _engine(scheduler) as spread_out,
        _store(db, corrections, parquet) as store,
        closing(Opener(seconds)) as opener,
    ):
        store.start_run([readable(path.as_posix()) for path in paths])
        job = _Job(store, summary, region, on_event, opener)
        limit = None if seconds is None else TimeLimit(lambda task: seconds or seconds_for(task.candidate), _late)
        for tasks in (job.tasks(candidates), job.copies()):
            for outcome in spread_out(
                _read, tasks, processes=processes or default_processes(), crashed=_crashed, limit=limit,
                meanwhile=store.get_ready,
            ):  # fmt: skip
                job.store_outcome(outcome)
            job.store_waiting()
        job.finish()
        store.refresh_reference()
        store.link_duplicates()
        summary.undecided = store.settle()
        summary.refused.sort(key=lambda rejection: rejection.name)
        summary.notes.sort()
        summary.seconds = time.monotonic() - began
        store.finish_run(
            seconds=summary.seconds, read=summary.read, unchanged=summary.unchanged, refused=len(summary.refused)
        )
    return summary


@contextmanager
def _engine(scheduler: str | None) -> Iterator[Spread]:
    """What spreads the work: processes of this machine, or a cluster."""
    if scheduler is None:
        yield spread
        return
    from pipeline.engines.cluster import Cluster  # noqa: PLC0415 - Dask is slow to import

    with Cluster(scheduler) as cluster:
        yield cluster.spread


def _store(path: Path, corrections: Path | None, parquet: bool) -> Store:
    if parquet:
        from pipeline.engines.parquet_store import ParquetStore  # noqa: PLC0415 - seldom asked for

        return ParquetStore(path)
    from pipeline.store.writer import Store  # noqa: PLC0415

    return Store(path, corrections, ready=False)


class _Job:
    """One ingest under way: decides what is read at all, and stores what comes back."""

    def __init__(
        self,
        store: Store,
        summary: IngestSummary,
        region: str | None,
        on_event: Callable[[Event], None],
        opener: Opener,
    ) -> None:
        self.store = store
        self.summary = summary
        self.region = region
        self.on_event = on_event
        self.done = 0
        self._under_way: dict[str, str] = {}
        self._harmful: dict[str, Rejection] = {}
        """By their bytes: files that ended their process or took too long; a copy of one isn't tried."""
        self._copies: list[tuple[Candidate, str, FileStamp]] = []
        self._containers = Containers(store, opener.members)
        self._waiting: list[_Outcome] = []
        self._waiting_since = 0.0

    def tasks(self, candidates: Iterable[Candidate]) -> Iterator[_Task]:
        """The files that have to be read, in order, those in containers too; the others are dealt with on the way."""
        for named in candidates:
            candidate = resolved(named)
            if candidate.problem is not None:
                self._refuse(candidate, candidate.code, candidate.problem, None)
            elif not candidate.inside and self._is_container(candidate):
                yield from self._of_container(candidate)
            elif self._has_to_be_read(candidate):
                yield _Task(candidate, self._told(candidate))

    def _is_container(self, candidate: Candidate) -> bool:
        return not self._is_untouched(candidate) and self._containers.is_one(candidate)

    def _of_container(self, container: Candidate) -> Iterator[_Task]:
        known = self._containers.untouched(container, self.region)
        if known is not None:
            refused = [Rejection(member.path, member.code, member.message or "") for member in known if member.code]
            self.summary.refused += refused
            self.summary.unchanged += len(known) - len(refused)
            self._tick(container, len(known))
            return
        members = self._containers.open(container)
        self.summary.files += len(members) - 1
        for member in members:
            if member.problem is not None:
                self._refuse(member, member.code, member.problem, None)
            elif self._has_to_be_read(member):
                yield _Task(member, self._told(member))

    def store_outcome(self, outcome: _Outcome) -> None:
        """Store what was read, with others as they come, or note why it was refused."""
        if outcome.rows is None:
            self._refuse(outcome.candidate, outcome.code, outcome.message, outcome.sha256)
            return
        now = time.monotonic()
        if not self._waiting:
            self._waiting_since = now
        self._waiting.append(outcome)
        if len(self._waiting) >= TOGETHER or now - self._waiting_since > LONGEST_WAIT:
            self.store_waiting()

    def store_waiting(self) -> None:
        """Store the sources that wait, in one transaction."""
        waiting, self._waiting = self._waiting, []
        if not waiting:
            return
        with self.store.together():
            failed = [(outcome, error) for outcome in waiting if (error := self._put(outcome)) is not None]
        for outcome, error in failed:
            self._refuse(outcome.candidate, "failed", describe_failure(error), outcome.sha256)

    def _put(self, outcome: _Outcome) -> Exception | None:
        """Store one source; what is wrong with it, if it doesn't fit the database."""
        import sqlite3  # noqa: PLC0415

        assert outcome.rows is not None
        assert outcome.stamp is not None
        try:
            self.store.put(outcome.rows, outcome.candidate.name, outcome.stamp)
        except (sqlite3.IntegrityError, ValueError) as error:
            return error
        self._under_way.pop(outcome.rows.sha256, None)
        self.summary.count(outcome.rows)
        self.summary.notes += [(outcome.candidate.name, note) for note in outcome.notes]
        self._tick(outcome.candidate)
        return None

    def copies(self) -> Iterator[_Task]:
        """Deal with files whose bytes were just read at another path; those that were refused there are to be read."""
        for candidate, sha256, stamp in self._copies:
            if self.store.source_state(sha256) is not None:
                self._note_path(candidate, sha256, stamp)
            elif sha256 in self._harmful:
                self._refuse(candidate, self._harmful[sha256].code, self._harmful[sha256].message, sha256)
            else:
                yield _Task(candidate, self._told(candidate))

    def finish(self) -> None:
        """Note the containers that were read."""
        self._containers.note()

    def _told(self, candidate: Candidate) -> str | None:
        return self.region or candidate.region

    def _is_untouched(self, candidate: Candidate) -> bool:
        """Whether a file is as it was when it was read; never an e-mail, for what is attached may not be read yet."""
        from pipeline.store.writer import stamp_of  # noqa: PLC0415

        known = self.store.known(candidate.name)
        try:
            return (
                known is not None
                and known.kind != "eml"
                and self._is_current(known, candidate)
                and untouched(known.stamp, stamp_of(candidate.path))
            )
        except OSError:
            return False

    def _has_to_be_read(self, candidate: Candidate) -> bool:
        from pipeline.store.writer import stamp_of  # noqa: PLC0415

        known = self.store.known(candidate.name)
        try:
            stamp = stamp_of(candidate.path)
            if known is not None and self._is_current(known, candidate) and untouched(known.stamp, stamp):
                self.summary.unchanged += 1
                self._tick(candidate)
                return False
            sha256 = hashlib.sha256(_bytes_of(candidate)).hexdigest()
        except OSError as error:
            self._refuse(candidate, "unreadable", f"can't be read: {error.strerror or error}", None)
            return False
        except Refused as refused:
            self._refuse(candidate, refused.code, str(refused), None)
            return False
        if known is not None and known.code is not None and self._still_refused(known, sha256):
            self.summary.refused.append(Rejection(candidate.name, known.code, known.message or ""))
            self._tick(candidate)
            return False
        if self.store.source_state(sha256) == (self.store.version, self._told(candidate)):
            if known is not None and known.sha256 == sha256 and known.code is None:
                self.summary.unchanged += 1
                self._tick(candidate)
            else:
                self._note_path(candidate, sha256, stamp)
            return False
        if sha256 in self._under_way:
            self._copies.append((candidate, sha256, stamp))
            return False
        self._under_way[sha256] = candidate.name
        return True

    def _note_path(self, candidate: Candidate, sha256: str, stamp: FileStamp) -> None:
        self.store.put_path(candidate.name, sha256, stamp)
        self.summary.copies += 1
        self._tick(candidate)

    def _is_current(self, known: KnownPath, candidate: Candidate) -> bool:
        told = (known.version, known.region_told)
        return known.code is None and told == (self.store.version, self._told(candidate))

    def _still_refused(self, known: KnownPath, sha256: str) -> bool:
        from pipeline.store.writer import PASSING_CODES  # noqa: PLC0415

        return (known.sha256, known.version) == (sha256, self.store.version) and known.code not in PASSING_CODES

    def _refuse(self, candidate: Candidate, code: str, message: str, sha256: str | None) -> None:
        self.store.reject(candidate.name, code, message, sha256)
        if code in HARMFUL_CODES:
            self._harmful |= {
                known: Rejection(name, code, message)
                for known, name in self._under_way.items()
                if name == candidate.name
            }
        self._under_way.pop(sha256 or "", None)
        self._containers.refused(candidate, code)
        self.summary.refused.append(Rejection(candidate.name, code, message))
        self._tick(candidate)

    def _tick(self, candidate: Candidate, files: int = 1) -> None:
        if files > 1:
            self.summary.files += files - 1
        self.done += files
        self.on_event(Event(self.done, self.summary.files, candidate.name))


def _bytes_of(candidate: Candidate) -> bytes:
    """The bytes of a candidate. Raises Refused, for any failure but OSError."""
    try:
        return bytes_of(candidate)
    except (Refused, OSError):
        raise
    except Exception as error:  # one bad file must never stop the rest
        raise Refused("failed", describe_failure(error)) from error


def _read(task: _Task) -> _Outcome:
    """Runs in a worker: a file to rows. Never raises."""
    from pipeline.extraction import notes_on  # noqa: PLC0415 - loads dictionaries and models
    from pipeline.store.rows import rows_of  # noqa: PLC0415
    from pipeline.store.writer import stamp_of  # noqa: PLC0415

    candidate = task.candidate
    sha256 = None
    try:
        stamp = stamp_of(candidate.path)
        data = bytes_of(candidate)
        sha256 = hashlib.sha256(data).hexdigest()
        extraction = extract_bytes(data, candidate, task.region)
        rows = rows_of(extraction, region_told=task.region)
    except Refused as refused:
        return _Outcome(candidate, sha256=sha256, code=refused.code, message=str(refused))
    except Exception as error:  # one bad file must never stop the rest
        return _Outcome(candidate, sha256=sha256, code="failed", message=describe_failure(error))
    return _Outcome(candidate, rows, stamp, rows.sha256, notes=notes_on(extraction))


def _late(task: _Task) -> _Outcome:
    return _Outcome(task.candidate, code="too_slow", message=TOO_SLOW)


def _crashed(task: _Task) -> _Outcome:
    return _Outcome(task.candidate, code="crashed", message=CRASHED)
