"""Names to addresses, for the crawl's own process: what may not be asked is never handed out.

The connection is made to the very address that was checked, so that a name which answers differently the next time
(DNS rebinding) leads nowhere else. Addresses written as numbers come this way too.
"""

from __future__ import annotations

from typing import Any

from scrapy.crawler import Crawler
from twisted.internet.interfaces import IHostnameResolver, IResolutionReceiver
from zope.interface import implementer  # type: ignore[import-untyped]

from pipeline.scraping.addresses import forbidden

ALLOW_PRIVATE = "COUNTYFACTS_ALLOW_PRIVATE"
"""The setting that lets private addresses through."""

REFUSED: dict[str, str] = {}
"""Hosts of which no address may be asked, and why."""


@implementer(IHostnameResolver)
class CheckedResolver:
    """The reactor's own resolver, without the addresses that are forbidden."""

    def __init__(self, reactor: Any, allow_private: bool) -> None:  # noqa: ANN401 - interfaces of zope are no types
        self._reactor = reactor
        self._resolver = reactor.nameResolver
        self._allow_private = allow_private

    @classmethod
    def from_crawler(cls, crawler: Crawler, reactor: Any) -> CheckedResolver:  # noqa: ANN401
        """Scrapy's way of making one."""
        return cls(reactor, crawler.settings.getbool(ALLOW_PRIVATE))

    def install_on_reactor(self) -> None:
        """From now on every connection goes by this resolver."""
        self._reactor.installNameResolver(self)

    def resolveHostName(  # noqa: N802 - Twisted's name
        self,
        resolutionReceiver: Any,  # noqa: ANN401, N803
        hostName: str,  # noqa: N803
        *how: Any,  # noqa: ANN401
        **named: Any,  # noqa: ANN401
    ) -> Any:  # noqa: ANN401
        """The addresses of a host that may be asked, to a receiver of them."""
        checked = _Checked(resolutionReceiver, hostName, self._allow_private)
        return self._resolver.resolveHostName(checked, hostName, *how, **named)


@implementer(IResolutionReceiver)
class _Checked:
    def __init__(self, receiver: Any, host: str, allow_private: bool) -> None:  # noqa: ANN401
        self._receiver = receiver
        self._host = host
        self._allow_private = allow_private
        self._passed = False
        self._why: str | None = None

    def resolutionBegan(self, resolution: object) -> None:  # noqa: N802
        self._receiver.resolutionBegan(resolution)

    def addressResolved(self, address: Any) -> None:  # noqa: ANN401, N802
        why = forbidden(address.host, allow_private=self._allow_private)
        if why is None:
            self._passed = True
            self._receiver.addressResolved(address)
        else:
            self._why = why

    def resolutionComplete(self) -> None:  # noqa: N802
        if self._why and not self._passed:
            REFUSED[self._host] = self._why
        else:
            REFUSED.pop(self._host, None)
        self._receiver.resolutionComplete()
