// Others' changes on the board come in: [data-live] (the address that tells them) with data-since (the stamp of what is
// shown), and [data-live-said] for who does not see it happen. It asks every few seconds while the page is seen, and
// waits while `isBusy()`: a drag, an open menu or dialog, somebody typing. The filters are those of the page's address.
// What the reader saved beside the cards (`actionSaved`, `boardChanged`) comes in at once. Afterwards `boardTouched` tells
// the numbers of the cards that others changed, or that left.
import { cardOf, isWaiting, parse, put } from "./moves.js";

const EVERY = 4000;
const MARKED = 8000;
const QUIET = 15000; // between two spoken sentences
const TYPING = 1500; // after the last key
let isDragging = () => false;
let typedAt = 0;
let saidAt = 0;
let asking = false;
let again = false;

const page = () => document.querySelector("[data-live]");
const cardBy = (number) => document.getElementById(`action-${number}`);

export function live(dragging) {
  isDragging = dragging;
  setInterval(ask, EVERY);
  document.addEventListener("visibilitychange", ask);
  document.addEventListener("input", () => { typedAt = Date.now(); }, true);
  for (const name of ["actionSaved", "boardChanged"]) document.addEventListener(name, () => setTimeout(askNow));
  if (!document.hidden) ask(); // a page from the browser's history may be an old one
}

const isBusy = () =>
  document.hidden || isDragging() || isWaiting() || Date.now() - typedAt < TYPING
  || Boolean(document.querySelector("details[data-menu][open], dialog:modal, .htmx-request:not(#panel *, .quick *)"));

function askNow() {
  typedAt = 0;
  again = asking;
  ask();
}

async function ask() {
  const asked = page();
  if (!asked || asking || isBusy()) return;
  asking = true;
  const { since } = asked.dataset;
  try {
    const query = new URLSearchParams(location.search);
    query.set("since", since);
    const answer = await fetch(`${asked.dataset.live}?${query}`);
    if (answer.redirected && answer.url.includes("/accounts/login/")) location.reload();
    const changes = answer.status === 200 && !answer.redirected ? await answer.json() : null;
    // what cannot be shown now is asked for again: the stamp stays
    if (changes && asked.isConnected && asked.dataset.since === since && !isBusy()) show(asked, changes);
  } catch { // no connection: the next time
  } finally {
    asking = false;
  }
  if (again) askNow();
}

// cards that changed, in place: { cards: [{ html, place, note }], gone: [number] }; false when the whole page is fetched
export function showCards(changes) {
  if (changes.whole || changes.cards.some(({ place }) => place.lane && !laneOf(place))) {
    fetchAll();
    return false;
  }
  const restore = rememberFocus();
  for (const card of changes.cards) place(card);
  for (const number of changes.gone) cardBy(number)?.closest("li").remove();
  restore();
  return true;
}

function show(asked, changes) {
  if (!showCards(changes)) return;
  document.dispatchEvent(new CustomEvent("counts", { detail: changes.counts }));
  asked.dataset.since = changes.since;
  showHead(changes);
  say(changes.said);
  const others = changes.cards.filter(({ note }) => note).map(({ html }) => Number(html.match(/id="action-(\d+)"/)[1]));
  document.dispatchEvent(new CustomEvent("boardTouched", { detail: [...others, ...changes.gone] }));
}

// what stands above the board: the plan's summary, and the number of the filter 'off plan'
function showHead({ summary, off_plan: number }) {
  document.querySelector("[data-summary]").outerHTML = summary;
  for (const count of document.querySelectorAll("[data-off-plan]")) {
    count.textContent = number;
    count.hidden = !number;
  }
}

const laneOf = ({ lane }) => document.getElementById(`lane-${lane}`);

function place({ html, place: to, note }) {
  const [item] = parse(html);
  const old = cardBy(cardOf(item).id.replace("action-", ""))?.closest("li");
  if (!old && to.status === "done" && to.after && to.before && !cardBy(to.before)) return; // below the ones of Done that are shown
  if (old && isSame(old, item) && stands(old, to)) return;
  const before = to.after ? to.before ?? "end" : undefined; // none above: the top
  put(item, { status: to.status, before, root: to.lane ? laneOf(to) : undefined });
  if (note) mark(item, note);
}

// without its menu, which may have been filled, and without what was marked before
function looks(item) {
  const copy = item.cloneNode(true);
  copy.querySelectorAll(".menu, .moved, .card-tick").forEach((part) => part.remove());
  copy.querySelector(".card").classList.remove("is-live");
  return copy.innerHTML;
}
const isSame = (old, item) => looks(old) === looks(item);

function stands(old, { lane, status, before, after }) {
  const there = (neighbour, number) => !number || neighbour?.contains(cardBy(number));
  return old.closest("[data-status]").dataset.status === status
    && (!lane || old.closest(".lane").id === `lane-${lane}`)
    && there(old.nextElementSibling, before) && there(old.previousElementSibling, after);
}

function mark(item, note) {
  const card = cardOf(item);
  card.classList.add("is-live");
  card.append(Object.assign(document.createElement("p"), { className: "moved", textContent: note }));
  setTimeout(() => {
    card.classList.remove("is-live");
    card.querySelector(".moved")?.remove();
  }, MARKED);
}

// the same link or button of the same card, of the next one when it is gone, else the heading of its column
function rememberFocus() {
  const held = document.activeElement?.closest?.("[data-list] li");
  if (!held) return () => {};
  const part = ["summary", ".card-tick"].find((one) => document.activeElement.matches(one)) ?? "h3 a";
  const [near, column] = [held.nextElementSibling ?? held.previousElementSibling, held.closest("[data-status]")];
  const { id } = cardOf(held);
  return () => {
    if (document.activeElement?.closest("[data-list] li")) return;
    const item = document.getElementById(id)?.closest("li") ?? (near?.isConnected ? near : null);
    const goal = item?.querySelector(part) ?? column.querySelector("h2");
    if (!item) goal.tabIndex = -1;
    goal.focus({ preventScroll: true });
  };
}

async function fetchAll() {
  const [x, y] = [scrollX, scrollY];
  const restore = rememberFocus();
  await htmx.ajax("GET", location.pathname + location.search, { target: "#board-page", swap: "outerHTML" });
  restore();
  scrollTo(x, y);
}

function say(text) {
  if (!text || Date.now() - saidAt < QUIET) return;
  saidAt = Date.now();
  page().querySelector("[data-live-said]").textContent = text;
}
