"""What a written number is worth: digits of both widths, Chinese numerals formal and colloquial."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

DIGITS = "0123456789０１２３４５６７８９"
CN_DIGITS = {
    **dict.fromkeys("零〇○", 0), "一": 1, "壹": 1, "二": 2, "两": 2, "贰": 2, "三": 3, "叁": 3, "四": 4, "肆": 4,
    "五": 5, "伍": 5, "六": 6, "陆": 6, "七": 7, "柒": 7, "八": 8, "捌": 8, "九": 9, "玖": 9,
}  # fmt: skip
CN_SMALL = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
CN_TENS = {"廿": 20, "卅": 30}
CN_LARGE = {"万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8}
CN_NUMERALS = "".join([*CN_DIGITS, *CN_SMALL, *CN_TENS, *CN_LARGE])
SCALES = {
    "十": Decimal(10), "百": Decimal(100), "千": Decimal(1000), "万": Decimal(10**4), "萬": Decimal(10**4),
    "亿": Decimal(10**8), "億": Decimal(10**8),
}  # fmt: skip
_FOLD = str.maketrans("０１２３４５６７８９．，", "0123456789.,")


def parse_digits(text: str) -> Decimal | None:
    """The value of a number in digits, with thousands separators and a decimal point of either width; else None."""
    try:
        return Decimal("".join(text.translate(_FOLD).replace(",", "").split()))
    except InvalidOperation:
        return None


def parse_scale(text: str) -> Decimal:
    """The factor of scale words: ``万`` is 10000, ``百万`` 1000000, ``千万`` 10000000, the empty text 1."""
    factor = Decimal(1)
    for char in text:
        factor *= SCALES.get(char, Decimal(1))
    return factor


def parse_chinese(text: str) -> Decimal | None:
    """The value of a Chinese numeral (``三亿五千万``, ``两千四``, ``一点二``, ``廿八``, ``二〇一五``); None if it is none.

    Where a numeral of ten or more ends in a bare digit after 百, 千 or 万, that digit counts the next unit down
    (``三万二`` is 32000), as it is spoken; after 零 it doesn't (``三万零二``).
    """
    whole, point, fraction = text.partition("点")
    if point:
        head = _integer(whole)
        if head is None or not fraction or any(char not in CN_DIGITS for char in fraction):
            return None
        return head + Decimal("0." + "".join(str(CN_DIGITS[char]) for char in fraction))
    return _integer(whole)


def _integer(text: str) -> Decimal | None:
    if not text:
        return None
    if len(text) > 1 and all(char in CN_DIGITS for char in text):
        # read out digit by digit, as years are; 一二 or 三五 (one or two, three to five) is no such number
        return Decimal("".join(str(CN_DIGITS[char]) for char in text)) if len(text) > 2 or "〇" in text else None
    total, section, digit = 0, 0, -1
    unit = 0  # the value of the last unit word, for a bare digit at the end
    for char in text:
        if char in CN_DIGITS:
            if digit > 0:
                return None
            digit = CN_DIGITS[char]
            unit = 0 if digit == 0 else unit
        elif char in CN_SMALL:
            unit = CN_SMALL[char]
            section += (digit if digit >= 0 else 1) * unit
            digit = -1
        elif char in CN_TENS:
            section, digit, unit = section + CN_TENS[char], -1, 10
        elif char in CN_LARGE:
            section += max(digit, 0)
            unit = CN_LARGE[char]
            total = (
                (total + section) * unit if total and unit > 10**4 else total + max(section, 0 if total else 1) * unit
            )
            section, digit = 0, -1
        else:
            return None
    if digit > 0:
        section += digit * unit // 10 if unit >= 100 else digit
    return Decimal(total + section)


def parse_number(text: str) -> Decimal | None:
    """The value of a number in digits or Chinese numerals; None where the text is neither."""
    if text and text[0] in DIGITS:
        return parse_digits(text)
    return parse_chinese(text)
