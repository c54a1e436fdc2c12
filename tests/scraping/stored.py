"""What is in a folder of files from the web."""

from __future__ import annotations

import hashlib
import json


def notes(folder):
    """The notes, by address; each checked against its file."""
    found = {}
    for path in sorted(folder.glob("??/*.meta.json")):
        note = json.loads(path.read_bytes())
        file = path.parent / note["file"]
        assert hashlib.sha256(file.read_bytes()).hexdigest() == note["sha256"] == path.name[:64], file
        assert file.stat().st_size == note["size"]
        for address in (note["address"], *note.get("also_at", ())):
            found[address] = note
    return found


def files(folder):
    """All files that are kept, with what is in them but for the time of the fetch."""
    found = {}
    for path in sorted(folder.glob("??/*")):
        data = path.read_bytes()
        if path.name.endswith(".meta.json"):
            data = json.loads(data)
            del data["fetched"]
        found[path.relative_to(folder).as_posix()] = data
    return found


def stamps(folder):
    """The time each file was written."""
    return {path: path.stat().st_mtime_ns for path in folder.glob("??/*")}
