"""What the pages say, in Chinese and in English: Chinese with the English beside it, or English alone."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode

from markupsafe import Markup, escape

from pipeline.checks import flag_name, flag_text
from pipeline.resources import Strict, parse_yaml
from pipeline.store import Labels, StoredFact
from pipeline.store.flags import StoredFlag

LANGUAGES = ("zh", "en")
_FILE = Path(__file__).parent / "words.yaml"
_SIGNS = {"approx": "~", "nearly": "<~", "over": ">", "at_least": "≥", "at_most": "≤"}
_AROUND = 24
"""Characters of a sentence shown on either side of its number in a table."""
_NUMERALS = frozenset("0123456789０１２３４５６７８９.．,一二三四五六七八九十百千万亿〇零两")
_CHANGES = ("growth", "change")


class Wording(Strict):
    """The file ``words.yaml``. ``says`` are sentences, given in one language alone; the others are short."""

    labels: dict[str, tuple[str, str]]
    says: dict[str, tuple[str, str]]
    classes: dict[str, tuple[str, str]]
    edits: dict[str, tuple[str, str]]
    kinds: dict[str, tuple[str, str]]
    plain_edits: tuple[str, ...]
    """The kinds of edits that only change how a text is written."""


@cache
def load_wording() -> Wording:
    """The shipped wording. Raises ResourceError."""
    return parse_yaml(_FILE.read_text(encoding="utf-8"), Wording, f"pipeline/web/{_FILE.name}")


class Tongue(NamedTuple):
    """How a page speaks: its language, that of links that say nothing, and what the words of the records are called."""

    lang: str
    usual: str
    labels: Labels

    def t(self, key: str) -> Markup:
        """A label: Chinese with English beside it, or English alone."""
        return self.both(*load_wording().labels[key])

    def both(self, zh: str, en: str) -> Markup:
        """Two names of one thing as a label."""
        if self.lang == "en" or not zh or zh == en:
            return escape(en)
        return Markup('<span class="zh">{}</span> <span class="beside" lang="en">{}</span>').format(zh, en)

    def plain(self, key: str) -> str:
        """A label without mark-up, for titles and attributes."""
        zh, en = load_wording().labels[key]
        return en if self.lang == "en" else f"{zh} {en}"

    def say(self, key: str, **values: object) -> str:
        """A sentence in the language of the page."""
        zh, en = load_wording().says[key]
        return (en if self.lang == "en" else zh).format(**values)

    def word(self, kind: str, code: str | None) -> str:
        """A word of the records: Chinese, or its code."""
        return self.labels.word(kind, code, self.lang)

    def both_word(self, kind: str, code: str | None) -> Markup:
        """A word of the records, Chinese with its code beside it, or the code alone."""
        return self.both(self.labels.word(kind, code), code) if code else Markup("")

    def indicator(self, zh: str, code: str) -> str:
        """An indicator's name without mark-up."""
        return code if self.lang == "en" else zh

    def kind(self, table: str, kind: str) -> str:
        """What a class of numbers (``classes``), a kind of edit (``edits``) or of thing (``kinds``) is called.

        Kinds of edits are found by their beginning; what has no name goes by its own.
        """
        names: Mapping[str, tuple[str, str]] = getattr(load_wording(), table)
        found = names.get(kind) or next((names[key] for key in names if kind.startswith(key)), None)
        if found is None or self.lang == "en":
            return kind if found is None or table == "edits" else found[1]
        return found[0]

    def flag(self, code: str) -> str:
        """The short name of a flag."""
        return flag_name(code, self.lang)

    def flag_text(self, flag: StoredFlag) -> str:
        """What a flag says, in words."""
        return flag_text(flag.code, flag.data, self.lang)

    def period(self, edtf: str | None) -> str:
        """A period for a reader: 2016—2020, 2021 on."""
        if edtf is None:
            return self.say("no_period")
        first, slash, last = edtf.partition("/")
        if not slash:
            return edtf
        if last == "..":
            return self.say("since", year=first)
        return self.say("until", year=last) if first == ".." else f"{first}—{last}"

    def unit(self, fact: StoredFact) -> str:
        """The unit that a fact's value is in."""
        return self.word("unit", fact.value_unit)

    def amount(self, fact: StoredFact) -> str:
        """A fact's value for a reader, without its unit: every digit, in groups of three, the bound before it."""
        sign = "+" if fact.measure in _CHANGES and fact.value > 0 else ""
        text = sign + grouped(fact.value)
        if fact.value_high is not None:
            text += f"—{grouped(fact.value_high)}"
        if fact.bound in ("exact", "range"):
            return text
        return (f"{_SIGNS[fact.bound]} " if self.lang == "en" else f"{self.labels.word('bound', fact.bound)} ") + text

    def signed(self, value: Decimal) -> str:
        """A difference with its sign."""
        return f"{'+' if value > 0 else ''}{grouped(value)}"

    def grouped(self, value: Decimal) -> str:
        """A number with every digit, in groups of three."""
        return grouped(value)

    def url(self, path: str, **query: object) -> str:
        """An address of ours in the language of the page; arguments that are None or empty are left out."""
        given = {key: value for key, value in query.items() if value not in (None, "", [], ())}
        if self.lang != self.usual:
            given["lang"] = self.lang
        return f"{path}?{urlencode(given, doseq=True)}" if given else path

    def clause(self, fact: StoredFact) -> tuple[str, str, str]:
        """What stands around a fact's number in its sentence, cut in three; the beginning where it can't be found."""
        before, number, after = cut_sentence(fact.sentence, fact.number)
        if not number:
            return _shortened(before, 2 * _AROUND, left=False), "", ""
        return _shortened(before, _AROUND, left=True), number, _shortened(after, _AROUND, left=False)

    def place(self, fact: StoredFact) -> str:
        """Where a fact's number stands: its source's page, the number lit."""
        return f"{self.url(f'/source/{fact.source}', fact=fact.id)}#fact-{fact.id}"


def cut_sentence(sentence: str, number: str) -> tuple[str, str, str]:
    """A sentence cut in three around its number; whole in the first where the number doesn't stand there exactly once.

    What is only the end of a longer number (三十六所 in 一百三十六所) is not the number.
    """
    at = sentence.find(number)
    places = []
    while at >= 0:
        if not at or number[0] not in _NUMERALS or sentence[at - 1] not in _NUMERALS:
            places.append(at)
        at = sentence.find(number, at + 1)
    if len(places) != 1:
        return sentence, "", ""
    return sentence[: places[0]], number, sentence[places[0] + len(number) :]


def _shortened(text: str, length: int, *, left: bool) -> str:
    if len(text) <= length + 2:
        return text
    return f"…{text[-length:]}" if left else f"{text[:length]}…"


def grouped(value: Decimal | int) -> str:
    """A decimal with every digit, the whole part in groups of three."""
    text = f"{value:,f}" if isinstance(value, Decimal) else f"{value:,}"
    return text.rstrip("0").rstrip(".") if "." in text else text
