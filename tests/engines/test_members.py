"""Containers in ingest and extract: each file inside a source of its own, opened again only where something changed."""

import json
import os
import shutil
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest

from pipeline.engines import extract, ingest, opening_apart, walk
from pipeline.engines.members import bytes_of, find, members_of, with_members
from pipeline.engines.walking import Candidate
from pipeline.errors import Refused
from tests.reading.archives import crawl, mail, nested_bomb, zipped

SAMPLES = Path(__file__).parents[2] / "corpora/samples"
REPORT = (SAMPLES / "work-summary.txt").read_bytes()
OTHER = (SAMPLES / "brief-news.txt").read_bytes()
PAGE = (SAMPLES / "clone.html").read_bytes()
DB = Path("facts.db")


@pytest.fixture
def inbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "inbox"
    folder.mkdir()
    return folder


def put(inbox: Path, name: str, data: bytes) -> Path:
    """A file that was left alone for a while, so that its time is trusted."""
    (inbox / name).write_bytes(data)
    old = time.time() - 100
    os.utime(inbox / name, (old, old))
    return inbox / name


def paths() -> list[str]:
    connection = sqlite3.connect(DB)
    rows = connection.execute("SELECT path FROM source_paths ORDER BY 1").fetchall()
    connection.close()
    return [path for (path,) in rows]


def dump() -> list[str]:
    connection = sqlite3.connect(DB)
    rows = list(connection.iterdump())
    connection.close()
    return rows


def test_each_file_in_a_container_is_a_source_of_its_own(inbox):
    put(
        inbox,
        "a.zip",
        zipped({"报告/总结.txt": REPORT, "in.zip": zipped({"简讯.txt": OTHER}, gbk=True), "x.bin": b"\0" * 99}),
    )
    put(inbox, "z.txt", REPORT)
    summary = ingest([inbox], DB, processes=1)
    assert (summary.files, summary.read, summary.copies) == (4, 2, 1)
    assert [(refused.name, refused.code) for refused in summary.refused] == [("inbox/a.zip!/x.bin", "binary")]
    assert paths() == ["inbox/a.zip!/in.zip!/简讯.txt", "inbox/a.zip!/报告/总结.txt", "inbox/z.txt"]
    found = {result.name: len(result.facts) for result in extract(walk([inbox]), processes=1)}
    assert found["inbox/a.zip!/报告/总结.txt"] == found["inbox/z.txt"] > 0


def test_an_untouched_container_is_not_opened_again(inbox, monkeypatch):
    put(inbox, "a.zip", zipped({"总结.txt": REPORT, "x.bin": b"\0" * 99}))
    put(inbox, "m.eml", mail(text="全县现有小学12所。", files={"简讯.txt": OTHER}))
    first = ingest([inbox], DB, processes=1)
    assert (first.read, len(first.refused)) == (3, 1)
    before = dump()

    def opened(container):
        raise AssertionError(container)

    monkeypatch.setattr(opening_apart, "listed", opened)
    again = ingest([inbox], DB, processes=1)
    assert (again.files, again.read, again.unchanged, again.refused) == (4, 0, 3, first.refused)
    assert dump() == before
    with pytest.raises(AssertionError) as told:
        ingest([inbox], DB, processes=1, region="350111")
    assert "a.zip" in str(told.value)


def test_a_changed_container_is_read_anew_and_forgets_what_is_gone(inbox):
    put(inbox, "a.zip", zipped({"总结.txt": REPORT, "简讯.txt": OTHER}))
    ingest([inbox], DB, processes=1)
    put(inbox, "a.zip", zipped({"总结.txt": REPORT, "新.html": PAGE}))
    second = ingest([inbox], DB, processes=1)
    assert (second.read, second.unchanged) == (1, 1)
    assert paths() == ["inbox/a.zip!/总结.txt", "inbox/a.zip!/新.html"]
    put(inbox, "a.zip", zipped({"总结.txt": REPORT})[:-40])
    third = ingest([inbox], DB, processes=1)
    assert [(refused.name, refused.code) for refused in third.refused] == [("inbox/a.zip", "damaged")]
    assert paths() == []


def test_a_bomb_is_one_refusal(inbox):
    put(inbox, "42.zip", nested_bomb(depth=4))
    put(inbox, "a.txt", REPORT)
    summary = ingest([inbox], DB, processes=1)
    assert summary.read == 1
    assert [(refused.name, refused.code) for refused in summary.refused] == [("inbox/42.zip", "bomb")]


def test_regions_are_told_for_containers_and_for_files_in_them(inbox):
    put(inbox, "a.zip", zipped({"迎江/一.txt": OTHER, "二.txt": OTHER}))
    (inbox / "regions.yaml").write_text('"*": 福州市\n"a.zip": 谯城区\n"a.zip!/迎江/*": 迎江区\n', encoding="utf-8")
    told = {candidate.name: candidate.region for candidate in with_members(walk([inbox]), members_of)}
    assert told == {"inbox/a.zip!/二.txt": "341602", "inbox/a.zip!/迎江/一.txt": "340802"}


def test_where_a_page_was_fetched_is_kept(inbox):
    put(inbox, "c.warc.gz", crawl([("http://www.example.gov.cn/1.html", "text/html", PAGE)]))
    assert ingest([inbox], DB, processes=1).read == 1
    connection = sqlite3.connect(DB)
    (hints,) = connection.execute("SELECT hints FROM sources").fetchone()
    connection.close()
    told = json.loads(hints)
    assert (told["address"], told["fetched"]) == ("http://www.example.gov.cn/1.html", "2024-03-05T00:00:00Z")


def test_results_do_not_depend_on_the_number_of_processes(inbox):
    put(inbox, "a.zip", zipped({f"{n}/{name}": (SAMPLES / name).read_bytes() for n, name in enumerate(
        ["work-summary.txt", "brief-news.txt", "clone.html", "budget-note.txt", "bulletin-gbk.txt"] * 2)}))  # fmt: skip
    one = list(extract(walk([inbox]), processes=1))
    assert one == list(extract(walk([inbox]), processes=2))
    assert len(one) == 10


def test_one_file_is_found_by_its_path(inbox):
    put(inbox, "a.zip", zipped({"乙/总结.txt": REPORT, "b!/c.txt": OTHER}))
    put(inbox, "one.zip", zipped({"x.txt": OTHER}))
    put(inbox, "c.warc", crawl([("http://e.cn//1.html?a=b", "text/html", PAGE)], packed=False))
    for name, data in (
        ("a.zip!/乙/总结.txt", REPORT), ("a.zip!/b!/c.txt", OTHER), ("one.zip", OTHER), ("c.warc!/http://e.cn//1.html?a=b", PAGE),
    ):  # fmt: skip
        assert bytes_of(find(inbox / name)) == data
    with pytest.raises(Refused, match=r"several files.*a\.zip!/b"):
        find(inbox / "a.zip")
    with pytest.raises(Refused, match="no such file in"):
        find(inbox / "a.zip!/nowhere.txt")
    (result,) = extract(walk([inbox / "a.zip!/乙/总结.txt"]), processes=1)
    assert result.name == "inbox/a.zip!/乙/总结.txt"
    assert result.facts


def test_nothing_is_written_to_disk(inbox):
    put(inbox, "a.zip", zipped({"../../evil.txt": REPORT, "/tmp/evil-of-countyfacts.txt": OTHER}))
    ingest([inbox], DB, processes=1)
    assert {path.name for path in inbox.parent.rglob("*")} <= {
        "inbox",
        "a.zip",
        "facts.db",
        "facts.db-wal",
        "facts.db-shm",
    }
    assert not Path("/tmp/evil-of-countyfacts.txt").exists()
    shutil.rmtree(inbox)
    assert ingest([inbox.parent], Path("other.db"), processes=1).read == 0


RECORD = (
    b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://a.cn/x.png\r\nContent-Length: 60\r\n\r\n"
    b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n\r\n<p>9812</p>789012\r\n\r\n"
)


def test_a_container_has_its_time_and_the_next_is_opened(inbox):
    slow = put(inbox, "a.warc", RECORD * 300_000)  # two million small records would take as long as they like
    quick = put(inbox, "b.zip", zipped({"总结.txt": REPORT}))
    with closing(opening_apart.Opener(6.0)) as opener:
        assert [member.code for member in opener.members(Candidate("a.warc", slow))] == ["too_slow"]
        assert [member.name for member in opener.members(Candidate("b.zip", quick))] == ["b.zip!/总结.txt"]


def test_a_fault_of_ours_in_a_container_stops_nothing(inbox, monkeypatch):
    put(inbox, "a.zip", zipped({"总结.txt": REPORT}))
    put(inbox, "b.txt", REPORT)

    def fails(container):
        raise RecursionError("too deep")

    monkeypatch.setattr(opening_apart, "members_of", fails)
    summary = ingest([inbox], DB, processes=1)
    assert [(refused.name, refused.code) for refused in summary.refused] == [("inbox/a.zip", "failed")]
    assert paths() == ["inbox/b.txt"]
