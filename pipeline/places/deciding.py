"""The region a report is about: named in title or publisher, spoken of, or inferred where its name is masked.

Evidence is weighed as points. The points are no probabilities; they are ordered so that a title beats a publisher, a
publisher beats the body, and the level a report speaks at (我区, 全市) beats frequency. Where two regions come close
the answer is None.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise

from pipeline.model import Place, RegionBasis, RegionReading
from pipeline.places.gazetteer import Gazetteer, load_gazetteer
from pipeline.places.inferring import infer
from pipeline.places.mentions import codes_of_short, short_forms
from pipeline.places.speech import Speech, kinds_of, speech_of
from pipeline.places.words import place_words

TITLE, PUBLISHER, EDGE, BODY, ORGAN, CHILD = 8.0, 4.0, 3.0, 1.0, 1.0, 0.5
MOST_PUBLISHER, MOST_EDGE, MOST_BODY, MOST_ORGAN, MOST_CHILD = 8.0, 6.0, 8, 4, 8
ENOUGH = 3.0
"""Points a region needs: a single mention in passing is no evidence, a signature is."""
BODY_ALONE = 5
"""How often a county must be named where nothing else speaks for it: no title, no office, no letterhead."""
PASSING_SHARE = 3
"""A place every third mention of which is in passing is a partner, in its other mentions too."""
SHORT_HEAD, SHORT_ENOUGH = 3, 5
"""What a short form in title or publisher counts, and what the best short form needs where no full name tells."""
LEAD = 1.25
"""How many times the points of the next region the best one must have."""
MASK = re.compile(r"[*＊×xX某]{1,3}(?P<kind>[省市州县旗区])")


@dataclass(frozen=True, slots=True)
class Spoken:
    """A report's words sorted by where they stand, with the places in them. ``edge`` is its first and last lines."""

    text: str
    title: tuple[Place, ...]
    publisher: tuple[Place, ...]
    edge: tuple[Place, ...]
    body: tuple[Place, ...]
    title_end: int
    head: int
    """Where title and publisher lines end and the body begins."""
    numbers: tuple[str, ...] = ()
    """What stands before the year in the report's own document numbers (郓教发)."""


@dataclass
class Scores:
    """Points and their reasons by code."""

    points: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))
    vouched: set[str] = field(default_factory=set)
    """Regions that more than mentions in the body speak for."""
    reasons: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def add(self, code: str, points: float, reason: str) -> None:
        """Give a region points for a reason."""
        self.points[code] += points
        if len(self.reasons[code]) < 6 and reason not in self.reasons[code]:
            self.reasons[code].append(reason)


def decide(spoken: Spoken) -> RegionReading:
    """The region of a report, or a reading with ``adcode`` None and what is known as evidence."""
    gazetteer, speech = load_gazetteer(), speech_of(spoken.text)
    scores = _scores(gazetteer, spoken)
    named = {p.adcode for p in spoken.title}
    ranked = sorted(((points * _fit(code, speech), code) for code, points in scores.points.items()), reverse=True)
    joint = _joint(gazetteer, spoken)
    if joint:
        return RegionReading(None, None, RegionBasis.UNKNOWN, (f"title: several units, {joint}",))
    fitting = [(p, c) for p, c in ranked if _may_speak(c, speech)]
    fitting = [(p, c) for p, c in fitting if p >= BODY_ALONE or c in scores.vouched]
    sure = bool(fitting) and fitting[0][0] >= ENOUGH
    ranked = fitting if sure else [(p, c) for p, c in ranked if c in named]
    if ranked and ranked[0][0] >= ENOUGH and not _is_masked(spoken, speech, ranked[0][1], named):
        best, code = ranked[0]
        second = next((p for p, c in ranked[1:]), 0.0)
        if best >= LEAD * second:
            basis = RegionBasis.TITLE if code in named else RegionBasis.STATED
            return _reading(gazetteer, code, basis, [*scores.reasons[code], *_spoken_reason(speech)])
    return _by_short_form(gazetteer, spoken, speech) or infer(spoken.text, spoken.body, spoken.numbers, speech)


def _joint(gazetteer: Gazetteer, spoken: Spoken) -> str | None:
    """The units of one level that a title lists without the one above them (新华、运河两区): no region of its own."""
    listed = [p for p in spoken.title if p.candidates]
    for first, second in pairwise(listed):
        if spoken.text[first.end : second.start] not in ("、", "和", "与"):
            continue
        parents = {gazetteer.regions[c].parent for c in (*first.candidates, *second.candidates)}
        if first.adcode != second.adcode and not any(p.adcode in parents for p in listed):
            return f"{first.text}、{second.text}"
    return None


def _by_short_form(gazetteer: Gazetteer, spoken: Spoken, speech: Speech) -> RegionReading | None:
    """The county whose short form alone runs through the text (沂水教育十年间), where no other comes near it."""
    if _is_masked(spoken, speech, "", set()):
        return None
    words = place_words().words
    counts: Counter[str] = Counter()
    heads: set[str] = set()
    for hit in short_forms(spoken.text):
        name = spoken.text[hit.start : hit.end]
        if name not in words:
            counts[name] += 1
            if hit.start < spoken.head:
                heads.add(name)
    fitting: list[tuple[int, str, str]] = []
    for name, count in counts.items():
        codes = [c for c in codes_of_short(name) if _may_speak(c, speech)]
        if len(codes) == 1 and gazetteer.regions[codes[0]].level != "province":
            fitting.append((count + (SHORT_HEAD if name in heads else 0), name, codes[0]))
    fitting.sort(reverse=True)
    if not fitting or fitting[0][0] < SHORT_ENOUGH or (len(fitting) > 1 and fitting[0][0] < 2 * fitting[1][0]):
        return None
    _, name, code = fitting[0]
    basis = RegionBasis.TITLE if name in spoken.text[: spoken.title_end] else RegionBasis.STATED
    return _reading(gazetteer, code, basis, [f"text: {name} {counts[name]}x", *_spoken_reason(speech)])


def _scores(gazetteer: Gazetteer, spoken: Spoken) -> Scores:
    scores = Scores()
    for places, points, most, where in (
        (spoken.title, TITLE, TITLE, "title"),
        (spoken.publisher, PUBLISHER, MOST_PUBLISHER, "publisher"),
        (spoken.edge, EDGE, MOST_EDGE, "first or last lines"),
    ):
        counts = Counter(code for place in places for code in _codes(place))
        for code, count in counts.items():
            scores.add(code, min(points * count, most), f"{where}: {called(gazetteer, code, places)}")
            scores.vouched.add(code)
    _add_title_parents(gazetteer, spoken.title, scores)
    _add_body(gazetteer, spoken, scores)
    return scores


def _codes(place: Place) -> tuple[str, ...]:
    return (place.adcode,) if place.adcode else ()


def _add_title_parents(gazetteer: Gazetteer, title: Iterable[Place], scores: Scores) -> None:
    """A title that names two units of a city, with it or alone (定西市和通渭县、陇西县), is the city's."""
    codes = {p.adcode for p in title if p.adcode}
    parents = Counter(gazetteer.regions[c].parent for c in codes)
    for parent, count in parents.items():
        if parent is not None and count > 1:
            scores.vouched.add(parent)
            scores.add(parent, TITLE, f"title: {count} units of {gazetteer.regions[parent].name}")


def _add_body(gazetteer: Gazetteer, spoken: Spoken, scores: Scores) -> None:
    words = place_words()
    counts: Counter[str] = Counter()
    organs: Counter[str] = Counter()
    passing: Counter[str] = Counter()
    for place in spoken.body:
        if place.adcode is None:
            continue
        if is_passing(spoken.text, place):
            passing[place.adcode] += 1
            continue
        counts[place.adcode] += 1
        if spoken.text.startswith(words.organs, place.end):
            organs[place.adcode] += 1
    children: defaultdict[str, set[str]] = defaultdict(set)
    for code, count in counts.items():
        if passing[code] * PASSING_SHARE >= count and not scores.points[code]:
            continue
        name = called(gazetteer, code, spoken.body)
        scores.add(code, BODY * min(count, MOST_BODY), f"text: {name} {count}x")
        if organs[code]:
            scores.vouched.add(code)
            scores.add(code, ORGAN * min(organs[code], MOST_ORGAN), f"text: offices of {name}")
        parent = gazetteer.regions[code].parent
        if parent is not None:
            children[parent].add(code)
    for parent, below in children.items():
        if len(below) > 1:
            reason = f"text: {len(below)} units of {gazetteer.regions[parent].name}"
            scores.add(parent, CHILD * min(len(below), MOST_CHILD), reason)


def called(gazetteer: Gazetteer, code: str, places: Iterable[Place]) -> str:
    """A region's name, with the former one by which the text calls it: 普洱市 (named 思茅市, so called until 2007)."""
    name = gazetteer.regions[code].name
    former = [unit for unit in gazetteer.came_from(code) if unit.name != name]
    if not former:
        return name
    for place in places:
        if place.adcode == code and not place.text.endswith(name):
            unit = next((u for u in reversed(former) if place.text.endswith(u.name)), None)
            if unit is not None:
                return f"{name} (named {unit.name}, so called until {unit.valid_to})"
    return name


def is_passing(text: str, place: Place) -> bool:
    """Whether a place is only named as a partner, a model or a neighbour (与上海市黄浦区签订)."""
    words = place_words()
    before = text[max(0, place.start - 6) : place.start]
    after = text[place.end : place.end + 8]
    named = before.endswith(words.passing_before) and not before.endswith(words.sharing_before)
    return named or any(word in after for word in words.passing_after)


def _fit(code: str, speech: Speech) -> float:
    """How well a region fits the level the report speaks at: 0.3 (not at all) to 1."""
    return 0.3 + 0.7 * min(1.0, 1.5 * speech.share(kinds_of(code)))


def _may_speak(code: str, speech: Speech) -> bool:
    return speech.clear is None or speech.clear in kinds_of(code)


def _is_masked(spoken: Spoken, speech: Speech, code: str, named: set[str | None]) -> bool:
    """Whether the report hides its own name, so that names in its body are others' (**市 ... 寿光市)."""
    if code in named or any(code == p.adcode for p in (*spoken.publisher, *spoken.edge)):
        return False
    masks = Counter(m["kind"] for m in MASK.finditer(spoken.text))
    own = speech.clear or (masks.most_common(1)[0][0] if masks else None)
    unmasked = sum(place.adcode == code for place in spoken.body)
    return own is not None and masks[own] > 1 and masks[own] >= unmasked / 2


def _spoken_reason(speech: Speech) -> list[str]:
    return [f"speaks as {speech.clear}"] if speech.clear else []


def _reading(gazetteer: Gazetteer, code: str, basis: RegionBasis, evidence: list[str]) -> RegionReading:
    return RegionReading(code, gazetteer.regions[code].name, basis, tuple(evidence))
