"""Which files a command is about: paths and folders become a list in one order, whatever the file system says."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from pipeline.engines.provenance import provenance
from pipeline.engines.sidecars import NAME, region_told
from pipeline.errors import Refused
from pipeline.limits import MAX_SOURCE_BYTES

_NOTES = (".jsonl", ".meta.json")


class Candidate(NamedTuple):
    """A file to read. ``name`` is the path as it is kept and shown; ``problem`` says why it can't be read at all.

    ``region`` is the adcode that the user gives it in ``regions.yaml`` beside it. For a file in a container ``path`` is
    the container's, ``inside`` leads to the file in it, ``code`` goes with the problem, and ``hints`` is what the
    container, or the note beside a file from the web, says of it (``Source.hints``).
    """

    name: str
    path: Path
    problem: str | None = None
    region: str | None = None
    inside: tuple[int, ...] = ()
    code: str = "unreadable"
    hints: Mapping[str, str] | None = None


class Files:
    """Files to read, by the code points of their names. Of most only the name is kept: there may be millions."""

    def __init__(self, names: Sequence[str], regions: Mapping[str, str], others: Mapping[str, Candidate]) -> None:
        """``names`` of all in their order; the regions told for some; ``others`` are candidates that are more than a
        name: what can't be read, and files that lie elsewhere than their name says.
        """
        self._names = names
        self._regions = regions
        self._others = others

    def __len__(self) -> int:
        return len(self._names)

    def __iter__(self) -> Iterator[Candidate]:
        for name in self._names:
            path = Path(name)
            known = self._others.get(name)
            yield known or Candidate(name, path, region=self._regions.get(name), hints=provenance(path))


def walk(paths: Iterable[Path]) -> Files:
    """The files at ``paths``, folders taken with all they hold, by the code points of their names, each once.

    Inside folders hidden files, notes on documents (``*.jsonl``, ``*.meta.json``, ``regions.yaml``) and READMEs are
    passed over; a file that is named itself is always taken. What can't be read becomes a candidate with a problem.
    Raises ResourceError where a ``regions.yaml`` beside the files is not what it should be.
    """
    names: set[str] = set()
    regions: dict[str, str] = {}
    others: dict[str, Candidate] = {}
    for path, problem in (found for given in paths for found in _walk(given)):
        name = shown_name(path)
        if name in names:
            continue
        names.add(name)
        region = region_told(path) if problem is None else None
        if problem is not None or path.absolute() != Path(name).absolute():
            others[name] = Candidate(name, path, problem, region, hints=provenance(path))
        elif region is not None:
            regions[name] = region
    return Files(sorted(names), regions, others)


def read_bytes(path: Path) -> bytes:
    """The bytes of a file. Raises Refused where it can't be read, isn't a file, or is too large."""
    try:
        if not path.is_file():
            raise Refused("unreadable", "is not a regular file" if path.exists() else "there is no such file")
        size = path.stat().st_size
        if size > MAX_SOURCE_BYTES:
            raise Refused(
                "too_large", f"has {size:,} bytes; the limit is {MAX_SOURCE_BYTES:,} (split it, or take out pictures)"
            )
        with path.open("rb") as file:
            return file.read(MAX_SOURCE_BYTES + 1)
    except OSError as error:
        raise Refused("unreadable", f"can't be read: {error.strerror or error}") from error


def shown_name(path: Path) -> str:
    """A path as it is kept: with forward slashes, from the working directory where it lies within it, and readable."""
    try:
        return readable(path.absolute().relative_to(Path.cwd()).as_posix() or ".")
    except ValueError:
        return readable(Path(os.path.normpath(path.absolute())).as_posix())


def readable(path: str) -> str:
    """A path whose names are text, which a database and a terminal take.

    Names that aren't UTF-8 (archives of other systems unpacked on this one leave them) are read in the encoding that
    fits; where that is the name of another file their odd bytes are written as ``\\xff``.
    """
    if path.isprintable() or not any("\ud800" <= character <= "\udfff" for character in path):
        return path
    parts = os.fsencode(path).split(b"/")
    return "/".join(_told(parts[:at], part) for at, part in enumerate(parts))


def _told(folder: list[bytes], name: bytes) -> str:
    """A name in a folder as text."""
    from pipeline.reading.opening.names import decoded_names  # noqa: PLC0415 - few names are so, and it loads the readers

    told = decoded_names([name])[0]
    if told.encode() != name and ("\ufffd" in told or os.path.lexists(b"/".join([*folder, told.encode()]))):
        return name.decode("utf-8", "backslashreplace")
    return told


def _walk(path: Path) -> Iterator[tuple[Path, str | None]]:
    """The files at a path, and what of it can't be read with the reason."""
    if not path.is_dir():
        yield path, None
        return
    problems: list[OSError] = []
    for folder, folders, files in os.walk(path, onerror=problems.append):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from ((Path(folder) / name, None) for name in files if not passed_over(name))
    for problem in problems:
        yield Path(problem.filename or path), f"can't be read: {problem.strerror or problem}"


def passed_over(name: str) -> bool:
    """Whether a file in a folder is no source: hidden, a note on documents or a README."""
    return (
        name.startswith((".", "~$"))  # ~$report.docx: Word's note that somebody has the file open
        or name == NAME
        or name.endswith(_NOTES)
        or name.split(".", maxsplit=1)[0].upper() == "README"
    )
