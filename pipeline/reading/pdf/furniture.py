"""Running headers, footers and page numbers: what comes back at the edge of one page after another."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from pipeline.reading.pdf.columns import bottom_of, top_of
from pipeline.reading.pdf.faces import is_page_number
from pipeline.reading.pdf.rows import Row
from pipeline.reading.pdf.tables import line_of

_EDGE = 0.15
"""Headers and footers stand in the outer 15% of a page."""

_ROWS = 3
_SAME_PLACE = 6.0
_MANY_PAGES = 6
_NUMBERS = re.compile(r"\d+|(?<![一二三四五六七八九十百零〇])[一二三四五六七八九十百零〇]+(?=页)")


def furniture(pages: Sequence[tuple[float, Sequence[Row]]]) -> list[dict[int, str]]:
    """For each page (its height and rows from top to bottom) the zone of the rows that are no part of its text.

    A row is, if it comes back in the same place on other pages, numbers aside, or is a page number; and if all rows
    between it and the edge of the page are.
    """
    result: list[dict[int, str]] = [{} for _ in pages]
    for zone, below in (("header", False), ("footer", True)):
        candidates = [list(_candidates(height, rows, below)) for height, rows in pages]
        places = _places(candidates)
        for page, found in enumerate(candidates):
            for at, place, key, text in found:
                if not (is_page_number(text) or _comes_back(places.get(key, ()), page, place, len(pages))):
                    break
                result[page][at] = zone
    return result


def _places(candidates: Sequence[Sequence[tuple[int, float, str, str]]]) -> dict[str, list[tuple[int, float]]]:
    """For each text, numbers aside, the pages it stands on and where."""
    places: dict[str, list[tuple[int, float]]] = {}
    for page, found in enumerate(candidates):
        for _, place, key, _ in found:
            if len(key) > 1:
                places.setdefault(key, []).append((page, place))
    return places


def _candidates(height: float, rows: Sequence[Row], below: bool) -> Iterator[tuple[int, float, str, str]]:
    """The rows at an edge of a page, the outermost first: number, place on the page, text without numbers, text."""
    order = range(len(rows) - 1, -1, -1) if below else range(len(rows))
    for at in order[:_ROWS]:
        place = bottom_of(rows[at]) if below else top_of(rows[at])
        if (place < (1 - _EDGE) * height) if below else (place > _EDGE * height):
            return
        text = "".join(line_of(rows[at])[0].split())
        yield at, place, _NUMBERS.sub("0", text), text


def _comes_back(places: Sequence[tuple[int, float]], page: int, place: float, pages: int) -> bool:
    """Whether what stands on a page at a place stands there on others too; two others in a file of many pages."""
    needed = 1 if pages <= _MANY_PAGES else 2
    for other, there in places:
        if other != page and abs(place - there) <= _SAME_PLACE:
            needed -= 1
            if not needed:
                return True
    return False
