"""Pages to their visible text, with blocks."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.model import BlockKind
from pipeline.reading import read_source


def page(body: str, head: str = "") -> str:
    return f"<html><head>{head}</head><body>{body}</body></html>"


def read(body: str, head: str = ""):
    return read_source(page(body, head).encode(), "a.html")


def blocks(body: str):
    source = read(body)
    return [(b.kind.value, source.layer.text[b.start : b.end]) for b in source.layer.blocks]


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("<p>一  共\n12 所</p><p>二</p>", "一 共 12 所\n二"),
        ("一<br>二<br/>三", "一\n二\n三"),
        ("<p>共<b>12</b>所<span> 学校 </span>！</p>", "共12所 学校 ！"),
        ("<div>前<p>中</p>后</div>", "前\n中\n后"),
        ("<p>a</p><script>var x=9999</script><style>p{}</style><noscript>请开启</noscript><!-- 注 --><p>b</p>", "a\nb"),
        ("<p>a</p><p style='display:none'>暗</p><p hidden>暗</p><template>暗</template><p>b</p>", "a\nb"),
        ("<div style='position:fixed;left:-9000px'>暗</div><p>b</p>", "b"),
        ("<div style='visibility: hidden; opacity: 0;'>正文</div>", "正文"),
        ("<div style='margin-left:-20px'>正文</div>", "正文"),
        ("<pre>一\n  二</pre>", "一\n  二"),
        ("<p>　　首行缩进&nbsp;12</p>", "　　首行缩进\xa012"),
        ("<ul><li>甲<li>乙</ul>", "甲\n乙"),
        ("<p>甲<p>乙", "甲\n乙"),
    ],
)
def test_visible_text(body, text):
    assert read(body).layer.text == text


def test_kinds_zones_and_links():
    source = read(
        "<div class='nav'><a href='/'>首页</a> | <a href='/x'>要闻</a></div><h1>标题</h1><h3>小标题</h3>"
        "<article><p>正文<a href='/'>链接</a></p><ul><li>项</li></ul></article><div id='footer'>备案</div>"
    )
    rows = [(b.kind, b.zone, source.layer.text[b.start : b.end]) for b in source.layer.blocks]
    assert rows == [
        (BlockKind.PARAGRAPH, "nav", "首页 | 要闻"),
        (BlockKind.TITLE, "", "标题"),
        (BlockKind.HEADING, "", "小标题"),
        (BlockKind.PARAGRAPH, "body", "正文链接"),
        (BlockKind.LIST_ITEM, "body", "项"),
        (BlockKind.PARAGRAPH, "footer", "备案"),
    ]
    assert source.layer.blocks[0].link_share > 0.5
    assert source.layer.blocks[3].link_share == 0.5


def test_table_of_data_is_rows_of_cells_with_their_places():
    source = read(
        "<table><caption>表一</caption><tr><th rowspan=2>学段</th><th colspan=2>学生</th></tr>"
        "<tr><th>人<br>数</th><th>随迁</th></tr><tr><td>小学</td><td>27,460</td><td></td></tr></table>"
    )
    assert source.layer.text == "表一\n学段\t学生\n人数\t随迁\n小学\t27,460\t"
    cells = [(b.cell.row, b.cell.column, b.cell.row_span, b.cell.column_span) for b in source.layer.blocks if b.cell]
    assert cells == [(0, 0, 2, 1), (0, 1, 1, 2), (1, 1, 1, 1), (1, 2, 1, 1), (2, 0, 1, 1), (2, 1, 1, 1), (2, 2, 1, 1)]
    assert [b.cell.header for b in source.layer.blocks if b.cell] == [True] * 4 + [False] * 3


def test_table_that_lays_out_the_page_is_no_table():
    source = read(
        "<table><tr><td>左</td><td><table><tr><td>甲</td><td>乙</td></tr></table><p>正文</p></td></tr></table>"
    )
    assert source.layer.text == "左\n甲\t乙\n正文"


def test_what_the_head_declares():
    source = read(
        "<p>文</p>",
        "<title>工作总结-某县人民政府</title><meta name='PubDate' content='2023-03-22 16:40'>"
        "<meta name='ContentSource' content='县教育局'><meta property='og:url' content='http://example.org/1'>",
    )
    assert source.hints == {
        "title": "工作总结-某县人民政府",
        "published": "2023-03-22 16:40",
        "publisher": "县教育局",
        "address": "http://example.org/1",
    }


@pytest.mark.parametrize(
    "body",
    [
        "<div>" * 10_000 + "深处12所" + "</div>" * 10_000,
        "<b><i>" * 10_000 + "深处12所",
        "<table><tr><td>" * 3_000 + "深处12所",
        "<ul><li>" * 10_000 + "深处12所",
        "</p></div>" * 10_000 + "深处12所",
    ],
)
def test_ten_thousand_nested_tags_do_no_harm(body):
    start = time.monotonic()
    assert "深处12所" in read(body).layer.text
    assert time.monotonic() - start < 20


TAGS = st.sampled_from(
    [
        "p",
        "div",
        "span",
        "b",
        "br",
        "h1",
        "h2",
        "li",
        "ul",
        "table",
        "tr",
        "td",
        "th",
        "a",
        "script",
        "pre",
        "center",
        "font",
    ]
)


@given(
    st.lists(
        st.one_of(st.text(alphabet="一二三 12\n\t&<>", max_size=6), TAGS.map("<{}>".format), TAGS.map("</{}>".format))
    )
)
def test_any_soup_is_read_and_blocks_lie_in_order(parts):
    source = read("前" + "".join(parts))
    at = 0
    for block in source.layer.blocks:
        assert at <= block.start <= block.end <= len(source.layer.text)
        at = block.end
    covered = "".join(source.layer.text[b.start : b.end] for b in source.layer.blocks)
    assert (
        covered.replace("\n", "") == source.layer.text.replace("\n", "").replace("\t", "") or "\t" in source.layer.text
    )


def test_a_page_of_a_megabyte_in_one_line():
    start = time.monotonic()
    assert len(read("<p>" + "共12所学校，" * 150_000 + "</p>").layer.text) == 7 * 150_000
    assert time.monotonic() - start < 20
