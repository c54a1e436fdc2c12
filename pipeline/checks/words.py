"""``checks.yaml``: what the checks look for, and the words in which they say what they found."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from string import Formatter

from pydantic import Field

from pipeline.errors import ResourceError
from pipeline.model import Flag, Severity
from pipeline.resources import Strict, load_yaml
from pipeline.resources.catalogue import load_catalogue


class Tongues(Strict):
    """One wording in both languages."""

    zh: str
    en: str


class Code(Strict):
    """A kind of flag."""

    severity: Severity
    name: Tongues
    text: Tongues


class _Mend(Strict):
    one: Tongues
    several: Tongues


class SumRules(Strict):
    """How totals and their parts are told apart from other numbers."""

    bracket_part: list[str]
    leads: list[str]
    not_parts: list[str]
    more: list[str]
    bracket_not: list[str]
    means: list[str]
    closing_if_counted: list[str]
    closing: list[str]
    stops: list[str]
    exhaustive: list[list[str]]
    not_of_schools: list[str]
    wider: list[str]
    alike: list[list[str]]
    chance: float = Field(gt=0, lt=1)
    chance_of_closed: float = Field(gt=0, le=1)
    longest_gap: int
    wholes: list[list[str]]
    chance_of_some: float = Field(gt=0, lt=1)
    not_summed: list[str]


class _Rates(Strict):
    may_exceed: list[str]
    indicators_that_may: list[str]


class Range(Strict):
    """Bounds that no county lies outside of, with what they are drawn from."""

    low: Decimal
    high: Decimal
    source: str


class Size(Strict):
    """The most that a whole region has, by its level."""

    county: Decimal
    prefecture: Decimal
    province: Decimal


class Product(Strict):
    """``total`` is about ``each`` times ``heads``, within a factor."""

    total: str
    each: str
    heads: str
    within: Decimal


class _Growth(Strict):
    points: Decimal
    unless: list[str]


class _Series(Strict):
    volatile: list[str]
    factor: Decimal
    most: Decimal
    points: Decimal


class Rules(Strict):
    """Schema of ``checks.yaml``."""

    codes: dict[str, Code]
    mend: _Mend
    sums: SumRules
    confusions: list[str]
    rates: _Rates
    ranges: dict[str, Range]
    sizes: dict[str, Size]
    sizes_source: str
    products: list[Product]
    growth: _Growth
    whole_flows: list[str]
    in_parts: list[str]
    series: _Series
    slip: tuple[Decimal, Decimal]


@cache
def load_rules() -> Rules:
    """The rules of ``checks.yaml``. Raises ResourceError where one names an indicator that isn't in the catalogue."""
    rules = load_yaml("checks.yaml", Rules)
    known = load_catalogue().indicators
    products = (code for each in rules.products for code in (each.total, each.each, each.heads))
    named = (*rules.ranges, *rules.sizes, *products, *rules.whole_flows, *rules.in_parts, *rules.series.volatile)
    for code in (*named, *rules.rates.indicators_that_may):
        if code not in known:
            raise ResourceError(f"checks.yaml: {code} is no indicator of catalogue.yaml")
    return rules


def flag_text(code: str, data: Mapping[str, str], lang: str = "zh") -> str:
    """What a flag says, in words: ``lang`` is ``zh`` or ``en``. A code that is no longer known is told as it is."""
    known = load_rules().codes.get(code)
    if known is None:
        return code
    wording = getattr(known.text, lang)
    names = {name: data.get(name, "") for _, name, _, _ in Formatter().parse(wording) if name}
    if "mend" in names:
        names["mend"] = _mend(data, lang)
    return str(wording.format_map(names))


def flag_name(code: str, lang: str = "zh") -> str:
    """The short name of a code."""
    known = load_rules().codes.get(code)
    return code if known is None else str(getattr(known.name, lang))


def make_flag(
    code: str, fact: str | None, span: tuple[int, int], data: Mapping[str, str], others: tuple[str, ...] = ()
) -> Flag:
    """A flag of a code of ``checks.yaml``. Raises KeyError for another."""
    return Flag(code, load_rules().codes[code].severity, fact, *span, data, others)


def _mend(data: Mapping[str, str], lang: str) -> str:
    mends = data.get("mends", "")
    if not mends:
        return ""
    words = load_rules().mend
    if "、" in mends:
        return str(getattr(words.several, lang).format(mends=mends if lang == "zh" else mends.replace("、", ", ")))
    return str(getattr(words.one, lang).format(number=data["number"], mended=data["mended"]))
