// A page that others change: [data-follow] (the address that says whether what it has [data-seen] still holds). When it
// does not, the element is fetched again from data-view and put in its place. It asks while the page is seen, waits while
// a menu is open, and says in [data-following] that the connection is gone until it is back. With data-in-place its
// forms and [data-step] links go the same way, so that a projector never goes white.
import { heard, tick } from "./clock.js";
import "./toast.js"; // it must be there when the connection is not

const EVERY = 1500;
const PATIENCE = 8000;
let asking = false;
let sending = false;
let failures = 0;

const page = () => document.querySelector("[data-follow]");
const status = () => document.querySelector("[data-following]");
const isBusy = () =>
  sending || document.documentElement.matches(".is-placing")
  || Boolean(page()?.querySelector("details[data-menu][open], .htmx-request"));

async function ask() {
  const root = page();
  if (!root || asking || document.hidden || isBusy()) return;
  asking = true;
  try {
    const sent = performance.now();
    const answer = await get(`${root.dataset.follow}?seen=${encodeURIComponent(root.dataset.seen)}`);
    heard(answer.headers.get("X-Server-Time"), sent);
    if (answer.redirected || answer.status === 403 || answer.status === 404) return location.reload();
    if (!answer.ok) throw new Error(answer.status);
    const wasGone = failures > 0;
    failures = 0;
    if (wasGone) say("");
    if (answer.status === 200 && root.isConnected && !isBusy()) await fetchAgain();
  } catch {
    failures += 1;
    say(status()?.dataset.offline);
  } finally {
    asking = false;
  }
}

const get = (address) => fetch(address, {
  headers: { "HX-Request": "true", "HX-Current-URL": location.href },
  signal: AbortSignal.timeout(PATIENCE),
});

async function fetchAgain() {
  const root = page();
  const answer = await get(root.dataset.view);
  if (!answer.ok) throw new Error(answer.status);
  if (!show(await answer.text())) location.assign(answer.url);
}

// false when the answer is of another page
function show(html) {
  const next = new DOMParser().parseFromString(html, "text/html");
  const fresh = next.querySelector("[data-follow], [data-session-state]");
  const root = page();
  if (!fresh || fresh.id !== root.id) return false;
  const { stepTitle } = fresh.dataset;
  const isTurned = Boolean(stepTitle) && stepTitle !== root.dataset.stepTitle;
  const focused = keepFocus(root, isTurned);
  unfold(root, fresh);
  root.replaceWith(fresh);
  htmx.process(fresh);
  focused(fresh);
  tick();
  for (const toast of next.querySelectorAll("[data-toast]")) {
    document.dispatchEvent(new CustomEvent("toast", { detail: { text: toast.textContent.trim() } }));
  }
  if (isTurned) {
    document.querySelector("dialog[open]")?.addEventListener("close", rest, { once: true }); // what opened it is gone
    scrollTo(0, 0);
    say(`${status()?.dataset.turned} ${stepTitle}`, true);
  }
  return true;
}

function unfold(root, fresh) {
  const [were, are] = [root, fresh].map((part) => part.querySelectorAll("details:not([data-menu])"));
  if (were.length === are.length) were.forEach(({ open }, place) => { are[place].open = open; });
}

const rest = () => document.getElementById("main")?.focus({ preventScroll: true });
const WALKS = ["arrowleft", "arrowright"];
const address = (one) => [one.form?.getAttribute("action"), ...["href", "name", "value"].map((name) => one.getAttribute(name))];
const isAlike = (one, other) => String(address(one)) === String(address(other));

// the same key, link or button in the new one; on another line only what walks on means the same
function keepFocus(root, isTurned) {
  const held = root.contains(document.activeElement) ? document.activeElement : null;
  const { key } = held?.dataset ?? {};
  const by = key ? `[data-key="${key}"]` : held?.id ? `#${CSS.escape(held.id)}` : null;
  const place = held ? [...root.querySelectorAll(held.tagName)].indexOf(held) : -1;
  return (fresh) => {
    if (!held) return;
    if (isTurned && !WALKS.includes(key)) return rest();
    const all = by ? [...fresh.querySelectorAll(by)] : [...fresh.querySelectorAll(held.tagName)];
    const goal = by ? all[0] : [all[place], ...all].find((one) => one && isAlike(one, held));
    if (goal) goal.focus({ preventScroll: true });
    else rest();
  };
}

// `onlyHeard`: for who does not see it happen
function say(text = "", onlyHeard = false) {
  const said = status();
  if (!said || (failures && onlyHeard)) return;
  said.classList.toggle("sr", onlyHeard);
  if (said.textContent !== text) said.textContent = text;
}

async function go(address, options = {}) {
  if (sending) return;
  sending = true;
  const { offline, failed } = document.getElementById("toasts").dataset;
  const toast = (text) => document.dispatchEvent(new CustomEvent("toast", { detail: { text } }));
  try {
    const answer = await fetch(address, { ...options, signal: AbortSignal.timeout(PATIENCE) });
    const html = await answer.text();
    if (answer.ok) {
      if (show(html)) history.replaceState(null, "", page()?.dataset.view ?? answer.url);
      else location.assign(answer.url);
    } else {
      const said = new DOMParser().parseFromString(html, "text/html");
      const [refused, failure] = [".note-bar", "[data-failure]"].map((mark) => said.querySelector(mark)?.textContent.trim());
      toast(refused || [failure, failed].filter(Boolean).join(" "));
      if (answer.status < 500) await fetchAgain();
    }
  } catch {
    toast(offline);
  } finally {
    sending = false;
  }
}

document.addEventListener("submit", (event) => {
  const { target: form, submitter } = event;
  if (!form.closest("[data-in-place]") || form.method !== "post" || form.hasAttribute("hx-post")) return;
  event.preventDefault();
  go(form.action, { method: "POST", body: new URLSearchParams(new FormData(form, submitter)) });
});
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("[data-in-place] [data-step]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  go(link.href);
});
// something was recorded in the dialog, or taken back
const changed = () => page() && fetchAgain().catch(() => say(status()?.dataset.offline));
document.addEventListener("meetingChanged", changed);
document.addEventListener("undone", (event) => {
  if (!page()?.matches("[data-in-place]")) return;
  event.preventDefault();
  changed();
});

setInterval(ask, EVERY);
document.addEventListener("visibilitychange", ask);
addEventListener("online", ask);
ask();
