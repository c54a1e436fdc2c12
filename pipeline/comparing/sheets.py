"""The comparison as a workbook: a sheet a theme, the source sentence of every number as its comment."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.comparing.names import Names
from pipeline.comparing.picking import Choice
from pipeline.comparing.tables import (
    WIDE_HEAD,
    Table,
    WideColumn,
    WideRow,
    shown_value,
    tidy_table,
    wide_grid,
    wide_head,
    wide_heading,
)
from pipeline.errors import UsageError
from pipeline.resources.comparison import load_themes

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

_MOST_ROWS = 1_048_575
"""Rows of a sheet of Excel, less the heading."""
_EXACT_DIGITS = 15
"""Digits that a spreadsheet keeps of a number."""
_NUMERIC = frozenset({"value", "value_high", "sources", "conflicts", "among", "meets"})
_WIDTHS = {"sentence": 60, "formula": 40, "indicator_zh": 24, "derived_zh": 24, "source": 30, "other_facts": 20}
_NOTES = {
    "zh": (
        "每个主题一张表；每个数值的批注是原句、文件与原文写法。“数据”表一行一个数值，“派生”表是推算值及其公式。",
        "空单元格表示没有这个数值，绝不是零。计划数与已实现数从不混在一行。",
        "带底色的数值与其他来源的数值有冲突，其他数值见 countyfacts compare --others。",
        "区间写作 10—15；数据表中分为下限与上限两列。取值规则见 docs/csv.md。",
    ),
    "en": (
        "A sheet a theme; the comment of each number has its sentence, file and number as written. "
        "The sheet data has a row a value, derived the derived values with their formulas.",
        "An empty cell is a value that isn't there, never a zero. Planned and achieved never share a row.",
        "A shaded number is contradicted by another source; for the others see countyfacts compare --others.",
        "Ranges are written 10—15; the sheet data has both ends. The rules of choice are those of docs/csv.md.",
    ),
}
_SHEETS = {"zh": ("说明", "数据", "派生"), "en": ("notes", "data", "derived")}


def write_workbook(
    path: Path, choices: Sequence[Choice], names: Names, *, source: str, derived: Table | None = None, lang: str = "zh"
) -> int:
    """Write the workbook; returns how many sheets it has. Text is always text: no cell is a formula or a link.

    Raises UsageError where it can't be written, or there are more values than a sheet has rows.
    """
    import xlsxwriter  # noqa: PLC0415 - only who asks for it waits for it

    if max(len(choices), len(derived.rows) if derived else 0) > _MOST_ROWS:
        raise UsageError(f"{path}: {len(choices)} values don't fit on a sheet; narrow them with --province or --period")
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    temporary = path.with_name(path.name + ".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        book = xlsxwriter.Workbook(temporary, options)
        book.set_properties({"created": datetime(2000, 1, 1), "title": "Countyfacts"})  # the same facts, the same bytes
        sheets = _Sheets(book, names, lang)
        sheets.notes(source)
        sheets.themes(choices)
        sheets.table(_SHEETS[lang][1], tidy_table(choices, names, lang))
        if derived is not None:
            sheets.table(_SHEETS[lang][2], derived)
        count = len(book.worksheets())
        book.close()
        temporary.replace(path)
    except (OSError, xlsxwriter.exceptions.FileCreateError) as error:
        raise UsageError(f"{path}: can't be written: {error}; close it in Excel, or choose another --out") from error
    return count


class _Sheets:
    """A workbook under way."""

    def __init__(self, book: Workbook, names: Names, lang: str) -> None:
        self._book, self._names, self._lang = book, names, lang
        self._head: Format = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#E8EEF4"})
        self._doubted: Format = book.add_format({"bg_color": "#FCE4C4"})
        self._formats: dict[tuple[int, bool], Format] = {}

    def notes(self, source: str) -> None:
        """The first sheet: what the others hold."""
        sheet = self._book.add_worksheet(_SHEETS[self._lang][0])
        sheet.set_column(0, 0, 110)
        wrapped = self._book.add_format({"text_wrap": True})
        for number, line in enumerate((f"Countyfacts: {source}", *_NOTES[self._lang])):
            sheet.write_string(number, 0, line, wrapped)

    def themes(self, choices: Sequence[Choice]) -> None:
        """A sheet for each theme that has values."""
        by_indicator: dict[str, list[Choice]] = {}
        for choice in choices:
            by_indicator.setdefault(choice.key.indicator, []).append(choice)
        for theme in load_themes():
            columns, rows = wide_grid([c for code in theme.indicators for c in by_indicator.get(code, ())], self._names)
            if rows:
                self._wide(theme.en if self._lang == "en" else f"{theme.zh} {theme.en}", columns, rows)

    def _wide(self, title: str, columns: Sequence[WideColumn], rows: Sequence[WideRow]) -> None:
        sheet = self._sheet(title, len(WIDE_HEAD), len(columns) + len(WIDE_HEAD), len(rows))
        some = {column: choice.fact for row in rows for column, choice in row.cells.items()}
        headings = [self._names.labels.heading(name, self._lang) for name in WIDE_HEAD]
        headings += [wide_heading(column, some[column], self._names, self._lang) for column in columns]
        for at, heading in enumerate(headings):
            sheet.write_string(0, at, heading, self._head)
        sheet.set_column(len(WIDE_HEAD), len(headings), 16)
        for number, row in enumerate(rows, 1):
            for at, cell in enumerate(wide_head(row, self._names, self._lang)):
                sheet.write_string(number, at, "" if cell is None else str(cell))
            for at, column in enumerate(columns, len(WIDE_HEAD)):
                if column in row.cells:
                    self._value(sheet, number, at, row.cells[column])

    def _value(self, sheet: Worksheet, row: int, column: int, choice: Choice) -> None:
        fact = choice.fact
        if fact.value_high is None and _fits(fact.value):
            sheet.write_number(row, column, float(fact.value), self._format(fact.value, bool(choice.conflicts)))
        else:
            sheet.write_string(row, column, shown_value(fact), self._doubted if choice.conflicts else None)
        said = self._names.labels.word("bound", fact.bound, self._lang)
        lines = [fact.sentence, f"{fact.path}  {fact.number}  {said}  {fact.id}"]
        sheet.write_comment(row, column, _plain("\n".join(lines)), {"author": "", "x_scale": 3, "y_scale": 1.5})

    def table(self, title: str, table: Table) -> None:
        """A sheet with a table as it is, its numbers as numbers."""
        sheet = self._sheet(title, 3, len(table.headings), len(table.rows))
        codes = [heading.split()[-1] for heading in table.headings]
        for at, (heading, code) in enumerate(zip(table.headings, codes, strict=True)):
            sheet.write_string(0, at, heading, self._head)
            sheet.set_column(at, at, _WIDTHS.get(code, 12))
        for number, cells in enumerate(table.rows, 1):
            for at, (cell, code) in enumerate(zip(cells, codes, strict=True)):
                if cell is None or cell == "":
                    continue
                if code in _NUMERIC and _fits(Decimal(cell)):
                    sheet.write_number(number, at, float(cell), self._format(Decimal(cell), False))
                else:
                    sheet.write_string(number, at, _plain(str(cell)))

    def _sheet(self, title: str, frozen: int, columns: int, rows: int) -> Worksheet:
        sheet = self._book.add_worksheet(title[:31])
        sheet.freeze_panes(1, frozen)
        sheet.autofilter(0, 0, rows, columns - 1)
        sheet.set_row(0, 48)
        return sheet

    def _format(self, value: Decimal, doubted: bool) -> Format:
        """Grouped by thousands, with the places behind the point that the value has."""
        places = max(0, -int(value.as_tuple().exponent))
        key = places, doubted
        if key not in self._formats:
            shape = {"num_format": "#,##0" + ("." + "0" * places if places else "")}
            self._formats[key] = self._book.add_format(shape | ({"bg_color": "#FCE4C4"} if doubted else {}))
        return self._formats[key]


def _fits(value: Decimal) -> bool:
    """Whether a spreadsheet keeps every digit of it."""
    return len(value.as_tuple().digits) <= _EXACT_DIGITS and math.isfinite(float(value))


def _plain(text: str) -> str:
    """Without the control characters that a workbook may not hold, and no longer than a cell may be."""
    kept = "".join(c for c in text if c == "\n" or unicodedata.category(c) not in ("Cc", "Cs"))
    return kept[:32_000]
