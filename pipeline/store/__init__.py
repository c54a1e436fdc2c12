"""The facts database: SQLite, one writer, whole sources only, and the queries over it.

Importing this package is cheap; what writing needs is imported from :mod:`pipeline.store.writer` and
:mod:`pipeline.store.rows` by those who write.
"""

from pipeline.store.connection import one_moment, open_reader
from pipeline.store.figure_queries import StoredFigure, figures, unlinked_figures
from pipeline.store.labels import Labels, load_labels
from pipeline.store.queries import (
    Filters,
    Found,
    Shown,
    facts,
    search,
    select_facts,
    show,
    sql,
)
from pipeline.store.stored import StoredFact

__all__ = [
    "Filters",
    "Found",
    "Labels",
    "Shown",
    "StoredFact",
    "StoredFigure",
    "facts",
    "figures",
    "load_labels",
    "one_moment",
    "open_reader",
    "search",
    "select_facts",
    "show",
    "sql",
    "unlinked_figures",
]
