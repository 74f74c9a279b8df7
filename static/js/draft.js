// Keeps what is typed. A form[data-draft-url] is posted 800 ms after the last key; the answer's text ('Draft saved at
// 08.41') is shown in [data-draft-status]. A failed save is tried again until it succeeds, and at once when the
// connection is back. Until the server has it, it is kept on the device too (keep.js), for every form[data-keep].
import * as device from "./keep.js";
import { reason, send } from "./send.js";
import "./toast.js"; // it says that there is no connection, so it cannot be fetched then

const PAUSE = 800;
const AGAIN = 10000;
const waiting = new Map(); // form -> timer of the next save

export function typed(form, pause = PAUSE) {
  if (form.dataset.keep) device.keep(form);
  if (form.dataset.draftUrl) later(form, pause);
}

function later(form, pause) {
  clearTimeout(waiting.get(form));
  waiting.set(form, setTimeout(() => save(form), pause));
}

async function save(form) {
  waiting.delete(form);
  if (!form.isConnected) return;
  const answer = await send(form.dataset.draftUrl, new FormData(form));
  const status = form.querySelector("[data-draft-status]");
  const isBroken = answer.status >= 500;
  if (answer.ok) say(status, answer.html, false);
  else say(status, isBroken ? document.getElementById("toasts").dataset.waiting : reason(answer), true);
  if (answer.ok && !waiting.has(form)) device.drop(form);
  // typing since then has its own timer; a refusal (4xx) will not get better by asking again
  if (!answer.ok && (answer.status === 0 || isBroken) && !waiting.has(form)) later(form, AGAIN);
}

function say(status, text, isWaiting) {
  if (!status) return;
  status.classList.toggle("is-waiting", isWaiting);
  const plain = new DOMParser().parseFromString(text, "text/html").body.textContent.trim();
  if (plain) status.textContent = plain;
}

// sent for good: no draft may arrive after it; what could not be sent is still on the device
document.addEventListener("submit", (event) => {
  clearTimeout(waiting.get(event.target));
  waiting.delete(event.target);
}, true);
document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.detail.elt;
  if (form.matches?.("form[data-keep]") && event.detail.successful) device.drop(form);
  else if (form.matches?.("form[data-draft-url]") && (event.detail.xhr?.status === 0 || event.detail.xhr?.status >= 500)) later(form, AGAIN);
});
addEventListener("online", () => {
  for (const form of waiting.keys()) later(form, 0);
});
// leaving the page in the middle of a word
addEventListener("pagehide", () => {
  for (const form of waiting.keys()) navigator.sendBeacon(form.dataset.draftUrl, new FormData(form));
});

// ---- what a page finds on the device when it comes in ----
const isFilled = (form) => form.dataset.draftUrl && later(form, PAUSE);
device.sweep();
device.look(document, isFilled);
document.addEventListener("htmx:load", (event) => device.look(event.target.parentNode ?? document, isFilled));
document.addEventListener("click", (event) => {
  const form = event.target.closest?.("[data-kept-drop]")?.closest("form");
  if (!form) return;
  device.forget(form);
  isFilled(form); // … and the draft that was made of it
});
