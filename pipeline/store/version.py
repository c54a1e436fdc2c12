"""Which program read a source: a fingerprint of its rules and data, so that unchanged sources can be skipped safely."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

import pipeline
from pipeline.own import own_catalogue

_ABOVE_READING = {"cli", "comparing", "engines", "evaluating", "scraping", "web", "__pycache__"}
_KINDS = {".py", ".yaml", ".csv", ".txt", ".json", ".skops"}


@cache
def program_version() -> str:
    """The version of the program, as its package says."""
    from importlib.metadata import PackageNotFoundError, version  # noqa: PLC0415 - slow to import

    try:
        return version("countyfacts")
    except PackageNotFoundError:
        return "unknown"


@cache
def fingerprint() -> str:
    """Sixteen digits that change with any rule, catalogue, model or schema by which a source is read and stored."""
    package = Path(pipeline.__file__).parent
    digest = hashlib.sha256()
    roots = (package, package.parent / "models")
    for root in roots:
        for path in sorted(root.rglob("*")):
            inside = path.relative_to(root)
            if path.suffix in _KINDS and inside.parts[0] not in _ABOVE_READING and path.is_file():
                digest.update(f"{root.name}/{inside.as_posix()}\0".encode())
                digest.update(hashlib.sha256(path.read_bytes()).digest())
    own = own_catalogue()
    if own is not None:
        digest.update(own.read_bytes())
    return digest.hexdigest()[:16]
