"""Answering a question: a query over the database, how it was understood, and a table."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from pipeline.comparing.names import Names, load_names
from pipeline.comparing.picking import Choice, pick_all
from pipeline.comparing.questions import Question, read_question
from pipeline.comparing.tables import Table, shown_value
from pipeline.comparing.writing import Cell
from pipeline.errors import UsageError
from pipeline.figures import Reference
from pipeline.limits import without_collecting
from pipeline.model import year_spoken_of
from pipeline.store import Filters, StoredFact, open_reader, select_facts
from pipeline.store.periods import period_bounds

_WHOLE = (None, "basic")
_LIST = (
    "region_name", "indicator_zh", "level", "value", "unit_zh", "period", "bound", "sources", "conflicts", "fact",
    "sentence",
)  # fmt: skip
_RANKED = ("rank", "region_name", "value", "unit_zh", "period", "facts", "sentence")


class Answer(NamedTuple):
    """How a question was understood, in lines; the answer as a table with the codes of its columns; what to mind."""

    understood: tuple[str, ...]
    table: Table
    codes: tuple[str, ...]
    notes: tuple[str, ...]


class _Sum(NamedTuple):
    """What stands for a region: one value, or the sum of several that don't overlap in time."""

    region: str
    value: Decimal
    period: str
    facts: tuple[StoredFact, ...]
    left_out: int


@without_collecting()
def answer(db: Path, question: str, lang: str = "zh") -> Answer:
    """The answer to a question in Chinese.

    Raises UsageError where the question names no indicator that is understood, or a region that may be several;
    StoreError where the database can't be read.
    """
    connection = open_reader(db)
    try:
        names = load_names(connection)
        (published,) = connection.execute("SELECT max(published) FROM reports").fetchone()
        reference = _reference(published)
        asked = read_question(question, reference)
        _check(asked, names)
        filters = _filters(asked)
        choices = pick_all(select_facts(connection, filters)) if asked.kind != "promises" else []
    finally:
        connection.close()
    understood = _told(asked, names, reference, lang)
    if asked.kind == "promises":
        return _promises(db, asked, filters, understood, lang)
    notes: list[str] = []
    choices = [choice for choice in choices if asked.sector in (None, choice.key.sector)]
    choices = _own(asked, choices, notes)
    if not choices:
        return Answer(understood, Table((), ()), (), ("no facts of this are in the database",))
    table, codes = _TABLES.get(asked.kind, _list)(asked, choices, names, lang, notes)
    return Answer(understood, table, codes, tuple(notes))


def _reference(published: str | None) -> Reference:
    """The moment 今年 is counted from: the latest report's."""
    if not published:
        return Reference()
    year, month = int(published[:4]), int(published[5:7]) if len(published) > 4 else None
    return Reference(year_spoken_of(year, month), 12) if month in (1, 2, 3) else Reference(year, month)


def _check(asked: Question, names: Names) -> None:
    for place in asked.open_places:
        choices = ", ".join(f"{''.join(names.regions[code])} {code}" for code in place.candidates[:6])
        raise UsageError(f"{place.text}: several regions are called so; say which: {choices}")
    if asked.kind == "everything" and asked.regions and not asked.unknown:
        return
    if asked.indicator is None or asked.doubted:
        words = "、".join(asked.unknown) or asked.text
        near = "" if asked.indicator is None else f" (the nearest indicator is {names.zh[asked.indicator]})"
        raise UsageError(
            f"not understood: {words}{near}; ask about an indicator that countyfacts indicators lists, for example: "
            "countyfacts ask 福建各区2021年以来新增学位"
        )


def _filters(asked: Question) -> Filters:
    return Filters(
        regions=asked.regions if not asked.peers else (),
        peers=asked.regions if asked.peers else (),
        peers_within=asked.peers or "prefecture",
        region_level=asked.region_level,
        indicators=(asked.indicator,) if asked.indicator else (),
        levels=(asked.level,) if asked.level else (),
        periods=asked.periods,
        status=asked.status or "actual",
        measure=None if asked.kind == "everything" else asked.measure,
        whole=True,
    )


def _told(asked: Question, names: Names, reference: Reference, lang: str) -> tuple[str, ...]:
    labels = names.labels
    regions = "、".join("".join(names.regions[code]) for code in asked.regions) or "all"
    if asked.peers:
        regions += f" and those of its level in the same {asked.peers}"
    if asked.region_level:
        regions += f", those of {asked.region_level} level"
    if asked.indicator is None:
        indicator = "all"
    else:
        indicator = asked.indicator if lang == "en" else f"{names.zh[asked.indicator]} {asked.indicator}"
    said = {
        "regions": regions,
        "indicator": indicator,
        "level": labels.word("level", asked.level, lang),
        "sector": labels.word("sector", asked.sector, lang),
        "measure": labels.word("measure", asked.measure, lang) if asked.measure != "level" else "",
        "period": " or ".join(asked.periods) + (f" (今年 is {reference.year})" if _relative(asked) else ""),
        "status": _status(asked),
        "answer": asked.kind + (f", first {asked.top}" if asked.top else ""),
        "ignored": "、".join(asked.unknown) and f"{'、'.join(asked.unknown)} (not understood)",
    }
    return tuple(f"{name + ':':11}{value}" for name, value in said.items() if value)


def _status(asked: Question) -> str:
    if asked.kind == "promises":
        return "planned against actual"
    return asked.status or "actual (nothing said: achieved only)"


def _relative(asked: Question) -> bool:
    """Whether the periods were counted from the latest report: the question names no year."""
    return bool(asked.periods) and not any(period[:4] in asked.text for period in asked.periods)


def _own(asked: Question, choices: list[Choice], notes: list[str]) -> list[Choice]:
    """The facts of the regions named themselves; where there are none, those of the regions within them."""
    if asked.region_level or asked.peers or not asked.regions:
        return [choice for choice in choices if choice.key.region is not None]
    own = [choice for choice in choices if choice.key.region in asked.regions]
    if not own and choices:
        notes.append("nothing is told of the region as a whole: these are the regions within it")
    return own or choices


def _list(
    asked: Question, choices: Sequence[Choice], names: Names, lang: str, notes: list[str]
) -> tuple[Table, tuple[str, ...]]:
    labels = names.labels
    rows = [
        (names.region(choice.key.region), choice.fact.indicator if lang == "en" else choice.fact.indicator_zh,
         labels.word("level", choice.key.level, lang), shown_value(choice.fact), _unit(choice.fact, names, lang),
         choice.key.period, labels.word("bound", choice.fact.bound, lang), choice.sources,
         len(choice.conflicts), choice.fact.id, choice.fact.sentence)
        for choice in choices
    ]  # fmt: skip
    return Table(tuple(labels.heading(code, lang) for code in _LIST), tuple(rows)), _LIST


def _unit(fact: StoredFact, names: Names, lang: str) -> str:
    return fact.value_unit if lang == "en" else names.labels.word("unit", fact.value_unit)


def _one_level(asked: Question, choices: Sequence[Choice], names: Names, lang: str, notes: list[str]) -> list[Choice]:
    """The values of one level, so that sums and ranks are of the same thing: the one told of most regions."""
    if asked.level:
        return list(choices)
    regions: dict[str | None, set[str | None]] = defaultdict(set)
    for choice in choices:
        regions[_level(choice)].add(choice.key.region)
    best = max(regions, key=lambda level: (len(regions[level]), level == "basic", str(level)))
    others = [names.labels.word("level", level, lang) for level in regions if level != best]
    if others:
        chosen = names.labels.word("level", best, lang)
        notes.append(f"only {chosen}; there are also values for {'、'.join(sorted(others))}")
    return [choice for choice in choices if _level(choice) == best]


def _level(choice: Choice) -> str:
    return "basic" if choice.key.level in _WHOLE else str(choice.key.level)


def _sums(choices: Iterable[Choice], names: Names) -> list[_Sum]:
    """What stands for each region: of a flow the sum over time, of a state or rate the latest value."""
    by_region: dict[str, list[StoredFact]] = defaultdict(list)
    for choice in choices:
        if choice.fact.value_high is None:
            by_region[str(choice.key.region)].append(choice.fact)
    found = []
    for region, facts in by_region.items():
        if names.kinds[facts[0].indicator] == "flow" and facts[0].measure == "level":
            kept = _apart(facts)
        else:
            kept = [max(facts, key=lambda fact: (period_bounds(fact.period)[1] or "", fact.period or "", fact.id))]
        total = sum((fact.value for fact in kept), Decimal(0))
        periods = "、".join(sorted({fact.period or "?" for fact in kept}))
        found.append(_Sum(region, total, periods, tuple(kept), len(facts) - len(kept)))
    return found


def _apart(facts: Sequence[StoredFact]) -> list[StoredFact]:
    """Facts whose periods don't overlap: whole spans before parts of them, so that nothing is counted twice."""

    def length(fact: StoredFact) -> tuple[object, ...]:
        start, end = period_bounds(fact.period)
        months = (int(end[:4]) - int(start[:4])) * 12 + int(end[5:7]) - int(start[5:7]) if start and end else 0
        return (-months, start or "~", fact.id)

    dated = sorted((fact for fact in facts if all(period_bounds(fact.period))), key=length)
    kept: list[StoredFact] = []
    for fact in dated:
        start, end = period_bounds(fact.period)
        if all(str(end) < str(s) or str(e) < str(start) for s, e in (period_bounds(other.period) for other in kept)):
            kept.append(fact)
    return kept or [max(facts, key=lambda fact: (fact.value, fact.id))]


def _ranked(
    asked: Question, choices: Sequence[Choice], names: Names, lang: str, notes: list[str]
) -> tuple[Table, tuple[str, ...]]:
    same = _one_level(asked, choices, names, lang, notes)
    sums = sorted(_sums(same, names), key=lambda s: (s.value if asked.kind == "lowest" else -s.value, s.region))
    levels = Counter(names.spots[s.region].level for s in sums)
    if len(levels) > 1:
        most = max(levels, key=lambda level: (levels[level], level))
        notes.append(f"only regions of {most} level; {len(sums) - levels[most]} of other levels are left out")
        sums = [s for s in sums if names.spots[s.region].level == most]
    _mind_overlaps(sums, notes)
    rows: list[tuple[Cell, ...]] = []
    for s in sums[: asked.top]:
        rank = 1 + sum(o.value < s.value if asked.kind == "lowest" else o.value > s.value for o in sums)
        rows.append((
            rank, names.region(s.region), format(s.value, "f"), _unit(s.facts[0], names, lang), s.period,
            " ".join(fact.id for fact in s.facts), s.facts[0].sentence,
        ))  # fmt: skip
    return Table(tuple(names.labels.heading(code, lang) for code in _RANKED), tuple(rows)), _RANKED


def _mind_overlaps(sums: Iterable[_Sum], notes: list[str]) -> None:
    left_out = sum(s.left_out for s in sums)
    if left_out:
        notes.append(f"{left_out} further values of the same regions overlap in time, or are older, and aren't counted")


def _total(
    asked: Question, choices: Sequence[Choice], names: Names, lang: str, notes: list[str]
) -> tuple[Table, tuple[str, ...]]:
    if names.kinds[choices[0].fact.indicator] == "rate" or asked.measure != "level":
        notes.append("rates are never added up; here they are one by one")
        return _list(asked, choices, names, lang, notes)
    table, codes = _ranked(asked._replace(top=None, kind="highest"), choices, names, lang, notes)
    total = sum((Decimal(str(row[2])) for row in table.rows), Decimal(0))
    label = "total" if lang == "en" else f"合计（{len(table.rows)}个地区）"
    row = (None, label, format(total, "f"), table.rows[0][3], None, None, None) if table.rows else ()
    return Table(table.headings, (*table.rows, row)), codes


def _grid(
    asked: Question, choices: Sequence[Choice], names: Names, lang: str, notes: list[str]
) -> tuple[Table, tuple[str, ...]]:
    """Regions and levels down, periods across."""
    periods = sorted({choice.key.period or "" for choice in choices})
    lines: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    for choice in choices:
        level = names.labels.word("level", choice.key.level, lang)
        cell = lines[names.region(choice.key.region), level]
        cell.setdefault(choice.key.period or "", shown_value(choice.fact))
    rows = [(*key, *(cells.get(period) for period in periods)) for key, cells in lines.items()]
    notes.append(f"unit: {_unit(choices[0].fact, names, lang)}")
    codes = ("region_name", "level", *(period or "none" for period in periods))
    headings = [names.labels.heading(code, lang) for code in codes[:2]]
    return Table((*headings, *codes[2:]), tuple(rows)), codes


def _standard(
    asked: Question, choices: Sequence[Choice], names: Names, lang: str, notes: list[str]
) -> tuple[Table, tuple[str, ...]]:
    """Each value beside the national standard of its level and year."""
    from pipeline.comparing.deriving import standards_for  # noqa: PLC0415 - its data files take time to load

    labels = names.labels
    rows: list[tuple[Cell, ...]] = []
    for choice in choices:
        fact = choice.fact
        for standard in standards_for(fact.indicator, fact.level, fact.period, (fact.sentence,)):
            met = fact.value >= standard.threshold if standard.lower else fact.value <= standard.threshold
            firm = fact.bound in ("exact", "approx", "nearly")
            sign = "≥" if standard.lower else "≤"
            rows.append((
                names.region(fact.region), labels.word("level", fact.level, lang), shown_value(fact),
                f"{sign}{standard.threshold}", fact.period, ("yes" if met else "no") if firm else None,
                standard.document.cited, fact.id,
            ))  # fmt: skip
    if not rows:
        notes.append("there is no national standard here for this indicator, level and year; the values themselves:")
        return _list(asked, choices, names, lang, notes)
    codes = ("region_name", "level", "value", "standard", "period", "meets", "document", "fact")
    return Table(tuple(labels.heading(code, lang) for code in codes), tuple(rows)), codes


def _promises(db: Path, asked: Question, filters: Filters, understood: tuple[str, ...], lang: str) -> Answer:
    from pipeline.comparing.promises import PROMISE_COLUMNS, NoTargets, promises, promises_table  # noqa: PLC0415 - as above

    try:
        found, names, day = promises(db, filters._replace(status=None))
    except NoTargets:
        return Answer(understood, Table((), ()), (), ("no facts of targets with a date are in the database",))
    table = promises_table(found, names, lang)
    codes = ("region_name", "level", "target", "unit_zh", "period", "verdict", "gap", "result", "result_period",
             "target_fact", "target_sentence")  # fmt: skip
    at = [PROMISE_COLUMNS.index(code) for code in codes[1:]]
    rows = tuple(
        (names.region(promise.target.key.region), *(row[n] for n in at))
        for promise, row in zip(found, table.rows, strict=True)
    )
    shown = Table(tuple(names.labels.heading(code, lang) for code in codes), rows)
    return Answer(understood, shown, codes, (f"due or not as of {day}",))


_TABLES = {
    "highest": _ranked, "lowest": _ranked, "total": _total, "compare": _grid, "series": _grid, "standard": _standard,
}  # fmt: skip
