"""A trained judge of lines that no rule knows: a logistic regression over a line, its neighbours and its place.

Trained by ``make models`` (:mod:`pipeline.learning.line_noise`), which writes the estimator as skops and its weights as
plain numbers. Here only the numbers are read, so that no learning library is loaded to clean a text.
``models/line-noise.md`` tells what it was trained on, how well it does and where it doesn't.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Protocol

from pydantic import TypeAdapter, ValidationError

from pipeline.cleaning.lines import NUMBERED, TITLE_END, Line
from pipeline.errors import ResourceError
from pipeline.model import BlockKind
from pipeline.resources import Strict

MODEL = Path(__file__).parents[2] / "models" / "line-noise.json"


class Known(Protocol):
    """What the rules measure of a line (``pipeline.cleaning.noise.Features``)."""

    @property
    def size(self) -> int: ...  # noqa: D102
    @property
    def prose(self) -> bool: ...  # noqa: D102
    @property
    def zone(self) -> str: ...  # noqa: D102
    @property
    def links(self) -> float: ...  # noqa: D102
    @property
    def kind(self) -> BlockKind | None: ...  # noqa: D102
    @property
    def place(self) -> float: ...  # noqa: D102


class Weights(Strict):
    """Schema of ``line-noise.json``: log-odds are ``bias`` + features + the mean of the pairs of characters."""

    bias: float
    threshold: float
    features: dict[str, float]
    pairs: dict[str, float]


_PUNCTUATION = re.compile(r"[，。；：、！？,;:!?]")
_DIGIT = re.compile(r"\d")
_LATIN = re.compile("[A-Za-z]")
_BLANK = re.compile(r"\s")
_DATE = re.compile(r"\d{4}[-年./]\d{1,2}[-月./]\d{1,2}|\d{1,2}:\d{2}")
_MARKS = re.compile(r"[|｜>＞»›→【】\[\]◆●■★▶▼▲©@#_]")
_ENDS = re.compile(r"[。；：！？，、]$")
_AMOUNT = re.compile(r"\d\s*[万亿多余]*(?:元|人|名|所|个|%|％|平方米|亩|册|台|套|间|班|学位|公里)")
_SENTENCE_ENDS = "。！？；：!?;:"
_COLUMNS = re.compile(r"\S(?:\s{2,}|\t)\S{1,12}(?:\s{2,}|\t)[\d.,%]+(?:\s|$)")
_TITLES = 3
_MOST = 60
_FAR = 12


@cache
def weights() -> Weights | None:
    """The trained weights; None where the project was installed without its ``models/``.

    Raises ResourceError where the file is not what the schema says.
    """
    if not MODEL.is_file():
        return None
    try:
        return TypeAdapter(Weights).validate_python(json.loads(MODEL.read_text(encoding="utf-8")))
    except (ValueError, ValidationError) as error:
        raise ResourceError(f"{MODEL}: is no model of this version; run make models: {error}") from error


def open_lines(
    lines: Sequence[Line], known: Sequence[Known], dropped: Sequence[bool], among: Iterable[int] | None = None
) -> list[int]:
    """The numbers of the lines that the model has a say on (``among`` some, or all).

    Short lines only; no running text, sentence, table row, title, numbered heading or line with an amount, and not the
    last lines that stay before the first running text: one of them is the title.
    """
    if among is None:
        among = range(len(lines))
    first = next((at for at, own in enumerate(known) if own.prose and not dropped[at]), len(lines))
    before = [at for at in range(first) if not dropped[at]]
    heads = set(before[-_TITLES:])
    return [at for at in among if at not in heads and not known[at].prose and _open(lines[at], known[at])]


def _open(line: Line, known: Known) -> bool:
    return not (
        line.cells
        or known.size > _MOST
        or known.size < 2
        or known.kind in (BlockKind.TITLE, BlockKind.HEADING)
        or NUMBERED.match(line.text)
        or TITLE_END.search(line.text, max(0, len(line.text) - 6))
        or _AMOUNT.search(line.text)
        or line.text[-1] in _SENTENCE_ENDS
        or (_BLANK.search(line.text) and _COLUMNS.search(line.text))
    )


def features(lines: Sequence[Line], known: Sequence[Known], dropped: Sequence[bool], at: int) -> dict[str, float]:
    """The features of one line by name; values between 0 and 1 for the most part."""
    line, own = lines[at], known[at]
    text, size = line.text, max(1, own.size)
    near = {step: at + step for step in (-2, -1, 1, 2) if 0 <= at + step < len(lines)}
    result = {
        "size": math.log1p(size) / 4,
        "links": own.links,
        "first": max(0.0, 1 - at / 6),
        "last": max(0.0, 1 - (len(lines) - 1 - at) / 6),
        "place": own.place,
        "marks": min(1.0, 4 * len(_MARKS.findall(text)) / size),
        "digits": len(_DIGIT.findall(text)) / size,
        "latin": min(1.0, len(_LATIN.findall(text)) / size),
        "blanks": min(1.0, len(_BLANK.findall(text)) / size),
        "punctuation": min(1.0, 4 * len(_PUNCTUATION.findall(text)) / size),
        "date": float(bool(_DATE.search(text))),
        "ends": float(bool(_ENDS.search(text))),
        "gap": min(line.gap, 3) / 3,
        "before prose": _distance(known, at, 1),
        "after prose": _distance(known, at, -1),
    }
    for step, other in near.items():
        result[f"dropped {step:+}"] = float(dropped[other])
        result[f"prose {step:+}"] = float(known[other].prose)
        result[f"short {step:+}"] = float(known[other].size <= _FAR)
    if own.zone:
        result[f"zone {own.zone}"] = 1.0
    if own.kind:
        result[f"kind {own.kind.value}"] = 1.0
    return result


def _distance(known: Sequence[Known], at: int, step: int) -> float:
    """How near running text stands in a direction: 1 next to it, 0 from twelve lines on."""
    for distance in range(1, _FAR):
        if not 0 <= at + step * distance < len(known):
            return 0.0
        if known[at + step * distance].prose:
            return 1 - distance / _FAR
    return 0.0


def pairs_of(text: str) -> list[str]:
    """The pairs of neighbouring characters of a line, blanks aside, digits as one; the ends count as characters."""
    tight = _DIGIT.sub("0", f"^{''.join(text.split()).lower()}$")
    return sorted({tight[n : n + 2] for n in range(len(tight) - 1)})


def chance(model: Weights, values: dict[str, float], pairs: Sequence[str]) -> float:
    """How likely a line with these features is noise, 0 to 1."""
    total = model.bias + sum(model.features.get(name, 0.0) * value for name, value in values.items())
    if pairs:
        total += sum(model.pairs.get(pair, 0.0) for pair in pairs) / math.sqrt(len(pairs))
    return 1 / (1 + math.exp(-max(-50.0, min(50.0, total))))


def noisy(lines: Sequence[Line], known: Sequence[Known], dropped: Sequence[bool]) -> list[int]:
    """The numbers of the lines that the model drops, of those that the rules left."""
    model = weights()
    if model is None:
        return []
    left = [at for at, gone in enumerate(dropped) if not gone]
    return [
        at
        for at in open_lines(lines, known, dropped, left)
        if chance(model, features(lines, known, dropped, at), pairs_of(lines[at].text)) >= model.threshold
    ]
