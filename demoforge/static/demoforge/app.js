/* What the pages do on top of plain HTML: remember the theme, copy text, close questions, guard double clicks. */
(function () {
  "use strict";
  const root = document.documentElement;
  const THEMES = ["system", "light", "dark"];

  function stored() {
    try { return localStorage.getItem("theme") || "system"; } catch { return "system"; }
  }
  function apply(theme) {
    if (theme === "system") { root.removeAttribute("data-theme"); } else { root.dataset.theme = theme; }
    document.querySelectorAll(".js-theme-label").forEach((label) => { label.textContent = "Theme: " + theme; });
  }
  function nextTheme() {
    const theme = THEMES[(THEMES.indexOf(stored()) + 1) % THEMES.length];
    try { localStorage.setItem("theme", theme); } catch { /* private mode: the theme lasts for this page */ }
    apply(theme);
  }

  async function copy(button) {
    const box = button.closest(".js-copy-box, .code");
    const text = box && box.querySelector(".js-copy-text");
    const label = button.querySelector("span");
    if (!text || !label) { return; }
    const before = label.textContent;
    try {
      await navigator.clipboard.writeText(text.textContent);
      label.textContent = "Copied";
    } catch {
      getSelection().selectAllChildren(text);
      label.textContent = "Selected: press Ctrl+C";
    }
    setTimeout(() => { label.textContent = before; }, 2000);
  }

  /* Controls that need this script are hidden until it runs. */
  function reveal(scope) {
    scope.querySelectorAll(".js-theme, .js-copy, .js-ask-close, .js-back, .js-print").forEach((item) => { item.hidden = false; });
  }

  function closeOthers(opened) {
    document.querySelectorAll("details.tip[open], details.mobile-nav[open]").forEach((item) => {
      if (!opened || (item !== opened && !item.contains(opened))) { item.open = false; }
    });
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    closeOthers(event.target.closest("details"));
    if (!button) { return; }
    if (button.matches(".js-theme")) { nextTheme(); }
    if (button.matches(".js-copy")) { copy(button); }
    if (button.matches(".js-back")) { history.back(); }
    if (button.matches(".js-print")) { window.print(); }
    if (button.matches(".js-ask-close")) {
      const ask = button.closest("details");
      ask.open = false;
      ask.querySelector("summary").focus();
    }
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") { return; }
    const open = document.activeElement && document.activeElement.closest("details.tip, details.ask, details.mobile-nav");
    if (open) {
      open.open = false;
      open.querySelector("summary").focus();
    }
  });

  /* A second click on a submit button does nothing; the server refuses the second request as well. */
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post") { return; }
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "yes";
    form.querySelectorAll("button[type=submit][data-busy]").forEach((button) => {
      button.setAttribute("aria-disabled", "true");
      button.lastElementChild.textContent = button.dataset.busy;
    });
  });
  window.addEventListener("pageshow", () => {
    document.querySelectorAll("form[data-sent]").forEach((form) => { delete form.dataset.sent; });
  });

  /* Says what a polled region says, once for each new wording. */
  function announce(scope) {
    const source = (scope.matches && scope.matches("[data-announce]")) ? scope : scope.querySelector("[data-announce]");
    const announcer = document.getElementById("announcer");
    const words = source ? source.textContent.trim().replace(/\s+/g, " ") : "";
    if (announcer && words && announcer.textContent !== words) { announcer.textContent = words; }
  }

  function toast(event) {
    const box = document.createElement("div");
    box.className = "note tone-" + (event.detail.level || "info");
    const body = document.createElement("div");
    body.className = "note-body";
    body.textContent = [event.detail.text, event.detail.hint].filter(Boolean).join(" ");
    box.append(body);
    document.getElementById("messages").append(box);
    setTimeout(() => { box.remove(); }, 12000);
  }

  /* What a reader has unfolded stays unfolded when the page around it is brought up to date. */
  const folds = new Map();
  document.addEventListener("htmx:beforeSwap", () => {
    document.querySelectorAll("details.fold[id]").forEach((fold) => { folds.set(fold.id, fold.open); });
  });
  document.addEventListener("htmx:afterSwap", () => {
    folds.forEach((open, id) => {
      const fold = document.getElementById(id);
      if (fold) { fold.open = open; }
    });
    folds.clear();
  });

  document.addEventListener("toast", toast);
  document.addEventListener("htmx:load", (event) => { announce(event.target); });
  document.addEventListener("htmx:load", (event) => { reveal(event.target); });
  document.addEventListener("DOMContentLoaded", () => {
    apply(stored());
    reveal(document);
    const summary = document.getElementById("error-summary");
    if (summary) { summary.focus(); }
    const tab = document.querySelector(".tab-link[aria-current]");
    if (tab) { tab.scrollIntoView({ block: "nearest", inline: "nearest" }); }
  });
  apply(stored());
})();
