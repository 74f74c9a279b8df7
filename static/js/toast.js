// What is now true, in one line, for 8 seconds and as long as it has pointer or focus. One at a time.
// HX-Trigger: {"toast": {"text": "…", "undo_url": "…", "undo_label": "…", "ask_url": "…", "ask_label": "…"}}; what is
// asked opens in the dialog. Django's messages arrive as [data-toast].
import { reason, send } from "./send.js";

const STAYS = 8000;
const dock = document.getElementById("toasts");
let timer;

export function show({ text, undo_url: undoUrl, undo_label: undoLabel, ask_url: askUrl, ask_label: askLabel }) {
  if (!text) return;
  const toast = document.createElement("p");
  toast.className = "toast";
  toast.append(Object.assign(document.createElement("span"), { textContent: text }));
  if (askUrl) toast.append(question(askUrl, askLabel));
  if (undoUrl) toast.append(undoButton(undoUrl, undoLabel));
  dock.replaceChildren(toast);
  htmx.process(toast);
  watch(toast);
}

// the messages the page came with
export function adopt() {
  const [first, ...rest] = dock.querySelectorAll("[data-toast]");
  first.firstElementChild.textContent = [first, ...rest].map((toast) => toast.textContent.trim()).join(" ");
  rest.forEach((toast) => toast.remove());
  watch(first);
}

function watch(toast) {
  const wait = () => {
    clearTimeout(timer);
    timer = setTimeout(() => toast.matches(":hover, :focus-within") || toast.remove(), STAYS);
  };
  wait();
  for (const name of ["pointerenter", "focusin"]) toast.addEventListener(name, () => clearTimeout(timer));
  for (const name of ["pointerleave", "focusout"]) toast.addEventListener(name, wait);
}

function question(url, label) {
  const link = Object.assign(document.createElement("a"), { href: url, textContent: label });
  for (const [name, value] of [["get", url], ["target", "#dialog-body"], ["swap", "innerHTML"]]) {
    link.setAttribute(`hx-${name}`, value);
  }
  return link;
}

function undoButton(url, label) {
  const button = document.createElement("button");
  button.type = "button";
  button.dataset.undo = "";
  button.textContent = label || dock.dataset.undo;
  if ("shortcuts" in document.body.dataset) {
    button.append(" ", Object.assign(document.createElement("kbd"), { textContent: "Z" }));
    button.setAttribute("aria-keyshortcuts", "z");
  }
  button.addEventListener("click", async () => {
    button.disabled = true;
    const answer = await send(url);
    if (!answer.ok) {
      if (!answer.triggers.toast) show({ text: reason(answer) });
      return;
    }
    if (!answer.triggers.toast) button.closest(".toast")?.remove();
    // the board puts the card back itself; every other page shows what is there now
    const undone = new CustomEvent("undone", { detail: answer, cancelable: true });
    if (document.dispatchEvent(undone)) location.reload();
  });
  return button;
}
