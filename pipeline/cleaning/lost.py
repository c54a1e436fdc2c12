"""Characters lost in a bad conversion, put back where the words around leave one reading.

Spam farms convert pages through encodings that do not hold all their bytes. What is lost shows as question marks, and
often takes the first character of the tag behind it along.
"""

from __future__ import annotations

import re
from functools import cache

from pipeline.mapped import Change
from pipeline.resources import read_text

_BLOCK_TAG = re.compile(r"[?？]/(?:p|div|td|li|section|h\d|tr|ul|dd|dt)>")
_INLINE_TAG = re.compile(r"[?？]/(?:font|span|strong|b|em|i|a|u)>(?=[ \t\u3000]*(?:\n|$))")
_CLOSED = "。！？；：…”’」』!?;:，、"
_PROVINCE = re.compile(r"[?？]。[?？](?:/(?:font|span|strong|b|em|i|a|u)>)?")
_WHOLE = "全本我该在各外跨"
_REACH = 40
_OWN = re.compile(
    r"(?<![?？])(?P<before>[\u4e00-\u9fff])(?P<gap>[?？]{1,3}h?)(?P<after>[\u4e00-\u9fff])(?![\u4e00-\u9fff]{0,12}[?？])"
)
_ASKS = "吗呢么谁何哪怎几吧否啊"
_FEWEST = 2
_MOST_GAPS = 40


def lost(text: str) -> list[Change]:
    """What was lost and can only have been one thing.

    ``?/p>`` was a full stop whose last byte took the ``<`` of a closing tag along, or the tag alone where the sentence
    was closed. ``全?。?也`` and ``河北?。?34个）`` were 省 with the mark behind it. A gap of question marks inside a
    name is filled where the text has the name elsewhere, always in the same way.
    """
    if "?" not in text and "？" not in text:
        return []
    changes = [*_ends(text), *_provinces(text)]
    taken = [(change.start, change.end) for change in changes]
    changes += [c for c in _own_words(text) if not any(low < c.end and c.start < high for low, high in taken)]
    return sorted(changes, key=lambda change: change.start)


def _ends(text: str) -> list[Change]:
    if "/" not in text or ">" not in text:
        return []
    found = [*_BLOCK_TAG.finditer(text), *_INLINE_TAG.finditer(text)]
    return [
        Change(match.start(), match.end(), "" if text[match.start() - 1] in _CLOSED else "。")
        for match in found
        if match.start() and text[match.start() - 1] not in "?？。\n"
    ]


@cache
def _province_names() -> re.Pattern[str]:
    rows = re.findall(r'^"\d{2}0000","([^"]+?)省","province"', read_text("regions.csv"), re.MULTILINE)
    both = {*rows, *(row.translate(str.maketrans("苏东广陕贵龙肃", "蘇東廣陝貴龍肅")) for row in rows)}
    return re.compile(f"(?:{'|'.join(sorted(both))}|[{_WHOLE}])$")


def _provinces(text: str) -> list[Change]:
    changes = []
    for match in _PROVINCE.finditer(text):
        start = match.start()
        if _province_names().search(text, max(0, start - 4), start):
            changes.append(Change(start, match.end(), "省" + _mark_behind(text, match.end())))
    return changes


def _mark_behind(text: str, at: int) -> str:
    """The mark that was lost with the 省 before it: what opens a bracket that is closed, or parts clauses."""
    ahead = re.split("[。；\n]", text[at : at + _REACH])[0]
    close, opening = ahead.find("）"), ahead.find("（")
    if close > 0 and not 0 <= opening < close:
        return "（"
    return "，" if text[at : at + 1].strip() else "。"


def _own_words(text: str) -> list[Change]:
    """Gaps whose like stands elsewhere in the text: the characters around them, and as many between."""
    gaps = list(_OWN.finditer(text))
    if len(gaps) > _MOST_GAPS:
        return []
    changes = []
    for match in gaps:
        if match.group("before") in _ASKS:
            continue
        size = len(match.group("gap").rstrip("h"))
        meant = _like(text, match, size)
        if meant:
            changes.append(Change(match.start("gap"), match.end("gap"), meant))
    return changes


def _like(text: str, gap: re.Match[str], size: int) -> str | None:
    """What stands in the same place of the same words, twice at least and never anything else."""
    before = text[max(0, gap.start("gap") - 2) : gap.start("gap")]
    if not re.fullmatch("[\u4e00-\u9fff]{2}", before):
        before = gap.group("before")
    pattern = re.compile(f"{re.escape(before)}([\u4e00-\u9fff]{{{size}}})")
    fitting = pattern.findall(text)
    return fitting[0] if len(fitting) >= _FEWEST and len(set(fitting)) == 1 else None
