"""How well cleaning does on documents whose noise and paragraphs are known.

``python tests/cleaning/cleaning_measure.py [-v]`` prints a line a document; the tests hold the sums to floors.
"""

from __future__ import annotations

import json
import re
import sys
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.cleaning import clean_source
from pipeline.cleaning.script import simplified
from pipeline.reading import read_source

SHARED = Path(__file__).parents[2] / "../shared"
OWN = Path(__file__).parents[2] / "corpora"
BLANK = re.compile(r"[\s\u3000]+")
FORMATS = ("txt", "html")


@dataclass
class Measure:
    """Counts of one or more documents, and what went wrong."""

    noise: int = 0
    dropped: int = 0
    content: int = 0
    kept: int = 0
    facts: int = 0
    present: int = 0
    characters: int = 0
    agreeing: int = 0
    left_in: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    lost_facts: list[str] = field(default_factory=list)

    def add(self, other: Measure) -> None:
        for name in ("noise", "dropped", "content", "kept", "facts", "present"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for name in ("left_in", "lost", "lost_facts"):
            getattr(self, name).extend(getattr(other, name))


def plain(text: str) -> str:
    """Text without blanks, half-width, so that folding makes no difference."""
    text = BLANK.sub("", text)
    wide = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
    return text.translate(wide)


def pairs(text: str) -> set[str]:
    return {text[i : i + 2] for i in range(len(text) - 1)} or {text}


def holds(text: str, text_pairs: set[str], wanted: str) -> bool:
    """Whether nearly all of ``wanted`` (damage aside) stands in ``text``."""
    if wanted in text:
        return True
    mine = pairs(wanted)
    return len(mine) >= 4 and len(mine & text_pairs) >= 0.8 * len(mine)


def measure(path: Path) -> Measure | None:
    """The measures of the document beside a ``.meta.json``; None where its kind is not read."""
    meta = json.loads(path.read_text(encoding="utf-8"))
    if meta["format"] not in FORMATS:
        return None
    stem = path.name.removesuffix(".meta.json")
    file = path.with_name(f"{stem}.{meta['format']}")
    source = read_source(file.read_bytes(), file.name)
    clean = clean_source(source)
    text = plain(clean.text)
    text_pairs = pairs(text)
    lines = {plain(clean.text[p.start : p.end]) for p in clean.paragraphs}
    result = Measure()
    wanted = meta.get("paragraphs_simplified") or meta.get("paragraphs") or []
    wanted = wanted + [p for report in meta.get("reports", []) for p in report.get("paragraphs", [])]
    if meta.get("script") == "traditional":
        wanted = [simplified(p) for p in wanted]
    wanted_plain = [plain(simplified(p)) for p in wanted if p.strip()]
    titles = [*wanted_plain, plain(str(meta.get("title")))]
    for noise in meta.get("noise", []):
        for part in noise.split("\n"):
            short = plain(simplified(part))
            if len(short) < 2 or short in wanted_plain:
                continue
            result.noise += 1
            if short in lines or (
                len(short) > 12 and any(short in p for p in lines) and not any(short in p for p in titles)
            ):
                result.left_in.append(f"{stem}: {part}")
            else:
                result.dropped += 1
    for paragraph in wanted_plain:
        result.content += 1
        if holds(text, text_pairs, paragraph):
            result.kept += 1
        else:
            result.lost.append(f"{stem}: {paragraph}")
    _facts(path.with_name(f"{stem}.jsonl"), source.layer.text, clean, result)
    return result


def _facts(path: Path, layer: str, clean: object, result: Measure) -> None:
    """Each gold number is in the clean text where its context stands (text) or anywhere (pages)."""
    text = plain(clean.text)  # type: ignore[attr-defined]
    for line in path.read_text(encoding="utf-8").splitlines():
        fact = json.loads(line)
        result.facts += 1
        at = layer.find(fact["context"])
        digits = re.sub(r"[^\d]", "", plain(fact["number"]))
        if at >= 0:
            start = at + fact["context"].find(fact["number"])
            low = clean.mapped.find(start)  # type: ignore[attr-defined]
            high = clean.mapped.find(start + len(fact["number"]))  # type: ignore[attr-defined]
            read = re.sub(r"[^\d]", "", plain(clean.text[low:high]))  # type: ignore[attr-defined]
            found = digits in read or _is_worth(read, fact["value"])
        else:
            found = plain(simplified(fact["number"])) in text
        if found:
            result.present += 1
        else:
            result.lost_facts.append(f"{path.stem}: {fact['number']!r}")


def _is_worth(digits: str, value: float) -> bool:
    """Whether the digits of a number whose damage was mended are those of its value, the scale aside."""
    return digits.strip("0") == re.sub(r"[^\d]", "", f"{abs(value):.6f}").strip("0")


def metas(shared: Path) -> list[Path]:
    return sorted(shared.glob("samples/*.meta.json")) + sorted(shared.glob("labelled/*.meta.json"))


def corpora(shared: Path) -> Measure:
    """The real documents: noise by line number, and every other line is content."""
    result = Measure()
    for name, known in json.loads((shared / "gold/noise.json").read_text(encoding="utf-8")).items():
        source = read_source((shared / "corpora" / name).read_bytes(), name)
        clean = clean_source(source)
        text = plain(clean.text)
        text_pairs = pairs(text)
        lines = {plain(clean.text[p.start : p.end]) for p in clean.paragraphs}
        for number, line in enumerate(source.layer.text.splitlines(), 1):
            short = plain(simplified(re.sub(r"[(（][a-zü-ǜāáǎàēéěèīíǐìōóǒòūúǔùńňǹ ]+[)）]", "", line)))
            if not short or number in known.get("metadata", []):
                continue
            if number in known["noise"]:
                result.noise += 1
                if short in lines or (len(short) > 12 and short in text):
                    result.left_in.append(f"{name}:{number}: {line.strip()[:60]}")
                else:
                    result.dropped += 1
            else:
                result.content += 1
                if holds(text, text_pairs, short):
                    result.kept += 1
                else:
                    result.lost.append(f"{name}:{number}: {line.strip()[:80]}")
        _facts(shared / f"gold/{Path(name).stem}.jsonl", source.layer.text, clean, result)
    return result


def main() -> None:
    total = Measure()
    for path in metas(OWN):
        one = measure(path)
        if one:
            total.add(one)
    found = [("samples and labelled", total)]
    if (SHARED / "gold").is_dir():
        found.append(("real documents", corpora(SHARED)))
    for name, sums in found:
        print(
            f"{name}: noise {sums.dropped}/{sums.noise} = {sums.dropped / sums.noise:.4f}, "
            f"content {sums.kept}/{sums.content} = {sums.kept / sums.content:.4f}, facts {sums.present}/{sums.facts}"
        )
        if "-v" in sys.argv:
            for title in ("left_in", "lost", "lost_facts"):
                print(f"  {title}:")
                for row in getattr(sums, title):
                    print(f"    {row[:170]}")


if __name__ == "__main__":
    main()
