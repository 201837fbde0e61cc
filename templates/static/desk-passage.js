/* A claim's passage in its article: in view, with more around it, and marked anew by selecting. */
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  document.querySelectorAll("[data-passage]").forEach((place) => {
    // Until then the admin hides the page, and what is hidden has no place.
    window.addEventListener("load", () => bringIntoView(place));
    place.closest("[data-places]")?.addEventListener("toggle", () => bringIntoView(place));
    showMore(place);
    const fold = place.querySelector("[data-respan]");
    if (fold) markAnew(place, fold);
  });
});

/* The article scrolls in its box; the page stays where it is. */
function bringIntoView(place) {
  const text = place.querySelector("blockquote");
  const mark = text.querySelector("mark");
  const above = mark.getBoundingClientRect().top - text.getBoundingClientRect().top;
  text.scrollTop += above - text.clientHeight / 3;
}

function showMore(place) {
  // Without this script the link leads to the article.
  const link = place.querySelector("[data-show-more]");
  link?.addEventListener("click", async (event) => {
    event.preventDefault();
    const text = place.querySelector("blockquote");
    const answer = await fetch(text.dataset.more);
    if (!answer.ok) return location.assign(link.href);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const longer = page.querySelector("blockquote");
    text.replaceWith(longer);
    bringIntoView(place);
    if (longer.dataset.more) return;
    link.remove();
    longer.focus({ preventScroll: true });
  });
}

/* The service counts code points, a browser UTF-16 units. */
function codePoints(text) {
  return [...text].length;
}

function markAnew(place, fold) {
  const { start, end } = fold.querySelector("form").elements;
  const chosen = fold.querySelector("[data-chosen]");
  fold.querySelectorAll("[data-scripted]").forEach((one) => (one.hidden = false));
  fold.querySelector("[data-numbers]").hidden = true;

  const choose = (from, to) => {
    start.value = from;
    end.value = to;
    const text = place.querySelector("blockquote");
    const offset = Number(text.dataset.from);
    chosen.textContent = [...text.textContent].slice(from - offset, to - offset).join("");
    chosen.hidden = false;
  };
  document.addEventListener("selectionchange", () => {
    const range = fold.open && selectedIn(place.querySelector("blockquote"));
    if (range) choose(...range);
  });
  fold.querySelectorAll("[data-move]").forEach((button) => {
    button.addEventListener("click", () => {
      const text = place.querySelector("blockquote");
      choose(...moved(text, Number(start.value), Number(end.value), button.dataset));
      drawMark(text, Number(start.value), Number(end.value));
      getSelection().removeAllRanges();
    });
  });
}

/* Start and end in the article of what is selected inside `text`; null for nothing. */
function selectedIn(text) {
  const selection = getSelection();
  if (selection.isCollapsed || !text.contains(selection.anchorNode) || !text.contains(selection.focusNode)) return null;
  const range = selection.getRangeAt(0);
  const before = document.createRange();
  before.setStart(text, 0);
  before.setEnd(range.startContainer, range.startOffset);
  const start = Number(text.dataset.from) + codePoints(before.toString());
  return [start, start + codePoints(range.toString())];
}

/* The span with one end moved by a word; as it was where there is no word to move to. */
function moved(text, start, end, { move, step }) {
  const offset = Number(text.dataset.from);
  const words = [...text.textContent.matchAll(/\S+/gu)].map((word) => {
    const at = offset + codePoints(text.textContent.slice(0, word.index));
    return { start: at, end: at + codePoints(word[0]) };
  });
  const here = move === "start" ? start : end;
  const fits = (edge) => (move === "start" ? edge < end : edge > start);
  const edges = words.map((word) => word[move]).filter(fits);
  const next = step > 0 ? edges.find((edge) => edge > here) : edges.findLast((edge) => edge < here);
  return move === "start" ? [next ?? start, end] : [start, next ?? end];
}

function drawMark(text, start, end) {
  const offset = Number(text.dataset.from);
  const letters = [...text.textContent];
  const mark = text.querySelector("mark");
  const part = (from, to) => letters.slice(from, to).join("");
  mark.textContent = part(start - offset, end - offset);
  text.replaceChildren(part(0, start - offset), mark, part(end - offset));
  bringIntoView(text.closest("[data-passage]"));
}
