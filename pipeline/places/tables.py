"""Tables by county: a row that holds a place, or a column that a place heads, is about it."""

from __future__ import annotations

from pipeline.model import CleanText, Paragraph
from pipeline.places.gazetteer import load_gazetteer

_LONGEST = 14
"""A cell that is the name of a place is no longer."""


class TableZones:
    """Reads the rows of a report's tables in order and remembers the places that head columns."""

    def __init__(self, clean: CleanText, region: str | None) -> None:
        self._text = clean.text
        self._region = region
        self._columns: dict[int, dict[int, str | None]] = {}

    def row(self, paragraph: Paragraph) -> list[tuple[int, int, str]]:
        """``(start, end, code)`` of the stretches of a row that are about a place."""
        named = [(cell, self._place(start, end)) for start, end, cell in paragraph.cells]
        places = [(cell, code) for cell, code in named if code is not None]
        if not paragraph.cells:
            return []
        table = paragraph.cells[0][2].table
        if len(places) > 1:
            self._columns[table] = {cell.column: code for cell, code in places}
            return []
        if len(places) == 1 and places[0][1] is not None:
            return [] if places[0][1] == self._region else [(paragraph.start, paragraph.end, places[0][1])]
        heads = self._columns.get(table, {})
        return [
            (start, end, code)
            for start, end, cell in paragraph.cells
            if (code := heads.get(cell.column)) is not None and code != self._region
        ]

    def _place(self, start: int, end: int) -> str | None:
        """The one unit of the report's region that a cell names; short forms count, for a table names places so."""
        name = self._text[start:end].strip()
        if not 2 <= len(name) <= _LONGEST:
            return None
        gazetteer = load_gazetteer()
        found = [
            r.adcode
            for r in gazetteer.find(name)
            if self._region is None or gazetteer.is_within(r.adcode, self._region)
        ]
        return found[0] if len(found) == 1 and not name.isdigit() else None
