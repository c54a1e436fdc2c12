"""What office files say by names and signs of their own (``office.yaml``)."""

from __future__ import annotations

from functools import cache

from pipeline.resources import Strict, load_yaml


class OfficeWords(Strict):
    """Schema of ``office.yaml``."""

    title_styles: frozenset[str]
    heading_styles: tuple[str, ...]
    contents_styles: tuple[str, ...]
    symbols: dict[str, dict[str, str]]
    unit_notes: tuple[str, ...]


@cache
def office_words() -> OfficeWords:
    """What ``office.yaml`` says."""
    return load_yaml("office.yaml", OfficeWords)


_RAISED = str.maketrans("0123456789+-=()nivx", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱᵛˣ")


def raised(text: str) -> str:
    """A raised text (superscript) in characters that are raised themselves, so that the mark of a note is no digit of
    the number before it, and m2 is m².
    """
    return text.translate(_RAISED)


def symbol(font: str, code: str) -> str:
    """The character that a sign of a symbol font looks like: itself outside the private area, else as listed, or a dot.

    ``code`` is hexadecimal; Word writes the codes of such fonts in the private area (F0xx).
    """
    try:
        value = int(code, 16)
    except ValueError:
        return ""
    own = value - 0xF000 if 0xF000 <= value <= 0xF0FF else value
    known = office_words().symbols.get(font.lower(), {}).get(f"{own:02x}")
    if known:
        return known
    return chr(value) if 0x20 <= value < 0xD800 and font.lower() not in office_words().symbols else "•"
