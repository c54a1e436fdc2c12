"""Mending of scans and clones: rows of what stands there, what is read, and what must be left alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.cleaning import clean_source, replay
from pipeline.cleaning.sums import misread_in_sums
from pipeline.reading import read_source

LEAD = "全县教育系统认真落实各项部署，办学条件持续改善，群众满意度稳步提高，现将有关情况报告如下。\n"


def cleaned(text: str):
    source = read_source((LEAD + text).encode(), "a.txt")
    result = clean_source(source)
    assert replay(source.layer.text, result.edits) == result.text
    for edit in result.edits:
        assert source.layer.text[edit.start : edit.end] == edit.before
    return source, result


def mended(text: str) -> str:
    return cleaned(text)[1].text.split("\n", 1)[1]


DIGITS = [
    ("城区共有公办园l6所，村级园2l所。", "城区共有公办园16所，村级园21所。"),
    ("拨付专款3O万元，人均补助2OO元。", "拨付专款30万元，人均补助200元。"),
    ("全年支出l.07亿元，增长9.O%。", "全年支出1.07亿元，增长9.0%。"),
    ("2O19年至2O2l年，改造旱厕4I座。", "2019年至2021年，改造旱厕41座。"),
    ("全区在岗教师3 O47人，退休l 208人。", "全区在岗教师3047人，退休1208人。"),
    ("新增座位1 O 250个。", "新增座位10250个。"),
    ("生师比为l4.2:l，低于全市水平。", "生师比为14.2:1，低于全市水平。"),
    ("差异系数由O.47降到0.3l，", "差异系数由0.47降到0.31，"),
    ("综合督导评估学校T3O所。", "综合督导评估学校T3O所。"),
    ("食堂升级改造T36所，惠及T.2万人。", "食堂升级改造136所，惠及T.2万人。"),
    ("截至H月底，招聘教师H58名，开设讲座H26场。", "截至11月底，招聘教师1158名，开设讲座126场。"),
    ("lO月中旬动工，l2月完工。", "10月中旬动工，12月完工。"),
    ("轮岗教师S6人，参训7B2人次，化解2Z项难题。", "轮岗教师56人，参训782人次，化解22项难题。"),
    ("配发平板电脑，生机比达到7」，高于省定要求。", "配发平板电脑，生机比达到7:1，高于省定要求。"),
    ("撤并教学点「4个，闲置校舍另作他用。", "撤并教学点14个，闲置校舍另作他用。"),
    ("投入5236·4万元，占3·6%。", "投入5236.4万元，占3.6%。"),
    ("学段  学校  教师\n小学  I8  412\n初中  9  3O6", "学段  学校  教师\n小学  18  412\n初中  9  306"),
    ("分别新建4l、2O、36所学校。", "分别新建41、20、36所学校。"),
]

NOT_DIGITS = [
    "推广O2O模式，开展B2B对接，建成O2O项目3个。",
    "举办T台走秀，建设L型教学楼一栋，采购I类设备。",
    "使用2B铅笔，推行5S管理，参观4S店。",
    "乘坐T20次列车，住B2栋，T3航站楼，S2线。",
    "采用H5页面宣传，预防H1N1流感，检测PM2.5。",
    "每个乡镇建成「2所目标。",
    "「3所名校」结对帮扶。",
    "型号为Model S5的设备，GB/T20标准，A4纸、CO2浓度。",
    "“互联网+”IO接口、USB3.0、5G网络全覆盖，Wi-Fi6接入。",
    "课文《1·2》选读，张三·李四合著。",
]


@pytest.mark.parametrize(("before", "after"), DIGITS)
def test_digits_that_the_grammar_of_numbers_forces(before, after):
    assert mended(before) == after


@pytest.mark.parametrize("text", NOT_DIGITS)
def test_letters_that_may_be_right_stay(text):
    assert mended(text) == text


SUMS = [
    ("全县现有学校208所（小学1T4所、初中52所、高中12所）。", "全县现有学校208所（小学144所、初中52所、高中12所）。"),
    ("在校生123408人(初中39733、小学8367S)，", "在校生123408人(初中39733、小学83675)，"),
    ("在校生123404人(初中39733、小学8367S)，", "在校生123404人(初中39733、小学83671)，"),
    ("在校生41236人（其中：小学3?105人，初中9131人）。", "在校生41236人（其中：小学32105人，初中9131人）。"),
    ("教师2？8人（小学100人、初中118人）。", "教师218人（小学100人、初中118人）。"),
    ("投入12.55亿元（省级8.3亿元、县级4.?5亿元）。", "投入12.55亿元（省级8.3亿元、县级4.25亿元）。"),
    ("投入12.5亿元（省级8.3、县级4.Z）。", "投入12.5亿元（省级8.3、县级4.2）。"),
    ("每镇设点3g个（东片18个、西片21个）。", "每镇设点39个（东片18个、西片21个）。"),
    # two are damaged, it does not come out, other scales, no parts
    ("现有学校208所（小学1T4所、初中S2所、高中1Q所）。", None),
    ("现有学校209所（小学1T4所、初中52所、高中12所）。", None),
    ("投入12.5亿元（省级8300万元、县级4.Z亿元）。", None),
    ("共有208个班（小学A班144个、初中64个）。", None),
    ("采购A4纸、B5纸208包（A4纸144包、B5纸64包）。", None),
]


@pytest.mark.parametrize(("before", "after"), SUMS)
def test_digits_that_a_sum_tells(before, after):
    _, result = cleaned(before)
    told = [edit for edit in result.edits if edit.kind == "repaired by a sum"]
    assert bool(told) == (after is not None)
    if after:
        assert result.text.split("\n", 1)[1] == after
        assert not any(edit.before.isdigit() for edit in told)


@given(
    parts=st.lists(st.integers(10, 99999), min_size=2, max_size=6),
    place=st.tuples(st.integers(0, 6), st.integers(0, 4)),
    letter=st.sampled_from("Tg?B"),
)
def test_a_sum_tells_what_was_there_or_nothing(parts, place, letter):
    def told(numbers):
        inside = "、".join(f"第{'甲乙丙丁戊己'[n]}片{number}人" for n, number in enumerate(numbers[1:]))
        return f"学生{numbers[0]}人（{inside}）"

    numbers = [str(sum(parts)), *map(str, parts)]
    chosen, at = place[0] % len(numbers), place[1]
    damaged = list(numbers)
    damaged[chosen] = numbers[chosen][:at] + letter + numbers[chosen][at + 1 :]
    if len(damaged[chosen]) != len(numbers[chosen]):
        return
    text = told(damaged)
    read = list(text)
    for change in misread_in_sums(text):
        read[change.start] = change.after
    assert "".join(read) in (text, told(numbers))
    assert "".join(read) == told(numbers) or len(numbers[chosen]) < 3


def test_every_repaired_digit_is_an_edit_of_its_own_kind():
    source, result = cleaned("新建l2所、改建3O所，缺口l.5万个。")
    repaired = [(e.before, e.after) for e in result.edits if e.kind == "repaired digit"]
    assert repaired == [("l", "1"), ("O", "0"), ("l", "1")]
    changed = {e.kind for e in result.edits if any(c.isdigit() for c in e.after)}
    assert changed == {"repaired digit"}
    low = result.text.index("12所")
    start, end = result.mapped.span(low, low + 3)
    assert source.layer.text[start:end] == "l2所"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("募集善款87万兀，铺设草坪1.4万nf。", "募集善款87万元，铺设草坪1.4万㎡。"),
        ("购置电脑3 120合；校舍6.3万平万米。", "购置电脑3120台；校舍6.3万平方米。"),
        ("惠及学生2.1万入，保安412入。", "惠及学生2.1万人，保安412人。"),
        ("公办园占比61.5%o下一步继续扩容。", "公办园占比61.5%。下一步继续扩容。"),
        ("人口自然增长率5.3%o，低于上年。", "人口自然增长率5.3%o，低于上年。"),
        ("接送路程过远o2022年开通专线。", "接送路程过远。2022年开通专线。"),
        ("课程3合1，全校2023各具特色。", "课程3合1，全校2023各具特色。"),
    ],
)
def test_units_and_stops(before, after):
    assert mended(before) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("补充专仼教师，解决结构性缺贠问题。", "补充专任教师，解决结构性缺员问题。"),
        ("闲置校含改为公寓，校舍面枳达标。", "闲置校舍改为公寓，校舍面积达标。"),
        ("毛人园率达标，适龄儿童全部就近人学。", "毛入园率达标，适龄儿童全部就近入学。"),
        ("财政投人逐年加大，学生升人高中。", "财政投入逐年加大，学生升入高中。"),
        ("巳经完成自冶区下达的任务，撒并村小。", "已经完成自治区下达的任务，撤并村小。"),
        ("选派千部驻校，每李度通报，帅生比下降。", "选派干部驻校，每季度通报，师生比下降。"),
        ("去年年未，三年问，普惠性幼几园增多。", "去年年末，三年间，普惠性幼儿园增多。"),
    ],
)
def test_words_with_one_character_misread(before, after):
    assert mended(before) == after


@pytest.mark.parametrize(
    "text",
    [
        "每个人学习新知识，新进人员全部到岗，全年进人213名。",
        "学校含幼儿园共有教职工，因此上年结余较多。",
        "连续三年未发生事故，2021年未达标的学校已整改。",
        "走进人民群众，引人注目，三年问题清单销号。",
        "在偏远山区任教，千名教师访万家，元帅中学。",
        "自己动手，治理未成年人沉迷网络，未来可期。",
    ],
)
def test_words_that_may_be_right_stay(text):
    assert mended(text) == text


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("落实〃以县为主〃的体制。", "落实“以县为主”的体制。"),
        ("推进“县管校聘〃改革，〃银龄计划”。", "推进“县管校聘”改革，“银龄计划”。"),
        ("落实十四五〃规划。", "落实十四五〃规划。"),
    ],
)
def test_quotation_marks_that_pair(before, after):
    assert mended(before) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("这笔账在全?。?也算得上前列。", "这笔账在全省，也算得上前列。"),
        ("湖南?。?/font>28个县）参加试点。", "湖南省（28个县）参加试点。"),
        ("投用新校3所?/p>明年再建。", "投用新校3所。明年再建。"),
        ("乌兰旗是牧区，乌兰旗的学校少；乌??学校新建。", "乌兰旗是牧区，乌兰旗的学校少；乌兰旗学校新建。"),
        ("钱从哪里来？怎么花?大家都在问。", "钱从哪里来？怎么花?大家都在问。"),
        ("全县??学校新建。", "全县??学校新建。"),
    ],
)
def test_lost_characters(before, after):
    assert mended(before) == after


def test_what_is_left_damaged_is_flagged():
    source, result = cleaned("全县??学校新建，每镇建成「2所，落实十四五〃规划。")
    flags = {e.kind: e.before for e in result.edits if e.kind.startswith("damaged")}
    assert flags == {"damaged: lost character": "??", "damaged: bracket or digit": "「", "damaged: mark": "〃"}
    assert all(e.before == e.after for e in result.edits if e.kind.startswith("damaged"))
    assert all(source.layer.text[e.start : e.end] == e.before for e in result.edits)
