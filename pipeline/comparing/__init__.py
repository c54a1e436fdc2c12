"""Comparison tables: one value for each region, indicator and period by stated rules, the others counted and listed."""

from pipeline.comparing.picking import Choice, Key, agrees, pick, pick_all
from pipeline.comparing.tables import COLUMNS, VERSION, Table, compare, tidy_table, wide_table
from pipeline.comparing.writing import safe_cell, to_csv, write_csv

__all__ = [
    "COLUMNS",
    "VERSION",
    "Choice",
    "Key",
    "Table",
    "agrees",
    "compare",
    "pick",
    "pick_all",
    "safe_cell",
    "tidy_table",
    "to_csv",
    "wide_table",
    "write_csv",
]
