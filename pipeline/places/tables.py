"""Tables by county: a row that holds a place, or a column that a place heads, is about it."""

from __future__ import annotations

from pipeline.model import CleanText, Paragraph
from pipeline.places.gazetteer import load_gazetteer

_LONGEST = 14
"""A cell that is the name of a place is no longer."""


class TableZones:
    """Reads the rows of a report's tables in order and remembers the places that head columns."""

    def __init__(self, clean: CleanText, region: str | None, named: frozenset[str]) -> None:
        """``named`` are the units the report speaks of: they settle what a shared name in a cell means."""
        self._text = clean.text
        self._region = region
        self._named = named
        self._parents: set[str | None] = set()
        self._columns: dict[int, dict[int, str | None]] = {}

    def row(self, paragraph: Paragraph) -> list[tuple[int, int, str]]:
        """``(start, end, code)`` of the stretches of a row that are about a place."""
        if not paragraph.cells:
            return []
        named = [(cell.column, self._candidates(start, end)) for start, end, cell in paragraph.cells]
        told = [(column, self._one(codes)) for column, codes in named if codes]
        self._parents.update(self._parent(code) for _, code in told if code is not None)
        places = [(column, self._one(codes)) for column, codes in named if codes]
        table = paragraph.cells[0][2].table
        if len(places) > 1:
            self._columns[table] = dict(places)
            return []
        if places and places[0][1] is not None:
            return [] if places[0][1] == self._region else [(paragraph.start, paragraph.end, places[0][1])]
        heads = self._columns.get(table, {})
        return [
            (start, end, code)
            for start, end, cell in paragraph.cells
            if (code := heads.get(cell.column)) is not None and code != self._region
        ]

    def _one(self, codes: tuple[str, ...]) -> str | None:
        """The one of several bearers of a name that the table or the report speaks of."""
        for known in (
            codes,
            tuple(c for c in codes if c in self._named),
            tuple(c for c in codes if self._parent(c) in self._parents),
        ):
            if len(known) == 1:
                return known[0]
        return None

    @staticmethod
    def _parent(code: str) -> str | None:
        return load_gazetteer().regions[code].parent

    def _candidates(self, start: int, end: int) -> tuple[str, ...]:
        """The units of the report's region that a cell names; short forms count, for a table names places so."""
        name = self._text[start:end].strip()
        if not 2 <= len(name) <= _LONGEST or not "一" <= name[0] <= "鿿":
            return ()
        gazetteer = load_gazetteer()
        return tuple(
            r.adcode
            for r in gazetteer.find(name)
            if self._region is None or gazetteer.is_within(r.adcode, self._region)
        )
