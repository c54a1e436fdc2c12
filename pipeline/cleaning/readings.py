"""Readings that spam farms leave in brackets behind a character: ``義務(wù)教育``."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from pipeline.cleaning.data import mending
from pipeline.cleaning.script import simplified
from pipeline.mapped import Change
from pipeline.resources import lines_of

_LIKELY = re.compile(r"[(（{【\[]\s?(?:[a-zü-ǜāáǎàēéěèīíǐìōóǒòūúǔùńňǹḿ\u0300-\u036f]|[\u3400-\u9fff]{1,4}\s?[:：])")
_FEW = 3
"""Up to this many readings, each of a rare character, an author may have given on purpose; spam farms leave dozens."""


@cache
def _bracket() -> re.Pattern[str]:
    data = mending()
    labels = "|".join(map(re.escape, sorted(data.reading_labels, key=len, reverse=True)))
    forms = "|".join(map(re.escape, sorted(data.form_labels, key=len, reverse=True)))
    letters = "a-zü-ǜāáǎàēéěèīíǐìōóǒòūúǔùńňǹḿ\u0300-\u036f"
    return re.compile(
        rf"(?P<char>[\u3400-\u9fff])(?P<bracket>[(（{{【\[]\s?(?:"
        rf"(?:(?P<label>{labels})\s?[:：]\s?)?(?P<reading>[{letters}]{{1,8}})"
        rf"|(?:{forms})\s?[:：]\s?(?P<form>[\u3400-\u9fff]))\s?[)）}}】\]])(?P=bracket)*"
    )


def readings(text: str) -> list[Change]:
    """Brackets with the reading (or traditional form) of the character before them go.

    Only where the reading fits the character; a few readings of rare characters without a label are the author's own.
    """
    found: list[Change] = []
    if not _LIKELY.search(text):
        return found
    rare = True
    for match in _bracket().finditer(text):
        if not _fits(match):
            continue
        found.append(Change(match.start() + 1, match.end(), ""))
        rare = rare and not match.group("label") and match.group("char") not in _common_characters()
    return [] if rare and len(found) <= _FEW else found


def _fits(match: re.Match[str]) -> bool:
    character = match.group("char")
    if match.group("form"):
        return simplified(match.group("form")) == simplified(character)
    return _plain(match.group("reading")) in _readings_of(character)


@cache
def _common_characters() -> frozenset[str]:
    return frozenset("".join(lines_of("common_characters.txt")))


@cache
def _readings_of(character: str) -> frozenset[str]:
    from pypinyin import Style, pinyin  # noqa: PLC0415 - slow to load, needed by few documents

    known: set[str] = set()
    for form in {character, simplified(character)}:
        known.update(_plain(reading) for reading in pinyin(form, style=Style.TONE, heteronym=True)[0])
    return frozenset(known)


def _plain(reading: str) -> str:
    """A reading without tones, ``ü`` as ``v``."""
    letters = unicodedata.normalize("NFD", reading.strip()).replace("u\u0308", "v")
    return "".join(letter for letter in letters if not unicodedata.combining(letter))
