"""Servers that are busy, broken or hostile: each is handled, and the summary says how."""

import gzip
import time

import pytest

from pipeline.scraping import Fate, scrape
from tests.scraping.server import Reply, article
from tests.scraping.stored import notes

LIMIT = 200_000


def to(address):
    return Reply(301, b"moved", {"Location": address})


def failing(times, reply):
    """A reply for the first times, then a report."""
    left = [times]

    def answer(handler):
        left[0] -= 1
        if left[0] >= 0:
            return reply
        return Reply(200, article(f"青禾县学校建设情况{handler.path}", ["全年新建学校3所。"]).encode())

    return answer


def hang(handler):
    handler.note(0)
    time.sleep(20)


def send_forever(piece, pause):
    def answer(handler):
        handler.note(200)
        handler.send_response(200)
        handler.send_header("Content-Type", "text/html")
        handler.send_header("Connection", "close")
        handler.end_headers()
        until = time.monotonic() + 30
        try:
            while time.monotonic() < until:
                handler.wfile.write(piece)
                handler.wfile.flush()
                time.sleep(pause)
        except OSError:
            pass

    return answer


def break_off(handler):
    handler.note(200)
    handler.send_response(200)
    handler.send_header("Content-Length", "5000")
    handler.end_headers()
    handler.wfile.write(b"<html><body>only this")
    handler.wfile.flush()


@pytest.fixture
def bad(site):
    site.page("/ok.html", article("青禾县教育局2023年工作总结", ["全年新增学位500个。"]))
    site.pages |= {
        "/busy": failing(1, Reply(429, b"", {"Retry-After": "1"})),
        "/down": failing(1, Reply(503, b"", {"Retry-After": "1"})),
        "/later": Reply(503, b"", {"Retry-After": "86400"}),
        "/dead": Reply(503, b"down"),
        "/gone": Reply(410, b"gone"),
        "/chain": to("/chain2"), "/chain2": to("/chain3"), "/chain3": to("/ok.html"),
        "/loop": to("/loop2"), "/loop2": to("/loop"),
        "/hang": hang,
        "/trickle": send_forever(b" ", 0.05),
        "/flood": send_forever(b" " * 65536, 0),
        "/large": Reply(200, b"x" * (LIMIT + 1)),
        "/bomb": Reply(200, gzip.compress(b" " * 60_000_000), {"Content-Encoding": "gzip", "Content-Type": "text/html"}),
        "/metadata": to("http://169.254.169.254/latest/meta-data/"),
        "/mapped": to("http://[::ffff:169.254.10.20]/"),
        "/nowhere": to("http://0.0.0.0/"),
        "/file": to("file:///etc/hostname"),
        "/half": break_off,
        "/empty": Reply(200, b" \n", {"Content-Type": "text/html"}),
        "/picture": Reply(200, b"\x89PNG\r\n\x1a\n" + b"\0" * 50, {"Content-Type": "text/html"}),
        "/admin/a.html": Reply(200, b"<html><body>secret"),
        "/to-admin": to("/admin/a.html"),
    }  # fmt: skip
    return site


EXPECTED = {
    "/ok.html": (Fate.NEW, ""),
    "/busy": (Fate.NEW, ""),
    "/down": (Fate.NEW, ""),
    "/later": (Fate.FAILED, "asks to come back in 86,400 seconds"),
    "/dead": (Fate.FAILED, "status 503"),
    "/gone": (Fate.FAILED, "status 410"),
    "/chain": (Fate.UNCHANGED, "the same bytes"),
    "/loop": (Fate.FAILED, "without end"),
    "/hang": (Fate.FAILED, "took too long"),
    "/trickle": (Fate.FAILED, "took too long"),
    "/flood": (Fate.REFUSED, "larger than"),
    "/large": (Fate.REFUSED, "larger than"),
    "/bomb": (Fate.REFUSED, "unpacked"),
    "/metadata": (Fate.REFUSED, "169.254.169.254 is a link-local address"),
    "/mapped": (Fate.REFUSED, "169.254.10.20 is a link-local address"),
    "/nowhere": (Fate.REFUSED, "unspecified"),
    "/file": (Fate.FAILED, "no address of a page"),
    "/half": (Fate.FAILED, "broke off"),
    "/empty": (Fate.REFUSED, "is empty"),
    "/picture": (Fate.REFUSED, "no document"),
    "/admin/a.html": (Fate.REFUSED, "robots.txt"),
    "/to-admin": (Fate.REFUSED, "robots.txt"),
}


def test_each_is_handled_and_said(bad, job):
    asked = job(*(bad.base + path for path in EXPECTED), timeout=1.2, max_file_bytes=LIMIT)
    summary = scrape(asked)
    found = {o.address.removeprefix(bad.base): (o.fate, o.reason) for o in summary.outcomes}
    assert found.keys() == EXPECTED.keys()
    wrong = {p: found[p] for p, (fate, words) in EXPECTED.items() if found[p][0] != fate or words not in found[p][1]}
    assert not wrong
    assert len(summary.outcomes) == len(EXPECTED)
    assert {path.removeprefix(bad.base) for path in notes(asked.folder)} == {"/ok.html", "/busy", "/down", "/chain"}
    assert bad.paths().count("/dead") == 2, "tried once more"
    assert bad.paths().count("/later") == 1, "left alone"
    assert not any(path.startswith("/admin") for path in bad.paths())
    for path in ("/busy", "/down"):
        first, second = [request.at for request in bad.log if request.path == path]
        assert second - first >= 1, "Retry-After"
    final = {note["final_address"] for note in notes(asked.folder).values()}
    assert f"{bad.base}/ok.html" in final


def test_this_machine_and_private_networks_are_refused_unless_allowed(site, job):
    site.page("/ok.html", article("青禾县教育局2023年工作总结", ["全年新增学位500个。"]))
    port = site.base.rpartition(":")[2]
    hosts = ("127.0.0.1", "localhost", "2130706433", "0x7f.1", "[::1]", "[::ffff:127.0.0.1]", "10.0.0.1", "192.168.1.1")
    summary = scrape(job(*(f"http://{host}:{port}/ok.html" for host in hosts), allow_private=False))
    assert [o.fate for o in summary.outcomes] == [Fate.REFUSED] * len(hosts)
    assert all("--allow-private" in o.reason for o in summary.outcomes)
    assert site.log == []


def test_what_is_no_address_is_refused(job):
    wrong = ("file:///etc/passwd", "ftp://127.0.0.1/a", "javascript:alert(1)", "corpora/a.html", "http://u:p@a.cn/")
    summary = scrape(job(*wrong))
    assert [o.fate for o in summary.outcomes] == [Fate.REFUSED] * len(wrong)


def test_no_name_from_the_web_becomes_a_path(site, job, tmp_path):
    names = ("/a.html/..%2f..%2f..%2fout.html", "/%2e%2e/%2e%2e/out.pdf", "/a.html?name=../../../out.exe")
    for name in names:
        reply = Reply(200, article(f"青禾县工作总结{name}", ["新增学位5个。"]).encode(),
                      {"Content-Disposition": 'attachment; filename="../../../../out.sh"'})  # fmt: skip
        site.pages[name] = reply
    asked = job(*(site.base + name for name in names))
    scrape(asked)
    assert len(notes(asked.folder)) == 3
    inside = {path.relative_to(tmp_path).parts[0] for path in tmp_path.rglob("*")}
    assert inside == {"web"}
    assert {path.suffix for path in asked.folder.glob("??/*")} == {".html", ".json"}
