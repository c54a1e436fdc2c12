"""The crawl itself, in its own process: lists are followed, reports read, what is asked for kept."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from typing import NamedTuple, TypeVar

from scrapy import Spider
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Request, Response
from twisted.python.failure import Failure

from pipeline.errors import Refused
from pipeline.scraping.addresses import same_site, written
from pipeline.scraping.job import Column, Fate, Job, Outcome
from pipeline.scraping.json_lists import read_json_list
from pipeline.scraping.kinds import DOCUMENTS, LIST, PAGE, ending_of
from pipeline.scraping.lists import Listing, read_data_store, read_list
from pipeline.scraping.manners import Budget, Capped, Declined
from pipeline.scraping.matching import matches, own_text
from pipeline.scraping.pages import About, Link, Page, about, attachments, parse_page
from pipeline.scraping.reasons import reason_of, status_reason
from pipeline.scraping.remembering import DONE, asked_first, headers_of, known_of
from pipeline.scraping.state import Known, State, now_utc
from pipeline.scraping.storing import Fetched, Files

_LIST, _REPORT, _ATTACHMENT = "list", "report", "attachment"
_PRIORITY = {_LIST: 0, _REPORT: 10, _ATTACHMENT: 20}
"""What a list names is read before the next list is asked for: little is lost where the run stops."""


class _ListAsked(NamedTuple):
    """A list page that was asked for. ``number`` counts the pages of the column from 1, ``shape`` is that of the page
    before, ``guesses`` are further addresses to try; None where this one is no guess.
    """

    column: Column
    number: int = 1
    shape: str | None = None
    guesses: tuple[str, ...] | None = None
    instead: bool = False


class _ReportAsked(NamedTuple):
    """A report that was asked for, with the words of the link to it."""

    match: tuple[str, ...]
    words: str | None = None
    linked_from: str | None = None


class _FileAsked(NamedTuple):
    """A file that was asked for, with what is known of the report it comes with."""

    about: About
    linked_from: str


_Asked = TypeVar("_Asked", _ListAsked, _ReportAsked, _FileAsked)


class ReportSpider(Spider):
    """Follows one job. ``emit`` is told what becomes of each address."""

    name = "reports"

    def __init__(
        self, job: Job, progress: State, files: Files, budget: Budget, emit: Callable[[Outcome], None]
    ) -> None:
        super().__init__()
        self.job = job
        self.progress = progress
        self.files = files
        self.budget = budget
        self._emit = emit
        self._seen: set[tuple[str, str]] = set()

    async def start(self) -> AsyncIterator[Request]:
        """Ask for what the user named."""
        for address in self.job.urls:
            for request in self._ask(address, _REPORT, self._on_report, _ReportAsked(self.job.match)):
                yield request
        for column in self.job.columns:
            for request in self._ask(column.address, _LIST, self._on_list, _ListAsked(column)):
                yield request

    # Lists

    def _on_list(self, response: Response, asked: _ListAsked) -> Iterator[Request]:
        if response.status != 200:
            if asked.guesses is None:
                self._tell(_address(response), Fate.FAILED, status_reason(response))
            else:
                yield from self._guess(asked, asked.guesses)
            return
        listing = self._read_list(response, asked)
        self._note(response, Known.bare(response.url, response.status, body=response.body), _LIST)
        if listing.instead and not asked.instead:
            yield from self._ask(listing.instead, _LIST, self._on_list, asked._replace(instead=True))
            return
        new = [link for link in listing.entries if (_REPORT, link.address) not in self._seen]
        if not listing.entries and asked.number == 1 and asked.guesses is None:
            self._tell(_address(response), Fate.FAILED, "no links to reports were found on it; name their addresses")
            return
        self._tell(_address(response), Fate.LISTED, f"{len(listing.entries)} entries", response)
        for link in new:
            yield from self._follow(link, response.url, asked.column)
        if not new and asked.guesses:
            yield from self._guess(asked, asked.guesses)
        elif new and asked.number < asked.column.pages:
            following = _ListAsked(asked.column, asked.number + 1, listing.shape)
            if listing.next_page:
                yield from self._ask(listing.next_page, _LIST, self._on_list, following)
            else:
                yield from self._guess(following, listing.guesses)

    def _read_list(self, response: Response, asked: _ListAsked) -> Listing:
        ending = ending_of(response.body)
        if ending == LIST:
            return read_json_list(response.body, response.url)
        if ending not in (PAGE, "xml", "txt"):
            raise Refused("no_list", f"is no list page but a file ({ending})")
        page = parse_page(response.body, response.url)
        if ending != PAGE and b"<recordset" in response.body:
            entries, following = read_data_store(response.body.decode(page.encoding, "replace"), page)
            return Listing(tuple(entries), next_page=following)
        return read_list(page, asked.number, asked.shape)

    def _guess(self, asked: _ListAsked, guesses: tuple[str, ...]) -> Iterator[Request]:
        """Ask where the next page would be if this site does as most do; that it isn't there is no failure."""
        if guesses:
            yield from self._ask(guesses[0], _LIST, self._on_list, asked._replace(guesses=guesses[1:]))

    def _follow(self, link: Link, listed_at: str, column: Column) -> Iterator[Request]:
        if same_site(link.address, listed_at):
            asked = _ReportAsked(column.match, link.words, listed_at)
            yield from self._ask(link.address, _REPORT, self._on_report, asked)
        elif (_REPORT, link.address) not in self._seen:
            self._seen.add((_REPORT, link.address))
            self._tell(link.address, Fate.REFUSED, "is on another site than its list; name its address if you want it")

    # Reports and what comes with them

    def _on_report(self, response: Response, asked: _ReportAsked) -> Iterator[Request]:
        known = known_of(response)
        if response.status != 200:
            self._tell(_address(response), Fate.FAILED, status_reason(response))
            return
        if known is not None and not known.kept:
            self._tell(_address(response), Fate.OTHER, "", response)
            return
        ending = _document_ending(response)
        page = parse_page(response.body, response.url) if ending == PAGE else None
        said = about(page) if page else About(asked.words, None, None)
        said = said._replace(title=said.title or asked.words)
        text = own_text(response.body, response.url) if asked.match else ""
        if not matches(said.title, text, asked.match):
            self._note(response, Known.bare(response.url, response.status, terms=terms_key(asked.match)), _REPORT)
            self._tell(_address(response), Fate.OTHER, "", response)
            return
        self._keep(response, ending, _REPORT, said, asked.linked_from)
        if page is not None and self.job.attachments:
            yield from self._attachments(page, said)

    def _attachments(self, page: Page, said: About) -> Iterator[Request]:
        for link in attachments(page):
            asked = _FileAsked(said._replace(title=link.words or said.title), page.address)
            yield from self._ask(link.address, _ATTACHMENT, self._on_attachment, asked)

    def _on_attachment(self, response: Response, asked: _FileAsked) -> Iterator[Request]:
        if response.status != 200:
            self._tell(_address(response), Fate.FAILED, status_reason(response))
        elif (ending := _document_ending(response)) == PAGE:
            self._tell(_address(response), Fate.FAILED, "a page came in place of the file")
        else:
            self._keep(response, ending, _ATTACHMENT, asked.about, asked.linked_from)
        yield from ()

    def _keep(self, response: Response, ending: str, role: str, said: About, linked_from: str | None) -> None:
        address = _address(response)
        if (known := known_of(response)) is not None and known.kept:
            self._tell(address, Fate.UNCHANGED, "", response, known.sha256)
            return
        before = self.progress.get(address, role)
        fetched = Fetched(
            address, response.url, now_utc(), response.status, headers_of(response), response.body, ending, role,
            *said, linked_from,
        )  # fmt: skip
        if before is not None and before.kept and before.sha256 and self._says_the_same(before.sha256, fetched):
            self.progress.put(before._replace(run=self.progress.run, headers=fetched.headers))
            self._tell(address, Fate.UNCHANGED, "", response, before.sha256)
            return
        new = self.files.put(fetched._replace(replaces=before.sha256 if before is not None else None))
        known = Known.bare(response.url, response.status, sha256=fetched.sha256, title=said.title)
        self._note(response, known, role)
        fate, reason = (Fate.NEW, "") if new else (Fate.UNCHANGED, "the same bytes as at another address")
        self._tell(address, fate, reason, response, fetched.sha256)

    def _says_the_same(self, sha256: str, fetched: Fetched) -> bool:
        """Whether new bytes are the old ones, or a page with the same text: what stands around it changes daily."""
        if sha256 == fetched.sha256:
            return True
        before = self.files.read(sha256) if fetched.ending == PAGE else None
        text = own_text(before, fetched.address) if before is not None else ""
        return bool(text) and text == own_text(fetched.body, fetched.address)

    # What all share

    def _ask(
        self, address: str, role: str, callback: Callable[[Response, _Asked], Iterator[Request]], asked: _Asked
    ) -> Iterator[Request]:
        wanted = written(address)
        if wanted is None:
            self._tell(address, Fate.REFUSED, "is no address of a page: only http:// and https:// are read")
        elif (role, wanted) not in self._seen:
            self._seen.add((role, wanted))
            terms = terms_key(asked.match) if isinstance(asked, _ReportAsked) else ""
            yield Request(
                wanted, callback=self._guarded(callback), errback=self._on_failure, cb_kwargs={"asked": asked},
                meta={"role": role, "terms": terms}, priority=_PRIORITY[role], dont_filter=True,
            )  # fmt: skip

    def _guarded(
        self, callback: Callable[[Response, _Asked], Iterator[Request]]
    ) -> Callable[[Response, _Asked], Iterator[Request]]:
        """The callback, where a fault in one page is told as its fate and stops nothing else; a full disk stops all."""

        def guarded(response: Response, asked: _Asked) -> Iterator[Request]:
            try:
                yield from callback(response, asked)
            except Refused as refused:
                self._tell(_address(response), Fate.REFUSED, str(refused))
            except OSError as error:
                self.budget.stop(f"{error.strerror or error}: {error.filename or self.files.folder}")
            except Exception as error:
                reason = f"could not be read, by a fault in Countyfacts: {type(error).__name__}: {error}"
                self._tell(_address(response), Fate.FAILED, reason)

        return guarded

    def _on_failure(self, failure: Failure) -> None:
        request: Request = getattr(failure, "request")  # noqa: B009 - Scrapy adds it
        error = failure.value
        if isinstance(error, Capped):
            return
        refused = not isinstance(error, Declined) or error.refused
        fate, reason = reason_of(error, refused)
        if isinstance(error, IgnoreRequest) and asked_first(request) != request.url:
            reason += f" (led to {request.url})"
        self._tell(asked_first(request), fate, reason)

    def _note(self, response: Response, known: Known, role: str) -> None:
        """Note that an answer came whole, unless it was there before."""
        if known_of(response) is None:
            self.progress.put(
                known._replace(
                    address=_address(response), role=role, run=self.progress.run, headers=headers_of(response)
                )
            )

    def _tell(
        self, address: str, fate: Fate, reason: str, response: Response | None = None, sha256: str | None = None
    ) -> None:
        path = self.files.path(sha256) if sha256 else None
        before = response is not None and DONE in response.flags
        file = path.relative_to(self.files.folder).as_posix() if path else None
        self._emit(Outcome(address=address, fate=fate, reason=reason, file=file, done_before=before))


def terms_key(terms: tuple[str, ...]) -> str:
    """Terms as they are kept: the same words in another order are the same."""
    return "\n".join(sorted(terms))


def _address(response: Response) -> str:
    """The address that was asked for first."""
    return response.url if response.request is None else asked_first(response.request)


def _document_ending(response: Response) -> str:
    if not response.body.strip():
        raise Refused("empty", "is empty")
    ending = ending_of(response.body)
    if ending not in DOCUMENTS:
        raise Refused("no_document", f"is no document but a file of another kind ({ending})")
    return ending
