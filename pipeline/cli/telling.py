"""Promises, differences, answers and reports as they are told on the terminal."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

from pipeline.cli.options import Format, Lang
from pipeline.cli.output import print_records, print_rows
from pipeline.comparing import Names, Table, load_names
from pipeline.decimals import plain_number
from pipeline.errors import UsageError
from pipeline.store import Filters, StoredFact, open_reader

_VERDICTS = ("kept", "missed", "unclear", "not_yet_due", "no_later_figure")
_SHOWN = (
    "region_name", "indicator_zh", "level", "target", "unit_zh", "period", "verdict", "gap", "result", "result_period",
    "target_fact",
)  # fmt: skip
_EN = {"indicator_zh": "indicator", "unit_zh": "unit"}


def print_promises(
    db: Path, filters: Filters, as_of: str | None, verdicts: Sequence[str], how: Format, lang: Lang
) -> None:
    """Print the targets with their verdicts, and how many there are of each."""
    from pipeline.comparing.promises import PROMISE_COLUMNS, promises, promises_table  # noqa: PLC0415

    for word in verdicts:
        if word not in _VERDICTS:
            raise UsageError(f"--verdict {word}: one of: {', '.join(_VERDICTS)}")
    found, names, day = promises(db, filters, as_of=as_of)
    found = [promise for promise in found if not verdicts or promise.verdict in verdicts]
    table = promises_table(found, names, lang)
    if how is Format.TABLE:
        shown = tuple(_EN.get(name, name) for name in _SHOWN) if lang is Lang.EN else _SHOWN
        at = [PROMISE_COLUMNS.index(name) for name in shown[1:]]
        rows = [
            (names.region(promise.target.key.region), *(row[n] for n in at))
            for promise, row in zip(found, table.rows, strict=True)
        ]
        headings = [names.labels.heading(name, lang) for name in shown]
        if rows:
            print_rows(headings, rows, how)
        counts = Counter(promise.verdict for promise in found)
        told = ", ".join(f"{counts[word]} {word.replace('_', ' ')}" for word in _VERDICTS if counts[word])
        print(f"{len(found)} target{'' if len(found) == 1 else 's'}, as of {day}{': ' + told if told else ''}",
              file=sys.stderr)  # fmt: skip
    else:
        _print_table(table, PROMISE_COLUMNS, how)


def _print_table(table: Table, codes: Sequence[str], how: Format) -> None:
    """Print a table as CSV with its headings, or as JSON with its codes for keys."""
    print_rows(table.headings if how is Format.CSV else codes, table.rows, how)


def print_differences(before: Path, after: Path, how: Format, lang: Lang) -> None:
    """Print the differences: a line a fact that was added or is gone, and one for each field that changed."""
    from pipeline.comparing.differences import Difference, differences  # noqa: PLC0415

    names = _names(after)
    counts: Counter[str] = Counter()

    def counted() -> list[Difference]:
        found = list(differences(before, after))
        counts.update(difference.kind for difference in found)
        return found

    if how in (Format.JSON, Format.JSONL):
        records = [
            {
                "difference": d.kind,
                **d.fact.record(),
                "changes": {name: {"before": _json(old), "after": _json(new)} for name, old, new in d.changes},
            }
            for d in counted()
        ]
        print_records(records, how)
    else:
        rows = [
            (names.labels.word("difference", d.kind, lang), d.fact.id, d.fact.path, d.fact.number,
             names.region(d.fact.region), d.fact.indicator if lang is Lang.EN else d.fact.indicator_zh, field,
             _said(old), _said(new))
            for d in counted()
            for field, old, new in d.changes or (("", "", _value(d.fact)),)
        ]  # fmt: skip
        columns = ("difference", "fact", "source", "number", "region_name", "indicator", "field", "before", "after")
        if rows or how is Format.CSV:
            print_rows([names.labels.heading(column, lang) for column in columns], rows, how)
    told = ", ".join(f"{counts[kind]} {kind}" for kind in ("added", "gone", "changed"))
    print(f"{told} from {before} to {after}", file=sys.stderr)


def _names(db: Path) -> Names:
    connection = open_reader(db)
    try:
        return load_names(connection)
    finally:
        connection.close()


def _value(fact: StoredFact) -> str:
    high = "" if fact.value_high is None else f"—{fact.value_high:f}"
    return f"{fact.value:f}{high} {fact.value_unit}"


def _said(value: object) -> str:
    if isinstance(value, Decimal):
        return format(value, "f")
    return " ".join(value) if isinstance(value, tuple) else "" if value is None else str(value)


def _json(value: object) -> object:
    if isinstance(value, Decimal):
        return plain_number(value)
    return list(value) if isinstance(value, tuple) else value


def print_answer(db: Path, question: str, how: Format, lang: Lang) -> None:
    """Print how a question was understood, and the answer."""
    from pipeline.comparing.answering import answer  # noqa: PLC0415

    found = answer(db, question, lang)
    for line in found.understood:
        print(line, file=sys.stderr)
    if found.table.rows:
        if how is Format.TABLE:
            print_rows(found.table.headings, found.table.rows, how)
        else:
            _print_table(found.table, found.codes, how)
    for line in found.notes:
        print(line, file=sys.stderr)


def write_report_page(
    db: Path, filters: Filters, out: Path, title: str | None, images: Path | None, image_format: str,
    server: str | None, lang: Lang,
) -> None:  # fmt: skip
    """Write the report and say what is in it."""
    from pipeline.comparing.report import write_report  # noqa: PLC0415

    done = write_report(
        db, filters, out, title=title, images=images, image_format=image_format, server=server, lang=lang
    )
    print(f"{out}: {done.charts} charts of {done.values} values about {done.regions} regions; opens without a network")
    for path in done.images:
        print(path)
