"""Decimals as JSON has them."""

from __future__ import annotations

from decimal import Decimal


def plain_number(value: Decimal) -> int | float:
    """A decimal as JSON has it: whole numbers without a point, others as the float that prints the same digits."""
    return int(value) if value == value.to_integral_value() else float(value)
