"""Traditional to simplified script, character by character."""

from __future__ import annotations

import re
from functools import cache

from opencc import OpenCC

from pipeline.mapped import Change
from pipeline.resources import read_text

_MIN_SHARE = 0.03
"""A document is traditional from this share of traditional-only characters on; simplified text has next to none."""


_SAMPLE = 6_000


@cache
def _converter() -> OpenCC:
    return OpenCC("t2s")


@cache
def _traditional_only() -> re.Pattern[str]:
    characters = "".join(read_text("common_characters.txt").rpartition("\n# traditional\n")[2].split())
    return re.compile(f"[{characters}]")


_LEAST_HAN = 0.2
"""A text with a smaller share of Chinese characters is none that cleaning can do something for."""
_HAN = re.compile("[\u3400-\u9fff]")


def simplified(text: str) -> str:
    """A text in simplified script (OpenCC, t2s)."""
    return str(_converter().convert(text))


def is_traditional(text: str) -> bool:
    """Whether a document is in traditional script, by its share of common traditional characters."""
    sample = text[:_SAMPLE]
    found = len(_traditional_only().findall(sample))
    if found < _MIN_SHARE * len(sample) * _LEAST_HAN:
        return False
    return found > 0 and found >= _MIN_SHARE * len(_HAN.findall(sample))


def script(text: str) -> list[Change]:
    """The whole of a traditional document in simplified characters; each answers to the one it came from."""
    if not is_traditional(text):
        return []
    converted = simplified(text)
    if len(converted) == len(text):
        return [] if converted == text else [Change(0, len(text), converted, aligned=True)]
    changes, at = [], 0
    for line in text.splitlines(keepends=True):
        new = simplified(line)
        if len(new) != len(line):
            new = "".join(changed if len(changed := simplified(c)) == 1 else c for c in line)
        if new != line:
            changes.append(Change(at, at + len(line), new, aligned=True))
        at += len(line)
    return changes
