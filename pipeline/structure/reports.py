"""The reports of a source, with title, publisher and date of each."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from html import unescape
from itertools import pairwise

from opencc import OpenCC

from pipeline.model import BlockKind, CleanText, Edit, Paragraph, Report, Source
from pipeline.structure.data import either, structure
from pipeline.structure.dates import Day, dates_in
from pipeline.structure.moment import moment, past_year
from pipeline.structure.splitting import beginnings, item_title
from pipeline.structure.tangled import Stretch, can_be_untangled, is_tangled, untangle
from pipeline.structure.titles import (
    MAX_TITLE,
    ends_like_title,
    inline_part,
    is_caption,
    is_series,
    is_title_line,
    strip_part,
    strip_site,
)

_HEAD = 8
"""The title block: title, subtitle, document number, office, date, salutation."""
_TAIL = 6
_DATED_LINE = 40


@dataclass(frozen=True, slots=True)
class _Part:
    """A report while it is being read: its stretches, paragraphs, and the metadata lines in it (or before it)."""

    index: int
    spans: tuple[tuple[int, int], ...]
    paragraphs: tuple[Paragraph, ...]
    texts: tuple[str, ...]
    metadata: tuple[str, ...]
    shared: bool
    tangled: bool


def split_reports(source: Source, clean: CleanText) -> tuple[Report, ...]:
    """The reports of a source in order, at least one; their spans cover the clean text, interlaced where pages are."""
    parts = _parts(source, clean)
    return tuple(_report(source, part, alone=len(parts) == 1) for part in parts)


def _parts(source: Source, clean: CleanText) -> list[_Part]:
    starts = beginnings(clean)
    places = [beginning.start for beginning in starts]
    tangled = not starts[0].shared and is_tangled(clean.text, places)
    left = tangled and not can_be_untangled(clean.text, places)
    spans = _spans(clean, places, tangled and not left)
    notes = [(edit.start, _readable(edit.before)) for edit in clean.edits if _tells_of_report(edit)]
    if any(edit.kind == "script" for edit in clean.edits):
        notes = [(at, _simplified(note)) for at, note in notes]
    opens = [paragraph.start for paragraph in clean.paragraphs]
    noted = [at for at, _ in notes]
    parts = []
    for index, (beginning, own) in enumerate(zip(starts, spans, strict=True)):
        inside: list[Paragraph] = []
        texts: list[str] = []
        mine: list[str] = []
        for start, end in own:
            first = max(0, bisect_right(opens, start) - 1)
            here = clean.paragraphs[first : bisect_left(opens, end)]
            inside += here
            texts += [clean.text[max(p.start, start) : min(p.end, end)] for p in here]
            low = clean.mapped.span(start, start)[0] if start else 0
            high = clean.mapped.span(end, end)[0] if end < len(clean.text) else len(source.layer.text) + 1
            mine += [note for _, note in notes[bisect_left(noted, low) : bisect_left(noted, high)]]
        if beginning.shared:
            mine = [note for _, note in notes]
        parts.append(_Part(index, own, tuple(inside), tuple(texts), tuple(mine), beginning.shared, left))
    return parts


_MASTHEAD = re.compile(r"\d{4}\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日[^。，]{0,6}星期[一二三四五六日天]")


def _tells_of_report(edit: Edit) -> bool:
    """Whether a dropped line says who published the report and when: metadata, or the head of a page of a newspaper."""
    return edit.kind == "metadata" or (edit.kind.startswith("noise") and _MASTHEAD.search(edit.before) is not None)


def _spans(clean: CleanText, starts: Sequence[int], tangled: bool) -> list[tuple[tuple[int, int], ...]]:
    """The stretches of each report: one, where its pages don't lie between those of others."""
    if tangled:
        stretches = untangle(clean.text, starts)
    else:
        stretches = [Stretch(start, report) for report, start in enumerate(starts)]
    found: list[list[tuple[int, int]]] = [[] for _ in starts]
    ends = [*(stretch.start for stretch in stretches[1:]), len(clean.text)]
    for stretch, end in zip(stretches, ends, strict=True):
        found[stretch.report].append((stretch.start, end))
    return [tuple(own) for own in found]


_READING = re.compile(r"[(（][a-zü-ǜāáǎàēéěèīíǐìōóǒòūúǔùńňǹ]{1,8}\s?[)）]")


@cache
def _converter() -> OpenCC:
    return OpenCC("t2s")


def _simplified(text: str) -> str:
    """A text in the script of the clean text."""
    return str(_converter().convert(text))


def _readable(note: str) -> str:
    """A metadata line as a reader would see it: entities and readings in brackets resolved."""
    return _READING.sub("", unescape(note)).replace("\xa0", " ").strip()


def _report(source: Source, part: _Part, alone: bool) -> Report:
    hints = source.hints if alone or part.shared else {}
    title = _title(part, hints.get("title") if alone else None)
    published = _published(part, hints.get("published"))
    year, month = moment(title or "", published, "\n".join(part.texts))
    return Report(
        part.index,
        part.spans,
        title,
        _publisher(part, title, hints.get("publisher")),
        published.edtf if published else None,
        year,
        month,
        part.tangled,
    )


def _title(part: _Part, declared: str | None) -> str | None:
    """The line that names the report: the page's own heading, a line that reads like a title, the declared title."""
    head = list(zip(part.paragraphs, part.texts, strict=True))[:_HEAD]
    lines = [(p.kind, strip_part(text[inline_part(text) or 0 :])) for p, text in head]
    if part.shared:
        return next((strip_part(text) for text in part.texts if item_title(text)), None) or declared
    lines = _joined(lines)
    inner = _sent_out(lines)
    if inner:
        return inner
    marked = [text for kind, text in lines if kind is BlockKind.TITLE and len(text) <= 2 * MAX_TITLE]
    shaped = [text for _, text in lines if is_title_line(text)]
    best = next((text for text in marked if ends_like_title(text)), None)
    declared = strip_site(declared) if declared else None
    if declared and declared not in "".join(part.texts):
        declared = None
    plain = [text for _, text in lines[:3] if len(text) <= MAX_TITLE and ends_like_title(text) and not is_caption(text)]
    choice = next(iter([*([best] if best else []), *shaped, *([declared] if declared else []), *plain, *marked]), None)
    return _below_series(choice, lines) if choice else None


def _below_series(title: str, lines: Sequence[tuple[BlockKind, str]]) -> str:
    """Where the title is the name of a series, the title of the issue that stands below it."""
    if not is_series(title):
        return title
    below = [text for _, text in lines[1:4] if 10 <= len(text) <= MAX_TITLE and not _CLOSED.search(text)]
    return next((text for text in below if ends_like_title(text) and text != title), title)


_SUBTITLE = re.compile(r"[—–-]{1,2}[^—]")


def _joined(lines: list[tuple[BlockKind, str]]) -> list[tuple[BlockKind, str]]:
    """Lines of a title block with a title that is broken over two of them put together."""
    for at, ((kind, one), (_, two)) in enumerate(pairwise(lines[:5])):
        if _SUBTITLE.match(two) and not dates_in(two) and kind is BlockKind.TITLE and len(two) <= MAX_TITLE:
            return [*lines[:at], (kind, one + two), *lines[at + 2 :]]
        short = len(one) + len(two) <= MAX_TITLE and len(two) >= 3
        if is_caption(two):
            continue
        if short and not ends_like_title(one) and _opens_title(one) and ends_like_title(two) and not is_title_line(two):
            return [*lines[:at], (kind, one + two), *lines[at + 2 :]]
    return lines


_OPENS = re.compile(r"关于|[12]\d{3}年|[省市县区旗州盟局]|\*\*")
_CLOSED = re.compile(r"[。，；：:！？]$")


def _opens_title(text: str) -> bool:
    return (
        bool(_OPENS.search(text)) and not _CLOSED.search(text) and not dates_in(text) and not _office().fullmatch(text)
    )


def _sent_out(lines: Sequence[tuple[BlockKind, str]]) -> str | None:
    """The title of what a notice sends out, where it follows in the same text."""
    outer = next((text for _, text in lines if "印发" in text and text.endswith("通知")), None)
    if outer is None:
        return None
    sent = (text for _, text in lines if text != outer and text.strip("《》") in outer)
    return next((text for text in sent if ends_like_title(text)), None)


@cache
def _office() -> re.Pattern[str]:
    return re.compile(rf"[\u4e00-\u9fff*×]{{2,30}}?(?:{either(structure().offices)})(?:督导室|办公室)?")


@cache
def _publisher_label() -> re.Pattern[str]:
    between = r"(?:\s*+[:：]\s*+|[^\S\t]*+\t\s*+)"
    return re.compile(rf"(?:{either(structure().publisher_labels)}){between}(?P<name>[^\s　|｜]{{2,30}})")


@cache
def _label(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"(?:{either(words)})\s*[:：\t]")


def _publisher(part: _Part, title: str | None, declared: str | None) -> str | None:
    """Who signs, or stands under the title; else what metadata and the page name; else whose report it is by title."""
    tail = part.texts[-_TAIL:] if len(part.texts) > _TAIL else part.texts[1:]
    for text in (*reversed(tail), *part.texts[1:4]):
        if len(text) <= _DATED_LINE and _office().fullmatch(text.strip("（）() ")):
            return text.strip("（）() ")
    for note in part.metadata:
        match = _publisher_label().search(note)
        if match:
            return match["name"].strip("【】[]()（）")
    if declared:
        return declared
    match = _office().match(title or "")
    return match.group() if match else None


def _published(part: _Part, declared: str | None) -> Day | None:
    """The date of publication: as labelled, as declared, under the title, at the end, in a document number."""
    labelled = _labelled(part.metadata, structure().published_labels)
    labelled = labelled or [day for note in part.metadata if _CLOCK.search(note) for day in dates_in(note)[:1]]
    labelled = labelled or _labelled(part.metadata, structure().written_labels)
    if labelled:
        return max(labelled)
    spoken_of = past_year("\n".join(part.texts)) or 0
    declarations = [text for text in (declared or "",) if all(day.year >= spoken_of for day in dates_in(text))]
    for texts in (declarations, _title_block(part), _signature(part), part.metadata):
        for text in texts:
            days = dates_in(text)
            if days:
                return days[-1] if texts is part.metadata else days[0]
    lines = [text for text in (*part.metadata, *part.texts[:_HEAD]) if len(text) <= 60]
    numbers = [int(match[1]) for text in lines for match in _NUMBER.finditer(text)]
    return Day(numbers[0]) if numbers and not part.shared else None


def _labelled(notes: Sequence[str], words: tuple[str, ...]) -> list[Day]:
    """The dates behind labels."""
    return [
        day
        for note in notes
        for match in _label(words).finditer(note)
        for day in dates_in(note[match.end() : match.end() + 24])[:1]
    ]


_CLOCK = re.compile(r"\d{1,2}:\d{2}")
_NUMBER = re.compile(r"[〔\[［【(（]\s*((?:19|20)\d{2})\s*[〕\]］】)）]\s*\d{1,5}\s*号")
_UNDER_TITLE = re.compile(
    r"[(（—-]|.{0,30}\d{4}\s*年\s*\d{1,2}\s*月(?:\s*\d{1,2}\s*日)?[)）]?$|[二一][〇零○九OＯ0]"
    r"|[^\s，。]{2,20}[ \u3000]+\d{4}年\d{1,2}月\d{1,2}日(?:[ \u3000]|$)"
)


def _title_block(part: _Part) -> list[str]:
    """Short lines under the title that are or bear a date: ``（2019年11月）``, ``——2024年8月29日在……``."""
    return [text for text in part.texts[:_HEAD] if len(text) <= 60 and _UNDER_TITLE.match(text) and "。" not in text]


def _signature(part: _Part) -> list[str]:
    """Short lines at the end, the last first."""
    return [text for text in reversed(part.texts[-_TAIL:]) if len(text) <= _DATED_LINE and _DATE_LAST.search(text)]


_DATE_LAST = re.compile(r"(?:[年月日曰号]|\d)\s*+(?:[)）]\s*+)?(?:印发|印)?$")
