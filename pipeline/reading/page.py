"""A web page to its visible text in reading order, with blocks.

Offsets are recorded while the text is built, never searched for afterwards. The tree is walked with a stack of our
own, so that ten thousand nested elements cost time and nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

from bs4 import BeautifulSoup, CData, NavigableString, PageElement, Tag
from bs4.element import PreformattedString

from pipeline.model import BlockKind, TextLayer
from pipeline.reading.layout import LayerBuilder, Style
from pipeline.reading.soup import parse_markup
from pipeline.reading.tables import children, data_rows, is_data_table
from pipeline.resources import Strict, load_yaml
from pipeline.resources.sites import body_names


class Declared(Strict):
    """Which ``<meta>`` names declare what."""

    title: tuple[str, ...]
    publisher: tuple[str, ...]
    published: tuple[str, ...]
    address: tuple[str, ...]


class Markup(Strict):
    """Schema of ``page.yaml``."""

    skipped: frozenset[str]
    blocks: frozenset[str]
    zones: dict[str, tuple[str, ...]]
    declared: Declared


@dataclass(frozen=True, slots=True)
class _Leave:
    """A mark on the stack: the block element that was entered ends here."""

    style: Style


@cache
def markup() -> Markup:
    """What ``page.yaml`` says."""
    return load_yaml("page.yaml", Markup)


@cache
def _zone_words() -> dict[str, str]:
    named = {word.lower(): zone for zone, words in markup().zones.items() for word in words}
    return {**named, **dict.fromkeys(body_names(), "body")}


_HEADINGS = {
    "h1": BlockKind.TITLE,
    "h2": BlockKind.HEADING,
    "h3": BlockKind.HEADING,
    "h4": BlockKind.HEADING,
    "h5": BlockKind.HEADING,
    "h6": BlockKind.HEADING,
    "li": BlockKind.LIST_ITEM,
    "td": BlockKind.PARAGRAPH,
    "th": BlockKind.PARAGRAPH,
}

_OUT_OF_SIGHT = re.compile(
    r"display\s*:\s*none"
    r"|(?:left|right|top|text-indent|margin-left|margin-top)\s*:\s*-\s*\d{3,}(?:\.\d+)?\s*(?:px|em|rem|pt|%)"
    r"|font-size\s*:\s*0(?:px|em|rem|pt|%)?\s*(?:;|!|$)",
    re.IGNORECASE,
)
"""Inline styles that keep text from being seen. ``visibility:hidden`` and ``opacity:0`` are not among them: article
bodies carry them until a script shows the text."""

_NO_HEIGHT = re.compile(r"(?:^|;)\s*(?:max-)?(?:height|width)\s*:\s*0(?:px|em|%)?\s*(?:;|!|$)", re.IGNORECASE)
_CLIPPED = re.compile(r"overflow\s*:\s*hidden", re.IGNORECASE)
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")


def read_page(html: str) -> tuple[TextLayer, dict[str, str]]:
    """The visible text of a page with its blocks, and what its head declares (keys as in ``Source.hints``)."""
    soup = parse_markup(html)
    builder = LayerBuilder()
    _walk(soup, builder)
    return builder.layer(), _declarations(soup)


def _walk(soup: BeautifulSoup, builder: LayerBuilder) -> None:
    stack: list[tuple[PageElement | _Leave, Style]] = [(soup, Style())]
    while stack:
        node, style = stack.pop()
        if isinstance(node, Tag):
            _enter(node, style, builder, stack)
        elif isinstance(node, _Leave):
            builder.end_block(node.style)
        elif is_visible_text(node):
            builder.text(str(node), style)


def _enter(tag: Tag, style: Style, builder: LayerBuilder, stack: list[tuple[PageElement | _Leave, Style]]) -> None:
    name = tag.name
    if name == "br":
        builder.line_break()
        return
    if is_hidden(tag):
        return
    if name == "a":
        style = replace(style, linked=True)
    elif name in markup().blocks:
        builder.end_block(style)
        style = _block_style(tag, style)
        if name == "table" and is_data_table(tag):
            _table(tag, style, builder)
            return
        stack.append((_Leave(style), style))
    stack.extend([(child, style) for child in reversed(tag.contents)])


def _block_style(tag: Tag, style: Style) -> Style:
    name = tag.name
    zone = (name != "body" and _zone(tag)) or style.zone
    kind = _HEADINGS.get(name, style.kind)
    preformatted = style.preformatted or name == "pre"
    if zone == style.zone and kind is style.kind and preformatted is style.preformatted:
        return style
    return replace(style, kind=kind, zone=zone, preformatted=preformatted)


def _table(table: Tag, style: Style, builder: LayerBuilder) -> None:
    builder.start_table()
    for caption in children(table, "caption"):
        builder.text(_on_one_line(caption)[0], style)
        builder.end_block(style)
    for row in data_rows(table):
        builder.row([(*_on_one_line(cell), place) for cell, place in row], style)


def is_visible_text(node: PageElement) -> bool:
    """Whether a node is text of the page and not a comment, doctype or the like."""
    return isinstance(node, NavigableString) and (not isinstance(node, PreformattedString) or isinstance(node, CData))


def is_hidden(tag: Tag) -> bool:
    """Whether an element is never shown: by its kind, the attribute ``hidden`` or its inline style."""
    if tag.name in markup().skipped:
        return True
    attributes = tag.attrs
    return "hidden" in attributes or ("style" in attributes and _hides(attributes["style"]))


def _hides(style: str) -> bool:
    """Whether an inline style keeps its element from being seen."""
    return bool(_OUT_OF_SIGHT.search(style) or (_CLIPPED.search(style) and _NO_HEIGHT.search(style)))


def visible_strings(tag: Tag) -> Iterator[tuple[str, bool]]:
    """The visible strings in an element and whether each is in a link, in order; breaks and blocks part nothing."""
    stack: list[tuple[PageElement, bool]] = [(tag, False)]
    while stack:
        node, linked = stack.pop()
        if isinstance(node, Tag):
            if not is_hidden(node):
                inside = linked or node.name == "a"
                stack.extend([(child, inside) for child in reversed(node.contents)])
        elif is_visible_text(node):
            yield str(node), linked


def _on_one_line(tag: Tag) -> tuple[str, float]:
    """The visible text of an element on one line, and the share of its characters that are links.

    A break inside a cell joins without a blank.
    """
    strings: list[str] = []
    whole = linked = 0
    for text, in_link in visible_strings(tag):
        strings.append(text)
        size = len(text.strip())
        whole += size
        linked += size if in_link else 0
    return " ".join("".join(strings).split()), linked / whole if whole else 0.0


def _zone(tag: Tag) -> str:
    name, attributes = tag.name, tag.attrs
    if name in ("nav", "header", "footer", "aside"):
        return name
    if name in ("article", "main"):
        return "body"
    if not attributes:
        return ""
    names = (attributes.get("id"), *attributes.get("class", "").split(), attributes.get("role"))
    return next((zone for name in names if name and (zone := _zone_of(name))), "")


def _zone_of(name: str) -> str:
    known = _zone_words()
    words = (name, *_WORD.findall(name))
    return next((zone for word in words if (zone := known.get(word.lower()))), "")


def _declarations(soup: BeautifulSoup) -> dict[str, str]:
    telling: dict[str, list[Tag]] = {"meta": [], "title": [], "link": []}
    for node in soup.descendants:
        if isinstance(node, Tag) and node.name in telling:
            telling[node.name].append(node)
    metas: dict[str, str] = {}
    for tag in telling["meta"]:
        key = (tag.attrs.get("name") or tag.attrs.get("property") or "").lower()
        value = " ".join(tag.attrs.get("content", "").split())
        if key and value:
            metas.setdefault(key, value)
    hints: dict[str, str] = {}
    for hint, names in markup().declared:
        found = next((metas[name] for name in names if name in metas), None)
        if found:
            hints[hint] = found
    for title in telling["title"][:1]:
        if "title" not in hints and (text := " ".join(title.get_text().split())):
            hints["title"] = text
    link = next((tag for tag in telling["link"] if "canonical" in tag.attrs.get("rel", "").split()), None)
    if "address" not in hints and link is not None and link.attrs.get("href"):
        hints["address"] = link.attrs["href"]
    return hints
