"""Tables of the clean text: which cells hold values, and which cells, captions and units speak of each.

What a heading means (a region, a school level, a year, an indicator) is not decided here: every stage reads from the
headings of a value what it knows of, whichever side of the table they stand on.
"""

from pipeline.tables.reading import read_tables, tables_of_lines
from pipeline.tables.records import Span, Table, Value

__all__ = ["Span", "Table", "Value", "read_tables", "tables_of_lines"]
