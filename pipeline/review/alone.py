"""One program at a time writes decisions: the file and the database are read, changed and written by one alone."""

from __future__ import annotations

import fcntl
import logging
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.errors import UsageError

PATIENCE = 60.0
"""Seconds that one waits for another: a decision takes one or two, a large ingest may hold the database for some."""
_TOLD_AFTER = 1.0
_STEP = 0.05

_log = logging.getLogger(__name__)


@contextmanager
def alone_with(corrections: Path, who: str) -> Iterator[None]:
    """Nobody else writes decisions into the file ``corrections`` meanwhile, be it another thread or another program.

    Who finds another at it waits, says so, and after ``PATIENCE`` seconds gives up. ``who`` is told to those that wait.
    The lock is the system's, on a file beside: it goes with the program that holds it, however that ends. Raises
    UsageError.
    """
    lock = corrections.with_name(f".{corrections.name}.lock")
    handle = _locked(lock, corrections)
    try:
        os.truncate(handle, 0)
        os.write(handle, f"{who}, process {os.getpid()}".encode())
        yield
    finally:
        lock.unlink(missing_ok=True)  # before it is let go: who waits for it sees that it is gone, and makes another
        os.close(handle)


def _locked(lock: Path, corrections: Path) -> int:
    started, told = time.monotonic(), False
    while True:
        handle = _opened(lock)
        if _taken(handle, lock):
            return handle
        holder = os.pread(handle, 200, 0).decode(errors="replace") or "another program"
        os.close(handle)
        waited = time.monotonic() - started
        if waited > PATIENCE:
            raise UsageError(
                f"{corrections}: {holder} has been writing decisions for {PATIENCE:.0f} seconds; nothing was changed. "
                "Decide again when it has finished"
            )
        if waited > _TOLD_AFTER and not told:
            _log.warning("waiting: %s is writing a decision to %s", holder, corrections)
            told = True
        time.sleep(_STEP)


def _opened(lock: Path) -> int:
    try:
        lock.parent.mkdir(parents=True, exist_ok=True)
        return os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    except OSError as error:
        raise UsageError(
            f"{lock.parent}: can't be written to: {error.strerror}; change its rights, or name another file with "
            "--corrections"
        ) from error


def _taken(handle: int, lock: Path) -> bool:
    """Whether the lock is ours now, and still the one that others look for."""
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return lock.stat().st_ino == os.fstat(handle).st_ino
    except (BlockingIOError, FileNotFoundError):
        return False
    except OSError as error:
        os.close(handle)
        raise UsageError(
            f"{lock.parent}: files can't be locked there ({error.strerror}); name a file on a disk of this machine "
            "with --corrections"
        ) from error
