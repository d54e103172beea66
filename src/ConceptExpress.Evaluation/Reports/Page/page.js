// Sorts the table of pictures. The rows of "values" are those of the table as it stands in the file, the worst picture first.
"use strict";
const { columns, methods, values } = JSON.parse(document.getElementById("figures").textContent);
const body = document.getElementById("pictures").tBodies[0];
const rows = [...body.rows].map((element, place) => ({ element, place, name: element.cells[0].textContent, values: values[place] }));
const state = { by: "worst", figure: 0, method: null, descending: false };

function mean(numbers) {
  const known = numbers.filter(number => number !== null);
  return known.length ? known.reduce((sum, number) => sum + number, 0) / known.length : null;
}

function valueOf(row) {
  if (state.by === "worst") return row.place;
  if (state.by === "name") return row.name;
  return state.method === null ? mean(row.values.map(own => own[state.figure])) : row.values[state.method][state.figure];
}

// What is missing comes last, whatever the direction.
function compare(one, other) {
  const [a, b] = [valueOf(one), valueOf(other)];
  if (a === null || b === null) return (a === null) - (b === null) || one.place - other.place;
  const order = a < b ? -1 : a > b ? 1 : 0;
  return (state.descending ? -order : order) || one.place - other.place;
}

// Pressed again, a button turns the order round; a figure begins with the worst.
function sortBy(by, figure, method) {
  const same = state.by === by && state.figure === figure && state.method === method && by !== "worst";
  const first = by === "figure" && !columns[figure].moreIsBetter;
  Object.assign(state, { by, figure, method, descending: same ? !state.descending : first });
  show();
}

function show() {
  body.append(...rows.sort(compare).map(row => row.element));
  for (const row of rows) row.values.forEach((own, i) => showValue(row.element.cells[3 + i], own[state.figure]));
  for (const button of document.querySelectorAll("button")) {
    const { by, method } = button.dataset;
    const sorting = method === undefined ? state.by === "name" : state.by === "figure" && state.method === Number(method);
    if (button.hasAttribute("aria-pressed")) button.setAttribute("aria-pressed", by === (state.by === "figure" ? String(state.figure) : state.by));
    else button.parentElement.setAttribute("aria-sort", !sorting ? "none" : state.descending ? "descending" : "ascending");
  }
  const what = state.by !== "figure" ? state.by : `${columns[state.figure].label}, ${state.method === null ? "all methods" : methods[state.method]}`;
  document.querySelector("[role=status]").textContent = state.by === "worst" ? "the worst picture first" : `${what}, ${state.descending ? "descending" : "ascending"}`;
}

function showValue(cell, value) {
  const line = cell.querySelector(".value") ?? Object.assign(document.createElement("p"), { className: "value" });
  cell.prepend(line);
  line.hidden = state.by !== "figure" || value === null;
  line.textContent = value === null ? "" : `${columns[state.figure].label} ${value.toFixed(3)}`;
}

for (const button of document.querySelectorAll("button")) {
  const { by, method } = button.dataset;
  button.addEventListener("click", () => {
    if (method !== undefined) sortBy("figure", state.figure, Number(method));
    else if (by === "worst" || by === "name") sortBy(by, state.figure, null);
    else sortBy("figure", Number(by), null);
  });
}
document.getElementById("sorting").hidden = false;
show();
