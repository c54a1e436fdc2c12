"""``corrections.yaml``: read, and written so that taking an entry away again leaves the bytes there were before."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from pipeline.decisions.records import Decision
from pipeline.errors import ResourceError
from pipeline.resources import Strict, load_user_yaml

_HEADER = """\
# What people decided about single facts (countyfacts review). One entry a decision; ingest applies them.
# Entries hold wherever the file is moved to: they name its bytes and quote the text. docs/review.md tells the fields.
decisions:
"""


class _File(Strict):
    decisions: list[Decision]


@dataclass(frozen=True, slots=True)
class DecisionFile:
    """The decisions of a file in their order, and the line each stands in."""

    path: Path
    decisions: tuple[Decision, ...] = ()
    lines: tuple[int, ...] = ()

    @property
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


def load_decisions(path: Path) -> DecisionFile:
    """The decisions of a file; none where there is no such file. Raises ResourceError with the line that is wrong."""
    if not path.exists():
        return DecisionFile(path)
    entries = load_user_yaml(path, _File)
    text = path.read_text(encoding="utf-8")
    lines = tuple(entry.start_mark.line + 1 for entry in _entries(text))
    return DecisionFile(path, tuple(entries.decisions), lines)


def _entries(text: str) -> Sequence[yaml.Node]:
    """The entries of a file as nodes, which know where they stand; all in one go, as there may be thousands."""
    node = yaml.compose(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    pairs = node.value if isinstance(node, yaml.MappingNode) else ()
    found = next((value for key, value in pairs if key.value == "decisions"), None)
    return found.value if isinstance(found, yaml.SequenceNode) else ()


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
    text = path.read_text(encoding="utf-8")
    entries = _entries(text)
    if not 0 <= place < len(entries):
        raise ResourceError(f"{path}: has no entry {place + 1}")
    lines = text.splitlines(keepends=True)
    first = entries[place].start_mark.line
    last = entries[place + 1].start_mark.line if place + 1 < len(entries) else len(lines)
    left = "".join(lines[:first] + lines[last:])
    return None if left == _HEADER else left.encode()
