"""A watch file: the columns that are looked at again and again."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from pipeline.errors import ResourceError
from pipeline.resources import Strict, load_user_yaml
from pipeline.scraping.job import WEB, Column, Job, Manners, terms_of

_DEFAULTS = Manners()


def _words(value: Any) -> Any:  # noqa: ANN401 - whatever YAML has there
    return terms_of(value) if isinstance(value, str) else value


class WatchedColumn(Strict):
    """A column and the words that its reports are chosen by, in a list or parted by commas."""

    address: str
    pages: Annotated[int, Field(ge=1)] = 3
    match: Annotated[tuple[str, ...], BeforeValidator(_words)] = ()


class Watch(Strict):
    """Schema of a watch file. Paths count from the working directory; ``delay`` and ``timeout`` are seconds."""

    columns: Annotated[tuple[WatchedColumn, ...], Field(min_length=1)]
    into: Path = WEB
    db: Path | None = None
    attachments: bool = True
    allow_private: bool = False
    contact: str | None = None
    delay: Annotated[float, Field(ge=0)] = _DEFAULTS.delay
    timeout: Annotated[float, Field(gt=0)] = _DEFAULTS.timeout
    max_pages: Annotated[int, Field(ge=1)] = _DEFAULTS.max_pages
    max_megabytes: Annotated[float, Field(gt=0)] = _DEFAULTS.max_bytes / 2**20
    max_minutes: Annotated[float, Field(gt=0)] = _DEFAULTS.max_seconds / 60

    def job(self) -> Job:
        """What to get."""
        return Job(
            folder=self.into,
            columns=tuple(Column(**column.model_dump()) for column in self.columns),
            attachments=self.attachments,
            allow_private=self.allow_private,
            manners=Manners(
                delay=self.delay, timeout=self.timeout, contact=self.contact, max_pages=self.max_pages,
                max_bytes=int(self.max_megabytes * 2**20), max_seconds=self.max_minutes * 60,
            ),
        )  # fmt: skip


def load_watch(path: Path) -> Watch:
    """A watch file. Raises ResourceError naming file, line and key where it is not what it should be."""
    watch = load_user_yaml(path, Watch)
    if watch is None:  # an empty file
        raise ResourceError(f"{path}: is empty; see docs/scraping.md")
    return watch
