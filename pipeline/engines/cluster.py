"""Running one function over many items on a Dask cluster, results in the order of the items.

The items go out in batches, so that the scheduler has less to keep; a worker that is lost loses none, as the scheduler
gives its batches to others. A batch that ends one worker after another is run here instead, item by item in processes
that may die, so that what becomes of a harmful file is the same as without a cluster.
"""

from __future__ import annotations

import faulthandler
import os
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, TypeVar

from pipeline.engines.spreading import TimeLimit, run_apart
from pipeline.errors import UsageError
from pipeline.store.version import fingerprint

if TYPE_CHECKING:
    from pipeline.engines.walking import Candidate


class _OfFile(Protocol):
    """An item: the file it is about must be where the worker looks for it."""

    @property
    def candidate(self) -> Candidate:
        """The file."""


Item = TypeVar("Item", bound=_OfFile)
Result = TypeVar("Result")

BATCH = 8
"""Items that go out together: a second of work, and half a megabyte to send back."""

_AHEAD = 4
"""Batches handed out ahead for each thread of the workers."""

_CONNECT_SECONDS = 20
_LATE_SECONDS = 30
"""How much longer than its limit a worker may be busy with an item before it ends itself."""


class _Batch(NamedTuple):
    """What a worker sends back: a result for each item, or what is wrong with the worker."""

    results: tuple[Any, ...]
    other_version: bool = False
    missing: str | None = None


class Cluster:
    """The workers of a Dask scheduler; :meth:`spread` is as :func:`pipeline.engines.spreading.spread`.

    Use it in a ``with`` block. Raises UsageError where Dask isn't installed or no scheduler answers.
    """

    def __init__(self, address: str) -> None:
        self.address = address
        try:
            from dask.distributed import Client  # noqa: PLC0415 - an extra, and slow to import
        except ImportError as error:
            raise UsageError(
                "--scheduler needs Dask, which isn't installed: make cluster (or: pip install 'countyfacts[cluster]')"
            ) from error
        try:
            make: Any = Client
            self._client = make(address, timeout=_CONNECT_SECONDS, set_as_default=False)
        except (OSError, ValueError, TimeoutError) as error:
            raise UsageError(
                f"--scheduler {address}: no Dask scheduler answers there ({error}); start one with: dask scheduler"
            ) from error

    def __enter__(self) -> Cluster:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    @property
    def dashboard(self) -> str:
        """The address of Dask's own page on what the workers do."""
        return str(self._client.dashboard_link)

    def spread(
        self,
        function: Callable[[Item], Result],
        items: Iterable[Item],
        *,
        processes: int,
        crashed: Callable[[Item], Result],
        limit: TimeLimit[Item, Result] | None = None,
        meanwhile: Callable[[], None] = lambda: None,
    ) -> Iterator[Result]:
        """``function`` of each item, in order; ``processes`` are those of this machine, which a cluster doesn't need.

        Raises UsageError where a worker has other rules or data than this program, or doesn't see its files.
        """
        queue = iter(items)
        waiting: deque[tuple[tuple[Item, ...], Any]] = deque()

        def hand_out() -> None:
            while len(waiting) < self._room() and (batch := _taken(queue)):
                waiting.append((batch, self._submitted(function, batch, limit)))

        try:
            hand_out()
            if waiting:
                meanwhile()
            while waiting:
                batch, future = waiting.popleft()
                yield from self._results(function, batch, future, crashed, limit)
                hand_out()
        finally:
            self._client.cancel([future for _, future in waiting])

    def _room(self) -> int:
        """How many batches are under way at a time, whatever workers come and go."""
        return _AHEAD * max(1, sum(int(threads) for threads in self._client.nthreads().values()))

    def _submitted(
        self, function: Callable[[Item], Result], batch: Sequence[Item], limit: TimeLimit[Item, Result] | None
    ) -> Any:  # noqa: ANN401 - a future of Dask
        seconds = None if limit is None else [limit.seconds(item) for item in batch]
        return self._client.submit(_run, function, batch, seconds, fingerprint(), pure=False)

    def _results(
        self, function: Callable[[Item], Result], batch: Sequence[Item], future: Any,  # noqa: ANN401
        crashed: Callable[[Item], Result], limit: TimeLimit[Item, Result] | None,
    ) -> Iterator[Result]:  # fmt: skip
        from dask.distributed import KilledWorker  # noqa: PLC0415

        try:
            done: _Batch = future.result()
        except KilledWorker:
            yield from run_apart(function, batch, crashed=crashed, limit=limit)
            return
        except ModuleNotFoundError as error:
            raise UsageError(f"--scheduler {self.address}: Countyfacts isn't installed on a worker: {error}") from error
        self._check(done)
        yield from done.results

    def _check(self, done: _Batch) -> None:
        if done.other_version:
            raise UsageError(
                f"--scheduler {self.address}: a worker has other rules or data than this program; install the same "
                "version everywhere, and start the workers with the same COUNTYFACTS_CATALOGUE, if any"
            )
        if done.missing is not None:
            raise UsageError(
                f"--scheduler {self.address}: a worker doesn't see {done.missing}; the files must lie in a folder that "
                "all machines share, under the same path"
            )


_ALONE = threading.Lock()
"""A worker with several threads reads one source at a time: the limit of time is one for the process."""


def _run(
    function: Callable[[Item], Result], batch: Sequence[Item], seconds: Sequence[float] | None, version: str
) -> _Batch:
    """Runs in a worker."""
    if fingerprint() != version:
        return _Batch((), other_version=True)
    missing = next((path for item in batch if not (path := item.candidate.path).parent.exists()), None)
    if missing is not None:
        return _Batch((), missing=str(missing))
    results = []
    with _ALONE, Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        for at, item in enumerate(batch):
            if seconds is not None:
                faulthandler.dump_traceback_later(seconds[at] + _LATE_SECONDS, exit=True, file=nowhere)
            try:
                results.append(function(item))
            finally:
                faulthandler.cancel_dump_traceback_later()
    return _Batch(tuple(results))


def _taken(items: Iterator[Item]) -> tuple[Item, ...]:
    return tuple(islice(items, BATCH))
