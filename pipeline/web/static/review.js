// Keys of pages that take decisions: each presses the button, follows the link or opens the form that names it.
"use strict";
(() => {
  let sent = false;
  const panel = document.getElementById("panel");

  document.addEventListener("submit", (event) => {
    // A second press while the answer is on its way would decide on what isn't seen yet.
    if (sent) event.preventDefault();
    sent = true;
  });
  window.addEventListener("pageshow", () => { sent = false; });

  const open = (summary) => {
    const form = summary.parentElement;
    form.open = true;
    const first = form.querySelector("[data-first]");
    first.focus({ preventScroll: true });
    first.select();
    if (panel) panel.scrollTop = form.offsetTop;
    else form.scrollIntoView({ block: "nearest" });
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (event.key === "Escape") {
      for (const form of document.querySelectorAll(".decide details[open]")) form.open = false;
      return;
    }
    if (event.target.closest("input, textarea, select, [contenteditable]")) return;
    const found = [...document.querySelectorAll("[data-key]")].find((each) => each.dataset.key === event.key);
    if (!found) return;
    event.preventDefault();
    // A key held down decides once; and never on what the panel showed before.
    if (event.repeat || sent || (panel && panel.contains(found) && panel.getAttribute("aria-busy") === "true")) return;
    if (found.tagName === "SUMMARY") open(found);
    else found.click();
  });

  const failed = document.querySelector(".decide [role=alert]");
  if (failed) {
    const form = failed.closest("details");
    if (form) open(form.querySelector("summary"));
  }
})();
