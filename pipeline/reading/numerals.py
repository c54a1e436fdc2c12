"""Whole numbers in Chinese numerals, as programs of an office write them."""

from __future__ import annotations

PLAIN = "零一二三四五六七八九"
LEGAL = "零壹贰叁肆伍陆柒捌玖"
UNITS = ("", "十", "百", "千")
LEGAL_UNITS = ("", "拾", "佰", "仟")


def chinese(value: int, digits: str = PLAIN, units: tuple[str, ...] = UNITS) -> str:
    """A whole number from 0 to 9999 in Chinese numerals: 十二, 一百零五; plain digits beyond."""
    if not 0 <= value <= 9999:
        return str(value)
    parts: list[str] = []
    for place, digit in zip(range(len(str(value)) - 1, -1, -1), str(value), strict=True):
        if digit != "0":
            parts.append(digits[int(digit)] + units[place])
        elif parts and parts[-1] != digits[0]:
            parts.append(digits[0])
    text = "".join(parts).rstrip(digits[0]) or digits[0]
    return text[1:] if 10 <= value <= 19 and units is UNITS else text
