"""Numbers that are no quantities: what they are instead."""

from __future__ import annotations

import re
from functools import cache

from pipeline.figures.numerals import CN_NUMERALS, DIGITS
from pipeline.figures.words import number_words
from pipeline.model import NumberClass

_D, _C = DIGITS, CN_NUMERALS
_YEAR = f"(?:19|20|１９|２０)[{_D}]{{2}}"

# Anchored at the number: what follows and what it runs through. Tried in this order.
_AHEAD: tuple[tuple[re.Pattern[str], NumberClass, str], ...] = (
    (re.compile(rf"{_YEAR}\s?[〕\]）)】］]\s?第?\s?[{_D}]{{1,5}}\s?号"), NumberClass.DOCUMENT_NUMBER, "number of a document, after its year"),
    (re.compile(rf"[12][{_D}]{{3,7}}[\]）)〕]\s?[{_D}]{{1,4}}号?"), NumberClass.DOCUMENT_NUMBER, "number of a document, after its year"),
    (re.compile(rf"(?:[01２０１]?[{_D}]|2[0-4])[:：][0-5][{_D}](?:[:：][0-5][{_D}])?(?![{_D}.．])"), NumberClass.DATE, "time of day"),
    (re.compile(rf"1[3-9][{_D}*]{{9}}(?![{_D}])"), NumberClass.PHONE, "mobile telephone number"),
    (re.compile(rf"0[{_D}]{{2,3}}\s?[-—－]\s?[{_D}*×]{{7,8}}(?![{_D}])"), NumberClass.PHONE, "telephone number"),
    (re.compile(rf"[{_D}]{{1,5}}\s?号(?!\s?(?:楼|院))"), NumberClass.DOCUMENT_NUMBER, "number of a document or a thing (…号)"),
    (re.compile(rf"[{_D}]{{1,3}}(?:人|名)(?:及)?以[上下内]的?[^，。；、]{{0,4}}?(?:大|超|班|校额|学校|村小|小规模|教学点)"), NumberClass.THRESHOLD, "limit of a class or school size"),
    (re.compile(rf"[{_D}]{{1,4}}(?:人|名)的?(?:大班|超大班|大班额|标准班|小规模|学校|村小|教学点|小学|班级)"), NumberClass.THRESHOLD, "limit of a class or school size"),
    (re.compile(rf"[{_D}]{{1,2}}(?:周岁|岁)(?:及)?(?:以[上下]|至|—|-)?"), NumberClass.THRESHOLD, "age"),
    (re.compile(r"[0-9]{3,}工程|985|211(?=工程|高校|院校)|5\+2|12345|3\+[12X2]"), NumberClass.NAME, "part of a name"),
    (re.compile(rf"[{_D}.]{{8,}}(?![{_D}.亿万]|[元人名平])"), NumberClass.IDENTIFIER, "identifier"),
)  # fmt: skip
# The words just before the number.
_BEFORE: tuple[tuple[re.Pattern[str], NumberClass, str], ...] = (
    (re.compile(r"(?:电话|热线|传真|手机|举报|联系方式|[Tt]el)[^\d\n，。；]{0,8}[\d\-—()（）、 ]{0,24}$"), NumberClass.PHONE, "telephone number"),
    (re.compile(r"(?:邮编|邮政编码|QQ|标识码|许可证|编号|代码|账号|卡号|备案|ICP[备证]|公网安备|索引号|统一社会信用代码|ISSN)[^\n，。；]{0,14}$"), NumberClass.IDENTIFIER, "identifier"),
    (re.compile(r"(?:阅读|点击|浏览|点赞|在看|分享|下载|收藏|访问量|评论)(?:次数|量|数)?[：: (（]{0,3}$"), NumberClass.IDENTIFIER, "page counter"),
    (re.compile(r"第\s?$"), NumberClass.ORDINAL, "ordinal (第…)"),
    (re.compile(r"(?:排名|位列|位居|名列|居)[^\n，。；\d]{0,6}$"), NumberClass.ORDINAL, "rank"),
    (re.compile(r"(?:https?://|www\.)[^\s，。；\u4e00-\u9fff]*$"), NumberClass.IDENTIFIER, "part of an address"),
    (re.compile(r"(?:超过|不足|不满|少于|多于|低于|高于|不超过|不多于|不少于)$"), NumberClass.UNKNOWN, ""),
    (re.compile(r"[A-Za-z][-_]?$"), NumberClass.NAME, "part of a name"),
    (re.compile(r"(?:附件|附表|表|图|注)\s?$"), NumberClass.SECTION_NUMBER, "number of an annex, table or note"),
    (re.compile(r"(?:备|安备)\s?$"), NumberClass.IDENTIFIER, "licence number"),
)  # fmt: skip
_LIMIT = re.compile(
    rf"[{_D}{_C}]{{1,5}}(?:人|名|平方米)?的(?:大|超|班|学校|村小|小规模|教学点|小学|初中|幼儿园|寄宿)|[{_D}]{{1,5}}人(?:规模)?的"
)
_SECTION = re.compile(
    rf"(?:^|(?<=[\n。；;：:！？”]))[\s　]*(?:[（(][{_C}{_D}]{{1,3}}[)）]|[{_C}]{{1,3}}[、.．]|[{_D}]{{1,2}}(?:[、．]|\.(?![{_D}])|[)）]))",
)
_INLINE_SECTION = re.compile(rf"[（(][{_C}]{{1,3}}[)）]")


def section_numbers(text: str) -> dict[int, int]:
    """Where section numbers stand (一、, （二）, 3.): start of the numeral -> end of the mark."""
    found = {}
    for match in _SECTION.finditer(text):
        start = match.start()
        while start < match.end() and text[start] not in _D and text[start] not in _C:
            start += 1
        found[start] = match.end()
    for match in _INLINE_SECTION.finditer(text):
        found[match.start() + 1] = match.end()
    return found


@cache
def _idioms() -> re.Pattern[str]:
    return re.compile("|".join(re.escape(word) for word in number_words().idioms))


def idiom_spans(text: str) -> list[tuple[int, int]]:
    """Spans of idioms and names with Chinese numerals that count nothing (``number_words.yaml``)."""
    return [match.span() for match in _idioms().finditer(text)]


def classify(text: str, start: int, end: int) -> tuple[NumberClass, str, int] | None:
    """What the number ``text[start:end]`` is where it is no quantity: class, reason, and where its wording ends.

    None where it may be a quantity. Only a bounded stretch of text around the number is looked at.
    """
    left = text[max(0, start - 24) : start]
    for pattern, number_class, reason in _BEFORE:
        if pattern.search(left):
            if number_class is not NumberClass.UNKNOWN:
                return number_class, reason, end
            if _LIMIT.match(text, start):
                return NumberClass.THRESHOLD, "limit in the description of classes or schools", end
    for pattern, number_class, reason in _AHEAD:
        match = pattern.match(text, start)
        if match and match.end() >= end:
            return number_class, reason, match.end()
    return None
