"""When a figure holds: dates, years, ranges, school years, five-year plans and relative words, as EDTF.

EDTF is ISO 8601-2:2019 at level 0 with open ends: ``2023``, ``2023-09``, ``2016/2020``, ``2021/..``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from pipeline.figures.numerals import parse_number
from pipeline.model import Period
from pipeline.resources import Strict, load_yaml


class PeriodWords(Strict):
    """``periods.yaml``."""

    plans: dict[str, str]
    ambiguous_plans: list[str]
    relative_years: dict[str, int]
    comparing: list[str]
    until: list[str]


@dataclass(frozen=True, slots=True)
class Reference:
    """The moment a report speaks from: its year, and the month where it is known (1 to 12)."""

    year: int | None = None
    month: int | None = None


@cache
def period_words() -> PeriodWords:
    """The words of ``periods.yaml``. Raises ResourceError."""
    return load_yaml("periods.yaml", PeriodWords)


_D = "0-9０-９"
_YEAR = f"(?:[1１][9９]|[2２][0０])[{_D}]{{2}}(?![{_D}])|[一二][九〇○零][〇○零一二三四五六七八九]{{2}}(?=年)"
_MONTH = "(?:[1１][012０１２]|[0０]?[1-9１-９]|十[一二]?|[一二三四五六七八九])"
_DAY = f"(?:[0０123１２３]?[{_D}]|[三二]?十[一二三四五六七八九]?|廿?[一二三四五六七八九])"
_DASH = "[-—–－―~～〜至到]{1,2}"
_COUNT = f"(?:[{_D}]{{1,2}}|[两一二三四五六七八九十]{{1,3}})"
_COMPARED = re.compile(r"(?:年)?(?:同期|底)?相?比")
_QUOTE = "[“”\"〃『「‘’']"
_UNQUOTE = "[“”\"〃』」‘’']"


def _pattern() -> re.Pattern[str]:
    words = period_words()
    plain = "|".join(sorted((p for p in words.plans if p not in words.ambiguous_plans), key=len, reverse=True))
    odd = "|".join(words.ambiguous_plans)
    relative = "|".join(sorted(words.relative_years, key=len, reverse=True))
    tail = r"(?P<tail>以来|至今|以后|之后|起|末期|末|期末|收官|底|初|前|期间|时期)"
    plan = (
        rf"(?:{_QUOTE}(?P<qplan>{plain}|{odd})(?:{_UNQUOTE}|(?=期间|时期|以来|末))|(?P<plan>{plain})"
        rf"|(?P<oplan>{odd})(?=期间|规划|时期|以来|末期))(?:的|规划)?{tail}?"
    )
    year = (
        rf"(?P<y1>{_YEAR})(?:年?{_DASH}(?P<y2>{_YEAR}|[{_D}]{{2}}(?=年|学年)))(?P<yr>学年度?|年度|年)?(?P<rsince>以来|期间|间)?"
        rf"|(?P<iso>(?:[1１][9９]|[2２][0０])[{_D}]{{2}}[-/.．](?:[01０１]?[{_D}])[-/.．](?:[0-3０-３]?[{_D}])(?![{_D}]))"
        rf"|(?P<year>{_YEAR})(?P<school>学年度?)"
        rf"|(?P<ymd>{_YEAR})年(?P<month>{_MONTH})月(?:(?P<day>{_DAY})[日号])?(?P<mtail>底|末|初|份|以来|至今|起)?"
        rf"(?:(?:{_DASH})(?:(?P<ym2>{_YEAR})年)?(?P<month2>{_MONTH})月(?:{_DAY}[日号])?)?"
        rf"|(?P<yonly>{_YEAR})年(?:度)?(?P<half>上半年|下半年|[前一二三四]{{1,2}}季度|1[-—至]{_MONTH}月)?"
        rf"(?:的?(?P<season>春季|秋季|春|秋)(?:学期|开学|季)?)?"
        rf"(?P<ytail>以来|至今|以后|之后|起(?!始|点)|年?底|末|初|前)?"
        rf"|(?P<ybare>(?:[1１][9９]|[2２][0０])[{_D}]{{2}})(?=[、,，和及与]\s?(?:{_YEAR})|年)"
    )
    rel = (
        rf"(?P<rel>{relative})(?P<relhalf>上半年|下半年|[前一二三四]{{1,2}}季度)?(?P<relmonth>{_MONTH})?(?(relmonth)月(?:{_DAY}[日号]|底|末|份)?)"
        rf"(?:的?(?:春季|秋季|暑期|秋|春)(?:学期|开学|季)?)?(?P<reltail>以来|年?底|末|起|初)?"
        rf"|(?P<last>(?:最近|近|过去|(?<!学)前)(?P<lastn>{_COUNT})个?(?:学)?年(?:多)?(?:以?来|间|里|内)?(?!级|制))"
        rf"|(?P<since>(?P<sincen>{_COUNT})(?:个)?年(?:多)?(?:以?来|间|里(?!程)))"
        rf"|(?P<within>(?P<withinn>{_COUNT})年[内间中])"
        rf"|(?P<next>(?:未来|今后|接下来|下一步)(?:的)?(?P<nextn>{_COUNT})个?(?:学)?年(?:内|里|间)?)"
        rf"|(?P<running>连续(?P<runningn>{_COUNT})个?(?:学)?年)"
        rf"|(?P<halfonly>上半年|下半年)"
        rf"|(?P<monthonly>(?<![{_D}年])(?P<mo>{_MONTH})月(?:份?[底末中初]|份|(?P<moday>{_DAY})日)?(?:{_DASH}(?P<mo2>{_MONTH})月(?:份|底|末)?)?)"
        rf"|(?P<agoyears>(?P<agon>{_COUNT})年前)"
        rf"|(?P<yearend>年底|年末)"
    )
    return re.compile(f"{plan}|{year}|{rel}")


@cache
def _compiled() -> re.Pattern[str]:
    return _pattern()


def _number(text: str) -> int:
    value = parse_number(text)
    return int(value) if value is not None else 0


def _years(first: int, last: int) -> str:
    return f"{first:04}" if first == last else f"{first:04}/{last:04}"


def _recent(count: int, reference: Reference) -> str | None:
    """近三年: the three years up to the report's own; up to the year before for a report of January to March."""
    if reference.year is None or not count:
        return None
    last = reference.year - 1 if reference.month in (1, 2, 3) else reference.year
    return _years(last - count + 1, last)


def _read_plan(match: re.Match[str], _reference: Reference) -> str:
    words = period_words()
    first, last = words.plans[match["qplan"] or match["plan"] or match["oplan"]].split("/")
    tail = match["tail"] or ""
    if tail in ("以来", "至今", "起"):
        return f"{first}/.."
    if tail in ("以后", "之后"):
        return f"{int(last) + 1}/.."
    if tail.endswith(("末", "末期", "收官", "底")):
        return last
    return first if tail == "初" else f"{first}/{last}"


def _read_range(match: re.Match[str], _reference: Reference) -> str:
    first, second = _number(match["y1"]), _number(match["y2"])
    return _years(first, second if second > 999 else first // 100 * 100 + second)


def _read_iso(match: re.Match[str], _reference: Reference) -> str | None:
    year, month, day = (_number(part) for part in re.split(r"[-/.．]", match["iso"]))
    return f"{year:04}-{month:02}-{day:02}" if 1 <= month <= 12 and 1 <= day <= 31 else f"{year:04}"


def _read_school_year(match: re.Match[str], _reference: Reference) -> str:
    year = _number(match["year"])
    return f"{year:04}/{year + 1:04}"


def _read_month(match: re.Match[str], _reference: Reference) -> str:
    year, month = _number(match["ymd"]), _number(match["month"])
    start = f"{year:04}-{month:02}"
    if match["month2"]:
        return f"{start}/{_number(match['ym2']) if match['ym2'] else year:04}-{_number(match['month2']):02}"
    if match["mtail"] in ("以来", "至今", "起"):
        return f"{start}/.."
    return f"{start}-{_number(match['day']):02}" if match["day"] else start


def _half(year: int, half: str) -> str:
    if half == "上半年":
        return f"{year:04}-01/{year:04}-06"
    if half == "下半年":
        return f"{year:04}-07/{year:04}-12"
    if half.startswith("1"):
        return f"{year:04}-01/{year:04}-{_number(half[2:-1]):02}"
    number = _number(half.strip("前季度"))
    last = 3 * number
    return f"{year:04}-{1 if half.startswith('前') else last - 2:02}/{year:04}-{last:02}"


def _read_year(match: re.Match[str], _reference: Reference) -> str:
    year = _number(match["yonly"])
    if match["half"]:
        return _half(year, match["half"])
    tail = match["ytail"] or ""
    return f"{year:04}/.." if tail in ("以来", "至今", "起", "以后", "之后") else f"{year:04}"


def _read_relative(match: re.Match[str], reference: Reference) -> str | None:
    if reference.year is None:
        return None
    year = reference.year + period_words().relative_years[match["rel"]]
    if match["relhalf"]:
        return _half(year, match["relhalf"])
    if match["relmonth"]:
        return f"{year:04}-{_number(match['relmonth']):02}"
    return f"{year:04}/.." if match["reltail"] == "以来" and year < reference.year else f"{year:04}"


def _read_next(match: re.Match[str], reference: Reference) -> str | None:
    count = _number(match["nextn"])
    return _years(reference.year + 1, reference.year + count) if reference.year and count else None


def _read_running(match: re.Match[str], reference: Reference) -> str | None:
    count = _number(match["runningn"])
    return _years(reference.year - count + 1, reference.year) if reference.year and count else None


def _read_month_only(match: re.Match[str], reference: Reference) -> str | None:
    month = _number(match["mo"])
    if reference.year is None or not 1 <= month <= 12:
        return None
    start = f"{reference.year:04}-{month:02}"
    if match["mo2"]:
        return f"{start}/{reference.year:04}-{_number(match['mo2']):02}"
    return f"{start}-{_number(match['moday']):02}" if match["moday"] else start


def _read_ago(match: re.Match[str], reference: Reference) -> str | None:
    return f"{reference.year - _number(match['agon']):04}" if reference.year else None


_READERS: tuple[tuple[str, Callable[[re.Match[str], Reference], str | None]], ...] = (
    ("y1", _read_range),
    ("iso", _read_iso),
    ("year", _read_school_year),
    ("ymd", _read_month),
    ("yonly", _read_year),
    ("ybare", lambda match, _reference: f"{_number(match['ybare']):04}"),
    ("qplan", _read_plan),
    ("plan", _read_plan),
    ("oplan", _read_plan),
    ("rel", _read_relative),
    ("lastn", lambda match, reference: _recent(_number(match["lastn"]), reference)),
    ("sincen", lambda match, reference: _recent(_number(match["sincen"]), reference)),
    ("withinn", lambda _match, _reference: None),
    ("nextn", _read_next),
    ("runningn", _read_running),
    ("halfonly", lambda match, reference: _half(reference.year, match["halfonly"]) if reference.year else None),
    ("mo", _read_month_only),
    ("agon", _read_ago),
    ("yearend", lambda _match, reference: f"{reference.year:04}" if reference.year else None),
)


def find_periods(text: str, reference: Reference | None = None) -> tuple[Period, ...]:
    """Every stretch of time that ``text`` names, in order, with half-open spans in code points.

    ``reference`` is the moment from which 今年, 近三年 and a month without a year are counted; without it they are
    found with ``edtf`` None. The rules are those of the gold sets (近三年 counts from the report's own year, and from
    the year before for a report of January to March).
    """
    known = reference or Reference()
    words = period_words()
    comparing, until = tuple(words.comparing), tuple(words.until)
    found: list[Period] = []
    for match in _compiled().finditer(text):
        start, end = match.span()
        for group, read in _READERS:
            if match[group] is not None:
                edtf = read(match, known)
                break
        else:
            continue
        before = text[max(0, start - 3) : start].rstrip('“"‘')
        compared = before.endswith(comparing) or _COMPARED.match(text, end) is not None
        planned = before.endswith(until) and not before.endswith(("截至", "截止", "截至到", "截止到", "直到", "达到"))
        found.append(Period(start, end, match[0], edtf, planned, compared))
    return tuple(found)
