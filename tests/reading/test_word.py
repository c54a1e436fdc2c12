"""Word documents to their visible text, with blocks."""

import io
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import Refused
from pipeline.extraction import extract_source
from pipeline.model import BlockKind
from pipeline.reading import read_source
from pipeline.reading.numerals import chinese
from pipeline.reading.word_numbers import written
from tests.reading.office_files import docx, sample_lines, word_file


def read(body, **parts):
    return read_source(docx(body, **parts), "a.docx")


def p(inner, properties=""):
    return f"<w:p>{f'<w:pPr>{properties}</w:pPr>' if properties else ''}{inner}</w:p>"


def r(text, properties=""):
    return f'<w:r>{f"<w:rPr>{properties}</w:rPr>" if properties else ""}<w:t xml:space="preserve">{text}</w:t></w:r>'


def table(*rows):
    return "<w:tbl>" + "".join(f"<w:tr>{''.join(row)}</w:tr>" for row in rows) + "</w:tbl>"


def tc(text, properties="", inner=""):
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{p(r(text)) if text is not None else ''}{inner}</w:tc>"


def box(text):
    inside = f"<w:txbxContent>{p(r(text))}</w:txbxContent>"
    return (
        f"<w:r><mc:AlternateContent><mc:Choice Requires='wps'><w:drawing><wps:txbx>{inside}</wps:txbx></w:drawing></mc:Choice>"
        f"<mc:Fallback><w:pict><v:textbox>{inside}</v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )


FIELD = (
    '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>PAGEREF 99</w:instrText></w:r>'
    '<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>12</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>'
)


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (p(r("共") + r("12", "<w:b/>") + r("所")), "共12所"),
        (p(r("一")) + p("") + p(r(" ")) + p(r("二")), "一\n二"),
        (p(r("　　首行") + "<w:r><w:tab/></w:r>" + r("12 ")), "　　首行\t12"),
        (p(r("上") + "<w:r><w:br/></w:r>" + r("下")), "上\n下"),
        (p(r("多") + "<w:del><w:r><w:delText>5210</w:delText></w:r></w:del><w:ins>" + r("5120") + "</w:ins>"), "多5120"),
        (p("<w:moveFrom>" + r("旧") + "</w:moveFrom><w:moveTo>" + r("新") + "</w:moveTo>"), "新"),
        (p(r("前"), "<w:rPr><w:del/></w:rPr>") + p(r("后")), "前后"),
        (p(r("看") + r("暗", "<w:vanish/>") + r("见", '<w:vanish w:val="0"/>')), "看见"),
        (p(r("第") + FIELD + r("页")), "第12页"),
        (p('<w:fldSimple w:instr="DATE">' + r("2023年") + "</w:fldSimple>"), "2023年"),
        (p("<w:hyperlink>" + r("链接") + "</w:hyperlink>"), "链接"),
        ("<w:sdt><w:sdtPr/><w:sdtContent>" + p(r("控件")) + "</w:sdtContent></w:sdt>", "控件"),
        (p(r("正文") + box("框内")), "正文\n框内"),
        (p(r("面积12m") + r("2", '<w:vertAlign w:val="superscript"/>')), "面积12m²"),
        (p(r("15所") + r("1", '<w:vertAlign w:val="superscript"/>')), "15所¹"),
        (p('<w:r><w:sym w:font="Wingdings" w:char="F081"/></w:r>' + r("甲")), "①甲"),
        (p(r("A") + "<w:r><w:noBreakHyphen/></w:r>" + r("B")), "A-B"),
        (p("<w:r><w:ruby><w:rt>" + r("pin") + "</w:rt><w:rubyBase>" + r("拼") + "</w:rubyBase></w:ruby></w:r>"), "拼"),
        (p("<m:oMath><m:f><m:num><m:r><m:t>1</m:t></m:r></m:num><m:den><m:r><m:t>3</m:t></m:r></m:den></m:f></m:oMath>"), "1/3"),
        (p(r("文") + '<w:r><w:commentReference w:id="1"/></w:r>'), "文"),
        (p(r("一")) + table([tc("框内全文")]), "一\n框内全文"),
    ],
)  # fmt: skip
def test_visible_text(body, text):
    assert read(body).layer.text == text


def test_the_strict_form_is_read_too():
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(docx(p(r("共12所"))))) as old, zipfile.ZipFile(file, "w") as new:
        for name in old.namelist():
            text = old.read(name).replace(
                b"http://schemas.openxmlformats.org/wordprocessingml/2006/",
                b"http://purl.oclc.org/ooxml/wordprocessingml/",
            )
            new.writestr(name, text)
    assert read_source(file.getvalue(), "a.docx").layer.text == "共12所"


STYLES = """
<w:style w:type="paragraph" w:default="1" w:styleId="a"><w:name w:val="Normal"/></w:style>
<w:style w:type="paragraph" w:styleId="a3"><w:name w:val="Title"/><w:basedOn w:val="a"/></w:style>
<w:style w:type="paragraph" w:styleId="1"><w:name w:val="heading 1"/><w:basedOn w:val="a"/><w:pPr><w:outlineLvl w:val="0"/></w:pPr></w:style>
<w:style w:type="paragraph" w:styleId="x2"><w:name w:val="标题 2"/></w:style>
<w:style w:type="paragraph" w:styleId="own"><w:name w:val="我的题"/><w:basedOn w:val="1"/></w:style>
<w:style w:type="paragraph" w:styleId="TOC1"><w:name w:val="toc 1"/></w:style>
<w:style w:type="paragraph" w:styleId="ring"><w:name w:val="环"/><w:basedOn w:val="ring"/></w:style>
<w:style w:type="character" w:styleId="dark"><w:name w:val="暗"/><w:rPr><w:vanish/></w:rPr></w:style>
"""


@pytest.mark.parametrize(
    ("properties", "kind", "zone"),
    [
        ('<w:pStyle w:val="a3"/>', BlockKind.TITLE, ""),
        ('<w:pStyle w:val="1"/>', BlockKind.HEADING, ""),
        ('<w:pStyle w:val="x2"/>', BlockKind.HEADING, ""),
        ('<w:pStyle w:val="own"/>', BlockKind.HEADING, ""),
        ('<w:pStyle w:val="1"/><w:outlineLvl w:val="9"/>', BlockKind.PARAGRAPH, ""),
        ('<w:outlineLvl w:val="2"/>', BlockKind.HEADING, ""),
        ('<w:pStyle w:val="TOC1"/>', BlockKind.PARAGRAPH, "nav"),
        ('<w:pStyle w:val="ring"/>', BlockKind.PARAGRAPH, ""),
        ('<w:pStyle w:val="gone"/>', BlockKind.PARAGRAPH, ""),
        ('<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>', BlockKind.LIST_ITEM, ""),
    ],
)
def test_styles_tell_what_a_paragraph_is(properties, kind, zone):
    (*_, block) = read(p(r("前文")) * 9 + p(r("工作情况"), properties), styles=STYLES, numbering=NUMBERING).layer.blocks
    assert (block.kind, block.zone) == (kind, zone)


def test_a_lone_heading_on_top_is_the_title_and_a_sentence_is_no_heading():
    heading = '<w:pStyle w:val="1"/>'
    blocks = read(p(r("工作总结"), heading) + p(r("正文。")), styles=STYLES).layer.blocks
    assert [b.kind for b in blocks] == [BlockKind.TITLE, BlockKind.PARAGRAPH]
    blocks = read(p(r("一章"), heading) + p(r("二章"), heading), styles=STYLES).layer.blocks
    assert [b.kind for b in blocks] == [BlockKind.HEADING] * 2
    blocks = read(p(r("（一）加强建设。全年新建3所。"), '<w:pStyle w:val="x2"/>'), styles=STYLES).layer.blocks
    assert [b.kind for b in blocks] == [BlockKind.PARAGRAPH]


def test_a_style_can_hide_its_text():
    assert read(p(r("看") + r("暗", '<w:rStyle w:val="dark"/>')), styles=STYLES).layer.text == "看"


def level(rank, form, pattern, more=""):
    return f'<w:lvl w:ilvl="{rank}"><w:start w:val="1"/><w:numFmt w:val="{form}"/>{more}<w:lvlText w:val="{pattern}"/></w:lvl>'


NUMBERING = (
    f'<w:abstractNum w:abstractNumId="7">{level(0, "chineseCountingThousand", "%1、")}'
    f"{level(1, 'chineseCounting', '（%2）')}{level(2, 'decimal', '%3.')}{level(3, 'decimal', '%1.%4', '<w:isLgl/>')}</w:abstractNum>"
    f'<w:abstractNum w:abstractNumId="8">{level(0, "bullet", "&#xF0B7;")}</w:abstractNum>'
    '<w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num>'
    '<w:num w:numId="2"><w:abstractNumId w:val="7"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/></w:lvlOverride></w:num>'
    '<w:num w:numId="3"><w:abstractNumId w:val="8"/></w:num><w:num w:numId="4"><w:abstractNumId w:val="99"/></w:num>'
)


def item(text, number, rank):
    return p(r(text), f'<w:numPr><w:ilvl w:val="{rank}"/><w:numId w:val="{number}"/></w:numPr>')


def test_numbers_that_word_gives_are_seen():
    body = (
        item("甲", 1, 0) + item("乙", 1, 1) + item("丙", 1, 1) + item("丁", 1, 2) + item("戊", 1, 0) + item("己", 1, 1)
        + item("庚", 1, 3) + item("辛", 2, 0) + item("壬", 3, 0) + item("癸", 4, 0) + item("子", 0, 0) + item("", 1, 0)
    )  # fmt: skip
    text = read(body, numbering=NUMBERING).layer.text
    assert text.split("\n") == [
        "一、甲", "（一）乙", "（二）丙", "1. 丁", "二、戊", "（一）己", "2.1 庚", "五、辛", "• 壬", "癸", "子",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("value", "form", "text"),
    [
        (11, "chineseCounting", "十一"),
        (20, "chineseCountingThousand", "二十"),
        (105, "chineseCounting", "一百零五"),
        (12, "chineseLegalSimplified", "壹拾贰"),
        (3, "decimalEnclosedCircleChinese", "③"),
        (21, "decimalEnclosedCircle", "21"),
        (3, "ideographTraditional", "丙"),
        (28, "lowerLetter", "bb"),
        (14, "upperRoman", "XIV"),
        (7, "decimalZero", "07"),
        (10, "ideographDigital", "一〇"),
        (4, "decimalFullWidth", "４"),
        (4, "unheardOf", "4"),
    ],
)
def test_forms_of_numbers(value, form, text):
    assert written(value, form) == text


@given(st.integers(0, 9999))
def test_chinese_numerals_are_read_back_as_the_same_number(value):
    digits, units, total, digit = "零一二三四五六七八九", {"十": 10, "百": 100, "千": 1000}, 0, 0
    for sign in chinese(value):
        if sign in units:
            total, digit = total + (digit or 1) * units[sign], 0
        else:
            digit = digits.index(sign)
    assert total + digit == value


def cells(source):
    return [
        (source.layer.text[b.start : b.end], b.cell.row, b.cell.column, b.cell.row_span, b.cell.column_span)
        for b in source.layer.blocks
        if b.cell
    ]


SPAN = '<w:gridSpan w:val="2"/>'
TOP, ON = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"


def test_merged_cells_are_one_with_their_spans():
    source = read(
        table(
            [tc("地区", TOP), tc("学校数", SPAN), tc("合计", TOP)],
            [tc("", ON), tc("小学"), tc("初中"), tc("", ON)],
            [tc("甲县"), tc("3"), tc("4"), tc("7")],
        )
    )
    assert source.layer.text == "地区\t学校数\t合计\n小学\t初中\n甲县\t3\t4\t7"
    assert cells(source) == [
        ("地区", 0, 0, 2, 1), ("学校数", 0, 1, 1, 2), ("合计", 0, 3, 2, 1), ("小学", 1, 1, 1, 1), ("初中", 1, 2, 1, 1),
        ("甲县", 2, 0, 1, 1), ("3", 2, 1, 1, 1), ("4", 2, 2, 1, 1), ("7", 2, 3, 1, 1),
    ]  # fmt: skip


def test_rows_heads_deletions_and_breaks_in_cells():
    head = "<w:trPr><w:tblHeader/></w:trPr>"
    gone = "<w:trPr><w:del/></w:trPr>"
    source = read(
        table(
            [head, tc("学校数", inner=p(r("（所）"))), tc("x")],
            [gone, tc("删"), tc("1")],
            [tc("甲"), tc("12", inner=p(r("34")))],
        )
    )
    assert source.layer.text == "学校数（所）\tx\n甲\t12 34"
    assert [b.cell.header for b in source.layer.blocks if b.cell] == [True, True, False, False]


def test_a_table_that_lays_out_the_page_is_no_table_and_the_one_within_is():
    inner = table([tc("甲"), tc("3")], [tc("乙"), tc("4")])
    source = read(table([tc("左"), tc("右", inner=inner + p(r("下")))]))
    assert source.layer.text == "左\n右\n甲\t3\n乙\t4\n下"
    assert len(cells(source)) == 4


def test_a_row_of_running_text_is_paragraphs_with_their_places():
    source = read(table([tc("序号"), tc("情况")], [tc("1"), tc("全区新建学校3所。" * 60, inner=p(r("另建2所。")))]))
    assert [b.locator for b in source.layer.blocks] == [None, None, "table 1 row 2 column 1"] + [
        "table 1 row 2 column 2"
    ] * 2


def test_text_boxes_in_cells_stand_once():
    assert read(table([f"<w:tc>{p(r('甲') + box('乙'))}</w:tc>", tc("1")])).layer.text == "甲乙\t1"


def test_a_page_in_a_document_is_read():
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/aFChunk"
    rels = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="r9" Type="{kind}" Target="chunk.html"/></Relationships>'
    )
    page = "<html><body><h2>一、</h2><p>甲<br>乙</p><table><tr><td>丙</td><td>3</td></tr><tr><td>丁</td><td>4</td></tr></table></body></html>"
    name = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
    body = p(r("前")) + f'<w:altChunk {name} r:id="r9"/>' + p(r("后"))
    source = read(body, more={"word/_rels/document.xml.rels": rels, "word/chunk.html": page})
    assert source.layer.text == "前\n一、\n甲\n乙\n丙\t3\n丁\t4\n后"
    assert [(b.cell.row, b.cell.column) for b in source.layer.blocks if b.cell] == [(0, 0), (0, 1), (1, 0), (1, 1)]


def test_footnotes_come_last_under_their_marks():
    mark = '<w:r><w:footnoteReference w:id="{}"/></w:r>'
    notes = (
        '<w:footnote w:type="separator" w:id="0"><w:p/></w:footnote>'
        '<w:footnote w:id="3"><w:p><w:r><w:footnoteRef/></w:r><w:r><w:t> 含在园幼儿。</w:t></w:r></w:p></w:footnote>'
        '<w:footnote w:id="4"><w:p><w:r><w:footnoteRef/></w:r><w:r><w:t>不含教学点。</w:t></w:r></w:p></w:footnote>'
    )
    source = read(p(r("学校15所") + mark.format(4) + r("，学生9人") + mark.format(3)) + p(r("完。")), footnotes=notes)
    assert source.layer.text == "学校15所¹，学生9人²\n完。\n¹ 不含教学点。\n² 含在园幼儿。"


def test_the_properties_give_the_title():
    core = (
        '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>工作 总结</dc:title></cp:coreProperties>'
    )
    assert read(p(r("文")), more={"docProps/core.xml": core}).hints == {"title": "工作 总结"}


@pytest.mark.parametrize("name", ["work-summary.txt", "budget-note.txt", "inspection-feedback.txt"])
def test_a_document_gives_the_facts_of_its_text(name):
    lines = sample_lines(name)
    source = extract_source(word_file(lines), "a.docx")
    assert source.source.layer.text == "\n".join(lines)
    text = extract_source("\n".join(lines).encode(), "a.txt")
    assert [plain(fact) for fact in source.facts] == [plain(fact) for fact in text.facts]
    assert len(source.facts) > 30
    for fact in source.facts:
        assert source.source.layer.text[fact.start : fact.end] == fact.number


def plain(fact):
    return (
        fact.indicator, fact.value, fact.value_high, fact.measure, fact.bound, fact.status, fact.period, fact.level,
        fact.region, fact.number, fact.start,
    )  # fmt: skip


def test_a_broken_reference_does_no_harm():
    rels = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="r1" Type="http://x/styles" Target="NULL"/>'
        '<Relationship Id="r2" Type="http://x/numbering" Target="http://127.0.0.1/n.xml" TargetMode="External"/></Relationships>'
    )
    assert read(p(r("文")), more={"word/_rels/document.xml.rels": rels}).layer.text == "文"


BOMB = '<!DOCTYPE w [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (docx(p(r("文")))[:-30], "damaged"),
        (docx(p(r("文")) + "<w:p>"), "damaged"),
        (docx("", more={"word/document.xml": f"{BOMB}<w>&b;</w>"}), "damaged"),
        (docx("", more={"word/document.xml": f'{BOMB}<w a="&b;"/>'}), "damaged"),
        (docx("", more={"word/document.xml": "<a>" * 5000}), "damaged"),
        (docx(p("")), "empty"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 2000, "damaged"),
        (b"just\x00bytes" * 9, "damaged"),
    ],
)
def test_what_can_not_be_read_is_refused(data, code):
    with pytest.raises(Refused) as refusal:
        read_source(data, "a.docx")
    assert refusal.value.code == code
    assert str(refusal.value).startswith("a.docx: ")


def test_a_package_that_would_unpack_to_too_much_is_refused():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "wordprocessingml.document.main")
        with archive.open("word/document.xml", "w") as part:
            for _ in range(65):
                part.write(b"\x20" * (1 << 20))
    with pytest.raises(Refused) as refusal:
        read_source(file.getvalue(), "a.docx")
    assert refusal.value.code == "too_large"


WHOLE = docx(p(r("全区共有学校12所。")) + table([tc("甲"), tc("3")]), styles=STYLES, numbering=NUMBERING)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(WHOLE) - 1), st.integers(0, 255)), max_size=6), st.integers(0, len(WHOLE)))
def test_any_damage_is_read_or_refused(changes, cut):
    data = bytearray(WHOLE[:cut] if cut % 3 == 0 else WHOLE)
    for at, byte in changes:
        if at < len(data):
            data[at] = byte
    try:
        read_source(bytes(data), "a.docx")
    except Refused:
        return
