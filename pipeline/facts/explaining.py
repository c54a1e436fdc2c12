"""Why a figure was read as it was: its candidates, what speaks for and against each, and how much."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.facts.candidates import Candidate
from pipeline.facts.deciding import RULE_THRESHOLD, LinkerModel, load_linker, rule_decision
from pipeline.facts.features import SHARED, candidate_keys, dense_features
from pipeline.facts.phrases import Phrases, assumed_figures, figures_of, prose_figures, read_phrase
from pipeline.facts.sentences import Sentence
from pipeline.facts.tabular import FAVOUR
from pipeline.facts.weighing import Reading, read_figures
from pipeline.model import CleanText, Figure, Period
from pipeline.tables import Span, Table


@dataclass(frozen=True, slots=True)
class Weighed:
    """One feature of a candidate: its value, its weight in the model, and their product."""

    name: str
    value: float
    weight: float

    @property
    def amount(self) -> float:
        """What the feature adds to the score."""
        return self.value * self.weight


@dataclass(frozen=True, slots=True)
class Explained:
    """A candidate with its score (log-odds), the probability that the score stands for, and what makes it up."""

    indicator: str
    measure: str
    words: tuple[str, ...]
    score: float
    probability: float
    taken: bool
    parts: tuple[Weighed, ...]
    """All features with a weight, those that move the score most first."""


def explain_figure(
    clean: CleanText, figures: Sequence[Figure], at: int, tables: Sequence[Table] = (),
    periods: Sequence[Period] = (), places: frozenset[Span] = frozenset(), title: str = "",
) -> list[Explained]:  # fmt: skip
    """The candidates of the quantity that stands at ``at`` of the clean text, the likeliest first.

    For a value of one of ``tables`` they are those of its headings (see :class:`pipeline.facts.phrases.Phrases`).
    Empty where no quantity stands there or nothing may be read of it.
    """
    model = load_linker()
    if model is None:
        return []
    found = []
    for sentence, reading, favour in _read_at(clean, figures, at, tables, periods, places, title):
        found += [_explained(model, sentence, reading, candidate, favour) for candidate in reading.candidates]
    return sorted(found, key=lambda e: (-e.score, e.indicator))


def _read_at(
    clean: CleanText, figures: Sequence[Figure], at: int, tables: Sequence[Table], periods: Sequence[Period],
    places: frozenset[Span], title: str,
) -> Iterator[tuple[Sentence, Reading, float]]:  # fmt: skip
    """The readings of a place, each with what a table adds to its scores."""
    for table in tables:
        values = [(v, f) for v, f in figures_of(table, figures) if v.start <= at < v.end]
        for phrase in Phrases(clean, table, periods, places, title).of(values):
            read = (read_phrase(phrase, figure) for figure in assumed_figures(phrase))
            yield from ((*each, FAVOUR) for each in read if each is not None)
    for sentence, readings in read_figures(clean, prose_figures(figures, tables)):
        yield from ((sentence, r, 0.0) for r in readings if r.figure.start <= at < r.figure.end)


def _explained(
    model: LinkerModel, sentence: Sentence, reading: Reading, candidate: Candidate, favour: float
) -> Explained:
    if candidate.indicator not in model.indicators:
        by_rules = rule_decision(candidate).probability
        return Explained(
            candidate.indicator, candidate.measure.value, candidate.words, candidate.score, by_rules,
            candidate.score >= RULE_THRESHOLD, (Weighed("score of the rules", candidate.score, 1.0),),
        )  # fmt: skip
    parts = [Weighed("(everything starts at)", 1.0, model.intercept)]
    parts.append(Weighed("(a value under headings of a table)", 1.0, favour))
    for name, value in dense_features(sentence, reading.setting, candidate).items():
        parts.append(Weighed(name, value, model.numbers.get(name, 0.0)))
    for key in candidate_keys(reading.setting, candidate):
        row = model.keys.get(key, {})
        parts.append(Weighed(key or "(the indicator itself)", 1.0, row.get(candidate.indicator, 0.0)))
        parts.append(Weighed(f"{key or '(any indicator)'} {SHARED}", 1.0, row.get(SHARED, 0.0)))
    score = sum(part.amount for part in parts)
    telling = sorted((part for part in parts if part.amount), key=lambda part: (-abs(part.amount), part.name))
    return Explained(
        candidate.indicator, candidate.measure.value, candidate.words, score, model.probability(score),
        score >= model.threshold, tuple(telling),
    )  # fmt: skip
