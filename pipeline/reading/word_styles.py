"""What the styles of a Word document say of its paragraphs: title, heading, list, contents, hidden."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache

from lxml.etree import _Element as Element

from pipeline.reading.word_numbers import VAL, W
from pipeline.reading.words import office_words


@dataclass(frozen=True, slots=True)
class Manner:
    """What holds for a paragraph. ``outline``: 0 for a chapter to 8, None for running text; ``number`` and ``rank``:
    the list it is numbered in and its level there.
    """

    title: bool = False
    contents: bool = False
    outline: int | None = None
    number: str | None = None
    rank: int = 0
    hidden: bool = False


_OFF = frozenset({"0", "false", "off", "none"})


def is_on(parent: Element | None, name: str) -> bool | None:
    """Whether a property that is on or off is on; None where nothing is said."""
    element = None if parent is None else parent.find(f"{W}{name}")
    return None if element is None else element.get(VAL, "1") not in _OFF


class Styles:
    """The styles of a document, each with what it is based on worked in."""

    def __init__(self, styles: Element | None) -> None:
        self._elements = {} if styles is None else {s.get(f"{W}styleId", ""): s for s in styles.iter(f"{W}style")}
        self._manners: dict[str, Manner] = {}
        self._default = next(
            (key for key, s in self._elements.items()
             if s.get(f"{W}type") == "paragraph" and s.get(f"{W}default", "0") not in _OFF), "",
        )  # fmt: skip
        self._ranks = self._numbered_by_style()

    def lists(self) -> Mapping[str, str]:
        """The list that each style names as its own, for lists that are defined by a style."""
        found = {}
        for key, style in self._elements.items():
            number = style.find(f"{W}pPr/{W}numPr/{W}numId")
            if number is not None:
                found[key] = number.get(VAL, "")
        return found

    def use_ranks(self, numbering: Element | None) -> None:
        """Learn from ``numbering.xml`` at which level of a list a style stands."""
        if numbering is None:
            return
        for level in numbering.iter(f"{W}lvl"):
            style = level.find(f"{W}pStyle")
            rank = level.get(f"{W}ilvl", "0")
            if style is not None and rank.isdigit():
                self._ranks.setdefault(style.get(VAL, ""), int(rank))

    def hides(self, run_style: str) -> bool:
        """Whether a style keeps its text from being seen."""
        return self._manner(run_style).hidden

    def of(self, properties: Element | None) -> Manner:
        """The manner of a paragraph by its ``w:pPr`` (None where it has none)."""
        named = None if properties is None else properties.find(f"{W}pStyle")
        key = self._default if named is None else named.get(VAL, "")
        manner = self._manner(key)
        if properties is None:
            return manner
        return _changed(manner, properties, self._ranks.get(key))

    def _manner(self, key: str) -> Manner:
        known = self._manners.get(key)
        if known is not None:
            return known
        self._manners[key] = Manner()  # ends a ring of styles that are based on one another
        style = self._elements.get(key)
        if style is None:
            return self._manners[key]
        base = style.find(f"{W}basedOn")
        manner = Manner() if base is None else self._manner(base.get(VAL, ""))
        name = style.find(f"{W}name")
        manner = _named(manner, "" if name is None else name.get(VAL, ""))
        properties = style.find(f"{W}pPr")
        if properties is not None:
            manner = _changed(manner, properties, self._ranks.get(key))
        hidden = is_on(style.find(f"{W}rPr"), "vanish")
        manner = manner if hidden is None else replace(manner, hidden=hidden)
        self._manners[key] = manner
        return manner

    def _numbered_by_style(self) -> dict[str, int]:
        found = {}
        for key, style in self._elements.items():
            rank = style.find(f"{W}pPr/{W}numPr/{W}ilvl")
            if rank is not None and rank.get(VAL, "").isdigit():
                found[key] = int(rank.get(VAL, "0"))
        return found


_OUTLINE, _NUMBERED = f"{W}outlineLvl", f"{W}numPr"


def _changed(manner: Manner, properties: Element, style_rank: int | None) -> Manner:
    """The manner after a ``w:pPr`` of a style or a paragraph."""
    for child in properties:
        if child.tag == _OUTLINE:
            level = child.get(VAL, "9")
            manner = replace(manner, outline=int(level) if level.isdigit() and int(level) < 9 else None)
        elif child.tag == _NUMBERED:
            number, rank = child.find(f"{W}numId"), child.find(f"{W}ilvl")
            given = "" if rank is None else rank.get(VAL, "")
            if number is not None:
                name = number.get(VAL, "0")
                at = int(given) if given.isdigit() else (style_rank or 0)
                manner = replace(manner, number=None if name == "0" else name, rank=at)
            elif given.isdigit():
                manner = replace(manner, rank=int(given))
    return manner


@cache
def _heading() -> re.Pattern[str]:
    return re.compile(rf"(?:{'|'.join(office_words().heading_styles)})\s*([1-9])")


@cache
def _contents() -> re.Pattern[str]:
    return re.compile(rf"(?:{'|'.join(office_words().contents_styles)})\s*[1-9]")


def _named(manner: Manner, name: str) -> Manner:
    """The manner of a style by its name; a style that is based on a title or heading is one only by its own name or
    outline level, as makers of templates base everything on everything.
    """
    name = name.strip().lower()
    match = _heading().fullmatch(name)
    return replace(
        manner,
        title=name in office_words().title_styles,
        contents=_contents().fullmatch(name) is not None,
        outline=int(match[1]) - 1 if match else manner.outline,
    )
