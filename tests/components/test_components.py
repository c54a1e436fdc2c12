"""Figures, periods, places and facts on spaCy documents."""

import subprocess
import sys
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
import spacy
from hypothesis import example, given, settings
from hypothesis import strategies as st
from spacy.language import Language
from spacy.tokens import Doc, DocBin

from pipeline.components import chinese
from pipeline.extraction import extract_source
from pipeline.figures import find_figures, find_periods
from pipeline.places import find_places

ROOT = Path(__file__).parents[2]
DOCUMENTS = [*sorted((ROOT / "corpora/samples").glob("*.txt")), *sorted((ROOT / "corpora/labelled").glob("*.txt"))[:4]]
TEXT = "安溪县2023年教育工作总结\n\n2023年，全县新增学位2400个，招聘65名教师，教育经费投入近3.5亿元，比上年增长12%。"
COMPONENTS = ("county_facts", "county_figures", "county_places", "county_cues")
PIECES = st.sampled_from(
    ["全县", "新增学位", "共有学校", "1200个", "36所", "近3.5亿元", "２０２３年，", "到2025年", "98%以上", "十五名教师", "其中", "（", "）",
     "安溪县", "朝阳区", "福建省", "。", "，", "、", "\n", "\r\n", "\n\n", " ", "　", "\t", "\ufeff", "\u200b", "<b>", "&nbsp;", "a1b", "é", "𠀀",
     "分别为", "200", "和300", "万", "第3页", "来源：", "第一章"]
)  # fmt: skip
TEXTS = st.lists(PIECES, max_size=24).map("".join)


def made(nlp: Language, **settings_of: object) -> Language:
    for name in COMPONENTS:
        nlp.add_pipe(name)
    return nlp


CHARACTERS = made(spacy.blank("zh"))
WORDS = made(chinese())


def exact(doc: Doc, group: str) -> list[tuple[int, int]]:
    return [span._.exact for span in doc.spans[group]]


@pytest.mark.parametrize("nlp", [CHARACTERS, WORDS], ids=["characters", "words"])
@settings(max_examples=60, deadline=None)
@given(text=TEXTS)
@example(text="")
@example(text=" \n\ufeff")
@example(text="<html><body>全县新增学位2400个</body></html>")
@example(text="\ufeff全县共有学校58所。")
def test_spans_stand_where_the_words_do(nlp, text):
    doc = nlp(text)
    assert doc.text == text
    periods = find_periods(text)
    assert exact(doc, "figures") == [(figure.start, figure.end) for figure in find_figures(text, periods)]
    assert exact(doc, "periods") == [(period.start, period.end) for period in periods]
    assert all(text[slice(*span._.exact)] == span._.record.word for span in doc.spans["cues"])
    assert exact(doc, "places") == [(place.start, place.end) for place in find_places(text)]
    assert exact(doc, "facts") == [(fact.start, fact.end) for fact in doc._.facts]
    for span in doc.spans["facts"]:
        start, end = span._.exact
        assert text[start:end] == span._.fact.number
    for group in ("facts", "figures", "periods", "places"):
        for span in doc.spans[group]:
            start, end = span._.exact
            assert span.start_char <= start < end <= span.end_char
            assert nlp is WORDS or (span.start_char, span.end_char) == (start, end)


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_facts_are_those_of_the_command(path):
    """All but their ids, which come from the bytes of a file and here from the text."""
    extraction = extract_source(path.read_bytes(), "doc")
    doc = CHARACTERS(extraction.source.layer.text)
    found = doc._.facts
    assert [replace(fact, id="") for fact in found] == [replace(fact, id="") for fact in extraction.facts]
    same_bytes = doc.text.encode() == path.read_bytes()
    assert not same_bytes or [fact.id for fact in found] == [fact.id for fact in extraction.facts]
    assert [span._.fact for span in doc.spans["facts"]] == found
    assert [span.id_ for span in doc.spans["facts"]] == [fact.id for fact in found]
    assert [doc.text[span.start_char : span.end_char] for span in doc.spans["facts"]] == [f.number for f in found]


def test_attributes():
    doc = WORDS(TEXT)
    added = doc._.facts[0]
    assert (added.indicator, added.value, added.region) == ("school_places_added", Decimal(2400), "350524")
    span = doc.spans["facts"][0]
    assert (span.label_, span._.value, span._.unit, span._.bound) == ("school_places_added", 2400, "place", "exact")
    assert span._.edtf is span._.adcode is span._.number_class is None
    money = next(span for span in doc.spans["figures"] if "亿元" in span.text)
    assert (money._.value, money._.unit, money._.bound, money._.measure) == (350_000_000, "yuan", "nearly", "level")
    assert money._.number_class == money.label_ == "quantity"
    assert money._.fact is None
    growth = next(span for span in doc.spans["figures"] if "%" in span.text)
    assert growth._.measure == "growth"
    assert [span._.edtf for span in doc.spans["periods"]][:2] == ["2023", "2023"]
    assert doc.spans["places"][0]._.adcode == "350524"
    assert doc.spans["places"][0]._.record.candidates == ("350524",)
    plain = doc[0:2]
    assert plain._.record is plain._.fact is plain._.value is None
    assert plain._.exact == (plain.start_char, plain.end_char)


def test_a_number_that_ends_inside_a_word_keeps_its_own_span():
    doc = WORDS("招聘65名教师")
    (span,) = doc.spans["figures"]
    assert [token.text for token in doc] == ["招聘", "65", "名教师"]
    assert (span.text, span._.exact) == ("65名教师", (2, 5))


def test_a_figure_of_several_kinds_keeps_each():
    doc = CHARACTERS("到2025年底")
    assert [span._.edtf for span in doc.spans["periods"]] == ["2025"]
    assert [span._.number_class for span in doc.spans["figures"]] == ["period"]


def test_settings():
    def only(name: str, text: str, **config: object) -> Doc:
        nlp = spacy.blank("zh")
        nlp.add_pipe(name, config=config)
        return nlp(text)

    assert only("county_facts", "全县共有学校58所。", region="安溪县")._.facts[0].region == "350524"
    assert only("county_facts", "全县共有学校58所。", source_name="a.txt")._.facts[0].source == "a.txt"
    assert only("county_facts", TEXT, min_confidence=1)._.facts == []
    told = only("county_figures", "今年", year=2024)
    assert [span._.edtf for span in told.spans["periods"]] == ["2024"]
    told = only("county_places", "在朝阳区召开", region="北京市")
    assert [span._.adcode for span in told.spans["places"]] == ["110105"]
    with pytest.raises(ValueError, match="several regions"):
        only("county_facts", "", region="朝阳区")
    with pytest.raises(ValueError, match="no such region"):
        only("county_places", "", region="无有县")


def test_a_document_no_component_saw_has_no_facts():
    assert spacy.blank("zh")(TEXT)._.facts == []


def test_documents_keep_what_is_known_of_them(tmp_path):
    doc = WORDS(TEXT)
    again = Doc(WORDS.vocab).from_bytes(doc.to_bytes())
    kept = DocBin(store_user_data=True, docs=[doc])
    (read,) = DocBin(store_user_data=True).from_bytes(kept.to_bytes()).get_docs(WORDS.vocab)
    for copy in (again, read):
        assert copy._.facts == doc._.facts
        for group in ("facts", "figures", "periods", "places"):
            assert [span._.record for span in copy.spans[group]] == [span._.record for span in doc.spans[group]]
            assert exact(copy, group) == exact(doc, group)


def test_processes_give_the_same():
    texts = [TEXT, "", "全县共有学校58所。"]
    alone = [doc._.facts for doc in CHARACTERS.pipe(texts)]
    assert [doc._.facts for doc in CHARACTERS.pipe(texts, n_process=2)] == alone
    assert [bool(facts) for facts in alone] == [True, False, True]


def test_no_import_is_needed(tmp_path):
    """Names are found by entry point, in a fresh process, from a config and from a folder."""
    code = (
        "import spacy, sys\n"
        "nlp = spacy.blank('zh', config={'nlp': {'tokenizer': {'@tokenizers': 'county_words'}}})\n"
        "nlp.add_pipe('county_facts')\n"
        f"nlp.to_disk({str(tmp_path / 'nlp')!r})\n"
        f"doc = spacy.load({str(tmp_path / 'nlp')!r})('全县共有学校58所。')\n"
        "print([token.text for token in doc], [fact.number for fact in doc._.facts])\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['全县', '共有', '学校', '58', '所', '。'] ['58所']"
