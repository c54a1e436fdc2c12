"""What is still damaged in a clean text: flagged where it stands, never guessed at."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence

from pipeline.mapped import Mapped
from pipeline.model import Edit

_KINDS = (
    (
        "lost character",
        re.compile(r"[\ufffd?？](?:(?<=\ufffd)\ufffd*|(?<=[?？])[?？]*(?:[a-zA-Z~]|[?？。])*(?:/[a-z]{1,8}>)?)"),
    ),
    (
        "digit or letter",
        re.compile(
            r"[\dlIOTSBZH](?<![A-Za-z\d].)(?:(?<=\d)\d*[lIOSBZH]\d*|(?<=[lIOTSBZH])\d+)(?=[\u4e00-\u9fff%.,，、。；）])"
        ),
    ),
    ("bracket or digit", re.compile(r"[「」](?:(?<=「)(?=\d)(?![^\n」]{0,200}」)|(?<=\d」))")),
    ("mark", re.compile(r"[〃oO](?:(?<=〃)|(?<=[\d%％][oO])(?![A-Za-z\d])|(?<=[\u4e00-\u9fff]o)(?=[\u4e00-\u9fff]))")),
)
_QUESTION = re.compile(r"[?？]{1,3}")
_PROBE = re.compile(r"[?？\ufffd〃「」oOlISBZTH](?:(?<=[?？\ufffd〃「」oO])|(?=\d)|(?<=\d[lISBZH]))")
_QUOTED = 200
"""What stands in corner brackets is no longer; a line may hold a hundred thousand of them."""
_HAN = re.compile("[\u4e00-\u9fff]")


def damaged(layer: str, mapped: Mapped, edits: Sequence[Edit]) -> list[Edit]:
    """Marks at what looks damaged and was left: edits of a kind ``damaged: ...`` that change nothing.

    A place that another edit touches gets none.
    """
    text = mapped.text
    if not _PROBE.search(text):
        return []
    marks: dict[int, Edit] = {}
    starts = [edit.start for edit in edits]
    for kind, pattern in _KINDS:
        for match in pattern.finditer(text):
            if (kind == "lost character" and not _is_gap(text, match)) or _closes(text, match):
                continue
            start, end = mapped.span(match.start(), match.end())
            if layer[start:end] != match.group() or _touched(edits, starts, start, end):
                continue
            marks.setdefault(start, Edit(f"damaged: {kind}", start, end, layer[start:end], layer[start:end]))
    result: list[Edit] = []
    for start in sorted(marks):
        if not result or start >= result[-1].end:
            result.append(marks[start])
    return result


def _touched(edits: Sequence[Edit], starts: Sequence[int], start: int, end: int) -> bool:
    at = bisect_right(starts, end - 1) - 1
    return at >= 0 and edits[at].end > start


def _is_gap(text: str, match: re.Match[str]) -> bool:
    """Whether question marks stand for something lost: a true question ends a clause, and what follows is no mid-word.

    One mark before a Chinese character or a closing tag inside a line may be either; only what no question looks like
    is flagged.
    """
    found = match.group()
    if "\ufffd" in found or not _QUESTION.fullmatch(found):
        return True
    if len(found) == 1 or "？" in found:
        return False
    before, after = text[match.start() - 1 : match.start()], text[match.end() : match.end() + 1]
    return bool(_HAN.match(before) and _HAN.match(after))


def _closes(text: str, match: re.Match[str]) -> bool:
    """Whether a corner bracket closes one that was opened on its line."""
    if match.group() != "」":
        return False
    nearest = max(0, match.start() - _QUOTED)
    line = max(text.rfind("\n", nearest, match.start()) + 1, nearest)
    return text.rfind("「", line, match.start()) > text.rfind("」", line, match.start())
