"""The list of edits: what each step changed, told in terms of the text layer."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence

from pipeline.mapped import Change, Mapped
from pipeline.model import Edit

_WHOLESALE = "script"
"""The kind of the step that goes over all of a text; what another step did in the same place is named by that one."""


class Draft:
    """A text on its way from the layer to the clean text, with a record of who touched which stretch of the layer."""

    def __init__(self, layer: str) -> None:
        self.layer = layer
        self.mapped = Mapped.identity(layer)
        self._steps: list[tuple[list[tuple[int, int]], list[str]]] = []
        self._cuts: set[int] = set()
        self._exact: dict[tuple[int, int], str] = {}

    @property
    def text(self) -> str:
        """The text as it stands."""
        return self.mapped.text

    def apply(self, changes: Sequence[Change], kinds: str | Sequence[str]) -> None:
        """Apply one step's changes, all of one kind or each of its own."""
        if not changes:
            return
        spans = [self.mapped.span(change.start, change.end) for change in changes]
        if isinstance(kinds, str):
            kinds = [kinds] * len(changes)
        else:
            self._cuts.update(cut for span in spans for cut in span)
        self._steps.append((spans, list(kinds)))
        self._exact.update(zip(spans, kinds, strict=True))
        self.mapped = self.mapped.edited(changes)

    def edits(self) -> tuple[Edit, ...]:
        """All edits in order, each named by the step that did most of it; applied to the layer they give the text."""
        cuts = sorted(self._cuts)
        return tuple(
            Edit(self._kind(low, high), low, high, self.layer[low:high], after)
            for start, end, after in differences(self.layer, self.mapped)
            for low, high in (_parts(start, end, cuts) if not after else ((start, end),))
        )

    def _kind(self, start: int, end: int) -> str:
        exact = self._exact.get((start, end))
        if exact:
            return exact
        best, size, last = "", -1, (start, len(self.layer) + 1)
        for spans, kinds in self._steps:
            index = bisect_right(spans, last) - 1
            for at in (index, index + 1):
                if not 0 <= at < len(spans) or spans[at][0] > end or spans[at][1] < start:
                    continue
                low, high = max(start, spans[at][0]), min(end, spans[at][1])
                wholesale = kinds[at] == _WHOLESALE
                score = high - low - (1 if wholesale and high - low == end - start else 0)
                if score >= size and not (score == size and wholesale):
                    best, size = kinds[at], score
        return best


def _parts(start: int, end: int, cuts: Sequence[int]) -> Iterator[tuple[int, int]]:
    """A deleted stretch in parts, one for each line that was dropped."""
    for cut in cuts[bisect_right(cuts, start) : bisect_left(cuts, end)]:
        yield start, cut
        start = cut
    yield start, end


def replay(layer: str, edits: Iterable[Edit]) -> str:
    """The text that the edits make of a layer.

    Raises ValueError where an edit's ``before`` is not what stands there, or edits overlap.
    """
    parts: list[str] = []
    at = 0
    for edit in edits:
        if edit.start < at or layer[edit.start : edit.end] != edit.before:
            raise ValueError(f"edit {edit.kind} at {edit.start} does not fit the layer")
        parts += (layer[at : edit.start], edit.after)
        at = edit.end
    parts.append(layer[at:])
    return "".join(parts)


def differences(layer: str, mapped: Mapped) -> Iterator[tuple[int, int, str]]:
    """Where a text differs from its origin: ``(start, end, after)`` in order, without overlap."""
    at = 0
    for low, high, start, end, aligned in _groups(mapped):
        if low > at:
            yield at, low, ""
        at = high
        before, after = layer[low:high], mapped.text[start:end]
        if before == after:
            continue
        if not aligned:
            yield low, high, after
            continue
        unlike = [index for index, (old, new) in enumerate(zip(before, after, strict=True)) if old != new]
        first = previous = unlike[0]
        for index in (*unlike[1:], len(before) + 1):
            if index != previous + 1:
                yield low + first, low + previous + 1, after[first : previous + 1]
                first = index
            previous = index
    if at < len(layer):
        yield at, len(layer), ""


def _groups(mapped: Mapped) -> Iterator[tuple[int, int, int, int, bool]]:
    """Segments, those whose origins overlap run together: ``(origin start and end, start, end, aligned)``."""
    current: tuple[int, int, int, int, bool] | None = None
    for segment in mapped.segments:
        if current is not None and segment.origin_start < current[1]:
            low, high, start, _, _ = current
            current = (min(low, segment.origin_start), max(high, segment.origin_end), start, segment.end, False)
            continue
        if current is not None:
            yield current
        current = (segment.origin_start, segment.origin_end, segment.start, segment.end, segment.aligned)
    if current is not None:
        yield current
