"""Lines to paragraphs: what is dropped, what is joined, and what each paragraph is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from pipeline.cleaning.joining import joined, wrapping
from pipeline.cleaning.lines import DATE, Line
from pipeline.cleaning.verdicts import Verdict
from pipeline.mapped import Change, Mapped
from pipeline.model import BlockKind, Cell, Paragraph

_LATIN = re.compile("[A-Za-z]")
_MISREAD_TAIL = re.compile(r"(?:\d[ ,.]?)[lIO]+$")
_MISREAD_HEAD = re.compile(r"[lIO\d]*\d")
_PAGE_KINDS = frozenset({"page number", "header or footer of a page", "scanner mark", "document site", "rule"})


@dataclass(frozen=True, slots=True)
class Plan:
    """The changes that leave paragraphs parted by one line feed, the kind of each, and the lines of each paragraph."""

    changes: tuple[Change, ...]
    kinds: tuple[str, ...]
    groups: tuple[tuple[int, ...], ...]


def assemble(text: str, lines: Sequence[Line], verdicts: Sequence[Verdict | None]) -> Plan:
    """Plan the last step from the verdicts on lines: drop, trim, join."""
    kept = [line for line, verdict in zip(lines, verdicts, strict=True) if verdict is None]
    groups = _groups(kept, verdicts)
    last_of_group = {group[-1] for group in groups}
    changes: list[Change] = []
    kinds: list[str] = []

    def drop(start: int, end: int, why: str, after: str = "") -> None:
        if text[start:end] != after:
            changes.append(Change(start, end, after))
            kinds.append(why)

    at = 0
    following = {one.number: two for one, two in pairwise(kept)}
    for line, verdict in zip(lines, verdicts, strict=True):
        if verdict:
            drop(at, line.start, "blank")
            at = min(line.end + 1, len(text))
            drop(line.start, at, verdict.kind)
            continue
        drop(at, line.left, "blank")
        drop(line.right, line.end, "blank")
        at = min(line.end + 1, len(text))
        two = following.get(line.number)
        if two is None:
            drop(line.end, at, "blank")
        elif line.number not in last_of_group:
            space = " " if _parts_words(line.text, two.text) else ""
            drop(line.end, at, "line join", space)
    drop(at, len(text), "blank")
    return Plan(tuple(changes), tuple(kinds), tuple(groups))


def _parts_words(one: str, two: str) -> bool:
    """Whether a line break stands between two words of letters, and not inside a number whose digits were misread."""
    if not (_LATIN.match(one[-1]) and _LATIN.match(two[0])):
        return False
    return not (_MISREAD_TAIL.search(one[-4:]) and _MISREAD_HEAD.match(two))


def _groups(kept: Sequence[Line], verdicts: Sequence[Verdict | None]) -> list[tuple[int, ...]]:
    """The line numbers of each paragraph."""
    way = wrapping(kept)
    groups: list[list[int]] = []
    size = 0
    previous: Line | None = None
    for line in kept:
        if previous and (
            _is_wrapped(previous, line)
            or (
                _may_join(previous, line)
                and joined(previous, line, size, _page_break(verdicts, previous.number, line.number), way)
            )
        ):
            groups[-1].append(line.number)
            size += len(line.text)
        else:
            groups.append([line.number])
            size = len(line.text)
        previous = line
    return [tuple(group) for group in groups]


def _is_wrapped(one: Line, two: Line) -> bool:
    """Whether the page says that line ``two`` goes on where ``one`` breaks off."""
    if one.block is None or two.block is None or one.cells or two.cells:
        return False
    return one.block.wrapped if one.block is two.block else two.block.continues


def _may_join(one: Line, two: Line) -> bool:
    """A page's own headings and list items stand alone; breaks within a block are open to question."""
    if one.block is None or one.block is two.block:
        return True
    if two.block is None or one.block.wrapped or two.block.wrapped:
        return False
    return one.block.kind is two.block.kind is BlockKind.PARAGRAPH


def _page_break(verdicts: Sequence[Verdict | None], one: int, two: int) -> bool:
    between = verdicts[one + 1 : two]
    return bool(between) and all(verdict and verdict.reason in _PAGE_KINDS for verdict in between)


_DEPTHS = (
    (1, re.compile(r"第[一二三四五六七八九十百零\d]{1,4}(?:[章篇编]|部分)|篇[一二三四五六七八九十\d]{1,3}")),
    (2, re.compile(r"[一二三四五六七八九十]{1,3}[、.．]|第[一二三四五六七八九十百零\d]{1,4}节")),
    (3, re.compile(r"[(（][一二三四五六七八九十]{1,3}[)）]")),
    (4, re.compile(r"\d{1,2}[.．、](?=\D)|[(（]\d{1,2}[)）]|[①-⑳]")),
)
_ITEM = re.compile(r"[◆●■★▶]|【[^】]{2,30}】$")
_SENTENCE = re.compile(r"[。；！？;!]|[，,].*[，,]")
_CLOSED = re.compile(r"[。；：:，,]$|。")
_SENTENCE_END = re.compile(r"[。；，、：:;,]$")
_MAX_HEADING = 40
_MAX_PLAIN_HEADING = 26
_MAX_TITLE = 70


def depth_of(text: str) -> int:
    """The depth that a heading's number gives it: 1 第一章, 2 一、, 3 （一）, 4 1. and （1）; 0 without a number."""
    return next((depth for depth, pattern in _DEPTHS if pattern.match(text)), 0)


def paragraphs_of(mapped: Mapped, plan: Plan, lines: Sequence[Line]) -> tuple[Paragraph, ...]:
    """The paragraphs of the clean text."""
    texts = mapped.text.split("\n") if mapped.text else []
    result: list[Paragraph] = []
    at = 0
    titled = any(lines[group[0]].kind is BlockKind.TITLE for group in plan.groups)
    for index, (text, group) in enumerate(zip(texts, plan.groups, strict=True)):
        line = lines[group[0]]
        following = texts[index + 1] if index + 1 < len(texts) else ""
        kind, depth = _kind(text, line, following, index, titled)
        titled = titled or kind is BlockKind.TITLE
        cells = _cells(mapped, at, at + len(text), line) if line.cells else ()
        layer_start, layer_end = mapped.span(at, at + len(text))
        result.append(Paragraph(kind, at, at + len(text), layer_start, layer_end, depth, cells))
        at += len(text) + 1
    return tuple(result)


def _kind(text: str, line: Line, following: str, index: int, titled: bool) -> tuple[BlockKind, int]:
    if line.cells:
        return BlockKind.TABLE_ROW, 0
    if line.kind is BlockKind.TITLE:
        return BlockKind.TITLE, 0
    if len(text) > _MAX_TITLE and line.kind is not BlockKind.HEADING:
        return BlockKind.LIST_ITEM if line.kind is BlockKind.LIST_ITEM else BlockKind.PARAGRAPH, 0
    depth = depth_of(text)
    if not titled and index == 0 and len(text) <= _MAX_TITLE and not depth and not _CLOSED.search(text):
        return BlockKind.TITLE, 0
    plain = not _SENTENCE.search(text) and not _SENTENCE_END.search(text)
    if line.kind is BlockKind.HEADING:
        return BlockKind.HEADING, depth or 2
    if depth and plain and len(text) <= _MAX_HEADING:
        return BlockKind.HEADING, depth
    if line.kind is BlockKind.LIST_ITEM:
        return BlockKind.LIST_ITEM, 0
    if not plain or DATE.fullmatch(text):
        return BlockKind.PARAGRAPH, 0
    if _ITEM.match(text) and len(text) <= _MAX_HEADING:
        return BlockKind.HEADING, 2
    if not titled and index <= 3 and len(text) <= _MAX_TITLE:
        return BlockKind.TITLE, 0
    if len(text) <= _MAX_PLAIN_HEADING and len(following) > _MAX_HEADING and not _SENTENCE_END.search(text):
        return BlockKind.HEADING, 2
    return BlockKind.PARAGRAPH, 0


def _cells(mapped: Mapped, start: int, end: int, line: Line) -> tuple[tuple[int, int, Cell], ...]:
    """The cells of a row in the clean text, those at its ends that held nothing but blanks too."""
    result = []
    for block in line.cells:
        if block.cell is not None:
            low, high = (min(max(mapped.find(at), start), end) for at in (block.start, block.end))
            result.append((low, max(low, high), block.cell))
    return tuple(result)
