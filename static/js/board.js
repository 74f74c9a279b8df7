// The board: drag with mouse or finger, and the same moves from the card's menu (forms with data-move-form).
// One move posts { status, before | after, version } to the card's data-move-url. The answer is the card's <li>, and
// HX-Trigger carries counts, toast and, where it differs from the drop, place. A refused move puts the card back.
import "../vendor/sortablejs/Sortable.min.js";
import { cardOf, count, markLive, numberOf, parse, put } from "./cards.js";
import { reason, send } from "./send.js";

const board = document.querySelector("[data-board]");
const lists = [];
let isDragging = false;
let isWaiting = false;
let origin;

const say = (text) => document.body.dispatchEvent(new CustomEvent("toast", { bubbles: true, detail: { text } }));

function block(waiting) {
  isWaiting = waiting;
  board.classList.toggle("is-waiting", waiting);
  for (const list of lists) list.option("disabled", waiting);
}

function show(answer) {
  const [item] = parse(answer.html);
  return item ? put(item, answer.triggers.place) : null;
}

async function move(url, fields, putBack) {
  block(true);
  const answer = await send(url, fields);
  block(false);
  if (answer.ok) return show(answer);
  putBack?.();
  const [current] = parse(answer.html); // a conflict may bring the card as it is now
  if (current) put(current, answer.triggers.place);
  if (!answer.triggers.toast) say(reason({ ...answer, html: current ? "" : answer.html }));
  return null;
}

function dropped({ item, to }) {
  const { parent, next } = origin;
  const card = cardOf(item);
  const below = numberOf(item.nextElementSibling);
  const above = numberOf(item.previousElementSibling);
  const fields = { status: to.closest("[data-status]").dataset.status, version: card.dataset.version };
  if (below) fields.before = below;
  else if (above) fields.after = above;
  move(card.dataset.moveUrl, fields, () => parent.insertBefore(item, next?.isConnected ? next : null));
}

for (const list of document.querySelectorAll("[data-board] [data-list]")) {
  lists.push(new Sortable(list, {
    group: list.closest(".lane")?.id || "board",
    draggable: "li:has(> [data-move-url])",
    filter: "button, summary, .menu, input, select",
    preventOnFilter: false,
    animation: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 120,
    delay: 180, delayOnTouchOnly: true, touchStartThreshold: 6,
    forceFallback: true, fallbackOnBody: true, fallbackTolerance: 4, fallbackClass: "is-lifted",
    ghostClass: "is-slot", scrollSensitivity: 60, bubbleScroll: true,
    onStart({ item }) {
      isDragging = true;
      document.activeElement.blur(); // the next key is a shortcut, not a letter in the search field
      board.classList.add("is-dragging");
      origin = { parent: item.parentElement, next: item.nextElementSibling };
    },
    onEnd: () => setTimeout(() => { isDragging = board.classList.toggle("is-dragging", false); }),
    onUpdate: dropped,
    onAdd: dropped,
  }));
}

document.addEventListener("click", (event) => isDragging && board.contains(event.target) && event.preventDefault(), true);
document.addEventListener("submit", async (event) => {
  const form = event.target.closest("[data-move-form]");
  if (!form) return;
  event.preventDefault();
  const item = await move(form.action, new FormData(form, event.submitter));
  item?.querySelector("summary, a")?.focus();
});
document.addEventListener("undone", (event) => {
  const item = show(event.detail);
  if (item) event.preventDefault();
});
document.addEventListener("counts", (event) => count(event.detail));

// others' changes: [data-poll] asks by htmx; never in the middle of a drag, an open menu or a request
document.addEventListener("htmx:beforeRequest", (event) => {
  if (!event.detail.elt.matches("[data-poll]")) return;
  if (isDragging || isWaiting || board.querySelector("details[data-menu][open]")) event.preventDefault();
});
document.addEventListener("htmx:beforeSwap", (event) => {
  if (!event.detail.elt.matches("[data-poll]")) return;
  for (const item of parse(event.detail.xhr.responseText)) {
    const { status, before } = item.dataset;
    const placed = put(item, status && { status, before });
    if (placed && "live" in item.dataset) markLive(placed);
  }
});
