"""Inputs made by chance out of a number: documents of every kind, damaged, cut, spliced and stuffed."""

from __future__ import annotations

import io
import random
import zipfile
from functools import cache
from pathlib import Path

from tests.reading.archives import mail, zipped

ROOT = Path(__file__).parents[2]
CORPUS = Path(__file__).parent / "corpus"
KINDS = (".txt", ".html", ".csv", ".docx", ".xlsx", ".pdf", ".eml", ".mht", ".xls", ".zip", ".tar", ".gz", ".warc")
PACKED = (".docx", ".xlsx", ".zip")
TOKENS = (
    b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"%PDF-1.7\n", b"PK\x03\x04", b"\x1f\x8b\x08", b"<table>", b"</td>", b"<script>",
    b"<!--", b"]]>", b"<!DOCTYPE a [<!ENTITY b 'c'>]>", b"&#x110000;", b"&#0;", b"colspan=\"99999999\"", b"rowspan=\"-1\"",
    b"r=\"XFD1048576\"", b"<c t=\"s\"><v>999999999</v></c>", b"endobj", b"stream\n", b"/Length 4294967296", b"/Kids [1 0 R]",
    b"Content-Transfer-Encoding: base64\r\n", b"boundary=", b"\r\n\r\n", b"=?gb2312?B?", b"charset=utf-7", b"9" * 400, b"-" * 300,
    "一" * 300, "亿万亿万亿", "九千九百九十九万亿", "１２３４５", "【】（（（", "\u202e\u200b\ufeff", "\U00020000", "２０２１年13月45日", "1/0",
    "5000%", "-0.00", "1e309", "NaN", "∞", "Ⅻ", "㊿", "年年年年年", "和" * 200, "[" * 3000, "（" * 300, "福建" * 60,
    "&a [*a]", "2021-13-45", "9" * 5000, "|---|---|", "┌─┬─┐\n│1│2│\n└─┴─┘",
)  # fmt: skip
_TOKENS = tuple(token.encode() if isinstance(token, str) else token for token in TOKENS)
REPORT = "苍山县2021年教育工作总结\n2021年，全县新建学校12所，新增学位4500个，投入资金1.2亿元。\n一、基本情况\n现有小学98所、在校生4.5万人，比上年增长3.2%。\n"


@cache
def seeds() -> tuple[tuple[str, bytes], ...]:
    """``(name, bytes)`` to begin with: the small samples, a file of each kind, and what was found before."""
    from tests.reading.office_files import word_file, xlsx  # noqa: PLC0415

    found = [
        (path.name, path.read_bytes())
        for path in sorted((ROOT / "corpora/samples").iterdir())
        if path.suffix in KINDS and path.stat().st_size < 60_000
    ]
    report = REPORT.encode()
    found += [
        ("a.txt", report),
        ("gb.txt", REPORT.encode("gb18030")),
        ("a.csv", "县区,小学（所）,在校生\n苍山县,98,\"4,500\"\n合计,98,4500\n".encode()),
        ("a.html", f"<html><meta charset=utf-8><body><h1>{REPORT[:14]}</h1><p>{REPORT}<table><tr><td>小学<td>98</table>".encode()),
        ("a.eml", mail(text=REPORT, files={"b.csv": b"a,1\n", "c.txt": report})),
        ("a.zip", zipped({"a.txt": report, "b/c.html": b"<p>" + report})),
        ("a.warc", b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://a.cn/\r\nContent-Length: 60\r\n\r\nHTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>98</p>\r\n\r\n\r\n"),
        ("a.xlsx", xlsx('<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>小学（所）</t></is></c><c r="B1"><v>98</v></c></row></sheetData>')),
        ("a.docx", word_file(REPORT.splitlines())),
        ("a.pdf", b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Count 1/Kids[3 0 R]>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>endobj\n4 0 obj<</Length 40>>stream\nBT /F 12 Tf 50 700 Td (98 schools) Tj ET\nendstream endobj\n5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF"),
    ]  # fmt: skip
    if CORPUS.is_dir():
        found += [(path.name, path.read_bytes()) for path in sorted(CORPUS.iterdir())]
    return tuple(found)


def document(number: int) -> tuple[str, bytes]:
    """The name and bytes of the document with this number; the same every time."""
    rng = random.Random(number)
    name, data = rng.choice(seeds())
    suffix = Path(name).suffix
    if rng.random() < 0.05:
        suffix = rng.choice(KINDS)
    if suffix in PACKED and rng.random() < 0.7:
        data = _inside(data, rng)
    elif rng.random() < 0.97:
        data = mutated(data, rng)
    return f"fuzz-{number}{suffix}", data


def mutated(data: bytes, rng: random.Random) -> bytes:
    """Bytes with one or several things done to them."""
    for _ in range(rng.choice((1, 1, 1, 2, 3, 8))):
        data = _once(bytearray(data), rng)
    return data[:300_000]


def text(number: int) -> str:
    """A text for the cleaner and the grammar."""
    rng = random.Random(number)
    return mutated(REPORT.encode() * rng.randint(1, 3), rng).decode("utf-8", "replace")


def _once(data: bytearray, rng: random.Random) -> bytes:
    size = len(data)
    at = rng.randrange(size + 1)
    upto = min(size, at + rng.choice((1, 2, 4, 16, 100, 2000)))
    way = rng.randrange(9)
    if way == 0 and size:
        for _ in range(rng.choice((1, 4, 30))):
            data[rng.randrange(size)] ^= 1 << rng.randrange(8)
    elif way == 1:
        del data[at:upto]
    elif way == 2:
        data[at:at] = data[at:upto] * rng.choice((1, 2, 50))
    elif way in (3, 4, 5):
        data[at : rng.choice((at, upto))] = rng.choice(_TOKENS) * rng.choice((1, 1, 1, 3, 40))
    elif way == 6:
        data[at:upto] = rng.randbytes(upto - at)
    elif way == 7:
        other = rng.choice(seeds())[1]
        data[at:upto] = other[rng.randrange(len(other) or 1) :][: rng.choice((10, 200, 5000))]
    else:
        del data[at:]
    return bytes(data)


def _inside(data: bytes, rng: random.Random) -> bytes:
    """A zip package with one of its parts changed and packed anew, so that the change is met behind the unpacking."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            parts = {name: package.read(name) for name in package.namelist()}
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, ValueError):
        return mutated(data, rng)
    chosen = rng.choice(sorted(parts)) if parts else ""
    if chosen:
        parts[chosen] = mutated(parts[chosen], rng)
    if rng.random() < 0.05 and chosen:
        del parts[chosen]
    return zipped(parts)
