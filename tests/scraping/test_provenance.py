"""What was scraped is ingested with where it came from: show says the address and the date of a fact's page."""

import json
import subprocess
import sys

from pipeline.engines import walk
from pipeline.scraping import scrape
from tests.scraping.server import article, html


def countyfacts(folder, *arguments):
    done = subprocess.run([sys.executable, "-m", "pipeline", *arguments], cwd=folder, capture_output=True, text=True,
                          encoding="utf-8", check=False)  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_from_the_web_to_show(site, tmp_path):
    files = [("/files/table.txt.zip", "附表.zip")]
    site.page(
        "/a.html", article("青禾县教育局2023年工作总结", ["全年新增学位512个，新建学校3所。"], files=files), "gb18030"
    )
    site.page("/moved.html", article("青禾县2022年教育经费情况", ["2022年教育经费投入7.25亿元。"]))
    site.pages["/b.html"] = site.pages["/moved.html"]._replace(status=301, headers={"Location": "/moved.html"})
    said = countyfacts(
        tmp_path, "scrape", f"{site.base}/a.html", f"{site.base}/b.html", "--allow-private", "--delay", "0"
    )
    assert said.startswith("2 new, 0 unchanged, 0 refused, 1 failed; ")
    assert f"  {site.base}/files/table.txt.zip: status 404 Not Found" in said
    told = countyfacts(tmp_path, "ingest")
    assert told.startswith("2 files: 2 read")
    facts = json.loads(countyfacts(tmp_path, "facts", "--format", "json"))
    by_number = {fact["number"]: fact["id"] for fact in facts}
    shown = countyfacts(tmp_path, "show", by_number["512个"])
    assert f"address     {site.base}/a.html\n" in shown
    moved = countyfacts(tmp_path, "show", by_number["7.25亿元"])
    assert f"address     {site.base}/moved.html\n" in moved
    fetched = json.loads(next(tmp_path.glob("corpora/web/??/*.meta.json")).read_bytes())["fetched"]
    assert f"fetched     {fetched[:10]}" in shown
    assert "unchanged" in countyfacts(tmp_path, "ingest")


def test_the_note_gives_what_the_file_itself_does_not_say(site, job):
    page = article("青禾县教育局2023年工作总结", ["全年新增学位512个。"], files=[("/f.pdf", "2023年学位明细表.pdf")])
    site.page("/a.html", page)
    site.page("/f.pdf", b"%PDF-1.4\n%%EOF\n", kind="application/pdf")
    asked = job(f"{site.base}/a.html")
    scrape(asked)
    hints = {candidate.hints["address"]: candidate.hints for candidate in walk([asked.folder])}
    file = hints[f"{site.base}/f.pdf"]
    assert (file["title"], file["published"], file["publisher"]) == (
        "2023年学位明细表.pdf",
        "2024-03-05",
        "青禾县教育局",
    )
    assert "title" not in hints[f"{site.base}/a.html"]
    assert len(hints) == 2, "notes and state are no sources"


def test_a_note_that_is_damaged_or_of_another_file_is_passed_over(tmp_path):
    name = "ab" * 32
    (tmp_path / f"{name}.html").write_text(html("x", "<p>新增学位5个。</p>"), encoding="utf-8")
    for note in ('{"sha256": "other", "final_address": "http://a.cn"}', "{", "[]", "", "null"):
        (tmp_path / f"{name}.meta.json").write_text(note, encoding="utf-8")
        (candidate,) = walk([tmp_path])
        assert candidate.hints is None
