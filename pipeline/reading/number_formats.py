"""Numbers of a workbook as Excel shows them.

After ECMA-376 Part 1, 18.8.30 (number formats, with the forms that stand for the codes 27 to 58 in Chinese) and
18.8.31 (their syntax), and the help pages of Excel. Colours, fills and fonts show nothing and are passed over.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from functools import lru_cache

from pipeline.reading.number_dates import shown_date

BUILTIN = {
    0: "General", 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 5: '"¥"#,##0', 6: '"¥"#,##0', 7: '"¥"#,##0.00',
    8: '"¥"#,##0.00', 9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?", 13: "# ??/??", 14: "yyyy/m/d", 15: "d-mmm-yy",
    16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM", 19: "h:mm:ss AM/PM", 20: "h:mm", 21: "h:mm:ss", 22: "yyyy/m/d h:mm",
    27: 'yyyy"年"m"月"', 28: 'm"月"d"日"', 29: 'm"月"d"日"', 30: "m-d-yy", 31: 'yyyy"年"m"月"d"日"', 32: 'h"时"mm"分"',
    33: 'h"时"mm"分"ss"秒"', 34: 'AM/PMh"时"mm"分"', 35: 'AM/PMh"时"mm"分"ss"秒"', 36: 'yyyy"年"m"月"',
    37: "#,##0;-#,##0", 38: "#,##0;-#,##0", 39: "#,##0.00;-#,##0.00", 40: "#,##0.00;-#,##0.00",
    41: '#,##0;-#,##0;"-";@', 42: '"¥"#,##0;-"¥"#,##0;"¥-";@', 43: '#,##0.00;-#,##0.00;"-";@',
    44: '"¥"#,##0.00;-"¥"#,##0.00;"¥-";@', 45: "mm:ss", 46: "[h]:mm:ss", 47: "mmss.0", 48: "##0.0E+0", 49: "@",
    50: 'yyyy"年"m"月"', 51: 'm"月"d"日"', 52: 'yyyy"年"m"月"', 53: 'm"月"d"日"', 54: 'm"月"d"日"',
    55: 'AM/PMh"时"mm"分"', 56: 'AM/PMh"时"mm"分"ss"秒"', 57: 'yyyy"年"m"月"', 58: 'm"月"d"日"',
}  # fmt: skip
"""Formats that files name by a number only."""

_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"?'
    r"|[\\!](?P<escaped>.)"
    r"|_(?P<space>.)"
    r"|\*(?P<fill>.)"
    r"|\[(?P<bracket>[^\]]{0,255})\]"
    r"|(?P<general>General|G/通用格式|常规)"
    r"|(?P<exponent>E[+-])"
    r"|(?P<noon>AM/PM|A/P|上午/下午)"
    r"|(?P<date>y+|m+|d+|h+|s+|a{3,}|e+|b+)"
    r"|(?P<digit>[0#?])"
    r"|(?P<sign>.)",
    re.IGNORECASE | re.DOTALL,
)
_CONDITION = re.compile(r"(<=|>=|<>|<|>|=)\s*(-?\d+(?:\.\d+)?)")
_ELAPSED = re.compile(r"h+|m+|s+", re.IGNORECASE)
_CURRENCY = re.compile(r"\$([^-\]]*)")
_NUMERALS = re.compile(r"dbnum([123])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a format: ``kind`` is ``literal``, ``digit``, ``date``, ``elapsed``, ``general``, ``exponent``,
    ``noon``, ``point``, ``comma``, ``percent``, ``slash`` or ``text``.
    """

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Section:
    """One of the parts of a format, for positive numbers, negative ones, zero, texts, or what meets ``condition``."""

    tokens: tuple[Token, ...]
    condition: tuple[str, Decimal] | None = None
    numerals: int = 0

    def has(self, *kinds: str) -> bool:
        """Whether a piece of one of the kinds is in it."""
        return any(token.kind in kinds for token in self.tokens)

    @property
    def is_date(self) -> bool:
        """Whether it shows a moment or a stretch of time."""
        return self.has("date", "elapsed", "noon") and not self.has("general")


def shown(value: float, code: str, from_1904: bool = False) -> str:
    """A number as Excel shows it under a format; blank where the format hides it.

    ``from_1904``: days are counted from 1904, as old workbooks of the Macintosh do.
    """
    if code == "General" and value == int(value) and abs(value) < 10**15:
        return str(int(value))  # most cells
    exact = Decimal(f"{value:.15g}")
    sections = sections_of(code)
    section, signed = _chosen(sections, exact)
    if section is None:
        return general(exact)
    if section.is_date:
        date = shown_date(value, section.tokens, section.numerals, from_1904)
        return general(exact) if date is None else date
    if section.has("general"):
        number = general(exact if signed else abs(exact))
        return "".join(number if t.kind == "general" else _plain(t) for t in section.tokens)
    if section.has("text") and not section.has("digit"):
        return "".join(general(exact) if t.kind == "text" else _plain(t) for t in section.tokens)
    if not section.has("digit"):
        return "".join(_plain(t) for t in section.tokens).strip()
    text = _fraction(abs(exact), section) if section.has("slash") else _number(abs(exact), section)
    return ("-" if signed and exact < 0 and any(c in "123456789" for c in text) else "") + text.strip()


def shown_text(text: str, code: str) -> str:
    """A text as Excel shows it under a format: most show it as it is."""
    sections = sections_of(code)
    section = sections[3] if len(sections) > 3 else sections[-1]
    if len(sections) > 3 and not section.tokens:
        return ""
    if not section.has("text") or section.has("digit", "date", "general"):
        return text
    return "".join(text if token.kind == "text" else _plain(token) for token in section.tokens)


def is_date(code: str) -> bool:
    """Whether a format shows moments and not amounts."""
    return sections_of(code)[0].is_date


def general(value: Decimal) -> str:
    """A number without a format: whole ones with all their digits, others with at most eleven characters."""
    if value == value.to_integral_value() and abs(value) < 10**15:
        return str(int(value))
    places = 10 - len(str(int(abs(value))))
    rounded = round_half_up(value, max(0, places))
    if not rounded or abs(value) >= 10**15:
        return f"{value:.5E}"
    return f"{rounded.normalize():f}"


def round_half_up(value: Decimal, places: int) -> Decimal:
    """Rounded as Excel rounds: halves away from zero."""
    return value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP, context=_EXACT)


_EXACT = Context(prec=400)
"""Enough for every number of a workbook with every format; the usual 28 digits aren't."""


def _chosen(sections: tuple[Section, ...], value: Decimal) -> tuple[Section | None, bool]:
    """The section for a number, and whether the number keeps its minus sign in it."""
    numeric = sections[:3]
    if any(section.condition for section in numeric):
        for section in numeric:
            if section.condition is None or _meets(value, section.condition):
                return section, True
        return None, True
    if len(numeric) == 1 or (len(sections) == 2 and sections[1].has("text")):
        return numeric[0], True
    if value < 0:
        return numeric[1], False
    return (numeric[2], False) if value == 0 and len(numeric) == 3 else (numeric[0], True)


def _meets(value: Decimal, condition: tuple[str, Decimal]) -> bool:
    sign, limit = condition
    return {
        "<": value < limit, "<=": value <= limit, ">": value > limit, ">=": value >= limit, "=": value == limit,
        "<>": value != limit,
    }[sign]  # fmt: skip


def _plain(token: Token) -> str:
    """A piece that stands for itself outside a number."""
    return token.text if token.kind in ("literal", "point", "comma", "percent", "slash") else ""


def _number(value: Decimal, section: Section) -> str:
    tokens = list(section.tokens)
    digits = [at for at, token in enumerate(tokens) if token.kind == "digit"]
    percents = sum(token.kind == "percent" for token in tokens)
    scale = 0
    while digits[-1] + scale + 1 < len(tokens) and tokens[digits[-1] + scale + 1].kind == "comma":
        scale += 1
    exponent = next((at for at, token in enumerate(tokens) if token.kind == "exponent"), None)
    point = next((at for at, token in enumerate(tokens) if token.kind == "point"), None)
    value = value.scaleb(2 * percents - 3 * scale)
    if exponent is not None:
        return _scientific(value, tokens, digits, exponent, point)
    behind = [at for at in digits if point is not None and at > point]
    before = [at for at in digits if point is None or at < point]
    grouped = any(t.kind == "comma" and before and before[0] < at < before[-1] for at, t in enumerate(tokens))
    whole, _, rest = f"{round_half_up(value, len(behind)):f}".partition(".")
    filled = _whole(whole, tokens, before, grouped)
    filled |= _decimals(rest, tokens, behind)
    parts = []
    for at, token in enumerate(tokens):
        if token.kind == "digit":
            parts.append(filled.get(at, ""))
        elif token.kind == "point":
            if not before:
                parts.append(whole.lstrip("0"))
            parts.append(".")
        elif token.kind != "comma":
            parts.append(token.text)
    return "".join(parts)


def _whole(whole: str, tokens: list[Token], places: list[int], grouped: bool) -> dict[int, str]:
    """The digits before the point: each place takes one from the right, the first all that are left."""
    left = "" if whole == "0" else whole
    filled: dict[int, str] = {}
    done = 0
    for order, at in enumerate(reversed(places)):
        take = left if order == len(places) - 1 else left[-1:]
        left = left[: len(left) - len(take)]
        take = take or {"0": "0", "?": " "}.get(tokens[at].text, "")
        if not grouped:
            filled[at] = take
            continue
        text = ""
        for digit in reversed(take):
            text = digit + ("," if done and done % 3 == 0 and digit != " " else "") + text
            done += 1
        filled[at] = text
    return filled


def _decimals(rest: str, tokens: list[Token], places: list[int]) -> dict[int, str]:
    """The digits behind the point; zeros at the end only where the format asks for them."""
    needed = max((order + 1 for order, digit in enumerate(rest) if digit != "0"), default=0)
    return {
        at: rest[order] if order < needed or tokens[at].text == "0" else (" " if tokens[at].text == "?" else "")
        for order, at in enumerate(places)
    }


def _scientific(value: Decimal, tokens: list[Token], digits: list[int], exponent: int, point: int | None) -> str:
    behind = sum(1 for at in digits if point is not None and point < at < exponent)
    width = sum(1 for at in digits if at > exponent)
    mantissa, _, power = f"{value:.{behind}E}".partition("E")
    sign = "-" if power.startswith("-") else ("+" if tokens[exponent].text.endswith("+") else "")
    tail = "".join(token.text for token in tokens[digits[-1] + 1 :] if token.kind == "literal")
    return f"{mantissa}E{sign}{power.lstrip('+-').zfill(width)}{tail}"


def _fraction(value: Decimal, section: Section) -> str:
    slash = next(at for at, token in enumerate(section.tokens) if token.kind == "slash")
    below = section.tokens[slash + 1 :]
    width = sum(token.kind == "digit" for token in below)
    fixed = "".join(token.text for token in below if token.kind == "literal").strip()
    if fixed.isdigit() and int(fixed):
        part = Fraction(round(Fraction(value) * int(fixed)), 1)
        return f"{part.numerator}/{fixed}"
    whole = int(value)
    part = Fraction(value - whole).limit_denominator(10 ** max(width, 1) - 1)
    if part.numerator == part.denominator:
        whole, part = whole + 1, Fraction(0)
    if not part:
        return str(whole)
    return (f"{whole} " if whole else "") + f"{part.numerator}/{part.denominator}"


@lru_cache(maxsize=1024)
def sections_of(code: str) -> tuple[Section, ...]:
    """The sections of a format, one to four."""
    sections: list[Section] = []
    tokens: list[Token] = []
    condition: tuple[str, Decimal] | None = None
    numerals = 0
    for match in _TOKEN.finditer(code):
        kind, text = match.lastgroup or "sign", match.group()
        if text == ";" and kind == "sign":
            sections.append(Section(tuple(tokens), condition, numerals))
            tokens, condition, numerals = [], None, 0
        elif kind == "bracket":
            inner = match["bracket"]
            if found := _CONDITION.fullmatch(inner.strip()):
                condition = (found[1], Decimal(found[2]))
            elif found := _NUMERALS.fullmatch(inner):
                numerals = int(found[1])
            elif _ELAPSED.fullmatch(inner):
                tokens.append(Token("elapsed", inner.lower()))
            elif (found := _CURRENCY.match(inner)) and found[1]:
                tokens.append(Token("literal", found[1]))
        elif (token := _token(kind, text, match)) is not None:
            tokens.append(token)
    sections.append(Section(tuple(tokens), condition, numerals))
    return tuple(sections[:4])


_SIGNS = {".": "point", ",": "comma", "%": "percent", "/": "slash", "@": "text"}


def _token(kind: str, text: str, match: re.Match[str]) -> Token | None:
    if kind in ("quoted", "escaped"):
        return Token("literal", match[kind])
    if kind == "space":
        return Token("literal", " ")
    if kind == "fill":
        return None
    if kind == "sign":
        return Token(_SIGNS.get(text, "literal"), text)
    return Token(kind, text.lower() if kind in ("date", "noon") else text)
