"""Countyfacts: a database of facts out of Chinese county education reports.

:func:`find_figures` and :func:`find_periods` read the numbers and the times of any Chinese text (``docs/figures.md``).
They are loaded when they are first asked for, so that importing the package costs nothing.
"""

from __future__ import annotations

TYPE_CHECKING = False  # type checkers take it for true; importing typing costs more than the package does
if TYPE_CHECKING:
    from pipeline.figures import Reference, find_figures, find_periods

__all__ = ["Reference", "find_figures", "find_periods"]


def __getattr__(name: str) -> object:
    if name in __all__:
        from pipeline import figures  # noqa: PLC0415

        return getattr(figures, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
