"""The bytes that a stored source was read from, as long as they are where they were."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

from pipeline.engines.members import bytes_of, find
from pipeline.errors import Refused, UsageError


def stored_bytes(paths: Iterable[str], source: str) -> tuple[str, bytes]:
    """The bytes of a source by its id, and which of its ``paths`` still leads to them.

    Raises UsageError where none does.
    """
    tried = tuple(paths)
    for path in tried:
        try:
            data = bytes_of(find(Path(path)))
        except (OSError, Refused):
            continue
        if hashlib.sha256(data).hexdigest().startswith(source):
            return path, data
    raise UsageError(
        f"{', '.join(tried)}: the file is gone or has changed since it was read; put it back, or read it anew with: "
        "countyfacts ingest"
    )
