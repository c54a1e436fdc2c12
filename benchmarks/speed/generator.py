"""Make a corpus of any size out of the text samples, with its gold facts.

    python benchmarks/speed/generator.py DIR --reports 5000

Every report is a sample in which the figures, the region, the years and the noise of the page are others. The same
seed makes the same files, whatever the size: report 17 is the same in a corpus of a hundred and of a million. A share
of them are pages of a portal (HTML). Beside ``000/000017.txt`` stands ``000017.jsonl`` with its facts, in the form of
``corpora/samples``. Sums that hold in a sample don't hold here, as every figure varies by itself.
"""

from __future__ import annotations

import argparse
import html
import json
import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

from pipeline.places import load_gazetteer

SAMPLES = Path(__file__).parents[2] / "corpora/samples"
FOLDER = 1000
"""Files in a folder."""
PAGES = 0.2
"""The share of HTML pages."""
SKIPPED = ("dump-interleaved", "chinese-numerals", "city-by-county", "congress-report")
"""Samples with several reports, with numbers in words, about several regions, or with a region that only its towns
tell: what varies would not fit together.
"""

_MANTISSA = re.compile(r"\d+(?:\.\d+)?")
_YEAR = re.compile(r"(?<![\d.])20[012]\d(?![\d.])")
_PLAN = re.compile("十[一二三四五]五")
_PLANS = ("十一五", "十二五", "十三五", "十四五", "十五五")
_NOISE_BEFORE = (
    "【字体：大 中 小】",
    "您当前的位置：首页 > 政务公开 > 工作动态",
    "点击数：{n}次",
    "字号：大 中 小　打印本页　关闭窗口",
    "信息来源：本站　浏览次数：{n}",
)
_NOISE_BEHIND = (
    "扫一扫在手机打开当前页",
    "版权所有 未经许可不得转载",
    "上一篇：没有了",
    "主办单位：县人民政府办公室　网站标识码：{n}",
    "打印　关闭　返回顶部",
)


@dataclass(frozen=True)
class Sample:
    """A sample: its text, its facts, where they stand in it, and its region."""

    text: str
    facts: tuple[dict[str, object], ...]
    spans: tuple[tuple[int, int], ...]
    """Of the context of each fact in the text."""
    region: str


@dataclass(frozen=True)
class Made:
    """A report that was made: the bytes of its file, the ending of its name, its facts."""

    data: bytes
    suffix: str
    facts: list[dict[str, object]]


@cache
def samples() -> tuple[Sample, ...]:
    """The samples that reports are made of, by name."""
    found = []
    for meta_path in sorted(SAMPLES.glob("*.meta.json")):
        name = meta_path.name.removesuffix(".meta.json")
        path = SAMPLES / f"{name}.txt"
        if not path.exists() or name in SKIPPED:
            continue
        meta = json.loads(meta_path.read_text(encoding="utf-8"))
        text = path.read_bytes().decode(meta["encoding"].split()[0]).replace("\r\n", "\n")
        lines = (SAMPLES / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
        facts = tuple(json.loads(line) for line in lines)
        facts = tuple(fact for fact in facts if text.count(str(fact["context"])) == 1)
        spans = tuple((text.index(f["context"]), text.index(f["context"]) + len(f["context"])) for f in facts)
        found.append(Sample(text, facts, spans, meta["region"]))
    return tuple(found)


@cache
def _regions_like(code: str) -> tuple[str, ...]:
    """Regions of the same level under as many others, whose names end alike, so that 全县 stays right."""
    gazetteer = load_gazetteer()
    own, levels = gazetteer.regions[code], len(gazetteer.path(code))
    named = [r for r in gazetteer.regions.values() if r.level == own.level and r.name[-1] == own.name[-1]]
    return tuple(sorted(r.adcode for r in named if len(gazetteer.path(r.adcode)) == levels))


def make(number: int, seed: int = 0, pages: float = PAGES) -> Made:
    """Report ``number`` of the corpus of a seed."""
    chance = random.Random(f"{seed}:{number}")
    sample = chance.choice(samples())
    changes, facts = _figures(sample, chance)
    years, periods = _years(sample, chance)
    for more in (years, _region(sample, chance, facts)):
        for span, new in more.items():
            if not _crosses(span, changes):
                changes[span] = new
    changes.update(_noise(sample, chance))
    text, place = _edited(sample.text, changes)
    for fact, (start, end) in zip(facts, sample.spans, strict=True):
        fact["context"] = text[place(start) : place(end, before=True)]
        fact["period"] = periods(fact["period"])
    facts = [fact for fact in facts if text.count(str(fact["context"])) == 1]
    if chance.random() < pages:
        facts = [fact for fact in facts if "\n" not in str(fact["context"])]
        return Made(_page(text, chance).encode(), ".html", facts)
    return Made(text.encode(), ".txt", facts)


def _figures(sample: Sample, chance: random.Random) -> tuple[dict[tuple[int, int], str], list[dict[str, object]]]:
    """Other digits for the numbers of facts, and the facts with their values."""
    changes: dict[tuple[int, int], str] = {}
    facts = []
    for fact, (start, _) in zip(sample.facts, sample.spans, strict=True):
        changed = dict(fact)
        facts.append(changed)
        number = str(fact["number"])
        digits = _MANTISSA.findall(number)
        value = fact["value"]
        if len(digits) != 1 or isinstance(value, list) or fact["value_high"] is not None or "%" in number:
            continue
        old = Decimal(digits[0])
        if not old or Decimal(str(value)) / old not in {Decimal(s * 10**n) for n in range(9) for s in (1, -1)}:
            continue
        at = start + str(fact["context"]).index(number) + number.index(digits[0])
        span = (at, at + len(digits[0]))
        new = changes.get(span) or _digits_like(digits[0], chance)
        if _crosses(span, changes) and span not in changes:
            continue
        changes[span] = new
        changed["number"] = number.replace(digits[0], new, 1)
        changed["value"] = _plain(Decimal(str(value)) / old * Decimal(new))
    return changes, facts


def _digits_like(digits: str, chance: random.Random) -> str:
    """As many digits, before the point and behind; no zero in front, none at the end of a fraction, no year."""
    while True:
        new = re.sub(r"\d", lambda _: chance.choice("123456789"), digits)
        if not _YEAR.search(new):
            return new


def _years(sample: Sample, chance: random.Random) -> tuple[dict[tuple[int, int], str], Callable[[object], object]]:
    """All years moved back alike; where five-year plans are named, by whole plans, and their names with them."""
    named = [_PLANS.index(name) for name in _PLAN.findall(sample.text)]
    steps = [-5 * n for n in range(min(named) + 1)] if named else list(range(-9, 1))
    step = 0 if "二〇" in sample.text else chance.choice(steps)

    def moved(period: object) -> object:
        if isinstance(period, list):
            return [moved(reading) for reading in period]
        return period if period is None else _YEAR.sub(lambda m: str(int(m[0]) + step), str(period))

    changes = {m.span(): str(int(m[0]) + step) for m in _YEAR.finditer(sample.text)}
    changes |= {m.span(): _PLANS[_PLANS.index(m[0]) + step // 5] for m in _PLAN.finditer(sample.text)}
    return changes, moved


def _region(sample: Sample, chance: random.Random, facts: list[dict[str, object]]) -> dict[tuple[int, int], str]:
    """Another region of the same kind, with the regions above it, in the text and in the facts."""
    code = chance.choice(_regions_like(sample.region))
    gazetteer = load_gazetteer()
    changes: dict[tuple[int, int], str] = {}
    for old, new in zip(gazetteer.path(sample.region), gazetteer.path(code), strict=True):
        for was, name in ((old.name, new.name), (gazetteer.shorts[old.adcode], gazetteer.shorts[new.adcode])):
            spans = (match.span() for match in re.finditer(re.escape(was), sample.text) if len(was) > 1)
            changes.update({span: name for span in spans if not _crosses(span, changes)})
    for fact in facts:
        if fact["region"] == sample.region:
            fact["region"] = code
    return changes


def _noise(sample: Sample, chance: random.Random) -> dict[tuple[int, int], str]:
    """Lines of a portal before and behind, and page numbers between paragraphs that no fact's context runs across."""
    lines = {(0, 0): _line(chance, _NOISE_BEFORE)}
    held = sample.spans
    ends = [m.end() for m in re.finditer("\n", sample.text)]
    free = [end for end in ends if 0 < end < len(sample.text) and not any(a < end < b for a, b in held)]
    for page, end in enumerate(sorted(chance.sample(free, min(2, len(free)))), start=1):
        lines[end, end] = f"— {page} —\n"
    lines[len(sample.text), len(sample.text)] = "\n" + _line(chance, _NOISE_BEHIND)
    return lines


def _line(chance: random.Random, lines: Sequence[str]) -> str:
    return chance.choice(lines).format(n=chance.randrange(1000, 99_999)) + "\n"


def _crosses(span: tuple[int, int], changes: dict[tuple[int, int], str]) -> bool:
    return any(span[0] < end and start < span[1] for start, end in changes)


def _edited(text: str, changes: dict[tuple[int, int], str]) -> tuple[str, Callable[..., int]]:
    """The text with its spans replaced, and where a place of the old text lies in the new: behind or before what is put
    there.
    """
    pieces, marks, at, length = [], [], 0, 0
    for (start, end), new in sorted(changes.items()):
        pieces += [text[at:start], new]
        length += start - at + len(new)
        marks.append((start, end, length))
        at = end
    pieces.append(text[at:])

    def place(old: int, *, before: bool = False) -> int:
        put = (mark for mark in reversed(marks) if mark[1] <= old and not (before and mark[0] == mark[1] == old))
        last = next(put, None)
        return old if last is None else old - last[1] + last[2]

    return "".join(pieces), place


def _page(text: str, chance: random.Random) -> str:
    """The text as a page of a portal: a paragraph a line, between menus and a list of other articles."""
    lines = [line for line in text.splitlines() if line.strip()]
    menu = "".join(f'<li><a href="/c{n}/">{name}</a></li>' for n, name in enumerate(_MENU))
    others = "".join(f'<li><a href="/a{chance.randrange(10**6)}.html">{name}</a></li>' for name in _MENU[::-1])
    body = "\n".join(f"<p>{html.escape(line)}</p>" for line in lines)
    return (
        f'<!DOCTYPE html>\n<html lang="zh-CN"><head><meta charset="utf-8"><title>{html.escape(lines[1])}</title></head>'
        f'<body><div class="nav"><ul>{menu}</ul></div><div class="article"><h1>{html.escape(lines[1])}</h1>\n{body}\n'
        f'</div><div class="side"><h3>相关阅读</h3><ul>{others}</ul></div>'
        '<div class="footer">网站地图 | 联系我们 | 版权所有</div></body></html>\n'
    )


_MENU = ("网站首页", "政务公开", "办事服务", "互动交流", "数据开放", "走进本县", "通知公告", "政策解读", "领导之窗")


def _plain(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


def write(folder: Path, reports: int, *, seed: int = 0, pages: float = PAGES, gold: bool = True) -> int:
    """Write the reports into folders of a thousand; returns the characters of all."""
    characters = 0
    for number in range(reports):
        made = make(number, seed, pages)
        place = folder / f"{number // FOLDER:03d}"
        if number % FOLDER == 0:
            place.mkdir(parents=True, exist_ok=True)
        (place / f"{number:06d}{made.suffix}").write_bytes(made.data)
        if gold:
            lines = [json.dumps(fact, ensure_ascii=False) + "\n" for fact in made.facts]
            (place / f"{number:06d}.jsonl").write_text("".join(lines), encoding="utf-8")
        characters += len(made.data.decode())
    return characters


def main(arguments: Sequence[str] | None = None) -> None:
    """Make a corpus."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--reports", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--pages", type=float, default=PAGES, help="the share of HTML pages (default: 0.2)")
    given = parser.parse_args(arguments)
    characters = write(given.folder, given.reports, seed=given.seed, pages=given.pages)
    print(f"{given.folder}: {given.reports:,} reports, {characters:,} characters")


if __name__ == "__main__":
    main()
