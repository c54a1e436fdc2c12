"""Plain sentences made from templates: how reports write each indicator when nothing stands in the way.

The templates are data (``corpora/labelled/templates.yaml``): a clause with its numbers as ``{indicator unit}``, several
indicators of one number joined by ``+``, growth marked ``~``, change ``^``, and ``-`` for what is no fact. The figures
are made up, from a fixed seed, so that the same templates give the same sentences.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import ResourceError
from pipeline.resources import Strict, load_user_yaml
from pipeline.resources.catalogue import load_catalogue

SEED = 7
_SLOT = re.compile(r"\{([a-z_+~^-]+) ([^{}]+)\}")
_MEASURES = {"~": "growth", "^": "change"}


class _TemplatesFile(Strict):
    openings: list[str]
    clauses: list[str]


@dataclass(frozen=True, slots=True)
class Plain:
    """A made sentence, and where its numbers stand: ``(start, end, readings)`` with readings (indicator, measure)."""

    text: str
    numbers: tuple[tuple[int, int, frozenset[tuple[str, str]]], ...]


def make_sentences(path: Path, count: int) -> list[Plain]:
    """``count`` sentences of two to four clauses each. Raises ResourceError for a template that names no indicator."""
    data = load_user_yaml(path, _TemplatesFile)
    known = load_catalogue().indicators
    for clause in data.clauses:
        for codes, _unit in _SLOT.findall(clause):
            for code in codes.split("+"):
                if code != "-" and code.rstrip("~^") not in known:
                    raise ResourceError(f"{path}: {code} is no indicator: {clause}")
    chance = random.Random(SEED)
    return [_sentence(data, chance) for _ in range(count)]


def _sentence(data: _TemplatesFile, chance: random.Random) -> Plain:
    text = ""
    numbers: list[tuple[int, int, frozenset[tuple[str, str]]]] = []
    for index in range(chance.randint(2, 4)):
        text += chance.choice("，；。") if index else ""
        text += chance.choice(data.openings) if chance.random() < 0.3 else ""
        clause, at = chance.choice(data.clauses), 0
        for slot in _SLOT.finditer(clause):
            text += clause[at : slot.start()]
            number = _number(slot[2], chance)
            if slot[1] != "-":
                numbers.append((len(text), len(text) + len(number), _readings(slot[1])))
            text += number
            at = slot.end()
        text += clause[at:]
    return Plain(text + "。", tuple(numbers))


def _readings(codes: str) -> frozenset[tuple[str, str]]:
    return frozenset((code.rstrip("~^"), _MEASURES.get(code[-1], "level")) for code in codes.split("+"))


def _number(unit: str, chance: random.Random) -> str:
    if unit in _NUMBERS:
        return chance.choice(_NUMBERS[unit])(chance.random())
    count = int(10 ** (chance.random() * 3 + (1 if unit in _FEW else 2)))
    return f"{count / 10000:.2f}万{unit}" if count > 20000 else f"{count}{chance.choice(['', '', '余'])}{unit}"


_FEW = frozenset("所项次起节") | {"个乡镇"}
_NUMBERS: dict[str, list[Callable[[float], str]]] = {
    "money": [
        lambda x: f"{x * 20:.2f}亿元",
        lambda x: f"{int(x * 9000 + 100)}万元",
        lambda x: f"近{int(x * 30 + 1)}亿元",
        lambda x: f"{int(x * 900 + 10)}多万元",
    ],
    "%": [lambda x: f"{x * 100:.2f}%", lambda x: f"{x * 100:.1f}%", lambda x: f"{x * 100:.0f}%", lambda x: "100%"],
    "pt": [lambda x: f"{x * 9:.2f}个百分点"],
    "yuan": [
        lambda x: f"{int(x * 2000 + 400)}元",
        lambda x: f"{x * 3:.2f}万元",
        lambda x: f"{int(x * 2000 + 400)}元/生/年",
    ],
    "sqm": [lambda x: f"{x * 60:.2f}万平方米", lambda x: f"{x * 30:.1f}平方米"],
    "mu": [lambda x: f"{x * 900:.1f}亩"],
    "ratio": [lambda x: f"{x * 20:.1f}:1", lambda x: f"1:{x * 20:.1f}"],
    "coef": [lambda x: f"0.{int(x * 80 + 10)}"],
    "bare": [lambda x: str(int(x * 50000) + 20)],
}
