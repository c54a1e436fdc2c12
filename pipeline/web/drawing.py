"""Charts as SVG: columns by year, values along a line, courses over time. Each mark leads to what it stands for."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from markupsafe import Markup, escape

MOST_DOTS = 600
"""Values drawn each by itself; more of them are drawn as columns."""


class Mark(NamedTuple):
    """A value in a chart: where it leads, and what is told of it when it is pointed at."""

    value: float
    href: str
    title: str
    x: float = 0.0
    planned: bool = False


_DIGIT = 7.5
"""The width of a digit of the labels, in pixels: labels at the edges are moved inside."""


class Scale(NamedTuple):
    """A stretch of numbers laid on a stretch of the page."""

    low: float
    high: float
    start: float
    end: float

    def at(self, value: float) -> float:
        """Where a number comes to lie."""
        share = (value - self.low) / (self.high - self.low) if self.high > self.low else 0.5
        return round(self.start + share * (self.end - self.start), 1)


def columns(marks: Sequence[Mark], labels: Sequence[str], *, title: str, width: int = 720, height: int = 170) -> Markup:
    """A column for each mark, named below; every so many names are left out where they would touch."""
    if not marks:
        return Markup("")
    scale = Scale(0, max(mark.value for mark in marks), height - 24, 18)
    step = width / len(marks)
    every = max(1, math.ceil(34 / step))
    parts: list[Markup] = []
    for number, (mark, label) in enumerate(zip(marks, labels, strict=True)):
        left, top = number * step, scale.at(mark.value)
        column = Markup('<rect class="column" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}"/>').format(
            left + 1, top, max(1.0, step - 2), height - 24 - top
        )
        words = Markup("")
        if number % every == 0:
            words = Markup('<text x="{:.1f}" y="{}" text-anchor="middle">{}</text>').format(
                left + step / 2, height - 8, label
            )
        if every == 1 and 7.5 * len(f"{mark.value:,.0f}") < step:
            words += Markup('<text class="value" x="{:.1f}" y="{:.1f}" text-anchor="middle">{:,.0f}</text>').format(
                left + step / 2, top - 5, mark.value
            )
        parts.append(_linked(mark, column + words))
    return _svg(parts, title, width, height)


def strip(
    marks: Sequence[Mark], *, title: str, unit: str, lines: Iterable[tuple[float, str]] = (), width: int = 720
) -> Markup:
    """Values along a line, equal or near ones piled up; the middle half is shaded, the median marked.

    ``lines`` are values marked across, with their names: a standard, or a region among the others.
    """
    named = list(lines)
    values = sorted([mark.value for mark in marks] + [value for value, _ in named])
    if not marks:
        return Markup("")
    radius = 4 if len(marks) <= 400 else 2
    scale = Scale(*_padded(values[0], values[-1]), 16, width - 16)
    piles: dict[int, int] = {}
    placed: list[tuple[Mark, int, int]] = []
    for mark in sorted(marks, key=lambda mark: mark.value):
        slot = round(scale.at(mark.value) / (2 * radius))
        piles[slot] = piles.get(slot, -1) + 1
        placed.append((mark, slot * 2 * radius, piles[slot]))
    highest = max(piles.values(), default=0) + 1
    pitch = min(2 * radius, 150 / highest)
    room = 26
    bottom = room + highest * pitch + 12
    own = sorted(mark.value for mark in marks)
    first, middle, third = (_quantile(own, share) for share in (0.25, 0.5, 0.75))
    parts = [
        Markup('<rect class="middle" x="{}" y="{}" width="{:.1f}" height="{:.1f}"/>').format(
            scale.at(first), room, max(1.0, scale.at(third) - scale.at(first)), bottom - room
        ),
        Markup('<line class="median" x1="{0}" x2="{0}" y1="{1}" y2="{2:.1f}"/>').format(scale.at(middle), room, bottom),
    ]
    if len(marks) > MOST_DOTS:
        for slot, count in sorted(piles.items()):
            pile = Markup('<rect class="column" x="{}" y="{:.1f}" width="{}" height="{:.1f}"><title>{}</title></rect>')
            height = (count + 1) * pitch
            parts.append(pile.format((slot - 0.5) * 2 * radius, bottom - height, 2 * radius - 1, height, count + 1))
    else:
        for mark, x, level in placed:
            dot = Markup('<circle class="dot" cx="{}" cy="{:.1f}" r="{}"/>')
            parts.append(_linked(mark, dot.format(x, bottom - 6 - level * pitch, radius)))
    for value, name in named:
        at = scale.at(value)
        anchor = "end" if at > width / 2 else "start"
        parts.append(
            Markup(
                '<line class="standard" x1="{0}" x2="{0}" y1="14" y2="{1:.1f}"/>'
                '<text class="standard-name" x="{2}" y="11" text-anchor="{3}">{4}</text>'
            ).format(at, bottom, at, anchor, name)
        )
    parts += _axis(scale, bottom, unit)
    return _svg(parts, title, width, int(bottom) + 26)


def series(marks: Sequence[Mark], *, title: str, width: int = 340, height: int = 150) -> Markup:
    """A course over time: achieved values joined, planned ones hollow; ``x`` of a mark is its year."""
    years = sorted({int(mark.x) for mark in marks})
    low, high = _padded(min(mark.value for mark in marks), max(mark.value for mark in marks))
    if low > 0 and low < 0.6 * high:
        low = 0.0
    across, up = Scale(years[0], years[-1], 34, width - 34), Scale(low, high, height - 28, 22)
    achieved = [mark for mark in marks if not mark.planned]
    parts = [
        Markup('<line class="axis" x1="10" x2="{}" y1="{}" y2="{}"/>').format(width - 10, height - 24, height - 24)
    ]
    if len(achieved) > 1:
        points = " ".join(f"{across.at(mark.x)},{up.at(mark.value)}" for mark in achieved)
        parts.append(Markup('<polyline class="line" points="{}"/>').format(points))
    every = max(1, math.ceil(len(years) * 40 / width))
    for number, year in enumerate(years):
        if number % every == 0:
            parts.append(
                Markup('<text x="{}" y="{}" text-anchor="middle">{}</text>').format(across.at(year), height - 8, year)
            )
    for mark in marks:
        kind = "point planned" if mark.planned else "point"
        words = f"{mark.value:,.10g}"
        below = mark.planned and any(other.x == mark.x and other.value >= mark.value for other in achieved)
        y = up.at(mark.value)
        half = len(words) * _DIGIT / 2
        x = min(max(across.at(mark.x), half), width - half)
        parts.append(
            _linked(
                mark,
                Markup(
                    '<circle class="{}" cx="{}" cy="{}" r="4.5"/><text class="value" x="{}" y="{:.1f}" '
                    'text-anchor="middle">{}</text>'
                ).format(kind, across.at(mark.x), y, round(x, 1), y + 17 if below else y - 9, words),
            )
        )
    return _svg(parts, title, width, height)


def bar(share: float) -> Markup:
    """A bar for a table cell, ``share`` (0 to 1) of its width."""
    length = max(0.4, min(100.0, 100 * share))
    return Markup(
        '<svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true" focusable="false">'
        '<rect x="0" y="0" width="{:.2f}" height="10"/></svg>'
    ).format(length)


def nice_ticks(low: float, high: float, count: int = 5) -> list[float]:
    """Round numbers between two numbers, about ``count`` of them."""
    if high <= low:
        return [low]
    raw = (high - low) / max(1, count)
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(step * power for step in (1, 2, 2.5, 5, 10) if step * power >= raw)
    first = math.ceil(low / step)
    return [number * step for number in range(first, math.floor(high / step) + 1)]


def _axis(scale: Scale, y: float, unit: str) -> list[Markup]:
    parts = [
        Markup('<line class="axis" x1="{}" x2="{}" y1="{:.1f}" y2="{:.1f}"/>').format(scale.start, scale.end, y, y)
    ]
    ticks = nice_ticks(scale.low, scale.high)
    for tick in ticks:
        parts.append(
            Markup('<text x="{}" y="{:.1f}" text-anchor="middle">{}{}</text>').format(
                scale.at(tick), y + 16, f"{tick:,.10g}", f" {unit}" if tick == ticks[-1] else ""
            )
        )
    return parts


def _padded(low: float, high: float) -> tuple[float, float]:
    """A little more than the stretch of the values, and never nothing."""
    if high == low:
        slack = abs(high) * 0.1 or 1.0
        return low - slack, high + slack
    slack = (high - low) * 0.04
    return (0.0 if 0 <= low < slack * 5 else low - slack), high + slack


def _quantile(ordered: Sequence[float], share: float) -> float:
    at = share * (len(ordered) - 1)
    low = math.floor(at)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (at - low)


def _linked(mark: Mark, inner: Markup) -> Markup:
    return Markup('<a href="{}"><title>{}</title>{}</a>').format(mark.href, mark.title, inner)


def _svg(parts: Iterable[Markup], title: str, width: int, height: int) -> Markup:
    return Markup(
        '<svg class="chart" viewBox="0 0 {} {}" width="{}" height="{}" role="group" aria-label="{}">{}</svg>'
    ).format(width, height, width, height, escape(title), Markup("").join(parts))
