// Keys on every page, and the panel of the selected fact on a source's page. Everything works without this too: each
// number is a link to the page with its panel.
"use strict";
(() => {
  const layer = document.querySelector(".layer");
  const panel = document.getElementById("panel");
  const typing = (target) => target.closest("input, textarea, select, [contenteditable]") !== null;
  let asked = 0;

  const withLang = (path) => {
    const lang = panel && panel.dataset.lang;
    return lang ? `${path}${path.includes("?") ? "&" : "?"}lang=${lang}` : path;
  };

  const show = async (path, place) => {
    const number = ++asked;
    const queue = panel.dataset.queue ? `&queue=${panel.dataset.queue}` : "";
    panel.setAttribute("aria-busy", "true");
    const answer = await fetch(withLang(`${path}?panel=1${queue}`));
    if (number !== asked) return;
    if (!answer.ok) {
      location.assign(place);
      return;
    }
    const found = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector(".fact-panel");
    const hints = panel.querySelector(".keys");
    if (number !== asked) return;
    panel.replaceChildren(found, hints);
    panel.scrollTop = 0;
    panel.removeAttribute("aria-busy");
  };

  const choose = (mark, focus) => {
    for (const other of layer.querySelectorAll(".chosen")) other.classList.remove("chosen");
    layer.classList.add("moved"); // what the address lit is no longer what is selected
    const link = mark.querySelector("a");
    if (link) {
      const place = link.getAttribute("href");
      history.replaceState(null, "", place);
      if (mark.dataset.fact) show(`/fact/${mark.dataset.fact.split(" ")[0]}`, place);
      else show(`/review/figure/${layer.dataset.source}/${mark.dataset.figure}`, place);
    } else {
      const told = document.createElement("p");
      told.className = "fact-panel";
      told.textContent = mark.title;
      asked += 1;
      panel.replaceChildren(told, panel.querySelector(".keys"));
      mark.tabIndex = -1;
    }
    mark.classList.add("chosen");
    if (focus) (link || mark).focus({ preventScroll: true });
    const place = mark.getBoundingClientRect();
    const below = getComputedStyle(panel).bottom === "0px" ? panel.getBoundingClientRect().top : window.innerHeight;
    if (place.top < 80 || place.bottom > below - 40) mark.scrollIntoView({ block: "center" });
  };

  const current = () =>
    layer.querySelector(".chosen") || document.activeElement.closest(".fig") ||
    (document.getElementById(location.hash.slice(1) || "-") || document.body).closest(".fig");

  const step = (selector, by) => {
    const marks = [...layer.querySelectorAll(selector)].filter((mark) => !mark.closest("details:not([open])"));
    if (!marks.length) return;
    const at = current();
    let next;
    if (!at) next = by > 0 ? marks[0] : marks[marks.length - 1];
    else if (by > 0) next = marks.find((mark) => at.compareDocumentPosition(mark) & Node.DOCUMENT_POSITION_FOLLOWING);
    else next = marks.reverse().find((mark) => at.compareDocumentPosition(mark) & Node.DOCUMENT_POSITION_PRECEDING);
    if (next) choose(next, true);
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") {
      if (typing(event.target)) event.target.blur();
      document.getElementById("content").focus({ preventScroll: true });
      return;
    }
    if (typing(event.target)) return;
    const keys = {
      "/": () => document.getElementById("find").focus(),
      "?": () => { location.href = withLang("/help"); },
    };
    if (layer) {
      keys.n = () => step(".fig.fact", 1);
      keys.p = () => step(".fig.fact", -1);
      keys.j = () => step(".fig", 1);
      keys.k = () => step(".fig", -1);
      keys.e = () => document.getElementById("all-edits").click();
    }
    if (Object.hasOwn(keys, event.key)) {
      event.preventDefault();
      keys[event.key]();
    }
  });

  if (!layer || !panel) return;
  layer.addEventListener("click", (event) => {
    const mark = event.target.closest(".fig");
    if (!mark || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    choose(mark, false);
  });
  panel.addEventListener("click", (event) => {
    const other = event.target.closest("[data-show]");
    if (!other) return;
    event.preventDefault();
    show(`/fact/${other.dataset.show}`, other.getAttribute("href"));
  });
  const target = document.getElementById(location.hash.slice(1) || "-");
  if (target && target.closest(".fig")) target.closest(".fig").scrollIntoView({ block: "center" });
})();
