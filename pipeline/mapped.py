"""Text derived from other text, with a map back for every character.

Cleaning never edits the text layer: it derives a text step by step, and each step composes its edits with the map it
was given. The map is a list of segments, so it costs by the edit and not by the character.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from operator import attrgetter
from typing import NamedTuple


class Segment(NamedTuple):
    """``text[start:end]`` came from ``origin[origin_start:origin_end]``.

    ``aligned``: character by character (both are equally long), though perhaps in another script or width; otherwise
    the whole came from the whole.
    """

    start: int
    end: int
    origin_start: int
    origin_end: int
    aligned: bool


_ORIGIN_END = attrgetter("origin_end")


class Change(NamedTuple):
    """Replace ``[start:end]`` of a text by ``after``. With ``aligned`` the characters answer to one another."""

    start: int
    end: int
    after: str
    aligned: bool = False


@dataclass(frozen=True, slots=True)
class Mapped:
    """A text and where each of its characters came from in an origin text."""

    text: str
    segments: tuple[Segment, ...]
    _starts: tuple[int, ...] = field(default=(), repr=False)

    @classmethod
    def identity(cls, text: str) -> Mapped:
        """The text as its own origin."""
        segments = (Segment(0, len(text), 0, len(text), True),) if text else ()
        return cls(text, segments, tuple(s.start for s in segments))

    def edited(self, changes: Iterable[Change]) -> Mapped:
        """The text after ``changes``, which must be in order and not overlap; the map leads to the same origin.

        Raises ValueError where changes overlap, run backwards or leave the text.
        """
        pieces: list[str] = []
        segments: list[Segment] = []
        length = 0
        at = 0
        for change in changes:
            if not at <= change.start <= change.end <= len(self.text):
                raise ValueError(f"change {change.start}:{change.end} is out of order after {at}")
            length = self._copy(at, change.start, length, segments)
            length = self._replace(change, length, segments)
            pieces += (self.text[at : change.start], change.after)
            at = change.end
        self._copy(at, len(self.text), length, segments)
        pieces.append(self.text[at:])
        return Mapped("".join(pieces), tuple(segments), tuple(s.start for s in segments))

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The origin span that ``[start:end]`` of the text came from; an empty span maps to an empty span.

        Raises IndexError for a span outside the text.
        """
        if not 0 <= start <= end <= len(self.text):
            raise IndexError(f"span {start}:{end} is outside a text of {len(self.text)} characters")
        if start == end:
            point = self._point(start)
            return point, point
        first = self._at(start)
        last = first if end <= first.end else self._at(end - 1)
        low = first.origin_start + (start - first.start) if first.aligned else first.origin_start
        high = last.origin_start + (end - last.start) if last.aligned else last.origin_end
        return low, high

    def find(self, origin: int) -> int:
        """The position in the text of the first character that comes from ``origin`` or after it."""
        index = bisect_right(self.segments, origin, key=_ORIGIN_END)
        if index == len(self.segments):
            return len(self.text)
        segment = self.segments[index]
        if segment.aligned and segment.origin_start < origin:
            return segment.start + origin - segment.origin_start
        return segment.start

    def _point(self, at: int) -> int:
        if not self.segments:
            return 0
        if at == len(self.text):
            return self.segments[-1].origin_end
        segment = self._at(at)
        return segment.origin_start + (at - segment.start) if segment.aligned else segment.origin_start

    def _at(self, position: int) -> Segment:
        return self.segments[bisect_right(self._starts, position) - 1]

    def _copy(self, start: int, end: int, length: int, segments: list[Segment]) -> int:
        """Append the segments of ``text[start:end]``, cut to size, for a text ``length`` long; the new length."""
        if start == end:
            return length
        own, count = self.segments, len(self.segments)
        index = bisect_right(self._starts, start) - 1
        while index < count:
            first, last, origin, origin_end, aligned = own[index]
            if first >= end:
                break
            low, high = start if start > first else first, end if end < last else last
            size = high - low
            if aligned:
                origin += low - first
                _append(segments, Segment(length, length + size, origin, origin + size, True))
            else:
                segments.append(Segment(length, length + size, origin, origin_end, False))
            length += size
            index += 1
        return length

    def _replace(self, change: Change, length: int, segments: list[Segment]) -> int:
        size = len(change.after)
        if not size:
            return length
        if change.aligned and size == change.end - change.start:
            return self._copy(change.start, change.end, length, segments)
        low, high = self._source_of(change)
        _append(segments, Segment(length, length + size, low, high, False))
        return length + size

    def _source_of(self, change: Change) -> tuple[int, int]:
        """The origin span of a change; an insertion into what came as one whole stands for the whole."""
        if change.start == change.end and 0 < change.start < len(self.text):
            segment = self._at(change.start)
            if not segment.aligned and segment.start < change.start:
                return segment.origin_start, segment.origin_end
        return self.span(change.start, change.end)


def _append(segments: list[Segment], segment: Segment) -> None:
    """Add a segment, run together with the last one where both are aligned and the origins meet."""
    if segments and segment.aligned:
        last = segments[-1]
        if last.aligned and last.origin_end == segment.origin_start:
            segments[-1] = Segment(last.start, segment.end, last.origin_start, segment.origin_end, True)
            return
    segments.append(segment)
