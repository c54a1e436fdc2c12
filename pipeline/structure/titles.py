"""What looks like the title of a report, and how a title reads without what clings to it."""

from __future__ import annotations

import re
from functools import cache

from pipeline.structure.data import either, structure

MAX_TITLE = 70
_LONGEST = 2 * MAX_TITLE
"""No line longer than this is a title with a part mark or bullets before it."""
_PART = re.compile(
    r"^(?:篇[一二三四五六七八九十\d]{1,3}|第[一二三四五六七八九十\d]{1,3}篇|【篇[一二三四五六七八九十\d]{1,3}】|范文[一二三四五六七八九十\d]{1,3})"
    r"[\s:：、.．]*"
)
_MARKER = re.compile(r"^(?:[◆◇●■□★▶▲○\s]+|\d{1,2}[、.．](?=关于))")
_INLINE_PART = re.compile(r"(?<=[\u4e00-\u9fff])篇[一二三四五六七八九十\d]{1,2}(?=\*|[\u4e00-\u9fff])")
_TABLE = re.compile(r"[表图]\s?[一二三四五六七八九十\d]|附[件表录]|[(（]单位")
_CAPTION = re.compile(
    r"[续附]?[表图]\s?[一二三四五六七八九十\d]|附[件表录]|\d{1,2}[-—–]\d{1,2}\s|专栏\s?[一二三四五六七八九十\d]"
)
_NUMBERED = re.compile(
    r"^(?:[一二三四五六七八九十]{1,3}[、.．]|[(（][一二三四五六七八九十\d]{1,3}[)）]|\d{1,2}[.．、]\s?\D|第.{1,3}[章节])"
)
_SENTENCE = re.compile(r"[。；;]|[，,].*[，,].*[，,]")
_OWNER = re.compile(r"\*{1,3}|[省市县区旗州盟]|关于|[局厅委校园]|政府|[12]\d{3}年|十[二三四五]五")
_SITE = re.compile(r"(?<!\s)\s*(?<![-—–])[-_|](?![-—–])\s*[^-_|—–]{2,24}$")


@cache
def _last(words: tuple[str, ...]) -> tuple[str, ...]:
    """The last characters of words: most lines end with none of them, which is sooner seen than matched."""
    return tuple({word[-1] for word in words})


@cache
def _ending(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"(?:{either(words)})(?:[(（][^()（）]{{1,24}}[)）])*[》”]?$")


def ends_like_title(text: str, strictly: bool = False) -> bool:
    """Whether a text ends in a word that titles of reports end in; ``strictly``: and sections don't."""
    words = structure().title_ends if strictly else structure().title_ends + structure().weak_title_ends
    return text.endswith((*_last(words), ")", "）", "》", "”")) and _ending(words).search(text) is not None


def is_series(text: str) -> bool:
    """Whether a text is the name of a series, whose issues have titles of their own."""
    return _ending(structure().series_ends).search(text) is not None


def is_caption(text: str) -> bool:
    """Whether a line is the caption of a table, a picture or an annex (表2 ..., 附件1)."""
    return _CAPTION.match(text) is not None


def is_title_line(text: str, strictly: bool = False) -> bool:
    """Whether a line can open a report: it ends like a title, says whose or of which year, and is no section."""
    if len(text) > _LONGEST:
        return False
    bare = strip_part(text)
    if (
        not 8 <= len(bare) <= MAX_TITLE
        or _NUMBERED.match(bare)
        or _SENTENCE.search(bare)
        or bare.startswith("《")
        or _TABLE.search(bare)
    ):
        return False
    return ends_like_title(bare, strictly) and len(_OWNER.findall(bare)) >= 2


@cache
def _at_end() -> re.Pattern[str]:
    ends = either(structure().title_ends)
    return re.compile(
        rf"(?:篇[一二三四五六七八九十\d]{{1,2}}\s*|(?=\*\*[省市县区旗]))(?P<title>[^，。；：、]{{6,40}}?(?:{ends}))$"
    )


def title_at_end(text: str) -> int | None:
    """Where a title begins that a lost page break left at the end of running text; None where there is none."""
    if not text.endswith(_last(structure().title_ends)):
        return None
    match = _at_end().search(text, max(0, len(text) - MAX_TITLE))
    return match.start() if match and match.start() else None


def inline_part(text: str) -> int | None:
    """Where ``篇5`` and a title begin in a short line that lost its breaks."""
    match = _INLINE_PART.search(text) if "篇" in text else None
    return match.start() if match else None


def part_mark(text: str) -> str:
    """``篇5``, ``第二篇`` at the start of a line; empty where there is none."""
    match = _PART.match(text)
    return match.group() if match else ""


def strip_part(text: str) -> str:
    """A title without its part mark or bullet."""
    return _MARKER.sub("", _PART.sub("", text)).strip()


def strip_site(title: str) -> str:
    """The title of a page without the name of the site behind it."""
    shorter = _SITE.sub("", title)
    return shorter if len(shorter) >= 6 else title
