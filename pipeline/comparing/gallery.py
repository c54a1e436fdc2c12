"""Which charts a report has: for each indicator the year told of most regions, against the standard, over the years."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from pipeline.comparing.charts import EN, ZH, Mark, Words, dots_against_standard, heat_map, ranked_bars, series_lines
from pipeline.comparing.deriving import FIRM, standards_for
from pipeline.comparing.names import Names
from pipeline.comparing.picking import Choice
from pipeline.comparing.series import Series, series_of
from pipeline.comparing.tables import shown_value
from pipeline.resources.comparison import LESS, Standard, direction
from pipeline.store import StoredFact

_FEWEST = 2
"""Regions or years that a chart must have to say anything."""
_MOST_GROUPS = 12
_MOST_STANDARDS = 8
"""Further groups that are charted, as there is a national standard for them."""
_MOST_REGIONS = 40
_MOST_COLUMNS = 20
_MOST_SERIES = 6
_MOST_LINES = 8
_SIGNS = {"approx": "≈", "nearly": "<≈", "over": ">", "at_least": "≥", "at_most": "≤"}


class Drawn(NamedTuple):
    """A chart: a name for files, its title, its Vega-Lite specification and the facts that its marks show."""

    name: str
    title: str
    specification: dict[str, Any]
    facts: tuple[StoredFact, ...]


class _Group(NamedTuple):
    """Values that can be held against each other: one indicator, level, sector, status and period."""

    indicator: str
    level: str | None
    sector: str | None
    status: str
    period: str
    facts: tuple[StoredFact, ...]


def draw(choices: Sequence[Choice], names: Names, link: Callable[[StoredFact], str], lang: str = "zh") -> list[Drawn]:
    """The charts of the values picked, the heat map first. ``link`` gives where a mark of a fact leads to.

    Charted are levels of whole regions; of each indicator the period and the level of regions told most often.
    """
    words = EN if lang == "en" else ZH
    maker = _Maker(names, link, words, lang)
    groups = _groups(choices, names)
    drawn = []
    if groups:
        drawn.append(maker.heat(groups[:_MOST_COLUMNS]))
    further = [group for group in groups[_MOST_GROUPS:] if _standards(group)]
    charted = [*groups[:_MOST_GROUPS], *further[:_MOST_STANDARDS]]
    for number, group in enumerate(charted, 1):
        drawn += maker.group(group, number)
    lines: dict[tuple[object, ...], list[Series]] = defaultdict(list)
    for line in series_of(choices, names):
        if line.column.measure == "level":
            lines[line.column, line.status].append(line)
    longest = sorted(lines.values(), key=lambda found: -len(found))[:_MOST_SERIES]
    drawn += [maker.series(found, number) for number, found in enumerate(longest, 1)]
    return drawn


def _groups(choices: Sequence[Choice], names: Names) -> list[_Group]:
    """One group an indicator, level and sector: of the period told of most regions, the latest of several such."""
    found: dict[tuple[str, str | None, str | None, str], dict[str, list[StoredFact]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for choice in choices:
        key, fact = choice.key, choice.fact
        if key.region and key.period and fact.scope is None and key.measure == "level" and fact.bound != "range":
            found[key.indicator, key.level, key.sector, key.status][key.period].append(fact)
    groups = []
    for head, periods in found.items():
        best = max(periods, key=lambda period: (len(periods[period]), period))
        facts = _same_level(periods[best], names)
        if len(facts) >= _FEWEST:
            groups.append(_Group(*head, best, tuple(facts)))
    place = {code: number for number, code in enumerate(names.indicators)}
    return sorted(groups, key=lambda g: (-len(g.facts), place[g.indicator], g.level or "", g.sector or "", g.status))


def _same_level(facts: Sequence[StoredFact], names: Names) -> list[StoredFact]:
    """Those of the level of regions (county, prefecture, province) that most are of."""
    levels = Counter(names.spots[str(fact.region)].level for fact in facts)
    most = max(levels, key=lambda level: (levels[level], level))
    return [fact for fact in facts if names.spots[str(fact.region)].level == most]


def _standards(group: _Group) -> list[Standard]:
    return standards_for(group.indicator, group.level, group.period, [fact.sentence for fact in group.facts])


class _Maker:
    """What all charts of a report share."""

    def __init__(self, names: Names, link: Callable[[StoredFact], str], words: Words, lang: str) -> None:
        self._names, self._link, self._words, self._lang = names, link, words, lang

    def heat(self, groups: Sequence[_Group]) -> Drawn:
        """Regions by indicators; the regions with most values first."""
        firm = [(group, [fact for fact in group.facts if fact.bound in FIRM]) for group in groups]
        told = Counter(str(fact.region) for _, facts in firm for fact in facts)
        rows = [region for region, _ in sorted(told.items(), key=lambda item: (-item[1], item[0]))[:_MOST_REGIONS]]
        marks, facts = [], []
        for group, members in firm:
            values = [fact.value for fact in members]
            less = direction(group.indicator) == LESS
            for fact in sorted(members, key=lambda fact: rows.index(str(fact.region)) if fact.region in rows else -1):
                if fact.region in rows:
                    behind = sum(value > fact.value if less else value < fact.value for value in values)
                    equal = values.count(fact.value)
                    share = (behind + equal / 2) / len(values) * 100
                    column = f"{self._name(group)} {group.period}"
                    marks.append(self._mark(fact, column)._replace(share=round(share, 2)))
                    facts.append(fact)
        order = {self._names.region(region): number for number, region in enumerate(rows)}
        marks.sort(key=lambda mark: order[mark.region])
        title = "regions by indicators" if self._lang == "en" else "地区 × 指标"
        return Drawn("heat-map", title, heat_map(title, marks, self._words), tuple(facts))

    def group(self, group: _Group, number: int) -> list[Drawn]:
        """A ranking, and where there is a national standard, the distance from it."""
        less = direction(group.indicator) == LESS
        facts = sorted(group.facts, key=lambda fact: (fact.value if less else -fact.value, str(fact.region)))
        unit = self._unit(facts[0])
        title = f"{self._name(group)} {group.period}"
        if group.status == "planned":
            title += f" ({self._names.labels.word('status', group.status, self._lang)})"
        shown = facts[:_MOST_REGIONS]
        marks = [self._mark(fact, "") for fact in shown]
        drawn = [Drawn(f"rank-{number:02}-{group.indicator}", title, ranked_bars(title, unit, marks, self._words),
                       tuple(shown))]  # fmt: skip
        for standard in _standards(group)[:1]:
            held = [
                fact for fact in shown
                if fact.bound in FIRM and (not standard.words or any(word in fact.sentence for word in standard.words))
            ]  # fmt: skip
            if not held:
                continue
            meets, misses = self._words.meets
            marks = [
                self._mark(fact, "")._replace(
                    meets=meets if (fact.value >= standard.threshold) == standard.lower
                    or fact.value == standard.threshold else misses
                )
                for fact in held
            ]  # fmt: skip
            sign = "≥" if standard.lower else "≤"
            cited = standard.document.number or (
                standard.document.en if self._lang == "en" else standard.document.zh
            )  # fmt: skip
            name = f"{self._words.standard} {sign}{standard.threshold} {cited}"
            heading = f"{title} · {self._words.standard}"
            chart = dots_against_standard(heading, unit, marks, float(standard.threshold), name, self._words)
            drawn.append(Drawn(f"standard-{number:02}-{group.indicator}", heading, chart, tuple(held)))
        return drawn

    def series(self, lines: Sequence[Series], number: int) -> Drawn:
        """One indicator over the years, a line a region."""
        kept = sorted(lines, key=lambda line: (-len(line.points), line.region))[:_MOST_LINES]
        marks, facts = [], []
        for line in kept:
            for year, fact in line.points.items():
                marks.append(self._mark(fact, "")._replace(year=year))
                facts.append(fact)
        first = facts[0]
        group = _Group(first.indicator, first.level, first.sector, first.status, "", ())
        over = "over the years" if self._lang == "en" else "历年"
        title = f"{self._name(group)} · {over}"
        if first.status == "planned":
            title += f" ({self._names.labels.word('status', first.status, self._lang)})"
        chart = series_lines(title, self._unit(first), marks, self._words)
        return Drawn(f"series-{number:02}-{first.indicator}", title, chart, tuple(facts))

    def _mark(self, fact: StoredFact, column: str) -> Mark:
        sign = _SIGNS.get(fact.bound, "")
        return Mark(
            self._names.region(fact.region), column, float(fact.value),
            f"{sign}{_grouped(shown_value(fact))} {self._unit(fact)}", fact.period or "", fact.sentence,
            self._link(fact),
        )  # fmt: skip

    def _name(self, group: _Group) -> str:
        labels = self._names.labels
        name = group.indicator if self._lang == "en" else self._names.zh[group.indicator]
        details = [labels.word("sector", group.sector, self._lang), labels.word("level", group.level, self._lang)]
        return "·".join([name, *(detail for detail in details if detail)])

    def _unit(self, fact: StoredFact) -> str:
        return fact.value_unit if self._lang == "en" else self._names.labels.word("unit", fact.value_unit)


def _grouped(text: str) -> str:
    """A number with its thousands set apart; anything else as it is."""
    whole, point, rest = text.partition(".")
    return f"{int(whole):,}{point}{rest}" if whole.lstrip("-").isdigit() else text
