"""A column of 200 pages over three forms of paging: every report that matches and only those; a second run stores nothing."""

from pipeline.scraping import Fate, scrape
from tests.scraping.columns import MATCH, PAGES, Columns
from tests.scraping.server import article, serve
from tests.scraping.stored import notes, stamps


def test_every_report_that_matches_and_only_those_and_again_nothing(job):
    columns = Columns()
    with serve(columns.site) as site:
        asked = job(columns=[site.base + path for path in columns.columns], pages=PAGES, match=MATCH)
        first = scrape(asked)
        stored = notes(asked.folder)
        wanted = columns.wanted | columns.files
        assert {address.removeprefix(site.base) for address in stored} == wanted
        assert not first.of(Fate.REFUSED, Fate.FAILED)
        assert len(first.of(Fate.OTHER)) == 200 - len(columns.wanted)
        assert len(site.log) == len(set(site.paths())), "something was asked for twice"

        before, asked_before = stamps(asked.folder), len(site.log)
        second = scrape(asked)
        assert stamps(asked.folder) == before
        assert not second.of(Fate.NEW, Fate.REFUSED, Fate.FAILED)
        assert len(second.of(Fate.UNCHANGED)) == len(wanted)
        again = site.log[asked_before:]
        assert all(request.conditional for request in again)
        assert {request.status for request in again} == {304}


def test_what_is_new_and_what_changed_is_found_by_a_second_run(job):
    columns = Columns(sizes=(6, 0, 0))
    with serve(columns.site) as site:
        asked = job(columns=[f"{site.base}/index/"], match=("义务教育",))
        scrape(asked)
        report = "/index/2024/t000.html"
        old = notes(asked.folder)[site.base + report]
        text = site.pages[report].body.decode("gb18030")
        site.page(report, text.replace("有序推进", "提前完成"), "gb18030")
        assert [o.address for o in scrape(asked).of(Fate.NEW)] == [site.base + report]
        new = next(n for n in notes(asked.folder).values() if n.get("replaces"))
        assert (new["replaces"], new["address"]) == (old["sha256"], old["address"])
        assert (asked.folder / old["sha256"][:2] / old["file"]).exists()


def test_a_page_whose_text_is_the_same_is_unchanged_though_its_bytes_are_not(site, job):
    text = article("青禾县教育工作总结", ["全年新增学位500个。"])
    site.page("/a.html", text, stamp=None)
    asked = job(f"{site.base}/a.html")
    scrape(asked)
    site.page("/a.html", text.replace("<head>", "<head><meta name='token' content='k81'>"), stamp=None)
    assert [o.fate for o in scrape(asked).outcomes] == [Fate.UNCHANGED]
    assert len(notes(asked.folder)) == 1


def test_other_words_are_looked_for_in_all_pages_again(job):
    columns = Columns(sizes=(0, 12, 0))
    with serve(columns.site) as site:
        address = site.base + columns.columns[1]
        scrape(job(columns=[address], match=("义务教育",)))
        other = job(columns=[address], match=("防汛",))
        found = {o.address.removeprefix(site.base) for o in scrape(other).of(Fate.NEW)}
        assert {path for path in found if path.endswith("html")} == {"/query/2024/t002.html", "/query/2024/t008.html"}


def test_caps_stop_a_run_and_the_next_goes_on(job):
    columns = Columns(sizes=(20, 0, 0))
    with serve(columns.site) as site:
        address = f"{site.base}/index/"
        capped = scrape(job(columns=[address], max_pages=10))
        assert capped.stopped
        assert "--max-pages" in capped.stopped
        assert len(site.log) == 10
        rest = scrape(job(columns=[address]))
        assert rest.resumed
        assert rest.stopped is None
        assert len(site.log) == len(set(site.paths())), "something was asked for twice"
        assert len(notes(job(columns=[address]).folder)) == 20 + len(columns.files) + 4
        other = job(f"{site.base}/index/", f"{site.base}/index/index_1.html", max_bytes=1000)
        assert "MiB" in (scrape(other).stopped or "")
