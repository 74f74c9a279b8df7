// Cards of the board change places: after a move (by dragging, or a form with data-move-form in the card's menu), after
// its undo, and when others move them. A move posts { status, before | after, version } to the card's data-move-url.
// The answer is the card's <li>; HX-Trigger carries counts, place and toast. A refused move puts the card back.
import { reason, send } from "./send.js";

const CALM = 220;
let waiting = false;
export const isWaiting = () => waiting;

export const cardOf = (item) => item?.querySelector(":scope > .card");
const numberOf = (item) => cardOf(item)?.id.replace("action-", "");
const byNumber = (number) => document.getElementById(`action-${number}`)?.closest("li");

export function parse(html) {
  const box = document.createElement("template");
  box.innerHTML = html;
  return [...box.content.querySelectorAll("li")].filter(cardOf);
}

// place: { status, before } or { status, after } (numbers of neighbours); no neighbour: top of the column; absent: stay.
// A card below that is not shown (older ones in Done) means the end of what is. `root`: its lane, when it may be another.
export function put(item, place) {
  const old = byNumber(numberOf(item));
  const from = old?.getBoundingClientRect();
  if (place) {
    const root = place.root ?? old?.closest(".lane") ?? document.querySelector("[data-board]");
    const list = root.querySelector(`[data-status="${place.status}"] [data-list]`);
    old?.remove();
    if (!list) return null;
    const near = byNumber(place.before ?? place.after);
    if (near?.parentElement !== list) place.before ? list.append(item) : list.prepend(item);
    else place.before ? near.before(item) : near.after(item);
  } else {
    old?.replaceWith(item);
  }
  htmx.process(item);
  document.dispatchEvent(new CustomEvent("cardPut", { detail: item }));
  if (from) glide(item, from);
  return item;
}

function glide(item, from) {
  const to = item.getBoundingClientRect();
  const [x, y] = [from.left - to.left, from.top - to.top];
  if ((!x && !y) || matchMedia("(prefers-reduced-motion: reduce)").matches) return;
  item.animate([{ transform: `translate(${x}px, ${y}px)` }, { transform: "none" }], { duration: CALM, easing: "ease-out" });
}

function show(answer) {
  const [item] = parse(answer.html);
  return item ? put(item, answer.triggers.place) : null;
}

export function wait(is) {
  waiting = is;
  document.querySelector("[data-board]")?.classList.toggle("is-waiting", is);
}

async function move(url, fields, putBack) {
  wait(true);
  const answer = await send(url, fields);
  wait(false);
  if (answer.ok) return show(answer);
  putBack?.();
  const current = show(answer); // a conflict may bring the card as it is now
  const text = reason({ ...answer, html: current ? "" : answer.html });
  if (!answer.triggers.toast) document.dispatchEvent(new CustomEvent("toast", { detail: { text } }));
  return null;
}

// a folded column shows no place: the top
const isFolded = (list) => list.closest(".is-folded")?.clientWidth < 100;

// origin: { parent, next } where the card was lifted
export function dropped(item, list, origin) {
  const { version, moveUrl } = cardOf(item).dataset;
  const fields = { status: list.closest("[data-status]").dataset.status, version };
  const [below, above] = [numberOf(item.nextElementSibling), numberOf(item.previousElementSibling)];
  if (below && !isFolded(list)) fields.before = below;
  else if (above && !isFolded(list)) fields.after = above;
  const putBack = () => origin.parent.insertBefore(item, origin.next?.isConnected ? origin.next : null);
  return move(moveUrl, fields, putBack);
}

document.addEventListener("submit", async (event) => {
  const form = event.target.closest("[data-board] [data-move-form]");
  if (!form) return;
  event.preventDefault();
  if (waiting) return;
  form.closest("details")?.removeAttribute("open");
  const card = form.closest("li");
  const near = [card.nextElementSibling, card.previousElementSibling];
  const column = card.closest("[data-status]");
  const item = await move(form.action, new FormData(form, event.submitter));
  // where it went may not be seen: folded, or another column on a phone
  const shown = [item, ...near].find((one) => one?.isConnected && one.checkVisibility());
  (shown?.querySelector("summary, a") ?? document.getElementById(`tab-${column.dataset.status}`))?.focus();
});
document.addEventListener("undone", (event) => show(event.detail) && event.preventDefault());

const sum = (counts, end) => Object.keys(counts).reduce((n, key) => n + (key.endsWith(end) ? counts[key] : 0), 0);

// how many there are now, by the key of the column (in lanes every column has its own; [data-total-for] may be of
// all lanes); a key left out is empty
document.addEventListener("counts", ({ detail }) => {
  for (const label of document.querySelectorAll("[data-count-for], [data-total-for]")) {
    const key = label.dataset.countFor ?? label.dataset.totalFor;
    label.textContent = detail[key] ?? sum(detail, `-${key}`);
    label.closest("[data-status]")?.setAttribute("data-count", label.textContent);
  }
});
