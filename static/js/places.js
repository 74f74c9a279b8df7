// Pieces change places among their siblings: dragged by the grip ([data-grip]), with the arrow keys on it, or by the
// piece's menu. A move posts its neighbour, { before } or { after }, to the grip's data-move-url; the answer is what the
// siblings stand in, and a toast (read aloud) with an undo. A refused or failed move puts the piece back and says why.
import "../vendor/sortablejs/Sortable.min.js";
import { keepOpen } from "./edit.js";
import { reason, send } from "./send.js";

let isWaiting = false;
let origin;

const numberOf = (piece) => piece.id.split("-").pop();
const gripOf = (piece) => piece.querySelector(`[data-grip="${piece.dataset.sortable}"]`);
function sibling(piece, step) {
  const side = step < 0 ? "previousElementSibling" : "nextElementSibling";
  let next = piece[side];
  while (next && next.dataset.sortable !== piece.dataset.sortable) next = next[side];
  return next;
}

// called when pointer or focus reaches a piece: all lists of the page, so that a finger's first press drags already
export function ready() {
  for (const piece of document.querySelectorAll(":not([data-drags]) > [data-sortable]")) {
    const list = piece.parentElement;
    if ("drags" in list.dataset) continue;
    new Sortable(list, options(piece.dataset.sortable));
    list.dataset.drags = ""; // the pointer over a grip says so
  }
}

const options = (kind) => ({
  draggable: `[data-sortable="${kind}"]`,
  handle: `[data-grip="${kind}"]`,
  filter: () => isWaiting,
  animation: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 120,
  delay: 120, delayOnTouchOnly: true, touchStartThreshold: 6,
  forceFallback: true, fallbackTolerance: 4, fallbackClass: "is-lifted", ghostClass: "is-slot",
  scrollSensitivity: 80, bubbleScroll: true,
  onStart({ item }) {
    origin = { parent: item.parentElement, next: item.nextSibling };
    document.documentElement.classList.add("is-placing");
  },
  onEnd: () => document.documentElement.classList.remove("is-placing"),
  onUpdate({ item }) {
    const { parent, next } = origin;
    const [below, above] = [sibling(item, 1), sibling(item, -1)];
    const fields = below ? { before: numberOf(below) } : { after: numberOf(above) };
    move(item, fields, () => parent.insertBefore(item, next?.isConnected ? next : null));
  },
});

// one place on (-1: back); at the end the server says so
export function step(piece, way) {
  const beside = sibling(piece, way);
  if (beside) return move(piece, { [way < 0 ? "before" : "after"]: numberOf(beside) });
  return move(piece, { to: way < 0 ? "up" : "down" });
}

async function move(piece, fields, putBack) {
  if (isWaiting || !piece.isConnected) return;
  isWaiting = true;
  const answer = await send(gripOf(piece).dataset.moveUrl, fields);
  isWaiting = false;
  if (answer.ok) {
    show(answer.html);
  } else {
    putBack?.();
    if (!answer.triggers.toast) document.dispatchEvent(new CustomEvent("toast", { detail: { text: reason(answer) } }));
  }
  const moved = document.getElementById(piece.id);
  if (moved) gripOf(moved)?.focus();
}

// true when the answer is a list of this page
function show(html) {
  const box = document.createElement("template");
  box.innerHTML = html;
  const list = box.content.querySelector("[id]");
  const shown = list && document.getElementById(list.id);
  if (!shown) return false;
  const putBack = keepOpen(shown);
  shown.replaceWith(list);
  putBack();
  htmx.process(list);
  ready();
  return true;
}

document.addEventListener("undone", (event) => show(event.detail.html) && event.preventDefault());

// the menu's up and down go the same way, before htmx sees them
document.addEventListener("submit", (event) => {
  const { submitter, target } = event;
  if (submitter?.name !== "to" || !target.matches(".piece-menu form")) return;
  event.preventDefault();
  event.stopPropagation();
  target.closest("details").open = false;
  step(target.closest("[data-sortable]"), submitter.value === "up" ? -1 : 1);
}, true);
document.addEventListener("htmx:afterSettle", ready); // lists that were answered anew
