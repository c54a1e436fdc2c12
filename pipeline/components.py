"""spaCy components: figures, periods, places and facts on the ``Doc`` of any spaCy user (``docs/spacy.md``).

Installed, the components are found by their names, without an import: ``spacy.blank("zh").add_pipe("county_facts")``.

spaCy keeps spans by tokens, and a number may end inside one; so a span takes in every token that its words touch, and
``span._.exact`` tells where the words themselves stand. What is known of a span lies in ``doc.user_data`` as plain
values under the span's id, so that it goes with the document through ``nlp.pipe(n_process=...)``, ``Doc.to_bytes`` and
``DocBin(store_user_data=True)``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import Generic, TypeVar

import spacy
from pydantic import TypeAdapter
from spacy.language import Language
from spacy.tokens import Doc, Span, SpanGroup
from spacy.util import DummyTokenizer, registry
from spacy.vocab import Vocab

from pipeline.extraction import extract_layer
from pipeline.facts.cutting import cut
from pipeline.facts.lexicon import Hit, find_hits
from pipeline.figures import Reference, find_figures, find_periods
from pipeline.model import Fact, Figure, Period, Place, Source, TextLayer
from pipeline.places import find_places, load_gazetteer
from pipeline.reading.text_tables import find_tables

__all__ = [
    "CountyCues",
    "CountyFacts",
    "CountyFigures",
    "CountyPlaces",
    "CountyWords",
    "add_attributes",
    "chinese",
    "county_cues",
    "county_facts",
    "county_figures",
    "county_places",
    "county_words",
]

Record = Fact | Figure | Period | Place | Hit
T = TypeVar("T", Fact, Figure, Period, Place, Hit)
Placed = tuple[T, str, str, int, int]
"""A record with its id, its label and the span of its words."""

_ATTRIBUTES = (
    "value", "value_high", "unit", "bound", "measure", "number_class", "edtf", "adcode", "candidates", "tag",
)  # fmt: skip
"""Fields of records that spans show as attributes of their own."""


class _Kind(Generic[T]):
    """One kind of record on a document: its span group, and its records as plain values and back."""

    def __init__(self, group: str, schema: type[T]) -> None:
        self.group = group
        self._key = f"countyfacts.{group}"
        self._adapter: TypeAdapter[T] = TypeAdapter(schema)

    def put(self, doc: Doc, found: Iterable[Placed[T]]) -> None:
        """Lay records on a document. Raises ValueError where one stands outside its tokens."""
        kept: dict[str, tuple[int, int, object]] = {}
        spans: list[Span] = []
        for record, key, label, start, end in found:
            span = doc.char_span(start, end, label=label, span_id=key, alignment_mode="expand")
            if span is None:
                raise ValueError(f"the document has no tokens at {start}:{end}")
            kept[key] = (start, end, self._adapter.dump_python(record, mode="json"))
            spans.append(span)
        doc.user_data[self._key] = kept
        doc.spans[self.group] = SpanGroup(doc, name=self.group, spans=spans)

    def of(self, span: Span) -> T | None:
        """The record of a span; None where it has none of this kind."""
        row = self._rows(span.doc).get(span.id_)
        return None if row is None else self._adapter.validate_python(row[2])

    def exact(self, span: Span) -> tuple[int, int] | None:
        """Where the words of a span stand in the text; None where it has no record of this kind."""
        row = self._rows(span.doc).get(span.id_)
        return None if row is None else (row[0], row[1])

    def all(self, doc: Doc) -> list[T]:
        """The records of a document in order; none where the component didn't see it."""
        return [self._adapter.validate_python(row[2]) for row in self._rows(doc).values()]

    def _rows(self, doc: Doc) -> dict[str, tuple[int, int, object]]:
        rows: dict[str, tuple[int, int, object]] = doc.user_data.get(self._key, {})
        return rows


_FACTS = _Kind("facts", Fact)
_FIGURES = _Kind("figures", Figure)
_PERIODS = _Kind("periods", Period)
_PLACES = _Kind("places", Place)
_CUES = _Kind("cues", Hit)


@cache
def add_attributes() -> None:
    """Declare the extension attributes (``docs/spacy.md`` lists them); what makes a component has done so.

    Call it where documents are only read back, without a component. Raises spaCy's ValueError where another library
    has declared an attribute of the same name.
    """
    Doc.set_extension("facts", getter=_FACTS.all)
    Span.set_extension("fact", getter=_FACTS.of)
    Span.set_extension("record", getter=_record)
    Span.set_extension("exact", getter=_exact)
    for name in _ATTRIBUTES:
        Span.set_extension(name, getter=_field(name))


def _record(span: Span) -> Record | None:
    return _FACTS.of(span) or _FIGURES.of(span) or _PERIODS.of(span) or _PLACES.of(span) or _CUES.of(span)


def _exact(span: Span) -> tuple[int, int]:
    """Where the words of the span stand; for a span of somebody else's, where the span stands."""
    kinds = (_FACTS, _FIGURES, _PERIODS, _PLACES, _CUES)
    found = next((at for kind in kinds if (at := kind.exact(span)) is not None), None)
    return found or (span.start_char, span.end_char)


def _field(name: str) -> Callable[[Span], object]:
    def get(span: Span) -> object:
        return getattr(_record(span), name, None)

    return get


class CountyWords(DummyTokenizer):
    """A tokenizer of Chinese: jieba's words, with those of the field (优质均衡, 随迁子女) and the names of regions."""

    def __init__(self, vocab: Vocab) -> None:
        self.vocab = vocab

    def __call__(self, text: str) -> Doc:
        """The words of a text; the text of the document is that text, character for character."""
        words = cut(text)
        return Doc(self.vocab, words=words, spaces=[False] * len(words))


class CountyFigures:
    """Numbers and times of the text as it stands, in ``doc.spans["figures"]`` and ``doc.spans["periods"]``."""

    def __init__(self, reference: Reference) -> None:
        self.reference = reference

    def __call__(self, doc: Doc) -> Doc:
        """Lay figures and periods on the document."""
        periods = find_periods(doc.text, self.reference)
        figures = find_figures(doc.text, periods)
        _FIGURES.put(doc, (_placed(figure, "figure", figure.number_class.value) for figure in figures))
        _PERIODS.put(doc, (_placed(period, "period", "period") for period in periods))
        return doc


class CountyPlaces:
    """Regions that the text names, in ``doc.spans["places"]``."""

    def __init__(self, context: Sequence[str]) -> None:
        self.context = tuple(context)

    def __call__(self, doc: Doc) -> Doc:
        """Lay places on the document."""
        _PLACES.put(doc, (_placed(place, "place", "place") for place in find_places(doc.text, self.context)))
        return doc


class CountyCues:
    """The words that tell what a figure is about, in ``doc.spans["cues"]``: nouns and verbs of the catalogue's cues,
    school levels, owners and scopes.
    """

    def __call__(self, doc: Doc) -> Doc:
        """Lay cues on the document; the label of a span is what its word tells first."""
        hits = find_hits(doc.text, 0, len(doc.text))
        _CUES.put(doc, (_placed(hit, "cue", _told(hit)) for hit in hits if not hit.tag.neutral))
        return doc


def _told(hit: Hit) -> str:
    tag = hit.tag
    named = (min(tag.concepts, default=None), tag.level, tag.sector, "scope" if tag.scope else None)
    return next((str(each) for each in named if each), "cue")


class CountyFacts:
    """The facts of the text, in ``doc.spans["facts"]`` and ``doc._.facts``: those ``extract`` finds in such a file.

    The text of the document is the text layer. It is cleaned beside the document, and spans count in it as it stands.
    """

    def __init__(self, region: str | None, source_name: str, min_confidence: float) -> None:
        self.region = region
        self.source_name = source_name
        self.min_confidence = min_confidence

    def __call__(self, doc: Doc) -> Doc:
        """Lay facts on the document."""
        _FACTS.put(doc, ((fact, fact.id, fact.indicator, fact.start, fact.end) for fact in self._facts(doc.text)))
        return doc

    def _facts(self, text: str) -> Iterable[Fact]:
        data = text.encode()
        sha256 = hashlib.sha256(data).hexdigest()
        source = Source(self.source_name, sha256, len(data), "text", "utf-8", TextLayer(text, find_tables(text)))
        facts = extract_layer(source, region=self.region).facts
        return (fact for fact in facts if fact.confidence >= self.min_confidence)


F = TypeVar("F", Figure, Period, Place, Hit)


def _placed(record: F, kind: str, label: str) -> Placed[F]:
    """A record that knows its span, under its position as its id."""
    return record, f"{kind}:{record.start}:{record.end}", label, record.start, record.end


@registry.tokenizers("county_words")  # type: ignore[untyped-decorator]  # catalogue has no types
def county_words() -> Callable[[Language], CountyWords]:
    """What makes the tokenizer: ``{"nlp": {"tokenizer": {"@tokenizers": "county_words"}}}`` in a spaCy config."""

    def make(nlp: Language) -> CountyWords:
        return CountyWords(nlp.vocab)

    return make


def chinese() -> Language:
    """A blank Chinese spaCy pipeline whose tokens are the words of :class:`CountyWords`."""
    return spacy.blank("zh", config={"nlp": {"tokenizer": {"@tokenizers": "county_words"}}})


@Language.factory(
    "county_figures",
    default_config={"year": None, "month": None},
    assigns=["doc.spans"],
)
def county_figures(nlp: Language, name: str, year: int | None, month: int | None) -> CountyFigures:
    """What makes ``county_figures``. 今年 and 近三年 count from ``year`` and ``month``, where they are known."""
    add_attributes()
    return CountyFigures(Reference(year, month))


@Language.factory("county_places", default_config={"region": None}, assigns=["doc.spans"])
def county_places(nlp: Language, name: str, region: str | None) -> CountyPlaces:
    """What makes ``county_places``. ``region`` (name or adcode) is the one spoken of: short forms are taken for it.

    Raises ValueError where the name is none, or that of several regions.
    """
    add_attributes()
    code = _code(region)
    return CountyPlaces(() if code is None else (code,))


@Language.factory("county_cues", assigns=["doc.spans"])
def county_cues(nlp: Language, name: str) -> CountyCues:
    """What makes ``county_cues``."""
    add_attributes()
    return CountyCues()


@Language.factory(
    "county_facts",
    default_config={"region": None, "source_name": "doc", "min_confidence": 0.0},
    assigns=["doc.spans", "doc._.facts"],
)
def county_facts(nlp: Language, name: str, region: str | None, source_name: str, min_confidence: float) -> CountyFacts:
    """What makes ``county_facts``. ``region`` (name or adcode): the one all texts are about, where that is known.

    ``source_name`` is what facts call their source; surer facts than ``min_confidence`` alone are kept.
    Raises ValueError where the region's name is none, or that of several.
    """
    add_attributes()
    return CountyFacts(_code(region), source_name, min_confidence)


def _code(region: str | None) -> str | None:
    if region is None:
        return None
    found = load_gazetteer().find(region)
    if len(found) != 1:
        raise ValueError(f"{region}: {'several regions are called so' if found else 'no such region'}; give the adcode")
    return found[0].adcode
