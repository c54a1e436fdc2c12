"""Characters that a scanner confused, put right where exactly one word fits and what is read is no word."""

from __future__ import annotations

import re
from functools import cache

from pipeline.cleaning.data import common_words, mending
from pipeline.cleaning.spotting import Spotter
from pipeline.mapped import Change

_HAN = re.compile("[\u4e00-\u9fff]")
_LONGEST = 4


def misread_units(text: str) -> list[Change]:
    """Units behind a number that were misread: ``412万兀``, ``5.2万nf``, ``6284合``."""
    pattern, meanings = _unit_pattern()
    return [
        Change(match.start(), match.end(), meanings[match.lastgroup or ""])
        for number in _NUMBER_END.finditer(text)
        if (match := pattern.match(text, number.end()))
    ]


_NUMBER_END = re.compile(r"[\d万亿千百余](?=[^\d万亿千百余元%.,，、；。年月人个所名\s:：])")


@cache
def _unit_pattern() -> tuple[re.Pattern[str], dict[str, str]]:
    """All patterns in one, tried behind a number; the names of its groups tell what is meant."""
    entries = mending().numbers.units_misread
    joined = "|".join(f"(?P<u{at}>{entry.pattern})" for at, entry in enumerate(entries))
    return re.compile(joined), {f"u{at}": entry.meant for at, entry in enumerate(entries)}


def misread_words(text: str) -> list[Change]:
    """Characters misread inside a word (``校含`` for 校舍, ``缺贠`` for 缺员), each a change of one character."""
    changes: dict[int, Change | None] = {}
    for start, end, (at, meant, at_break) in _damaged_words().find(text):
        if at_break and _HAN.match(text, end):
            continue
        if not _reads_otherwise(text, start, end):
            _add(changes, start + at, meant)
    for match in _rare().finditer(text):
        if match.start() not in changes:
            only = _meant_here(text, match.start())
            if only:
                _add(changes, match.start(), only)
    return [change for _, change in sorted(changes.items()) if change is not None]


def _add(changes: dict[int, Change | None], at: int, meant: str) -> None:
    """Note a change; where two words want different characters at one place, neither gets it."""
    known = changes.get(at, Change(at, at + 1, meant))
    changes[at] = known if known and known.after == meant else None


@cache
def _damaged_words() -> Spotter[tuple[int, str, bool]]:
    """All words of the list with one character misread, found by it, except those that are words themselves."""
    data = mending().misread
    readings: dict[str, set[tuple[int, str, bool]]] = {}
    for word in (*data.words, *data.at_breaks):
        for at, meant in enumerate(word):
            for read in data.common.get(meant, "") + data.rare_for(meant):
                readings.setdefault(word[:at] + read + word[at + 1 :], set()).add((at, meant, word in data.at_breaks))
    return Spotter(
        (damaged, at, (at, meant, at_break))
        for damaged, ((at, meant, at_break), *more) in readings.items()
        if not more and damaged not in common_words() and damaged not in data.words
    )


def _reads_otherwise(text: str, start: int, end: int) -> bool:
    """Whether some word stands across an edge of ``[start:end]`` as it is read: 个人 in 个人学习, 人员 in 新进人员."""
    words = common_words()
    low, high = max(0, start - _LONGEST + 1), min(len(text), end + _LONGEST - 1)
    return any(
        text[left:right] in words
        for left in range(low, end)
        for right in range(max(left + 2, start + 1), min(high, left + _LONGEST) + 1)
        if left < start or right > end
    )


@cache
def _rare() -> re.Pattern[str]:
    return re.compile(f"[{''.join(mending().misread.rare)}]")


def _meant_here(text: str, at: int) -> str | None:
    """The one character that makes a common word here, where the rare one makes none."""
    words = common_words()
    around = [
        (left, right)
        for left in range(max(0, at - _LONGEST + 1), at + 1)
        for right in range(max(at + 1, left + 2), min(len(text), left + _LONGEST) + 1)
    ]
    if any(text[left:right] in words for left, right in around):
        return None
    fitting = {
        meant
        for meant in mending().misread.rare[text[at]]
        if any(text[left:at] + meant + text[at + 1 : right] in words for left, right in around)
    }
    return fitting.pop() if len(fitting) == 1 else None
