"""Tables in text files with cells parted by commas, semicolons or tabs (csv, tsv)."""

from __future__ import annotations

import csv
import re
from collections import Counter as Counts
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO

from pipeline.errors import Refused
from pipeline.limits import MAX_SOURCE_BYTES
from pipeline.reading.decoding import decode
from pipeline.reading.layout import LayerBuilder, Read
from pipeline.reading.rows import append_cells
from pipeline.reading.workbook import Counter, filled

_DELIMITERS = ",\t;|，"
_SAMPLE_ROWS = 200
_NUMBER = re.compile(r"[-+]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?\s*%?")
_SEPARATOR = re.compile(r"\s*sep=(.)\s*\r?\n", re.IGNORECASE)
"""The first line by which Excel is told the delimiter; it shows nothing."""

_LOOSE_QUOTE = 20
"""A quoted cell with more line breaks than this is a quotation mark that was never closed."""


def read_delimited(data: bytes, name: str) -> Read:
    """The layer of a csv or tsv file: the table as a spreadsheet shows it, rows on lines, cells parted by tabs.

    The delimiter is the one that cuts most rows into the same number of cells, the encoding as of any text.
    Raises Refused: ``binary``, ``undecodable``, ``too_large``.
    """
    decoded = decode(data, name)
    text = decoded.text.replace("\x00", "\ufffd")
    told = _SEPARATOR.match(text)
    if told:
        text = text[told.end() :]
    counter = Counter(name)
    cells = []
    try:
        for row, values in enumerate(_rows(text, told[1] if told else delimiter_of(text))):
            for column, value in enumerate(values):
                made = filled(row, column, value, _NUMBER.fullmatch(value.strip()) is not None)
                if made:
                    counter.add()
                    cells.append(made)
    except csv.Error as error:
        raise Refused("damaged", f"{name}: is no table that can be read ({error}); save it again as .xlsx") from error
    builder = LayerBuilder()
    append_cells(builder, cells, lambda row, column: f"row {row + 1} column {column + 1}")
    hints = {"undecodable": str(decoded.lost)} if decoded.lost else {}
    return Read(builder.layer(), decoded.encoding, hints)


def delimiter_of(text: str) -> str:
    """The delimiter of a table: that which cuts the most rows into one and the same number of cells, at least two."""

    def evenness(sign: str) -> tuple[float, int]:
        counts = Counts(len(row) for row in _first(_parsed(text, sign), _SAMPLE_ROWS) if any(row))
        wide = [(number, size) for size, number in counts.items() if size > 1]
        if not wide:
            return 0.0, 0
        number, size = max(wide)
        return number / counts.total(), size

    return max(_DELIMITERS, key=lambda sign: (*evenness(sign), -_DELIMITERS.index(sign)))


def _rows(text: str, sign: str) -> Iterable[Sequence[str]]:
    rows = list(_parsed(text, sign))
    if any(value.count("\n") > _LOOSE_QUOTE for row in rows for value in row):
        return _parsed(text, sign, quoted=False)
    return rows


def _parsed(text: str, sign: str, quoted: bool = True) -> Iterator[list[str]]:
    csv.field_size_limit(MAX_SOURCE_BYTES)
    return csv.reader(
        StringIO(text, newline=""), delimiter=sign, quoting=csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE
    )


def _first(rows: Iterator[list[str]], count: int) -> Iterator[list[str]]:
    for _, row in zip(range(count), rows, strict=False):
        yield row
