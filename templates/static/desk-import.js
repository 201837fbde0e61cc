/* An import's page follows the import. Without it the page loads itself again. */
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const page = document.querySelector("[data-import]");
  if (page) follow(page);
});

/* Ask how it goes, while it goes often, then ever less often: its articles are being extracted. */
function follow(page) {
  let pause = 1500;
  const ask = async () => {
    try {
      const answer = await fetch(page.dataset.import, { headers: { Accept: "application/json" } });
      if (answer.ok) show(page, await answer.json());
    } catch {
      /* The server restarts, or the network is away: ask again. */
    }
    if (page.dataset.going !== "yes") pause = Math.min(pause * 1.3, 30000);
    setTimeout(ask, pause);
  };
  setTimeout(ask, pause);
}

function show(page, { state, share, facts }) {
  if (state !== page.dataset.state) {
    const waited = ["queued", "running"];
    if (!(waited.includes(state) && waited.includes(page.dataset.state))) return location.reload();
  }
  page.querySelector("[data-share]").value = share;
  page.querySelectorAll("[data-fact]").forEach((place) => {
    place.textContent = facts[place.dataset.fact];
  });
}
