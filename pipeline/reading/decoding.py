"""Bytes to characters.

What is certain comes first: a byte-order mark, then UTF-8 (other encodings hardly ever form valid UTF-8 by chance, so
it outweighs what a page says of itself). The rest is judged by what a reader would see: the encoding in which most
of the characters are common Chinese ones. A declaration wins among near equals.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from functools import cache

from charset_normalizer import from_bytes

from pipeline.errors import Refused
from pipeline.resources import lines_of

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

_ALIASES = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "cp936": "gb18030",
    "gb_2312-80": "gb18030",
    "gb18030": "gb18030",
    "big5": "big5hkscs",
    "big5-hkscs": "big5hkscs",
    "x-x-big5": "big5hkscs",
    "cp950": "big5hkscs",
    "utf8": "utf-8",
    "utf-8": "utf-8",
    "utf-16": "utf-16-le",
}
"""Names that pages use, and the superset they are read by, after the WHATWG Encoding Standard."""

_DECLARATION = re.compile(rb"""<(?:meta|\?xml)[^<>]{0,300}?(?:charset|encoding)\s*=\s*["']?\s*([\w.:-]{3,20})""", re.I)
_CONTROLS = bytes(sorted(set(range(32)) - {9, 10, 11, 12, 13, 26, 27}))
_PUNCTUATION = "，。、；：？！“”‘’（）《》〈〉【】〔〕—…·　％０１２３４５６７８９"

HEAD_BYTES = 8192
MAX_LOST_SHARE = 0.01
"""A file with more undecodable places than one in a hundred characters is refused: too many figures may be hurt."""
_MAX_CONTROL_SHARE = 0.01
_MAX_NUL_SHARE = 0.001
_MIN_COMMON = 0.2
"""In Chinese prose over two thirds of the characters are among the common ones; misread bytes give under a tenth."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """Decoded text without a byte-order mark, the encoding it was read by, and how many places were unreadable."""

    text: str
    encoding: str
    lost: int = 0


def decode(data: bytes, name: str) -> Decoded:
    """Decode the bytes of a text or page.

    Raises Refused: ``binary`` where the bytes are no text, ``undecodable`` where no encoding fits.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _tolerant(data[len(mark) :], encoding, name)
    wide = _wide(data)
    if wide is not None:
        return wide
    _refuse_binary(data, name)
    try:
        return Decoded(data.decode("utf-8"), "utf-8")
    except UnicodeDecodeError:
        return _judged(data, name)


def _judged(data: bytes, name: str) -> Decoded:
    declared = _declared(data)
    readings = [
        (commonness(text) + (0.05 if encoding == declared else 0), encoding, text)
        for encoding in ("gb18030", "big5hkscs")
        if (text := _strict(data, encoding)) is not None
    ]
    if readings:
        score, encoding, text = max(readings)
        if score >= _MIN_COMMON or encoding == declared:
            return Decoded(text, encoding)
    try:
        return _nearest(data, declared, name)
    except Refused:
        detected = _detected(data)
        if detected is None:
            raise
        return detected


def commonness(text: str) -> float:
    """The share of common Chinese characters and punctuation among all characters of a text outside ASCII."""
    sample = text[:200_000]
    foreign = len(_FOREIGN.findall(sample))
    return len(_common().findall(sample)) / foreign if foreign else 0.0


_FOREIGN = re.compile(r"[^\x00-\x7f]")


@cache
def _common() -> re.Pattern[str]:
    return re.compile(f"[{''.join(lines_of('common_characters.txt'))}{_PUNCTUATION}]")


def _declared(data: bytes) -> str | None:
    match = _DECLARATION.search(data, 0, HEAD_BYTES)
    return _ALIASES.get(match.group(1).decode("ascii", "replace").lower()) if match else None


def _strict(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _wide(data: bytes) -> Decoded | None:
    """UTF-16 without a mark: evident from the zero bytes of its ASCII characters, or else from nothing."""
    if len(data) % 2 or b"\x00" not in data[:HEAD_BYTES]:
        return None
    head = data[:HEAD_BYTES]
    even, odd = head[0::2].count(0), head[1::2].count(0)
    encoding = "utf-16-le" if odd > even else "utf-16-be"
    text = _strict(data, encoding)
    if text is None or min(even, odd) > 0.02 * max(even, odd) or "\x00" in text:
        return None
    plain = sum(" " <= c <= "~" or c in "\t\r\n" for c in text[:HEAD_BYTES])
    likely = plain == len(text[:HEAD_BYTES]) or commonness(text) >= _MIN_COMMON
    return Decoded(text, encoding) if likely else None


def _refuse_binary(data: bytes, name: str) -> None:
    controls = len(data) - len(data.translate(None, _CONTROLS))
    if controls > _MAX_CONTROL_SHARE * len(data) or data.count(0) > _MAX_NUL_SHARE * len(data):
        raise Refused("binary", f"{name}: is not a text but binary data; open it in its program and save it as text")


def _tolerant(data: bytes, encoding: str, name: str) -> Decoded:
    text = data.decode(encoding, "replace")
    lost = text.count("\ufffd")
    if lost and lost > MAX_LOST_SHARE * len(text):
        raise _undecodable(name)
    if text.count("\x00") > _MAX_NUL_SHARE * len(text):
        raise Refused("binary", f"{name}: is not a text but binary data; open it in its program and save it as text")
    return Decoded(text, encoding, lost)


def _nearest(data: bytes, declared: str | None, name: str) -> Decoded:
    """The encoding that leaves the fewest places unreadable, if they are few; a declared one before the others."""
    order = [declared] if declared else []
    order += [encoding for encoding in ("utf-8", "gb18030", "big5hkscs") if encoding != declared]
    texts = [(data.decode(encoding, "replace"), encoding) for encoding in order]
    text, encoding = min(texts, key=lambda reading: reading[0].count("\ufffd"))
    lost = text.count("\ufffd")
    if lost > max(1, MAX_LOST_SHARE * len(text)) or commonness(text) < _MIN_COMMON:
        raise _undecodable(name)
    return Decoded(text, encoding, lost)


def _detected(data: bytes) -> Decoded | None:
    """What a general detector makes of it, where it is sure of a text without oddities."""
    best = from_bytes(data[: 8 * HEAD_BYTES]).best()
    if best is None or best.percent_chaos > 5 or best.percent_coherence < 20:
        return None
    text = _strict(data, best.encoding)
    return Decoded(text, best.encoding.replace("_", "-")) if text is not None else None


def _undecodable(name: str) -> Refused:
    return Refused(
        "undecodable",
        f"{name}: its characters are in no encoding that is read (UTF-8, UTF-16, GB18030, GBK, GB2312, Big5), or too "
        "many of them are damaged; save it again as UTF-8",
    )
