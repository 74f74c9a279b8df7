// An action beside the board: [data-panel], with the page of the action in it. Its number is in the address (?action=7),
// so reload, back and a shared link bring it along. On a phone it covers the page. Forms that are asked for in here open
// in here (dialog.js). Fetched by board.js when a card is opened, or the address names one.
const panel = () => document.querySelector("[data-panel]");
const body = () => document.getElementById("panel-body");
const cardOf = (number) => document.getElementById(`action-${number}`);
const isPhone = matchMedia("(max-width: 700px)");
let shown = null;
let isStale = false;

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
  isStale = false;
  const address = `${panel().dataset.panel}${number}/`;
  panel().querySelector("[data-panel-page]").href = address;
  if (!wasOpen) await dressed();
  staying(cardOf(number), () => {
    panel().hidden = false;
    document.documentElement.dataset.beside = "";
    mark();
  });
  body().setAttribute("aria-busy", "true");
  await htmx.ajax("GET", address, { target: "#panel-body", swap: "innerHTML" });
  if (shown !== number) return;
  body().removeAttribute("aria-busy");
  if (!document.getElementById("action")) return close(); // it is not there: the toast says so
  body().scrollTop = 0;
  cover();
  panel().focus({ preventScroll: true });
}

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

function mark() {
  for (const card of document.querySelectorAll("[data-board] .card.is-open")) card.classList.remove("is-open");
  if (shown) cardOf(shown)?.classList.add("is-open");
}

// ---- what changes while it is open ----
const form = () => panel().querySelector("dialog[open]");
const closeForm = () => form()?.close();
const isTyping = () =>
  Boolean(form() || body().querySelector("[data-edit-form], details[data-menu][open]"))
  || [...body().querySelectorAll("input:not([type=hidden]), textarea, select")].some((field) =>
    field.matches("[type=checkbox], [type=radio]") ? field.checked !== field.defaultChecked : field.value !== (field.defaultValue ?? field.value));

async function refresh() {
  if (!shown) return;
  isStale = isTyping();
  if (isStale) return;
  const [number, { scrollTop }] = [shown, body()];
  await htmx.ajax("GET", `${panel().dataset.panel}${number}/`, { target: "#action", swap: "outerHTML" });
  if (shown !== number) return;
  body().scrollTop = scrollTop;
}
document.addEventListener("boardTouched", ({ detail }) => {
  mark();
  if (detail.includes(Number(shown))) refresh();
});
document.addEventListener("place", refresh); // the reader moved or changed a card on the board
document.addEventListener("focusout", () => isStale && setTimeout(refresh));
document.addEventListener("undone", (event) => {
  if (!shown) return;
  event.preventDefault();
  refresh();
  document.dispatchEvent(new CustomEvent("boardChanged"));
});
// what is saved in here is on the board at once
document.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (shown && detail.successful && detail.requestConfig.verb !== "get") document.dispatchEvent(new CustomEvent("boardChanged"));
});
document.addEventListener("htmx:afterSettle", mark);

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
