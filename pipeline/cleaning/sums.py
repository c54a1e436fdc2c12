"""Digits that a sum tells: a total, its parts in brackets behind it, and one number among them that is damaged.

``208所（小学1T4所、初中52所、高中12所）`` leaves 144 for the first part, which fits what can still be read of it. The
numbers must be of one scale and all the others whole; nothing is read out of a sum that does not come out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from pipeline.mapped import Change

_UNREAD = "lIOoSBZTHJAgqbiDQ「」?？|!"
"""What a scanner or converter leaves in the place of a digit."""
_LIKELY = re.compile(rf"[{re.escape(_UNREAD)}](?:(?<=[\d.].)|(?=[\d.]))")
_REACH = 300
_NUMBER = (
    rf"(?<![\d.A-Za-z])(?<!\d,)[\d{re.escape(_UNREAD)}]{{1,12}}(?:\.[\d{re.escape(_UNREAD)}]{{1,4}})?(?![\d.A-Za-z%％])"
)
_TOTAL = re.compile(
    rf"(?P<number>{_NUMBER})(?P<scale>[万亿]?)(?P<unit>[\u4e00-\u9fff]{{0,4}})[(（](?P<parts>[^()（）\n]{{4,200}})[)）]"
)
_PART = re.compile(
    rf"(?:其中)?[:：]?(?P<name>[\u4e00-\u9fff]{{1,12}}?)[:：]?(?P<number>{_NUMBER})"
    r"(?P<scale>[万亿]?)(?P<unit>[\u4e00-\u9fff]{0,4})"
)
_BETWEEN = re.compile("[、，,；;和及]")
_MOST = 10
_LOOKALIKE = {
    **dict.fromkeys("lIi|!JH「」", "1"),
    **dict.fromkeys("OoDQ", "0"),
    **dict.fromkeys("gq", "9"),
    **{"T": "17", "S": "5", "B": "8", "Z": "2", "b": "6", "A": "4"},
}
"""The digits that a letter or bracket may have been; a question mark may have been any."""

_Number = tuple[int, str]
"""Where a number stands, and its characters."""


def misread_in_sums(text: str) -> list[Change]:
    """Characters in a damaged number that a total and its parts tell, each a change of its own."""
    changes: dict[int, Change] = {}
    done = 0
    for found in _LIKELY.finditer(text):
        if found.start() < done:
            continue
        low, high = max(done, found.start() - _REACH), found.start() + _REACH
        low = max(low, text.rfind("\n", low, found.start()) + 1)
        end = text.find("\n", found.start(), high)
        done = high if end < 0 else end
        for total in _TOTAL.finditer(text, low, done):
            for change in _told(total):
                changes[change.start] = change
    return [changes[at] for at in sorted(changes)]


def _told(total: re.Match[str]) -> Iterator[Change]:
    """The changes that one total with its parts forces; none where more or less than one number is damaged."""
    parts = _parts(total)
    if parts is None:
        return
    numbers = [(total.start("number"), total.group("number")), *parts]
    damaged = [number for number in numbers if not _is_whole(number[1])]
    if len(damaged) != 1:
        return
    at, written = damaged[0]
    whole = [Decimal(number) for place, number in parts if place != at]
    meant = sum(whole) if at == numbers[0][0] else Decimal(numbers[0][1]) - sum(whole)
    digits = _fitting(written, Decimal(meant))
    if digits is None:
        return
    for offset, (old, new) in enumerate(zip(written, digits, strict=True)):
        if old != new:
            yield Change(at + offset, at + offset + 1, new)


def _parts(total: re.Match[str]) -> list[_Number] | None:
    """The numbers of the parts, two at least; None where a clause in the brackets is no part or of another scale."""
    start = total.start("parts")
    rows: list[_Number] = []
    for clause in _clauses(total.group("parts")):
        match = _PART.fullmatch(clause[1].strip())
        if match is None:
            return None
        bare = not match.group("scale") and not match.group("unit")
        if not bare and (match.group("scale") != total.group("scale") or match.group("unit") != total.group("unit")):
            return None
        blank = len(clause[1]) - len(clause[1].lstrip())
        rows.append((start + clause[0] + blank + match.start("number"), match.group("number")))
    return rows if 2 <= len(rows) <= _MOST else None


def _clauses(text: str) -> Iterator[tuple[int, str]]:
    at = 0
    for mark in _BETWEEN.finditer(text):
        yield at, text[at : mark.start()]
        at = mark.end()
    yield at, text[at:]


def _is_whole(number: str) -> bool:
    return all(character.isdigit() or character == "." for character in number)


def _fitting(written: str, meant: Decimal) -> str | None:
    """The digits of the number that is meant, where they fit what is read of it; None where they don't.

    What can be read must be the same. A letter must look like its digit, or two more digits be read rightly.
    """
    places = len(written.partition(".")[2])
    if meant <= 0:
        return None
    digits = f"{meant:.{places}f}"
    if len(digits) != len(written) or Decimal(digits) != meant:
        return None
    pairs = list(zip(written, digits, strict=True))
    read = sum(old.isdigit() for old, _ in pairs)
    for old, new in pairs:
        if old.isdigit() or old == ".":
            if old != new:
                return None
        elif new == "." or (read < 2 and new not in _LOOKALIKE.get(old, "")):
            return None
    return digits if read else None
