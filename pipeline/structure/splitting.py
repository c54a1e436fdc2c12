"""Where the reports of a source begin."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from pipeline.model import BlockKind, CleanText
from pipeline.structure.titles import inline_part, is_title_line, part_mark, title_at_end

_ROMAN_PART = re.compile(r"[(（]([一二三四五六七八九十])[)）]")
_FIRST_SECTION = re.compile(r"一[、.．]")
_SECTION = re.compile(r"[一二三四五六七八九十]{1,2}[、.．]")
_ITEM = re.compile(r"(?:(?P<mark>[◆◇●■□★▶▲])\s*|【)?(?P<name>[\u4e00-\u9fff]{1,14}?(?:[县市区旗州盟]))(?:】|[：:])")
_MIN_ITEMS = 3
_MAX_ITEM = 48
_MIN_ITEM_BODY = 60
_TITLE_BLOCK = 120
"""Two beginnings nearer than this are one: a part mark and the title below it."""
_MIN_BODY = 300
"""A title line within the first characters belongs to the title block: a notice and the plan it sends out are one."""


@dataclass(frozen=True, slots=True)
class Beginning:
    """A report begins at ``start`` of the clean text; ``shared``: as an item of a bulletin, which has one date."""

    start: int
    shared: bool = False


def beginnings(clean: CleanText) -> list[Beginning]:
    """Where reports begin, the first at 0."""
    items = _items(clean)
    if items:
        return items
    starts = [0]
    for start in sorted({*_parts(clean), *_title_lines(clean), *_numbered_parts(clean)}):
        if start - starts[-1] > _TITLE_BLOCK:
            starts.append(start)
    return [Beginning(start) for start in starts]


def item_title(text: str) -> bool:
    """Whether a line reads like the title of a bulletin's item: ``◆某某县：……``."""
    return len(text) <= _MAX_ITEM and _ITEM.match(text) is not None


def _items(clean: CleanText) -> list[Beginning]:
    """Items of a bulletin: at least three short lines alike in their mark, each naming another region, prose below."""
    groups: dict[str, list[tuple[int, str]]] = {}
    for paragraph, following in pairwise(clean.paragraphs):
        if paragraph.end - paragraph.start > _MAX_ITEM or following.end - following.start < _MIN_ITEM_BODY:
            continue
        match = _ITEM.match(clean.text, paragraph.start, paragraph.end)
        if match:
            mark = match["mark"] or ("【" if clean.text[paragraph.start] == "【" else "")
            groups.setdefault(mark, []).append((paragraph.start, match["name"]))
    for rows in groups.values():
        if len({name for _, name in rows}) >= _MIN_ITEMS:
            starts = [start for start, _ in rows]
            if starts[0] > _MIN_BODY:
                starts.insert(0, 0)
            return [Beginning(0, shared=True), *(Beginning(start, shared=True) for start in starts[1:])]
    return []


def _parts(clean: CleanText) -> list[int]:
    """Parts of a compilation: ``篇5`` before a title, on a line of its own or in a line where breaks were lost."""
    starts = []
    for paragraph in clean.paragraphs:
        text = clean.text[paragraph.start : paragraph.end]
        if len(text) <= _TITLE_BLOCK and part_mark(text):
            starts.append(paragraph.start)
            continue
        at = inline_part(text) if len(text) <= _TITLE_BLOCK else None
        at = title_at_end(text) if at is None else at
        if at is not None:
            starts.append(paragraph.start + at)
    return starts


def _title_lines(clean: CleanText) -> list[int]:
    """Titles that stand after a body: those of further reports."""
    starts: list[int] = []
    seen: set[str] = set()
    for paragraph in clean.paragraphs:
        text = clean.text[paragraph.start : paragraph.end]
        if paragraph.kind in (BlockKind.TABLE_ROW, BlockKind.LIST_ITEM) or not is_title_line(text, strictly=True):
            continue
        if paragraph.start >= _MIN_BODY and text not in seen:
            starts.append(paragraph.start)
        seen.add(text)
    return starts


def _numbered_parts(clean: CleanText) -> list[int]:
    """Parts told only by ``（一）``, ``（二）`` before texts whose own sections begin anew at 一、."""
    texts = [clean.text[p.start : p.end] for p in clean.paragraphs]
    found: list[tuple[int, int]] = []
    for index, text in enumerate(texts):
        match = _ROMAN_PART.match(text)
        if match and _section_follows(texts, index):
            found.append(("一二三四五六七八九十".index(match[1]) + 1, clean.paragraphs[index].start))
    numbers = [number for number, _ in found]
    if len(found) < 2 or numbers != list(range(1, len(found) + 1)):
        return []
    return [start for _, start in found]


def _section_follows(texts: Sequence[str], index: int) -> bool:
    """Whether the next section mark below, within a few paragraphs, is 一、."""
    for text in texts[index + 1 : index + 4]:
        if _ROMAN_PART.match(text):
            return False
        if _SECTION.match(text):
            return _FIRST_SECTION.match(text) is not None
    return False
