"""The user's word on the region of files, in regions.yaml beside them."""

import os

import pytest

from pipeline.engines import walk
from pipeline.errors import ResourceError


def regions(folder, lines):
    (folder / "regions.yaml").write_text(lines, encoding="utf-8")


@pytest.fixture
def folder(tmp_path):
    for name in ("a.txt", "b1.txt", "b2.txt"):
        (tmp_path / name).write_text("全县有小学3所。", encoding="utf-8")
    return tmp_path


def told(paths):
    return {candidate.path.name: candidate.region for candidate in walk(paths)}


def test_names_go_before_patterns_and_patterns_in_their_order(folder):
    regions(folder, '"b*.txt": 530800\n"b2.txt": 福州市晋安区\n"*": 思茅市\n')
    assert told([folder]) == {"a.txt": "530800", "b1.txt": "530800", "b2.txt": "350111"}


def test_what_no_line_fits_is_read_as_without_the_file(folder):
    regions(folder, '"a.txt": "341602"\n')
    assert told([folder]) == {"a.txt": "341602", "b1.txt": None, "b2.txt": None}


def test_a_file_that_is_named_itself_has_its_region_too(folder):
    regions(folder, '"a.txt": 谯城区\n')
    assert told([folder / "a.txt"]) == {"a.txt": "341602"}


def test_a_changed_file_is_read_again(folder):
    regions(folder, '"a.txt": 谯城区\n')
    assert told([folder])["a.txt"] == "341602"
    regions(folder, '"a.txt": 迎江区\n')
    os.utime(folder / "regions.yaml", ns=(1, 1))
    assert told([folder])["a.txt"] == "340802"


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ('"a.txt": 鼓楼区\n', "several regions are called so; give the code: 江苏省南京市鼓楼区 320106"),
        ('"a.txt": 无此县\n', "a.txt: 无此县: no such region"),
        ("- a.txt\n", "regions.yaml"),
        ('"a.txt": [1\n', "not valid YAML"),
    ],
)
def test_what_is_wrong_is_said_with_file_and_name(folder, lines, message):
    regions(folder, lines)
    with pytest.raises(ResourceError, match=message):
        walk([folder])
