/* The rehearsal: one moment at a time, a clock, and the pace against the plan. Without it the page is a list. */
(function () {
  "use strict";
  const page = document.querySelector(".rehearsal");
  if (!page) { return; }
  const find = (name) => page.querySelector(name);
  const moments = [...page.querySelectorAll(".moment")];
  const clock = { spent: 0, since: null }; // milliseconds; `since` is null while it stands still
  let now = 0;

  const seconds = () => Math.floor((clock.spent + (clock.since === null ? 0 : Date.now() - clock.since)) / 1000);
  const words = (total) => Math.floor(total / 60) + ":" + String(total % 60).padStart(2, "0");

  function pace() {
    const elapsed = seconds();
    const begins = moments[now].dataset.minute * 60;
    const ends = moments[now].dataset.ends * 60;
    if (clock.since === null && !clock.spent) { return ["waiting", "not started"]; }
    if (elapsed > ends) { return ["behind", words(elapsed - ends) + " behind"]; }
    if (elapsed < begins) { return ["ahead", words(begins - elapsed) + " ahead"]; }
    return ["on-time", "on time, " + words(ends - elapsed) + " left here"];
  }

  function tick() {
    const [key, said] = pace();
    find(".js-elapsed").textContent = words(seconds());
    find(".js-pace").textContent = said;
    find(".js-pace").dataset.pace = key;
  }

  function startOrPause() {
    if (clock.since === null) {
      clock.since = Date.now();
    } else {
      clock.spent += Date.now() - clock.since;
      clock.since = null;
    }
    find(".js-start span").textContent = clock.since === null ? "Go on" : "Pause";
    find(".js-said").textContent = clock.since === null ? "Paused at " + words(seconds()) : "The clock runs";
    tick();
  }

  function reset() {
    clock.spent = 0;
    clock.since = null;
    find(".js-start span").textContent = "Start";
    find(".js-said").textContent = "The clock is back at zero";
    show(0, true);
  }

  function show(number, move) {
    now = Math.max(0, Math.min(moments.length - 1, number));
    moments.forEach((moment, at) => { moment.hidden = at !== now; });
    find(".js-progress").value = now + 1;
    find(".js-previous").disabled = now === 0;
    find(".js-next").disabled = now === moments.length - 1;
    history.replaceState(null, "", "#" + moments[now].id);
    tick();
    if (!move) { return; }
    window.scrollTo(0, 0);
    moments[now].querySelector(".moment-title").focus({ preventScroll: true });
  }

  function fromAddress() {
    return Math.max(0, moments.findIndex((moment) => "#" + moment.id === location.hash));
  }

  const KEYS = {
    ArrowRight: () => show(now + 1, true), ArrowDown: () => show(now + 1, true), PageDown: () => show(now + 1, true),
    ArrowLeft: () => show(now - 1, true), ArrowUp: () => show(now - 1, true), PageUp: () => show(now - 1, true),
    Home: () => show(0, true), End: () => show(moments.length - 1, true), " ": startOrPause,
  };

  document.addEventListener("keydown", (event) => {
    const pressed = event.target.closest("a, button, summary, input, textarea, select");
    const taken = event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || (event.key === " " && pressed);
    if (taken || !KEYS[event.key]) { return; }
    event.preventDefault();
    KEYS[event.key]();
  });
  find(".js-start").addEventListener("click", startOrPause);
  find(".js-reset").addEventListener("click", reset);
  find(".js-previous").addEventListener("click", () => show(now - 1, true));
  find(".js-next").addEventListener("click", () => show(now + 1, true));
  window.addEventListener("hashchange", () => show(fromAddress(), true));

  moments.forEach((moment, at) => {
    const next = moment.querySelector(".js-next-words");
    if (!next) { return; }
    next.querySelector(".js-next-title").textContent = moments[at + 1].querySelector(".moment-title").textContent;
    next.hidden = false;
  });
  page.querySelectorAll(".js-clock, .js-progress, .js-steps").forEach((item) => { item.hidden = false; });
  page.classList.add("is-live");
  show(fromAddress(), false);
  setInterval(tick, 500);
})();
