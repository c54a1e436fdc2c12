"""Mentions of places in running text.

Full names, customary names (澜沧县) and short forms are found, the first and longest first; neighbours that lie in one
another are run together (福建省福州市晋安区); what may be a word is a place only where its surroundings make it one; a
name that several places bear is settled by what stands next to it or by the one place of the text that holds it, and by
nothing else.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache

from pipeline.model import Place
from pipeline.places.gazetteer import Gazetteer, load_gazetteer
from pipeline.places.words import place_words

FULL, SHORT = "full", "short"
OLDEST = 2006
"""Units gone before this year are left to the gazetteer's ``find``: reports are younger, and the names are reused."""
CUSTOMARY = {"自治县": "县", "自治州": "州", "自治旗": "旗"}
"""How autonomous units are called for short: 澜沧县, 楚雄州."""
_ANCHOR = re.compile(r"(?<!^)[省市县区州盟旗]")
_LINE_LEAD = re.compile(r"(?m)^[ \t\r\f\v\xa0　◆●■★▲▶·•【]*(?P<name>[一-龥]{2,5})(?=[：:】])")
_SENTENCE_END = re.compile(r"[。；;！？!?\n]")
_SCALED = re.compile(r"[0-9０-９一二三四五六七八九十][万千百亿]")
"""A number before the match whose scale word the match has taken for the first character of a name (35万全区)."""
_COUNTED = re.compile(r"[为有达占是]?[0-9０-９]")
"""A number right after a short form that is a word too: what is counted or measured there (运河为88%)."""
_HEAD_OF = re.compile("长(?![期征江城年远效])")
"""After a county of two characters: its head, and most often somebody's family name (范县长)."""
_GAP = re.compile(r"[ \u3000]{0,2}")


@dataclass(frozen=True, slots=True)
class Hit:
    """A match of the automaton: what it may mean and whether it is a full name or a short form."""

    start: int
    end: int
    kind: str
    codes: tuple[str, ...]
    chained: bool = False


def find_places(text: str, context: Iterable[str] = ()) -> tuple[Place, ...]:
    """The places that ``text`` names, in order, not overlapping.

    ``context`` are codes of units known to be spoken of (the report's region): their short forms and shared names are
    taken for them. A mention whose name several places bear keeps them all in ``candidates`` and has ``adcode`` None
    unless the text itself tells which is meant.
    """
    gazetteer = load_gazetteer()
    chains = _chains(text, _hits(text))
    known = set(context)
    known.update(h.codes[0] for h in chains if len(h.codes) == 1 and _is_sure(text, h))
    near = known | {p for c in known if c in gazetteer.regions and (p := gazetteer.regions[c].parent) is not None}
    kept = _accepted(text, _near_shorts(text, chains, near), known, near)
    return tuple(
        Place(h.start, h.end, text[h.start : h.end], h.codes, h.codes[0] if len(h.codes) == 1 else None)
        for h in _settled(text, kept, known)
    )


@dataclass(frozen=True)
class Finder:
    """Names to look for by their first two characters."""

    pattern: re.Pattern[str]
    lengths: dict[str, tuple[int, ...]]

    @classmethod
    def of(cls, names: Iterable[str]) -> Finder:
        """A finder of ``names``, which have two characters at least and are not none."""
        lengths: dict[str, set[int]] = defaultdict(set)
        for name in names:
            lengths[name[:2]].add(len(name))
        first, second = ("".join(sorted({pair[i] for pair in lengths})) for i in (0, 1))
        ordered = {pair: tuple(sorted(found, reverse=True)) for pair, found in lengths.items()}
        return cls(re.compile(f"[{first}](?=[{second}])"), ordered)

    def find(self, text: str, names: dict[str, tuple[str, ...]]) -> list[Hit]:
        """The longest of the names at each place where one stands."""
        found = []
        for match in self.pattern.finditer(text):
            start = match.start()
            for length in self.lengths.get(text[start : start + 2], ()):
                codes = names.get(text[start : start + length])
                if codes is not None:
                    found.append(Hit(start, start + length, SHORT, codes))
                    break
        return found


@dataclass(frozen=True)
class Names:
    """The names to look for. ``endings`` are the last two characters of full names with the lengths of such names."""

    full: dict[str, tuple[str, ...]]
    endings: dict[str, tuple[int, ...]]
    short: dict[str, tuple[str, ...]]
    wide: Finder
    """Finds the short forms of provinces and prefectures."""


def short_forms(text: str) -> list[Hit]:
    """Every place where a short form of any unit stands, whatever it may be there."""
    return [h for h in _all_shorts().find(text, _names().short) if not _names_thing(text, h.end)]


def codes_of_short(name: str) -> tuple[str, ...]:
    """The units of a short form; empty where there are none."""
    return _names().short.get(name, ())


@cache
def _all_shorts() -> Finder:
    return Finder.of(_names().short)


@cache
def _names() -> Names:
    gazetteer = load_gazetteer()
    full = {name: _widest(gazetteer, codes) for name, codes in _fulls(gazetteer).items()}
    short = {name: tuple(codes) for name, codes in _shorts(gazetteer).items()}
    wide = [n for n, codes in short.items() if any(gazetteer.regions[c].level != "county" for c in codes)]
    endings: dict[str, set[int]] = defaultdict(set)
    for name in full:
        endings[name[-2:]].add(len(name))
    ordered = {ending: tuple(sorted(found, reverse=True)) for ending, found in endings.items()}
    return Names(full, ordered, short, Finder.of(wide))


def _shorts(gazetteer: Gazetteer) -> dict[str, list[str]]:
    names: dict[str, list[str]] = defaultdict(list)
    for code, short in gazetteer.shorts.items():
        if len(short) > 1 and short != gazetteer.regions[code].name:
            names[short].append(code)
    return names


def _fulls(gazetteer: Gazetteer) -> dict[str, list[str]]:
    names: dict[str, list[str]] = defaultdict(list)
    for code, region in gazetteer.regions.items():
        names[region.name].append(code)
        for official, customary in CUSTOMARY.items():
            if region.name.endswith(official):
                names[gazetteer.shorts[code] + customary].append(code)
                names[gazetteer.shorts[code] + official].append(code)
    for unit in gazetteer.former:
        if unit.valid_to >= OLDEST:
            names[unit.name] += [code for code in unit.successors if code not in names[unit.name]]
    return names


def _widest(gazetteer: Gazetteer, codes: list[str]) -> tuple[str, ...]:
    """Without those that lie in another (毕节市 of county rank became part of 毕节市)."""
    unique = tuple(dict.fromkeys(codes))
    return tuple(c for c in unique if not any(c != o and gazetteer.is_within(c, o) for o in unique))


def _hits(text: str) -> list[Hit]:
    """Full names, found backwards from the characters they end in, and short forms of provinces and prefectures.

    (An Aho-Corasick automaton over all names would spend its time at the root, which has a thousand branches: it costs
    five times as much.)
    """
    names = _names()
    found = names.wide.find(text, names.short) + _line_leads(text, names)
    for anchor in _ANCHOR.finditer(text):
        end = anchor.end()
        for length in names.endings.get(text[end - 2 : end], ()):
            codes = names.full.get(text[end - length : end]) if length <= end else None
            if codes is not None:
                found.append(Hit(end - length, end, FULL, codes))
                break
    return _apart(text, found)


def _line_leads(text: str, names: Names) -> list[Hit]:
    """Short forms of one unit alone that open a line and stand before a colon (会泽：县城里长出新学校)."""
    found = []
    for match in _LINE_LEAD.finditer(text):
        codes = names.short.get(match["name"], ())
        if len(codes) == 1 and match["name"] not in place_words().words:
            found.append(Hit(match.start("name"), match.end("name"), FULL, codes))
    return found


def _apart(text: str, found: list[Hit]) -> list[Hit]:
    """The first and longest of hits that overlap, without those that are part of another word."""
    apart: list[Hit] = []
    for hit in sorted(found, key=lambda h: (h.start, -h.end, h.kind)):
        if (not apart or hit.start >= apart[-1].end) and not (
            _runs_on(text, hit.end) or _SCALED.match(text, max(0, hit.start - 1)) or _is_trapped(text, hit)
        ):
            apart.append(hit)
    return apart


def _is_trapped(text: str, hit: Hit) -> bool:
    """Whether a trap covers a part of the hit and more."""
    low, high = max(0, hit.start - 6), hit.end + 6
    return any(
        match.start() < hit.end and hit.start < match.end() and match.end() - match.start() > hit.end - hit.start
        for match in _traps().finditer(text, low, high)
    )


@cache
def _traps() -> re.Pattern[str]:
    return re.compile("|".join(sorted(map(re.escape, place_words().traps), key=lambda t: (-len(t), t))))


def _near_shorts(text: str, hits: list[Hit], near: set[str]) -> list[Hit]:
    """Short forms of the counties that are known or lie where a known one does, where no hit is yet."""
    names, gazetteer = _names(), load_gazetteer()
    codes = {c.adcode for code in near for c in gazetteer.children(code)} | near
    shorts = {gazetteer.shorts[c] for c in codes if c in gazetteer.regions}
    told = [n for n in shorts if n in text and n in names.short]
    wanted = [n for n in told if any(gazetteer.regions[c].level == "county" for c in names.short[n])]
    found = [Hit(m.start(), m.end(), SHORT, names.short[n]) for n in wanted for m in re.finditer(n, text)]
    taken = {position for h in hits for position in range(h.start, h.end)}
    fresh = [h for h in found if h.start not in taken and h.end - 1 not in taken]
    return sorted(hits + _apart(text, fresh), key=lambda h: h.start)


def _runs_on(text: str, end: int) -> bool:
    """Whether the last character of a name belongs to another word with the next one (区域, 市场)."""
    after = text[end : end + 1]
    return bool(after) and after in place_words().not_before.get(text[end - 1], "")


def _chains(text: str, hits: list[Hit]) -> list[Hit]:
    """Hits with neighbours run together where the later one lies in the earlier one, short forms after them too."""
    gazetteer = load_gazetteer()
    starts = {hit.start for hit in hits if hit.kind == FULL}
    chains: list[Hit] = []
    for hit in hits:
        last = chains[-1] if chains else None
        if last is not None and hit.start < last.end:
            continue
        if last is not None and _GAP.fullmatch(text, last.end, hit.start):
            below = tuple(c for c in hit.codes if c not in last.codes and _is_below(gazetteer, c, last.codes))
            if below and not (hit.kind == SHORT and _names_thing(text, hit.end)):
                chains[-1] = _with_short(text, Hit(last.start, hit.end, hit.kind, below, True), starts)
                continue
        chains.append(_with_short(text, hit, starts))
    return chains


def _with_short(text: str, hit: Hit, starts: set[int]) -> Hit:
    """The hit with the short form that follows (河北遵化), unless a full name begins there (``starts``)."""
    names, gazetteer = _names(), load_gazetteer()
    if hit.end in starts:
        return hit
    for length in (5, 4, 3, 2):
        end = hit.end + length
        codes = names.short.get(text[hit.end : end])
        if codes and not _ANCHOR.match(text, end) and not _names_thing(text, end):
            below = tuple(c for c in codes if c not in hit.codes and _is_below(gazetteer, c, hit.codes))
            if below and not (text[hit.end : end] in place_words().words and hit.kind == SHORT):
                return Hit(hit.start, end, SHORT, below, True)
    return hit


def _is_below(gazetteer: Gazetteer, code: str, above: tuple[str, ...]) -> bool:
    return any(gazetteer.is_within(code, a) for a in above)


def _names_thing(text: str, end: int) -> bool:
    return text.startswith(place_words().names_of_things, end)


def _accepted(text: str, chains: list[Hit], known: set[str], near: set[str]) -> list[Hit]:
    kept: list[Hit] = []
    for position, hit in enumerate(chains):
        if hit.chained:
            kept.append(hit)
        elif hit.kind == FULL:
            if _is_full_place(text, hit, known, near):
                kept.append(hit)
        elif not _names_thing(text, hit.end):
            taken = _short_place(text, hit, known, near, chains[max(0, position - 1) : position + 2])
            if taken:
                kept.append(taken)
    return kept


def _is_sure(text: str, hit: Hit) -> bool:
    """Whether a hit is a place whatever the text is about."""
    if hit.chained:
        return True
    name = text[hit.start : hit.end]
    return hit.kind == FULL and name not in place_words().word_like and (len(name) > 2 or _opens(text, hit.start))


def _is_full_place(text: str, hit: Hit, known: set[str], near: set[str]) -> bool:
    name, words = text[hit.start : hit.end], place_words()
    if name in words.word_like:
        regions = load_gazetteer().regions
        near_it = any(c in known or regions[c].parent in near for c in hit.codes)
        return near_it and (_opens(text, hit.start) or _goes_on(text, hit))
    if len(name) == 2 and _HEAD_OF.match(text, hit.end):
        return False
    return len(name) > 2 or _opens(text, hit.start) or any(c in known for c in hit.codes)


def _goes_on(text: str, hit: Hit) -> bool:
    """Whether a name that may be a word comes after the unit above it and 的, or after another name and 和."""
    before = text[hit.start - 1 : hit.start]
    if before == "和":
        return len(text[hit.start : hit.end]) > 2 and bool(_ANCHOR.match(text, hit.start - 2))
    regions = load_gazetteer().regions
    above = (regions[c].parent for c in hit.codes)
    return before == "的" and any(p and text.endswith(regions[p].name, 0, hit.start - 1) for p in above)


def _opens(text: str, start: int) -> bool:
    """Whether a name may begin here: at the start, after anything but a Han character, or after an opening word."""
    before = text[start - 1 : start]
    return not before or not "一" <= before <= "鿿" or before in place_words().opens


def _short_place(text: str, hit: Hit, known: set[str], near: set[str], around: list[Hit]) -> Hit | None:
    """A short form as a place, or None where it may as well be a word."""
    gazetteer, words = load_gazetteer(), place_words()
    levels = {gazetteer.regions[c].level for c in hit.codes}
    name = text[hit.start : hit.end]
    if "province" in levels:
        return replace(hit, codes=tuple(c for c in hit.codes if gazetteer.regions[c].level == "province"))
    own = tuple(c for c in hit.codes if c in known)
    listed = _is_listed(text, hit, around)
    counted = _COUNTED.match(text, hit.end) is not None
    if own and (name not in words.words or listed or counted or not "一" <= text[hit.start - 1 : hit.start] <= "鿿"):
        return replace(hit, codes=own)
    if name in words.words and not listed:
        return None
    if "prefecture" in levels and name not in words.words:
        return replace(hit, codes=tuple(c for c in hit.codes if gazetteer.regions[c].level == "prefecture"))
    inside = tuple(c for c in hit.codes if gazetteer.regions[c].parent in near)
    organ = text.startswith(words.organs, hit.end)
    if inside and (listed or organ) and gazetteer.regions[inside[0]].level == "county":
        return replace(hit, codes=inside)
    return None


def _is_listed(text: str, hit: Hit, around: list[Hit]) -> bool:
    """Whether a list mark stands between this name and the next or the last one."""
    return any(
        text[min(hit.end, o.end) : max(hit.start, o.start)] in ("、", "和", "与", "及") for o in around if o is not hit
    )


def _settled(text: str, hits: list[Hit], known: set[str]) -> list[Hit]:
    """Shared names told by their neighbour in the same sentence, else by the only one the text speaks of."""
    gazetteer = load_gazetteer()
    above = {step.adcode for c in known for step in gazetteer.path(c)[1:-1]} | known
    settled = list(hits)
    for position, hit in enumerate(hits):
        if len(hit.codes) > 1:
            around = [settled[i] for i in (position - 1, position + 1) if 0 <= i < len(settled)]
            near = [h for h in around if len(h.codes) == 1 and not _SENTENCE_END.search(text, *_between(h, hit))]
            settled[position] = _told(gazetteer, text[hit.start : hit.end], hit, near, above, known)
    return settled


def _between(one: Hit, other: Hit) -> tuple[int, int]:
    return min(one.end, other.end), max(one.start, other.start)


def _told(gazetteer: Gazetteer, name: str, hit: Hit, near: list[Hit], above: set[str], known: set[str]) -> Hit:
    named = tuple(c for c in hit.codes if c in known)
    if len(named) > 1:  # one that bears the name today goes before one that once did
        named = tuple(c for c in named if gazetteer.regions[c].name == name) or named
    if len(named) == 1:
        return replace(hit, codes=named)
    for neighbour in near:
        parents = (gazetteer.regions[neighbour.codes[0]].parent, neighbour.codes[0])
        beside = tuple(c for c in hit.codes if gazetteer.regions[c].parent in parents)
        if len(beside) == 1:
            return replace(hit, codes=beside)
    inside = tuple(c for c in hit.codes if gazetteer.regions[c].parent in above)
    return replace(hit, codes=inside) if len(inside) == 1 else hit
