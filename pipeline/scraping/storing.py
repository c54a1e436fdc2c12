"""Files from the web: each under the hash of its bytes, with a note on where it came from.

``ab/abcd….html`` and ``ab/abcd….meta.json``. Both are written whole or not at all, the note last: where there is a
note, its file is there. No name from the web becomes part of a path.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

NOTE = ".meta.json"
_NOTE_NAME = re.compile(r"[0-9a-f]{64}\.meta\.json")


class Fetched(NamedTuple):
    """One response and what is known of it. Times are UTC, as ``2024-05-06T07:08:09Z``."""

    address: str
    final_address: str
    fetched: str
    status: int
    headers: dict[str, str]
    body: bytes
    ending: str
    role: str
    title: str | None = None
    published: str | None = None
    publisher: str | None = None
    linked_from: str | None = None
    replaces: str | None = None

    @property
    def sha256(self) -> str:
        """The hash that the bytes are stored under."""
        return hashlib.sha256(self.body).hexdigest()


class Files:
    """The files under one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, fetched: Fetched) -> bool:
        """Store a response; whether it is new. The same bytes from two addresses are one file, whose note has both."""
        sha256 = fetched.sha256
        note = self.note_path(sha256)
        if (known := self.note(sha256)) is not None:
            self._list_address(note, known, fetched)
            return False
        path = note.parent / f"{sha256}.{fetched.ending}"
        path.parent.mkdir(parents=True, exist_ok=True)
        _write(path, fetched.body)
        _write_json(note, self._note_on(fetched, path.name))
        return True

    def note_path(self, sha256: str) -> Path:
        """Where the note on some bytes is, or would be."""
        return self.folder / sha256[:2] / f"{sha256}{NOTE}"

    def note(self, sha256: str) -> dict[str, Any] | None:
        """The note on some bytes, or None where they are not stored whole."""
        try:
            note: dict[str, Any] = json.loads(self.note_path(sha256).read_bytes())
        except (OSError, ValueError):
            return None
        return note if (self.folder / sha256[:2] / str(note.get("file"))).is_file() else None

    def path(self, sha256: str) -> Path | None:
        """The file with some bytes, or None."""
        note = self.note(sha256)
        return None if note is None else self.folder / sha256[:2] / str(note["file"])

    def read(self, sha256: str) -> bytes | None:
        """Bytes by their hash; None where they are not there, or not what they were."""
        path = self.path(sha256)
        if path is None:
            return None
        data = path.read_bytes()
        return data if hashlib.sha256(data).hexdigest() == sha256 else None

    def notes(self, since: float = 0.0) -> Iterator[dict[str, Any]]:
        """The notes that were written since a time (seconds of the epoch), in the order of their hashes."""
        for path in sorted(self.folder.glob(f"[0-9a-f][0-9a-f]/*{NOTE}")):
            if _NOTE_NAME.fullmatch(path.name) and path.stat().st_mtime >= since:
                note = self.note(path.name.removesuffix(NOTE))
                if note is not None:
                    yield note

    def sweep(self) -> None:
        """Remove what a kill left half-written."""
        for path in self.folder.glob("[0-9a-f][0-9a-f]/.writing-*"):
            path.unlink(missing_ok=True)

    @staticmethod
    def _note_on(fetched: Fetched, file: str) -> dict[str, Any]:
        fields = fetched._asdict()
        del fields["body"], fields["ending"]
        return {**fields, "sha256": fetched.sha256, "size": len(fetched.body), "file": file}

    def _list_address(self, path: Path, note: dict[str, Any], fetched: Fetched) -> None:
        """Add an address to a note; it tells of the one whose letters come first, whichever came first itself."""
        addresses = {note["address"], *note.get("also_at", ())}
        if fetched.address in addresses:
            return
        told = self._note_on(fetched, note["file"]) if fetched.address < min(addresses) else note
        _write_json(path, {**told, "also_at": sorted({*addresses, fetched.address} - {told["address"]})})


def _write_json(path: Path, fields: dict[str, Any]) -> None:
    kept = {key: value for key, value in fields.items() if value is not None}
    _write(path, json.dumps(kept, ensure_ascii=False, indent=1).encode() + b"\n")


def _write(path: Path, data: bytes) -> None:
    """Write a file so that it is there whole or not at all, whenever the process or the machine stops."""
    handle, name = tempfile.mkstemp(prefix=".writing-", dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(0o644)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
