"""What the pages hold, without a browser."""

import csv
import io
import re
import shutil
import sqlite3
from html.parser import HTMLParser
from pathlib import Path

import pytest

import pipeline.web
from pipeline.engines import ingest
from pipeline.store import Filters, facts
from pipeline.web import make_application
from pipeline.web.words import cut_sentence, load_wording
from tests.web.asking import Client
from tests.web.conftest import NAME, TITLE


class Page(HTMLParser):
    """The text of a page, its tags with their attributes, and what it loads."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data

    def all(self, tag, **wanted):
        return [a for t, a in self.tags if t == tag and all(a.get(k.strip("_")) == v for k, v in wanted.items())]

    def loads(self):
        for tag, attributes in self.tags:
            for name in ("src", "href", "action", "data", "poster", "srcset"):
                if name in attributes and (tag != "a" or name != "href"):
                    yield attributes[name] or ""


@pytest.fixture(scope="session")
def paths(db, fact):
    return [
        "/", "/regions", "/indicators", "/sources", "/facts", "/facts?region=平遥县&status=planned", f"/fact/{fact.id}",
        f"/fact/{fact.id}/why",
        "/region/140728", "/region/140000", "/indicator/schools", f"/source/{fact.source}", "/search?q=学位", "/help",
        "/data", "/data/facts", "/data/facts_named", "/data/indicators", "/data?sql=select+*+from+facts",
        f"/data/facts/{fact.id}", "/nothing", "/region/999999", "/data/nothing", "/search", "/search?q=。",
    ]  # fmt: skip


def test_every_page_stands_alone_and_runs_no_script_of_its_text(client, paths):
    for path in paths:
        page = Page(client.get(path).text)
        assert all(load.startswith("/") and not load.startswith("//") for load in page.loads()), path
        for attributes in page.all("script"):
            assert attributes.get("src", "").startswith("/"), path
        assert not page.all("style"), path
        assert not any(name.startswith("on") for _, attributes in page.tags for name in attributes), path
        if not path.startswith("/data"):
            assert not any("style" in attributes for _, attributes in page.tags), path


def test_every_page_has_its_parts(client, paths):
    for path in paths:
        page = Page(client.get(path).text)
        for landmark in ("header", "main", "nav"):
            assert page.all(landmark), (path, landmark)
        assert len(page.all("h1")) == 1, path
        assert page.all("html", lang="zh-CN"), path
        assert page.all("a", class_="skip", href="#content"), path
        assert page.all("main", id="content"), path
        ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
        assert len(ids) == len(set(ids)), path
        for attributes in page.all("th"):
            assert attributes.get("scope") in ("row", "col"), path
        labels = {attributes.get("for") for attributes in page.all("label")}
        for attributes in page.all("input"):
            assert attributes.get("id") not in ("find", "words") or attributes["id"] in labels, path


def test_links_of_the_pages_lead_somewhere(client, paths):
    seen = set()
    for path in paths:
        for attributes in Page(client.get(path).text).all("a"):
            link = (attributes.get("href") or "").partition("#")[0].removeprefix(client.base)
            kind = re.sub(r"=[^&]*|[0-9a-f]{16}|\d{6}", "*", link)
            if not link or kind in seen:
                continue
            seen.add(kind)
            assert link.startswith(("/", "?")), (path, link)
            if link.startswith("/"):
                expected = (200, 404) if path in ("/nothing", "/region/999999", "/data/nothing") else (200, 301, 302)
                assert client.get(link).status_code in expected, (path, link)
    assert len(seen) > 60


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/region/999999", 404, "没有代码为 999999 的地区"),
        ("/indicator/none", 404, "指标目录里没有 none"),
        ("/source/0000", 404, "没有编号为 0000 的来源"),
        ("/fact/zzzz", 404, "没有编号为 zzzz 的事实"),
        ("/nothing?lang=en", 404, "There is no such page"),
        ("/facts?region=没有的县", 400, "no such region"),
        ("/search?q=没有这样的词", 200, "原文里没有"),
    ],
)
def test_what_isnt_there_is_told_with_a_way_on(client, path, status, words):
    answer = client.get(path)
    assert answer.status_code == status
    assert words in answer.text
    assert '<a href="/' in answer.text


def test_the_start_page_counts_what_is_there(client, db):
    text = Page(client.get("/").text).text
    everything = list(facts(db, Filters()))
    assert f"{len(everything)} 条事实" in text
    assert "7 个来源" in text
    assert "学校数" in text


def test_each_value_of_a_region_leads_to_its_number(client, db):
    page = Page(client.get("/region/140728").text)
    links = [a["href"] for a in page.all("a", class_="value")]
    known = {fact.id: fact for fact in facts(db, Filters(regions=("140728",)))}
    assert links
    for link in links:
        match = re.fullmatch(r"/source/(\w{16})\?fact=(\w{16})#fact-(\w{16})", link)
        assert match, link
        assert known[match[2]].source == match[1]
        source = Page(client.get(link).text)
        assert source.all("a", id=f"fact-{match[3]}") or source.all("span", id=f"fact-{match[3]}")


def test_a_region_shows_the_latest_value_and_its_course(client):
    html = client.get("/region/140728").text
    rows = re.findall(r"<tr>.*?</tr>", html, re.S)
    schools = next(row for row in rows if "/indicator/schools" in row and "小学" in row)
    assert ">69</a>" in schools
    assert ">2023</td>" in schools
    assert html.count('class="chart"') >= 1
    assert "2022" in html


def test_an_indicator_ranks_one_value_a_region(client):
    page = client.get("/indicator/schools?level=primary&year=latest").text
    ranking = page[page.index("ranking") :]
    found = [float(v.replace(",", "")) for v in re.findall(r'<a class="value"[^>]*>([\d,.]+)</a>', ranking)]
    assert found == sorted(found, reverse=True)
    names = re.findall(r'<th scope="row"><a href="/region/(\d{6})"', ranking)
    assert len(names) == len(set(names)) > 2
    upwards = client.get("/indicator/schools?level=primary&order=up").text
    assert re.findall(r'<th scope="row"><a href="/region/(\d{6})"', upwards)[0] == names[-1]


def test_an_indicator_shows_its_standard(client):
    page = Page(client.get("/indicator/public_preschool_share").text)
    assert page.all("line", class_="standard")
    assert "教督〔2020〕1号" in page.text


def test_text_of_a_source_is_text(client, fact):
    html = client.get(f"/source/{fact.source}").text
    assert "<script>alert" not in html
    assert "<img src=x" not in html
    assert "<b onmouseover" not in html
    page = Page(html)
    assert "{{ 7*7 }}" in page.text
    assert TITLE in page.text
    assert NAME in page.text
    assert '"><b onmouseover=alert(1)>&amp;' in page.text
    assert "</p></mark>" in page.text
    for path in (
        f"/fact/{fact.id}",
        "/sources",
        "/region/140728",
        "/facts",
        "/search?q=平遥县",
        "/data/facts",
        "/data/reports",
    ):
        html = client.get(path).text
        assert "<script>alert" not in html, path
        assert "<img src=x" not in html, path


def test_searching_for_markup_finds_text(client):
    html = client.get("/search", params={"q": '"><script>alert(1)</script>'}).text
    assert "<script>alert" not in html


def test_a_fact_shows_what_was_repaired(client, fact):
    page = Page(client.get(f"/source/{fact.source}", params={"fact": fact.id}).text)
    assert page.all("del", class_="mend")
    assert page.all("div", class_="fact-panel")[0]["data-fact"] == fact.id
    text = Page(client.get(f"/fact/{fact.id}").text).text
    assert "“l”读作“1”" in text
    assert "81" in text


def test_a_fact_says_why(client, db, tmp_path):
    fact = next(fact for fact in facts(db, Filters()) if fact.path.endswith("work-summary.txt"))
    page = Page(client.get(f"/fact/{fact.id}/why").text)
    assert fact.indicator in page.text
    assert page.all("span", class_="tag good")
    path = tmp_path / "facts.db"
    shutil.copy(db, path)
    connection = sqlite3.connect(path)
    with connection:
        connection.execute("UPDATE source_paths SET path = 'gone/' || path")
    connection.close()
    assert "has changed" in Client(make_application(path)).get(f"/fact/{fact.id}/why").text


@pytest.mark.parametrize(
    ("sentence", "number", "before"),
    [
        ("现有小学一百三十六所、初中三十六所。", "三十六所", "现有小学一百三十六所、初中"),
        ("小学123所，初中23所", "23所", "小学123所，初中"),
        ("新增约30亿元", "约30亿元", "新增"),
        ("小学3所、初中3所", "3所", None),
        ("共12O所", "120所", None),
        ("3所小学", "3所", ""),
    ],
)
def test_the_number_is_found_in_its_sentence(sentence, number, before):
    told = (sentence, "", "") if before is None else (before, number, sentence[len(before) + len(number) :])
    assert cut_sentence(sentence, number) == told


def test_facts_are_filtered_counted_and_downloaded(client, db):
    wanted = {"region": "平遥县", "indicator": "新增学位数"}
    expected = facts(db, Filters(regions=("平遥县",), indicators=("新增学位数",)))
    page = client.get("/facts", params=wanted).text
    assert f"共 {len(expected)} 条事实" in page
    answer = client.get("/facts.csv", params=wanted)
    assert answer.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert {row["id"] for row in rows} == {fact.id for fact in expected}
    assert client.get("/facts.csv?region=没有的县").status_code == 400
    facets = re.findall(r'href="/facts\?region=[^"]*status=(\w+)"', page)
    assert set(facets) <= {"actual", "planned"}


def test_facts_of_all_filters_agree_with_the_store(client, db):
    everything = list(facts(db, Filters()))
    for name, value, belongs in [
        ("status", "planned", lambda fact: fact.status == "planned"),
        ("level", "primary", lambda fact: fact.level == "primary"),
        ("level", "none", lambda fact: fact.level is None),
        ("measure", "growth", lambda fact: fact.measure == "growth"),
        ("region", "none", lambda fact: fact.region is None),
        ("year", "2021", lambda fact: (fact.period or "").rpartition("/")[2].startswith("2021")),
    ]:
        page = client.get("/facts", params={name: value}).text
        assert f"共 {sum(map(belongs, everything))} 条事实" in page, (name, value)


def test_pages_of_facts_follow_each_other(client, db):
    ids = []
    for number in range(1, 9):
        ids += re.findall(r"#fact-(\w{16})", client.get("/facts", params={"page": number}).text)
    everything = {fact.id for fact in facts(db, Filters())}
    assert set(ids[: len(everything)]) <= everything
    assert len(set(ids)) == min(len(everything), 400)


def test_english_has_no_chinese_of_ours(db):
    client = Client(make_application(db, lang="en"))
    page = Page(client.get("/region/140728").text)
    assert page.all("html", lang="en")
    assert "140728" in page.text
    assert "schools" in page.text
    for zh, _ in load_wording().labels.values():
        assert zh not in re.sub(r"<td class=\"small sentence\">.*?</td>", "", client.get("/help").text, flags=re.S) or zh in (
            "English", "中文",
        )  # fmt: skip


def test_the_language_goes_along(client):
    page = Page(client.get("/?lang=en").text)
    links = [a["href"] for a in page.all("a") if a["href"].startswith("/") and not a["href"].startswith("/?lang=zh")]
    assert links
    assert all("lang=en" in link for link in links)
    assert page.all("input", name="lang", value="en")


def test_tables_explain_their_columns_in_chinese(client):
    text = Page(client.get("/data/facts").text).text
    assert "数值（精确的十进制）" in text
    assert "_sqlite_migrations" not in Page(client.get("/data").text).text.split("Tables")[1].split("hidden")[0]


def test_a_changed_database_is_counted_anew(db, tmp_path):
    path = tmp_path / "facts.db"
    shutil.copy(db, path)
    client = Client(make_application(path))
    assert "7 个来源" in client.get("/").text
    (tmp_path / "new.txt").write_text("平遥县2024年工作总结\n\n2024年，平遥县共有小学61所。\n", encoding="utf-8")
    ingest([tmp_path / "new.txt"], path, processes=1)
    assert "8 个来源" in client.get("/").text


def test_a_long_source_is_shown_in_parts(db, tmp_path, monkeypatch):
    monkeypatch.setattr("pipeline.web.pages.source.PART", 3000)
    lines = [f"第{n}段：2021年，平遥县共有小学{n + 3}所，教师{n + 9}人，校门口硬化路面，群众满意。" for n in range(220)]
    (tmp_path / "long.txt").write_text("平遥县2021年教育工作总结\n\n" + "\n".join(lines), encoding="utf-8")
    path = tmp_path / "facts.db"
    ingest([tmp_path / "long.txt"], path, processes=1)
    client = Client(make_application(path))
    last = max(facts(path, Filters()), key=lambda fact: fact.start)
    page = client.get(f"/source/{last.source}", params={"fact": last.id})
    assert f'id="fact-{last.id}"' in page.text
    assert f'id="fact-{last.id}"' not in client.get(f"/source/{last.source}").text
    parts = int(re.search(r"第 \d 部分，共 (\d) 部分", page.text)[1])
    assert parts > 2
    texts = [client.get(f"/source/{last.source}?part={n}").text for n in range(1, parts + 1)]
    ids = [key for text in texts for key in re.findall(r'id="fact-(\w{16})"', text)]
    assert len(ids) == len(set(ids))
    assert set(ids) >= {fact.id for fact in facts(path, Filters())}


def test_templates_say_only_what_there_is(client):
    """Every label and sentence of the templates is in words.yaml, and every one there is used."""
    folder = Path(pipeline.web.__file__).parent
    texts = "\n".join(path.read_text(encoding="utf-8") for path in [*folder.rglob("*.html"), *folder.rglob("*.py")])
    wording = load_wording()
    used = set(re.findall(r"""["'](\w+)["']""", texts))
    # Names put together: labels of columns and pages, sentences by what is missing and by key.
    made = {f"missing_{what}" for what in ("region", "indicator", "source", "fact")}
    made |= {f"did_{action}" for action in ("confirm", "correct", "reject", "add")}
    made |= {f"key_{key}" for key in used} | {"page_of", "part_of", "regions", "indicators", "sources", "facts"}
    assert set(wording.labels) - used - made == set()
    assert set(wording.says) - used - made == set()
