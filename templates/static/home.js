/* Draws the home page's tables with Unfold's Chart.js. Without it they stay as they are. */
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  if (typeof Chart === "undefined") return;
  const charts = [...document.querySelectorAll("figure[data-figure]:has(table)")].map(drawn);
  new MutationObserver(() => charts.forEach((redraw) => redraw())).observe(
    document.documentElement,
    { attributes: true, attributeFilter: ["class"] },
  );
});

/* Put the drawing above its table, which folds away; returns what draws it again in other colours. */
function drawn(figure) {
  const fold = figure.querySelector("details");
  const frame = document.createElement("div");
  const canvas = document.createElement("canvas");
  frame.className = "desk-drawing";
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", `${figure.querySelector("h2").textContent}. The numbers are in the table below.`);
  frame.append(canvas);
  fold.before(frame);
  fold.open = false;
  let chart = null;
  const redraw = () => {
    chart?.destroy();
    chart = new Chart(canvas, described(figure));
  };
  redraw();
  return redraw;
}

/* What Chart.js draws, read from the table: a row is a label, a column a colour. */
function described(figure) {
  const lying = figure.dataset.figure === "stacks";
  const style = getComputedStyle(figure);
  const ink = style.getPropertyValue("--desk-faint");
  const line = style.getPropertyValue("--desk-line");
  const rows = [...figure.querySelectorAll("tbody tr")];
  const heads = [...figure.querySelectorAll("thead th")].slice(1);
  const cell = (row, column) => row.querySelectorAll("td")[column];
  const number = (row, column) => (cell(row, column).dataset.value === "" ? null : Number(cell(row, column).dataset.value));
  const datasets = heads.map((head, column) => ({
    label: head.textContent,
    data: rows.map((row) => number(row, column)),
    backgroundColor: getComputedStyle(head).getPropertyValue("--tone"),
    borderColor: style.getPropertyValue("--desk-paper"),
    borderWidth: lying ? 1 : 0,
    borderRadius: 2,
    maxBarThickness: 26,
  }));
  const alone = heads.length === 1 && !lying;
  const counts = {
    stacked: lying,
    beginAtZero: true,
    ticks: { color: ink, precision: alone ? undefined : 0 },
    grid: { color: line },
    title: { display: alone, text: heads[0].textContent, color: ink },
  };
  const names = { stacked: lying, ticks: { color: ink }, grid: { display: false } };
  return {
    type: "bar",
    data: { labels: rows.map((row) => row.querySelector("th").textContent), datasets },
    options: {
      animation: false,
      maintainAspectRatio: false,
      indexAxis: lying ? "y" : "x",
      font: { family: style.fontFamily },
      scales: lying ? { x: counts, y: names } : { x: names, y: counts },
      plugins: {
        legend: { display: heads.length > 1, labels: { color: ink, boxWidth: 12 } },
        tooltip: {
          callbacks: { label: (at) => `${at.dataset.label}: ${cell(rows[at.dataIndex], at.datasetIndex).textContent}` },
        },
      },
      onClick: (event, [hit]) => {
        if (hit) location.href = cell(rows[hit.index], hit.datasetIndex).querySelector("a").href;
      },
      onHover: (event, hits) => {
        event.native.target.style.cursor = hits.length ? "pointer" : "default";
      },
    },
  };
}
