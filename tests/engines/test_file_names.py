"""Files whose names aren't UTF-8, as archives of other systems unpacked on this one leave them."""

import os
import sqlite3
import sys

import pytest

from pipeline.engines import ingest
from pipeline.engines.walking import readable, walk

pytestmark = pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="all names are text here")
REPORT = "苍山县2021年教育工作总结\n2021年，全县新建学校{}所。\n"
NAMES = (
    ("总结.txt".encode("gb18030"), "总结.txt"),
    ("县".encode("gb18030") + b"\xff.txt", "\\xcf\\xd8\\xff.txt"),
    (b"a\xff.txt", "a\\xff.txt"),
)


@pytest.mark.parametrize(("name", "shown"), NAMES)
def test_a_name_is_shown_as_text(name, shown, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    told = readable(os.fsdecode(name))
    told.encode()
    assert told == shown


def test_such_files_are_ingested_once_and_told_apart(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / os.fsdecode("资料".encode("gb18030"))
    folder.mkdir()
    (folder / "总结.txt").write_text(REPORT.format(3), encoding="utf-8")
    for number, (name, _) in enumerate(NAMES):
        (folder / os.fsdecode(name)).write_text(REPORT.format(number + 4), encoding="utf-8")
    assert len({candidate.name for candidate in walk([folder])}) == 4
    for _ in range(2):
        summary = ingest([folder], tmp_path / "facts.db", processes=1)
        assert not summary.refused
    assert (summary.read, summary.unchanged) == (0, 4)
    with sqlite3.connect(tmp_path / "facts.db") as db:
        paths = [path for (path,) in db.execute("SELECT path FROM source_paths ORDER BY path")]
    assert len(paths) == 4
    assert sum(path == "资料/总结.txt" for path in paths) == 1
