"""Text folded so that what tells nothing about how it runs on is the same everywhere."""

from __future__ import annotations

import re

import numpy as np

from pipeline.structure.followers import Ints

_NUMBER = re.compile(r"\d[\d,.]*")
_BLANK = re.compile("[ \t\u3000]+")
_FOLD = str.maketrans("‘’〃()[],;:!?*", '"""（）［］，；：！？＊')


def folded(text: str) -> tuple[str, Ints]:
    """A text with each number as 0, one width of marks and no blanks, and where each of its characters stood."""
    kept = np.ones(len(text), dtype=bool)
    zero = np.zeros(len(text), dtype=bool)
    for match in _BLANK.finditer(text):
        kept[match.start() : match.end()] = False
    for match in _NUMBER.finditer(text):
        kept[match.start() + 1 : match.end()] = False
        zero[match.start()] = True
    codes = code_points(text.translate(_FOLD))
    codes[zero] = ord("0")
    return codes[kept].astype("<u4").tobytes().decode("utf-32-le"), np.flatnonzero(kept)


def code_points(text: str) -> Ints:
    """The code points of a text."""
    return np.frombuffer(text.encode("utf-32-le"), dtype="<u4").astype(np.int64)
