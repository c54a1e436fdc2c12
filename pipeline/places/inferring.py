"""The region of a report that hides its own name (**市), from what it could not hide.

A city shows in the counties it speaks of, a county in its towns; document numbers carry abbreviations, and the level
words say what kind of unit speaks. A region is inferred only where the evidence singles it out; else the reading has
``adcode`` None and keeps what is known (the prefecture) as evidence.
"""

from __future__ import annotations

import csv
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import takewhile

from pipeline.model import Place, RegionBasis, RegionReading
from pipeline.places.gazetteer import Gazetteer, load_gazetteer
from pipeline.places.speech import Speech, counties_of_kind, kinds_of
from pipeline.places.words import place_words
from pipeline.resources import read_text

CITY_KINDS = frozenset({"市", "州", "盟", "地区"})
CITY_UNITS = 2
"""How many of its counties must be named before a city is inferred from them."""
COUNTY_TOWNS = 2
"""How many of its towns must be named before a county is inferred from them."""
RARE = 3
"""A town name that so few counties have counts for more than one that is everywhere."""
_SUFFIX = re.compile(r"(?:街道|中心小学|中心学校|中心校|中心初中|[镇乡])")
_RUN = re.compile(r"[一-龥、\d]+")
_KINDS = re.compile(r"等?[\d一二两三四五六七八九十]{0,3}个?(?:乡镇|镇街|街道|乡|镇|片区|办事处)")
_BETWEEN = re.compile("[、和]")
_LONGEST_LISTED = 4
_MASKED_NAME = re.compile(r"[*＊×某]{2}(?P<rest>[一-龥]{0,12}?(?:自治[县旗州]|[市县区旗]))")


@dataclass(frozen=True, slots=True)
class Evidence:
    """What points at regions: a weight by code and the words behind it."""

    weights: dict[str, float]
    words: dict[str, tuple[str, ...]]


@cache
def _towns() -> dict[str, tuple[str, ...]]:
    rows = csv.reader(read_text("towns.csv").splitlines()[1:])
    return {stem: tuple(codes.split()) for stem, codes in rows}


@cache
def _rare_towns() -> dict[str, tuple[str, ...]]:
    """The towns of each county whose name no more than a few counties have."""
    index: dict[str, list[str]] = defaultdict(list)
    for town, codes in _towns().items():
        if len(codes) <= RARE:
            for code in codes:
                index[code].append(town)
    return {code: tuple(towns) for code, towns in index.items()}


def infer(text: str, places: tuple[Place, ...], numbers: tuple[str, ...], speech: Speech) -> RegionReading:
    """The region of a report whose own name is not in it.

    ``places`` are those its body names, ``numbers`` what stands before the year in its document numbers.
    """
    gazetteer = load_gazetteer()
    units = _units(gazetteer, places)
    prefectures = _prefectures(gazetteer, places, units, numbers)
    if speech.clear in CITY_KINDS:
        return _city(gazetteer, units, numbers, speech) or _unknown(gazetteer, prefectures)
    if speech.clear is None:
        return _unknown(gazetteer, prefectures)
    return _county(gazetteer, text, prefectures, numbers, speech) or _unknown(gazetteer, prefectures)


def _unknown(gazetteer: Gazetteer, prefectures: Evidence) -> RegionReading:
    sure = _single(prefectures.weights)
    evidence = (f"lies in {gazetteer.full_name(sure)}", *prefectures.words[sure]) if sure else ()
    return RegionReading(None, None, RegionBasis.UNKNOWN, evidence)


def _single(weights: dict[str, float]) -> str | None:
    """The code that weighs at least twice as much as any other."""
    ranked = sorted(((w, c) for c, w in weights.items()), reverse=True)
    if not ranked or (len(ranked) > 1 and ranked[0][0] < 2 * ranked[1][0]):
        return None
    return ranked[0][1]


def _units(gazetteer: Gazetteer, places: tuple[Place, ...]) -> dict[str, list[str]]:
    """The counties named with their full names or as a chain, by their prefecture."""
    units: dict[str, list[str]] = defaultdict(list)
    for place in places:
        if place.adcode and gazetteer.regions[place.adcode].level == "county":
            parent = gazetteer.regions[place.adcode].parent
            if parent is not None and place.adcode not in units[parent]:
                units[parent].append(place.adcode)
    return units


def _abbreviations(numbers: tuple[str, ...]) -> list[str]:
    """What document numbers begin with, before the office (汴 of 汴政教督办)."""
    words = place_words()
    found = []
    for number in numbers:
        cuts = [number.find(office) for office in words.document_offices if number.find(office) > 0]
        if cuts and min(cuts) <= 2:
            found.append(number[: min(cuts)])
    return found


def _abbreviates(gazetteer: Gazetteer, abbreviation: str, code: str) -> bool:
    """Whether a document number of that beginning may be the region's."""
    if place_words().abbreviations.get(abbreviation) == code:
        return True
    return all(character in gazetteer.shorts[code] for character in abbreviation)


def _prefectures(
    gazetteer: Gazetteer, places: tuple[Place, ...], units: dict[str, list[str]], numbers: tuple[str, ...]
) -> Evidence:
    """The prefectures the report seems to lie in: named, or abbreviated in the numbers of documents it follows."""
    weights: dict[str, float] = defaultdict(float)
    words: dict[str, list[str]] = defaultdict(list)
    named = Counter(p.adcode for p in places if p.adcode and gazetteer.regions[p.adcode].level == "prefecture")
    for code, count in named.items():
        weights[code] += count
        words[code].append(f"text: {gazetteer.regions[code].name} {count}x")
    for abbreviation in dict.fromkeys(_abbreviations(numbers)):
        above = place_words().abbreviations.get(abbreviation, "")
        if above in gazetteer.regions and gazetteer.regions[above].level == "prefecture":
            weights[above] += 2
            words[above].append(f"document number: {abbreviation}")
    for code, below in units.items():
        if gazetteer.regions[code].level == "prefecture":
            weights[code] += len(below)
    return Evidence(dict(weights), {c: tuple(w) for c, w in words.items()} | dict.fromkeys(weights.keys() - words, ()))


def _city(
    gazetteer: Gazetteer, units: dict[str, list[str]], numbers: tuple[str, ...], speech: Speech
) -> RegionReading | None:
    """A city by its counties: at least two, and twice as many as of any other."""
    weights = {
        code: float(len(below))
        for code, below in units.items()
        if speech.clear in kinds_of(code) and len(below) >= CITY_UNITS
    }
    code = _single(weights)
    others = sum(len(below) for other, below in units.items() if other != code)
    if code is None or others * 2 > len(units[code]):
        return None
    names = "、".join(gazetteer.regions[c].name for c in units[code])
    evidence = [f"speaks as {speech.clear}", f"names {len(units[code])} of its units: {names}"]
    matching = [a for a in _abbreviations(numbers) if _abbreviates(gazetteer, a, code)]
    if matching:
        evidence.append(f"document number: {matching[0]}")
    elif len(units[code]) == CITY_UNITS and len(gazetteer.children(code)) > 2 * CITY_UNITS:
        return None
    return RegionReading(code, gazetteer.regions[code].name, RegionBasis.INFERRED, tuple(evidence))


def _county(
    gazetteer: Gazetteer, text: str, prefectures: Evidence, numbers: tuple[str, ...], speech: Speech
) -> RegionReading | None:
    """A county by its towns, its masked name's last part, the abbreviation in its numbers and its prefecture."""
    prefecture = _single(prefectures.weights)
    candidates = set(counties_of_kind(speech.clear or ""))
    suffixes = Counter(m["rest"] for m in _MASKED_NAME.finditer(text) if "自治" in m["rest"])
    if suffixes:
        suffix = suffixes.most_common(1)[0][0]
        candidates = {c for c in candidates if gazetteer.regions[c].name.endswith(suffix)}
    towns = _named_towns(text)
    if prefecture is not None and _is_sure(prefectures, prefecture):
        towns |= _plain_towns(text, candidates & gazetteer.within(prefecture))
    found: dict[str, list[str]] = defaultdict(list)
    for town in sorted(towns):
        for code in _towns()[town]:
            if code in candidates:
                found[code].append(town)
    for abbreviation in dict.fromkeys(_abbreviations(numbers)):
        for code, signs in found.items():
            if _abbreviates(gazetteer, abbreviation, code):
                signs.append(abbreviation)
    return _best_county(gazetteer, found, speech)


def _is_sure(prefectures: Evidence, code: str) -> bool:
    return bool(prefectures.words[code])


def _named_towns(text: str) -> set[str]:
    """Towns that stand as such: 南沙镇, 沙岭、平罗、造化等街道, 长风中心学校."""
    known = _towns()
    found = set()
    for match in _SUFFIX.finditer(text):
        for length in (4, 3, 2):
            stem = text[max(0, match.start() - length) : match.start()]
            if stem in known:
                found.add(stem)
                break
    found.update(town for town in _listed(text) if town in known)
    return found


def _listed(text: str) -> Iterator[str]:
    """What is listed before a word for its kind: 沙岭、平罗和造化等三个街道."""
    for run in _RUN.finditer(text):
        begin = 0
        for kinds in _KINDS.finditer(run[0]):
            items = _BETWEEN.split(run[0][begin : kinds.start()])
            begin = kinds.end()
            if len(items) > 1:
                yield from takewhile(lambda item: len(item) <= _LONGEST_LISTED, reversed(items))


def _plain_towns(text: str, counties: set[str]) -> set[str]:
    """Towns of a few counties that stand anywhere in the text, as in names of schools."""
    index = _rare_towns()
    return {town for county in counties for town in index.get(county, ()) if town in text}


def _best_county(gazetteer: Gazetteer, found: dict[str, list[str]], speech: Speech) -> RegionReading | None:
    """The county most of the towns lie in, where it has two more than any other, or rare ones that no other has."""
    known = _towns()
    weights = {code: sum(1.0 if len(known.get(t, ())) <= RARE else 0.5 for t in towns) for code, towns in found.items()}
    ranked = sorted(((w, c) for c, w in weights.items()), reverse=True)
    if not ranked or len(found[ranked[0][1]]) < COUNTY_TOWNS or ranked[0][0] < COUNTY_TOWNS / 2 + 0.5:
        return None
    best, code = ranked[0]
    if len(ranked) > 1 and best < 2 * ranked[1][0]:
        return None
    evidence = (f"speaks as {speech.clear}", "towns and signs: " + "、".join(found[code]))
    return RegionReading(code, gazetteer.regions[code].name, RegionBasis.INFERRED, evidence)
