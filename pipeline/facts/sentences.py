"""Sentences with what stands in them: quantities, cue words, and how hard the breaks between them are."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from pipeline.facts.cutting import cut
from pipeline.facts.lexicon import Hit, find_hits
from pipeline.model import CleanText, Figure, NumberClass, Paragraph

_END = re.compile(
    r"[。！？!?\n]+[”’」』）)]*"
    # where full stops were lost, the numbering of points still sets them apart
    r"|(?<=[\u4e00-\u9fff%％）)。；;，,])(?=[一二三四五六七八九]是(?!否)[\u4e00-\u9fff]{2})"
    r"|(?<=[\u4e00-\u9fff%％）)])(?=[（(][一二三四五六七八九十]{1,2}[)）][\u4e00-\u9fff])"
    r"|(?<=[\u4e00-\u9fff%％）)])(?=[2-9][.．、][\u4e00-\u9fff]{2})"
)
LONGEST = 600
"""Longer sentences are read in pieces, so that no text takes more than linear time."""
_BREAK = re.compile(r"[，,；;：:、（(）)。！？!?]")
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
    words: tuple[tuple[int, int, str], ...]
    """The Chinese words with where they begin and end, in order."""
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
            breaks = [
                (match.start(), _WEIGHTS[match[0]])
                for match in _BREAK.finditer(text, start, end)
                if not _inside(match.start(), own)
            ]
            hits = tuple(find_hits(text, start, end))
            yield Sentence(
                text,
                start,
                end,
                index,
                own,
                hits,
                _words(text, start, end),
                tuple(place for place, _ in breaks),
                (0.0, *accumulate(weight for _, weight in breaks)),
                tuple(figure.start for figure in own),
                tuple(hit.start for hit in hits),
            )


def _words(text: str, start: int, end: int) -> tuple[tuple[int, int, str], ...]:
    found = []
    at = start
    for word in cut(text[start:end]):
        if word[0].isalpha() and not word.isascii():
            found.append((at, at + len(word), word))
        at += len(word)
    return tuple(found)


def _inside(place: int, figures: tuple[Figure, ...]) -> bool:
    return any(figure.start <= place < figure.end for figure in figures)
