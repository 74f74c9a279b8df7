// Cards of the board are selected and moved together. While selecting ([data-pick-mode] switches, X picks the card that
// has the focus) each movable card has a checkbox, a click anywhere on it ticks, Shift takes all between; arrow keys walk.
// The bar ([data-picked]) posts { card: "number.version"…, status }; one answer brings all touched cards, one undo takes
// all back.
import { cardOf, wait, isWaiting } from "./moves.js";
import { showCards } from "./live.js";
import { reason, send } from "./send.js";

const picked = new Set(); // numbers of cards: cards are replaced by what the server says of them
let picking = false;
let last;

const bar = () => document.querySelector("[data-picked]");
const boxes = () => [...document.querySelectorAll("[data-pick]")].filter((box) => box.checkVisibility());
const numberOf = (card) => card.id.replace("action-", "");
const cardBy = (number) => document.getElementById(`action-${number}`);

function dress(root = document) {
  if (!picking) return;
  for (const card of root.querySelectorAll(".card[data-move-url]:not(:has([data-pick]))")) {
    const box = Object.assign(document.createElement("input"), { type: "checkbox", className: "card-tick", checked: picked.has(numberOf(card)) });
    box.dataset.pick = "";
    box.setAttribute("aria-label", bar().dataset.label.replace("{result}", card.querySelector("h3").textContent));
    card.prepend(box);
  }
}

function count() {
  for (const number of picked) if (!cardBy(number)) picked.delete(number);
  const says = bar().querySelector("output");
  says.textContent = says.dataset.text.replace("{n}", picked.size);
  for (const button of bar().querySelectorAll("[name=status], [data-pick-none]")) button.disabled = !picked.size;
}

function pick(box, on) {
  box.checked = on;
  picked[on ? "add" : "delete"](numberOf(box.closest(".card")));
}

function none() {
  picked.clear();
  for (const box of document.querySelectorAll("[data-pick]")) box.checked = false;
  last = undefined;
}

function set(on) {
  picking = on;
  document.getElementById("board-page").toggleAttribute("data-picking", on);
  bar().hidden = !on;
  document.querySelector(".filters [data-pick-mode]").setAttribute("aria-pressed", String(on));
  if (on) dress();
  else {
    none();
    for (const box of document.querySelectorAll("[data-pick]")) box.remove();
  }
  count();
}

// all between the last one and this one, as they stand on the page
function until(box, on) {
  const all = boxes();
  const from = all.indexOf(last);
  const [first, end] = [from < 0 ? all.indexOf(box) : from, all.indexOf(box)].sort((a, b) => a - b);
  for (const each of all.slice(first, end + 1)) pick(each, on);
}

function tick(box, { shift = false, on = !box.checked } = {}) {
  if (shift) until(box, on);
  else pick(box, on);
  last = box;
  count();
}

// the button, or its key while a card has the focus
export function toggle(event) {
  const card = event.detail === 0 && document.activeElement?.closest?.(".card[data-move-url]");
  if (!card) {
    const leaving = picking;
    set(!picking);
    if (leaving) document.querySelector(".filters [data-pick-mode]").focus();
    return;
  }
  if (!picking) set(true);
  const box = card.querySelector("[data-pick]");
  tick(box);
  box.focus();
}

document.addEventListener("click", (event) => {
  if (!picking) return;
  if (event.target.closest("[data-pick-none]")) {
    none();
    count();
    return;
  }
  const card = event.target.closest("[data-board] .card");
  if (!card || event.target.closest(".menu, .moved")) return;
  if (!card.dataset.moveUrl) { // not ours to move: nothing opens over the selection
    event.preventDefault();
    return;
  }
  const box = card.querySelector("[data-pick]");
  if (event.target === box) tick(box, { shift: event.shiftKey, on: box.checked });
  else {
    event.preventDefault();
    tick(box, { shift: event.shiftKey });
  }
}, true);

document.addEventListener("keydown", (event) => {
  if (!picking || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape" && !document.querySelector("details[data-menu][open], dialog[open]")) {
    const card = document.activeElement.closest(".card");
    set(false);
    (card?.querySelector("h3 a") ?? document.querySelector(".filters [data-pick-mode]")).focus();
    return;
  }
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step || !event.target.matches?.("[data-pick]")) return;
  event.preventDefault();
  const all = boxes();
  const next = all[all.indexOf(event.target) + step];
  if (!next) return;
  if (event.shiftKey) {
    if (event.target.checked) tick(next, { on: true });
    else tick(event.target, { on: true });
  }
  next.focus();
});

function show({ data }) {
  if (!data?.cards) return false;
  showCards(data);
  return true;
}

document.addEventListener("submit", async (event) => {
  if (event.target !== bar()) return;
  event.preventDefault();
  if (isWaiting() || !picked.size) return;
  const fields = new FormData(event.target, event.submitter);
  const inOrder = [...document.querySelectorAll("[data-board] .card")].filter((card) => picked.has(numberOf(card)));
  for (const card of inOrder) fields.append("card", `${numberOf(card)}.${card.dataset.version}`);
  wait(true);
  const answer = await send(event.target.action, fields);
  wait(false);
  if (!show(answer)) {
    if (!answer.triggers.toast) document.dispatchEvent(new CustomEvent("toast", { detail: { text: reason(answer) } }));
    return;
  }
  none();
  for (const number of answer.data.kept) {
    const box = cardBy(number)?.querySelector("[data-pick]");
    if (box) pick(box, true);
  }
  if (picked.size) return count();
  set(false);
  const moved = cardOf(cardBy(numberOf(inOrder[0]))?.closest("li"))?.querySelector("h3 a");
  (moved?.checkVisibility() ? moved : document.querySelector(".filters [data-pick-mode]")).focus();
});

document.addEventListener("undone", (event) => show(event.detail) && event.preventDefault());
document.addEventListener("cardPut", (event) => dress(event.detail));
document.addEventListener("htmx:afterSettle", () => {
  if (!picking || document.querySelector("#board-page[data-picking]")) return dress();
  set(true); // another selection of cards came in
});
