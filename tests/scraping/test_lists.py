"""List pages in the forms that government sites use: what they list, and where the next page is."""

import json

import pytest

from pipeline.errors import Refused
from pipeline.scraping.json_lists import read_json_list
from pipeline.scraping.lists import numbered, read_data_store, read_list
from pipeline.scraping.pages import parse_page
from tests.scraping.server import html, listing

BASE = "http://www.example.gov.cn/jyj/gzdt/"
ENTRIES = [(f"t{n}.html", f"青禾县教育工作情况通报第{n}期", f"2024-01-{n:02}") for n in range(1, 7)]
WANTED = [f"{BASE}t{n}.html" for n in range(1, 7)]


def read(text, address=BASE, number=1, shape=None):
    return read_list(parse_page(text.encode(), address), number, shape)


PAGING = [
    ("createPageHTML(5, 0, 'index', 'html');", BASE, 1, "index_1.html"),
    ("createPageHTML(5, 3, 'index', 'shtml');", BASE + "index_3.shtml", 4, "index_4.shtml"),
    ("createPageHTML(5, 4, 'index', 'html');", BASE + "index_4.html", 5, None),
    ("createPageHTML(1, 0, 'index', 'html');", BASE, 1, None),
    ("createPageHTML('page_div', 5, 1, 'list', 'shtml', 96);", BASE + "list.shtml", 1, "list_2.shtml"),
    ("createPageHTML('page_div', 5, 5, 'list', 'shtml', 96);", BASE + "list_5.shtml", 5, None),
    ("createPageHTML(n, i, 'index', 'html');", BASE, 1, None),
    ("function createPageHTML(count, current, name, ending) { }", BASE, 1, None),
]


@pytest.mark.parametrize(("script", "address", "number", "expected"), PAGING)
def test_paging_by_a_call_in_a_script(script, address, number, expected):
    found = read(listing(ENTRIES, script=f"<script>{script}</script>"), address, number)
    assert found.next_page == (expected and BASE + expected)


@pytest.mark.parametrize(
    ("pager", "number", "expected"),
    [
        ('<a href="?page=2">下一页</a>', 1, "?page=2"),
        ('<a href="12.htm">上页</a><a href="11.htm">下页</a>', 3, "11.htm"),
        ('<a href="index_2.html">[ 下一页 ]</a>', 1, "index_2.html"),
        ('<a href="index_2.html"> &gt; </a>', 1, "index_2.html"),
        ('<a title="下一页" href="p2.html"><img src="r.png"></a>', 1, "p2.html"),
        ('<a rel="next" href="p2.html">older</a>', 1, "p2.html"),
        ('<a tagname="/jyj/gzdt/p_2.html" href="javascript:;">下一页</a>', 1, "p_2.html"),
        ('<a href="list_1.html">1</a><a href="list_2.html">2</a><a href="list_3.html">3</a>', 2, "list_3.html"),
        ('<span>1</span><a href="?page=2">2</a>', 1, "?page=2"),
        ('<a href="a.html">2</a><a href="/other/b.html">7</a>', 1, None),
        ('<a href="javascript:void(0)">下一页</a>', 1, None),
        ('<a href="#">下一页</a>', 1, None),
        ('<a href="http://www.elsewhere.cn/2.html">下一页</a>', 1, None),
        (f'<a href="{BASE}">下一页</a>', 1, None),
    ],
)
def test_paging_by_a_link(pager, number, expected):
    assert read(listing(ENTRIES, pager=pager), number=number).next_page == (expected and BASE + expected)


def test_where_a_page_says_nothing_the_usual_names_are_guessed_once():
    assert read(listing(ENTRIES)).guesses == (f"{BASE}index_1.html", f"{BASE}index_2.html")
    assert read(listing(ENTRIES), f"{BASE}list.shtml").guesses == (f"{BASE}list_1.shtml", f"{BASE}list_2.shtml")
    assert read(listing(ENTRIES), f"{BASE}list?page=4").guesses == (f"{BASE}list?page=5",)
    assert read(listing(ENTRIES), f"{BASE}news.html").guesses == ()
    assert read(listing(ENTRIES), number=2).guesses == ()
    assert read(listing(ENTRIES, pager='<a href="javascript:;">下一页</a>')).guesses == ()


def test_numbered():
    assert numbered("http://a.cn/l?cid=7&pageNo=3&size=20", 4) == "http://a.cn/l?cid=7&pageNo=4&size=20"
    assert numbered("http://a.cn/l?cid=7", 4) is None


def test_the_entries_are_those_with_dates_not_menus_nor_what_stands_beside():
    margin = [(f"/hot/{n}.html", f"热点推荐的另一篇很长很长的文章标题之{n}") for n in range(9)]
    found = read(listing(ENTRIES, margin=margin))
    assert [link.address for link in found.entries] == WANTED
    assert found.entries[0].words == "青禾县教育工作情况通报第1期", "the whole title, which the list cuts"


TABLE = "".join(f'<tr><td><a href="{href}">{title}</a></td><td>{date}</td></tr>' for href, title, date in ENTRIES)
DIVS = "".join(
    f'<div class="item i{n}"><h4><a href="{href}">{title}</a></h4><p>全文略</p><span>01-{n:02}</span></div>'
    for n, (href, title, _) in enumerate(ENTRIES, 1)
)
BARE = "".join(f'<li><a href="{href}">{title}</a></li>' for href, title, _ in ENTRIES)
WRAPPED = "".join(
    f'<a href="{href}"><div class="t">{title}</div><div class="d">{date}</div></a>' for href, title, date in ENTRIES
)


@pytest.mark.parametrize(
    "rows", [f"<table>{TABLE}</table>", DIVS, f"<ul>{BARE}</ul>", f"<div class=list>{WRAPPED}</div>"]
)
def test_entries_in_other_shapes(rows):
    links = '<div class="links"><a href="/x">青禾县统计局网站</a><a href="/y">青禾县财政局网站</a></div>'
    found = read(html("工作动态", f'<div class="main">{rows}</div>{links}'))
    assert [link.address for link in found.entries] == WANTED


def test_the_last_page_with_one_entry_is_read_as_the_pages_before():
    margin = "".join(f'<p><a href="/m/{n}.html">另一栏目很长的文章标题之{n}</a> 2024-02-0{n}</p>' for n in range(1, 9))
    whole = html("动态", f'<div class="a"><ul>{BARE}</ul></div><div class="b">{margin}</div>')
    dated = "".join(f"<li><a href='{h}'>{t}</a><i>{d}</i></li>" for h, t, d in [*ENTRIES, *ENTRIES])
    first = read(whole.replace(BARE, dated))
    last = html("动态", f'<div class="a"><ul><li><a href="z.html">青禾县教育工作要点</a></li></ul></div>'
                        f'<div class="b">{margin}</div>')  # fmt: skip
    assert [link.address for link in first.entries] == WANTED
    assert [link.address for link in read(last, number=2, shape=first.shape).entries] == [f"{BASE}z.html"]


STORE = (
    "<datastore><nextgroup><![CDATA[<a href='/module/dataproxy.jsp?page=1&col=5'></a>]]></nextgroup><recordset>"
    "<record><![CDATA[<li><a href='/art/2024/1.html' title='青禾县义务教育情况'>青禾县义务</a></li>]]></record>"
    "<record><![CDATA[<li><a href='/art/2024/2.html'>青禾县教育经费情况</a></li>]]></record></recordset></datastore>"
)


def test_a_data_store_in_a_page_and_by_itself():
    page = html("列表", "<div></div>", script=f'<script type="text/xml">{STORE}</script>')
    found = read(page)
    assert [link.words for link in found.entries] == ["青禾县义务教育情况", "青禾县教育经费情况"]
    assert found.next_page == "http://www.example.gov.cn/module/dataproxy.jsp?page=1&col=5"
    entries, following = read_data_store(STORE, parse_page(b"<html><body>x", BASE))
    assert ([link.address[-6:] for link in entries], following) == (["1.html", "2.html"], found.next_page)


def test_a_list_that_a_script_gets_elsewhere():
    page = html("列表", '<div class="content"><ul id="list" data-url="/api/news?page=1"></ul></div>')
    assert read(page).instead == "http://www.example.gov.cn/api/news?page=1"


def as_json(data, address="http://a.cn/api?page=1"):
    return read_json_list(json.dumps(data).encode(), address)


ROWS = [{"title": f"第{n}期通报", "url": f"/t{n}.html"} for n in range(3)]


@pytest.mark.parametrize(
    ("data", "count", "expected"),
    [
        (ROWS, 3, "http://a.cn/api?page=2"),
        ({"code": 200, "data": {"rows": ROWS, "pages": 9}}, 3, "http://a.cn/api?page=2"),
        ({"data": {"rows": ROWS, "totalPages": 1}}, 3, None),
        ({"data": {"rows": ROWS}, "next": "/api?cursor=ab"}, 3, "http://a.cn/api?cursor=ab"),
        ({"data": {"rows": ROWS}, "next": 2}, 3, "http://a.cn/api?page=2"),
        ({"data": {"rows": []}}, 0, None),
        ({"menu": [{"title": "首页", "url": "/"}], "rows": ROWS}, 3, "http://a.cn/api?page=2"),
        ({"rows": [{"title": "无地址"}, {"url": "/x"}, 5, None]}, 0, None),
        ({"rows": [{"Title": "大写", "LinkUrl": "javascript:x"}, *ROWS]}, 3, "http://a.cn/api?page=2"),
    ],
)
def test_lists_in_json(data, count, expected):
    found = as_json(data)
    assert (len(found.entries), found.next_page) == (count, expected)


def test_json_that_is_none_or_too_deep_is_refused():
    for data in (b"{", b"[" * 100_000, b"callback({})"):
        with pytest.raises(Refused, match="is no list"):
            read_json_list(data, "http://a.cn/")
