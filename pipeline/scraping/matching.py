"""Whether a report is one of those asked for: by its title, or by its own text without what stands around it."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import cache

from pipeline.errors import Refused


def matches(title: str | None, text: str, terms: Sequence[str]) -> bool:
    """Whether a title or text has one of the terms; without terms, all do. Width, case and blanks don't matter."""
    if not terms:
        return True
    searched = (_plain(title or ""), _plain(text))
    return any(_plain(term) in part for term in terms for part in searched)


def own_text(data: bytes, name: str) -> str:
    """The clean text of a page or file, without navigation and other reports; empty where it can't be read."""
    from pipeline.cleaning import clean_source  # noqa: PLC0415 - not for runs that match nothing
    from pipeline.reading import read_source  # noqa: PLC0415

    try:
        return clean_source(read_source(data, name)).text
    except Refused:
        return ""


@cache
def _blanks() -> dict[int, None]:
    return dict.fromkeys(map(ord, " \t\r\n\u3000\u00a0\u200b\ufeff"))


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).lower().translate(_blanks())
