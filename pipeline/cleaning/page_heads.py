"""Headers and footers of pages in the stream of a text, told by the page numbers they stand by."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from operator import ne

from pipeline.cleaning.lines import NUMBERED, TITLE_END, Line
from pipeline.cleaning.verdicts import PAGE_NUMBER, Features, Verdict

_LONG = 60
_VARIANTS = 50
_BLANKS = re.compile(r"\s+")
_SENTENCE = re.compile("[，。；,;]")
_HEAD_REASON = "header or footer of a page"
_DIGITS = re.compile(r"[\d０-９]+")


def drop_running_heads(lines: Sequence[Line], verdicts: list[Verdict | None]) -> None:
    """Lines that come back beside page numbers are headers or footers of pages (scanners misread some characters).

    Where the page itself says which lines are paragraphs, its reader has told headers and footers already.
    """
    beside: dict[int, str] = {}
    for at, verdict in enumerate(verdicts):
        if verdict and verdict.reason == PAGE_NUMBER:
            for step in (-1, 1):
                near = _neighbour(verdicts, at, step)
                if near is not None and _may_head(lines[near]):
                    beside[near] = _DIGITS.sub("0", _BLANKS.sub("", lines[near].text))
    first = next((at for at, verdict in enumerate(verdicts) if verdict is None), None)
    if first is not None and beside and not TITLE_END.search(lines[first].text):
        beside.setdefault(first, _DIGITS.sub("0", _BLANKS.sub("", lines[first].text)))
    counts = Counter(beside.values())
    by_length: dict[int, list[str]] = {}
    for key in counts:
        by_length.setdefault(len(key), []).append(key)
    for at, key in beside.items():
        if counts[key] > 1 or any(_alike(key, word) for word in by_length[len(key)][:_VARIANTS] if word != key):
            verdicts[at] = Verdict(_HEAD_REASON)


def _may_head(line: Line) -> bool:
    if line.block is not None and line.block.wrapped:
        return False
    return len(line.text) <= _LONG and not _SENTENCE.search(line.text)


def keep_one_title(lines: Sequence[Line], verdicts: list[Verdict | None], features: Sequence[Features]) -> None:
    """Where nothing stays above the first section or running text, the last title among the pages' headers does."""
    for at, line in enumerate(lines):
        verdict = verdicts[at]
        if features[at].prose or (verdict is None and NUMBERED.match(line.text)):
            heads = [
                other for other in range(at) if _heads_pages(verdicts[other]) and TITLE_END.search(lines[other].text)
            ]
            if heads:
                verdicts[heads[-1]] = None
            return
        if verdict is None:
            return


def _heads_pages(verdict: Verdict | None) -> bool:
    return verdict is not None and verdict.reason == _HEAD_REASON


def _neighbour(verdicts: Sequence[Verdict | None], at: int, step: int) -> int | None:
    """The nearest line that stays, across at most two that don't."""
    for distance in range(1, 4):
        near = at + step * distance
        if not 0 <= near < len(verdicts):
            return None
        if verdicts[near] is None:
            return near
    return None


def _alike(one: str, other: str) -> bool:
    return len(one) == len(other) >= 6 and sum(map(ne, one, other)) <= len(one) // 6
