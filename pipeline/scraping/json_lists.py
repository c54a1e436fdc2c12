"""Lists in JSON: the reports they name, and where their next page is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from pipeline.errors import Refused
from pipeline.reading.decoding import decode
from pipeline.resources.sites import sites
from pipeline.scraping.addresses import joined
from pipeline.scraping.lists import Listing, numbered, page_number
from pipeline.scraping.pages import Link

_MOST_NODES = 200_000


def read_json_list(data: bytes, address: str) -> Listing:
    """Read a list in JSON: the longest array of objects that have an address and a title.

    Raises Refused where the bytes are no JSON.
    """
    try:
        whole = json.loads(decode(data, address).text.lstrip("\ufeff"))
    except (ValueError, RecursionError) as error:
        raise Refused("no_list", "is no list: not valid JSON") from error
    nodes = list(_nodes(whole))
    entries = max((_entries(node, address) for node in nodes if isinstance(node, list)), key=len, default=[])
    return Listing(tuple(entries), next_page=_next_page(nodes, address, bool(entries)))


def _nodes(whole: object) -> Iterator[Any]:
    stack = [whole]
    for _ in range(_MOST_NODES):
        if not stack:
            return
        node = stack.pop()
        yield node
        if isinstance(node, dict):
            stack.extend(reversed([value for value in node.values() if isinstance(value, dict | list)]))
        elif isinstance(node, list):
            stack.extend(reversed([value for value in node if isinstance(value, dict | list)]))


def _entries(items: list[Any], base: str) -> list[Link]:
    names = sites().json_lists
    found: dict[str, Link] = {}
    for item in items:
        if isinstance(item, dict):
            link, title = _field(item, names.address), _field(item, names.title)
            address = joined(base, link) if link and title else None
            if address is not None:
                found.setdefault(address, Link(address, " ".join((title or "").split())))
    return list(found.values())


def _next_page(nodes: list[Any], address: str, more: bool) -> str | None:
    names = sites().json_lists
    objects = [node for node in nodes if isinstance(node, dict)]
    links = (link for node in objects if (link := _field(node, names.next)) and not link.isdecimal())
    said = next((joined(address, link) for link in links), None)
    number = page_number(address)
    if said is not None or number is None or not more:
        return said
    pages = next((count for node in objects if (count := _field(node, names.pages)) and count.isdecimal()), None)
    if pages is not None and number >= int(pages):
        return None
    return numbered(address, number + 1)


def _field(item: dict[Any, Any], names: tuple[str, ...]) -> str | None:
    """The first of some fields that holds words or a number."""
    lowered = {str(key).lower(): value for key, value in item.items()}
    values = (lowered.get(name) for name in names)
    return next((str(v) for v in values if isinstance(v, str | int) and not isinstance(v, bool) and v != ""), None)
