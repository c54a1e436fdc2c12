"""Containers in an ingest: those that were read whole and are untouched since aren't opened again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.engines.members import INSIDE, is_container
from pipeline.engines.sidecars import region_told
from pipeline.engines.walking import Candidate

if TYPE_CHECKING:
    from pipeline.store.writer import FileStamp, KnownMember, Store

_RACY_NANOSECONDS = 2_000_000_000
"""A file changed within two seconds of being hashed may have been changed again in the same tick of its clock."""


class Containers:
    """The containers of one ingest."""

    def __init__(self, store: Store, opened: Callable[[Candidate], list[Candidate]]) -> None:
        self._store = store
        self._members_of = opened
        self._opened: dict[Path, tuple[str, FileStamp | None, list[str]]] = {}

    def is_one(self, candidate: Candidate) -> bool:
        """Whether a file is a container: one known as such, or one by its bytes."""
        return self._known(candidate) is not None or is_container(candidate.path)

    def untouched(self, container: Candidate, region: str | None) -> list[KnownMember] | None:
        """What is in a container that is as it was when it was read whole; None where it has to be opened.

        ``region`` is what the user gives for all files; another told for a member than when it was read opens it again.
        """
        members = self._known(container)
        if members is None:
            return None
        for member in members:
            inside = member.path.removeprefix(container.name).removeprefix(INSIDE)
            if member.code is None and member.region_told != (region or region_told(container.path, inside)):
                return None
        return members

    def open(self, container: Candidate) -> list[Candidate]:
        """What is in a container, to be noted when all of it has been dealt with."""
        from pipeline.store.writer import stamp_of  # noqa: PLC0415

        try:
            stamp = stamp_of(container.path)
        except OSError:
            stamp = None
        members = self._members_of(container)
        self._opened[container.path] = container.name, stamp, [member.name for member in members]
        return members

    def refused(self, candidate: Candidate, code: str) -> None:
        """A file was refused: where that may pass, or is the container itself, it isn't noted as read."""
        from pipeline.store.writer import PASSING_CODES  # noqa: PLC0415

        if candidate.path not in self._opened:
            return
        name, _, members = self._opened[candidate.path]
        if code in PASSING_CODES and name == candidate.name and not candidate.inside:
            del self._opened[candidate.path]  # says nothing about what is in it
        elif code in PASSING_CODES or name == candidate.name:
            self._opened[candidate.path] = name, None, members

    def note(self) -> None:
        """Store which containers were read whole; what is no longer in one is forgotten."""
        for name, stamp, members in self._opened.values():
            self._store.put_container(name, stamp, members)

    def _known(self, container: Candidate) -> list[KnownMember] | None:
        from pipeline.store.writer import stamp_of  # noqa: PLC0415

        known = self._store.known_container(container.name)
        if known is None:
            return None
        try:
            return known[1] if untouched(known[0], stamp_of(container.path)) else None
        except OSError:
            return None


def untouched(before: FileStamp | None, now: FileStamp) -> bool:
    """Whether size and time of a file say that its bytes are those that were hashed."""
    return (
        before is not None
        and (before.size, before.modified) == (now.size, now.modified)
        and before.checked - before.modified > _RACY_NANOSECONDS
    )
