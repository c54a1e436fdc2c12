"""Comparisons: one value for each region, indicator and period by stated rules, and what can be made of the values.

Here is what needs no heavy library; derived values, series, promises, differences, questions, workbooks and charts are
imported from their modules by those who want them.
"""

from pipeline.comparing.comparison import Comparison, Extras, Written, choose, compare
from pipeline.comparing.names import Names, Spot, load_names
from pipeline.comparing.picking import Choice, Key, agrees, deciding_rule, pick, pick_all
from pipeline.comparing.tables import (
    COLUMNS,
    OTHER_COLUMNS,
    VERSION,
    Table,
    others_table,
    tidy_table,
    wide_table,
)
from pipeline.comparing.writing import safe_cell, to_csv, write_csv

__all__ = [
    "COLUMNS",
    "OTHER_COLUMNS",
    "VERSION",
    "Choice",
    "Comparison",
    "Extras",
    "Key",
    "Names",
    "Spot",
    "Table",
    "Written",
    "agrees",
    "choose",
    "compare",
    "deciding_rule",
    "load_names",
    "others_table",
    "pick",
    "pick_all",
    "safe_cell",
    "tidy_table",
    "to_csv",
    "wide_table",
    "write_csv",
]
