"""Numbers drawn at random and judged by hand: their class and value (``audit.yaml``)."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from pipeline.figures import find_figures

ROWS = yaml.safe_load((Path(__file__).parent / "audit.yaml").read_text(encoding="utf-8"))
MOST_WRONG = 0.01


def _figure(row: dict[str, Any]) -> Any:
    return next((f for f in find_figures(row["text"]) if f.start <= row["at"] < f.end), None)


@pytest.mark.parametrize("field", ["class", "value"])
def test_numbers_drawn_at_random_are_read_as_a_reader_does(field: str) -> None:
    wrong = []
    for row in ROWS:
        figure = _figure(row)
        assert figure is not None, row
        if field == "class":
            right = figure.number_class.value == row["class"]
        else:
            wanted = Decimal(row["value"]) if "value" in row else None
            right = figure.value == wanted and figure.value_high == (Decimal(row["high"]) if "high" in row else None)
        if not right:
            wrong.append((row["text"], row["raw"]))
    assert len(ROWS) >= 200
    assert len(wrong) <= MOST_WRONG * len(ROWS), wrong
