"""The pages as a reader has them, in headless Chromium: what is seen, what keys do, whether it can be read."""

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

from pipeline.store import Filters, facts

WIDTHS = (1280, 390)
IN_VIEW = """
const box = arguments[0].getBoundingClientRect();
const top = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
return box.top >= 0 && box.bottom <= innerHeight && (arguments[0] === top || arguments[0].contains(top));
"""
CONTRAST = """
const channel = (value) => { const c = value / 255; return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4; };
const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
const parsed = (text) => (text.match(/[\\d.]+/g) || [0, 0, 0, 0]).map(Number);
const over = (top, below) => { const a = top.length > 3 ? top[3] : 1; return [0, 1, 2].map((n) => top[n] * a + below[n] * (1 - a)); };
const ground = (element) => {
  const layers = [];
  for (let at = element; at; at = at.parentElement) layers.unshift(parsed(getComputedStyle(at).backgroundColor));
  return layers.reduce((below, top) => over(top, below), [255, 255, 255]);
};
const poor = [];
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (walker.nextNode()) {
  const element = walker.currentNode.parentElement;
  if (!walker.currentNode.data.trim() || !element.checkVisibility() || element.closest("script, style, option, title")) continue;
  const style = getComputedStyle(element);
  const inSvg = element.namespaceURI.endsWith("svg");
  const ink = over(parsed(inSvg ? style.fill : style.color), ground(element));
  const [a, b] = [light(ink), light(ground(element))].sort((x, y) => y - x);
  const ratio = (a + 0.05) / (b + 0.05);
  const size = parseFloat(style.fontSize);
  const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
  if (ratio < (large ? 3 : 4.5)) poor.push(`${ratio.toFixed(2)} ${element.tagName}.${element.className} ${walker.currentNode.data.trim().slice(0, 20)}`);
}
return poor;
"""


def wide(browser, width):
    browser.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False},
    )


def until(browser, true):
    return WebDriverWait(browser, 15).until(lambda _: true())


@pytest.fixture
def page(browser, server):
    """Opens an address of ours at a width and gives the browser."""
    browser.get_log("browser")

    def open_page(path, width=1280):
        wide(browser, width)
        browser.get(server + path)
        return browser

    return open_page


@pytest.fixture
def county_fact(db):
    return next(
        fact for fact in facts(db, Filters()) if fact.path.endswith("work-summary.txt") and fact.number == "1650个"
    )


@pytest.mark.parametrize("width", WIDTHS)
def test_from_a_search_to_the_number_in_its_source(page, width, county_fact):
    found = page("/", width)
    assert "县域教育事实库" in found.title
    found.find_element(By.ID, "words").send_keys("学位", Keys.ENTER)
    until(found, lambda: "/search" in found.current_url)
    hits = found.find_elements(By.CSS_SELECTOR, ".hits li")
    assert hits
    assert all("学位" in hit.text for hit in hits)
    hits[0].find_element(By.TAG_NAME, "a").click()
    until(found, lambda: "/source/" in found.current_url)
    assert found.execute_script(IN_VIEW.replace("box.bottom <= innerHeight", "true"), target(found))


def target(browser):
    return browser.execute_script("return document.querySelector(':target')")


@pytest.mark.parametrize("width", WIDTHS)
def test_a_fact_lights_its_number_in_view(page, width, county_fact):
    found = page(f"/fact/{county_fact.id}", width)
    assert "1650个" in found.find_element(By.CSS_SELECTOR, "blockquote mark").text
    found.find_element(By.CSS_SELECTOR, "a.button").click()
    until(found, lambda: "/source/" in found.current_url)
    number = target(found)
    assert number.text == "1650个"
    until(found, lambda: found.execute_script(IN_VIEW, number))
    assert "1,650" in found.find_element(By.CSS_SELECTOR, "#panel .figure-value").text
    assert found.execute_script("return getComputedStyle(arguments[0]).backgroundColor", number) == "rgb(255, 224, 77)"


def test_from_a_value_of_a_region_to_its_sentence_in_one_click(page):
    found = page("/region/140728")
    value = found.find_element(By.CSS_SELECTOR, "#profile ~ .box a.value")
    told = value.text
    value.click()
    until(found, lambda: "/source/" in found.current_url)
    assert told in found.find_element(By.CSS_SELECTOR, "#panel .figure-value").text
    assert found.execute_script(IN_VIEW, target(found))


def test_charts_have_chinese_labels_and_lead_to_the_text(page):
    found = page("/region/140728")
    chart = found.find_element(By.CSS_SELECTOR, "figure svg.chart")
    assert "2023" in chart.text
    assert "专任教师数" in found.find_element(By.CSS_SELECTOR, ".charts").text
    found = page("/indicator/public_preschool_share")
    assert "≥ 50 %" in found.find_element(By.CSS_SELECTOR, "svg.chart").text
    ranking = found.find_element(By.CSS_SELECTOR, "table.ranking")
    assert "县" in ranking.text
    bars = found.find_elements(By.CSS_SELECTOR, "table.ranking svg.bar rect")
    assert bars
    assert all(bar.rect["width"] > 0 for bar in bars)
    dot = found.find_element(By.CSS_SELECTOR, "svg.chart circle.dot")
    found.execute_script("arguments[0].parentElement.dispatchEvent(new MouseEvent('click'))", dot)
    until(found, lambda: "/source/" in found.current_url)


def test_keys_step_from_number_to_number(page, county_fact):
    found = page(f"/source/{county_fact.source}")
    body = found.find_element(By.TAG_NAME, "body")
    body.send_keys("n")
    first = found.find_element(By.CSS_SELECTOR, ".chosen").get_attribute("data-fact")
    until(found, lambda: found.find_elements(By.CSS_SELECTOR, f"#panel [data-fact='{first}']"))
    found.switch_to.active_element.send_keys("n")
    second = found.find_element(By.CSS_SELECTOR, ".chosen").get_attribute("data-fact")
    assert second != first
    assert f"#fact-{second.split()[0]}" in found.current_url
    found.switch_to.active_element.send_keys("p")
    assert found.find_element(By.CSS_SELECTOR, ".chosen").get_attribute("data-fact") == first
    figure = found.find_element(By.CSS_SELECTOR, ".chosen").get_attribute("data-figure")
    found.switch_to.active_element.send_keys("j")
    assert int(found.find_element(By.CSS_SELECTOR, ".chosen").get_attribute("data-figure")) == int(figure) + 1
    found.switch_to.active_element.send_keys("/")
    assert found.switch_to.active_element.get_attribute("id") == "find"
    found.switch_to.active_element.send_keys("n")
    assert found.find_element(By.ID, "find").get_attribute("value") == "n"
    found.switch_to.active_element.send_keys(Keys.ESCAPE)
    assert found.switch_to.active_element.get_attribute("id") == "content"
    found.switch_to.active_element.send_keys("?")
    until(found, lambda: found.current_url.endswith("/help"))


def test_clicking_a_number_shows_its_fact_or_what_became_of_it(page, county_fact):
    found = page(f"/source/{county_fact.source}")
    number = found.find_element(By.ID, f"fact-{county_fact.id}")
    found.execute_script("arguments[0].scrollIntoView({block: 'center'})", number)
    number.click()
    panel = found.find_element(By.ID, "panel")
    until(found, lambda: "学位缺口" in panel.text)
    assert "可信度" in panel.text
    period = found.find_element(By.CSS_SELECTOR, ".layer .fig.period")
    found.execute_script("arguments[0].scrollIntoView({block: 'center'})", period)
    period.click()
    until(found, lambda: "时期" in panel.text and "可信度" not in panel.text)


def test_edits_are_shown_and_hidden(page, db):
    source = next(fact.source for fact in facts(db, Filters()) if fact.path.endswith("clone.html"))
    found = page(f"/source/{source}")
    plain = found.find_element(By.CSS_SELECTOR, ".layer del.plain")
    assert not plain.is_displayed()
    assert "廣東" not in found.find_element(By.CLASS_NAME, "layer").text
    found.find_element(By.ID, "all-edits").click()
    assert plain.is_displayed()
    folded = found.find_element(By.CSS_SELECTOR, ".dropped .dropped-text")
    assert not folded.is_displayed()
    found.find_element(By.CSS_SELECTOR, ".dropped summary").click()
    assert folded.is_displayed()


def test_the_first_tab_skips_to_the_content_and_focus_is_seen(page):
    found = page("/")
    found.find_element(By.TAG_NAME, "body").send_keys(Keys.TAB)
    skip = found.switch_to.active_element
    assert skip.get_attribute("class") == "skip"
    assert skip.is_displayed()
    skip.send_keys(Keys.ENTER)
    until(found, lambda: found.switch_to.active_element.get_attribute("id") == "content")
    found.switch_to.active_element.send_keys(Keys.TAB)
    outline = found.execute_script("return getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"


PAGES = (
    "/", "/regions", "/indicators", "/sources", "/facts", "/region/140728", "/indicator/schools?level=primary",
    "/search?q=学位", "/help", "/data", "/data/facts", "/data?sql=select+1", "/nothing", "/?lang=en",
)  # fmt: skip


@pytest.mark.parametrize("width", WIDTHS)
def test_every_page_can_be_read_and_fits(page, width, county_fact):
    own = (f"/source/{county_fact.source}?fact={county_fact.id}#fact-{county_fact.id}", f"/fact/{county_fact.id}")
    for path in (*PAGES, *own):
        found = page(path, width)
        poor = found.execute_script(CONTRAST)
        assert not poor, (path, poor[:5])
        # What is wider than the window scrolls inside its own box.
        assert found.execute_script("return document.documentElement.scrollWidth <= innerWidth"), path
        complaints = [line["message"] for line in found.get_log("browser") if "404" not in line["message"]]
        assert not complaints, (path, complaints)


def test_hostile_text_runs_nothing(page, fact):
    for path in (f"/source/{fact.source}?fact={fact.id}", f"/fact/{fact.id}", "/sources", "/data/reports"):
        found = page(path)
        assert "<script>alert(1)</script>" in found.find_element(By.TAG_NAME, "main").text
        assert not found.execute_script(
            "return document.querySelector('main script, main [onerror], main [onmouseover]')"
        )
        assert not found.get_log("browser"), path


def test_without_scripts_everything_is_there(page, browser, county_fact):
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        found = page(f"/source/{county_fact.source}")
        link = found.find_element(By.ID, f"fact-{county_fact.id}").get_attribute("href")
        found.get(link)
        assert "1,650" in found.find_element(By.CSS_SELECTOR, "#panel .figure-value").text
    finally:
        browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
