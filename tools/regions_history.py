"""Former units from yearly lists: when each stood, and what became of it.

A *unit* here is a code with a name. Between two lists of the Ministry some units go and others come; what came of one
that went is told by code and name alone, in this order:

1. the same name under another code in the same province, or in 重庆 and 海南 when they left 四川 and 广东;
2. the same stem in the same prefecture, then in the province (昌平县 -> 昌平区), at the same level;
3. another name under the same code, if it came in the same list (襄樊市 -> 襄阳市);
4. a county of one character that became a 州 (通县 -> 通州区, 霸县 -> 霸州市);
5. the only one that went and the only one that came in a prefecture, or for prefectures in a province;
6. a unit that stays, with the same stem in the same prefecture (the two became one), then a prefecture of that stem.

What became of it may go later in turn: the chain is followed to a unit of today.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache

Unit = tuple[str, str]
SPLIT_OFF = {"51": "50", "44": "46"}
"""重庆 left 四川 in 1997, 海南 left 广东 in 1988."""


@dataclass(frozen=True)
class Span:
    """The first and the last list that holds a unit, as YYYYMM; ``gone`` is the first list behind that lacks it."""

    first: int
    last: int
    gone: int | None


@dataclass(frozen=True)
class Change:
    """What came and went between two lists, by level; ``untold``: what has nothing in common with the other side."""

    came: dict[str, list[Unit]]
    went_untold: dict[str, list[Unit]]
    came_untold: dict[str, list[Unit]]
    stayed: set[Unit]


class History:
    """The lists in order, and the units that came and went."""

    def __init__(self, lists: dict[int, set[Unit]], stem: Callable[[str], str], level: Callable[[str], str]) -> None:
        """``lists`` by YYYYMM, the last of them today's."""
        self.lists = lists
        self.dates = sorted(lists)
        self.today = lists[self.dates[-1]]
        self._stem = cache(stem)
        self._changes: dict[tuple[int, int], Change] = {}
        self._level = level

    def spans(self) -> dict[Unit, Span]:
        """When each unit stood."""
        found: dict[Unit, Span] = {}
        for date, later in zip(self.dates, [*self.dates[1:], None], strict=True):
            for unit in self.lists[date]:
                found[unit] = Span(found[unit].first if unit in found else date, date, later)
        return found

    def successor(self, unit: Unit, span: Span, said: Callable[[Unit], str | None]) -> str:
        """Today's code of a unit that went, or "" where code and name don't tell. ``said`` tells what is known of a
        unit before anything is looked for."""
        seen = {unit}
        while unit not in self.today:
            told = said(unit)
            if told is not None:
                return told
            if span.gone is None:
                return ""
            following = self._next(unit, span.last, span.gone)
            if following is None or following in seen:
                return ""
            seen.add(following)
            unit, span = following, self._span_from(following, span.gone)
        return unit[0]

    def _span_from(self, unit: Unit, date: int) -> Span:
        last = date
        for later in self.dates:
            if later > date:
                if unit not in self.lists[later]:
                    return Span(date, last, later)
                last = later
        return Span(date, last, None)

    def _next(self, unit: Unit, last: int, gone: int) -> Unit | None:
        change = self._change(last, gone)
        code, name = unit
        level, stem = self._level(code), self._stem(name)
        provinces = (code[:2], SPLIT_OFF.get(code[:2], code[:2]))
        reach = 2 if level == "prefecture" else 4

        def only(units: Iterable[Unit], digits: int) -> Unit | None:
            heads = {code[:digits], *(p for p in provinces if digits == 2)}
            near = [u for u in units if u[0][:digits] in heads]
            return near[0] if len(near) == 1 else None

        came = change.came.get(level, ())
        by_name = [u for u in came if u[1] == name]
        by_stem = [u for u in came if self._stem(u[1]) == stem]
        states = [u for u in came if len(name) == 2 and u[1][:-1] == name[0] + "州"]
        alone = only(change.went_untold.get(level, ()), reach) == unit
        stayed = [u for u in change.stayed if self._level(u[0]) == level and self._stem(u[1]) == stem]
        above = [u for u in self.lists[gone] if self._level(u[0]) == "prefecture" and self._stem(u[1]) == stem]
        return (
            only(by_name, 4)
            or only(by_name, 2)
            or only(by_stem, 4)
            or only(by_stem, 2)
            or next((u for u in came if u[0] == code), None)
            or only(states, 2)
            or (only(change.came_untold.get(level, ()), reach) if alone else None)
            or only(stayed, 4)
            or only(above, 2)
        )

    def _change(self, last: int, gone: int) -> Change:
        if (last, gone) not in self._changes:
            before, after = self.lists[last], self.lists[gone]
            went, came = self._by_level(before - after), self._by_level(after - before)
            untold = {level: self._untold(units, went.get(level, [])) for level, units in came.items()}
            lost = {level: self._untold(units, came.get(level, [])) for level, units in went.items()}
            self._changes[last, gone] = Change(came, lost, untold, after & before)
        return self._changes[last, gone]

    def _by_level(self, units: Iterable[Unit]) -> dict[str, list[Unit]]:
        found: dict[str, list[Unit]] = {}
        for unit in sorted(units):
            found.setdefault(self._level(unit[0]), []).append(unit)
        return found

    def _untold(self, units: Iterable[Unit], others: Iterable[Unit]) -> list[Unit]:
        """The units of one side of a change that have neither stem nor code with one of the other side in common."""
        known = {(self._stem(u[1]), u[0][:2]) for u in others} | {("", u[0]) for u in others}
        return [u for u in units if (self._stem(u[1]), u[0][:2]) not in known and ("", u[0]) not in known]
