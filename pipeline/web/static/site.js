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

  const show = async (id) => {
    const number = ++asked;
    const answer = await fetch(withLang(`/fact/${id}?panel=1`));
    if (!answer.ok || number !== asked) return;
    const found = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector(".fact-panel");
    const hints = panel.querySelector(".keys");
    panel.replaceChildren(found, hints);
  };

  const choose = (mark, focus) => {
    for (const other of layer.querySelectorAll(".chosen")) other.classList.remove("chosen");
    const link = mark.querySelector("a");
    if (link) {
      const id = mark.dataset.fact.split(" ")[0];
      history.replaceState(null, "", link.getAttribute("href"));
      show(id);
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
    if (place.top < 80 || place.bottom > window.innerHeight - 40) mark.scrollIntoView({ block: "center" });
  };

  const current = () =>
    layer.querySelector(".chosen") || document.activeElement.closest(".fig") ||
    (location.hash && layer.querySelector(`.fig:has(${CSS.escape ? "#" + CSS.escape(location.hash.slice(1)) : "*"})`));

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
    show(other.dataset.show);
  });
  if (location.hash.startsWith("#fact-")) {
    const target = document.getElementById(location.hash.slice(1));
    if (target) target.closest(".fig").scrollIntoView({ block: "center" });
  }
})();
