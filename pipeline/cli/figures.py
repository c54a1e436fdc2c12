"""Figures as they are printed: each by itself, or those without an indicator by what they count."""

from __future__ import annotations

import sys
from collections import Counter
from decimal import Decimal
from pathlib import Path

from pipeline.cli.options import Format, Lang
from pipeline.cli.output import print_rows
from pipeline.decimals import plain_number
from pipeline.store import Labels, StoredFigure, figures, load_labels, open_reader, unlinked_figures

_CLAUSE = 16
"""Characters shown on either side of a number."""
_HEADINGS = {
    Lang.ZH: ("中心词 head", "单位 unit", "次数 count", "例 example"),
    Lang.EN: ("head", "unit", "count", "example"),
}
_COLUMNS = ("source", "report", "start", "end", "number", "class", "used", "value", "value_high", "unit", "reason")


def print_figures(db: Path, classes: list[str], limit: int | None, how: Format) -> None:
    """Print the numbers of the database, of the classes asked for."""
    found = figures(db, classes, limit=limit)
    if how is Format.TABLE:
        headings = ("source", "number", "class", "value", "unit", "used as", "around")
        rows = [(f.path, f.number, f.number_class, _value(f), f.unit, f.used, _around(f)) for f in found]
        if rows:
            print_rows(headings, rows, how)
        _tell(len(found), "figure", limit)
        return
    number = _exact if how is Format.CSV else _plain
    cells = (
        (f.path, f.report, f.start, f.end, f.number, f.number_class, f.used, number(f.value), number(f.value_high),
         f.unit, f.reason)
        for f in found
    )  # fmt: skip
    print_rows(_COLUMNS, cells, how)


def print_unlinked(db: Path, limit: int | None, how: Format, lang: Lang) -> None:
    """Print what the figures without an indicator count, most frequent first, each with one figure to show it."""
    from pipeline.facts.heads import head_word  # noqa: PLC0415 - the dictionary takes longer to load than to list

    counts: Counter[tuple[str, str]] = Counter()
    examples: dict[tuple[str, str], StoredFigure] = {}
    for figure in unlinked_figures(db):
        group = head_word(figure.before, figure.after) or "", figure.unit or ""
        counts[group] += 1
        examples.setdefault(group, figure)
    ranked = sorted(counts.items(), key=lambda item: (not item[0][0], -item[1], item[0]))[:limit]
    rows = [(head, unit, count, _around(examples[head, unit])) for (head, unit), count in ranked]
    if how is not Format.TABLE:
        print_rows(_HEADINGS[Lang.EN], rows, how)
        return
    if rows:
        labels = _labels(db)
        print_rows(
            _HEADINGS[lang], [(h, labels.word("unit", unit or None, lang), *rest) for h, unit, *rest in rows], how
        )
    _tell(len(rows), "head word", limit)


def _labels(db: Path) -> Labels:
    connection = open_reader(db)
    try:
        return load_labels(connection)
    finally:
        connection.close()


def _value(figure: StoredFigure) -> str | None:
    """The value, or both ends of a range, grouped by thousands."""
    if figure.value is None:
        return None
    high = "" if figure.value_high is None else f"–{figure.value_high:,f}"
    return f"{figure.value:,f}{high}"


def _exact(value: Decimal | None) -> str | None:
    return None if value is None else format(value, "f")


def _plain(value: Decimal | None) -> int | float | None:
    return None if value is None else plain_number(value)


def _around(figure: StoredFigure) -> str:
    """The number in the words around it, marked 【】, as one line."""
    before = "".join(figure.before.split())[-_CLAUSE:]
    return f"{before}【{''.join(figure.number.split())}】{''.join(figure.after.split())[:_CLAUSE]}"


def _tell(count: int, what: str, limit: int | None) -> None:
    more = f"; at most {limit} are shown" if limit == count else ""
    print(f"{count} {what}{'' if count == 1 else 's'}{more}", file=sys.stderr)
