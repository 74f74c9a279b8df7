// The board: cards are dragged with mouse or finger (a long press), and others' changes come in (live.js).
// Lists are [data-list] in a column [data-status] inside [data-board]; a card without data-move-url stays where it is.
import "../vendor/sortablejs/Sortable.min.js";
import { live } from "./live.js";
import { dropped, isWaiting } from "./moves.js";

const board = () => document.querySelector("[data-board]");
let isDragging = false;
let origin;

const drop = ({ item, to }) => dropped(item, to, origin);
const options = {
  draggable: "li:has(> [data-move-url])",
  filter: (event) => isWaiting() || board().closest("[data-picking]") || event.target.closest("button, summary, .menu, input, select"),
  preventOnFilter: false,
  animation: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 120,
  delay: 180, delayOnTouchOnly: true, touchStartThreshold: 6,
  forceFallback: true, fallbackOnBody: true, fallbackTolerance: 4, fallbackClass: "is-lifted",
  ghostClass: "is-slot", scrollSensitivity: 60, bubbleScroll: true,
  onStart({ item }) {
    isDragging = true;
    document.activeElement.blur(); // the next key is a shortcut, not a letter in the search field
    board().classList.add("is-dragging");
    origin = { parent: item.parentElement, next: item.nextElementSibling };
  },
  onEnd() {
    board().classList.remove("is-dragging");
    setTimeout(() => { isDragging = false; }); // after the click that ends the drag
  },
  onUpdate: drop,
  onAdd: drop,
};

// ---- what waits for the first touch: folding (folds.js), selecting (picks.js) ----
const folds = (act) => import("./folds.js").then(act);
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-fold], [data-pick-mode]");
  if (!button) return;
  event.preventDefault();
  if ("fold" in button.dataset) folds((module) => module.fold(button));
  else import("./picks.js").then((module) => module.toggle(event));
});
document.addEventListener("change", ({ target }) => {
  if (target.matches(".column-tabs [name=column]")) folds((module) => module.column(target));
});
document.addEventListener("click", (event) => {
  const lane = event.target.closest("[data-lane] > summary")?.parentElement;
  if (lane && !event.defaultPrevented) setTimeout(() => folds((module) => module.lane(lane)));
});

// a filter swaps the board: its new lists have to be dragged from and to as well
function start() {
  for (const list of document.querySelectorAll("[data-board] [data-list]")) {
    if (!Sortable.get(list)) new Sortable(list, { ...options, group: list.closest(".lane")?.id || "board" });
  }
}
start();
document.addEventListener("htmx:afterSettle", start);

document.addEventListener("click", (event) => {
  if (isDragging && event.target.closest("[data-board]")) event.preventDefault();
}, true);

live(() => isDragging);

// a card opens beside the board; with a key held down, or without script, on a page of its own
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("[data-board] .card h3 a");
  if (!link || event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  import("./panel.js").then((panel) => panel.open(link.closest(".card").id.replace("action-", "")));
});
if (new URLSearchParams(location.search).has("action")) import("./panel.js");

let quick;
document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.detail.target?.matches?.("[data-quick-form]")) quick ??= import("./quick.js");
});
