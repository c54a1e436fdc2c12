"""A page with a report: its title, date and publisher, and the files that come with it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from lxml import html
from lxml.etree import ParserError
from lxml.html import HtmlElement

from pipeline.errors import Refused
from pipeline.reading.decoding import decode
from pipeline.reading.page import markup
from pipeline.resources.sites import Profile, sites
from pipeline.scraping.addresses import joined
from pipeline.scraping.profiles import first_of, places_for, profile_of, select

MAX_PAGE_BYTES = 16 * 1024 * 1024
"""Larger pages are not looked into; a page of a million characters has a tenth of it."""

_DATE = re.compile(r"(?<!\d)((?:19|20)\d\d)\s?[-/.年]\s?(\d{1,2})\s?[-/.月]\s?(\d{1,2})(?!\d)")
_TITLE_LENGTH = range(4, 200)
_PUBLISHER_LENGTH = 40
_UNDER_LENGTH = 120
_XML_HEAD = re.compile(r"\A\s*<\?xml[^>]*\?>")


class Page(NamedTuple):
    """A page as it is looked into. ``base`` is what its links count from."""

    tree: HtmlElement
    address: str
    base: str
    encoding: str
    profile: Profile | None


class About(NamedTuple):
    """What a page says of its report; ``published`` as ``2024-05-06``."""

    title: str | None
    published: str | None
    publisher: str | None


class Link(NamedTuple):
    """A link: where to, and its words."""

    address: str
    words: str


def parse_page(data: bytes, address: str) -> Page:
    """Parse the bytes of a page. Nothing in it is run. Raises Refused: too large, or no text."""
    if len(data) > MAX_PAGE_BYTES:
        raise Refused("too_large", f"is a page of {len(data):,} bytes; the limit is {MAX_PAGE_BYTES:,}")
    decoded = decode(data, address)
    text = _XML_HEAD.sub("", decoded.text.replace("\x00", ""), count=1)
    try:
        tree = html.document_fromstring(text)
    except (ParserError, ValueError) as error:
        raise Refused("empty", "is a page with nothing in it") from error
    base = next((joined(address, tag.get("href", "")) for tag in select(tree, "base[href]")), None)
    return Page(tree, address, base or address, decoded.encoding, profile_of(tree, address))


def about(page: Page) -> About:
    """The title, date and publisher of the report on a page: as its head declares, else where its profile says."""
    declared = _declared(page.tree)
    title = _title(page)
    under = _under(page, title)
    published = _first_date([declared.get("published", ""), *_texts(page, "published"), under])
    publisher = declared.get("publisher") or _publisher(page, under)
    return About(declared.get("title") or title, published, publisher)


def attachments(page: Page) -> list[Link]:
    """The files linked from the report on a page, in its order: from its body where that is known, else from all that
    is not navigation.
    """
    body = body_of(page)
    found: dict[str, Link] = {}
    for anchor in (page.tree if body is None else body).iter("a"):
        address = joined(page.base, anchor.get("href") or "", page.encoding)
        words = text_of(anchor) or str(anchor.get("title") or "")
        if address is None or address in found or not _leads_to_file(address, words, anchor):
            continue
        if body is not None or not in_margin(anchor):
            found[address] = Link(address, words)
    return list(found.values())


def body_of(page: Page) -> HtmlElement | None:
    """The element with the report's text, where its profile or the usual names tell."""
    for places in places_for(page.profile):
        for selector in places.body:
            element = first_of(page.tree, (selector,))
            if element is not None and not in_margin(element):
                return element
    return None


def text_of(element: HtmlElement) -> str:
    """The words of an element on one line."""
    return " ".join(str(element.text_content()).split())


def in_margin(element: HtmlElement) -> bool:
    """Whether an element stands in navigation, header, footer or sidebar, by the names of what it stands in."""
    for node in (element, *element.iterancestors()):
        zone = zone_of(node)
        if zone:
            return zone != "body"
    return False


def zone_of(element: HtmlElement) -> str:
    """What an element says it is: nav, header, footer, aside, body, or nothing."""
    if element.tag in ("nav", "header", "footer", "aside"):
        return str(element.tag)
    if element.tag in ("article", "main"):
        return "body"
    names = f"{element.get('id') or ''} {element.get('class') or ''}".lower().split()
    return next((zone for name in names if (zone := _zones().get(name, ""))), "")


@cache
def _zones() -> dict[str, str]:
    return {word.lower(): zone for zone, words in markup().zones.items() for word in words}


def _declared(tree: HtmlElement) -> dict[str, str]:
    metas: dict[str, str] = {}
    for meta in tree.iter("meta"):
        key = (meta.get("name") or meta.get("property") or "").lower()
        value = " ".join((meta.get("content") or "").split())
        if key and value:
            metas.setdefault(key, value)
    return {
        hint: next(metas[name] for name in names if name in metas)
        for hint, names in markup().declared
        if any(name in metas for name in names)
    }


def _title(page: Page) -> str | None:
    for text in _texts(page, "title"):
        if len(text) in _TITLE_LENGTH:
            return text
    title = page.tree.find(".//title")
    return (text_of(title) or None) if title is not None else None


def _under(page: Page, title: str | None) -> str:
    """The words under the title, where most sites say when and by whom a report was published."""
    body = page.tree.find("body")
    text = text_of(body) if body is not None else ""
    at = text.find(title) if title else -1
    return text[at + len(title or "") :][:_UNDER_LENGTH] if at >= 0 else ""


def _publisher(page: Page, under: str) -> str | None:
    named = _named_publisher()
    texts = list(_texts(page, "publisher"))
    for text in (*texts, *_texts(page, "published"), under):
        if match := named.search(text):
            return match[1]
    return next((text for text in texts if 2 <= len(text) <= _PUBLISHER_LENGTH and not _DATE.search(text)), None)


@cache
def _named_publisher() -> re.Pattern[str]:
    words = "|".join(map(re.escape, sites().publisher_words))
    return re.compile(rf"(?:{words})\s?[:：]\s?([^\s:：|【】\[\]]{{2,{_PUBLISHER_LENGTH}}})")


def _texts(page: Page, what: str) -> Iterator[str]:
    """The words of the elements where something may stand, the likeliest first; not those of the margins."""
    for places in places_for(page.profile):
        for selector in getattr(places, what):
            for element in select(page.tree, selector)[:3]:
                if not in_margin(element) and (text := text_of(element)):
                    yield text


def _first_date(texts: list[str]) -> str | None:
    return next((date for text in texts if (date := date_in(text))), None)


def date_in(text: str) -> str | None:
    """The first whole date in a text, as ``2024-05-06``."""
    for year, month, day in _DATE.findall(text):
        if 1 <= int(month) <= 12 and 1 <= int(day) <= 31:
            return f"{year}-{int(month):02}-{int(day):02}"
    return None


def _leads_to_file(address: str, words: str, anchor: HtmlElement) -> bool:
    """Whether a link is one of a document: by the ending of its path, of a value in its query, or of its words."""
    parts = urlsplit(address)
    names = [parts.path, *(pair.rpartition("=")[2] for pair in parts.query.split("&")), words]
    names += [str(anchor.get("download") or ""), str(anchor.get("title") or "")]
    return any(unquote(name).rpartition(".")[2].strip().lower() in sites().attachments for name in names if "." in name)
