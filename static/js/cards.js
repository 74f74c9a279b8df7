// Puts cards of the board in their place: after a move, after an undo, and when others move them.
// Lists are [data-list] inside a column [data-status]; in lanes a card stays in its own lane.
const CALM = 220;
const LIVE = 8000;

export const cardOf = (item) => item?.querySelector(":scope > .card");
export const numberOf = (item) => cardOf(item)?.id.replace("action-", "");
const still = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

export function parse(html) {
  const box = document.createElement("template");
  box.innerHTML = html;
  return [...box.content.querySelectorAll("li")].filter(cardOf);
}

// place: { status, before } or { status, after } (numbers of neighbours); no neighbour: top of the column; absent: stay.
// A card below that is not shown yet (older ones in Done) means the end of what is shown.
export function put(item, place) {
  const old = document.getElementById(cardOf(item).id)?.closest("li");
  const from = old?.getBoundingClientRect();
  const root = old?.closest(".lane") ?? document.querySelector("[data-board]");
  if (!place) {
    old?.replaceWith(item);
  } else {
    const list = root.querySelector(`[data-status="${place.status}"] [data-list]`);
    old?.remove();
    const near = document.getElementById(`action-${place.before ?? place.after}`)?.closest("li");
    if (!list) return null;
    if (near?.parentElement !== list) place.before ? list.append(item) : list.prepend(item);
    else if (place.before) near.before(item);
    else near.after(item);
  }
  htmx.process(item);
  if (from) glide(item, from);
  return item;
}

function glide(item, from) {
  const to = item.getBoundingClientRect();
  const [x, y] = [from.left - to.left, from.top - to.top];
  if (still() || (!x && !y)) return;
  item.animate([{ transform: `translate(${x}px, ${y}px)` }, { transform: "none" }], { duration: CALM, easing: "ease-out" });
}

// somebody else moved it: an accent border for 8 seconds
export function markLive(item) {
  const card = cardOf(item);
  card.classList.add("is-live");
  setTimeout(() => {
    card.classList.remove("is-live");
    card.querySelector(".moved")?.remove();
  }, LIVE);
}

// how many there are now, by the key of the column (in lanes every column has its own); a key left out is empty
export function count(counts) {
  for (const label of document.querySelectorAll("[data-count-for]")) {
    const number = counts[label.dataset.countFor] ?? 0;
    label.textContent = number;
    const column = label.closest("[data-status]");
    if (column) column.dataset.count = number;
  }
}
