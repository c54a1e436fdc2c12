"""Stretches of a report whose figures are about another region than the report's.

The rules, from the wide to the narrow; a narrower zone goes before a wider one:

* a line that is nothing but a place (◆石家庄市桥西区：, a heading) covers what follows up to the next such line;
* a list item or paragraph that opens with a place and names no other covers it whole;
* in a sentence a place that opens it or one of its clauses covers what follows to the next place, to words that go back
  to the whole (全市, 合计, 其余), or to the end of the clause group (；。);
* in a county's report 全市 or 全省 right before a number is the city's or the province's figure;
* places listed before 分别 or 依次 share out the numbers after it, one zone each, and what is said of them by 各, 均 or
  都 is said of each (``lists.py``);
* a value of a table is about the place that a heading of its row or column names (``tables.py``).
"""

from __future__ import annotations

import re
from bisect import bisect_left, insort
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.model import BlockKind, CleanText, Paragraph, Place, RegionBasis, RegionReading, RegionZone
from pipeline.places.deciding import called, is_passing
from pipeline.places.gazetteer import Gazetteer, load_gazetteer
from pipeline.places.lists import said_of_each, shared_out
from pipeline.places.speech import kinds_of
from pipeline.places.tables import TableZones
from pipeline.tables import Table

SUBJECT_LINE = 30
"""A heading that is a place is no longer than this."""
_MARKER = re.compile(
    r"[\s　◆●■★▲▶·•◎○□\-—–─*#>【\[]*(?:[（(]?[\d一二三四五六七八九十]{1,3}[）)、.．:：]\s*)?(?:[◆●■★—]\s*)?"
)
_SENTENCE = re.compile(r"[^。！？!?\n]+[。！？!?]?")
_CLAUSE_OPENS = "，,、：:（(“\"'《—。；;"
_LEADS_IN = re.compile(
    r"(?:其中|如|像|而|但|仅|只有|单是|包括|分到|分给|下达给?|以及|和|与|及|是|为|的|最[高低多少大小好快]的?|在|由|至今|目前|截至目前)$"
)
_BACK = re.compile(
    r"(?:[全我本]|各)(?:省|市|州|盟|县|旗|区)(?!域)|合计|总计|共计|其余|其他|其它|剩下|另外|[两三四五六七八九十]{1,8}个?(?:县|区|市|地)"
)
_ZONE_AFTER = re.compile(
    r"市?(?:高新区|经开区|开发区|高新技术产业开发区|经济技术开发区|示范区|管理区)(?=[\d近约为超（(有])"
)
_SAYS = re.compile(r"[\d最为达仅有以占已还则超近约]|分别|一家")
_BRACKETED = re.compile(r"[（(][约近超]?\d")
"""A number in brackets right after a place is that place's, wherever it stands (高于相邻的瑞丽市（55.1%）)."""
_IN_PLACE = re.compile(r"(?:都|均|全部?|集中|主要)(?:在|来自)$")
_WHOLE = re.compile(r"(?:全[市省州]|平均)(?=[^，。；,;\n]{0,24}\d)")
_ABOVE = re.compile(
    r"全(?P<kind>[省市州国])(?<![占居列在为超]..)(?:的)?(?:平均|均值|同期)?(?:水平)?(?:的)?(?:为|是|达|已?是)?[（(]?(?=[\d０-９])"
)
_SPEAKS = re.compile(r"全[省市州国]|依次为|分别为|两[县区市旗地]")
"""What can make a zone in a paragraph that names no place."""
_ABOVE_END = re.compile(r"[，,；;。）)、\n]")
_DIGIT = re.compile(r"[\d０-９]|[一二三四五六七八九十百千万两][一二三四五六七八九十百千万亿]{0,12}[所个人名元万]")
_NO_SUBJECT = ("方面", "来的", "籍", "路", "口音")


@dataclass(frozen=True, slots=True)
class Scope:
    """A report as zones see it: its region, the places of its body in the clean text, its stretches."""

    region: str | None
    places: tuple[Place, ...]
    spans: tuple[tuple[int, int], ...]


def find_zones(clean: CleanText, scope: Scope, tables: Sequence[Table] = ()) -> tuple[RegionZone, ...]:
    """The zones of one report, in order, not overlapping; ``tables`` are those of the clean text."""
    gazetteer = load_gazetteer()
    painted = Painter()
    in_tables = TableZones(clean.text, scope.region, frozenset(p.adcode for p in scope.places if p.adcode))
    starts = [p.start for p in scope.places]
    paragraphs = [p for p in clean.paragraphs if any(s < p.end and p.start < e for s, e in scope.spans)]
    for start, end, code in _headed(clean, paragraphs, scope, gazetteer):
        painted.paint(start, end, _reading(gazetteer, code, "under its heading"))
    for paragraph in paragraphs:
        low, high = bisect_left(starts, paragraph.start), bisect_left(starts, paragraph.end)
        inside = scope.places[low:high]
        if paragraph.kind is not BlockKind.TABLE_ROW and (
            inside or _SPEAKS.search(clean.text, paragraph.start, paragraph.end)
        ):
            _paragraph(clean.text, paragraph, inside, scope, painted)
    for table in tables:
        if any(start <= table.start < end for start, end in scope.spans):
            for start, end, told in in_tables.zones(table):
                painted.paint(start, end, _reading(gazetteer, told, "table"))
    return painted.zones()


class Painter:
    """Zones laid over one another: what is painted later covers what is below."""

    def __init__(self) -> None:
        self._zones: list[tuple[int, int, tuple[RegionReading, ...]]] = []

    def paint(
        self, start: int, end: int, reading: RegionReading | None, others: tuple[RegionReading, ...] = ()
    ) -> None:
        """Lay a zone, of one region or of several alike; a reading of None gives the stretch back to the report."""
        if start >= end:
            return
        readings = () if reading is None else (reading, *others)
        if not self._zones or self._zones[-1][1] <= start:
            self._zones.append((start, end, readings))
            return
        kept: list[tuple[int, int, tuple[RegionReading, ...]]] = []
        for low, high, below in self._zones:
            if high <= start or low >= end:
                kept.append((low, high, below))
                continue
            if low < start:
                kept.append((low, start, below))
            if end < high:
                kept.append((end, high, below))
        insort(kept, (start, end, readings), key=lambda zone: zone[0])
        self._zones = kept

    def zones(self) -> tuple[RegionZone, ...]:
        """What is to be seen from above, in order."""
        ordered = sorted(self._zones, key=lambda zone: zone[0])
        return tuple(RegionZone(start, end, own[0], own[1:]) for start, end, own in ordered if own)


def _reading(gazetteer: Gazetteer, code: str | None, how: str, places: Sequence[Place] = ()) -> RegionReading:
    if code is None:
        return RegionReading(None, None, RegionBasis.UNKNOWN, (how,))
    evidence = f"{how}: {called(gazetteer, code, places)}"
    return RegionReading(code, gazetteer.regions[code].name, RegionBasis.STATED, (evidence,))


def _headed(
    clean: CleanText, paragraphs: Sequence[Paragraph], scope: Scope, gazetteer: Gazetteer
) -> list[tuple[int, int, str]]:
    """Stretches under lines that are nothing but a place (and what it stands for)."""
    by_start = {p.start: p for p in scope.places}
    found: list[tuple[int, int, str]] = []
    open_at: tuple[int, str, int] | None = None
    for paragraph in paragraphs:
        place = _leading(clean.text, paragraph, by_start)
        heading = place is not None and _is_heading(clean.text, paragraph, place) and _is_other(place, scope, gazetteer)
        ends = heading or (open_at is not None and 0 < paragraph.depth <= open_at[2])
        if open_at is not None and ends:
            found.append((open_at[0], paragraph.start, open_at[1]))
            open_at = None
        if heading and place is not None and place.adcode is not None:
            open_at = (paragraph.start, place.adcode, paragraph.depth or 4)
    if open_at is not None and paragraphs:
        found.append((open_at[0], paragraphs[-1].end, open_at[1]))
    return found


def _leading(text: str, paragraph: Paragraph, by_start: dict[int, Place]) -> Place | None:
    """The place a paragraph opens with, after bullets and numbers."""
    match = _MARKER.match(text, paragraph.start, paragraph.end)
    return by_start.get(match.end()) if match else None


def _is_heading(text: str, paragraph: Paragraph, place: Place) -> bool:
    rest = text[place.end : paragraph.end].strip()
    if len(rest) > SUBJECT_LINE or rest.endswith(("。", "；", ";", "，")):
        return False
    if rest == "" or (paragraph.depth and rest[0] in "：:】]"):
        return True
    return (bool(paragraph.depth) or rest[0] in "：:】]") and not _DIGIT.search(rest)


def _is_other(place: Place, scope: Scope, gazetteer: Gazetteer) -> bool:
    """Whether a place is another region than the report's and none that it lies in."""
    if place.adcode is None or place.adcode == scope.region:
        return False
    return scope.region is None or not gazetteer.is_within(scope.region, place.adcode)


def _paragraph(text: str, paragraph: Paragraph, places: Sequence[Place], scope: Scope, painted: Painter) -> None:
    gazetteer = load_gazetteer()
    if _opens_paragraph(text, paragraph, places, scope):
        reading = _reading(gazetteer, places[0].adcode, "the paragraph opens with it")
        painted.paint(paragraph.start, paragraph.end, reading)
    for match in _SENTENCE.finditer(text, paragraph.start, paragraph.end):
        span = match.span()
        inside = [p for p in places if span[0] <= p.start < span[1]]
        for low, high, code in Subjects(text, span, scope).stretches(inside):
            painted.paint(low, high, _reading(gazetteer, code, "subject of the clause", inside))
        for low, high, codes in said_of_each(text, span, inside, scope.places, scope.region):
            first, *others = (_reading(gazetteer, code, "listed before a word for each", inside) for code in codes)
            painted.paint(low, high, first, tuple(others))
        for low, high, code in shared_out(text, span, inside, scope.places, scope.region):
            painted.paint(low, high, _reading(gazetteer, code, "listed before 分别"))
    if scope.region is not None:
        for low, high, above in _above(text, paragraph, scope.region, places):
            painted.paint(low, high, _reading(gazetteer, above, "figure of the unit above"))


def _opens_paragraph(text: str, paragraph: Paragraph, places: Sequence[Place], scope: Scope) -> bool:
    """Whether a paragraph opens with a place of the region and speaks of no other."""
    gazetteer = load_gazetteer()
    first = _leading(text, paragraph, {p.start: p for p in places})
    if first is None or not _is_other(first, scope, gazetteer) or first.adcode is None:
        return False
    if scope.region is not None and not gazetteer.is_within(first.adcode, scope.region):
        return False
    if any(p.adcode != first.adcode for p in places) or is_passing(text, first):
        return False
    kinds = kinds_of(scope.region) if scope.region else frozenset[str]()
    back = re.finditer(r"[全我本](省|市|州|盟|县|旗|区)(?!域)", text[paragraph.start : paragraph.end])
    return not any(m[1] in kinds and m[1] not in kinds_of(first.adcode) for m in back)


class Subjects:
    """The subjects of one sentence and how far what is said of them goes."""

    def __init__(self, text: str, span: tuple[int, int], scope: Scope) -> None:
        self._text = text
        self._start, self._end = span
        self._scope = scope
        self._gazetteer = load_gazetteer()

    def stretches(self, places: Sequence[Place]) -> list[tuple[int, int, str | None]]:
        """``(start, end, code)`` for each place that is a subject; code None for a zone that is no unit."""
        found: list[tuple[int, int, str | None]] = []
        last: Place | None = None
        for position, place in enumerate(places):
            stop = places[position + 1].start if position + 1 < len(places) else self._end
            if _ZONE_AFTER.match(self._text, place.end):
                found.append((place.start, min(stop, self._clause_end(place.end)), None))
            elif _is_other(place, self._scope, self._gazetteer) and self._is_subject(place, last):
                low = self._number_before(place)
                end = self._ends_breakdown(place, found)
                found.append((low, min(end or stop, self._stop(place, stop)), place.adcode))
                last = place
        return [(low, high, code) for low, high, code in found if _DIGIT.search(self._text, low, high)]

    def _stop(self, place: Place, stop: int) -> int:
        """Where what is said of a place ends: a bracket that closes, words for the whole, the end of its clauses."""
        if self._in_brackets(place.start) or _BRACKETED.match(self._text, place.end):
            closing = re.compile("[）)]").search(self._text, place.end, stop)
            stop = closing.start() if closing else stop
        for back in _BACK.finditer(self._text, place.end, stop):
            if back.start() == place.end and self._text[place.start - 1 : place.start] == "、":
                continue  # 南城、南丰两县: the counting word belongs to the list
            if place.adcode is None or not self._is_its_own(back.group(), place.adcode):
                stop = back.start()
                break
        before = self._text[self._start : place.start]
        if _MARKER.fullmatch(before) is None:
            group = re.compile("[；;]").search(self._text, place.end, stop)
            stop = group.start() if group else stop
        return stop

    def _in_brackets(self, at: int) -> bool:
        """Whether a bracket of the sentence is open at a place."""
        opened = max(self._text.rfind(mark, self._start, at) for mark in "（(")
        return opened >= 0 and not any(mark in self._text[opened:at] for mark in "）)")

    def _is_its_own(self, word: str, code: str) -> bool:
        """Whether 全县 after a county is that county's word and not the report's."""
        region = self._scope.region
        own = kinds_of(region) if region else frozenset[str]()
        return word[0] in "全本" and word[-1] in kinds_of(code) and word[-1] not in own

    def _is_subject(self, place: Place, last: Place | None) -> bool:
        """Whether a clause begins with the place, so that what follows is said of it.

        ``last`` is the subject before it: in a list a foreign place is one only if its neighbour is.
        """
        text = self._text
        if _BRACKETED.match(text, place.end):
            return True
        if text.startswith(_NO_SUBJECT, place.end) or is_passing(text, place):
            return False
        before = text[self._start : place.start].rstrip()
        region = self._scope.region
        inside = region is not None and place.adcode is not None and self._gazetteer.is_within(place.adcode, region)
        if not before or _MARKER.fullmatch(before):
            return True
        if before[-1] == "、" and not inside:
            return last is not None and last.end <= place.start - 1
        if before[-1] in _CLAUSE_OPENS:
            return True
        return (inside or region is None) and bool(_LEADS_IN.search(before) or _SAYS.match(text, place.end))

    def _number_before(self, place: Place) -> int:
        """Where a clause begins whose number stands before its place (5400个都在新华区); else where the place does."""
        marks = (self._text.rfind(mark, self._start, place.start) for mark in "，,；;：:")
        clause = max(max(marks) + 1, self._start)
        before = self._text[clause : place.start]
        if not _IN_PLACE.search(before):
            return place.start
        if _IN_PLACE.fullmatch(before) and clause - 1 > self._start:
            marks = (self._text.rfind(mark, self._start, clause - 1) for mark in "，,；;：:")
            clause = max(max(marks) + 1, self._start)
        return clause if _DIGIT.search(self._text, clause, place.start) else place.start

    def _ends_breakdown(self, place: Place, found: Sequence[tuple[int, int, str | None]]) -> int | None:
        """Where the part of a breakdown ends: 6亿元，新华区2亿元，运河区4亿元，比上年增加23.1% goes back to the whole.

        A breakdown has a number before its first place, and each of its places has one clause.
        """
        if (
            not found
            or not _DIGIT.match(self._text, place.end)
            or not _DIGIT.search(self._text, self._start, found[0][0])
        ):
            return None
        parts = [self._text[low:high].rstrip("，,、；;和") for low, high, _ in found]
        if any(mark in part for part in parts for mark in "，,；;"):
            return None
        return self._clause_end(place.end)

    def _clause_end(self, start: int) -> int:
        match = _ABOVE_END.search(self._text, start, self._end)
        return match.start() if match else self._end


def _above(text: str, paragraph: Paragraph, region: str, places: Sequence[Place]) -> list[tuple[int, int, str | None]]:
    """Figures of the city or the province in the report of a unit below it (全市平均为89.6%, 温州全市)."""
    gazetteer = load_gazetteer()
    found: list[tuple[int, int, str | None]] = []
    own = kinds_of(region)
    for match in _ABOVE.finditer(text, paragraph.start, paragraph.end):
        if match["kind"] in own:
            continue
        above = [s for s in gazetteer.path(region)[:-1] if match["kind"] in kinds_of(s.adcode)]
        stop = _ABOVE_END.search(text, match.end(), paragraph.end)
        if above or match["kind"] == "国":
            found.append((match.start(), stop.start() if stop else paragraph.end, above[-1].adcode if above else None))
    upper = {step.adcode for step in gazetteer.path(region)[:-1]}
    for place in places:
        if place.adcode in upper and _WHOLE.match(text, place.end):
            stop = _ABOVE_END.search(text, place.end, paragraph.end)
            found.append((place.start, stop.start() if stop else paragraph.end, place.adcode))
    return found
