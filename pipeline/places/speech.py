"""Which level a report speaks at: 我区 and 区委 are a district's words, 全市 and 市政府 a city's."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cache, cached_property

from pipeline.places.gazetteer import load_gazetteer
from pipeline.places.mentions import OLDEST

KINDS = ("省", "自治区", "市", "州", "地区", "盟", "县", "旗", "区")
_KIND = "自治区|地区|[省市州盟县旗区]"
_SPOKEN = re.compile(
    rf"(?P<who>[我本全你])(?<!安全)(?P<kind>{_KIND})(?![域间别位长])"
    r"|(?P<organ>[市州县旗区])(?=委|政府|人民政府|教育局|教体局|教育体育局|人大)(?<![省市州县旗区、和级各].)"
)
"""Each branch begins with a set of characters, which the engine can look for fast."""
_WEIGHT = {"我": 3.0, "本": 3.0, "你": 3.0, "全": 2.0}
CLEAR_SHARE = 0.6
"""The share of all level words from which one level is taken to be the report's own."""
CLEAR_WEIGHT = 4.0
"""The weight (two 全县, or one 我县 and an office) below which nothing is concluded."""


@dataclass(frozen=True)
class Speech:
    """How much a text speaks at each kind of unit, as weights by the word (市, 县, 区 ...)."""

    weights: dict[str, float]

    def share(self, kinds: frozenset[str]) -> float:
        """The share of the level words that fit these kinds; 1 where there are hardly any."""
        total = sum(self.weights.values())
        if total < CLEAR_WEIGHT:
            return 1.0
        return sum(self.weights.get(kind, 0.0) for kind in kinds) / total

    @cached_property
    def clear(self) -> str | None:
        """The kind the text speaks at, where that is clear."""
        total = sum(self.weights.values())
        if total < CLEAR_WEIGHT:
            return None
        kind, weight = max(self.weights.items(), key=lambda item: item[1])
        return kind if weight / total >= CLEAR_SHARE else None


def speech_of(text: str) -> Speech:
    """The level words of a text, weighed: 我县 more than 全县, 全县 more than 县委."""
    counts: defaultdict[str, float] = defaultdict(float)
    for match in _SPOKEN.finditer(text):
        if match["organ"]:
            counts[match["organ"]] += 0.7
        else:
            counts[match["kind"]] += _WEIGHT[match["who"]]
    return Speech(dict(counts))


@cache
def _former_kinds() -> dict[str, frozenset[str]]:
    kinds: dict[str, set[str]] = {}
    for unit in load_gazetteer().former:
        if unit.valid_to >= OLDEST and unit.level == "county":
            for code in unit.successors:
                kinds.setdefault(code, set()).update(_kinds_of_name(unit.name))
    return {code: frozenset(found) for code, found in kinds.items()}


def _kinds_of_name(name: str) -> set[str]:
    for kind in KINDS:
        if name.endswith(kind):
            return {kind, "区"} if kind in ("自治区", "地区") else {kind}
    return set()


def kinds_of(code: str) -> frozenset[str]:
    """The level words a unit uses for itself, under its former names too (沙县区 was a county)."""
    return _kinds()[code]


@cache
def counties_of_kind(kind: str) -> frozenset[str]:
    """The units at county level that speak of themselves with that word."""
    regions = load_gazetteer().regions
    return frozenset(c for c, kinds in _kinds().items() if kind in kinds and regions[c].level == "county")


@cache
def _kinds() -> dict[str, frozenset[str]]:
    former = _former_kinds()
    return {
        code: frozenset(_kinds_of_name(region.name))
        | (former.get(code, frozenset()) if region.level == "county" else frozenset())
        for code, region in load_gazetteer().regions.items()
    }
