"""Digits that a scanner took for letters, put back where the grammar of numbers or a unit leaves one reading.

A letter is read as a digit only inside a number: beside true digits, before a unit or a counter, in a ratio, a decimal
or a row of figures. Names that are spelt like this (O2O, T台, 4S店) are left alone, and so is all that could be read
in two ways.
"""

from __future__ import annotations

import re
from functools import cache

from pipeline.cleaning.data import mending
from pipeline.mapped import Change

_SUSPECT = re.compile(
    r"[\dlIOoSBZTH「一](?:(?<=[\dlIO])(?=[.．,，:：∶]? ?[lIOoSBZ]|[·。・]\d|」)|(?<=[lIOoSBZTH])(?=[\dlIOo月日.:,])"
    r"|(?<=[lI])(?=[\u4e00-\u9fff])|(?<=「)(?=\d)|(?<=\d)(?=H)|(?<=[lIO])(?= \d{3})|(?<=[\d%％]一)(?=\d))"
)
"""What no text without damage holds often; the patterns below are tried only where this stands. Here and below a
pattern opens with the characters it may open with, and looks back from there: so the engine runs over all others."""

_LOOKALIKE = {"l": "1", "I": "1", "O": "0", "o": "0", "S": "5", "B": "8", "Z": "2", "T": "1"}
_TOKEN = re.compile(
    r"[\dlIOoSBZ](?<![A-Za-z\d/_.@#-].)(?:(?<=[lIOoSBZ])|(?=[\d.．,，:：∶ ]{0,40}[lIOoSBZ]))"
    r"[\dlIOoSBZ]*(?:[.．,，:：∶] ?[\dlIOoSBZ]+)*(?![A-Za-z@/_]|\.[A-Za-z])"
)
_PLAIN = re.compile(r"[lIOoSBZ]")
_SEPARATED = re.compile(r"[.．,，:：∶]")
_FIRST = re.compile(r"(?P<letter>[TSBZH])(?<![A-Za-z\d/_.-].)(?P<digits>[\d]{1,4}(?:\.\d{1,3})?)(?![A-Za-z\d.])")
_MONTH = re.compile(
    r"(?<![A-Za-z\d])(?P<month>H|l[O012lI]?|I[O012lI]?)月(?=[底份末初中上下起至到—\-～~、，。以前后\dlI]|$)"
    r"|(?<=月)(?P<day>H|[12]?[lI][\dlIO]?|[123][lIO])日"
)
_MONTH_LIKELY = re.compile("[HlIO](?:[月日]|(?<=[lI])[012][月日])")
_TIMES_ONE = re.compile(r"比[为是达到约：:]{0,3}(?P<number>\d{1,2}(?:\.\d{1,2})?)(?P<mark>」)")
_OPEN_ONE = re.compile(r"(?P<mark>「)(?=(?P<number>\d{1,3})(?!\d))")
_MIDDLE_POINT = re.compile(r"(?P<mark>[·。・])(?<=\d.)(?=\d{1,4}(?:[%％亿]|万[元平]))")
_DASH = re.compile(r"(?P<mark>一)(?<=[\d%％]一)(?=\d)")
"""Between digits no Chinese one ever stands: it is the dash of a range (18%一20%)."""
_GROUP_BEFORE = re.compile(r"\d[  ]$")
_GROUP_AFTER = re.compile(r"[  ][\dlIO]{3}(?![\dlIO])")
_LISTED = re.compile(r"[、，和及至到～~—–-][\dlIO]{1,7}")
_CELL_EDGE = "\t |\n"
_EACH = "每"


def misread_digits(text: str) -> list[Change]:
    """Letters and brackets that are digits, each a change of its own, in order and without overlap."""
    if not _SUSPECT.search(text):
        return []
    changes = [*_tokens(text), *_first_letters(text), *_months(text), *_marks(text)]
    changes.sort(key=lambda change: (change.start, change.end))
    result: list[Change] = []
    for change in changes:
        if not result or change.start >= result[-1].end:
            result.append(change)
    return result


@cache
def _units() -> re.Pattern[str]:
    """A unit or counter behind a number, bound words between them included."""
    data = mending().numbers
    words = "|".join(map(re.escape, sorted(data.units, key=len, reverse=True)))
    guards = "".join(f"(?!{re.escape(unit)}[{follow}])" for unit, follow in data.guards.items())
    return re.compile(rf"[  ]?[余多]?[  ]?{guards}(?:{words})")


@cache
def _names() -> frozenset[str]:
    return frozenset(mending().numbers.names)


def _tokens(text: str) -> list[Change]:
    changes = []
    for match in _TOKEN.finditer(text):
        token = match.group()
        letters = _PLAIN.findall(token)
        if letters and token not in _names() and _is_number(text, match, letters):
            start = match.start()
            changes += [
                Change(start + at, start + at + 1, _LOOKALIKE[char])
                for at, char in enumerate(token)
                if char in _LOOKALIKE
            ]
    return changes


def _is_number(text: str, match: re.Match[str], letters: list[str]) -> bool:
    """Whether a run of digits and letters can only be a number."""
    token, start, end = match.group(), match.start(), match.end()
    digits = sum(map(str.isdigit, token))
    separated = _SEPARATED.search(token) is not None
    grouped = _GROUP_BEFORE.search(text, max(0, start - 2), start) is not None
    if (grouped or token == "l") and set(token) <= set("lIO") and len(token) < 3 and _GROUP_AFTER.match(text, end):
        return True
    if token[0] in "Oo" and not grouped and token[1:2] not in (".", "．"):
        return False
    if token[0] in "SBZ":
        return False
    unit = _units().match(text, end) is not None
    if not digits:
        return unit and token[0] in "lI" and "o" not in letters and (len(token) > 1 or token == "l" or grouped)
    if set(letters) <= set("lIO"):
        return unit or separated or _goes_on(text, end, digits) or _is_cell(text, start, end)
    return unit or (separated and token[-1].isdigit())


def _goes_on(text: str, end: int, digits: int) -> bool:
    """Whether what follows shows that a number ends here: a group of three, a list, or the end of a clause."""
    if _GROUP_AFTER.match(text, end) or _LISTED.match(text, end):
        return True
    return digits >= 2 and (end == len(text) or text[end] in "，。；、）)\n")


def _is_cell(text: str, start: int, end: int) -> bool:
    """Whether the run stands alone between blanks, with a true number in the next cell."""
    before = text[start - 1] if start else "\n"
    after = text[end] if end < len(text) else "\n"
    if before not in _CELL_EDGE or after not in _CELL_EDGE:
        return False
    return re.match(r"[ \t|]+\d+(?:\.\d+)?(?=[\s|%]|$)", text[end : end + 16]) is not None or (
        re.search(r"(?:^|[\s|])\d+(?:\.\d+)?%?[ \t|]+$", text[max(0, start - 16) : start]) is not None
    )


def _first_letters(text: str) -> list[Change]:
    """T, S, B, Z for 1, 5, 8, 2 and H for 11 at the head of a number that has a counter behind it."""
    changes = []
    data = mending().numbers
    for match in _FIRST.finditer(text):
        letter, digits = match.group("letter", "digits")
        if letter + digits in _names() or (digits.startswith("0") and letter != "H" and len(digits) == 1):
            continue
        unit = _units().match(text, match.end())
        if unit is None or unit.group().strip() in data.not_after_letters:
            continue
        if letter != "H":
            after = _LOOKALIKE[letter]
        elif len(digits) != 2:
            continue
        else:
            after = "1" if unit.group().strip() in data.small_counters else "11"
        changes.append(Change(match.start("letter"), match.end("letter"), after))
    return changes


def _months(text: str) -> list[Change]:
    """``H月底`` is 11月底, ``lO月`` 10月: there are no other months and days like these."""
    changes: list[Change] = []
    if not _MONTH_LIKELY.search(text):
        return changes
    for match in _MONTH.finditer(text):
        name = "month" if match.group("month") else "day"
        at = match.start(name)
        written = match.group(name)
        value = int("".join("11" if c == "H" else _LOOKALIKE.get(c, c) for c in written))
        if not 1 <= value <= (12 if name == "month" else 31):
            continue
        changes += [
            Change(at + n, at + n + 1, "11" if c == "H" else _LOOKALIKE[c])
            for n, c in enumerate(written)
            if c in "HlIO"
        ]
    return changes


def _marks(text: str) -> list[Change]:
    """Corner brackets and points in the place of digits: ``生机比8」`` is 8:1, ``建成「2所`` 12所, ``4118·6万元``."""
    changes = []
    for match in _TIMES_ONE.finditer(text):
        line = text.rfind("\n", 0, match.start()) + 1
        if text.rfind("「", line, match.start()) <= text.rfind("」", line, match.start()):
            changes.append(Change(match.start("mark"), match.end("mark"), ":1"))
    for match in _OPEN_ONE.finditer(text):
        if _stands_for_one(text, match):
            changes.append(Change(match.start("mark"), match.end("mark"), "1"))
    changes += [Change(match.start("mark"), match.end("mark"), ".") for match in _MIDDLE_POINT.finditer(text)]
    changes += [Change(match.start("mark"), match.end("mark"), "—") for match in _DASH.finditer(text)]
    return changes


def _stands_for_one(text: str, match: re.Match[str]) -> bool:
    """No closing bracket, a counter behind, and no 每 before it: whether each has 12 or 1 to 2 can't be told."""
    start = match.start()
    end = text.find("\n", start)
    line_end = len(text) if end < 0 else end
    if "」" in text[start:line_end] or not _units().match(text, match.end("number")):
        return False
    clause = re.split("[，。；：！？\n]", text[max(0, start - 30) : start])[-1]
    return _EACH not in clause
