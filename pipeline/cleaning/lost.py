"""Characters lost in a bad conversion, put back where one reading alone is possible."""

from __future__ import annotations

import re

from pipeline.mapped import Change

_END = re.compile(r"(?P<before>[^\n?？])[?？]/(?:p|font|span|div|td|strong|b|li|section)>(?=[ \t\u3000]*(?:\n|$))")
_CLOSED = "。！？；：…”’」』!?;:"


def lost(text: str) -> list[Change]:
    """``?/p>`` at the end of a line was a full stop whose last byte swallowed the ``<`` of a closing tag.

    Where the sentence was closed already nothing was lost but the tag. Elsewhere what is meant can't be told, and the
    characters stay as they are.
    """
    if "/" not in text or ">" not in text:
        return []
    changes = []
    for match in _END.finditer(text):
        start = match.end("before")
        changes.append(Change(start, match.end(), "" if match.group("before") in _CLOSED else "。"))
    return changes
