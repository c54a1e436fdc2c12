"""A crew of worker processes that can be lost one by one: each has a pipe of its own and at most two items."""

from __future__ import annotations

import contextlib
import faulthandler
import os
import signal
import time
from collections import deque
from collections.abc import Callable
from multiprocessing import connection as connections
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Generic, TypeVar

from pipeline.limits import use_one_thread

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from pipeline.engines.spreading import TimeLimit

Item = TypeVar("Item")
Result = TypeVar("Result")

_AT_ONCE = 2
"""Items a worker has at a time: the one it is busy with, and the next, so that it never waits for us."""

_READY = b"ready"
_TRIES = 2
"""How often an item may end its process: the second time it is alone, so that no other's need of memory is to blame."""

_ORPHAN_SECONDS = 30
"""How much longer than its limit a worker goes on with an item when nobody is left to end it."""


class Job(Generic[Item, Result]):
    """An item and, when it is done, its result."""

    __slots__ = ("_result", "done", "item", "seconds", "tries")

    def __init__(self, item: Item, seconds: float | None) -> None:
        self.item = item
        self.seconds = seconds
        self.tries = 0
        self.done = False
        self._result: list[Result] = []

    def finish(self, result: Result) -> None:
        """Note the result."""
        self._result = [result]
        self.done = True

    def result(self) -> Result:
        """The result of a job that is done."""
        return self._result[0]


class _Worker(Generic[Item, Result]):
    def __init__(self, function: Callable[[Item], Result]) -> None:
        context = get_context("spawn")
        self.pipe, theirs = context.Pipe()
        self.process = context.Process(target=_serve, args=(function, theirs), daemon=True)
        self.process.start()
        theirs.close()
        self.ready = False
        self.jobs: deque[Job[Item, Result]] = deque()
        self.began = 0.0

    def give(self, job: Job[Item, Result]) -> None:
        if not self.jobs:
            self.began = time.monotonic()
        self.jobs.append(job)
        with contextlib.suppress(OSError):  # it has died just now, which its pipe will tell
            self.pipe.send((job.item, job.seconds))

    def seconds_left(self) -> float | None:
        """Until the item it is busy with has had its time; None where there is no hurry."""
        if not self.ready or not self.jobs or self.jobs[0].seconds is None:
            return None
        return max(0.0, self.began + self.jobs[0].seconds - time.monotonic())

    def end(self) -> None:
        """Kill it and what it has started (LibreOffice)."""
        if hasattr(os, "killpg") and self.process.pid is not None and self.ready:
            with contextlib.suppress(OSError):
                os.killpg(self.process.pid, signal.SIGKILL)
        self.process.kill()
        self.process.join()
        self.pipe.close()


class Crew(Generic[Item, Result]):
    """Workers, the jobs that wait for one, and those that ended one and are tried again alone."""

    def __init__(
        self,
        function: Callable[[Item], Result],
        processes: int,
        crashed: Callable[[Item], Result],
        limit: TimeLimit[Item, Result] | None,
    ) -> None:
        self._function = function
        self._crashed = crashed
        self._limit = limit
        self._processes = processes
        self._workers: list[_Worker[Item, Result]] = []
        self._queue: deque[Job[Item, Result]] = deque()
        self._again: deque[Job[Item, Result]] = deque()

    def add(self, item: Item) -> Job[Item, Result]:
        """A job for the item, which is begun when a worker is free."""
        job: Job[Item, Result] = Job(item, self._limit.seconds(item) if self._limit else None)
        self._queue.append(job)
        return job

    def attend(self) -> None:
        """Take what is done and hand out what waits, without waiting."""
        self._hand_out()
        self._listen(0)
        self._hand_out()

    def wait_for(self, job: Job[Item, Result]) -> None:
        """Work until the job is done."""
        while not job.done:
            self._hand_out()
            left = [seconds for worker in self._workers if (seconds := worker.seconds_left()) is not None]
            self._listen(min(left) if left else None)

    def dismiss(self) -> None:
        """End all workers, busy or not."""
        for worker in self._workers:
            worker.end()
        self._workers.clear()

    def _hand_out(self) -> None:
        if self._again:  # alone: nothing else is begun until it is done
            if not any(worker.jobs for worker in self._workers) and (worker := self._least_busy()) is not None:
                worker.give(self._again.popleft())
            return
        while self._queue and (worker := self._least_busy()) is not None:
            worker.give(self._queue.popleft())

    def _least_busy(self) -> _Worker[Item, Result] | None:
        """A worker that may be given an item, a new one as long as there may be more of them."""
        best = min(self._workers, key=lambda worker: len(worker.jobs), default=None)
        if len(self._workers) < self._processes and (best is None or best.jobs):
            best = _Worker(self._function)
            self._workers.append(best)
        return best if best is not None and len(best.jobs) < _AT_ONCE else None

    def _listen(self, seconds: float | None) -> None:
        heard = {id(pipe) for pipe in connections.wait([worker.pipe for worker in self._workers], seconds)}
        for worker in [worker for worker in self._workers if id(worker.pipe) in heard]:
            self._hear(worker)
        for worker in [worker for worker in self._workers if worker.seconds_left() == 0]:
            self._give_up(worker)

    def _hear(self, worker: _Worker[Item, Result]) -> None:
        try:
            message = worker.pipe.recv()
        except (EOFError, OSError):
            self._lost(worker)
            return
        if worker.ready:
            worker.jobs.popleft().finish(message)
        worker.ready = True
        worker.began = time.monotonic()

    def _lost(self, worker: _Worker[Item, Result]) -> None:
        """A worker has died."""
        if worker.jobs:
            job = worker.jobs.popleft()
            job.tries += 1
            if job.tries < _TRIES:
                self._again.append(job)
            else:
                job.finish(self._crashed(job.item))
        self._replace(worker)

    def _give_up(self, worker: _Worker[Item, Result]) -> None:
        """A worker is busy with one item for too long."""
        if self._limit is not None:
            job = worker.jobs.popleft()
            job.finish(self._limit.late(job.item))
        self._replace(worker)

    def _replace(self, worker: _Worker[Item, Result]) -> None:
        self._queue.extendleft(reversed(worker.jobs))
        self._workers.remove(worker)
        worker.end()


def _serve(function: Callable[[Item], Result], pipe: Connection) -> None:
    """What a worker does, until nobody is left to send it items."""
    use_one_thread()
    if hasattr(os, "setsid"):
        os.setsid()  # Ctrl+C is for the caller alone; and with its group goes all that it has started
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with contextlib.suppress(EOFError, OSError), Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        pipe.send(_READY)
        while True:
            item, seconds = pipe.recv()
            if seconds is not None:  # ends the process from a thread of its own, without Python's leave
                faulthandler.dump_traceback_later(seconds + _ORPHAN_SECONDS, exit=True, file=nowhere)
            result = function(item)
            faulthandler.cancel_dump_traceback_later()
            pipe.send(result)
