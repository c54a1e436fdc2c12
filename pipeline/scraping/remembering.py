"""What is there already is not fetched again, in the crawl's own process.

What came whole in this run, before a kill, is taken from the disk. What came in an earlier one is asked for with its
ETag and date (RFC 9110, 13.1): where the server says that it is still so (304), it too is taken from the disk.
"""

from __future__ import annotations

from typing import Any

from scrapy import Spider
from scrapy.crawler import Crawler
from scrapy.http import Request, Response

from pipeline.scraping.state import Known, State, now_utc
from pipeline.scraping.storing import Files

ROBOTS = "robots"
DONE = "done"
SAME = "same"
_KEPT_HEADERS = ("Content-Type", "ETag", "Last-Modified", "Content-Disposition")


class Remembering:
    """A downloader middleware. Requests say in ``meta["role"]`` what they are for; those that don't are left alone."""

    def __init__(self, state: State, files: Files) -> None:
        self._state = state
        self._files = files

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Remembering:
        """Scrapy's way of making one."""
        spider: Any = crawler.spider
        return cls(spider.progress, spider.files)

    def process_request(self, request: Request, spider: Spider | None = None) -> Response | None:
        """Answer from the disk, or ask under a condition."""
        if asked_first(request) != request.url:
            return None
        if request.meta.get("dont_obey_robotstxt"):
            request.meta["role"] = ROBOTS
        role = request.meta.get("role")
        known = self._state.get(request.url, role) if role else None
        if known is None or (body := self._body(known, request)) is None:
            return None
        request.meta["known"] = known
        if known.run == self._state.run:
            return _answer(known, body, DONE)
        if etag := known.headers.get("etag"):
            request.headers["If-None-Match"] = etag
        if modified := known.headers.get("last-modified"):
            request.headers["If-Modified-Since"] = modified
        return None

    def process_response(self, request: Request, response: Response, spider: Spider | None = None) -> Response:
        """Put what is known in the place of a 304; keep robots.txt."""
        known: Known | None = request.meta.get("known")
        if response.status == 304 and known is not None:
            body = self._body(known, request)
            self._state.put(known._replace(run=self._state.run))
            return _answer(known, body or b"", SAME)
        if request.meta.get("role") == ROBOTS and response.status < 500 and DONE not in response.flags:
            first = asked_first(request)
            self._state.put(
                Known(first, ROBOTS, self._state.run, response.url, response.status, now_utc(), headers_of(response),
                      body=response.body)
            )  # fmt: skip
        return response

    def _body(self, known: Known, request: Request) -> bytes | None:
        """The bytes that are known; empty for a report that the same words didn't match, None where they are gone."""
        if known.body is not None:
            return known.body
        if known.kept and known.sha256:
            return self._files.read(known.sha256)
        return b"" if not known.kept and known.terms == request.meta.get("terms") else None


def known_of(response: Response) -> Known | None:
    """What is known of an address, where the answer came from the disk; None where it came from the server."""
    known: Known | None = response.meta.get("known") if {DONE, SAME} & set(response.flags) else None
    return known


def asked_first(request: Request) -> str:
    """The address that was asked for before redirects."""
    addresses: list[str] = request.meta.get("redirect_urls") or [request.url]
    return addresses[0]


def headers_of(response: Response) -> dict[str, str]:
    """The few headers that are kept, by their names in small letters."""
    found = ((name.lower(), response.headers.get(name)) for name in _KEPT_HEADERS)
    return {name: value.decode("latin-1") for name, value in found if value}


def _answer(known: Known, body: bytes, flag: str) -> Response:
    return Response(known.final_address, status=known.status, body=body, flags=[flag])
