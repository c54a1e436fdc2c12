"""Places: regions, mentions of them, and which region a stretch of text is about."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class RegionBasis(StrEnum):
    """How a region was told."""

    STATED = "stated"
    TITLE = "title"
    INHERITED = "inherited"
    INFERRED = "inferred"
    USER = "user"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Region:
    """An administrative unit: ``level`` is ``province``, ``prefecture`` or ``county``; codes are GB/T 2260."""

    adcode: str
    name: str
    level: str
    parent: str | None


@dataclass(frozen=True, slots=True)
class RegionReading:
    """Which region something is about, how that was told and on what evidence. ``adcode`` None: it can't be told."""

    adcode: str | None
    name: str | None
    basis: RegionBasis
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """A mention of a region in the clean text; ``candidates`` are all regions the words may mean."""

    start: int
    end: int
    text: str
    candidates: tuple[str, ...]
    adcode: str | None


@dataclass(frozen=True, slots=True)
class RegionZone:
    """A stretch of the clean text whose figures are about one region. Zones of a document don't overlap."""

    start: int
    end: int
    reading: RegionReading
    others: tuple[RegionReading, ...] = ()
    """Further regions that the same words say it of (两县各3所)."""
