"""Running one function over many items in several processes, results in the order of the items.

Workers are spawned, not forked, so that they start the same way on every system. A worker that dies (a crash in a C
library, memory that ran out) takes no other item with it: those under way are run again, each alone.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from concurrent.futures import Future, ProcessPoolExecutor

Item = TypeVar("Item")
Result = TypeVar("Result")

_AHEAD = 8
"""Items handed out ahead for each process: enough to keep them busy, few enough to keep memory flat."""

FEW = 8
"""Up to this many items are run here: starting processes would take longer."""


def default_processes() -> int:
    """The cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def spread(
    function: Callable[[Item], Result],
    items: Iterable[Item],
    *,
    processes: int,
    crashed: Callable[[Item], Result],
) -> Iterator[Result]:
    """``function`` of each item, in order. ``crashed`` makes the result for an item that kills its process.

    ``function`` must be importable by name, and must not raise: what can go wrong with an item is part of its result.
    """
    queue = iter(items)
    first = list(_take(queue, FEW + 1)) if processes > 1 else []
    if len(first) <= FEW:
        for item in [*first, *queue]:
            yield function(item)
        return
    yield from _spread(function, _chain(first, queue), processes, crashed)


def _spread(
    function: Callable[[Item], Result], items: Iterator[Item], processes: int, crashed: Callable[[Item], Result]
) -> Iterator[Result]:
    from concurrent.futures.process import BrokenProcessPool  # noqa: PLC0415 - only where there is much to do

    pool = _pool(processes)
    waiting: deque[tuple[Item, Future[Result]]] = deque()
    try:
        while True:
            while len(waiting) < processes * _AHEAD and (some := list(_take(items, 1))):
                waiting.append((some[0], _submitted(pool, function, some[0])))
            if not waiting:
                return
            item, future = waiting.popleft()
            try:
                yield future.result()
            except BrokenProcessPool:
                pool.shutdown(cancel_futures=True)
                again = [item, *(waiting_item for waiting_item, _ in waiting)]
                waiting.clear()
                for alone in again:
                    yield _alone(function, alone, crashed)
                pool = _pool(processes)
    finally:
        pool.shutdown(cancel_futures=True)


def _submitted(pool: ProcessPoolExecutor, function: Callable[[Item], Result], item: Item) -> Future[Result]:
    """The future of an item; one that has failed already where the pool broke just now."""
    from concurrent.futures import Future  # noqa: PLC0415
    from concurrent.futures.process import BrokenProcessPool  # noqa: PLC0415

    try:
        return pool.submit(function, item)
    except BrokenProcessPool as error:
        failed: Future[Result] = Future()
        failed.set_exception(error)
        return failed


def _alone(function: Callable[[Item], Result], item: Item, crashed: Callable[[Item], Result]) -> Result:
    from concurrent.futures.process import BrokenProcessPool  # noqa: PLC0415

    with _pool(1) as pool:
        try:
            return pool.submit(function, item).result()
        except BrokenProcessPool:
            return crashed(item)


def _pool(processes: int) -> ProcessPoolExecutor:
    from concurrent.futures import ProcessPoolExecutor  # noqa: PLC0415
    from multiprocessing import get_context  # noqa: PLC0415

    return ProcessPoolExecutor(processes, mp_context=get_context("spawn"))


def _take(items: Iterator[Item], count: int) -> Iterator[Item]:
    for _ in range(count):
        try:
            yield next(items)
        except StopIteration:
            return


def _chain(first: Iterable[Item], rest: Iterator[Item]) -> Iterator[Item]:
    yield from first
    yield from rest
