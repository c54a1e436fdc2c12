"""Which site profile fits a page, and finding things in it by the profile's selectors."""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase
from functools import cache
from typing import Any

from lxml.cssselect import CSSSelector
from lxml.html import HtmlElement

from pipeline.resources.sites import Places, Profile, sites
from pipeline.scraping.addresses import host_of


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


@cache
def _compiled(selector: str) -> CSSSelector:
    return CSSSelector(selector, translator="html")
