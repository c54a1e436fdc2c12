"""What a written number is worth: digits of both widths, Chinese numerals formal and colloquial."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from functools import cache, lru_cache

CN_DIGITS = {
    **dict.fromkeys("零〇○", 0), "一": 1, "壹": 1, "二": 2, "两": 2, "贰": 2, "三": 3, "叁": 3, "四": 4, "肆": 4,
    "五": 5, "伍": 5, "六": 6, "陆": 6, "七": 7, "柒": 7, "八": 8, "捌": 8, "九": 9, "玖": 9,
}  # fmt: skip
CN_SMALL = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
CN_TENS = {"廿": 20, "卅": 30}
CN_LARGE = {"万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8}
CN_NUMERALS = "".join([*CN_DIGITS, *CN_SMALL, *CN_TENS, *CN_LARGE])
"""Every character of a Chinese numeral."""
FORMAL = frozenset("壹贰叁肆伍陆柒捌玖拾佰仟")
"""Numerals of cheques; those that are everyday characters too (伍, 陆) count only in a numeral of several."""
SCALES = {
    "十": Decimal(10), "百": Decimal(100), "千": Decimal(1000), "万": Decimal(10**4), "萬": Decimal(10**4),
    "亿": Decimal(10**8), "億": Decimal(10**8),
}  # fmt: skip
_CN_DIGIT = "零〇○一二两三四五六七八九"
_LONGEST = 26
"""A longer row of digits or numerals is an identifier or a mistake; decimal arithmetic is exact up to 28 digits."""
NUMBER = (
    rf"[\d{CN_NUMERALS}①-⒛㈠-㈩❶-➓](?:(?<=\d)\d*"
    r"(?:[，,\u2009\u202f](?<!\d\d\d\d.)(?:(?<=,)[ \n]|)\d{3}(?:(?:，|,[ \n]?|[\u2009\u202f])\d{3})*(?!\d)|)"
    r"(?:[.．]\d+|·\d+(?=\s?[万亿%％元])|)"
    rf"|(?<=[{CN_NUMERALS}])[{CN_NUMERALS}]*(?:点[{_CN_DIGIT}]+(?![十百])[万亿]{{0,2}}|)|)"
)
"""Every number a text may hold, in digits of any width (with thousands separators, also where a blank or a line break
follows one, and decimal point) or in Chinese numerals. Each run of either lies in one match, or several of them do. It
begins with a set of characters, so that a text is searched for it fast, and has ``(?:…|)`` for what may be missing
where that begins with a sign, which ``re`` passes over faster than ``(?:…)?``."""
_SIGN = re.compile(rf"[\d{CN_NUMERALS}①-⒛㈠-㈩❶-➓]")
_FOLD = str.maketrans("．·", "..", ",，\u2009\u202f \n\t\u3000\xa0")
_ROW_OF_TWO = re.compile(r"[十百千万]*(?:一[二两]|[二两]三|三[四五]|四五|五六|六七|七八|八九)[十百千万亿]*")


def has_number(text: str) -> bool:
    """Whether a text holds any digit or Chinese numeral, and so a figure."""
    return _SIGN.search(text) is not None


def parse_digits(text: str) -> Decimal | None:
    """The value of a number in digits, with thousands separators and a decimal point of either width; else None."""
    if len(text) > _LONGEST:
        return None
    try:
        return Decimal(text if text.isdecimal() else text.translate(_FOLD))
    except InvalidOperation:
        return None


@cache
def parse_scale(text: str) -> Decimal:
    """The factor of scale words: ``万`` is 10000, ``百万`` 1000000, ``千万`` 10000000, the empty text 1."""
    factor = Decimal(1)
    for char in text:
        factor *= SCALES.get(char, Decimal(1))
    return factor


def parse_chinese(text: str) -> Decimal | None:
    """The value of a Chinese numeral (``三亿五千万``, ``两千四``, ``一点二万``, ``廿八``, ``二〇一五``); else None.

    Where a numeral of ten or more ends in a bare digit after 百, 千 or 万, that digit counts the next unit down
    (``三万二`` is 32000), as it is spoken; after 零 it doesn't (``三万零二``).
    """
    if len(text) > _LONGEST:
        return None
    whole, point, fraction = text.partition("点")
    if not point:
        return _integer(whole)
    digits = fraction.rstrip("万亿")
    head = _integer(whole)
    if head is None or not digits or any(char not in CN_DIGITS for char in digits):
        return None
    return (head + Decimal("0." + "".join(str(CN_DIGITS[char]) for char in digits))) * parse_scale(
        fraction[len(digits) :]
    )


def is_row_of_two(text: str) -> bool:
    """Whether a numeral names two values at once, and so none: 三五, 七八十, 十七八."""
    return _ROW_OF_TWO.fullmatch(text) is not None


def _integer(text: str) -> Decimal | None:
    if not text:
        return None
    if len(text) > 1 and all(char in CN_DIGITS for char in text):
        # read out digit by digit, as years are; 一二 or 三五 (one or two, three to five) is no such number
        return Decimal("".join(str(CN_DIGITS[char]) for char in text)) if len(text) > 2 or "〇" in text else None
    if len(text) > 1 and text[0] in "万萬亿億":
        return None
    return _by_places(text)


def _by_places(text: str) -> Decimal | None:
    """The value of a numeral written with place words; None where two digits meet (三五十) or places run backwards."""
    total, section, digit = 0, 0, -1
    unit = 0  # the last place named, for a bare digit at the end; 0 after 零
    for char in text:
        if char in CN_DIGITS:
            if digit > 0:
                return None
            digit = CN_DIGITS[char]
            unit = unit if digit else 0
        elif char in CN_LARGE:
            section += max(digit, 0)
            unit = CN_LARGE[char]
            if total and unit > 10**4:
                total = (total + section) * unit
            else:
                total += max(section, 0 if total else 1) * unit
            section, digit = 0, -1
        elif char in CN_SMALL or char in CN_TENS:
            unit = CN_SMALL.get(char, 10)
            section += CN_TENS[char] if char in CN_TENS else (digit if digit >= 0 else 1) * unit
            digit = -1
        else:
            return None
    if digit > 0:
        section += digit * unit // 10 if unit >= 100 else digit
    return Decimal(total + section)


@lru_cache(maxsize=8192)
def parse_number(text: str) -> Decimal | None:
    """The value of a number in digits or Chinese numerals; None where the text is neither."""
    if text[:1].isdecimal():
        return parse_digits(text)
    return parse_chinese(text)
