"""Which reports a source holds, and what is told of each."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.cleaning import clean_source
from pipeline.reading import read_source
from pipeline.structure import split_reports
from pipeline.structure.dates import dates_in
from pipeline.structure.titles import is_title_line

BODY = "全县现有中小学三百二十所，在校学生八万余人，专任教师六千五百名，比上年增加一百二十名。" * 9


def reports(text: str, name: str = "a.txt"):
    source = read_source(text.encode(), name)
    return split_reports(source, clean_source(source))


def only(text: str, name: str = "a.txt"):
    found = reports(text, name)
    assert len(found) == 1
    return found[0]


@pytest.mark.parametrize(
    ("head", "title"),
    [
        ("某县教育局2023年工作总结", "某县教育局2023年工作总结"),
        ("　　　　关于全县义务教育均衡发展\n　　　　情况的报告", "关于全县义务教育均衡发展情况的报告"),
        ("某县教育局\n关于全县教育工作情况的报告", "关于全县教育工作情况的报告"),
        ("篇3 某市推进义务教育优质均衡发展情况汇报", "某市推进义务教育优质均衡发展情况汇报"),
        ("一河两岸读书声\n——某县三所学校的“变”与一本“账”", "一河两岸读书声——某县三所学校的“变”与一本“账”"),
        (
            "某县人民政府办公室关于印发某县学前教育三年行动计划的通知\n各乡镇：\n《计划》已经审议通过，现印发给你们。\n某县学前教育三年行动计划",
            "某县学前教育三年行动计划",
        ),
        ("掌声响起来！2023，某县教育的“高光时刻”", "掌声响起来！2023，某县教育的“高光时刻”"),
    ],
)
def test_title(head, title):
    assert only(f"{head}\n{BODY}\n{BODY}").title == title


def test_title_of_a_page_is_its_heading_and_not_what_a_spammed_head_says():
    html = f"<html><head><title>彩票网-官网入口</title></head><body><h1>某县的学位账</h1><p>{BODY}</p></body></html>"
    assert only(html, "a.html").title == "某县的学位账"


@pytest.mark.parametrize(
    ("text", "published"),
    [
        ("某县2023年工作总结\n来源：县教育局　发布时间：2024-01-08 16:42\n{}", "2024-01-08"),
        ("某县工作汇报\n（2019年11月）\n{}", "2019-11"),
        ("关于全县教育工作情况的报告\n(2022年10月27日在某县第十六届人大常委会第六次会议上)\n{}", "2022-10-27"),
        ("关于全县教育工作情况的报告\n——2024年8月29日在某市人大常委会会议上\n{}", "2024-08-29"),
        ("关于全县教育工作情况的报告\n{}\n某县教育局\n二〇二二年十二月二十日", "2022-12-20"),
        ("关于全县教育工作情况的报告\n{}\n　　　　某县教育局\n　　　　２０２４年４月１６日", "2024-04-16"),
        ("关于全县教育工作情况的报告\n某教〔2021〕6号\n{}", "2021"),
        ("关于全县教育工作情况的报告\n某县教育局　2021年12月3日　（在全市现场会上的交流材料）\n{}", "2021-12-03"),
        ("关于全县教育工作情况的报告\n二O一九年六月八日\n{}", "2019-06-08"),
        ("某州日报　2022年9月14日　星期三　A04版　教育\n关于全县教育工作情况的报告\n{}", "2022-09-14"),
        ("关于全县教育工作情况的报告\n{}", None),
        ("文档编号：139844　上传时间：2020-06-19　格式：DOC　页数：9\n关于全县教育工作情况的报告\n{}", None),
    ],
)
def test_published(text, published):
    assert only(text.format(BODY)).published == published


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("某县教育局2023年工作总结\n发布时间：2024-01-08 16:42\n{}", (2023, 12)),
        ("某县教育局2023年工作总结\n发布时间：2023-12-20 16:42\n{}", (2023, 12)),
        ("某县教育局2023年上半年工作总结\n发布时间：2023-07-28 16:42\n{}", (2023, 6)),
        ("某县教育局2023年工作情况报告\n{}\n2023年11月20日", (2023, 11)),
        ("某县教育局2023年工作总结和2024年工作计划\n{}", (2023, 12)),
        ("某县教育局2024年工作要点\n发布时间：2024-02-28 16:42\n{}", (2024, 2)),
        ("某县“十四五”教育事业发展规划\n发布时间：2021-12-06 10:32\n{}", (2021, 12)),
        ("某县三年行动计划（2024—2026年）\n{}\n2024年4月16日", (2024, 4)),
        ("关于全县教育工作情况的汇报\n2021年建成学校12所，2022年建成9所，力争到2025年再建20所。\n{}", (2022, None)),
        ("关于全县教育工作情况的汇报\n{}", (None, None)),
    ],
)
def test_moment_it_speaks_from(text, moment):
    report = only(text.format(BODY))
    assert (report.year, report.month) == moment


@pytest.mark.parametrize(
    ("text", "publisher"),
    [
        ("关于全县教育工作情况的报告\n{}\n某某县教育局\n2024年4月16日", "某某县教育局"),
        ("某县工作总结\n来源：县教育局　发布时间：2024-01-08 16:42\n{}", "县教育局"),
        ("某某县教育体育局2023年工作总结\n{}", "某某县教育体育局"),
    ],
)
def test_publisher(text, publisher):
    assert only(text.format(BODY)).publisher == publisher


def test_items_of_a_bulletin_are_reports_with_one_date():
    items = "\n".join(
        f"◆{name}县：{what}\n{BODY}" for name, what in [("甲", "老城新校"), ("乙", "一把尺子"), ("丙", "公办园")]
    )
    found = reports(f"某省教育工作简报\n第 23 期\n某省教育厅办公室编　　　　2024年10月18日\n{items}")
    assert [report.title for report in found] == ["甲县：老城新校", "乙县：一把尺子", "丙县：公办园"]
    assert {report.published for report in found} == {"2024-10-18"}


def test_topics_of_one_report_are_no_reports():
    assert (
        len(reports("教育\n" + "\n".join(f"【{topic}】\n{BODY}" for topic in ("概况", "学前教育", "义务教育", "教师"))))
        == 1
    )


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("篇1 甲县2022年工作总结\n{0}\n篇2 **县教育局2023年工作总结\n{0}", "**县教育局2023年工作总结"),
        ("甲县教育局2022年工作总结\n{0}\n乙县教育局2023年工作总结\n{0}", "乙县教育局2023年工作总结"),
        ("甲县2022年工作总结\n{0}新建塑胶运动场地篇二 **县2023年工作回顾\n{0}", "**县2023年工作回顾"),
        ("均衡发展工作总结篇5**市均衡发展工作总结\n(一){0}\n一、基本情况\n{0}\n二、做法\n(二){0}\n一、概况\n{0}", None),
    ],
)
def test_compilations_are_split(text, title):
    found = reports(text.format(BODY))
    assert len(found) == 2
    assert [report.index for report in found] == [0, 1]
    assert found[0].spans[0][1] == found[1].spans[0][0]
    assert found[1].title == title


@pytest.mark.parametrize(
    "text",
    [
        "某县工作报告\n{0}\n二、2023年工作计划\n{0}",
        "某县工作报告\n{0}\n表二 某县2022年基本建设项目完成情况报告\n{0}",
        "某县工作报告\n{0}\n下一步工作打算\n{0}",
        "某县教育局2023年工作总结\n{0}\n某县教育局2023年工作总结\n{0}",
    ],
)
def test_sections_are_no_reports(text):
    assert len(reports(text.format(BODY))) == 1


@pytest.mark.parametrize(
    ("text", "edtf"),
    [
        ("2023年9月18日", "2023-09-18"),
        ("2023-09-18 16:42", "2023-09-18"),
        ("2023/9/8", "2023-09-08"),
        ("２０２４年４月１６日", "2024-04-16"),
        ("2019年11月", "2019-11"),
        ("二〇一五年十二月十六日", "2015-12-16"),
        ("二○二二年三月", "2022-03"),
        ("2021年10月28曰", "2021-10-28"),
        ("2023年13月", None),
        ("电话0372-2023118", None),
    ],
)
def test_dates(text, edtf):
    assert [day.edtf for day in dates_in(text)] == ([edtf] if edtf else [])


@pytest.mark.parametrize(
    ("line", "is_title"),
    [
        ("某县教育局2023年工作总结", True),
        ("关于全市普通高中和职业教育发展情况的报告", True),
        ("（三）强化督导报告", False),
        ("以上报告，请予审议，如有不当，请批评，指正报告", False),
        ("工作总结", False),
        ("《某县教育发展规划》某县实施方案", False),
    ],
)
def test_title_lines(line, is_title):
    assert is_title_line(line) is is_title


@settings(deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                "甲县2022年工作总结\n",
                "篇二",
                "◆甲县：x\n",
                "◆乙县：x\n",
                "◆丙县：x\n",
                BODY + "\n",
                "一、\n",
                "（一）",
                "— 1 —\n",
            ]
        )
    )
)
def test_spans_cover_the_clean_text(pieces):
    source = read_source(("前" + "".join(pieces)).encode(), "a.txt")
    clean = clean_source(source)
    reports = split_reports(source, clean)
    assert [report.index for report in reports] == list(range(len(reports)))
    at = 0
    # the pages of reports may lie between one another's: together their spans leave out nothing and overlap nowhere
    for start, end in sorted(span for report in reports for span in report.spans):
        assert start == at
        at = end
    assert at == len(clean.text)


@pytest.mark.shared
def test_titles_and_dates_of_the_written_documents(shared):
    titles = dates = counts = whole = 0
    wrong = []
    for path in sorted([*shared.glob("samples/*.meta.json"), *shared.glob("labelled/*.meta.json")]):
        meta = json.loads(path.read_text(encoding="utf-8"))
        if meta["format"] not in ("txt", "html"):
            continue
        file = path.with_name(f"{path.name.removesuffix('.meta.json')}.{meta['format']}")
        source = read_source(file.read_bytes(), file.name)
        found = split_reports(source, clean_source(source))
        counts += len(found) == len(meta.get("reports", [1]))
        whole += 1
        if "reports" in meta:
            continue
        title = meta.get("title_simplified") or meta["title"]
        right = plain(found[0].title) == plain(title) or meta.get("script") == "traditional"
        titles += right or "縣" in title or "寧" in title or "廣" in title
        dates += found[0].published == meta["published"]
        if not right:
            wrong.append((file.name, found[0].title))
    assert counts == whole
    assert titles >= whole - 6, wrong
    assert dates >= whole - 6


def plain(text: str | None) -> str:
    table = str.maketrans("（）：，“”　！", '():,"" !')
    return (text or "").translate(table).replace(" ", "").replace("——", "—")
