"""Files inside containers as candidates of their own, and the bytes of any candidate."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.engines.sidecars import region_told
from pipeline.engines.walking import Candidate, passed_over, read_bytes
from pipeline.errors import Refused
from pipeline.limits import MAX_SOURCE_BYTES

if TYPE_CHECKING:
    from pipeline.reading.opening import Container

INSIDE = "!/"
_HEAD_BYTES = 16 * 1024
_AT_FIRST_SIGHT = re.compile(
    rb"PK[\x03\x05\x07]|\x1f\x8b\x08|WARC/|[\r\n]{0,9}[A-Za-z][A-Za-z0-9-]{1,60}:|.{257}ustar", re.DOTALL
)
"""How zip, gzip, WARC, headers of e-mails and tar begin; most files don't, and need no closer look."""
_JUNK_FOLDERS = ("__MACOSX",)


def with_members(
    candidates: Iterable[Candidate], opened: Callable[[Candidate], list[Candidate]]
) -> Iterator[Candidate]:
    """The candidates in order, containers among them opened: each file inside is a candidate of its own.

    ``opened`` opens them (:func:`members_of`). A container that can't be opened stays itself, with a problem.
    """
    for named in candidates:
        candidate = resolved(named)
        if candidate.problem is None and not candidate.inside and is_container(candidate.path):
            yield from opened(candidate)
        else:
            yield candidate


def resolved(candidate: Candidate) -> Candidate:
    """A candidate whose path leads into a container (``archive.zip!/file.txt``) as the file there; others as they are.

    Where there is no such file it has a problem.
    """
    if candidate.inside or INSIDE not in candidate.name or candidate.path.exists():
        return candidate
    try:
        return find(candidate.path)._replace(name=candidate.name)
    except Refused as refused:
        return candidate._replace(problem=str(refused), code=refused.code)


def is_container(path: Path) -> bool:
    """Whether the first bytes of a file are those of a container, an office file in a zip not being one."""
    try:
        if not path.is_file():
            return False
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES)
        if not _AT_FIRST_SIGHT.match(head):
            return False
        from pipeline.reading.opening import may_be_container  # noqa: PLC0415 - brings all that reads pages

        return may_be_container(head, path.name) and (not head.startswith(b"PK") or _container(path) is not None)
    except OSError:
        return False
    except Refused:
        return True


def members_of(container: Candidate) -> list[Candidate]:
    """The files in a container, by name. Hidden files and notes are passed over as in folders.

    Where it can't be opened, or nothing is in it, the container itself with the problem.
    """
    from pipeline.reading.opening import list_entries  # noqa: PLC0415

    try:
        opened = _container(container.path)
        entries = list_entries(opened) if opened is not None else []
    except Refused as refused:
        return [container._replace(problem=str(refused), code=refused.code)]
    except OSError as error:
        return [container._replace(problem=f"can't be read: {error.strerror or error}")]
    found = [
        Candidate(
            f"{container.name}{INSIDE}{entry.name}" if entry.name else container.name,
            container.path,
            entry.problem and entry.problem[1],
            region_told(container.path, entry.name),
            entry.keys,
            entry.problem[0] if entry.problem else "unreadable",
            dict(entry.hints) or None,
        )
        for entry in entries
        if not _passed_over(entry.name)
    ]
    if not found:
        return [container._replace(problem="holds no file to read", code="empty")]
    return found


def bytes_of(candidate: Candidate) -> bytes:
    """The bytes of a candidate, unpacked where it is in a container. Raises Refused."""
    if not candidate.inside:
        return read_bytes(candidate.path)
    *way, key = candidate.inside
    try:
        stat = candidate.path.stat()
        container = _opened(candidate.path, (stat.st_size, stat.st_mtime_ns), tuple(way))
        return container.read(key, MAX_SOURCE_BYTES)
    except OSError as error:
        raise Refused("unreadable", f"can't be read: {error.strerror or error}") from error
    except IndexError as error:
        raise Refused("unreadable", "has changed while it was read") from error


def find(path: Path) -> Candidate:
    """The one file that a path means: a file, ``archive.zip!/inner/file.txt``, or the only file in a container.

    Raises Refused where there is no such file, or where a container holds several and none is named.
    """
    if path.exists() or INSIDE not in path.as_posix():
        own = Candidate(path.as_posix(), path)
        return _only_member(own) if path.exists() and is_container(path) else own
    wanted = path.as_posix()
    outer = outer_path(path)
    if outer is None:
        raise Refused("unreadable", "there is no such file")
    members = members_of(Candidate(outer.as_posix(), outer))
    for member in members:
        if Path(member.name).as_posix() == wanted:
            return member
    raise Refused("unreadable", f"there is no such file in {outer.as_posix()}; it holds {_some(members)}")


def outer_path(path: Path) -> Path | None:
    """The file that ``a.zip!/b!/c.txt`` stands in: the shortest part before a ``!/`` that is there; else None."""
    parts = path.as_posix().split(INSIDE)
    outers = (Path(INSIDE.join(parts[:count])) for count in range(1, len(parts)))
    return next((outer for outer in outers if outer.is_file()), None)


def _only_member(container: Candidate) -> Candidate:
    members = members_of(container)
    own = next((member for member in members if member.name == container.name), None)
    if own is not None:
        return own
    if len(members) == 1:
        return members[0]
    raise Refused("several", f"holds several files; name one of them: {_some(members)}")


def _some(members: list[Candidate]) -> str:
    shown = ", ".join(repr(member.name) for member in members[:3])
    return f"{shown} and {len(members) - 3:,} more" if len(members) > 3 else shown


def _passed_over(name: str) -> bool:
    """Hidden files, notes, and what macOS puts into archives."""
    parts = name.split("/")
    hidden = any(part.startswith(".") or part in _JUNK_FOLDERS for part in parts[:-1])
    return bool(name) and (hidden or passed_over(parts[-1]))


def _container(path: Path) -> Container | None:
    stat = path.stat()
    return _outer(path, (stat.st_size, stat.st_mtime_ns))


@lru_cache(maxsize=1)
def _outer(path: Path, stamp: tuple[int, int]) -> Container | None:
    """The container that a file is, kept open for the next member; it is closed when another takes its place."""
    from pipeline.reading.opening import open_container  # noqa: PLC0415

    return open_container(path.open("rb"), path.name)


@lru_cache(maxsize=1)
def _opened(path: Path, stamp: tuple[int, int], way: tuple[int, ...]) -> Container:
    """The container that holds a member, those on the way to it opened in memory."""
    from pipeline.reading.opening import open_inside  # noqa: PLC0415

    outer = _outer(path, stamp)
    if outer is None:
        raise Refused("unreadable", "has changed while it was read")
    return open_inside(outer, way)
