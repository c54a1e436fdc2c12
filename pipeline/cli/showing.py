"""Facts, paragraphs and indicators as they are printed."""

from __future__ import annotations

import sys
from decimal import Decimal
from pathlib import Path

from pipeline.cli.options import Format, Lang
from pipeline.cli.output import print_records, print_rows
from pipeline.limits import without_collecting
from pipeline.store import Filters, Labels, Shown, StoredFact, load_labels, open_reader, search, select_facts, show

_AROUND = 90
"""Characters shown on either side of a number in a long line."""

_CLAUSE = 16
"""Characters of the sentence shown on either side of a number in a table."""

_HEADINGS = {
    Lang.ZH: ("编号 id", "地区 region", "指标 indicator", "数值 value", "时期 period", "学段 level", "状态 status",
              "范围 scope", "原句 sentence"),
    Lang.EN: ("id", "region", "indicator", "value", "period", "level", "status", "scope", "sentence"),
}  # fmt: skip
_BOUND_SIGNS = {
    "approx": "~", "nearly": "<~", "over": ">", "at_least": ">=", "at_most": "<=", "exact": "", "range": "",
}  # fmt: skip


@without_collecting()
def print_facts(db: Path, filters: Filters, how: Format, lang: Lang) -> None:
    """Print the facts that pass the filters."""
    connection = open_reader(db)
    try:
        labels = load_labels(connection)
        found = select_facts(connection, filters)
        if how in (Format.JSON, Format.JSONL):
            print_records((fact.record() for fact in found), how)
            return
        if how is Format.CSV:
            print_rows(_FLAT_HEADINGS, map(_flat, found), how)
            return
        rows = [_row(fact, labels, lang) for fact in found]
    finally:
        connection.close()
    if rows:
        used = [n for n in range(len(_HEADINGS[lang])) if any(row[n] for row in rows)]
        print_rows([_HEADINGS[lang][n] for n in used], [[row[n] for n in used] for row in rows], how)
    count = f"{len(rows)} fact{'' if len(rows) == 1 else 's'}"
    more = f"; at most {filters.limit} are shown" if filters.limit == len(rows) else ""
    print(f"{count}{more}", file=sys.stderr)


def print_fact(db: Path, fact_id: str, lang: Lang) -> None:
    """Print one fact with all that is known of it."""
    shown = show(db, fact_id)
    connection = open_reader(db)
    try:
        labels = load_labels(connection)
    finally:
        connection.close()
    for line in fact_lines(shown, labels, lang):
        print(line)


def fact_lines(shown: Shown, labels: Labels, lang: str) -> list[str]:
    """A fact as lines of text: what it says, how sure that is, where it stands."""
    from pipeline.cli.inspecting import LineIndex  # noqa: PLC0415 - the others do without the records

    fact = shown.fact
    lines = LineIndex(shown.layer)
    line, column = lines.place(fact.start)
    place = f"{fact.path}, line {line}, column {column}" + (f", {fact.locator}" if fact.locator else "")
    name = fact.indicator if lang == Lang.EN else f"{fact.indicator_zh} {fact.indicator}"
    fields = [
        ("fact", fact.id),
        ("indicator", name),
        ("covers", shown.indicator_about or "what its name says"),
        ("value", f"{_value(fact, labels, lang)}, {_both(labels, 'bound', fact.bound, lang)}"),
        ("measure", _both(labels, "measure", fact.measure, lang)),
        ("region", _region(fact, labels, lang)),
        ("period", fact.period or "not told"),
        ("level", _both(labels, "level", fact.level, lang) or "not told"),
        ("sector", _both(labels, "sector", fact.sector, lang) or "not told"),
        ("scope", fact.scope or "the whole region"),
        ("status", _both(labels, "status", fact.status, lang)),
        ("confidence", f"{fact.confidence:.2f}"),
        ("flags", ", ".join(fact.flags) or "none"),
        *_flag_fields(shown, lang),
        ("report", " ".join(part for part in (fact.report_title, fact.report_published) if part) or "without a title"),
        ("number", fact.number.replace("\n", "⏎")),
        ("sentence", fact.sentence),
        ("place", place),
        *((name, shown.hints[name]) for name in ("address", "fetched") if name in shown.hints),
        ("characters", f"{fact.start} to {fact.end} of the text layer"),
    ]
    if shown.repairs:
        told = ", ".join(f"{before or 'nothing'} read as {after}" for before, after in shown.repairs)
        fields.append(("repaired", f"{told}, in a number that was damaged"))
    if shown.duplicates:
        fields.append(("copies", ", ".join(shown.duplicates)))
    others = [path for path in shown.paths if path != fact.path]
    if others:
        fields.append(("also in", ", ".join(others)))
    out = [f"{title:<11} {value}" for title, value in fields]
    return [*out, "", *_surroundings(shown.layer, fact.start, fact.end)]


def _flag_fields(shown: Shown, lang: str) -> list[tuple[str, str]]:
    """What the checks found, in words, and what a person decided."""
    fields: list[tuple[str, str]] = []
    if shown.flags:
        from pipeline.checks import flag_name, flag_text  # noqa: PLC0415 - loads the rules

        tongue = "en" if lang == Lang.EN else "zh"
        for flag in shown.flags:
            settled = " (settled)" if flag.settled else ""
            name = f"{flag_name(flag.code, tongue)} {flag.code}" if tongue == "zh" else flag.code
            others = f" [{', '.join(flag.others)}]" if flag.others else ""
            fields.append((flag.severity, f"{name}{settled}: {flag_text(flag.code, flag.data, tongue)}{others}"))
    if shown.decision is not None:
        action, who, when, why = shown.decision
        fields.append(("decided", f"{action} by {who}, {when}{f': {why}' if why else ''}"))
    return fields


def print_found(db: Path, words: str, limit: int, how: Format) -> None:
    """Print the paragraphs that have the words."""
    found = search(db, words, limit=limit)
    if how is Format.TABLE:
        headings = ("source", "region", "facts", "text")
        rows = [(f.path, f.region_name, f.facts, _excerpt(f.text, words)) for f in found]
        if rows:
            print_rows(headings, rows, how)
        print(f"{len(rows)} paragraph{'' if len(rows) == 1 else 's'}", file=sys.stderr)
        return
    columns = ("source", "report", "title", "region_name", "paragraph", "text", "facts")
    print_rows(columns, [(f.path, f.report, f.title, f.region_name, f.paragraph, f.text, f.facts) for f in found], how)


def print_indicators(how: Format, lang: Lang) -> None:
    """Print the catalogue."""
    from pipeline.resources.catalogue import load_catalogue  # noqa: PLC0415 - the others do without
    from pipeline.resources.units import unit_name_zh  # noqa: PLC0415

    entries = load_catalogue().indicators.values()
    if lang is Lang.EN:
        print_rows(("indicator", "unit", "kind", "about"), [(i.code, i.unit, i.kind, i.about) for i in entries], how)
        return
    headings = ("指标 indicator", "代码 code", "单位 unit", "类型 kind", "口径 about")
    rows = [(i.zh, i.code, f"{unit_name_zh(i.unit)} {i.unit}", i.kind, i.about) for i in entries]
    print_rows(headings, rows, how)


def _row(fact: StoredFact, labels: Labels, lang: str) -> tuple[object, ...]:
    if lang == Lang.EN:
        region, indicator = fact.region or "", fact.indicator
    else:
        region = f"{fact.region_name or ''} {fact.region or ''}".strip()
        indicator = f"{fact.indicator_zh} {fact.indicator}"
    if fact.measure != "level":
        indicator += f" ({labels.word('measure', fact.measure, lang)})"
    return (
        fact.id, region, indicator, _value(fact, labels, lang), fact.period, labels.word("level", fact.level, lang),
        labels.word("status", fact.status, lang), fact.scope, _clause(fact),
    )  # fmt: skip


_FLAT_HEADINGS = (
    "id", "source", "report", "indicator", "indicator_zh", "value", "value_high", "unit", "measure", "bound",
    "status", "period", "level", "sector", "region", "region_name", "region_basis", "number", "scope", "start",
    "end", "locator", "sentence", "confidence", "flags",
)  # fmt: skip


def _flat(fact: StoredFact) -> tuple[object, ...]:
    """A fact as a row of CSV: the exact decimal, flags in one cell."""
    return (
        fact.id, fact.path, fact.report, fact.indicator, fact.indicator_zh, format(fact.value, "f"),
        None if fact.value_high is None else format(fact.value_high, "f"), fact.unit, fact.measure, fact.bound,
        fact.status, fact.period, fact.level, fact.sector, fact.region, fact.region_name, fact.region_basis,
        fact.number, fact.scope, fact.start, fact.end, fact.locator, fact.sentence, fact.confidence,
        " ".join(fact.flags),
    )  # fmt: skip


def _value(fact: StoredFact, labels: Labels, lang: str) -> str:
    unit = labels.word("unit", fact.value_unit, lang)
    value = _grouped(fact.value)
    if fact.value_high is not None:
        value += f"–{_grouped(fact.value_high)}"
    return f"{_BOUND_SIGNS[fact.bound]}{value}{' ' if unit[:1].isalpha() else ''}{unit}"


def _grouped(value: Decimal) -> str:
    return f"{value:,f}"


def _region(fact: StoredFact, labels: Labels, lang: str) -> str:
    told = labels.names["region_basis"][fact.region_basis][1]
    if fact.region is None:
        return told
    name = fact.region if lang == Lang.EN else f"{fact.region_name} {fact.region}"
    evidence = f": {'; '.join(fact.region_evidence)}" if fact.region_evidence else ""
    return f"{name} ({told}{evidence})"


def _both(labels: Labels, kind: str, code: str | None, lang: str) -> str:
    if code is None or lang == Lang.EN:
        return code or ""
    return f"{labels.word(kind, code)} {code}"


def _surroundings(layer: str, start: int, end: int) -> list[str]:
    """The lines around a number, the number marked; long lines are cut."""
    first = layer.rfind("\n", 0, start) + 1
    last = layer.find("\n", end)
    last = len(layer) if last == -1 else last
    number = layer.count("\n", 0, first) + 1
    before = layer[max(0, first - 1 - _AROUND * 2) : max(0, first - 1)].rpartition("\n")[2] if first else None
    after = layer[last + 1 : last + 1 + _AROUND].partition("\n")[0] if last < len(layer) else None
    head, tail = layer[first:start], layer[end:last]
    head = "…" + head[-_AROUND:] if len(head) > _AROUND else head
    tail = tail[:_AROUND] + "…" if len(tail) > _AROUND else tail
    marked = f"{head}【{layer[start:end]}】{tail}".split("\n")
    rows = [(number - 1, " ", before)] if before is not None else []
    rows += [(number + n, ">", line) for n, line in enumerate(marked)]
    rows += [(number + len(marked), " ", after)] if after is not None else []
    digits = len(str(rows[-1][0]))
    return [f"{sign} {n:>{digits}} | {_tidy(text or '')}" for n, sign, text in rows]


def _tidy(text: str) -> str:
    shown = "".join(c if c.isprintable() else " " for c in text)
    return shown if len(shown) <= 3 * _AROUND else shown[: 3 * _AROUND] + "…"


def _clause(fact: StoredFact) -> str:
    """The words around the number in its sentence."""
    at = fact.sentence.find(fact.number)
    if at < 0:
        return fact.sentence
    begin, end = max(0, at - _CLAUSE), at + len(fact.number) + _CLAUSE
    return ("…" if begin else "") + fact.sentence[begin:end] + ("…" if end < len(fact.sentence) else "")


def _excerpt(text: str, words: str) -> str:
    """The stretch of a paragraph where the first word is that occurs in it as it was typed."""
    at = next((found for word in words.split() if (found := text.find(word)) >= 0), 0)
    begin = max(0, at - 30)
    return ("…" if begin else "") + text[begin : begin + 120] + ("…" if begin + 120 < len(text) else "")
