"""The words by which a question says what is wanted (``questions.yaml``)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, Literal, NamedTuple

from pipeline.errors import ResourceError
from pipeline.resources import Strict, load_yaml

Kind = Literal["highest", "lowest", "total", "compare", "series", "promises", "standard", "everything"]


class _QuestionsFile(Strict):
    kinds: dict[Kind, list[str]]
    status: dict[Literal["planned", "actual"], list[str]]
    measure: dict[Literal["growth", "change"], list[str]]
    region_level: dict[Literal["county", "prefecture", "province"], list[str]]
    peers: dict[Literal["prefecture", "province"], list[str]]
    nationwide: list[str]
    filler: list[str]


class QuestionWord(NamedTuple):
    """What a word of a question says: of which ``field`` (``kind``, ``status`` ...) it gives which value."""

    field: str
    value: str


FILLER = QuestionWord("filler", "")


@cache
def load_question_words() -> Mapping[str, QuestionWord]:
    """Every word with what it says. Raises ResourceError where a word says two things."""
    data = load_yaml("questions.yaml", _QuestionsFile)
    fields: dict[str, Mapping[Any, list[str]]] = {
        "kind": data.kinds, "status": data.status, "measure": data.measure, "region_level": data.region_level,
        "peers": data.peers,
    }  # fmt: skip
    told: list[tuple[str, QuestionWord]] = [
        (word, QuestionWord(field, value))
        for field, values in fields.items()
        for value, words in values.items()
        for word in words
    ]
    told += [(word, QuestionWord("nationwide", "")) for word in data.nationwide]
    found: dict[str, QuestionWord] = {}
    for word, meaning in [*told, *((word, FILLER) for word in data.filler)]:
        if word in found:
            raise ResourceError(f"pipeline/resources/questions.yaml: {word} stands twice")
        found[word] = meaning
    return found
