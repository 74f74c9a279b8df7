// One move of a card, by dragging or from its menu (forms with data-move-form), and its undo.
// A move posts { status, before | after, version } to the card's data-move-url. The answer is the card's <li>, and
// HX-Trigger carries counts, place and toast. A refused move puts the card back where it was, or where it really is.
import { cardOf, count, numberOf, parse, put } from "./cards.js";
import { reason, send } from "./send.js";

let waiting = false;
export const isWaiting = () => waiting;

const say = (text) => document.body.dispatchEvent(new CustomEvent("toast", { bubbles: true, detail: { text } }));

function wait(is) {
  waiting = is;
  document.querySelector("[data-board]")?.classList.toggle("is-waiting", is);
}

function show(answer) {
  const [item] = parse(answer.html);
  return item ? put(item, answer.triggers.place) : null;
}

async function move(url, fields, putBack) {
  wait(true);
  const answer = await send(url, fields);
  wait(false);
  if (answer.ok) return show(answer);
  putBack?.();
  const current = show(answer); // a conflict may bring the card as it is now
  if (!answer.triggers.toast) say(reason({ ...answer, html: current ? "" : answer.html }));
  return null;
}

// origin: { parent, next } where the card was lifted
export function dropped(item, list, origin) {
  const card = cardOf(item);
  const below = numberOf(item.nextElementSibling);
  const above = numberOf(item.previousElementSibling);
  const fields = { status: list.closest("[data-status]").dataset.status, version: card.dataset.version };
  if (below) fields.before = below;
  else if (above) fields.after = above;
  const putBack = () => origin.parent.insertBefore(item, origin.next?.isConnected ? origin.next : null);
  return move(card.dataset.moveUrl, fields, putBack);
}

document.addEventListener("submit", async (event) => {
  const form = event.target.closest("[data-board] [data-move-form]");
  if (!form) return;
  event.preventDefault();
  if (waiting) return;
  form.closest("details")?.removeAttribute("open");
  const item = await move(form.action, new FormData(form, event.submitter));
  item?.querySelector("summary, a")?.focus();
});
document.addEventListener("undone", (event) => {
  if (show(event.detail)) event.preventDefault();
});
document.addEventListener("counts", (event) => count(event.detail));
