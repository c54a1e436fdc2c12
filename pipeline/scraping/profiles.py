"""Site profiles: ``sites.yaml``, and which of them fits a page."""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase
from functools import cache
from typing import Annotated, Any, Literal

from cssselect import SelectorError
from lxml.cssselect import CSSSelector
from lxml.html import HtmlElement
from pydantic import AfterValidator

from pipeline.resources import Strict, load_yaml
from pipeline.scraping.addresses import host_of


@cache
def _compiled(selector: str) -> CSSSelector:
    return CSSSelector(selector, translator="html")


def _valid(selector: str) -> str:
    try:
        _compiled(selector)
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


def profile_of(tree: HtmlElement, address: str) -> Profile | None:
    """The profile that fits a page, or None."""
    host = host_of(address)
    generator = " ".join(meta.get("content", "") for meta in select(tree, "meta[name='generator' i]")).lower()
    return next((profile for profile in sites().profiles if _fits(profile, tree, host, generator)), None)


def places_for(profile: Profile | None) -> tuple[Places, ...]:
    """Where to look on a page: as its profile says, then the general way."""
    return (sites().general,) if profile is None else (profile, sites().general)


def select(tree: HtmlElement, selector: str) -> list[HtmlElement]:
    """The elements that a selector finds, in the order of the page."""
    found: Any = _compiled(selector)(tree)
    return [element for element in found if isinstance(element, HtmlElement)]


def first_of(tree: HtmlElement, selectors: Sequence[str]) -> HtmlElement | None:
    """The first element that one of the selectors finds; an earlier selector goes before."""
    return next((element for selector in selectors for element in select(tree, selector)), None)


def _fits(profile: Profile, tree: HtmlElement, host: str, generator: str) -> bool:
    return (
        any(fnmatchcase(host, pattern) for pattern in profile.hosts)
        or any(word.lower() in generator for word in profile.generator)
        or first_of(tree, profile.marks) is not None
    )
