"""The report: escaped, without a network, every mark with its sentence, Chinese that shows everywhere."""

import base64
import io
import json
import re

import pytest
from fontTools.ttLib import TTFont

from pipeline.comparing.charts import PALETTE
from pipeline.comparing.fonts import FAMILY, font_face
from pipeline.comparing.gallery import draw
from pipeline.comparing.report import _image, render, write_report
from pipeline.errors import StoreError
from pipeline.store import Filters
from tests.comparing.comparing_rows import chosen, made

REGIONS = ("350111", "350104", "350102")


@pytest.fixture(scope="module")
def drawn(names):
    rows = [
        *(made("variation_coefficient", f"0.{4 + n}", r, level="primary", path="<img src=x>.txt", sentence=f"</script><b>{r}") for n, r in enumerate(REGIONS)),
        *(made("schools", 50 + n, r, period=year) for n, r in enumerate(REGIONS) for year in ("2022", "2023")),
        made("teachers", 7),
    ]  # fmt: skip
    return draw(chosen(*rows), names, lambda fact: f"#fact-{fact.id}")


@pytest.fixture(scope="module")
def page(drawn, names):
    return render("<script>alert(1)</script>", "a & b", drawn, names, server="http://127.0.0.1:8001/")


def test_every_kind_of_chart_is_there(drawn):
    assert [re.sub(r"-.*", "", chart.name) for chart in drawn] == ["heat", "rank", "rank", "standard", "series"]


def test_nothing_of_a_source_or_the_user_is_markup(page):
    body = page.split("<body>")[1].split("<script>")[0]
    assert "<title>&lt;script&gt;alert(1)&lt;/script&gt;</title>" in page
    assert "<script>alert" not in page
    assert "</script><b>" not in page
    assert "<img src=x>" not in page
    assert "&lt;img src=x&gt;.txt" in body
    assert "&lt;/script&gt;&lt;b&gt;350111" in body


def test_nothing_is_loaded_and_only_our_scripts_run(page):
    assert "default-src 'none'" in page
    assert "unsafe-eval" not in page
    markup = re.sub(r"<script\b[^>]*>.*?</script>", "<script></script>", page, flags=re.S)
    assert re.findall(r"<(?:script|link|img|iframe|object)[^>]*\b(?:src|href|data)=", markup) == []
    assert len(re.findall(r"'sha256-", page)) == 2


def test_every_mark_leads_to_its_sentence_in_the_page(page):
    charts = re.findall(r'<script type="application/json" id="chart-\d+">(.*?)</script>', page, re.S)
    links = set(re.findall(r'"link": "#(fact-\w+)"', " ".join(charts)))
    assert len(links) == 9
    assert links == set(re.findall(r'<li id="(fact-\w+)"', page))
    assert all(json.loads(chart)["config"]["font"] == FAMILY for chart in charts)
    assert len(re.findall(r'href="http://127.0.0.1:8001/fact/', page)) == 9


def test_a_picture_carries_the_characters_it_shows(drawn, tmp_path):
    path = _image(tmp_path / "a.svg", drawn[0], "svg")
    picture = path.read_text(encoding="utf-8")
    data = re.search(r"base64,([^)]+)\)", picture)[1]
    known = TTFont(io.BytesIO(base64.b64decode(data))).getBestCmap()
    shown = "".join(re.findall(r"<text[^>]*>([^<]*)<", picture))
    assert "晋安区" in shown
    assert {char for char in shown if ord(char) not in known and not char.isspace()} == set()
    assert _image(tmp_path / "a.png", drawn[0], "png").read_bytes().startswith(b"\x89PNG")


def test_the_font_has_every_name_that_is_ours(names):
    data = re.search(
        r"base64,([^)]+)\)", font_face(["".join(map("".join, names.regions.values())), *names.zh.values()])
    )
    known = TTFont(io.BytesIO(base64.b64decode(data[1]))).getBestCmap()
    wanted = set("".join(map("".join, names.regions.values())) + "".join(names.zh.values()))
    assert {char for char in wanted if ord(char) not in known} == set()


def test_text_colours_have_enough_contrast():
    def light(colour):
        parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
        parts = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    assert all(1.05 / (light(PALETTE[name]) + 0.05) >= 4.5 for name in PALETTE if name not in ("line", "mark"))


def test_planned_values_are_charted_only_when_asked_for(samples_db, tmp_path):
    done = write_report(samples_db, Filters(), tmp_path / "a.html")
    assert done.charts > 3
    page = (tmp_path / "a.html").read_text(encoding="utf-8")
    assert "(计划)" not in page
    with pytest.raises(StoreError):
        write_report(samples_db, Filters(regions=("晋安区",), indicators=("books",)), tmp_path / "b.html")
