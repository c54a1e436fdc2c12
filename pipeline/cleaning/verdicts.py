"""What is known of a line when it is judged, and what is said of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from pipeline.model import BlockKind

PAGE_NUMBER = "page number"
"""The reason of lines that hold the number of a page: by them headers and footers are told."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Why a line is dropped; ``metadata`` lines tell of the document what its text does not."""

    reason: str
    metadata: bool = False

    @property
    def kind(self) -> str:
        """The name of the edit that drops the line."""
        return "metadata" if self.metadata else f"noise: {self.reason}"


class Features(NamedTuple):
    """What a line is judged by. ``size`` counts characters that are not blank; shares are of ``size``."""

    size: int
    prose: bool
    certain: int
    likely: int
    coverage: float
    reason: str
    zone: str
    links: float
    kind: BlockKind | None
    place: float
    """Where in the text the line stands, 0 to 1."""
