"""Sentences with what stands in them: quantities, cue words, and how hard the breaks between them are."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from pipeline.facts.cutting import cut
from pipeline.facts.lexicon import Hit, find_hits
from pipeline.facts.runs import runs
from pipeline.model import CleanText, Figure, NumberClass, Paragraph

_END = re.compile(
    r"[。！？!?\n]+[”’」』）)]*"
    # where full stops were lost, the numbering of points still sets them apart
    r"|(?=[一二三四五六七八九（(2-9])(?:"
    r"(?<=[\u4e00-\u9fff%％）)。；;，,])(?=[一二三四五六七八九]是(?!否)[\u4e00-\u9fff]{2})"
    r"|(?<=[\u4e00-\u9fff%％）)])(?=[（(][一二三四五六七八九十]{1,2}[)）][\u4e00-\u9fff])"
    r"|(?<=[\u4e00-\u9fff%％）)])(?=[2-9][.．、][\u4e00-\u9fff]{2}))"
)
LONGEST = 600
"""Longer sentences are read in pieces, so that no text takes more than linear time."""
_BREAK = re.compile(r"[，,；;：:、（(）)。！？!?]")
_ITEMS = re.compile(r"[、，,和及与/以\s]{1,3}")
_LONGEST_SIGN = 3
_WEIGHTS = {
    "，": 1.0, ",": 1.0, "；": 2.0, ";": 2.0, "：": 0.4, ":": 0.4, "、": 0.2, "（": 0.3, "(": 0.3, "）": 0.7, ")": 0.7,
    "。": 3.0, "！": 3.0, "？": 3.0, "!": 3.0, "?": 3.0,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of the clean text with its quantities and cue words, all with spans in the clean text."""

    text: str
    start: int
    end: int
    paragraph: int
    figures: tuple[Figure, ...]
    hits: tuple[Hit, ...]
    marks: tuple[tuple[int, int, str], ...]
    """The concepts (``:teacher``) and the Chinese words (``=教师``) with where they begin and end, in order."""
    rows: tuple[tuple[Figure, ...], ...]
    """The maximal runs of two or more quantities with nothing but a list sign between them."""
    _breaks: tuple[int, ...]
    _weights: tuple[float, ...]
    _figure_starts: tuple[int, ...]
    _hit_starts: tuple[int, ...]

    def breaks(self, low: int, high: int) -> float:
        """How hard the punctuation between two places of the clean text sets them apart (a comma counts 1)."""
        first, last = bisect_left(self._breaks, low), bisect_left(self._breaks, high)
        return self._weights[last] - self._weights[first]

    def clause_around(self, figure: Figure) -> tuple[int, int]:
        """From where on a word before a figure ends in its clause, and up to where one behind it begins there.

        In its clause: the breaks between them come to less than a comma.
        """
        weights, places = self._weights, self._breaks
        at = first = bisect_left(places, figure.start)
        while first and weights[at] - weights[first - 1] < 1:
            first -= 1
        at = last = bisect_left(places, figure.end)
        while last < len(places) and weights[last + 1] - weights[at] < 1:
            last += 1
        return (places[first - 1] + 1 if first else self.start), (places[last] if last < len(places) else self.end)

    def crossed(self, low: int, high: int) -> int:
        """How many quantities begin between two places of the clean text."""
        return bisect_left(self._figure_starts, high) - bisect_left(self._figure_starts, low)

    def hits_between(self, low: int, high: int) -> tuple[Hit, ...]:
        """The cue words that begin in ``[low:high]`` of the clean text."""
        return self.hits[bisect_left(self._hit_starts, low) : bisect_left(self._hit_starts, high)]

    def marks_between(self, low: int, high: int) -> tuple[tuple[int, int, str], ...]:
        """The concepts and words that begin in ``[low:high]`` of the clean text."""
        return self.marks[bisect_left(self.marks, (low,)) : bisect_left(self.marks, (high,))]

    def figures_between(self, low: int, high: int) -> tuple[Figure, ...]:
        """The quantities that begin in ``[low:high]`` of the clean text."""
        return self.figures[bisect_left(self._figure_starts, low) : bisect_left(self._figure_starts, high)]

    def before(self, figure: Figure) -> Figure | None:
        """The quantity before this one in the sentence."""
        index = bisect_left(self._figure_starts, figure.start)
        return self.figures[index - 1] if index else None

    def after(self, figure: Figure) -> Figure | None:
        """The quantity after this one in the sentence."""
        index = bisect_right(self._figure_starts, figure.start)
        return self.figures[index] if index < len(self.figures) else None


def sentence_spans(text: str, paragraph: Paragraph) -> Iterator[tuple[int, int]]:
    """The half-open spans of a paragraph's sentences, none longer than LONGEST characters."""
    at = paragraph.start
    for match in _END.finditer(text, paragraph.start, paragraph.end):
        if match.end() > at:
            yield from _cut(text, at, match.end())
            at = match.end()
    if at < paragraph.end:
        yield from _cut(text, at, paragraph.end)


def _cut(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """A sentence, in pieces at its last commas where it is too long (a text that lost its full stops)."""
    while end - start > LONGEST:
        comma = max(text.rfind(mark, start + LONGEST // 2, start + LONGEST) for mark in "；;，,、 ")
        stop = comma + 1 if comma >= 0 else start + LONGEST
        yield start, stop
        start = stop
    yield start, end


def read_sentences(clean: CleanText, figures: Sequence[Figure]) -> Iterator[Sentence]:
    """The sentences that hold a quantity, in order. Text without a figure is not looked at further."""
    text = clean.text
    quantities = [figure for figure in figures if figure.number_class is NumberClass.QUANTITY]
    starts = [figure.start for figure in quantities]
    for index, paragraph in enumerate(clean.paragraphs):
        if bisect_left(starts, paragraph.start) == bisect_left(starts, paragraph.end):
            continue
        for start, end in sentence_spans(text, paragraph):
            first, last = bisect_left(starts, start), bisect_left(starts, end)
            if first == last:
                continue
            own = tuple(quantities[first:last])
            own_starts = tuple(starts[first:last])
            breaks = [m.start() for m in _BREAK.finditer(text, start, end) if not _inside(m.start(), own, own_starts)]
            hits = tuple(find_hits(text, start, end))
            yield Sentence(
                text,
                start,
                end,
                index,
                own,
                hits,
                _marks(text, start, end, hits),
                _rows(text, own),
                tuple(breaks),
                tuple(accumulate([_WEIGHTS[text[place]] for place in breaks], initial=0.0)),
                own_starts,
                tuple([hit.start for hit in hits]),
            )


def _marks(text: str, start: int, end: int, hits: Sequence[Hit]) -> tuple[tuple[int, int, str], ...]:
    found = [(hit.start, hit.end, f":{concept}") for hit in hits for concept in hit.tag.concepts]
    at = start
    for word in cut(text[start:end]):
        behind = at + len(word)
        if word[0].isalpha() and not word.isascii():
            found.append((at, behind, f"={word}"))
        at = behind
    return tuple(sorted(found))


def _rows(text: str, figures: Sequence[Figure]) -> tuple[tuple[Figure, ...], ...]:
    rows = runs(figures, lambda left, right: _joined(text, left, right))
    return tuple([tuple(row) for row in rows if len(row) > 1])


def _joined(text: str, left: Figure, right: Figure) -> bool:
    if left.dimension != right.dimension or right.start - left.end > _LONGEST_SIGN:
        return False
    return _ITEMS.fullmatch(text, left.end, right.start) is not None


def _inside(place: int, figures: Sequence[Figure], starts: Sequence[int]) -> bool:
    index = bisect_right(starts, place) - 1
    return index >= 0 and place < figures[index].end
