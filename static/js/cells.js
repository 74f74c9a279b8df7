// One field of an action, changed in its cell ([data-edits] in a row [data-cell]). Enter saves and goes down, Tab saves
// and goes right (Shift: up, left), Esc puts the cell back. What others changed meanwhile is shown in the cell; only
// this row is answered.
import { reason, send } from "./send.js";
import { beside, dress, go } from "./walk.js";

const FIELDS = "input:not([type=hidden]), textarea, select";
let opened; // { cell, url }

export const isOpen = (cell) => opened?.cell === cell;
const form = () => opened?.cell.querySelector("[data-cell-form]");
const fields = () => [...form().querySelectorAll(FIELDS)];
const say = async (text) => (await import("./toast.js")).show({ text });

const changed = (field) => field.options
  ? [...field.options].some((option) => option.selected !== option.defaultSelected)
  : field.value !== field.defaultValue;

function parsed(html) {
  const holder = document.createElement("template");
  holder.innerHTML = html.trim();
  return holder.content.firstElementChild;
}

// over the cell, which keeps its size, so that nothing else on the page moves
function show(html) {
  form()?.remove();
  opened.cell.append(parsed(html));
}

function focusFirst() {
  const first = form().querySelector("[aria-invalid='true']") ?? fields()[0];
  first.focus();
  first.select?.();
}

export async function open(cell) {
  if (opened && !(await leave())) return;
  const url = `${cell.parentElement.dataset.cell}?field=${cell.dataset.edits}`;
  cell.setAttribute("aria-busy", "true");
  const answer = await fetch(url, { headers: { "HX-Request": "true" } }).catch(() => null);
  cell.removeAttribute("aria-busy");
  if (!answer?.ok || answer.redirected) {
    if (answer?.redirected) location.reload();
    else say(reason({ status: answer?.status ?? 0, html: (await answer?.text()) ?? "" }));
    return;
  }
  const html = await answer.text();
  if (opened || !cell.isConnected) return;
  opened = { cell, url };
  show(html);
  cell.classList.add("is-editing");
  focusFirst();
}

function putBack() {
  const { cell } = opened;
  form().remove();
  opened = undefined;
  cell.classList.remove("is-editing");
  return cell;
}

// closes the open cell, saving what was changed; false when that was refused and it is open still
async function leave() {
  if (!opened) return true;
  if (!fields().some(changed) && !form().querySelector(".conflict")) return Boolean(putBack());
  return Boolean(await save());
}

// the cell of the new row, or nothing when the change was refused
async function save() {
  const { cell, url } = opened;
  const box = form();
  if (box.getAttribute("aria-busy") === "true") return null;
  box.setAttribute("aria-busy", "true");
  const answer = await send(url, new FormData(box));
  box.removeAttribute("aria-busy");
  if (answer.ok) {
    const place = cell.cellIndex;
    opened = undefined;
    return renew(cell.parentElement, parsed(answer.html)).cells[place];
  }
  if (answer.html.includes("data-cell-form")) show(answer.html);
  else if (!answer.triggers.toast) say(reason(answer));
  focusFirst();
  return null;
}

// the row as it is now in the place of the one that stood there, ticked as that one was
function renew(row, now) {
  const isTicked = row.querySelector("[data-tick]")?.checked;
  for (const name of ["aria-rowindex", "data-number"]) if (row.hasAttribute(name)) now.setAttribute(name, row.getAttribute(name));
  if (isTicked) now.querySelector("[data-tick]").checked = true;
  now.classList.toggle("is-ticked", Boolean(isTicked));
  row.replaceWith(now);
  dress(now);
  return now;
}

// an undo answers the row of its action; a cell that is open in that row has first to be left
document.addEventListener("undone", (event) => {
  const now = event.detail.html ? parsed(event.detail.html) : null;
  if (!now?.matches("tr")) return;
  event.preventDefault();
  const row = document.getElementById(now.id);
  if (!row || row.contains(form() ?? null)) return;
  const cells = [...row.cells];
  const stop = cells.findIndex((cell) => cell.tabIndex === 0);
  const place = cells.findIndex((cell) => cell.contains(document.activeElement));
  renew(row, now);
  if (place >= 0) go(now.cells[place]);
  else if (stop >= 0) now.cells[stop].tabIndex = 0;
});

async function saveAndGo(down, right) {
  const same = !fields().some(changed) && !form().querySelector(".conflict");
  const cell = same ? putBack() : await save();
  if (cell) go(beside(cell, down, right));
}

document.addEventListener("keydown", (event) => {
  if (!form()?.contains(event.target) || event.isComposing) return;
  const all = fields();
  const here = all.indexOf(event.target);
  if (event.key === "Escape") go(putBack());
  else if (event.key === "Enter" && event.target.matches("button")) return;
  else if (event.key === "Enter") {
    const asked = all.slice(here + 1).find((field) => !field.value); // the reason of a deadline
    if (asked && changed(event.target)) asked.focus();
    else saveAndGo(event.shiftKey ? -1 : 1, 0);
  } else if (event.key === "Tab" && !event.ctrlKey) {
    const next = all[here + (event.shiftKey ? -1 : 1)];
    if (next && (event.shiftKey || changed(event.target) || here > 0)) return; // within the form
    saveAndGo(0, event.shiftKey ? -1 : 1);
  } else return;
  event.preventDefault();
});

document.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-cell-form]")) return;
  event.preventDefault();
  saveAndGo(0, 0);
});

document.addEventListener("click", (event) => {
  if (event.target.closest?.("[data-cell-cancel]") && opened) go(putBack());
});
