"""Pages with a report: title, date, publisher, the files that come with it; profiles and the general way."""

import time

import pytest

from pipeline.errors import ResourceError
from pipeline.resources import parse_yaml, read_text
from pipeline.resources.sites import Sites, sites
from pipeline.scraping.matching import own_text
from pipeline.scraping.pages import about, attachments, parse_page
from tests.scraping.server import html

BASE = "http://jyj.example.gov.cn/a/b.html"
FILES = '<p><a href="P1.docx">附件1：一览表</a></p><p><a href="/down?id=3&amp;name=x.xls">附件2</a></p>'
ELSEWHERE = '<div class="friends"><a href="/manual.pdf">政务公开指南.pdf</a></div>'

PAGES = {
    "trs": '<div class="box"><h1>{title}</h1><p class="time">2024-03-05 来源：{publisher}</p>'
    '<div class="TRS_Editor"><p>正文。</p>{files}</div></div>{elsewhere}',
    "hanweb": '<div id="barrierfree_container"><div class="sp_title">{title}</div><div class="date">2024年3月5日</div>'
    '<span class="source">来源：{publisher}</span><div id="zoom"><p>正文。</p>{files}</div></div>{elsewhere}',
    "vsb": '<form name="_newscontent_fromname"><h1>{title}</h1><div class="article-info">发布日期：2024/03/05 '
    '信息来源：{publisher}</div><div id="vsb_content"><div class="v_news_content">正文。{files}</div></div></form>{elsewhere}',
    "webplus": '<div><div class="arti_title">{title}</div><span class="arti_update">发布时间：2024-03-05</span>'
    '<span class="arti_publisher">{publisher}</span><div class="wp_articlecontent">正文。{files}</div></div>{elsewhere}',
    "siteserver": '<h2>{title}</h2><div class="property">时间：2024-3-5</div><div class="source">{publisher}</div>'
    '<div id="fontzoom">正文。{files}</div>{elsewhere}',
    "dedecms": '<div class="viewbox"><div class="title"><h2>{title}</h2></div><div class="info">时间:2024-03-05 '
    '来源:{publisher} 点击:5次</div><div class="content">正文。{files}</div></div>{elsewhere}',
    "ucap": '<div class="article"><h1>{title}</h1><div class="pages-date">2024-03-05 08:09 '
    '<span class="font">来源： {publisher}</span></div><div id="UCAP-CONTENT">正文。{files}</div></div>{elsewhere}',
    None: '<div class="wrap"><h1>{title}</h1><p class="date">2024-03-05</p><p class="source">来源：{publisher}</p>'
    '<div class="content">正文。{files}</div></div>{elsewhere}',
}  # fmt: skip


@pytest.mark.parametrize("family", PAGES)
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_each_family(family, encoding):
    body = PAGES[family].format(
        title="青禾县2023年教育工作总结", publisher="青禾县教育局", files=FILES, elsewhere=ELSEWHERE
    )
    text = html("青禾县2023年教育工作总结_青禾县人民政府", body, encoding={"gb18030": "gbk"}.get(encoding, encoding))
    page = parse_page(text.encode(encoding), BASE)
    assert (page.profile and page.profile.name) == family
    assert about(page) == ("青禾县2023年教育工作总结", "2024-03-05", "青禾县教育局")
    assert [link.address for link in attachments(page)] == [
        "http://jyj.example.gov.cn/a/P1.docx", "http://jyj.example.gov.cn/down?id=3&name=x.xls",
    ]  # fmt: skip


@pytest.mark.parametrize("family", PAGES)
def test_cleaning_keeps_the_body_that_a_profile_names_whatever_it_stands_in(family):
    text = "<p>全县新建学校3所，新增学位512个。</p><p>教育经费投入7.25亿元。</p>"
    body = PAGES[family].format(title="青禾县2023年教育工作总结", publisher="青禾县教育局", files=text, elsewhere="")
    clean = own_text(html("x", f'<div class="side-right tool">{body}</div>').encode(), "a.html")
    assert "新增学位512个" in clean
    assert "7.25亿元" in clean


def test_what_the_head_declares_goes_before():
    head = ('<meta name="ArticleTitle" content="题目"><meta name="PubDate" content="2024-05-06 10:00">'
            '<meta name="ContentSource" content="青禾县财政局"><meta name="generator" content="TRS WCM 7">')  # fmt: skip
    page = parse_page(html("x", "<h1>青禾县教育经费情况</h1>", head=head).encode(), BASE)
    assert about(page) == ("题目", "2024-05-06", "青禾县财政局")
    assert page.profile is not None
    assert page.profile.name == "trs"


def test_links_count_from_the_base_and_scripts_are_only_text():
    text = html("x", '<div class="content"><a href="f.pdf">附件</a></div>', head='<base href="/files/">',
                script="<script>document.write('<a href=\"evil.pdf\">')</script>")  # fmt: skip
    assert [link.address for link in attachments(parse_page(text.encode(), BASE))] == [
        "http://jyj.example.gov.cn/files/f.pdf"
    ]


def test_deep_and_odd_pages_are_read():
    deep = "<div>" * 5000 + "<h1>青禾县教育工作总结</h1>" + "</div>" * 5000
    for text in (
        deep,
        '<?xml version="1.0" encoding="utf-8"?><html><body><h1>青禾县教育工作总结</h1>',
        "<p>\x00" + "青禾县" * 500,
    ):
        about(parse_page(text.encode(), BASE))


@pytest.mark.parametrize(
    ("wrong", "message"),
    [('body: ["#zoom"]', "bdy"), ("- name: vsb", None), ("first: 0", None)],
)
def test_a_typo_in_the_profiles_is_an_error(wrong, message):
    text = read_text("sites.yaml")
    assert wrong in text or message
    broken = {
        "bdy": text.replace("    body:", "    bdy:", 1),
        None: text.replace(wrong, wrong.replace(":", "x:"), 1),
    }[message]
    with pytest.raises(ResourceError, match=r"sites\.yaml, line \d+"):
        parse_yaml(broken, Sites, "sites.yaml")
    with pytest.raises(ResourceError, match="CSS"):
        parse_yaml(text.replace('"#zoom"', '"#zoom["', 1), Sites, "sites.yaml")


def test_profiles_have_names_of_their_own():
    names = [profile.name for profile in sites().profiles]
    assert len(names) == len(set(names))


def test_the_head_of_an_xml_page_is_no_part_of_it():
    head = '\n <?xml version="1.0" encoding="utf-8"?>\n'
    told = about(parse_page(f"{head}<html><title>青禾县2023年教育工作总结</title><body><p>正文".encode(), BASE))
    assert told.title == "青禾县2023年教育工作总结"
    began = time.process_time()
    parse_page(("<html><body>正文" + " " * 60_000 + "<p>后文").encode(), BASE)
    assert time.process_time() - began < 2
