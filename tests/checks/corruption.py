"""Sums made up at random, one digit of one number corrupted: how many are flagged, how many mended rightly."""

from __future__ import annotations

import random
from dataclasses import dataclass
from decimal import Decimal

from pipeline.checks.members import find_mends, is_exact
from pipeline.checks.source import find_sums
from pipeline.figures import Reference, find_figures, find_periods
from pipeline.model import NumberUse

_PLACES = ("城关镇", "河东镇", "青石乡", "白沙镇", "柳林乡", "平川镇")
_PURPOSES = ("校舍建设", "设备购置", "运动场改造", "信息化", "食堂改造")
_LINES = (
    "全县在校学生{total}人（小学{0}人、初中{1}人）。",
    "现有专任教师{total}人(小学{0}、初中{1}、高中{2})。",
    "全年投入{total}万元，其中{p0}{0}万元、{p1}{1}万元、{p2}{2}万元。",
    "共新增学位{total}个，其中公办{0}个、民办{1}个。",
    "五个乡镇中，三个乡镇分别建设校舍{0}平方米、{1}平方米、{2}平方米，三项合计{total}平方米。",
    "三年累计招聘教师{total}名，三年分别为{0}名、{1}名、{2}名。",
    "义务教育学生{total}人，其中小学{0}人、初中{1}人。",
    "项目总投资{total}亿元（{p0}{0}亿元、{p1}{1}亿元、{p2}{2}亿元）。",
)


@dataclass(frozen=True)
class Spoiled:
    """A line with one digit replaced: where in the line, and which digit had stood there."""

    line: str
    at: int
    digit: str


@dataclass
class Outcome:
    """What became of the spoiled lines, and of as many sound ones."""

    spoiled: int = 0
    flagged: int = 0
    single: int = 0
    mended: int = 0
    sound: int = 0
    alarms: int = 0


def make_line(draw: random.Random) -> tuple[str, list[tuple[int, int]]]:
    """A line with a sum that comes out, and the spans of its numbers."""
    pattern = draw.choice(_LINES)
    count = 3 if "{2}" in pattern else 2
    if "亿元" in pattern:
        parts = [Decimal(draw.randint(11, 990)).scaleb(-2) for _ in range(count)]
    else:
        size = draw.choice((400, 4000, 40000))
        parts = [Decimal(draw.randint(size // 20, size)) for _ in range(count)]
    words = {f"p{n}": word for n, word in enumerate(draw.sample(draw.choice((_PLACES, _PURPOSES)), 3))}
    numbers = {"total": format(sum(parts), "f"), **{str(n): format(part, "f") for n, part in enumerate(parts)}}
    line, spans = "", []
    for piece in _pieces(pattern):
        text = numbers.get(piece[1:-1], words.get(piece[1:-1], piece)) if piece.startswith("{") else piece
        if piece[1:-1] in numbers and piece.startswith("{"):
            spans.append((len(line), len(line) + len(text)))
        line += text
    return line, spans


def _pieces(pattern: str) -> list[str]:
    pieces, at = [], 0
    while at < len(pattern):
        following = pattern.find("{", at)
        end = pattern.index("}", at) + 1 if pattern[at] == "{" else following if following >= 0 else len(pattern)
        pieces.append(pattern[at:end])
        at = end
    return pieces


def spoil(line: str, spans: list[tuple[int, int]], draw: random.Random) -> Spoiled:
    """The line with one digit of one of its numbers replaced by another."""
    start, end = draw.choice(spans)
    places = [at for at in range(start, end) if line[at].isdigit()]
    at = draw.choice(places)
    first = at == start and end - start > 1 and line[start + 1] != "."
    digit = draw.choice([d for d in "0123456789" if d != line[at] and not (first and d == "0")])
    return Spoiled(line[:at] + digit + line[at + 1 :], at, line[at])


def measure(number: int, seed: int, lines_each: int = 25) -> Outcome:
    """Spoil so many lines, and hold as many sound ones beside them."""
    draw = random.Random(seed)
    outcome = Outcome()
    while outcome.spoiled < number:
        spoiled = [spoil(*make_line(draw), draw) for _ in range(min(lines_each, number - outcome.spoiled))]
        sound = [make_line(draw)[0] for _ in spoiled]
        text = "\n".join([*(each.line for each in spoiled), *sound])
        failing = [told for told in find_sums(text, (), numbers_of(text), ()) if _is_doubted(told.sum)]
        at = 0
        for each in spoiled:
            _count(outcome, each, at, failing)
            at += len(each.line) + 1
        outcome.sound += len(sound)
        outcome.alarms += sum(told.sum.total.use.start >= at for told in failing)
        outcome.spoiled += len(spoiled)
    return outcome


def _count(outcome: Outcome, spoiled: Spoiled, start: int, failing: list) -> None:
    own = [told.sum for told in failing if start <= told.sum.total.use.start < start + len(spoiled.line)]
    outcome.flagged += bool(own)
    for found in own[:1]:
        mends = find_mends(found.total, found.parts)
        if len(mends) == 1:
            member = (found.total, *found.parts)[mends[0].member]
            place = member.use.figure.start + member.at + mends[0].at
            outcome.single += 1
            outcome.mended += (place, mends[0].digit) == (start + spoiled.at, spoiled.digit)


def _is_doubted(found) -> bool:
    return not found.holds or not is_exact(found.total, found.parts)


def numbers_of(text: str) -> list[NumberUse]:
    """The numbers of a text that is clean as it is, without facts."""
    figures = find_figures(text, find_periods(text, Reference(2024, 1)))
    return [NumberUse(f.start, f.end, f.text, 0, f, f.number_class.value, f.reason) for f in figures]
