"""Cleaning, step by step and as a whole."""

import time

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pipeline.cleaning import clean_source, replay
from pipeline.mapped import Mapped
from pipeline.model import BlockKind
from pipeline.reading import read_source
from tests.cleaning.cleaning_measure import traced, unlisted_digits

OTHER = "区财政三年来累计投入资金四亿余元，新建改扩建公办幼儿园二十一所，新增学位五千四百个。"
BODY = "全县现有中小学三百二十所，在校学生八万余人，专任教师六千五百名，比上年增加一百二十名。"


def clean(text: str, name: str = "a.txt"):
    source = read_source(text.encode(), name)
    return source, clean_source(source)


def paragraphs(text: str, name: str = "a.txt") -> list[str]:
    _, result = clean(text, name)
    return [result.text[p.start : p.end] for p in result.paragraphs]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        # entities, control and zero-width characters, stray tags
        ("共&nbsp;12&nbsp;所，&ldquo;优质&rdquo;学校5所。", "共 12 所，“优质”学校5所。"),
        ("共1\u200b2所学校，\ufeff新建3所。", "共12所学校，新建3所。"),
        ("共<font color=red>12</font>所学校，新建3所。", "共12所学校，新建3所。"),
        ("若a<b且c>d，则不变。", "若a<b且c>d，则不变。"),
        ("AT&T；R&D；&未知;不变。", "AT&T；R&D；&未知;不变。"),
        # width
        ("现有１２所，占５６．７％，生师比１１：１。", "现有12所，占56.7%，生师比11:1。"),
        ("在校生２８６，４１２人，其中小学１９１，２６０人。", "在校生286,412人，其中小学191,260人。"),
        ("分别为12，345，678所。", "分别为12，345，678所。"),
        ("“名校＋新校”（一期），共３所：小学。", "“名校＋新校”（一期），共3所：小学。"),
        # blanks in numbers
        ("在校生15 218人，占98. 7%，师生比1 : 12.8。", "在校生15218人，占98.7%，师生比1:12.8。"),
        ("共计 2022 100 所。", "共计 2022 100 所。"),
        ("截至 2 0 2 3 年共 1 2 8 所，占 9 8 . 5 %，见表 1 2 3。", "截至 2023 年共 128 所，占 98.5%，见表 1 2 3。"),
        # radicals and dashes
        ("⼆〇⼆三年⼩学⼊学率由18%一20%，⻓期⻅效。", "二〇二三年小学入学率由18%—20%，长期见效。"),
        # readings in brackets
        ("義務(wù)教育經(jīng)費逐年增長(zhǎng)，學(xué)校320所。", "义务教育经费逐年增长，学校320所。"),
        ("召開(kāi)大會(huì )，運動(dòng )場、區(qū)、縣(xiàn)。", "召开大会，运动场、区、县。"),
        ("学(繁体:學)位、旬阳{拼音:yáng}、改造【pinyin:zào】、智(读:zhì)慧。", "学位、旬阳、改造、智慧。"),
        ("启(qi)(qi)用新校(xiao)园，本区(qu)占半。", "启用新校园，本区占半。"),
        ("运用COP(靠谱)平台，A(b)级，中心(zhong)小学(xx)。", "运用COP(靠谱)平台，A(b)级，中心(zhong)小学(xx)。"),
        ("灞(bà)桥、浐(chǎn)河两岸。", "灞(bà)桥、浐(chǎn)河两岸。"),
        # lost characters
        ("花去18.6億元?/p>", "花去18.6亿元。"),
        ("占95.6%?/p>", "占95.6%。"),
        ("河北省?。?/font>34個縣", "河北省?。?/font>34个县"),
        # doubled marks
        ("占了半数,,释放学位1890个，，共计。", "占了半数,释放学位1890个，共计。"),
        # cut out of a line
        ("民办学校教师本科以上学历者占61.4%,第 2 页 共 7 页比公办学校低三成多，并且三年来逐年提高，区财政每年列支津贴1140万元，惠及教师五千余人。",
         "民办学校教师本科以上学历者占61.4%,比公办学校低三成多，并且三年来逐年提高，区财政每年列支津贴1140万元，惠及教师五千余人。"),
    ],
)  # fmt: skip
def test_mending(before, after):
    traditional = "這裏還有許多學校與老師，務實創新，經費優先。\n" if any(c in before for c in "經學億個") else ""
    source, result = clean(traditional + before)
    assert result.text.rsplit("\n", 1)[-1] == after
    assert replay(source.layer.text, result.edits) == result.text


@pytest.mark.parametrize(
    "noise",
    [
        "首页 > 政务公开 > 规划总结 > 县教育局",
        "您所在的位置：首页 >> 政务公开 >> 市教育局 >> 统计信息",
        "首页　要闻动态　政务公开　政务服务　互动交流　走进某县",
        "【打印本页】　【关闭窗口】",
        "分享到：微信 微博 QQ空间",
        "主办：某县人民政府办公室　承办：某县大数据中心　网站标识码：1234567890",
        "京ICP备05071141号",
        "Copyright@2000-2022 www.example.org All Rights Reserved.",
        "还剩35页未读,继续阅读",
        "文档编号：13984427　上传时间：2020-06-19　格式：DOC　页数：9　大小：31.6KB",
        "扫描全能王 创建",
        "— 12 —",
        "第 3 页 共 9 页",
        "点击上方“某县发布”关注我们",
        "阅读 2.3万　　分享　收藏　赞 412　在看 86",
        "澳门新葡京官网_彩票投注平台_真人棋牌手机版登录",
        '<b id="v7kx2"><tt id="v7kx2"></tt></b>',
        "上一篇：某县水利局2022年工作总结",
        "附件：2023年教育事业统计主要指标表.xlsx",
        "一、支出决算总体情况……………………………………4",
    ],
)
def test_noise_goes(noise):
    assert paragraphs(f"{BODY}\n{noise}\n{OTHER}") == [BODY, OTHER]


@pytest.mark.parametrize(
    "content",
    [
        "66人以上的超大班额还剩39个，最挤的一个班坐了74个孩子，比去年少了12个。",
        "网络阅读空间覆盖学校120所，点赞台账3600条，分享会42场，微信平台关注12万人。",
        "县政府门户网站公开教育信息326条，版权保护宣传进校园46场次，参加师生1.2万人次。",
        "一、发展基础",
        "（四）建设教育门户网站",
        "▲新建学校12所，投资2.3亿元",
        "时间：新建学校12所",
        "（二）分享阅读",
        "（二）主要做法",
        "合计\t128\t1174\t45832",
        "校长信箱：12所",
        "2.3万人次",
    ],
)
def test_content_stays(content):
    assert "".join(content.split()) in "".join("".join(paragraphs(f"{BODY}\n{content}\n{BODY}")).split())


def test_metadata_lines_are_told_from_noise():
    _, result = clean(f"某县教育局2023年工作总结\n来源：县教育局　发布日期：2023-12-30 16:42\n某教〔2023〕62号\n{BODY}")
    assert [e.before.split("\n")[0] for e in result.edits if e.kind == "metadata"] == [
        "来源：县教育局　发布日期：2023-12-30 16:42",
        "某教〔2023〕62号",
    ]
    assert result.text == f"某县教育局2023年工作总结\n{BODY}"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        # dumps break before numbers
        (["一、基本概况全区现有小学230所;初级中学31所,九年一贯制学校23所,在校生", "16.2万人九年义务教育巩固率", "108.59%,入学率100%"],
         ["一、基本概况全区现有小学230所;初级中学31所,九年一贯制学校23所,在校生16.2万人九年义务教育巩固率108.59%,入学率100%"]),
        (["全市教师配备按照国家标准，小学专任教师与学生之比为1:", "18.9和1:", "16.6的要求核定，师班比也已达标"],
         ["全市教师配备按照国家标准，小学专任教师与学生之比为1:18.9和1:16.6的要求核定，师班比也已达标"]),
        (["一、发展基础", "2020年，全县共有小学12所。"], ["一、发展基础", "2020年，全县共有小学12所。"]),
        (["全县共有小学12所。", "2021年，新建3所。"], ["全县共有小学12所。", "2021年，新建3所。"]),
        (["某县2023年工作总结", "2023年，全县新建学校3所。"], ["某县2023年工作总结", "2023年，全县新建学校3所。"]),
        (["89.7", "92", "约束性"], ["89.7", "92", "约束性"]),
        (["学段  学校  班级", "小学  107  868", "初中  21  306"], ["学段  学校  班级", "小学  107  868", "初中  21  306"]),
        (["县教育局（以下简称", "教育局）共有教师", "，其中小学多。"], ["县教育局（以下简称教育局）共有教师，其中小学多。"]),
    ],
)  # fmt: skip
def test_joining_of_lines(before, after):
    assert paragraphs("\n".join(before)) == after


def wrapped(text: str, columns: int, number: int) -> list[str]:
    """A paragraph cut at a width wherever it falls, page number in the middle if ``number`` is not 0."""
    lines = [text[at : at + columns] for at in range(0, len(text), columns)]
    if number:
        lines[len(lines) // 2 : len(lines) // 2] = [f"— {number} —"]
    return lines


@pytest.mark.parametrize("columns", [20, 28, 35])
def test_lines_cut_at_a_width_are_joined(columns):
    towns = ["塘川", "五十", "东沟", "威远", "丹麻", "加定"]
    wanted = [
        f"　　{town}镇20{10 + n}年新增学位{13 + n},874个，投资{n}2.5亿元，{BODY if n % 2 else OTHER}{town}{OTHER}{n}所。"
        for n, town in enumerate(towns)
    ]
    lines = [line for n, text in enumerate(wanted) for line in wrapped(text, columns, n % 2 and n)]
    assert paragraphs("\n".join(lines)) == [text.strip("　") for text in wanted]


def test_running_heads_beside_page_numbers_go_though_misread():
    head, misread = "某县第十八届人大常委会会议文件（九）", "某具第十八届人大常委会会议文件（九〉"
    pages = [f"{head if n != 1 else misread}\n{BODY}\n— {n} —" for n in range(1, 5)]
    assert paragraphs("\n".join(pages)) == [BODY] * 4


def test_paragraph_kinds_and_depths():
    text = f"某县教育发展规划\n第一章 总则\n{BODY}\n一、基础\n（一）投入\n{BODY}\n1.学前教育\n{BODY}\n先有课桌\n{BODY}"
    _, result = clean(text)
    rows = [(result.text[p.start : p.end][:6], p.kind, p.depth) for p in result.paragraphs if p.end - p.start < 30]
    heading = BlockKind.HEADING
    assert rows == [
        ("某县教育发展", BlockKind.TITLE, 0),
        ("第一章 总则", heading, 1),
        ("一、基础", heading, 2),
        ("（一）投入", heading, 3),
        ("1.学前教育", heading, 4),
        ("先有课桌", heading, 2),
    ]


def test_table_rows_keep_their_cells():
    html = f"<p>{BODY}</p><table><tr><th>学段</th><th>学生（人）</th></tr><tr><td>小学</td><td>２７，４６０</td></tr></table>"
    _, result = clean(html, "a.html")
    rows = [p for p in result.paragraphs if p.kind is BlockKind.TABLE_ROW]
    assert [[result.text[s:e] for s, e, _ in p.cells] for p in rows] == [["学段", "学生（人）"], ["小学", "27,460"]]
    assert [[cell.column for _, _, cell in p.cells] for p in rows] == [[0, 1], [0, 1]]


def test_zones_of_a_page_are_weighed():
    html = (
        f"<div class='nav'>首页 概况</div><h1>某县2023年总结</h1><div class='article'><p>{BODY}</p></div>"
        "<div class='aside'><ul><li>又一所新学校落成 2021-03-04</li></ul></div><div id='footer'>某县人民政府</div>"
    )
    assert paragraphs(html, "a.html") == ["某县2023年总结", BODY]
    misnamed = f"<div class='aside'><p>{BODY}</p><p>{OTHER}</p><p>全县新建3所</p></div>"
    assert len(paragraphs(misnamed, "a.html")) == 3


PIECES = st.sampled_from(
    ["全县", "１２", "，", "３４５", "。", "\n", "\r\n", "&nbsp;", "\u200b", "學(xué)", "校(xiào )", "— 1 —\n", "首页 > 要闻\n", "　　",
     "16.2万人", "?/p>\n", "<b>", "一、", "2023年", "（", "）", "\x00", "\t", "来源：某局\n", "98. 7%", "5 137人", "经费", "\ufeff"]
)  # fmt: skip


@settings(deadline=None)
@given(st.lists(PIECES, min_size=1, max_size=60))
def test_edits_replayed_on_the_layer_give_the_clean_text(pieces):
    assume(pieces.count("\x00") <= 1)  # more of them are refused as no text
    text = "前" + "".join(pieces)
    source = read_source((text + "全县学校" * 300).encode(), "a.txt")
    result = clean_source(source)
    assert replay(source.layer.text, result.edits) == result.text
    assert result.text == "\n".join(result.text[p.start : p.end] for p in result.paragraphs)
    for paragraph in result.paragraphs:
        assert 0 <= paragraph.layer_start <= paragraph.layer_end <= len(source.layer.text)
        assert "\n" not in result.text[paragraph.start : paragraph.end]
    assert traced(result, source.layer.text)
    assert unlisted_digits(result, source.layer.text) == 0


@pytest.mark.parametrize(
    "text",
    [
        "共12所学校，" * 150_000,
        "１" * 500_000,
        "首页 > " * 100_000,
        "(" * 300_000,
        "学(xué" * 100_000,
        "5 137 " * 100_000,
        "> " * 200_000,
        "\n" * 500_000 + "完",
        "&nbsp;" * 100_000 + "完",
        "学段  学校  " * 60_000,
        "一|二|三|" * 80_000,
        "<" * 300_000,
        "分享 收藏 " * 90_000,
        "2023-01-01 " * 60_000,
    ],
)
def test_a_megabyte_in_one_line_takes_linear_time(text):
    source = read_source(text.encode(), "a.txt")
    start = time.process_time()
    result = clean_source(source)
    assert time.process_time() - start < 15
    assert replay(source.layer.text, result.edits) == result.text


def test_replay_refuses_edits_of_another_text():
    source, result = clean("共&nbsp;12所")
    with pytest.raises(ValueError, match="does not fit"):
        replay(source.layer.text[1:], result.edits)


def test_cleaning_nothing():
    _, result = clean("— 1 —\n首页 > 要闻 > 正文")
    assert result.text == ""
    assert result.paragraphs == ()
    assert result.mapped == Mapped("", (), ())


def test_the_headlines_of_a_newspaper_page_go_with_the_line_that_opens_them():
    top = (
        "第02版：县域\n标题导航\n某市召开秋收工作会议\n家门口的新学校\n某区计划新增学位1.2万个\n广告\n放大+ 缩小- 默认"
    )
    assert paragraphs(f"{top}\n家门口的新学校\n{BODY}\n{OTHER}") == ["家门口的新学校", BODY, OTHER]
    assert "家门口的新学校" in paragraphs(f"标题导航\n家门口的新学校\n{BODY}\n{OTHER}")
