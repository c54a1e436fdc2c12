"""Addresses on the web: which may be asked, which belong together, and how one is written."""

from __future__ import annotations

import re
from functools import cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit, urlunsplit

if TYPE_CHECKING:
    from tldextract import TLDExtract

MAX_ADDRESS_LENGTH = 2083
"""Longer addresses are not followed; the longest that browsers took for years."""

_NAT64 = ip_network("64:ff9b::/96")
"""IPv6 addresses that lead to the IPv4 address in their last 32 bits (RFC 6052)."""


def forbidden(address: str, *, allow_private: bool = False) -> str | None:
    """Why nothing may connect to an IP address, in words, or None where it may.

    Only addresses of the public internet are allowed (the IANA registries of special-purpose addresses). With
    ``allow_private`` those of private networks and of this machine are too; never those that are link-local
    (169.254.x.x, where clouds keep the keys of their machines), unspecified (0.0.0.0) or multicast. Raises ValueError
    for no address.
    """
    ip = _meant(ip_address(address.partition("%")[0]))
    if ip.is_multicast or ip.is_unspecified or ip.is_link_local:
        kind = "multicast" if ip.is_multicast else "link-local" if ip.is_link_local else "unspecified"
        return f"{ip} is a {kind} address"
    if ip.is_global:
        return None
    if allow_private and ip.is_private:
        return None
    return f"{ip} is {'an address of this machine' if ip.is_loopback else 'a private or reserved address'}"


def _meant(ip: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """The IPv4 address that an IPv6 address carries in it, if it does."""
    if isinstance(ip, IPv4Address):
        return ip
    if ip in _NAT64:
        return IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None) or ip


def written(address: str, encoding: str = "utf-8") -> str | None:
    """An address as it is asked for: characters escaped as browsers do, without a fragment.

    ``encoding`` is that of the page it stands in: browsers use it for the query. None where it is no address of a page
    on the web: another scheme, no host, a password in it, a port that is none, too long.
    """
    from w3lib.url import safe_url_string  # noqa: PLC0415

    try:
        parts = urlsplit(safe_url_string(address.strip(), encoding=encoding, quote_path=True))
        port = parts.port
    except (ValueError, LookupError):
        return None
    host = (parts.hostname or "").rstrip(".")
    if parts.scheme not in ("http", "https") or not host or parts.username is not None or port == 0:
        return None
    netloc = f"[{host}]" if ":" in host else host
    if port is not None and (parts.scheme, port) not in (("http", 80), ("https", 443)):
        netloc += f":{port}"
    whole = urlunsplit((parts.scheme, netloc, parts.path or "/", parts.query, ""))
    return whole if len(whole) <= MAX_ADDRESS_LENGTH else None


def joined(base: str, link: str, encoding: str = "utf-8") -> str | None:
    """The address that a link on the page ``base`` leads to, or None where it leads to no page on the web."""
    link = _BLANKS.sub("", link.strip())
    if not link or link.startswith("#"):
        return None
    try:
        return written(urljoin(base, link), encoding)
    except ValueError:
        return None


_BLANKS = re.compile(r"[\t\r\n]")


def host_of(address: str) -> str:
    """The host of an address, in lower case."""
    return (urlsplit(address).hostname or "").lower()


def same_site(one: str, other: str) -> bool:
    """Whether two addresses are of one site: one host, or hosts under one registered name (www and jyj of x.gov.cn)."""
    first, second = host_of(one), host_of(other)
    return first == second or _site(first) == _site(second)


def _site(host: str) -> str:
    found = _suffixes()(host)
    return found.top_domain_under_public_suffix or host


@cache
def _suffixes() -> TLDExtract:
    """The public suffix list that comes with the library; nothing is fetched."""
    from tldextract import TLDExtract  # noqa: PLC0415

    return TLDExtract(suffix_list_urls=(), cache_dir=None)
