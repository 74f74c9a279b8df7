// What is now true, in one line, for 8 seconds (with something to press 20, and what can be undone stays so in the
// history) and as long as it has pointer or focus. One at a time.
// HX-Trigger: {"toast": {"text": "…", "undo_url": "…", "undo_label": "…", "ask_url": "…", "ask_label": "…"}}; what is
// asked opens in the dialog. Django's messages arrive as [data-toast], with the form of an undo or without.
import { reason, send } from "./send.js";

const STAYS = 8000;
const STAYS_TO_PRESS = 20000;
const dock = document.getElementById("toasts");
let timer;
let cameFrom; // where the focus was before it went into the toast

export function show({ text, undo_url: undoUrl, undo_label: undoLabel, ask_url: askUrl, ask_label: askLabel }) {
  if (!text) return;
  const toast = document.createElement("p");
  toast.className = "toast";
  toast.append(Object.assign(document.createElement("span"), { textContent: text }));
  if (askUrl) toast.append(question(askUrl, askLabel));
  if (undoUrl) toast.append(undoButton(undoUrl, undoLabel));
  const hadFocus = dock.contains(document.activeElement);
  dock.replaceChildren(toast);
  if (hadFocus) focusBack();
  htmx.process(toast);
  watch(toast);
}

// the messages the page came with
export function adopt() {
  const all = [...dock.querySelectorAll("[data-toast]")];
  const [first, ...rest] = all;
  first.firstElementChild.textContent = all.map((toast) => toast.firstElementChild.textContent.trim()).join(" ");
  const undoUrl = all.findLast((toast) => toast.dataset.undoUrl)?.dataset.undoUrl;
  rest.forEach((toast) => toast.remove());
  first.querySelector("form")?.remove();
  if (undoUrl) first.append(undoButton(undoUrl));
  watch(first);
}

// the button that had the focus is gone with its toast
function focusBack() {
  const goal = cameFrom?.isConnected ? cameFrom : document.getElementById("main");
  goal.focus({ preventScroll: true });
}

function watch(toast) {
  const stays = toast.querySelector("button, a") ? STAYS_TO_PRESS : STAYS;
  const wait = () => {
    clearTimeout(timer);
    timer = setTimeout(() => toast.matches(":hover, :focus-within") || toast.remove(), stays);
  };
  toast.addEventListener("focusin", ({ relatedTarget }) => {
    if (relatedTarget && !dock.contains(relatedTarget)) cameFrom = relatedTarget;
  });
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
    if (button.getAttribute("aria-disabled") === "true") return;
    button.setAttribute("aria-disabled", "true"); // disabled, it would lose the focus
    const answer = await send(url);
    if (!answer.ok && !answer.triggers.toast) show({ text: reason(answer) });
    // the board puts the card in its place itself and the action plan its row, also when it was refused; where pieces
    // fetch themselves again nothing has to be done; every other page shows what is there now
    const undone = new CustomEvent("undone", { detail: answer, cancelable: true });
    const isShown = !document.dispatchEvent(undone) || answer.triggers.actionSaved;
    if (!answer.ok || isShown) return;
    if (!answer.triggers.toast) button.closest(".toast")?.remove();
    location.reload();
  });
  return button;
}
