"""Intervals of shares."""

from __future__ import annotations

import math

_Z = 1.959964
"""The standard normal quantile of a 95% interval."""


def wilson(share: float, number: float) -> tuple[float, float]:
    """The 95% interval of a share found in ``number`` cases (Wilson 1927), which also holds for shares near 0 and 1."""
    if number <= 0:
        return 0.0, 1.0
    squared = _Z * _Z
    centre = (share + squared / (2 * number)) / (1 + squared / number)
    half = _Z * math.sqrt(share * (1 - share) / number + squared / (4 * number * number)) / (1 + squared / number)
    return max(0.0, centre - half), min(1.0, centre + half)
