"""What a user asks for, and what becomes of each address."""

from __future__ import annotations

import hashlib
from collections import Counter
from enum import StrEnum
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, Field

from pipeline.limits import MAX_SOURCE_BYTES
from pipeline.resources import Strict

WEB = Path("corpora/web")
"""Where what comes from the web is kept."""


class Column(Strict):
    """A news column: the address of its first list page, how many list pages, which reports of it."""

    address: str
    pages: Annotated[int, Field(ge=1)] = 1
    match: tuple[str, ...] = ()


def terms_of(words: str) -> tuple[str, ...]:
    """The terms of ``义务教育,教育经费``: parted by commas, in ASCII or Chinese."""
    return tuple(term.strip() for term in words.replace("，", ",").replace("、", ",").split(",") if term.strip())


class Manners(Strict):
    """How servers are asked, and how much. Seconds and bytes; ``max_`` caps hold for one run."""

    delay: Annotated[float, Field(ge=0)] = 2.0
    timeout: Annotated[float, Field(gt=0)] = 120.0
    """For one response, from the first byte asked to the last."""
    retries: Annotated[int, Field(ge=0)] = 2
    backoff: Annotated[float, Field(ge=0)] = 5.0
    """Before the first try anew; doubled for each further one."""
    longest_wait: Annotated[float, Field(ge=0)] = 300.0
    """A server that asks for a longer wait (Retry-After) is left alone."""
    max_pages: Annotated[int, Field(ge=1)] = 5000
    max_bytes: Annotated[int, Field(ge=1)] = 4 * 1024**3
    max_seconds: Annotated[float, Field(gt=0)] = 12 * 3600.0
    max_file_bytes: Annotated[int, Field(ge=1)] = MAX_SOURCE_BYTES
    """Of one response, unpacked; what is larger could not be ingested."""
    contact: str | None = None
    """An address of the user's that servers are told."""


class Job(Strict):
    """One run of ``scrape``: addresses of reports, and columns."""

    folder: Path = WEB
    urls: tuple[str, ...] = ()
    columns: tuple[Column, ...] = ()
    match: tuple[str, ...] = ()
    """For the reports in ``urls``."""
    attachments: bool = True
    allow_private: bool = False
    manners: Manners = Manners()

    @property
    def key(self) -> str:
        """The same for two runs that ask for the same: an unfinished one is gone on with."""
        asked = self.model_dump_json(include={"urls", "columns", "match", "attachments"})
        return hashlib.sha256(asked.encode()).hexdigest()[:16]


class Fate(StrEnum):
    """What became of an address."""

    NEW = "new"
    UNCHANGED = "unchanged"
    OTHER = "other"
    """It was read, and none of the words to match is in it."""
    LISTED = "listed"
    """It is a list of reports."""
    REFUSED = "refused"
    """We did not want it: robots.txt, a private address, too large, no document."""
    FAILED = "failed"
    """It could not be got."""


class Outcome(BaseModel):
    """What became of one address; ``file`` is where its bytes are, from the folder. ``done_before``: before a kill."""

    address: str
    fate: Fate
    reason: str = ""
    file: str | None = None
    title: str | None = None
    done_before: bool = False


class Summary(BaseModel):
    """What a run did. ``stopped`` says which cap ended it early, None where it went to the end."""

    outcomes: list[Outcome] = []
    fetched: int = 0
    bytes: int = 0
    seconds: float = 0.0
    stopped: str | None = None
    resumed: bool = False

    def of(self, *fates: Fate) -> list[Outcome]:
        """The outcomes of some kinds, in the order they came."""
        return [outcome for outcome in self.outcomes if outcome.fate in fates]

    def counts(self) -> Counter[Fate]:
        """How many of each kind."""
        return Counter(outcome.fate for outcome in self.outcomes)
