"""Full-text search that finds two-character Chinese words.

SQLite's tokenizers either take a run of Chinese characters for one word or need three of them. So the characters are
set apart before they are indexed, and a search for a word is a search for its characters in a row.
"""

from __future__ import annotations

import re
import unicodedata

from pipeline.errors import UsageError

_HAN = re.compile(r"[\u2e80-\u2fff\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af]")
_TOKEN = re.compile(r"[^\W_]+")


class _Apart(dict[int, str]):
    """For every character how it is written apart; each is looked up once."""

    def __missing__(self, code: int) -> str:
        found = self[code] = f" {chr(code)} " if _HAN.match(chr(code)) else chr(code)
        return found


_APART = _Apart()


def spaced(text: str) -> str:
    """The text as it is indexed: width folded, a blank on both sides of every Chinese character."""
    return unicodedata.normalize("NFKC", text).translate(_APART)


def match_expression(words: str) -> str:
    """The full-text query for what a user typed: all of the words must be there, each as it is written.

    Raises UsageError where there is nothing to look for.
    """
    phrases = [" ".join(_TOKEN.findall(spaced(word))) for word in words.split()]
    wanted = [f'"{phrase}"' for phrase in phrases if phrase]
    if not wanted:
        raise UsageError("search for at least one word or number, for example: countyfacts search 学位")
    return " AND ".join(wanted)
