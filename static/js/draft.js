// Keeps what is typed: the fields of a form with data-draft-url are posted 800 ms after the last key. The answer's text
// ('Draft saved at 08.41') is shown in [data-draft-status]. A failed save is tried again until it succeeds.
import { reason, send } from "./send.js";

const PAUSE = 800;
const AGAIN = 10000;
const waiting = new Map(); // form -> timer of the next save

export function typed(form, pause = PAUSE) {
  clearTimeout(waiting.get(form));
  waiting.set(form, setTimeout(() => save(form), pause));
}

async function save(form) {
  waiting.delete(form);
  if (!form.isConnected) return;
  const answer = await send(form.dataset.draftUrl, new FormData(form));
  const status = form.querySelector("[data-draft-status]");
  if (answer.ok) say(status, answer.html, false);
  else say(status, reason(answer), true);
  // typing since then has its own timer; a refusal (4xx) will not get better by asking again
  if (!answer.ok && (answer.status === 0 || answer.status >= 500) && !waiting.has(form)) typed(form, AGAIN);
}

function say(status, text, isWaiting) {
  if (!status) return;
  status.classList.toggle("is-waiting", isWaiting);
  const plain = new DOMParser().parseFromString(text, "text/html").body.textContent.trim();
  if (plain) status.textContent = plain;
}

// sent for good: no draft may arrive after it
document.addEventListener("submit", (event) => {
  clearTimeout(waiting.get(event.target));
  waiting.delete(event.target);
}, true);
// leaving the page in the middle of a word
addEventListener("pagehide", () => {
  for (const form of waiting.keys()) navigator.sendBeacon(form.dataset.draftUrl, new FormData(form));
});
