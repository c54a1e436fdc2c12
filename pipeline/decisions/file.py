"""``corrections.yaml``: read, and written so that taking an entry away again leaves the bytes there were before."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import yaml
from pydantic import TypeAdapter, ValidationError

from pipeline.decisions.entries import Listed, read_listed
from pipeline.decisions.records import Decision
from pipeline.errors import ResourceError
from pipeline.resources import Strict, parse_yaml

_HEADER = """\
# What people decided about single facts (countyfacts review). One entry a decision; ingest applies them.
# Entries hold wherever the file is moved to: they name its bytes and quote the text. docs/review.md tells the fields.
decisions:
"""


_MARKS = re.compile(r"^(?:---|\.\.\.)", re.MULTILINE)
"""Where a YAML document begins or ends."""
_ENTRIES = TypeAdapter(list[Decision])


class _File(Strict):
    decisions: list[Decision]


@dataclass(frozen=True)
class DecisionFile:
    """The decisions of a file in their order, and the line each stands in."""

    path: Path
    decisions: tuple[Decision, ...] = ()
    lines: tuple[int, ...] = ()

    @cached_property
    def by_source(self) -> Mapping[str, tuple[int, ...]]:
        """The places in ``decisions`` of those about each source, by its SHA-256."""
        found: dict[str, list[int]] = {}
        for place, decision in enumerate(self.decisions):
            found.setdefault(decision.source, []).append(place)
        return {source: tuple(places) for source, places in found.items()}

    def where(self, place: int) -> str:
        """File, line and entry of a decision, as errors name it."""
        return f"{self.path}, line {self.lines[place]}: entry {place + 1}"

    def digest(self, places: Sequence[int]) -> str:
        """A digest of some of the decisions, which changes with any of them."""
        text = "\n".join(self.decisions[place].model_dump_json() for place in places)
        return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class _Read:
    """What was read last, and whether an entry at its end would leave what stands before as it was read."""

    text: str
    file: DecisionFile
    open_end: bool


_last: dict[Path, _Read] = {}


def load_decisions(path: Path) -> DecisionFile:
    """The decisions of a file; none where there is no such file. Raises ResourceError with the line that is wrong.

    Who decides a hundred times in a row reads only what was added since: thousands of entries take most of a second.
    """
    if not path.exists():
        return DecisionFile(path)
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ResourceError(f"{path}: can't be read: {error}") from error
    known = _last.get(path)
    if known is None or known.text != text:
        known = (_longer(known, text) if known else None) or _whole(path, text)
        _last.clear()
        _last[path] = known
    return known.file


def _whole(path: Path, text: str) -> _Read:
    try:
        listed = read_listed(text)
        entries = _File.model_validate(listed.data).decisions
    except (yaml.YAMLError, ValidationError):
        parse_yaml(text, _File, str(path))  # says what is wrong, and in which line
        raise
    return _Read(text, DecisionFile(path, tuple(entries), _lines(listed)), open_end=_can_follow(text, listed))


def _longer(known: _Read, text: str) -> _Read | None:
    """A text that was read before, with entries added as we add them; None where it is none."""
    added = text[len(known.text) :]
    if not (known.open_end and text.startswith(known.text) and added.startswith("- ")):
        return None
    try:
        listed = read_listed(added)
        entries = _ENTRIES.validate_python(listed.data)
    except (yaml.YAMLError, ValidationError):
        return None
    if not _can_follow(added, listed):
        return None
    file, above = known.file, known.text.count("\n")
    lines = (*file.lines, *(above + line for line in _lines(listed)))
    return _Read(text, DecisionFile(file.path, (*file.decisions, *entries), lines), open_end=True)


def _lines(listed: Listed) -> tuple[int, ...]:
    return tuple(line + 1 for line, _ in listed.places)


def _can_follow(text: str, listed: Listed) -> bool:
    """Whether a further entry at the end of a text leaves the others as they are: it is written as we write it."""
    in_place = listed.block and bool(listed.places) and all(column == len("- ") for _, column in listed.places)
    return in_place and text.endswith("\n") and text.count("\n") == len(text.splitlines()) and not _MARKS.search(text)


def with_entry(path: Path, decision: Decision) -> bytes:
    """The bytes of the file with a further decision at its end."""
    data = path.read_bytes() if path.exists() else _HEADER.encode()
    if not data.endswith(b"\n"):
        data += b"\n"
    entry = decision.model_dump(mode="json", exclude_defaults=True)
    entry["do"] = decision.do.value
    if "fact" in entry:
        entry["fact"] = decision.fact.model_dump(mode="json")
    text = yaml.safe_dump([entry], allow_unicode=True, sort_keys=False, width=1000)
    return data + text.encode()


def without_entry(path: Path, place: int) -> bytes | None:
    """The bytes of the file without one of its decisions; None where nothing would be left but our own words.

    Raises ResourceError where there is no such entry.
    """
    entries = load_decisions(path).lines
    if not 0 <= place < len(entries):
        raise ResourceError(f"{path}: has no entry {place + 1}")
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    first = entries[place] - 1
    last = entries[place + 1] - 1 if place + 1 < len(entries) else len(lines)
    left = "".join(lines[:first] + lines[last:])
    return None if left == _HEADER else left.encode()
