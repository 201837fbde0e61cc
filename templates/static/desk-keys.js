/* Single keys, in the queue and on a claim's page. `?` lists them; each user may switch them off. */
"use strict";

const CLAIM_PATH = /\/claims\/claim\/(\d+)\//;
const TYPED_IN = "textarea, select, [contenteditable], input:not([type=radio], [type=checkbox], [type=submit], [type=button])";

document.addEventListener("DOMContentLoaded", () => {
  window.addEventListener("keydown", sendForm);
  whenShown(focusQuestion);
  const dialog = document.getElementById("keys");
  if (!dialog) return;
  const page = CLAIM_PATH.test(location.pathname) ? claimPage(dialog) : queuePage(dialog);
  const keys = { ...page.keys, "?": () => dialog.showModal() };
  const on = dialog.dataset.singleKeys === "on";
  document.querySelectorAll("[data-keys-open]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", keys["?"]);
  });
  // Before the admin's own listeners, which know nothing of the user's choice.
  window.addEventListener("keydown", (event) => pressed(event, keys, on), true);
  document.addEventListener("submit", rememberFocus, true);
  whenShown(page.arrive);
});

/* A page that asks something before it goes on, as for the reason: who came by a key types there. */
function focusQuestion() {
  if (!sessionStorage.getItem("desk-keyed") || document.getElementById("keys")) return;
  document.querySelector("form.desk-narrow :is(textarea, select, input:not([type=hidden]))")?.focus();
}

function pressed(event, keys, on) {
  const plain = !(event.ctrlKey || event.altKey || event.metaKey || event.isComposing);
  const act = Object.hasOwn(keys, event.key) && keys[event.key];
  if (!plain || !act || event.target.closest(TYPED_IN) || document.querySelector("dialog[open]")) return;
  event.stopImmediatePropagation();
  if (!on) return;
  event.preventDefault();
  if (event.repeat && !"jk".includes(event.key)) return;
  sessionStorage.setItem("desk-keyed", "yes");
  act();
}

/* Ctrl and Enter, in any form of the desk. */
function sendForm(event) {
  if (event.key !== "Enter" || !event.ctrlKey) return;
  const form = event.target.closest("form");
  const button = form?.querySelector("button.is-main") ?? form?.querySelector("button:not([type=button])");
  if (!button) return;
  event.preventDefault();
  form.requestSubmit(button);
}

/* Said to everybody, seen or heard. */
function tell(words) {
  const told = document.getElementById("keys-told");
  told.textContent = words;
  clearTimeout(tell.fades);
  tell.fades = setTimeout(() => (told.textContent = ""), 6000);
}

function focusOn(element) {
  if (!element) return false;
  if (element.tabIndex < 0 && !element.hasAttribute("tabindex")) element.tabIndex = -1;
  element.focus();
  element.scrollIntoView({ block: "nearest" });
  return true;
}

/* --- The queue: its rows, and the order that claims' pages are gone through ------------------ */

/* The link of each row, in order. */
function rowLinks(page) {
  const rows = [...page.querySelectorAll("#result_list tr")];
  const links = rows.map((row) => [...row.querySelectorAll("a[href]")].find(claimOf));
  return links.filter(Boolean);
}

function claimOf(link) {
  return CLAIM_PATH.exec(link.getAttribute("href"))?.[1];
}

function storedQueue() {
  return JSON.parse(sessionStorage.getItem("desk-queue") ?? "null");
}

function storeQueue(address, claims) {
  const queue = { address, claims };
  sessionStorage.setItem("desk-queue", JSON.stringify(queue));
  return queue;
}

/* The address of the queue's page before (-1) or after (1) `address`, if there is one. */
function pageBeside(address, way) {
  const url = new URL(address, location.href);
  const number = Number(url.searchParams.get("p") ?? 1) + way;
  url.searchParams.set("p", number);
  return number > 0 ? url.pathname + url.search : null;
}

/* The claims on the queue's page at `address`, none when it is gone. */
async function fetchClaims(address) {
  const answer = address && (await fetch(address));
  // Past its last page the admin leads back to the first.
  if (!answer || !answer.ok || (answer.redirected && address.includes("p="))) return [];
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  return rowLinks(page).map(claimOf);
}

/* The queue's page at `address`, stored; null when it has no claims. */
async function fetchQueue(address) {
  const claims = await fetchClaims(address);
  return claims.length ? storeQueue(address, claims) : null;
}

/* The claim after the last one of `queue`. As claims leave the list, those of its next page move up. */
async function claimAfter(queue) {
  const movedUp = (await fetchClaims(queue.address)).filter((claim) => !queue.claims.includes(claim));
  if (!movedUp.length) return (await fetchQueue(pageBeside(queue.address, 1)))?.claims[0];
  storeQueue(queue.address, [...queue.claims, ...movedUp]);
  return movedUp[0];
}

async function claimBefore(queue) {
  return (await fetchQueue(pageBeside(queue.address, -1)))?.claims.at(-1);
}

function queuePage() {
  const links = rowLinks(document);
  storeQueue(location.pathname + location.search, links.map(claimOf));
  const at = () => {
    const focused = links.findIndex((link) => link.closest("tr").contains(document.activeElement));
    if (focused >= 0) return focused;
    return links.findIndex((link) => claimOf(link) === sessionStorage.getItem("desk-at"));
  };
  const go = (number) => {
    sessionStorage.setItem("desk-at", claimOf(links[number]));
    focusOn(links[number]);
  };
  const turn = async (way) => {
    const queue = await fetchQueue(pageBeside(location.pathname + location.search, way));
    if (!queue) return tell(way > 0 ? "This is the last claim." : "This is the first claim.");
    sessionStorage.setItem("desk-at", queue.claims.at(way > 0 ? 0 : -1));
    location.assign(queue.address);
  };
  const step = (way) => {
    const next = at() + way;
    if (links[next]) return go(next);
    return turn(way);
  };
  const open = (hash) => (at() < 0 ? tell("Choose a claim first: j.") : location.assign(links[at()].href + hash));
  return {
    keys: {
      j: () => step(1),
      k: () => step(-1),
      a: () => runAction(links[at()], ["assign_to_me", "take"]),
      d: () => runAction(links[at()], ["dismiss"]),
      m: () => open("#best-match"),
      r: () => open("#rate"),
      "/": focusSearch,
    },
    arrive: () => {
      if (location.hash === "#searchbar") return focusSearch();
      const number = Math.max(at(), 0);
      const came = sessionStorage.getItem("desk-keyed") && sessionStorage.getItem("desk-at");
      if (came && links[number]) go(number);
    },
  };
}

function focusSearch() {
  const search = document.getElementById("searchbar");
  search?.focus();
  search?.select();
}

/* The list's own action on the rows that are ticked, or on the one with the focus. */
function runAction(link, names) {
  const form = document.getElementById("changelist-form");
  const select = form?.querySelector("select[name=action]");
  const name = names.find((one) => select?.querySelector(`option[value="${one}"]`));
  if (!name) return tell("You may not do this here.");
  const boxes = [...form.querySelectorAll("input.action-select")];
  if (!boxes.some((box) => box.checked)) {
    const box = link?.closest("tr").querySelector("input.action-select");
    if (!box) return tell("Choose a claim first: j.");
    box.checked = true;
  }
  select.value = name;
  const links = rowLinks(document);
  const left = name === "dismiss" && link ? links[links.indexOf(link) + 1] ?? link : link;
  if (left) sessionStorage.setItem("desk-at", claimOf(left));
  form.requestSubmit(form.querySelector("button[name=index]"));
}

/* --- A claim's page ---------------------------------------------------------------------------- */

const NOTHING = {
  a: "This claim is yours already, or cannot be yours now.",
  d: "This claim cannot be dismissed, or not by you.",
  m: "No match waits for a decision of yours.",
  r: "There is no draft to rate: take the claim first (a).",
};

function claimPage(dialog) {
  const claim = CLAIM_PATH.exec(location.pathname)[1];
  const base = dialog.dataset.queue;
  sessionStorage.setItem("desk-at", claim);
  const go = (number) => location.assign(`${base}${number}/change/`);
  const step = async (way) => {
    const queue = storedQueue() ?? (await fetchQueue(base));
    const at = queue ? queue.claims.indexOf(claim) : -1;
    if (queue && at < 0) return go(queue.claims[0]);
    if (queue?.claims[at + way]) return go(queue.claims[at + way]);
    const beside = queue && (await (way > 0 ? claimAfter(queue) : claimBefore(queue)));
    if (beside) return go(beside);
    tell(way > 0 ? "This is the last claim of the queue." : "This is the first claim of the queue.");
  };
  document.querySelectorAll("[data-turn]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => step(Number(button.dataset.turn)));
  });
  return {
    keys: {
      j: () => step(1),
      k: () => step(-1),
      "/": () => location.assign(`${base}#searchbar`),
      ...Object.fromEntries([..."admr"].map((key) => [key, () => useKey(key)])),
    },
    arrive: () => {
      if (location.hash === "#best-match") return focusOn(document.querySelector("#best-match")) || tell(NOTHING.m);
      if (location.hash === "#rate") return useKey("r");
      restoreFocus();
    },
  };
}

/* What the page marks with this key: a fold opens, a button is pressed, a scale gets the focus. */
function useKey(key) {
  const marked = [...document.querySelectorAll(`[data-key="${key}"]`)].find((one) => one.getClientRects().length);
  if (!marked) return tell(NOTHING[key]);
  if (marked.matches("button")) return marked.click();
  if (marked.matches("details")) marked.open = true;
  const fields = "input:not([type=hidden]), textarea, select";
  focusOn(marked.querySelector("input:checked") ?? marked.querySelector(fields));
}

/* A sent form shows the page again: the focus goes to what is wrong, else back to the draft's field.
   Of another form it goes to the button, or past it when the form is gone: keys work at once there. */
function rememberFocus(event) {
  const form = event.target;
  const button = event.submitter?.getAttribute("formaction");
  const place = { id: document.activeElement.id, action: form.getAttribute("action"), button, at: Date.now() };
  sessionStorage.setItem("desk-focus", JSON.stringify(place));
}

function restoreFocus() {
  const place = JSON.parse(sessionStorage.getItem("desk-focus") ?? "null");
  sessionStorage.removeItem("desk-focus");
  if (!place || Date.now() - place.at > 20000) return;
  const wrong = document.querySelector(".has-errors :is(input, textarea, select):not([type=hidden])");
  if (wrong && wrong.getClientRects().length) return void focusOn(wrong);
  const form = [...document.forms].find((one) => one.getAttribute("action") === place.action);
  const button = place.button && document.querySelector(`[formaction="${place.button}"]`);
  const field = form?.matches("[data-keep]") && place.id && document.getElementById(place.id);
  const known = field || button || form?.querySelector("button:not([type=button])");
  focusOn(known?.getClientRects().length ? known : document.querySelector("[data-key=r] input, .desk-headline"));
}
