"""A trained judge of lines that no rule knows: a logistic regression over a line, its neighbours and its place.

Trained by ``make models`` (:mod:`pipeline.learning.line_noise`), which writes the estimator as skops and its weights as
plain numbers. Here only the numbers are read, so that no learning library is loaded to clean a text.
``models/line-noise.md`` tells what it was trained on, how well it does and where it doesn't.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby, pairwise
from pathlib import Path
from typing import Protocol

from pydantic import TypeAdapter, ValidationError

from pipeline.cleaning.joining import Wrapping, joined, wrapping
from pipeline.cleaning.lines import DATE, NUMBERED, TITLE_END, Line
from pipeline.errors import ResourceError
from pipeline.model import BlockKind
from pipeline.resources import Strict

MODEL = Path(__file__).parents[2] / "models" / "line-noise.json"


class Known(Protocol):
    """What the rules measure of a line (``pipeline.cleaning.verdicts.Features``)."""

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
_SENTENCE_ENDS = "。！？；：，、!?;:,"
_COLUMNS = re.compile(r"\S(?:\s{2,}|\t)\S{1,12}(?:\s{2,}|\t)[\d.,%]+(?:\s|$)")
_TELLS = re.compile(r"(?:突破|超过|达到|达|新增|完成|培训|投入|建成|增长|提高|下降)\D{0,6}\d|\d\s*(?:起|项|场|处)")
_ITEM = re.compile(r"0?\d{1,2}[ \u3000]+[\u4e00-\u9fff]{4}")
_OFFICE = re.compile("(?:局|委|委员会|政府|办公室|小组|学校|中学|小学)$")
_SIGNED = re.compile(r"[(（].{1,24}(?:局|委|委员会|政府|办公室|督导室).{0,12}[)）]")
_LONGEST_DATE = 24
_GAP = re.compile(r"\S(?:\s{2,}|\t)\S")
_TITLES = 3
_OPENS_TITLE = re.compile(r"关于|[12]\d{3}年|[省市县区旗州]")
_SHORTEST_TITLE = 6
_SUBTITLE = ("——", "--", "──")
_MOST = 60
_FAR = 12
_CAREFUL = 4
"""By how much less doubt must be left within a report than outside of it."""
_BARE = re.compile(r"[≥≤<>＜＞]?\s?[\d.,]+[%％]?")
_CELLS_NEAR = 4
_PASSES = 3
"""How often the lines are gone over: what was dropped before tells of its neighbours."""


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


@dataclass(frozen=True, slots=True)
class Setting:
    """What is known of a text as a whole: its first and last running text, how long the run of short lines is that
    each line stands in, and how often each line comes."""

    first: int
    last: int
    runs: tuple[int, ...]
    counts: Mapping[str, int]


def setting_of(lines: Sequence[Line], known: Sequence[Known], dropped: Sequence[bool]) -> Setting:
    """The setting of the lines of a text, some of which are dropped already."""
    prose = [at for at, own in enumerate(known) if own.prose and not dropped[at]]
    runs: list[int] = []
    for is_prose, run in groupby(own.prose for own in known):
        size = len(list(run))
        runs += [0 if is_prose else size] * size
    first, last = (prose[0], prose[-1]) if prose else (len(lines), -1)
    return Setting(first, last, tuple(runs), Counter(line.text for line in lines))


def open_lines(
    lines: Sequence[Line], known: Sequence[Known], dropped: Sequence[bool], among: Iterable[int] | None = None
) -> list[int]:
    """The numbers of the lines that the model has a say on (``among`` some, or all).

    Short lines only; no running text or part of it, sentence, bare number, table row or cell, title, numbered heading,
    signature or line with an amount, and not what may be the title among the last lines before the first running text.
    """
    if among is None:
        among = range(len(lines))
    spared = _may_be_titles(lines, known, dropped) | _may_be_cells(lines) | _signatures(lines)
    asked = [at for at in among if at not in spared and not known[at].prose and _open(lines[at], known[at])]
    if not asked:
        return asked
    way = wrapping(lines)
    return [at for at in asked if not (_goes_on(lines, at - 1, way) or _goes_on(lines, at, way))]


def _goes_on(lines: Sequence[Line], at: int, way: Wrapping) -> bool:
    """Whether a line breaks off within a paragraph that the next one goes on with."""
    if not 0 <= at < len(lines) - 1:
        return False
    one, two = lines[at], lines[at + 1]
    return joined(one, two, len(one.text), False, way)


def _may_be_cells(lines: Sequence[Line]) -> set[int]:
    """Lines with several bare numbers near them, a table that was written down cell by cell; heads of drawn tables."""
    numbers = [at for at, line in enumerate(lines) if len(line.text) < _FAR and _BARE.fullmatch(line.text)]
    cells = {
        at
        for one, two in pairwise(numbers)
        if two - one <= 2 * _CELLS_NEAR
        for at in range(max(0, one - _CELLS_NEAR), two + _CELLS_NEAR + 1)
    }
    blank = [at for at, line in enumerate(lines) if _GAP.search(line.text)]
    rows = [(one, two) for one, two in pairwise(blank) if two == one + 1]
    cells.update(one for one, two in rows if _COLUMNS.search(lines[two].text))
    cells.update(two for one, two in rows if _COLUMNS.search(lines[one].text))
    return cells


def _signatures(lines: Sequence[Line]) -> set[int]:
    """Dates alone on a line, the office above one, and an office in brackets."""
    dates = {at for at, line in enumerate(lines) if len(line.text) <= _LONGEST_DATE and DATE.fullmatch(line.text)}
    above = {at - 1 for at in dates if at and _OFFICE.search(lines[at - 1].text)}
    return dates | above | {at for at, line in enumerate(lines) if _SIGNED.fullmatch(line.text)}


def _may_be_titles(lines: Sequence[Line], known: Sequence[Known], dropped: Sequence[bool]) -> set[int]:
    """Of the last lines that stay before the first running text, those that read like a title; all, where none does."""
    first = next((at for at, own in enumerate(known) if own.prose and not dropped[at]), len(lines))
    before = [at for at in range(first) if not dropped[at]]
    near = before[-2 * _TITLES :]
    titles = {at for at in near if known[at].size >= _SHORTEST_TITLE and _reads_like_title(lines, at)}
    return titles or set(before[-_TITLES:])


def _reads_like_title(lines: Sequence[Line], at: int) -> bool:
    """It names a place, a year or a kind of report and no office alone, or is a subtitle or stands above one."""
    text = lines[at].text
    if (_OPENS_TITLE.search(text) and not _OFFICE.search(text)) or TITLE_END.search(text, max(0, len(text) - 6)):
        return True
    return text.startswith(_SUBTITLE) or (at + 1 < len(lines) and lines[at + 1].text.startswith(_SUBTITLE))


def _open(line: Line, known: Known) -> bool:
    return not (
        line.cells
        or known.size > _MOST
        or known.size < 2
        or known.kind in (BlockKind.TITLE, BlockKind.HEADING)
        or NUMBERED.match(line.text)
        or _BARE.fullmatch(line.text)
        or TITLE_END.search(line.text, max(0, len(line.text) - 6))
        or _AMOUNT.search(line.text)
        or _TELLS.search(line.text)
        or _ITEM.match(line.text)
        or line.text[-1] in _SENTENCE_ENDS
        or (_BLANK.search(line.text) and _COLUMNS.search(line.text))
    )


def features(
    lines: Sequence[Line], known: Sequence[Known], dropped: Sequence[bool], at: int, setting: Setting
) -> dict[str, float]:
    """The features of one line by name; values between 0 and 1 for the most part."""
    line, own = lines[at], known[at]
    text, size = line.text, max(1, own.size)
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
        "head": float(at < setting.first),
        "tail": float(at > setting.last),
        "far tail": min(1.0, max(0, at - setting.last) / _FAR) if setting.last >= 0 else 0.0,
        "run": min(1.0, math.log1p(setting.runs[at]) / 4),
        "again": float(setting.counts[text] > 1),
    }
    for step in (-3, -2, -1, 1, 2, 3):
        other = at + step
        if 0 <= other < len(lines):
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


def noisy(
    lines: Sequence[Line], known: Sequence[Known], dropped: Sequence[bool], model: Weights | None = None
) -> list[int]:
    """The numbers of the lines that a model drops (the one that is shipped, unless told), of those the rules left.

    It must be surer between the first and the last running text, and right above the first, where a title may be.
    """
    model = model or weights()
    if model is None:
        return []
    gone = list(dropped)
    setting = setting_of(lines, known, dropped)
    outside = {*range(setting.first), *range(setting.last + 1, len(lines))}
    outside.difference_update([at for at in range(setting.first) if not dropped[at]][-_TITLES:])
    careful = 1 - (1 - model.threshold) / _CAREFUL
    pairs: dict[int, list[str]] = {}
    left = open_lines(lines, known, dropped, [at for at, is_gone in enumerate(dropped) if not is_gone])
    for _ in range(_PASSES):
        found = []
        for at in left:
            if at not in pairs:
                pairs[at] = pairs_of(lines[at].text)
            least = model.threshold if at in outside else careful
            if chance(model, features(lines, known, gone, at, setting), pairs[at]) >= least:
                found.append(at)
        if not found:
            break
        for at in found:
            gone[at] = True
        left = [at for at in left if not gone[at]]
    _numbers_between(lines, gone)
    return [at for at, (was, is_gone) in enumerate(zip(dropped, gone, strict=True)) if is_gone and not was]


def _numbers_between(lines: Sequence[Line], gone: list[bool]) -> None:
    """Bare numbers and single characters with lines on both sides that go, go with them (or one, at an end)."""
    for at, line in enumerate(lines):
        if gone[at] or line.cells or not (len(line.text) == 1 or _BARE.fullmatch(line.text)):
            continue
        around = [gone[near] for near in (at - 2, at - 1, at + 1, at + 2) if 0 <= near < len(lines)]
        gone[at] = len(around) > 1 and all(around)
