"""Marks that a scanner misread: full stops after a percent sign, quotation marks."""

from __future__ import annotations

import re
from functools import cache

from pipeline.cleaning.data import common_words, mending
from pipeline.mapped import Change

_STOP_AFTER_PERCENT = re.compile(r"(?<=\d[%％])[oO](?![A-Za-z])")
_STOP_BETWEEN = re.compile(r"(?<=[\u4e00-\u9fff])o(?=(?:\d{2,4}[年个所人%.]|[\u4e00-\u9fff]))")
_PER_MILLE_REACH = 16


def misread_stops(text: str) -> list[Change]:
    """``96.15%o`` and ``过长o2023年``: the small circle is the full stop that ends the sentence.

    Not behind a rate that is given in thousandths (自然增长率), where ``%o`` may be the sign for them, and no stop is
    put where the sentence goes on with a mark of its own or within a word (``设o备``).
    """
    if "o" not in text and "O" not in text:
        return []
    changes = []
    for match in _STOP_AFTER_PERCENT.finditer(text):
        at = match.start()
        if _per_mille().search(text, max(0, at - _PER_MILLE_REACH), at):
            continue
        after = "" if text[at + 1 : at + 2] in tuple("，。；、）)") else "。"
        changes.append(Change(at, at + 1, after))
    changes += [
        Change(match.start(), match.end(), "。")
        for match in _STOP_BETWEEN.finditer(text)
        if text[match.start() - 1] + text[match.end()] not in common_words()
    ]
    return sorted(changes, key=lambda change: change.start)


@cache
def _per_mille() -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, mending().numbers.per_mille)))


_DITTO = "〃"
_WORDS = '[^\\s，。；：！？、〃“”"]'
_QUOTED = re.compile(f'(?P<open>[〃“”"])(?P<words>{_WORDS}{{1,16}}(?:、{_WORDS}{{1,12}})?)(?P<close>[〃“”"])')


def misread_quotes(text: str) -> list[Change]:
    """``〃`` for quotation marks, where a pair of marks stands around a few words on one line; others stay."""
    if _DITTO not in text:
        return []
    changes: list[Change] = []
    start = 0
    for line in text.split("\n"):
        if _DITTO in line:
            changes += _quotes_of(line, start)
        start += len(line) + 1
    return changes


def _quotes_of(line: str, start: int) -> list[Change]:
    changes: list[Change] = []
    at = 0
    while match := _QUOTED.search(line, at):
        if _DITTO not in (match.group("open"), match.group("close")):
            at = match.start() + 1 if match.group("open") == "”" else match.end()
            continue
        for name, meant in (("open", "“"), ("close", "”")):
            if match.group(name) != meant:
                changes.append(Change(start + match.start(name), start + match.end(name), meant))
        at = match.end()
    return changes
