"""Where a file from the web came from, as the note beside it says (``pipeline.scraping.storing``)."""

from __future__ import annotations

import json
import re
from pathlib import Path

_NAME = re.compile(r"([0-9a-f]{64})\.([a-z0-9]{1,5})")
_NOTE = ".meta.json"
_LONGEST = 100_000
_HINTS = {
    "final_address": "address",
    "fetched": "fetched",
    "title": "title",
    "publisher": "publisher",
    "published": "published",
}
"""Fields of a note, and the keys of ``Source.hints`` that they become."""
_OWN = {"html": {"title"}}
"""What files of a kind say better: the title of a page's window often names the region, a heading doesn't."""


def provenance(path: Path) -> dict[str, str] | None:
    """What the note on a file of ``corpora/web`` says of it, as hints; None for other files and without a note."""
    name = _NAME.fullmatch(path.name)
    if name is None:
        return None
    try:
        with path.with_name(f"{name[1]}{_NOTE}").open(encoding="utf-8") as file:
            note = json.loads(file.read(_LONGEST))
    except (OSError, ValueError):
        return None
    if not isinstance(note, dict) or note.get("sha256") != name[1]:
        return None
    told = {hint: note[field] for field, hint in _HINTS.items() if isinstance(note.get(field), str)}
    return {hint: text for hint, text in told.items() if hint not in _OWN.get(name[2], ())}
