"""Tables by county: a value is about the place that a heading of its row or its column names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from pipeline.places.gazetteer import load_gazetteer
from pipeline.tables import Span, Table

_LONGEST = 14
"""A heading that is the name of a place is no longer."""
_BLANKS = re.compile(r"[\s\u3000]+")
_AROUND = re.compile(
    r"^(?:其中[:：]?|[(（]?[一二三四五六七八九十\d]{1,3}[)）、.．])|[(（][^()（）]{0,10}[)）]$|[*＊①-⑳]$"
)
_ZONE = re.compile(
    r"[\u4e00-\u9fff]{1,8}(?:高新|经开|开发|度假|管理|示范|产业园|风景|旅游|工业园|园)区|[\u4e00-\u9fff]{2,6}新区"
)
"""Zones with an administration of their own that are no units of GB/T 2260."""


class TableZones:
    """The places that the headings of a report's tables name."""

    def __init__(self, text: str, region: str | None, named: frozenset[str]) -> None:
        """``named`` are the units the report speaks of: they settle what a shared name in a heading means."""
        self._text = text
        self._region = region
        self._named = named

    def zones(self, table: Table) -> Iterator[tuple[int, int, str | None]]:
        """``(start, end, code)`` of each value that is about another place than the report, in order.

        The code is None for a zone that is no administrative unit.
        """
        known = self.places(table)
        for value in table.values:
            named = [known[span] for span in (*reversed(value.rows), *reversed(value.columns)) if span in known]
            told = next((code for code in named if code is not None), None)
            if (named and told is None) or (told is not None and told != self._region):
                yield value.start, value.end, told

    def places(self, table: Table) -> dict[Span, str | None]:
        """The headings that are nothing but a place, each with its code; None where it can't be told which."""
        spans = dict.fromkeys(span for value in table.values for span in value.heads)
        found = {span: codes for span in spans if (codes := self._candidates(span)) is not None}
        parents = {self._parent(codes[0]) for codes in found.values() if len(codes) == 1}
        return {span: self._one(codes, parents) for span, codes in found.items()}

    def _one(self, codes: tuple[str, ...], parents: set[str | None]) -> str | None:
        """The one of several bearers of a name that the table or the report speaks of."""
        for known in (
            codes,
            tuple(code for code in codes if code in self._named),
            tuple(code for code in codes if self._parent(code) in parents),
        ):
            if len(known) == 1:
                return known[0]
        return None

    @staticmethod
    def _parent(code: str) -> str | None:
        return load_gazetteer().regions[code].parent

    def _candidates(self, span: Span) -> tuple[str, ...] | None:
        """The units of the report's region that a heading names, none for a zone that is no unit; None for other words.

        Short forms count, for a table names places so.
        """
        name = _AROUND.sub("", _BLANKS.sub("", self._text[span.start : span.end]))
        if not 2 <= len(name) <= _LONGEST or not "一" <= name[0] <= "鿿":
            return None
        gazetteer = load_gazetteer()
        # an autonomous county is called by its short form and 县 (天祝县)
        regions = gazetteer.find(name) or (gazetteer.find(name[:-1]) if len(name) > 2 and name[-1] in "县旗州" else ())
        codes = tuple(
            region.adcode
            for region in regions
            if self._region is None or gazetteer.is_within(region.adcode, self._region)
        )
        if codes:
            return codes
        return () if _ZONE.fullmatch(name) else None


def place_heads(text: str, tables: Sequence[Table], region: str | None) -> frozenset[Span]:
    """The headings of tables that are nothing but a place of ``region`` (an adcode; None: of any)."""
    zones = TableZones(text, region, frozenset())
    return frozenset(span for table in tables for span in zones.places(table))
