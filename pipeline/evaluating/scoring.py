"""Precision, recall and F1 of facts, as the gold sets define them.

A fact is *found* where indicator, measure and value are those of a gold fact; it is *whole* where bound, status,
period, level and region agree as well. Facts and gold facts pair one to one; where several could pair, those that
agree in most go first.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Row = Mapping[str, Any]

FIELDS = ("bound", "status", "period", "level", "region")
"""The fields that must agree, beyond indicator, measure and value, for a fact to be whole."""

TOLERANCE = 1e-4
"""Relative difference up to which two values are the same."""

_WIDE_LEVELS = frozenset({None, "basic", "compulsory"})
"""Readers differ in which of these a figure without a school word means, so they count as one."""


@dataclass(frozen=True, slots=True)
class Score:
    """Hits among what was predicted and what was wanted."""

    hits: int
    predicted: int
    wanted: int

    @property
    def precision(self) -> float:
        """The share of what was predicted that is right; 0 where nothing was."""
        return self.hits / self.predicted if self.predicted else 0.0

    @property
    def recall(self) -> float:
        """The share of what was wanted that was found; 0 where nothing was."""
        return self.hits / self.wanted if self.wanted else 0.0

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        return 2 * self.precision * self.recall / (self.precision + self.recall) if self.hits else 0.0


@dataclass(frozen=True, slots=True)
class DocumentScore:
    """How one document was read: the pairs, what was missed, what was invented, and agreement by field."""

    name: str
    pairs: tuple[tuple[Row, Row], ...]
    missed: tuple[Row, ...]
    invented: tuple[Row, ...]
    whole_pairs: int
    right: Mapping[str, int]
    asked: Mapping[str, int]

    @property
    def found(self) -> Score:
        """Indicator, measure and value."""
        return self._score(len(self.pairs))

    @property
    def whole(self) -> Score:
        """All fields."""
        return self._score(self.whole_pairs)

    def _score(self, hits: int) -> Score:
        return Score(hits, len(self.pairs) + len(self.invented), len(self.pairs) + len(self.missed))


@dataclass(frozen=True, slots=True)
class Scores:
    """How a set of documents was read."""

    documents: tuple[DocumentScore, ...]

    @property
    def found(self) -> Score:
        """Indicator, measure and value, over all documents."""
        return _sum(document.found for document in self.documents)

    @property
    def whole(self) -> Score:
        """All fields, over all documents."""
        return _sum(document.whole for document in self.documents)

    @property
    def fields(self) -> dict[str, float]:
        """By field, the share of pairs that agree in it, of those where the gold set settles it."""
        right: Counter[str] = Counter()
        asked: Counter[str] = Counter()
        for document in self.documents:
            right.update(document.right)
            asked.update(document.asked)
        return {field: right[field] / asked[field] if asked[field] else 0.0 for field in FIELDS}

    @property
    def by_indicator(self) -> dict[str, Score]:
        """What was found of each indicator, those first of which the gold sets have most."""
        hits: Counter[str] = Counter()
        predicted: Counter[str] = Counter()
        wanted: Counter[str] = Counter()
        for document in self.documents:
            hits.update(gold["indicator"] for gold, _ in document.pairs)
            wanted.update(row["indicator"] for row in document.missed)
            predicted.update(row["indicator"] for row in document.invented)
        wanted.update(hits)
        predicted.update(hits)
        codes = sorted(wanted | predicted, key=lambda code: (-wanted[code], code))
        return {code: Score(hits[code], predicted[code], wanted[code]) for code in codes}


def agrees(field: str, gold: Row, fact: Row) -> bool | None:
    """Whether a fact agrees with a gold fact in a field; None where the gold set leaves it open.

    A list holds the readings that are all right.
    """
    want, got = gold.get(field), fact.get(field)
    if field == "region" and want is None:
        return None
    accepted, given = _readings(want), _readings(got)
    if field == "level" and given & _WIDE_LEVELS and accepted & _WIDE_LEVELS:
        return True
    return bool(accepted & given)


def pair(gold: Sequence[Row], facts: Sequence[Row]) -> list[tuple[int, int]]:
    """One-to-one pairs of indexes into ``gold`` and ``facts``, those that agree in most first."""
    by_kind: dict[tuple[Any, Any], list[int]] = defaultdict(list)
    for j, fact in enumerate(facts):
        by_kind[fact.get("indicator"), fact.get("measure", "level")].append(j)
    candidates = []
    for i, wanted in enumerate(gold):
        for j in by_kind[wanted["indicator"], wanted["measure"]]:
            fact = facts[j]
            if _same(wanted["value"], fact.get("value")) and _same(wanted["value_high"], fact.get("value_high")):
                alike = sum(agrees(field, wanted, fact) is not False for field in FIELDS)
                alike += wanted["number"] == fact.get("number")
                candidates.append((-alike, i, j))
    pairs: dict[int, int] = {}
    taken: set[int] = set()
    for _, i, j in sorted(candidates):
        if i not in pairs and j not in taken:
            pairs[i] = j
            taken.add(j)
    return list(pairs.items())


def score_document(name: str, gold: Sequence[Row], facts: Sequence[Row]) -> DocumentScore:
    """Score the facts read out of one document."""
    indexes = pair(gold, facts)
    right: Counter[str] = Counter()
    asked: Counter[str] = Counter()
    whole = 0
    for i, j in indexes:
        verdicts = {field: agrees(field, gold[i], facts[j]) for field in FIELDS}
        whole += False not in verdicts.values()
        asked.update(field for field, verdict in verdicts.items() if verdict is not None)
        right.update(field for field, verdict in verdicts.items() if verdict)
    paired_gold, paired_facts = {i for i, _ in indexes}, {j for _, j in indexes}
    return DocumentScore(
        name,
        pairs=tuple((gold[i], facts[j]) for i, j in indexes),
        missed=tuple(row for i, row in enumerate(gold) if i not in paired_gold),
        invented=tuple(row for j, row in enumerate(facts) if j not in paired_facts),
        whole_pairs=whole,
        right=dict(right),
        asked=dict(asked),
    )


def score_set(documents: Iterable[tuple[str, Sequence[Row], Sequence[Row]]]) -> Scores:
    """Score documents, each ``(name, gold facts, facts)``."""
    return Scores(tuple(score_document(name, gold, facts) for name, gold, facts in documents))


def _same(a: float | None, b: float | None) -> bool:
    if a is None or b is None:
        return a is b
    return abs(a - b) <= TOLERANCE * max(1, abs(a), abs(b))


def _readings(value: object) -> frozenset[Any]:
    return frozenset(value) if isinstance(value, list) else frozenset({value})


def _sum(scores: Iterable[Score]) -> Score:
    hits = predicted = wanted = 0
    for score in scores:
        hits, predicted, wanted = hits + score.hits, predicted + score.predicted, wanted + score.wanted
    return Score(hits, predicted, wanted)
