/* The draft of a verdict: kept while it is typed, previewed, and known sources offered. */
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const form = document.querySelector("form[data-keep]");
  if (!form) return;
  keepDraft(form);
  form.querySelectorAll("[data-preview]").forEach((fold) => previewDraft(form, fold));
  offerKnownSource(form);
});

/* Each pause in typing sends the draft to the desk; until then this browser has a copy. */
function keepDraft(form) {
  const told = form.querySelector("[data-kept-at]");
  const slot = `desk-draft-${form.elements.verdict.value}`;
  const version = Number(form.elements.version.value);
  let waits = null;
  let changed = false;
  let sending = false;

  const fields = () => {
    const sent = new FormData(form);
    sent.set("revision", form.dataset.revision);
    return sent;
  };
  const copy = (sent) => localStorage.setItem(slot, JSON.stringify({ version, sent, typed: typedIn(form) }));
  const send = async () => {
    clearTimeout(waits);
    if (sending || !changed) return;
    sending = true;
    changed = false;
    try {
      const answer = await fetch(form.dataset.keep, { method: "POST", body: fields(), keepalive: true });
      const { revision, message } = await answer.json();
      if (answer.ok) isKept(revision);
      else told.textContent = `Not kept: ${message} Save the draft.`;
    } catch {
      changed = true;
      told.textContent = "The desk cannot be reached; this browser keeps your words.";
    }
    sending = false;
    // What was typed while this was on its way, or did not arrive.
    clearTimeout(waits);
    if (changed) waits = setTimeout(send, 2000);
  };
  const isKept = (revision) => {
    form.dataset.revision = revision;
    told.textContent = `Kept at ${new Date().toLocaleTimeString()}, not saved yet`;
    if (changed) return;
    form.dataset.kept = "yes";
    localStorage.removeItem(slot);
  };

  form.addEventListener("input", () => {
    changed = true;
    form.dataset.kept = "no";
    copy(false);
    clearTimeout(waits);
    waits = setTimeout(send, 2000);
  });
  form.addEventListener("submit", () => {
    if (localStorage.getItem(slot)) copy(true);
    changed = false;
    clearTimeout(waits);
  });
  window.addEventListener("pagehide", send);
  putBack(form, slot, version);
}

/* The fields that say something else than what is saved. */
function typedIn(form) {
  const lines = (text) => text.replaceAll("\r\n", "\n");
  return [...new FormData(form)].filter(([name, value]) => {
    const seen = form.elements[`seen-${name}`];
    return seen && lines(seen.value) !== lines(value);
  });
}

/* A browser that ended before it could send has the words still: they are offered. */
function putBack(form, slot, version) {
  const copy = JSON.parse(localStorage.getItem(slot) ?? "null");
  const saved = copy?.sent && version > copy.version;
  if (!copy || saved || JSON.stringify(copy.typed) === JSON.stringify(typedIn(form))) {
    return localStorage.removeItem(slot);
  }
  const offer = document.createElement("p");
  offer.className = "desk-why";
  offer.append("Words that were typed here never reached the desk. ");
  const choose = (label, chosen) => {
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: label });
    button.className = "desk-button is-small";
    button.addEventListener("click", () => {
      localStorage.removeItem(slot);
      offer.remove();
      chosen();
    });
    offer.append(button, " ");
  };
  choose("Put them back", () => {
    for (const [name, value] of copy.typed) if (form.elements[name]) form.elements[name].value = value;
    form.dispatchEvent(new Event("input", { bubbles: true }));
  });
  choose("Discard them", () => {});
  form.prepend(offer);
}

/* What is typed, as the public page shows it. */
function previewDraft(form, fold) {
  const shown = fold.querySelector(".desk-preview");
  let waits = null;
  const show = async () => {
    if (!fold.open) return;
    const answer = await fetch(fold.dataset.preview, { method: "POST", body: new FormData(form) });
    if (!answer.ok) return void (shown.textContent = "There is no preview now.");
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    shown.replaceChildren(...page.body.childNodes);
  };
  fold.hidden = false;
  fold.addEventListener("toggle", show);
  form.addEventListener("input", () => {
    clearTimeout(waits);
    waits = setTimeout(show, 500);
  });
}

/* A source that the desk has used before: its title and archived copy, to be taken over. */
function offerKnownSource(form) {
  const { source_url: url, source_title: title, source_archived_url: archived } = form.elements;
  const offer = form.querySelector("[data-known-source]");
  const look = async () => {
    offer.hidden = true;
    if (!url.value.trim()) return;
    const answer = await fetch(`${form.dataset.known}?${new URLSearchParams({ url: url.value })}`);
    const known = answer.ok ? await answer.json() : {};
    if (!known.used) return;
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: "Use these" });
    button.className = "desk-button is-small";
    button.addEventListener("click", () => {
      title.value = known.title || title.value;
      archived.value = known.archived_url || archived.value;
      offer.hidden = true;
      form.dispatchEvent(new Event("input", { bubbles: true }));
      title.focus();
    });
    const copy = known.archived_url ? `, archived at ${known.archived_url}` : ", without an archived copy";
    offer.replaceChildren(`The desk knows this source from ${known.used}: ${known.title || "no title"}${copy}. `, button);
    offer.hidden = false;
  };
  url.addEventListener("change", look);
  if (url.value) look();
}
