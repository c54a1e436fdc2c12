"""The words around places (``pipeline/resources/places.yaml``)."""

from __future__ import annotations

from functools import cache

from pipeline.resources import Strict, load_yaml


class PlaceWords(Strict):
    """The data file, field by field as explained there."""

    word_like: frozenset[str]
    words: frozenset[str]
    traps: tuple[str, ...]
    not_before: dict[str, str]
    names_of_things: tuple[str, ...]
    opens: str
    organs: tuple[str, ...]
    books: tuple[str, ...]
    passing_before: tuple[str, ...]
    sharing_before: tuple[str, ...]
    passing_after: tuple[str, ...]
    abbreviations: dict[str, str]
    document_offices: tuple[str, ...]


@cache
def place_words() -> PlaceWords:
    """The words, loaded once. Raises ResourceError where the file is not what it should be."""
    return load_yaml("places.yaml", PlaceWords)
