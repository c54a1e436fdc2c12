"""Running one function over many items in several processes, results in the order of the items.

Workers are spawned, not forked, so that they start the same way on every system. A worker that dies (a crash in a C
library, memory that ran out) takes no other item with it: its item is run again, alone, and only then given up. One
that is busy with an item for too long is killed and replaced, whatever it is in: a time limit inside the process could
not interrupt a C library.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

if TYPE_CHECKING:
    from pipeline.engines.workers import Crew, Job

Item = TypeVar("Item")
Result = TypeVar("Result")

_AHEAD = 8
"""Items handed out ahead for each process: enough to keep them busy, few enough to keep memory flat."""

FEW = 8
"""Up to this many items are run here where no time limit is set: starting processes would take longer."""


class TimeLimit(NamedTuple, Generic[Item, Result]):
    """How many seconds an item may take, and what becomes of one that takes longer."""

    seconds: Callable[[Item], float]
    late: Callable[[Item], Result]


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
    limit: TimeLimit[Item, Result] | None = None,
    meanwhile: Callable[[], None] = lambda: None,
) -> Iterator[Result]:
    """``function`` of each item, in order. ``crashed`` makes the result for an item that kills its process.

    ``function`` must be importable by name, and must not raise: what can go wrong with an item is part of its result.
    With a ``limit`` every item is run by a worker, even a single one; without, few are run here. ``meanwhile`` is what
    the caller has to do before it takes the first result, if there is one: workers start in that time.
    """
    queue = iter(items)
    if limit is None:
        first = list(islice(queue, FEW + 1 if processes > 1 else 1))
        if len(first) <= FEW:
            if first:
                meanwhile()
            for item in chain(first, queue):
                yield function(item)
            return
    else:
        first = list(islice(queue, processes * _AHEAD))
        processes = max(1, min(processes, len(first)))  # no more workers than there is work
    yield from _spread(function, chain(first, queue), processes, crashed, limit, meanwhile)


def run_apart(
    function: Callable[[Item], Result],
    items: Iterable[Item],
    *,
    crashed: Callable[[Item], Result],
    limit: TimeLimit[Item, Result] | None,
) -> Iterator[Result]:
    """``function`` of each item, in order, each in a process that may die; as :func:`spread`."""
    return _spread(function, iter(items), 1, crashed, limit, lambda: None)


def _spread(
    function: Callable[[Item], Result],
    items: Iterator[Item],
    processes: int,
    crashed: Callable[[Item], Result],
    limit: TimeLimit[Item, Result] | None,
    meanwhile: Callable[[], None],
) -> Iterator[Result]:
    from pipeline.engines.workers import Crew  # noqa: PLC0415 - brings multiprocessing

    crew: Crew[Item, Result] = Crew(function, processes, crashed, limit)
    waiting: deque[Job[Item, Result]] = deque()

    def hand_out() -> None:
        for item in islice(items, processes * _AHEAD - len(waiting)):
            waiting.append(crew.add(item))
            crew.attend()

    try:
        hand_out()
        if waiting:
            meanwhile()
        while waiting:
            crew.wait_for(waiting[0])
            yield waiting.popleft().result()
            hand_out()
    finally:
        crew.dismiss()
