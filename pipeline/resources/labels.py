"""What the words of the records and the columns of tables are called for readers, in Chinese and in English."""

from __future__ import annotations

from functools import cache

from pipeline.resources import Strict, load_yaml


class Labels(Strict):
    """Names by word, each ``(Chinese, English)``; the keys are kinds of words."""

    level: dict[str, tuple[str, str]]
    sector: dict[str, tuple[str, str]]
    measure: dict[str, tuple[str, str]]
    bound: dict[str, tuple[str, str]]
    status: dict[str, tuple[str, str]]
    region_basis: dict[str, tuple[str, str]]
    rule: dict[str, tuple[str, str]]
    verdict: dict[str, tuple[str, str]]
    difference: dict[str, tuple[str, str]]
    heading: dict[str, tuple[str, str]]

    def rows(self) -> list[tuple[str, str, str, str]]:
        """``(kind, code, Chinese, English)`` of every word."""
        kinds = type(self).model_fields
        return [(kind, code, zh, en) for kind in kinds for code, (zh, en) in getattr(self, kind).items()]


@cache
def load_labels() -> Labels:
    """The shipped labels. Raises ResourceError."""
    return load_yaml("labels.yaml", Labels)
