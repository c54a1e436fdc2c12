"""Site profiles: the schema of ``sites.yaml``, which scraping and reading share."""

from __future__ import annotations

import re
from functools import cache
from typing import Annotated, Literal

from pydantic import AfterValidator

from pipeline.resources import Strict, load_yaml

_PLAIN_NAME = re.compile(r"[.#]([A-Za-z_][\w-]*)")


def _valid(selector: str) -> str:
    from cssselect import HTMLTranslator, SelectorError  # noqa: PLC0415 - not for who never sees a page

    try:
        HTMLTranslator().css_to_xpath(selector)
    except SelectorError as error:
        raise ValueError(f"{selector!r} is no CSS selector: {error}") from error
    return selector


Selector = Annotated[str, AfterValidator(_valid)]
Argument = Literal["count", "current", "stem", "ending", "element"]


class Places(Strict):
    """Where things stand on the pages of a family: CSS selectors, best first."""

    title: tuple[Selector, ...]
    published: tuple[Selector, ...]
    publisher: tuple[Selector, ...]
    body: tuple[Selector, ...]
    entries: tuple[Selector, ...]


class Profile(Places):
    """A family of sites and how its pages are told."""

    name: str
    about: str
    hosts: tuple[str, ...] = ()
    marks: tuple[Selector, ...]
    generator: tuple[str, ...]


class Call(Strict):
    """A call in a script that writes the links to the pages of a list."""

    call: str
    arguments: tuple[Argument, ...]
    first: int
    address: str


class Next(Strict):
    """How links to the next page are told."""

    words: frozenset[str]
    attributes: tuple[str, ...]


class JsonLists(Strict):
    """Names of the fields of lists in JSON."""

    address: tuple[str, ...]
    title: tuple[str, ...]
    published: tuple[str, ...]
    next: tuple[str, ...]
    pages: tuple[str, ...]
    attributes: tuple[str, ...]


class Sites(Strict):
    """Schema of ``sites.yaml``."""

    profiles: tuple[Profile, ...]
    general: Places
    calls: tuple[Call, ...]
    next: Next
    parameters: frozenset[str]
    json_lists: JsonLists
    attachments: frozenset[str]
    publisher_words: tuple[str, ...]


@cache
def sites() -> Sites:
    """What ``sites.yaml`` says."""
    return load_yaml("sites.yaml", Sites)


@cache
def body_names() -> frozenset[str]:
    """Classes and ids, in small letters, by which the families of sites call the element with a page's own text."""
    found = (_PLAIN_NAME.fullmatch(selector) for profile in sites().profiles for selector in profile.body)
    return frozenset(match[1].lower() for match in found if match)
