// A session in preparation keeps itself true: [data-ready] (the address that says whether data-stamp still holds). When it
// does not, the page is fetched and what it says of the agenda, of people and of the plan is put in the place of the old.
// It asks while the page is seen, and waits while somebody types, drags, or has a menu or the dialog open.
const EVERY = 4000;
const MARKED = 8000;
const PIECES = [".head .summary", "#session-agenda", "#session-side"];
let asking = false;

const side = () => document.querySelector("[data-ready]");
const isBusy = () =>
  document.documentElement.matches(".is-placing")
  || Boolean(document.querySelector("#session details[data-menu][open], dialog[open], #session .htmx-request"))
  || Boolean(document.activeElement?.matches("#session :is(input, textarea, select)"));

async function ask() {
  const shown = side();
  if (!shown || asking || document.hidden || isBusy()) return;
  asking = true;
  try {
    const answer = await fetch(`${shown.dataset.ready}?since=${encodeURIComponent(shown.dataset.stamp)}`);
    if (answer.redirected) location.reload();
    else if (answer.status === 200 && shown.isConnected && !isBusy()) await fetchAgain();
  } catch { // no connection: the next time
  } finally {
    asking = false;
  }
}

async function fetchAgain() {
  const answer = await fetch(location.href);
  if (!answer.ok || answer.redirected || isBusy()) return;
  const next = new DOMParser().parseFromString(await answer.text(), "text/html");
  const state = (root) => root.querySelector("[data-session-state]")?.dataset.sessionState;
  if (state(next) !== state(document)) {
    location.reload(); // it started, closed or was cancelled: another page altogether
    return;
  }
  const owed = new Map(people(document));
  for (const piece of PIECES) put(document.querySelector(piece), next.querySelector(piece));
  for (const [person, count, row] of people(document)) {
    if (owed.has(person) && owed.get(person) !== count) mark(row);
  }
}

const people = (root) => [...root.querySelectorAll("[data-person]")].map((row) => [row.dataset.person, row.dataset.owes, row]);

function put(old, fresh) {
  if (!old || !fresh || old.outerHTML === fresh.outerHTML) return;
  const [were, are] = [old, fresh].map((part) => [...part.querySelectorAll("details:not([data-menu])")]);
  if (were.length === are.length) were.forEach(({ open }, place) => { are[place].open = open; });
  const held = old.contains(document.activeElement) ? document.activeElement : null;
  const place = held ? [...old.querySelectorAll(held.tagName)].indexOf(held) : -1;
  old.replaceWith(fresh);
  htmx.process(fresh);
  const goal = held?.id ? document.getElementById(held.id) : fresh.querySelectorAll(held?.tagName ?? "none")[place];
  if (held) (goal ?? document.getElementById("main"))?.focus({ preventScroll: true });
}

function mark(row) {
  row.classList.add("is-live");
  setTimeout(() => row.classList.remove("is-live"), MARKED);
}

setInterval(ask, EVERY);
document.addEventListener("visibilitychange", ask);
addEventListener("online", ask);
document.addEventListener("preparationChanged", () => fetchAgain().catch(() => {}));
