"""Gold sets on disk: facts written down by hand, each file beside or apart from its document."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.errors import ResourceError

_NOTES = (".jsonl", ".meta.json")


@dataclass(frozen=True, slots=True)
class GoldDocument:
    """A document and the file with its gold facts."""

    name: str
    document: Path
    gold: Path


@dataclass(frozen=True, slots=True)
class GoldSet:
    """Documents that are scored together."""

    name: str
    documents: tuple[GoldDocument, ...]


def find_documents(gold: Path, documents: Path) -> tuple[GoldDocument, ...]:
    """The gold files of a folder with their documents, which bear the same name with another ending; by name.

    Raises ResourceError where a gold file has no document or several.
    """
    by_stem: dict[str, list[Path]] = {}
    for path in sorted(documents.iterdir()):
        if path.is_file() and not path.name.endswith(_NOTES) and not path.name.startswith((".", "README")):
            by_stem.setdefault(path.stem, []).append(path)
    found = []
    for path in sorted(gold.glob("*.jsonl")):
        match by_stem.get(path.stem, []):
            case [document]:
                found.append(GoldDocument(path.stem, document, path))
            case []:
                raise ResourceError(f"{path}: there is no document {path.stem}.* in {documents}")
            case several:
                raise ResourceError(f"{path}: several documents bear its name: {', '.join(p.name for p in several)}")
    if not found:
        raise ResourceError(f"{gold}: has no gold facts (*.jsonl)")
    return tuple(found)


def digest_of(documents: Iterable[GoldDocument]) -> str:
    """A SHA-256 over names and bytes of gold facts and documents: another digest is another examination."""
    digest = hashlib.sha256()
    for entry in documents:
        for path in (entry.gold, entry.document):
            digest.update(f"{path.name}\0".encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def read_jsonl(path: Path) -> list[dict[str, Any]]:
    """The records of a JSON Lines file. Raises ResourceError with the line that is wrong."""
    rows = []
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1):
        if line.strip():
            try:
                rows.append(json.loads(line))
            except json.JSONDecodeError as error:
                raise ResourceError(f"{path}, line {number}: not JSON: {error.msg}") from error
    return rows
