"""Near duplicates: what counts as the same report, and that nothing depends on order."""

import random
import struct

import pytest

from pipeline.cleaning import clean_source
from pipeline.cleaning.duplicates import PERMUTATIONS, groups, signature
from pipeline.reading import read_source

TOWNS = ["柳河", "青石", "白塔", "双桥", "石门", "大营", "红旗", "北川", "新集", "五里", "马营", "高台"]


def report(county: str, factor: int) -> str:
    lines = [f"{county}教育工作总结"]
    lines += [
        f"{town}镇新建学校{n + factor}所，新增学位{n * 37 + factor * 11}个；招聘教师{n * 3 + factor}名，投入资金{n * 120 + factor}万元。"
        for n, town in enumerate(TOWNS, 2)
    ]
    return "\n".join(lines)


class Table:
    """Signatures by name, as the database has them."""

    def __init__(self, known):
        self.known = known

    def sharing(self, low, high):
        bands = {}
        for name, values in self.known.items():
            bands.setdefault(values[low:high], []).append(name)
        return [names for names in bands.values() if len(names) > 1]

    def signatures(self, names):
        return [self.known[name] for name in names]


def likeness(one, two):
    """The share of values that two signatures have in common."""
    return sum(a == b for a, b in zip(*(struct.unpack("<128I", told) for told in (one, two)), strict=True)) / 128


def packed(*values):
    return struct.pack("<128I", *values)


def cleaned(text: str) -> str:
    return clean_source(read_source(text.encode(), "a.txt")).text


ONE, OTHER = report("云岭县", 3), report("沙湾县", 8)
CLONE = f"首页 > 要闻 > 正文\n来源：某网　2023-01-02 10:11\n{ONE.replace('新建学校5所', '新建学校５所')}\n相关阅读\n某地召开大会\n版权所有 某网"


def test_clones_are_alike_and_other_reports_are_not():
    one, clone, other = (signature(cleaned(text)) for text in (ONE, CLONE, OTHER))
    assert likeness(one, clone) > 0.8
    assert likeness(one, other) < 0.3
    assert likeness(one, one) == 1


def test_groups_do_not_depend_on_order():
    known = {
        name: signature(cleaned(text)) for name, text in [("c", ONE), ("a", CLONE), ("b", OTHER), ("d", ONE + "\n完。")]
    }
    names = list(known)
    for _ in range(5):
        random.shuffle(names)
        assert groups(Table({name: known[name] for name in names})) == [("a", "c", "d")]


def test_short_texts_have_no_signature():
    assert signature("某县教育局\n工作总结") is None
    assert groups(Table({})) == []


def test_signatures_are_those_of_the_library():
    datasketch = pytest.importorskip("datasketch")
    text = cleaned(ONE)
    clauses = {
        "".join(clause.split()) for clause in text.translate(dict.fromkeys(map(ord, "，。；、\n"), ",")).split(",")
    }
    known = datasketch.MinHash(num_perm=PERMUTATIONS, seed=1, scheme="affine32")
    known.update_batch(sorted(clause.encode() for clause in clauses if len(clause) >= 4))
    assert signature(text) == packed(*map(int, known.hashvalues))


def test_a_thousand_clones_are_one_group_at_once():
    values = struct.unpack("<128I", signature(cleaned(ONE)))
    clones = {f"{n:04}": packed(*values[: n % 40], *((n,) * (40 - n % 40)), *values[40:]) for n in range(1000)}
    assert groups(Table(clones)) == [tuple(sorted(clones))]


def test_likeness_is_passed_on():
    one = tuple(range(PERMUTATIONS))
    two = (*one[:90], *range(1000, 1000 + PERMUTATIONS - 90))
    three = (*range(2000, 2045), *two[45:])
    one, two, three = packed(*one), packed(*two), packed(*three)
    assert likeness(one, three) < 0.6
    assert groups(Table({"c": three, "b": two, "a": one})) == [("a", "b", "c")]
