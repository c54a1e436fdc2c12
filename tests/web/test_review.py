"""Review in the browser: decisions by mouse, by keys and without scripts; what isn't taken; what stays read-only."""

import csv
import re
import shutil
import sqlite3
import subprocess
import sys
import threading
from urllib.parse import urlsplit

import pytest
import uvicorn
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from pipeline.decisions import load_decisions
from pipeline.errors import UsageError
from pipeline.review import review_queue
from pipeline.store import Filters, facts
from pipeline.web import Address, Reviewing, bind, make_application
from tests.web.asking import Client
from tests.web.test_browser import CONTRAST, IN_VIEW, WIDTHS, until, wide

ORIGIN = "http://127.0.0.1:8001"


@pytest.fixture
def own(db, tmp_path):
    """A copy of the database and where decisions on it go."""
    path = tmp_path / "facts.db"
    shutil.copy(db, path)
    return path, tmp_path / "corrections.yaml"


@pytest.fixture
def reviewing(own):
    return Reviewing(*own, "王敏")


@pytest.fixture
def taker(own, reviewing):
    """Asks an application that takes decisions."""
    return Client(make_application(own[0], reviewing=reviewing), ORIGIN)


def fact_of(path, number, name="work-summary.txt"):
    return next(fact for fact in facts(path, Filters()) if fact.path.endswith(name) and fact.number == number)


def form_of(page, action):
    """The hidden fields of the first form of a page that goes to an address."""
    form = re.search(rf'<form[^>]*action="{re.escape(action)}[^>]*>(.*?)</form>', page, re.DOTALL)[1]
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', form))


def send(client, path, form, **headers):
    return client.request("POST", path, data=form, headers={"origin": ORIGIN, **headers})


def test_a_form_decides_and_leads_back(taker, own):
    fact = fact_of(own[0], "1650个")
    page = taker.get(f"/source/{fact.source}?fact={fact.id}").text
    form = form_of(page, f"/review/fact/{fact.id}") | {"do": "correct", "value": "1,680", "reason": "misread"}
    answer = send(taker, f"/review/fact/{fact.id}", form)
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/source/{fact.source}?fact={fact.id}#fact-{fact.id}"
    (decision,) = load_decisions(own[1]).decisions
    assert (decision.fact.value, decision.by, decision.reason) == (1680, "王敏", "misread")
    assert decision.when.startswith("20")
    assert fact_of(own[0], "1650个").value == 1680
    assert "已更正" in taker.get(f"/fact/{fact.id}").text


NOT_TAKEN = [
    ({"origin": "http://evil.example"}, {}, 403),
    ({"origin": "http://127.0.0.1:9999"}, {}, 403),
    ({"origin": "null"}, {}, 403),
    ({"origin": ""}, {}, 403),
    ({"host": "evil.example", "origin": "http://evil.example"}, {}, 421),
    ({}, {"token": ""}, 403),
    ({}, {"token": "x" * 43}, 403),
    ({}, {"token": "密"}, 403),
    ({}, {"seen": "0" * 16}, 400),
    ({}, {"do": "drop"}, 400),
    ({}, {"do": "correct"}, 400),
    ({}, {"do": "correct", "value": "many"}, 400),
    ({}, {"do": "correct", "value": "NaN"}, 400),
    ({}, {"do": "correct", "value_high": "9"}, 400),
    ({}, {"do": "correct", "value": "1e999999"}, 400),
    ({}, {"do": "correct", "period": "last year"}, 400),
    ({}, {"do": "correct", "period": "2025/2021"}, 400),
    ({}, {"do": "correct", "period": "2023-13"}, 400),
    ({}, {"do": "correct", "region": "nowhere"}, 400),
    ({}, {"do": "correct", "indicator": ""}, 400),
    ({}, {"reason": "x" * 70_000}, 413),
    ({"content-type": "text/plain"}, {}, 415),
]


@pytest.mark.parametrize(("headers", "fields", "status"), NOT_TAKEN)
def test_what_is_not_taken_changes_nothing(taker, own, headers, fields, status):
    fact = fact_of(own[0], "1650个")
    before = own[0].read_bytes()
    form = form_of(taker.get(f"/fact/{fact.id}").text, f"/review/fact/{fact.id}") | {"do": "confirm"} | fields
    answer = send(taker, f"/review/fact/{fact.id}", form, **headers)
    assert answer.status_code == status, answer.text[:300]
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert own[0].read_bytes() == before
    assert not own[1].exists()


def test_what_was_typed_stays_where_it_is_refused(taker, own):
    fact = fact_of(own[0], "1650个")
    form = form_of(taker.get(f"/fact/{fact.id}").text, f"/review/fact/{fact.id}")
    page = send(taker, f"/review/fact/{fact.id}", form | {"do": "correct", "value": "<b>", "reason": "因为"}).text
    assert 'name="value" value="&lt;b&gt;"' in page
    assert 'name="reason" value="因为"' in page
    assert '<details open><summary data-key="f">' in page


def test_a_cookie_of_another_server_is_no_hindrance(taker, own):
    fact = fact_of(own[0], "1650个")
    form = form_of(taker.get(f"/fact/{fact.id}").text, f"/review/fact/{fact.id}") | {"do": "confirm"}
    assert send(taker, f"/review/fact/{fact.id}", form, cookie="_xsrf=2; csrftoken=x").status_code == 303


def test_a_server_for_reading_takes_nothing(client, own):
    fact = fact_of(own[0], "1650个")
    assert client.request("POST", f"/review/fact/{fact.id}", headers={"origin": ORIGIN}).status_code == 405
    assert client.get("/review").status_code == 404
    assert "/review" not in client.get(f"/source/{fact.source}?fact={fact.id}").text


@pytest.mark.parametrize("path", ["/data", "/data/facts", "/review", "/-/static/app.css", "/", "/source/a"])
def test_post_goes_to_forms_alone(taker, path):
    assert send(taker, path, {"token": "x"}).status_code == 405


@pytest.mark.parametrize("sql", ["delete from facts", "update facts set value = 1", "pragma user_version = 3"])
def test_sql_stays_read_only(taker, own, sql):
    before = own[0].read_bytes()
    assert taker.get("/data.json", params={"sql": sql}).status_code == 400
    assert own[0].read_bytes() == before


def test_an_undo_takes_back_what_it_showed_and_no_more(taker, own):
    for fact in facts(own[0], Filters())[:2]:
        form = form_of(taker.get(f"/fact/{fact.id}").text, f"/review/fact/{fact.id}") | {"do": "confirm"}
        send(taker, f"/review/fact/{fact.id}", form)
    form = form_of(taker.get("/review").text, "/review/undo")
    assert send(taker, "/review/undo", form).status_code == 303
    assert send(taker, "/review/undo", form).status_code == 400
    assert len(load_decisions(own[1]).decisions) == 1


def test_the_queue_is_ordered_as_that_of_the_terminal_and_leads_on(taker, own):
    wanted = [item.fact.id for item in review_queue(own[0])]
    page = taker.get("/review").text
    assert re.findall(r"queue=(\w{16})#", page) == wanted[:50]
    assert f"fact={wanted[0]}&" in taker.get("/review/next").headers["location"]
    skipped = taker.get(f"/review/next?after={wanted[0]}").headers["location"]
    assert f"fact={wanted[1]}&queue={wanted[1]}#" in skipped
    form = form_of(taker.get(skipped.partition("#")[0]).text, f"/review/fact/{wanted[1]}") | {"do": "confirm"}
    assert f"fact={wanted[2]}&" in send(taker, f"/review/fact/{wanted[1]}", form).headers["location"]
    assert wanted[1] not in taker.get("/review").text
    assert taker.get(f"/review/next?after={wanted[-1]}").headers["location"] == "/review"


def test_filters_narrow_the_queue(own):
    narrow = Reviewing(*own, "王敏", Filters(indicators=("schools",)))
    found = {fact.id: fact.indicator for fact in facts(own[0], Filters())}
    assert {found[waiting.fact] for waiting in narrow.queue()} == {"schools"}


def test_somebody_must_decide(own, monkeypatch):
    monkeypatch.delenv("USER", raising=False)
    monkeypatch.delenv("USERNAME", raising=False)
    with pytest.raises(UsageError, match="--by"):
        Reviewing(*own)


@pytest.fixture
def desk(browser, own, reviewing):
    """A server that takes decisions, open in the browser at an address and a width."""
    listener = bind(Address(port=0))
    server = uvicorn.Server(uvicorn.Config(make_application(own[0], reviewing=reviewing), log_level="warning"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    browser.get_log("browser")

    def open_page(path, width=1280):
        wide(browser, width)
        browser.get(f"http://127.0.0.1:{listener.getsockname()[1]}{path}")
        return browser

    yield open_page
    server.should_exit = True
    thread.join(10)


def press(browser, keys):
    browser.switch_to.active_element.send_keys(keys)


def compared(own, tmp_path):
    """The rows of the comparison that ``countyfacts compare`` writes, by region, indicator, level and period."""
    command = "compare", "--db", str(own[0]), "--out", str(tmp_path / "out")
    done = subprocess.run([sys.executable, "-m", "pipeline", *command], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    with (tmp_path / "out/comparison.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    return [dict(zip((name.split()[-1] for name in rows[0]), row, strict=True)) for row in rows[1:]]


def value_in(rows, fact):
    return [row["value"] for row in rows if row["fact"] == fact.id]


@pytest.mark.parametrize("width", WIDTHS)
def test_a_fact_corrected_in_the_page_is_in_the_comparison_at_once(desk, own, tmp_path, width):
    fact = fact_of(own[0], "1650个")
    assert value_in(compared(own, tmp_path), fact) == ["1650"]
    found = desk(f"/source/{fact.source}", width)
    number = found.find_element(By.ID, f"fact-{fact.id}")
    found.execute_script("arguments[0].scrollIntoView({block: 'center'})", number)
    number.click()
    until(found, lambda: found.find_elements(By.CSS_SELECTOR, f"#panel .fact-panel[data-fact='{fact.id}']"))
    assert found.execute_script(IN_VIEW, number)
    found.find_element(By.CSS_SELECTOR, ".decide summary[data-key=f]").click()
    field = found.find_element(By.CSS_SELECTOR, ".decide [name=value][data-first]")
    field.clear()
    field.send_keys("1680")
    button = field.find_element(By.XPATH, "ancestor::form//button")
    found.execute_script("arguments[0].scrollIntoView({block: 'nearest'})", button)
    button.click()
    until(found, lambda: "1,680" in found.find_element(By.CSS_SELECTOR, "#panel .figure-value").text)
    assert value_in(compared(own, tmp_path), fact) == ["1680"]
    press(found, "u")
    until(found, lambda: "1,650" in found.find_element(By.CSS_SELECTOR, "#panel .figure-value").text)
    assert not own[1].exists()
    assert value_in(compared(own, tmp_path), fact) == ["1650"]


def test_keys_go_through_the_queue(desk, own):
    wanted = [item.fact.id for item in review_queue(own[0])]
    found = desk("/help")
    press(found, "q")
    until(found, lambda: found.current_url.endswith("/review"))

    def at(fact):
        until(found, lambda: found.find_elements(By.CSS_SELECTOR, f"#panel .fact-panel[data-fact='{fact}']"))
        until(found, lambda: found.execute_script("return document.readyState") == "complete")

    press(found, "s")
    at(wanted[0])
    press(found, "s")
    at(wanted[1])
    press(found, "c")
    at(wanted[2])
    press(found, "r")
    press(found, ["no figure of the region", Keys.ENTER])
    at(wanted[3])
    press(found, "f")
    assert found.switch_to.active_element.get_attribute("name") == "value"
    press(found, [Keys.CONTROL, "a"])
    press(found, ["77", Keys.ENTER])
    at(wanted[4])
    made = load_decisions(own[1]).decisions
    assert [(each.do.value, each.reason) for each in made] == [
        ("confirm", ""), ("reject", "no figure of the region"), ("correct", ""),
    ]  # fmt: skip
    assert made[-1].fact.value == 77
    press(found, "u")
    at(wanted[3])
    assert len(load_decisions(own[1]).decisions) == 2
    press(found, "u")
    at(wanted[2])
    assert not found.get_log("browser")


def test_a_number_that_is_no_fact_is_made_one(desk, own, tmp_path):
    fact = fact_of(own[0], "1650个")
    found = desk(f"/source/{fact.source}")
    mark = found.find_element(By.CSS_SELECTOR, ".layer .fig.quantity, .layer .fig.threshold, .layer .fig.period")
    number = mark.text
    found.execute_script("arguments[0].scrollIntoView({block: 'center'})", mark)
    mark.click()
    until(found, lambda: found.find_elements(By.CSS_SELECTOR, "#panel .decide summary[data-key=a]"))
    press(found, "a")
    assert found.switch_to.active_element.get_attribute("name") == "indicator"
    press(found, ["幸福指数", Keys.ENTER])
    until(found, lambda: found.find_elements(By.CSS_SELECTOR, ".decide [role=alert]"))
    assert found.switch_to.active_element.get_attribute("value") == "幸福指数"
    press(found, [Keys.CONTROL, "a"])
    press(found, "学校数")
    form = found.switch_to.active_element.find_element(By.XPATH, "ancestor::form")
    for name, typed in (("value", "12"), ("period", "2031")):
        field = form.find_element(By.NAME, name)
        field.clear()
        field.send_keys(typed)
    press(found, Keys.ENTER)
    until(found, lambda: "学校数" in found.find_element(By.CSS_SELECTOR, "#panel h2").text)
    (decision,) = load_decisions(own[1]).decisions
    assert (decision.do.value, decision.number, decision.fact.indicator) == ("add", number, "schools")
    assert [row["value"] for row in compared(own, tmp_path) if row["period"] == "2031"] == ["12"]
    press(found, "u")
    until(found, lambda: not own[1].exists())


def test_a_key_never_decides_on_what_the_panel_showed_before(desk, own):
    fact = fact_of(own[0], "1650个")
    found = desk(f"/source/{fact.source}?fact={fact.id}#fact-{fact.id}")
    # The panel of the next number never comes.
    found.execute_script("window.fetch = () => new Promise(() => {})")
    press(found, "n")
    press(found, "c")
    press(found, "r")
    assert not found.find_elements(By.CSS_SELECTOR, ".decide details[open]")
    assert not own[1].exists()


def test_a_key_held_down_decides_once(desk, own):
    first = review_queue(own[0])[0].fact
    found = desk(f"/source/{first.source}?fact={first.id}&queue={first.id}")
    held = "document.body.dispatchEvent(new KeyboardEvent('keydown', {key: 'c', bubbles: true, repeat: true}))"
    found.execute_script(held)
    pressed = "for (let n = 0; n < 5; n++) document.body.dispatchEvent(new KeyboardEvent('keydown', {key: 'c', bubbles: true}))"
    found.execute_script(pressed)
    until(found, own[1].exists)
    until(found, lambda: first.id not in found.current_url)
    assert len(load_decisions(own[1]).decisions) == 1


@pytest.mark.parametrize("width", WIDTHS)
def test_pages_of_review_can_be_read_and_fit(desk, own, width):
    fact = fact_of(own[0], "1650个")
    figure = sqlite3.connect(own[0]).execute(
        "SELECT figure FROM figures WHERE source = ? AND used = 'period'", (fact.source,)
    ).fetchone()[0]  # fmt: skip
    found = desk(f"/fact/{fact.id}", width)
    press(found, "c")
    until(found, lambda: "/source/" in found.current_url)
    decided = urlsplit(found.current_url)
    chosen = f"/source/{fact.source}?figure={figure}#fig-{figure}", f"{decided.path}?{decided.query}#{decided.fragment}"
    for path in ("/review", "/review?lang=en", "/help", *chosen):
        found = desk(path, width)
        found.execute_script("for (const each of document.querySelectorAll('.decide details')) each.open = true")
        poor = found.execute_script(CONTRAST)
        assert not poor, (path, poor[:5])
        assert found.execute_script("return document.documentElement.scrollWidth <= innerWidth"), path
        assert not found.get_log("browser"), path
    for key in ("f", "r", "a"):
        found.execute_script("for (const each of document.querySelectorAll('.decide details')) each.open = false")
        found.execute_script("document.getElementById('content').focus()")
        press(found, key)
        focused = found.switch_to.active_element
        assert found.execute_script("return getComputedStyle(arguments[0]).outlineStyle", focused) == "solid"
        assert found.execute_script(IN_VIEW, focused), key


def test_keys_are_told_and_meet_none_of_those_there(taker, own):
    fact = fact_of(own[0], "1650个")
    page = taker.get(f"/source/{fact.source}?fact={fact.id}&queue={fact.id}").text
    send(taker, f"/review/fact/{fact.id}", form_of(page, f"/review/fact/{fact.id}") | {"do": "confirm"})
    page = taker.get(f"/source/{fact.source}?fact={fact.id}&queue={fact.id}").text
    keys = re.findall(r'data-key="(.)"', page)
    assert sorted(keys) == sorted("qcsfrau")
    assert not set(keys) & set("npjke/?")
    told = re.findall(r"<kbd>(\S+)</kbd>", taker.get("/help").text)
    assert set(keys) <= set(told)
    assert len(told) == len(set(told))
