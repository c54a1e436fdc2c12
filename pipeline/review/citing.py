"""Citations of a source and a fact: GB/T 7714-2015, and BibTeX."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

from pipeline.store import Shown, show

_SPECIAL = re.compile(r"([&%$#_{}~^\\])")


class Citation(NamedTuple):
    """The source by GB/T 7714, the fact in words, and both as an entry of BibTeX."""

    source: str
    fact: str
    bibtex: str


def cite(db: Path, fact: str) -> Citation:
    """How to cite a fact, by its id or the first digits of it. Raises StoreError, UsageError."""
    return citation(show(db, fact))


def citation(shown: Shown) -> Citation:
    """How to cite a fact that was looked up: what isn't known of its source is left out, nothing is made up."""
    stored = shown.fact
    title = (stored.report_title or Path(stored.path).stem).strip()
    publisher = (shown.publisher or "").strip()
    published = stored.report_published or ""
    address, fetched = shown.hints.get("address", ""), shown.hints.get("fetched", "")[:10]
    quoted = _quoted(shown)
    place = f"文本层第{stored.start}—{stored.end}字符，文件 SHA-256 {shown.sha256}"
    return Citation(
        _standard(title, publisher, published, address, fetched),
        f"“{quoted}”（{stored.number.strip()}；{place}；事实编号 {stored.id}）",
        _bibtex(shown, title, publisher, published, address, fetched),
    )


def _quoted(shown: Shown) -> str:
    return " ".join(shown.fact.sentence.split())


def _standard(title: str, publisher: str, published: str, address: str, fetched: str) -> str:
    """``责任者. 题名[文献类型标识/载体标识]. (发布日期)[引用日期]. 获取路径.`` (GB/T 7714-2015, 8.2 and 8.5)."""
    author = f"{publisher}. " if publisher else ""
    if address:
        dated = f"({published})" if published else ""
        got = f"[{fetched}]" if fetched else ""
        when = f" {dated}{got}." if dated or got else ""
        return f"{author}{title}[EB/OL].{when} {address}."
    return f"{author}{title}[R].{f' {published}.' if published else ''}"


def _bibtex(shown: Shown, title: str, publisher: str, published: str, address: str, fetched: str) -> str:
    stored = shown.fact
    fields = [("title", title), ("author", f"{{{_escaped(publisher)}}}" if publisher else "")]
    fields += [("year", published[:4]), ("date", published), ("url", address), ("urldate", fetched)]
    note = f"Countyfacts fact {stored.id}: {_quoted(shown)} (characters {stored.start}-{stored.end})"
    fields += [("howpublished", f"SHA-256 {shown.sha256}"), ("note", note), ("language", "chinese")]
    raw = {"author", "url"}
    lines = [f"  {name} = {{{value if name in raw else _escaped(value)}}}," for name, value in fields if value]
    return "\n".join(
        [f"@{'online' if address else 'misc'}{{countyfacts-{stored.source[:8]}-{stored.id[:8]},", *lines, "}"]
    )


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", text)
