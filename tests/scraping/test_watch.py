"""A watch file: its columns are got and ingested, and a typo in it is said with its line."""

import subprocess
import sys

import pytest

from pipeline.errors import ResourceError, UsageError
from pipeline.scraping import Job, addresses_in, load_watch, scrape, terms_of
from tests.scraping.server import article, listing


def watch(folder):
    return subprocess.run([sys.executable, "-m", "pipeline", "watch", "columns.yaml"], cwd=folder, capture_output=True,
                          text=True, encoding="utf-8", check=False)  # fmt: skip


def test_a_watch_gets_and_ingests_what_is_new(site, tmp_path):
    rows = [(f"/r{n}.html", f"青禾县义务教育情况通报第{n}期", "2024-01-02") for n in range(3)]
    site.page("/list/", listing(rows[:2]))
    for n, (path, title, _) in enumerate(rows):
        site.page(path, article(title, [f"全年新增学位{n + 5}00个。"]))
    (tmp_path / "columns.yaml").write_text(
        f"columns:\n  - address: {site.base}/list/\n    pages: 1\n    match: 义务教育,教育经费\n"
        "delay: 0\nallow_private: true\ndb: outputs/watched.db\n",
        encoding="utf-8",
    )
    first = watch(tmp_path)
    assert "2 new, 0 unchanged" in first.stdout, first.stderr
    assert "2 files: 2 read" in first.stdout
    assert first.stderr == ""
    site.page("/list/", listing(rows))
    second = watch(tmp_path)
    assert "1 new, 2 unchanged" in second.stdout
    assert "3 files: 1 read, 2 unchanged" in second.stdout
    assert "outputs/watched.db now has 3 sources" in second.stdout
    (tmp_path / "columns.yaml").write_text("columns:\n  - adress: http://a.cn/\n", encoding="utf-8")
    wrong = watch(tmp_path)
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert "columns.yaml, line 2" in wrong.stderr


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("columns: []", "line 1"),
        ("columns:\n - address: http://a.cn\n   pages: 0\n", "line 3"),
        ("columns:\n - address: http://a.cn\ndelay: -1\n", "line 3"),
        ("columns:\n - address: http://a.cn\nevery: day\n", "every"),
        ("", "columns.yaml"),
        ("[", "not valid YAML"),
    ],
)
def test_what_is_wrong_with_a_watch_file_is_said(tmp_path, text, message):
    path = tmp_path / "columns.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ResourceError, match=message):
        load_watch(path)


def test_terms_and_lists_of_addresses(tmp_path):
    assert terms_of(" 义务教育，教育经费、 学位 ,") == ("义务教育", "教育经费", "学位")
    path = tmp_path / "urls.txt"
    path.write_text("\ufeffhttp://a.cn/1\n\n# old\n http://a.cn/2 \n", encoding="utf-8")
    assert addresses_in(path) == ("http://a.cn/1", "http://a.cn/2")
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UsageError, match=r"urls\.txt"):
        addresses_in(path)
    with pytest.raises(UsageError, match="nothing to get"):
        scrape(Job())
