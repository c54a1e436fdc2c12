"""How servers are asked, in the crawl's own process: one thing at a time, waits kept, robots.txt obeyed, caps."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from scrapy import Spider
from scrapy.core.downloader import Slot
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.retry import RetryMiddleware
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.extensions.throttle import AutoThrottle
from scrapy.http import Request, Response

from pipeline.scraping.addresses import host_of
from pipeline.scraping.job import Manners
from pipeline.scraping.reasons import error_words
from pipeline.scraping.resolving import REFUSED

AGENT = "Countyfacts"
"""What robots.txt may call us."""

_MOST_CRAWL_DELAY = 60.0
"""Seconds between two requests that robots.txt may ask for; what it asks beyond is cut to it."""


class Declined(IgnoreRequest):
    """A request that we don't make, or whose answer we don't take. ``refused``: by a rule of ours, not by a failure."""

    def __init__(self, reason: str, *, refused: bool = True) -> None:
        super().__init__(reason)
        self.reason = reason
        self.refused = refused


class Capped(IgnoreRequest):
    """A request that isn't made, for the run has used up what it may."""


class Budget:
    """What the run may still use, and what it used. Shared by the parts of the crawl."""

    def __init__(self, manners: Manners) -> None:
        self.manners = manners
        self.fetched = 0
        self.bytes = 0
        self.began = time.monotonic()
        self.stopped: str | None = None
        self._held_until: dict[str, float] = {}
        self._apart: dict[str, float] = {}
        self._last: dict[str, float] = {}

    def check(self) -> None:
        """Raises Capped where the run may ask for nothing more."""
        m = self.manners
        if self.stopped is not None:
            pass
        elif self.fetched >= m.max_pages:
            self.stopped = f"{m.max_pages:,} responses (--max-pages)"
        elif self.bytes >= m.max_bytes:
            self.stopped = f"{m.max_bytes / 2**20:,.0f} MiB (--max-megabytes)"
        elif time.monotonic() - self.began >= m.max_seconds:
            self.stopped = f"{m.max_seconds / 60:,.0f} minutes (--max-minutes)"
        if self.stopped:
            raise Capped(self.stopped)

    def stop(self, why: str) -> None:
        """Ask for nothing more."""
        self.stopped = why

    def hold(self, host: str, seconds: float) -> None:
        """Ask a host for nothing in the next seconds."""
        self._held_until[host] = max(self._held_until.get(host, 0.0), time.monotonic() + seconds)

    def keep_apart(self, host: str, seconds: float) -> None:
        """Let so many seconds pass between two requests to a host, as its robots.txt asks."""
        self._apart[host] = min(seconds, _MOST_CRAWL_DELAY)

    def wait_for(self, host: str) -> float:
        """Seconds until a host may be asked."""
        apart = self._last.get(host, float("-inf")) + self._apart.get(host, 0.0)
        return max(apart, self._held_until.get(host, 0.0)) - time.monotonic()

    def asked(self, host: str) -> None:
        """A host is being asked now."""
        self._last[host] = time.monotonic()


class PoliteHandler(HTTP11DownloadHandler):
    """Scrapy's handler, which waits for the host's turn and keeps the caps: nothing gets to the network around it."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._budget: Budget = budget_of(crawler)

    async def download_request(self, request: Request) -> Response:
        """Ask for one thing when its time has come."""
        host = host_of(request.url)
        self._budget.check()
        while (wait := self._budget.wait_for(host)) > 0:
            await asyncio.sleep(wait)
            self._budget.check()
        self._budget.asked(host)
        self._budget.fetched += 1
        response: Response = await super().download_request(request)
        self._budget.bytes += len(response.body)
        return response


class PatientRetry(RetryMiddleware):
    """Scrapy's retries, after the wait that the server asks for, or one that doubles each time."""

    def process_response(
        self, request: Request, response: Response, spider: Spider | None = None
    ) -> Request | Response:
        """Try again what failed for now."""
        if response.status not in self.retry_http_codes or request.meta.get("dont_retry", False):
            return response
        asked = retry_after(response.headers.get("Retry-After"))
        budget = budget_of(self.crawler)
        if asked is not None and asked > budget.manners.longest_wait:
            raise Declined(f"status {response.status}: asks to come back in {asked:,.0f} seconds", refused=False)
        again = self._again(request, f"status {response.status}")
        if again is None:
            return response
        budget.hold(host_of(request.url), _backoff(budget, request) if asked is None else asked)
        return again

    def process_exception(self, request: Request, exception: Exception, spider: Spider | None = None) -> Request | None:
        """Try again what broke off; not what must not be asked."""
        if why := REFUSED.get(host_of(request.url)):
            raise Declined(f"{why} (--allow-private lets private addresses through)") from exception
        if not isinstance(exception, self.exceptions_to_retry) or request.meta.get("dont_retry", False):
            return None
        again = self._again(request, exception)
        if again is not None:
            budget = budget_of(self.crawler)
            budget.hold(host_of(request.url), _backoff(budget, request))
        return again

    def _again(self, request: Request, reason: str | Exception) -> Request | None:
        again = self._retry(request, reason)
        return again if isinstance(again, Request) else None


class Throttle(AutoThrottle):
    """Scrapy's AutoThrottle, for which an answer that nothing changed (304) is as good as one with a page.

    Scrapy's own only ever slows down on them: a single slow answer would slow down all of a second run.
    """

    def _adjust_delay(self, slot: Slot, latency: float, response: Response) -> None:
        super()._adjust_delay(slot, latency, response.replace(status=200) if response.status == 304 else response)


class Robots(RobotsTxtMiddleware):
    """Scrapy's robots.txt, with its delay; a server that fails to show it is left alone (RFC 9309, 2.3.1.4)."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._not_got: dict[str, str] = {}

    async def process_request(self, request: Request, spider: Spider | None = None) -> None:
        """Raises Declined for what robots.txt forbids, and for hosts whose robots.txt can't be got."""
        try:
            await super().process_request(request)
        except IgnoreRequest as error:
            raise Declined("robots.txt forbids it") from error
        why = self._not_got.get(urlsplit(request.url).netloc)
        if why is not None and not request.meta.get("dont_obey_robotstxt"):
            raise Declined(f"its robots.txt can't be got now: {why}", refused=False)

    async def _parse_robots(self, response: Response, netloc: str, request: Request) -> None:
        if response.status >= 500 or response.status == 429:
            self._not_got[netloc] = f"status {response.status}"
        if response.status >= 400:
            response = response.replace(body=b"")
        await super()._parse_robots(response, netloc, request)
        parser = getattr(self._parsers[netloc], "rp", None)
        delay = parser.crawl_delay(AGENT) if parser is not None else None
        if delay:
            budget_of(self.crawler).keep_apart(host_of(request.url), float(delay))

    def _robots_error(self, exc: Exception, netloc: str) -> None:
        if not isinstance(exc, IgnoreRequest):
            self._not_got[netloc] = error_words(exc)
        elif isinstance(exc, Declined) and not exc.refused:
            self._not_got[netloc] = exc.reason
        super()._robots_error(exc, netloc)


def budget_of(crawler: Crawler) -> Budget:
    """The budget of a crawl: one for all its parts; the spider carries it."""
    budget: Budget = getattr(crawler.spider, "budget")  # noqa: B009 - Scrapy's type doesn't know it
    return budget


def retry_after(value: bytes | None) -> float | None:
    """The seconds that a header ``Retry-After`` asks for: a number, or a date. None where it says neither."""
    text = (value or b"").decode("latin-1").strip()
    if text.isdecimal():
        return float(text)
    try:
        date = parsedate_to_datetime(text)
    except ValueError:
        return None
    if date.tzinfo is None:
        date = date.replace(tzinfo=UTC)
    return max(0.0, (date - datetime.now(UTC)).total_seconds())


def _backoff(budget: Budget, request: Request) -> float:
    return budget.manners.backoff * 2.0 ** int(request.meta.get("retry_times", 0))
