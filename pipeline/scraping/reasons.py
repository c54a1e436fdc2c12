"""Why something could not be got, in words for the summary."""

from __future__ import annotations

from http import HTTPStatus

from scrapy import exceptions
from scrapy.http import Response

from pipeline.scraping.job import Fate

_WORDS: tuple[tuple[type[Exception], str], ...] = (
    (exceptions.DownloadTimeoutError, "took too long (--timeout)"),
    (exceptions.CannotResolveHostError, "there is no such host, or its name can't be looked up now"),
    (exceptions.DownloadConnectionRefusedError, "the server takes no connections"),
    (exceptions.ResponseDataLossError, "broke off before its end"),
    (exceptions.DownloadFailedError, "the server sent nothing that can be read"),
    (exceptions.UnsupportedURLSchemeError, "only http:// and https:// are read"),
    (exceptions.NotSupported, "only http:// and https:// are read"),
)
_IGNORED = (
    ("max redirections", Fate.FAILED, "leads from one address to the next without end"),
    ("DOWNLOAD_MAXSIZE", Fate.REFUSED, "is larger, unpacked, than what is read"),
)


def reason_of(error: BaseException | None, refused: bool) -> tuple[Fate, str]:
    """The fate of an address and the words for an error that Scrapy or our own parts raised."""
    told = str(error)
    if isinstance(error, exceptions.IgnoreRequest):
        for mark, fate, meant in _IGNORED:
            if mark in told:
                return fate, meant
        return Fate.REFUSED if refused else Fate.FAILED, told
    if isinstance(error, exceptions.DownloadCancelledError):
        return Fate.REFUSED, "is larger than what is read"
    return Fate.FAILED, error_words(error)


def error_words(error: BaseException | None) -> str:
    """What went wrong on the way to a server, in words."""
    words = next((words for kind, words in _WORDS if isinstance(error, kind)), None)
    return words or f"{type(error).__name__}: {error}"


def status_reason(response: Response) -> str:
    """What a status other than 200 says."""
    location = response.headers.get("Location")
    if response.status in range(300, 400) and location:
        return f"leads to {location.decode('latin-1')[:80]}, which is no address of a page"
    try:
        phrase = f" {HTTPStatus(response.status).phrase}"
    except ValueError:
        phrase = ""
    return f"status {response.status}{phrase}"
