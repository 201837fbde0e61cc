/* What the desk's pages need beyond HTML. Every page works without it. */
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  whenShown(focusFirst);
  watchExtraction();
  loadAgain();
  guardTyping();
  document.querySelectorAll("[data-suggest]").forEach(suggestNames);
  document.querySelectorAll("[data-complete]").forEach(completeTyping);
  document.querySelectorAll("[data-select]").forEach((input) => {
    input.addEventListener("focus", () => input.select());
  });
});

/* Until it has loaded the admin hides the page and moves its tables: a focus would be lost. */
function whenShown(act) {
  window.addEventListener("load", () => setTimeout(act));
}

/* The browser's own `autofocus` comes too early for a page that is hidden until it has loaded. */
function focusFirst() {
  if (document.activeElement === document.body) document.querySelector("[autofocus]")?.focus();
}

/* An article's page waits for the worker: ask for the state, ever less often, show the result. */
function watchExtraction() {
  const page = document.querySelector("[data-waits]");
  if (!page) return;
  let pause = 1500;
  const ask = async () => {
    try {
      const answer = await fetch(page.dataset.waits, { headers: { Accept: "application/json" } });
      const { state } = await answer.json();
      if (state !== page.dataset.state) return location.reload();
    } catch {
      /* The server restarts, or the network is away: ask again. */
    }
    pause = Math.min(pause * 1.3, 15000);
    setTimeout(ask, pause);
  };
  setTimeout(ask, pause);
}

/* A page of what is under way, which has no state to ask for, loads itself again. */
function loadAgain() {
  const page = document.querySelector("[data-again]");
  if (page) setTimeout(() => location.reload(), 1000 * page.dataset.again);
}

/* Leaving the page with something typed in another form than the one that is sent asks first. */
function guardTyping() {
  const typed = new Set();
  let sent = null;
  document.querySelectorAll("form[data-guard]").forEach((form) => {
    form.addEventListener("input", () => typed.add(form));
  });
  document.addEventListener("submit", (event) => {
    sent = event.target;
  });
  window.addEventListener("beforeunload", (event) => {
    const others = [...typed].filter((form) => form !== sent && form.dataset.kept !== "yes");
    sent = null;
    if (others.length) event.preventDefault();
  });
}

/* Names from the admin's own autocomplete, in a datalist. */
function suggestNames(input) {
  const [app, model, field] = input.dataset.suggest.split(".");
  const base = location.pathname.replace(/\/claims\/claim\/.*$/, "/autocomplete/");
  completeFrom(input, base, { app_label: app, model_name: model, field_name: field });
}

/* What is typed, completed from the address beside the page. */
function completeTyping(input) {
  completeFrom(input, input.dataset.complete, {});
}

function completeFrom(input, address, parameters) {
  const list = document.createElement("datalist");
  list.id = `${input.id}-names`;
  input.after(list);
  input.setAttribute("list", list.id);
  let last = 0;
  input.addEventListener("input", async () => {
    const turn = ++last;
    await new Promise((done) => setTimeout(done, 200));
    if (turn !== last || input.value.length < 2) return;
    const query = new URLSearchParams({ ...parameters, term: input.value });
    const answer = await fetch(`${address}?${query}`);
    if (!answer.ok || turn !== last) return;
    const { results } = await answer.json();
    list.replaceChildren(...results.map(({ text }) => Object.assign(document.createElement("option"), { value: text })));
  });
}
