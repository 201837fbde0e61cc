/* A claim's page tells that it is open, and shows who else is here and that something changed. */
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const here = document.querySelector("[data-presence]");
  if (!here) return;
  const others = here.querySelector("[data-others]");
  const message = () => {
    const sent = new FormData();
    sent.set("csrfmiddlewaretoken", document.querySelector("[name=csrfmiddlewaretoken]").value);
    return sent;
  };
  const say = (words) => {
    // Heard again only when it is something else.
    if (others.textContent.trim() !== words) others.textContent = words;
  };
  const beat = async () => {
    if (document.hidden) return;
    try {
      const answer = await fetch(here.dataset.presence, { method: "POST", body: message() });
      if (!answer.ok) return;
      const now = await answer.json();
      const names = now.others.join(", ");
      say(names && `${names} ${now.others.length > 1 ? "are" : "is"} on this claim now.`);
      here.querySelector("[data-changed]").hidden = now.versions === here.dataset.versions;
    } catch {
      /* The network is away: the next one tells. */
    }
  };
  beat();
  setInterval(beat, 15000);
  document.addEventListener("visibilitychange", beat);
  window.addEventListener("pagehide", () => {
    const last = message();
    last.set("left", "yes");
    navigator.sendBeacon(here.dataset.presence, last);
  });
});
