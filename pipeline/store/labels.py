"""What words and columns are called, as the database itself tells it: quicker to get at than the data files."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from typing import NamedTuple


class Labels(NamedTuple):
    """Names by kind of word and word, each ``(Chinese, English)``, in the order of the data files."""

    names: Mapping[str, Mapping[str, tuple[str, str]]]

    def heading(self, column: str, lang: str = "zh") -> str:
        """A column heading: Chinese with the column's code beside it, or (``en``) the code alone.

        A database written before a column was thought of has the code alone.
        """
        name = self.names["heading"].get(column)
        return column if lang == "en" or name is None else f"{name[0]} {column}"

    def word(self, kind: str, code: str | None, lang: str = "zh") -> str:
        """A word of the records for a reader: Chinese, or (``en``) the code itself; empty for None."""
        if code is None:
            return ""
        names = self.names.get(kind, {})
        return code if lang == "en" or code not in names else names[code][0]

    def order(self, kind: str) -> tuple[str, ...]:
        """The words of a kind in the order of the data files."""
        return tuple(self.names[kind])


def load_labels(db: sqlite3.Connection) -> Labels:
    """The labels that the database carries."""
    names: dict[str, dict[str, tuple[str, str]]] = {}
    for kind, code, zh, en in db.execute("SELECT kind, code, zh, en FROM words ORDER BY position"):
        names.setdefault(kind, {})[code] = (zh, en)
    return Labels(names)
