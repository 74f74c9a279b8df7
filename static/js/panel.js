// An action beside the board: [data-panel], with the page of the action in it. Its number is in the address (?action=7),
// so reload, back and a shared link bring it along. On a phone it covers the page. Forms that are asked for in here open
// in here (dialog.js); what changes meanwhile comes in (fresh.js). Fetched by board.js when a card is opened, or the
// address names one.
import { closeForm } from "./fresh.js";

export const panel = () => document.querySelector("[data-panel]");
export const body = () => document.getElementById("panel-body");
export const cardOf = (number) => document.getElementById(`action-${number}`);
const isPhone = matchMedia("(max-width: 700px)");
export let shown = null; // the number of the action that stands open

const numberIn = (search) => new URLSearchParams(search).get("action")?.match(/^\d{1,15}$/)?.[0] ?? null;
function addressWith(number) {
  const query = new URLSearchParams(location.search);
  query.delete("action");
  if (number) query.set("action", number);
  return `${location.pathname}?${query}`.replace(/\?$/, "");
}
let drawn = addressWith(null); // the board that stands there, whatever is beside it

// ---- opening and closing ----
export function open(number) {
  if (number !== numberIn(location.search)) goTo(number);
  return sync();
}

function close() {
  goTo(null);
  sync();
}

function goTo(number) {
  history.replaceState(null, "", location.href); // going back to it needs no page from htmx
  history.pushState(null, "", addressWith(number));
}

async function sync() {
  const number = numberIn(location.search);
  if (number === shown) return;
  closeForm();
  if (number) await show(number);
  else hide();
}

async function show(number) {
  const wasOpen = shown !== null;
  shown = number;
  const address = `${panel().dataset.panel}${number}/`;
  panel().querySelector("[data-panel-page]").href = address;
  if (!wasOpen) await dressed();
  staying(cardOf(number), () => {
    panel().hidden = false;
    document.documentElement.dataset.beside = "";
    mark();
  });
  body().setAttribute("aria-busy", "true");
  await fetched(address, { target: "#panel-body", swap: "innerHTML" });
  if (shown !== number) return;
  body().removeAttribute("aria-busy");
  if (document.getElementById("action")?.getAttribute("hx-get") !== address) { // it is not there: the toast says so
    history.replaceState(null, "", addressWith(null));
    return sync();
  }
  body().scrollTop = 0;
  cover();
  panel().focus({ preventScroll: true });
}

// no connection: the toast says so too
export const fetched = (address, into) => htmx.ajax("GET", address, into).catch(() => {});

function hide() {
  const card = cardOf(shown);
  const held = panel().contains(document.activeElement) || document.activeElement === document.body;
  shown = null;
  staying(card, () => {
    panel().hidden = true;
    delete document.documentElement.dataset.beside;
    mark();
  });
  body().replaceChildren();
  cover();
  if (!held) return;
  const isSeen = card?.isConnected && card.checkVisibility(); // it may be in a folded column, or archived
  (isSeen ? card.querySelector("h3 a") : document.getElementById("main")).focus({ preventScroll: true });
  if (isSeen) card.scrollIntoView({ block: "nearest" });
}

// the card stays where it is on the screen, although the board becomes narrower or wider
function staying(card, change) {
  const before = card?.getBoundingClientRect().top;
  change();
  if (card) scrollBy({ top: card.getBoundingClientRect().top - before, behavior: "instant" });
}

// the styles of the action's page are asked for with the first action
async function dressed() {
  const links = document.querySelectorAll("link[data-panel-style][disabled]");
  await Promise.all([...links].map((link) => new Promise((resolve) => {
    link.onload = link.onerror = resolve;
    link.disabled = false;
  })));
}

// on a phone nothing behind it can be reached
function cover() {
  const covers = isPhone.matches && shown !== null;
  for (const [name, value] of [["role", "dialog"], ["aria-modal", "true"]]) {
    if (covers) panel().setAttribute(name, value);
    else panel().removeAttribute(name);
  }
  for (let node = panel(); node !== document.body; node = node.parentElement) {
    for (const other of node.parentElement.children) if (other !== node && !other.matches("#toasts, dialog")) other.inert = covers;
  }
}
isPhone.addEventListener("change", cover);

export function mark() {
  for (const card of document.querySelectorAll("[data-board] .card.is-open")) card.classList.remove("is-open");
  if (shown) cardOf(shown)?.classList.add("is-open");
}

// ---- keys, clicks, the browser's history ----
document.addEventListener("click", (event) => {
  if (event.target.closest?.("[data-panel-close]")) close();
});
// after everybody else has seen the key: a menu, a form or a dialog goes first
addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.defaultPrevented || !shown || document.querySelector("dialog:modal")) return;
  const { target } = event;
  if (target !== document.body && !target.closest?.("[data-panel], [data-board] .card")) return;
  event.preventDefault();
  close();
});
// the same board with another action, or none, beside it: nothing else has to be fetched
addEventListener("popstate", (event) => {
  if (event.state?.htmx) return; // it fetches the page
  if (addressWith(null) === drawn) sync();
  else location.reload();
});
// another filter: what is open stays open, and in the address
document.addEventListener("htmx:pushedIntoHistory", () => {
  drawn = addressWith(null);
  if (shown) history.replaceState(null, "", addressWith(shown));
});

sync();
