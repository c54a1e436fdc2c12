"""Which lines are no part of a report.

Each line is described by features and judged by rules over them; what surrounds it comes second: lists of other pages
go with the line that opens them, page headers with the page numbers they stand by. What no rule knows is left to a
trained model over the same features (:mod:`pipeline.cleaning.line_model`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from pipeline.cleaning.data import Rules, mending, noise
from pipeline.cleaning.line_model import noisy
from pipeline.cleaning.lines import NUMBERED, Line
from pipeline.cleaning.page_heads import drop_running_heads, keep_one_title
from pipeline.cleaning.spotting import Spotter
from pipeline.cleaning.verdicts import PAGE_NUMBER, Features, Verdict
from pipeline.model import BlockKind
from pipeline.resources import lines_of

_PROSE_END = re.compile(r"[。；;！!？?](?:(?<=[。；;])|”?$)")
_PAUSES = "，,、"
_LABELLED = re.compile("[：:〔\\[［（(【]")
_CODE = re.compile(r"(?:<[A-Za-z/!]|document\.|function\s|var\s|\$\(|</)")
_PICTOGRAPHS = re.compile("[\U0001f300-\U0001faff\u2600-\u27bf]")
_LONG = 60
_ALL_LINKS = 0.8
_AMOUNT = re.compile(r"\d\s*[万亿多余]*(?:元|人|名|所|个|%|％|平方米|亩|册|台|套|间|班|学位|公里)")
_CELL = 8
_MIN_BARS = 3


def judge(text: str, lines: Sequence[Line]) -> list[Verdict | None]:
    """A verdict for each line; None for those that stay. What the rules leave the trained model is asked about."""
    features, verdicts = judge_by_rules(text, lines)
    for at in noisy(lines, features, [verdict is not None for verdict in verdicts]):
        verdicts[at] = Verdict("like noise")
    _keep_whole(lines, verdicts)
    return verdicts


def _keep_whole(lines: Sequence[Line], verdicts: list[Verdict | None]) -> None:
    """Where the page says which lines are one paragraph, it goes as a whole or stays as a whole."""
    start = 0
    for at in range(1, len(lines) + 1):
        if at < len(lines) and lines[at].block is not None and lines[at].block is lines[start].block:
            continue
        block = lines[start].block
        if block is not None and block.wrapped and (block.continues or None in verdicts[start:at]):
            verdicts[start:at] = [None] * (at - start)
        start = at


def judge_by_rules(text: str, lines: Sequence[Line]) -> tuple[list[Features], list[Verdict | None]]:
    """The features of each line, and what the rules alone say of it."""
    features = _features(text, lines)
    verdicts = [_judged_alone(line, known) for line, known in zip(lines, features, strict=True)]
    _tails(lines, features, verdicts)
    _headlines(lines, verdicts, features)
    _advertisements(lines, verdicts)
    _numbers_alone(lines, verdicts)
    _rows_with_bars(lines, verdicts)
    drop_running_heads(lines, verdicts)
    keep_one_title(lines, verdicts, features)
    return features, verdicts


def _features(text: str, lines: Sequence[Line]) -> list[Features]:
    hits = _hits(text, lines)
    trusted = _trusted_zones(lines)
    whole = max(1, len(text))
    result = []
    for line, (certain, likely, covered, reason) in zip(lines, hits, strict=True):
        size = len("".join(line.text.split()))
        zone = line.zone if line.zone in trusted else ""
        links = line.block.link_share if line.block else 0.0
        place = line.left / whole
        share = min(1.0, covered / size) if size else 0.0
        result.append(
            Features(size, is_prose(line.text), certain, likely, share, reason, zone, links, line.kind, place)
        )
    return result


def is_prose(text: str) -> bool:
    """Whether a line is running text: long, with the punctuation of sentences."""
    if len(text) < 25:
        return False
    return bool(_PROSE_END.search(text)) or (len(text) >= 40 and sum(map(text.count, _PAUSES)) >= 2)


@cache
def _phrases() -> Spotter[tuple[bool, str]]:
    """The phrases of noise, each found by its rarest character."""
    known: dict[str, tuple[bool, str]] = {}
    for certain, groups in ((True, noise().certain), (False, noise().likely)):
        for group in groups:
            for word in group.words:
                known.setdefault(word.lower(), (certain, group.reason))
    return Spotter((word, _telling(word), told) for word, told in known.items())


def _telling(word: str) -> int:
    """The place of the character that is rarest in reports: one of no word of theirs, and none of the common ones."""
    return max(range(len(word)), key=lambda at: _rarity(word[at]))


@cache
def _rarity(character: str) -> tuple[bool, bool, int]:
    words, common = _characters_of_reports()
    rank = common.find(character)
    return character.isalnum(), character not in words, rank if rank >= 0 else len(common)


@cache
def _characters_of_reports() -> tuple[frozenset[str], str]:
    return frozenset("".join(mending().misread.words)), "".join(lines_of("common_characters.txt"))


def _hits(text: str, lines: Sequence[Line]) -> list[tuple[int, int, int, str]]:
    """For each line: certain phrases, likely phrases, characters covered by them, and the reason of the first."""
    counts = [[0, 0, 0] for _ in lines]
    reasons = [""] * len(lines)
    at, covered_to = 0, 0
    for start, end, (certain, reason) in _phrases().find(_lower(text)):
        while at < len(lines) and lines[at].end <= start:
            at += 1
        if at == len(lines):
            break
        count = counts[at]
        count[0 if certain else 1] += 1
        if end > covered_to:
            count[2] += end - max(start, covered_to)
            covered_to = end
        if certain or not reasons[at]:
            reasons[at] = reasons[at] if reasons[at] and not certain else reason
    return [(count[0], count[1], count[2], reason) for count, reason in zip(counts, reasons, strict=True)]


def _lower(text: str) -> str:
    lowered = text.lower()
    return lowered if len(lowered) == len(text) else text


def _trusted_zones(lines: Sequence[Line]) -> frozenset[str]:
    """Zones that hold little of the running text; a page whose article stands in its "aside" is misnamed."""
    if not any(line.zone for line in lines):
        return frozenset()
    mass: dict[str, int] = {}
    for line in lines:
        if line.zone and is_prose(line.text):
            mass[line.zone] = mass.get(line.zone, 0) + len(line.text)
    whole = sum(len(line.text) for line in lines if is_prose(line.text))
    return frozenset({"nav", "header", "footer", "aside"} - {z for z, size in mass.items() if size > 0.3 * whole})


@cache
def _line_rules(numbered: bool, figures: bool) -> Rules:
    """The rules for lines that open with a section's number or not, and tell of an amount or not."""
    return Rules(
        [rule for rule in noise().lines if (rule.numbered or not numbered) and not (rule.spares_figures and figures)]
    )


@cache
def _metadata_rules() -> Rules:
    return Rules(noise().metadata)


@cache
def _labels() -> re.Pattern[str]:
    words = "|".join(map(re.escape, sorted(noise().labels, key=len, reverse=True)))
    return re.compile(rf"(?:^|[\s【\[（(|])(?P<label>{words})\s*[:：｜|丨]|(?:^|\t)(?P<cell>{words})(?=\t|$)")


def _judged_alone(line: Line, known: Features) -> Verdict | None:
    """What a line's own words and its zone say."""
    if line.cells:
        return _judged_row(line, known)
    if known.kind is BlockKind.TITLE and not known.certain and not (known.zone and known.links >= _ALL_LINKS):
        return None
    if known.prose:
        return _judged_prose(line, known)
    named = _named(line.text)
    if named:
        return named
    if known.certain:
        return Verdict(known.reason)
    if known.likely and known.coverage >= (0.5 if known.likely > 1 else 0.8) and not _opens_section(line.text):
        return Verdict(known.reason)
    if known.zone:
        return Verdict(f"{known.zone} of the page")
    if known.links >= _ALL_LINKS and known.size >= 2:
        return Verdict("links")
    return None


def _judged_prose(line: Line, known: Features) -> Verdict | None:
    if _CODE.match(line.text):
        return Verdict("script left in the text")
    if known.certain >= 2 and known.coverage >= 0.1:
        return Verdict(known.reason)
    if known.certain and (known.coverage >= 0.2 or (known.size <= 2 * _LONG and known.certain + known.likely >= 2)):
        return Verdict(known.reason)
    if known.size <= 2 * _LONG and _labels().match(line.text) and len(_labels().findall(line.text)) >= 2:
        return Verdict("labels", metadata=True)
    if known.size <= 3 * _LONG and (line.text[-1] != "。" or _LABELLED.search(line.text, 0, 12)):
        reason = _metadata_rules().reason(line.text)
        if reason:
            return Verdict(reason, metadata=True)
    if known.zone in ("nav", "footer") or (known.zone and known.links > 0.5):
        return Verdict(f"{known.zone} of the page")
    return None


def _judged_row(line: Line, known: Features) -> Verdict | None:
    cells = sum(cell.end > cell.start for cell in line.cells)
    labels = len(_labels().findall(line.text))
    if labels and 2 * labels >= cells:
        return Verdict("labels", metadata=True)
    if known.zone in ("nav", "footer") or (known.links >= _ALL_LINKS and known.size > 8):
        return Verdict("links")
    return Verdict(known.reason) if known.certain and known.coverage >= 0.3 else None


def _named(text: str) -> Verdict | None:
    """A rule for whole lines that fits."""
    if len(text) > 3 * _LONG:
        return None
    if _CODE.match(text):
        return Verdict("script left in the text")
    reason = _metadata_rules().reason(text)
    if reason:
        return Verdict(reason, metadata=True)
    amount = _AMOUNT.search(text) is not None
    reason = _line_rules(_opens_section(text), amount).reason(text)
    if reason:
        return Verdict(reason)
    match = _labels().match(text)
    if (
        match
        and text[-1] not in _SAID
        and not (amount and len(_labels().findall(text)) == 1)
        and not (match.group("label") or "").startswith(("资料", "数据"))
    ):
        return Verdict("labels", metadata=True)
    return None


_SAID = "。？！?!"
"""Behind a label these end what somebody says (``记者：钱够不够用？``)."""


def _opens_section(text: str) -> bool:
    return NUMBERED.match(text) is not None and text[0] not in _BULLETS


_BULLETS = "◆●■★▶【"
_TAIL_TRIM = re.compile(r"[\s▼▲●◆■★☆【】\[\]：:—\-·…>＞»]+")
_MAX_TAIL = 30


@cache
def _tail_words() -> frozenset[str]:
    return frozenset(noise().tails)


def _tails(lines: Sequence[Line], features: Sequence[Features], verdicts: list[Verdict | None]) -> None:
    """Short lines below a line that opens a list of other pages, until running text comes, go with it."""
    left = 0
    for at, line in enumerate(lines):
        if _opens_tail(line.text, features[at]):
            verdicts[at] = verdicts[at] or Verdict("more to read")
            left = _MAX_TAIL
        elif left and not verdicts[at]:
            if features[at].prose and features[at].size > _LONG:
                left = 0
            else:
                verdicts[at] = Verdict("more to read")
                left -= 1


def _opens_tail(text: str, known: Features) -> bool:
    return known.place > 0.3 and not known.prose and _TAIL_TRIM.sub("", text) in _tail_words()


def _headlines(lines: Sequence[Line], verdicts: list[Verdict | None], features: Sequence[Features]) -> None:
    """The headlines of a newspaper's page, from the line that opens their list to the next that is noise anyway."""
    for at, line in enumerate(lines):
        if len(line.text) > 20 or _TAIL_TRIM.sub("", line.text) not in noise().headlines:
            continue
        verdicts[at] = verdicts[at] or Verdict("path or neighbours")
        end = next((other for other in range(at + 1, len(lines)) if verdicts[other]), len(lines))
        listed = range(at + 1, end)
        if end < len(lines) and len(listed) <= _MAX_TAIL and not any(features[other].prose for other in listed):
            for other in listed:
                verdicts[other] = Verdict("path or neighbours")


_OPENS = re.compile(r"[▼↓]\s*(?:广告|推广)|(?:广告|推广)\s*(?:开始)?[▼↓]")
_CLOSES = re.compile(r"[▲↑]\s*(?:广告|推广)|(?:广告|推广)\s*(?:结束)?[▲↑]")


def _advertisements(lines: Sequence[Line], verdicts: list[Verdict | None]) -> None:
    """What stands between the marks of an advertisement, at most a few lines, goes with them."""
    opened: int | None = None
    for at, line in enumerate(lines):
        if len(line.text) > 20:
            continue
        if _OPENS.search(line.text):
            opened = at
        elif opened is not None and _CLOSES.search(line.text):
            if at - opened <= 8:
                verdicts[opened : at + 1] = [Verdict("advertisement")] * (at + 1 - opened)
            opened = None


def _numbers_alone(lines: Sequence[Line], verdicts: list[Verdict | None]) -> None:
    """A bare number among other short lines is a cell of a table that was written down cell by cell, no page number."""
    for at, line in enumerate(lines):
        verdict = verdicts[at]
        if verdict and verdict.reason == PAGE_NUMBER and line.text.isdigit():
            near = [lines[other] for other in (at - 1, at + 1) if 0 <= other < len(lines)]
            if any(
                len(other.text) <= _CELL and (verdicts[other.number] is None or other.text.isdigit()) for other in near
            ):
                verdicts[at] = None


def _rows_with_bars(lines: Sequence[Line], verdicts: list[Verdict | None]) -> None:
    """Words parted by bars above a line with as many bars that stays are the head of a table, no navigation."""
    for at in range(len(lines) - 2, -1, -1):
        bars = lines[at].text.count("|")
        if not verdicts[at] or verdicts[at + 1] is not None or lines[at + 1].cells:
            continue
        if bars >= _MIN_BARS and bars == lines[at + 1].text.count("|"):
            verdicts[at] = None
