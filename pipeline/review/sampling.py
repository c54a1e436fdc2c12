"""A random sample of facts to check by hand, and what the answers say of the precision of all."""

from __future__ import annotations

import csv
import io
import random
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from pipeline.errors import ResourceError, UsageError
from pipeline.evaluating.intervals import wilson
from pipeline.store import Filters, StoredFact, facts

BANDS = (0.8, 0.95)
"""Confidence below the first, up to the second, above: the strata."""
_LEAST_SHARE = 0.2
"""Of the sample for each band, or as many facts as it has."""
COLUMNS = (
    "id", "band", "weight", "right", "note", "indicator", "indicator_zh", "value", "value_high", "unit", "measure",
    "bound", "status", "period", "level", "sector", "region", "region_name", "scope", "number", "sentence", "source",
    "locator", "confidence", "flags",
)  # fmt: skip
_YES = frozenset({"y", "yes", "1", "true", "right", "对", "是", "√", "✓"})
_NO = frozenset({"n", "no", "0", "false", "wrong", "错", "否", "×", "✗"})


class Answer(NamedTuple):
    """A sampled fact that was checked."""

    indicator: str
    weight: float
    right: bool


class Estimate(NamedTuple):
    """A share that is right, with its 95% interval; ``checked`` facts were looked at, ``right`` of them were right."""

    name: str
    checked: int
    right: int
    share: float
    low: float
    high: float


def draw_sample(db: Path, number: int, seed: int, filters: Filters | None = None) -> str:
    """A random sample as CSV, with an empty column ``right`` to be filled in.

    Strata are bands of confidence, each with a fifth of the sample at least; within a band facts are drawn at equal
    distances from their list by indicator, so that each indicator has its share. ``weight`` is how many facts each
    stands for. The same database and seed give the same sample. Raises StoreError, UsageError.
    """
    found = facts(db, filters or Filters())
    if not found:
        raise UsageError(f"{db}: there are no facts to draw from")
    drawn = random.Random(seed)
    bands: dict[int, list[StoredFact]] = defaultdict(list)
    for fact in found:
        bands[_band(fact.confidence)].append(fact)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for band, size in sorted(_sizes({band: len(row) for band, row in bands.items()}, number).items()):
        row = sorted(bands[band], key=lambda fact: fact.id)
        drawn.shuffle(row)
        row.sort(key=lambda fact: fact.indicator)
        step = len(row) / size
        begin = drawn.random() * step
        for place in range(size):
            fact = row[min(len(row) - 1, int(begin + place * step))]
            writer.writerow(_cells(fact, band, len(row) / size))
    return out.getvalue()


def _band(confidence: float) -> int:
    return sum(confidence >= bound for bound in BANDS)


def _sizes(counts: dict[int, int], number: int) -> dict[int, int]:
    """How many are drawn from each band: its share of all, but a fifth of the sample at least, if it has as many."""
    total = sum(counts.values())
    number = min(number, total)
    sizes = {band: min(count, max(1, round(number * _LEAST_SHARE))) for band, count in counts.items()}
    while sum(sizes.values()) < number:
        band = max((b for b in counts if sizes[b] < counts[b]), key=lambda b: (counts[b] / (sizes[b] + 1), b))
        sizes[band] += 1
    return sizes


def _cells(fact: StoredFact, band: int, weight: float) -> list[object]:
    bounds = (0.0, *BANDS, 1.0)
    fields: dict[str, object] = {
        **fact.record(), "band": f"{bounds[band]:g}-{bounds[band + 1]:g}", "weight": f"{weight:.6g}", "right": "",
        "note": "", "indicator_zh": fact.indicator_zh, "value": format(fact.value, "f"),
        "value_high": None if fact.value_high is None else format(fact.value_high, "f"), "flags": " ".join(fact.flags),
    }  # fmt: skip
    return [fields[name] for name in COLUMNS]


def read_answers(path: Path) -> tuple[list[Answer], int]:
    """The answers filled in to a sample, and how many rows have none. Raises ResourceError with the line."""
    try:
        rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))))
    except (OSError, UnicodeDecodeError) as error:
        raise ResourceError(f"{path}: can't be read: {error}; save it as CSV in UTF-8") from error
    answers: list[Answer] = []
    open_rows = 0
    for line, row in enumerate(rows, start=2):
        told = (row.get("right") or "").strip().lower()
        if not told:
            open_rows += 1
            continue
        if told not in _YES | _NO:
            raise ResourceError(f"{path}, line {line}: right: {told!r}: write y or n (对 or 错), or leave it empty")
        try:
            answers.append(Answer(row["indicator"], float(row["weight"]), told in _YES))
        except (KeyError, TypeError, ValueError) as error:
            raise ResourceError(
                f"{path}, line {line}: the columns indicator and weight must stay as they were drawn"
            ) from error
    return answers, open_rows


def estimate(answers: Sequence[Answer]) -> list[Estimate]:
    """The precision over all (``all``) and of each indicator, from most checked to least.

    Answers count by their weights; the interval is Wilson's for the number of equally weighted cases that would tell as
    much (Kish's effective size, the square of the sum of the weights over the sum of their squares).
    """
    by_indicator: dict[str, list[Answer]] = defaultdict(list)
    for answer in answers:
        by_indicator[answer.indicator].append(answer)
    rows = [_estimate(name, group) for name, group in by_indicator.items()]
    rows.sort(key=lambda row: (-row.checked, row.name))
    return [_estimate("all", answers), *rows] if answers else []


def _estimate(name: str, answers: Iterable[Answer]) -> Estimate:
    group = list(answers)
    weight = sum(answer.weight for answer in group)
    share = sum(answer.weight for answer in group if answer.right) / weight
    effective = weight * weight / sum(answer.weight * answer.weight for answer in group)
    return Estimate(name, len(group), sum(answer.right for answer in group), share, *wilson(share, effective))
