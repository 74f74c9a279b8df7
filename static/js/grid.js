// The action plan ([data-grid]) as a grid, where it is wide enough to be a table: one tab stop, arrow keys, Home and
// End between its cells, Space ticks the row, Enter opens the cell's field (cells.js)
// or follows its link, Ctrl+Enter always follows the link. Without
// script, or on a phone, it stays a table with links. Ticks ([data-tick]) are counted in [data-ticked].
import { open, isOpen } from "./cells.js";
import { CELLS, beside, dress, go, rows } from "./walk.js";

const wide = matchMedia("(min-width: 701px)");
const grid = () => document.querySelector("[data-grid][role=grid]");
const boxOf = (row) => row.querySelector("[data-tick], [data-tick-all]");
let lastHead;

function start() {
  const table = document.querySelector("[data-grid]:not([role])");
  if (!table || !wide.matches) return;
  table.setAttribute("role", "grid");
  table.setAttribute("aria-rowcount", Number(table.dataset.rows) + 1);
  table.tHead.rows[0].setAttribute("aria-rowindex", 1);
  const help = Object.assign(document.createElement("p"), { id: "grid-help", className: "sr", textContent: table.dataset.help });
  table.parentElement.before(help);
  table.setAttribute("aria-describedby", help.id);
  for (const row of rows(table)) {
    dress(row);
    if (row.dataset.number) row.setAttribute("aria-rowindex", Number(row.dataset.number) + 1);
  }
  const first = table.querySelector("tbody tr:not(.group) th") ?? table.querySelector("th");
  first.tabIndex = 0;
  if (lastHead && document.activeElement === document.body) go(document.getElementById(lastHead));
  lastHead = undefined;
  count();
}

function follow(cell, { edit = true } = {}) {
  if (edit && cell.dataset.edits) return open(cell);
  const goal = cell.querySelector("a, input") ?? (edit ? null : cell.parentElement.querySelector("a"));
  if (goal) return goal.click();
  const text = grid().dataset.nothing;
  import("./toast.js").then((module) => module.show({ text }));
}

const MOVES = { ArrowDown: [1, 0], ArrowUp: [-1, 0], ArrowRight: [0, 1], ArrowLeft: [0, -1], Home: [0, -99], End: [0, 99] };

document.addEventListener("keydown", (event) => {
  const cell = event.target;
  if (!grid()?.contains(cell) || !cell.matches(CELLS) || event.altKey || event.metaKey || event.shiftKey) return;
  const box = boxOf(cell.parentElement);
  if (MOVES[event.key] && (!event.ctrlKey || event.key === "Home" || event.key === "End")) {
    const [down, right] = MOVES[event.key];
    go(beside(cell, event.ctrlKey ? Math.sign(right) * 1e6 : down, right));
  } else if (event.ctrlKey && event.key === "Enter") follow(cell, { edit: false });
  else if (event.ctrlKey) return;
  else if (event.key === "Enter") follow(cell);
  else if (event.key === "F2") follow(cell);
  else if (event.key === " " && box) box.click();
  else return;
  event.preventDefault();
});

document.addEventListener("click", (event) => {
  const cell = event.target.closest?.(`[data-grid][role=grid] ${CELLS}`);
  if (!cell || isOpen(cell)) return;
  if (cell.closest("thead")) lastHead = cell.id;
  if (event.target.closest("a, input, summary")) return;
  go(cell);
  if (cell.dataset.edits) open(cell);
});

// ---- ticks ----
function count() {
  const boxes = [...document.querySelectorAll("[data-tick]")];
  const n = boxes.filter((box) => box.checked).length;
  const says = document.querySelector("[data-ticked]");
  if (says) says.textContent = (n === 1 ? says.dataset.one : says.dataset.many).replace("{n}", n);
  const all = document.querySelector("[data-tick-all]");
  if (all) [all.checked, all.indeterminate] = [n > 0 && n === boxes.length, n > 0 && n < boxes.length];
  for (const box of boxes) box.closest("tr").classList.toggle("is-ticked", box.checked);
}

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-tick-all]")) {
    for (const box of document.querySelectorAll("[data-tick]")) box.checked = event.target.checked;
  } else if (!event.target.matches("[data-tick]")) return;
  count();
});

document.addEventListener("htmx:afterSettle", start);
wide.addEventListener("change", start);
start();
