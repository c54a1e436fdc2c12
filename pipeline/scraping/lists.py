"""A list page of a column: the reports it lists, and where its next page is."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from lxml import html
from lxml.etree import ParserError
from lxml.html import HtmlElement

from pipeline.resources.sites import Call, sites
from pipeline.scraping.addresses import joined, same_site
from pipeline.scraping.pages import Link, Page, date_in, in_margin, text_of
from pipeline.scraping.profiles import select

_SHORT_DATE = re.compile(r"(?<!\d)\d{1,2}[-/.月]\d{1,2}日?(?!\d)")
_SHORTEST_TITLE = 5
"""Characters of the words of a link to a report; names of columns are shorter."""
_LONGEST_COUNTED = 40
_DATED_WEIGHT = 4
"""What a title with a date beside it weighs against one without: dates stand beside the reports of a column."""
_STEPS = 6
_DIGITS = re.compile(r"\d+")
_STORED = re.compile(r"<(record|nextgroup)>\s*<!\[CDATA\[")
_INDEX = re.compile(r"(?:(index|default|list)\.(s?html?|jhtml)|)$")
_QUIET = str.maketrans("", "", " \t\r\n\u3000[]()（）【】")


class Listing(NamedTuple):
    """What a list page holds. ``shape`` is where its entries stand, by which those of the next page are known.

    ``next_page`` is the address of the next list page; ``guesses`` are those it may have where the page doesn't say.
    ``instead`` is where the page's script gets its list from, where the page itself has none.
    """

    entries: tuple[Link, ...]
    shape: str | None = None
    next_page: str | None = None
    guesses: tuple[str, ...] = ()
    instead: str | None = None


def read_list(page: Page, number: int, shape: str | None = None) -> Listing:
    """Read a list page. ``number`` counts the pages of the column from 1; ``shape`` is that of the page before."""
    store, next_group = _data_store(page)
    entries, found = (store, shape) if store else _entries(page, shape)
    if not store and (instead := _endpoint(page)) is not None:
        return Listing((), instead=instead)
    called, by_call = _by_call(page)
    linked, by_link = _by_link(page, number)
    next_page = next_group or by_call or by_link
    told = called or linked or next_group is not None
    return Listing(tuple(entries), found, next_page, () if told else _guesses(page.address, number))


def numbered(address: str, number: int) -> str | None:
    """The address of page ``number`` of a list whose own address counts its pages in a parameter (``?page=2``)."""
    parts = urlsplit(address)
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    at = next((n for n, (key, value) in enumerate(pairs) if _counts(key, value)), None)
    if at is None:
        return None
    pairs[at] = (pairs[at][0], str(number))
    return urlunsplit(parts._replace(query=urlencode(pairs)))


def page_number(address: str) -> int | None:
    """The number that a list's address counts its pages with, or None."""
    pairs = parse_qsl(urlsplit(address).query, keep_blank_values=True)
    return next((int(value) for key, value in pairs if _counts(key, value)), None)


def _counts(key: str, value: str) -> bool:
    return key.lower() in sites().parameters and value.isdecimal() and len(value) < 6


# Entries


def _entries(page: Page, shape: str | None) -> tuple[list[Link], str | None]:
    for selector in page.profile.entries if page.profile else ():
        if found := _links(page, select(page.tree, selector)):
            return found, None
    groups: dict[str, list[HtmlElement]] = defaultdict(list)
    for anchor in page.tree.iter("a"):
        if len(_words(anchor)) >= _SHORTEST_TITLE and anchor.get("href") and not in_margin(anchor):
            groups[_shape(anchor)].append(anchor)
    if shape is None:
        weights = _weights(groups)
        shape = max(groups, key=lambda key: (weights[key], key), default=None)
    return _links(page, groups.get(shape or "", [])), shape


def _links(page: Page, anchors: list[HtmlElement]) -> list[Link]:
    found: dict[str, Link] = {}
    for anchor in anchors:
        address = joined(page.base, anchor.get("href") or "", page.encoding)
        if address is not None and address != page.address and _quiet(_words(anchor)) not in sites().next.words:
            found.setdefault(address, Link(address, _words(anchor)))
    return list(found.values())


def _words(anchor: HtmlElement) -> str:
    """The words of a link; its title where that says more (lists cut long titles)."""
    shown, title = text_of(anchor), " ".join((anchor.get("title") or "").split())
    return title if len(title) > len(shown) else shown


def _shape(anchor: HtmlElement) -> str:
    """Where a link stands: the elements around it. What tells one row from another is left out."""
    steps = []
    for element in anchor.iterancestors():
        names = "" if element.tag in ("li", "tr", "td", "dd", "dt", "p", "span", "h3", "h4") else _names(element)
        steps.append(f"{element.tag}{names}")
        if element.tag == "body" or len(steps) == _STEPS:
            break
    return ">".join(reversed(steps))


def _names(element: HtmlElement) -> str:
    names = [*(element.get("class") or "").split()[:2], element.get("id") or ""]
    return "." + ".".join(_DIGITS.sub("0", name) for name in names)


def _weights(groups: dict[str, list[HtmlElement]]) -> dict[str, int]:
    """How much each group of links looks like the entries of a column: many, with long titles, with dates beside."""
    held: Counter[HtmlElement] = Counter()
    for anchors in groups.values():
        for anchor in anchors:
            held.update(anchor.iterancestors())
    weights = {}
    for key, anchors in groups.items():
        dated = sum(_dated(anchor, held) for anchor in anchors) * 2 >= len(anchors)
        lengths = sum(min(len(_words(anchor)), _LONGEST_COUNTED) for anchor in anchors)
        weights[key] = lengths * (_DATED_WEIGHT if dated else 1)
    return weights


def _dated(anchor: HtmlElement, held: Counter[HtmlElement]) -> bool:
    """Whether a date stands beside a link: in the largest element around it that holds no other."""
    own = anchor
    for element in anchor.iterancestors():
        if held[element] > 1:
            break
        own = element
    text = text_of(own)
    return date_in(text) is not None or bool(_SHORT_DATE.search(text))


# The next page


def _by_call(page: Page) -> tuple[bool, str | None]:
    """By a call in a script that writes the links to the pages; its arguments are read as text.

    Whether there is such a call, and where it says that the next page is; None on the last one.
    """
    for script in page.tree.iter("script"):
        text = script.text or ""
        for call in sites().calls:
            for match in _call_pattern(call.call).finditer(text):
                told, address = _called(page, call, [part.strip().strip("'\"") for part in match[1].split(",")])
                if told:
                    return True, address
    return False, None


@cache
def _call_pattern(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w.]){re.escape(name)}\s{{0,4}}\(([^()\n]{{1,300}})\)")


def _called(page: Page, call: Call, arguments: list[str]) -> tuple[bool, str | None]:
    if len(arguments) < len(call.arguments):
        return False, None
    named = dict(zip(call.arguments, arguments, strict=False))
    count, current = named["count"], named["current"]
    if not (count.isdecimal() and current.isdecimal()):
        return False, None
    following = int(current) + 1
    if following >= int(count) + call.first:
        return True, None
    return True, joined(page.base, call.address.format(stem=named["stem"], ending=named["ending"], n=following))


def _by_link(page: Page, number: int) -> tuple[bool, str | None]:
    """By a link that says it leads on, or one whose words are the next number, beside others that count pages.

    Whether there is such a link, and where it leads; None where it is dead, as on the last page.
    """
    anchors = [*page.tree.iter("a", "link")]
    leading = [anchor for anchor in anchors if _leads_on(anchor)]
    found = next((target for anchor in leading if (target := _target(page, anchor))), None)
    found = found or _by_number(page, anchors, number + 1)
    return bool(leading) or found is not None, found


def _leads_on(anchor: HtmlElement) -> bool:
    if "next" in (anchor.get("rel") or "").lower().split():
        return True
    words = {_quiet(text_of(anchor)), _quiet(anchor.get("title") or "")}
    return not words.isdisjoint(sites().next.words)


def _target(page: Page, anchor: HtmlElement) -> str | None:
    for attribute in sites().next.attributes:
        address = joined(page.base, anchor.get(attribute) or "", page.encoding)
        if address is not None and address != page.address and same_site(address, page.address):
            return address
    return None


def _by_number(page: Page, anchors: list[HtmlElement], number: int) -> str | None:
    targets = {
        int(words): target
        for anchor in anchors
        if (words := _quiet(text_of(anchor))).isdecimal() and len(words) < 6 and (target := _target(page, anchor))
    }
    target = targets.get(number)
    if target is None:
        return None
    shapes = {_DIGITS.sub("#", address) for other, address in targets.items() if other != number}
    return target if _DIGITS.sub("#", target) in shapes or numbered(target, number) == target else None


def _quiet(text: str) -> str:
    return text.translate(_QUIET).lower()


def _guesses(address: str, number: int) -> tuple[str, ...]:
    """Addresses that the next page has with most sites whose lists count in their names: index.html, index_1.html."""
    following = numbered(address, (page_number(address) or 1) + 1)
    if following:
        return (following,)
    parts = urlsplit(address)
    folder, _, name = parts.path.rpartition("/")
    match = _INDEX.fullmatch(name)
    if match is None or number > 1 or parts.query:
        return ()
    stem, ending = match[1] or "index", match[2] or "html"
    names = (f"{stem}_1.{ending}", f"{stem}_2.{ending}")
    return tuple(urlunsplit(parts._replace(path=f"{folder}/{name}")) for name in names)


# Lists in an XML data store (jpage): records and the address of the next group stand in CDATA


def _endpoint(page: Page) -> str | None:
    """The address that an element names as that of its list, where the element itself is empty."""
    for attribute in sites().json_lists.attributes:
        for element in page.tree.iterfind(f".//*[@{attribute}]"):
            if not text_of(element) and not in_margin(element):
                address = joined(page.base, element.get(attribute) or "", page.encoding)
                if address is not None and same_site(address, page.address):
                    return address
    return None


def _data_store(page: Page) -> tuple[list[Link], str | None]:
    entries: list[Link] = []
    following: str | None = None
    for script in page.tree.iter("script"):
        if "xml" not in (script.get("type") or ""):
            continue
        records, groups = read_data_store(script.text or "", page)
        entries += records
        following = following or groups
    return entries, following


def read_data_store(text: str, page: Page) -> tuple[list[Link], str | None]:
    """The records of a data store, and the address of the next group."""
    entries: list[Link] = []
    following = None
    for kind, inner in _stored(text):
        try:
            anchors = [*html.fragment_fromstring(inner, create_parent="div").iter("a")]
        except ParserError:
            continue
        if kind == "record":
            entries += _links(page, anchors)
        elif anchors and following is None:
            following = joined(page.base, anchors[0].get("href") or "", page.encoding)
    return entries, following


def _stored(text: str) -> Iterator[tuple[str, str]]:
    """The kind and content of each CDATA section that is a record or the next group."""
    opened = _STORED.search(text)
    while opened is not None:
        end = text.find("]]>", opened.end())
        if end < 0:
            return
        yield opened[1], text[opened.end() : end]
        opened = _STORED.search(text, end)
