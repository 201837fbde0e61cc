/* What Unfold's own markup leaves to the mouse and the eye, for who uses keys or a screen reader. */
"use strict";

/* What an icon alone is called. */
const ICONS = { close: "Close", dock_to_right: "Menu", search: "Search" };
const CLICKED = "[x-on\\:click]:not(button, input, a[href], #changelist-filter-close)";

document.addEventListener("DOMContentLoaded", () => {
  (document.getElementById("main") ?? document.getElementById("page"))?.setAttribute("role", "main");
  document.querySelectorAll(CLICKED).forEach(makeButton);
  document.querySelectorAll(".material-symbols-outlined").forEach(nameIcon);
  document.querySelectorAll("input, select, textarea").forEach(nameField);
  document.querySelectorAll("[x-on\\:click]").forEach(openFilters);
  window.addEventListener("keydown", closeFilters);
  whenShown(() => document.querySelectorAll(".select2-selection").forEach(nameSelection));
});

/* An element that acts on a click has the keys of a button, and its name. */
function makeButton(element) {
  element.setAttribute("role", "button");
  element.tabIndex = 0;
  element.addEventListener("keydown", (event) => {
    if (event.target !== element || !["Enter", " "].includes(event.key)) return;
    event.preventDefault();
    element.click();
  });
  const words = element.textContent.trim();
  if (words.endsWith("unfold_more")) element.setAttribute("aria-label", "Account and colours");
  if (!words) element.setAttribute("aria-label", "Colours");
}

/* Icons are words of a font, and no words to be read out. */
function nameIcon(icon) {
  const holder = icon.closest("a, button, [role=button]");
  const name = ICONS[icon.textContent.trim()];
  const alone = holder && holder.textContent.trim() === icon.textContent.trim();
  if (alone && name && !holder.hasAttribute("aria-label")) holder.setAttribute("aria-label", name);
  if (holder !== icon && !alone) icon.setAttribute("aria-hidden", "true");
}

/* A field without a label is called by its column, or by what stands in it while it is empty. */
function nameField(field) {
  if (field.type === "hidden" || field.labels?.length || field.hasAttribute("aria-label")) return;
  const cell = field.closest("td");
  const head = cell && cell.closest("table")?.tHead?.rows[0]?.cells[cell.cellIndex];
  const name = head?.textContent.trim() || field.placeholder;
  if (name) field.setAttribute("aria-label", name);
}

/* A list that completes what is typed shows another element in the place of its field. */
function nameSelection(selection) {
  const field = selection.closest(".select2")?.previousElementSibling;
  const name = field?.labels?.[0]?.textContent.trim();
  if (!name) return;
  for (const shown of [selection, selection.querySelector("[role=textbox]")]) shown?.setAttribute("aria-label", name);
}

/* The filters lie over the page: who opens them by a key goes on in them, and Escape closes them. */
function openFilters(link) {
  if (link.getAttribute("x-on:click") !== "filterOpen = true") return;
  const first = "#changelist-filter :is(input, select, a[href]):not([type=hidden])";
  link.addEventListener("click", () => setTimeout(() => document.querySelector(first)?.focus(), 50));
}

function closeFilters(event) {
  const filters = document.getElementById("changelist-filter");
  if (event.key !== "Escape" || !filters?.contains(document.activeElement)) return;
  document.getElementById("changelist-filter-close").click();
  document.querySelector('[x-on\\:click="filterOpen = true"]')?.focus();
}
