// In-place editing. A piece ([data-piece], with an id) holds a link [data-edit] that fetches its form by htmx and
// swaps it for the piece; the form ([data-edit-form]) sits in a piece with the same id. Esc or [data-edit-cancel] puts
// the piece back and keeps what was typed for the next opening. Focus goes to the first field, and back to the link.
const pieces = new Map(); // id -> the element that the form replaced
const wanted = new Map(); // id -> the field that was clicked on
const typed = new Map(); // id -> [[name, value, first value], …] of a form that was left: what was really typed in it

// called with the element that is about to be swapped
export function opening(piece, detail) {
  if (detail.requestConfig.verb !== "get" || piece.querySelector("[data-edit-form]")) return;
  pieces.set(piece.id, piece);
  const now = document.getElementById(piece.id);
  if (now && now !== piece) arrived(now); // the answer was faster than this file
}

// a click on one text of a piece: its form opens at that field
export function openAt(text) {
  const piece = text.closest("[data-piece]");
  wanted.set(piece.id, text.dataset.edits);
  piece.querySelector("[data-edit]").click();
}

// Before a larger part of the page is replaced: forms that are open in it, and what is unfolded, stay as they are.
// The returned function puts them into the new part. `sent`: the form whose answer it is.
export function keepOpen(part, sent) {
  const forms = [...part.querySelectorAll("[data-piece]:has([data-edit-form])")].filter((form) => !form.contains(sent));
  const unfolded = [...part.querySelectorAll("details[id][open]")].map(({ id }) => id);
  const focused = document.activeElement;
  return () => {
    for (const form of forms) {
      const fresh = document.getElementById(form.id);
      if (!fresh || fresh === form) continue;
      pieces.set(form.id, fresh);
      fresh.replaceWith(form);
      if (form.contains(focused)) focused.focus();
    }
    for (const id of unfolded) document.getElementById(id)?.setAttribute("open", "");
  };
}

// a form that is gone although its piece was not answered by itself: something was added, and its list came
function finish() {
  for (const id of [...pieces.keys()]) {
    const now = document.getElementById(id);
    if (!now || now.querySelector("[data-edit-form]") || pieces.get(id) === now) continue;
    pieces.delete(id);
    if (document.activeElement === document.body) now.querySelector("[data-edit]")?.focus();
  }
}

function arrived(piece) {
  const form = piece.querySelector("[data-edit-form]");
  if (!form) {
    if (pieces.delete(piece.id)) piece.querySelector("[data-edit]")?.focus();
    return;
  }
  for (const [name, value, first] of typed.get(piece.id) ?? []) {
    const [field, before] = [form.elements[name], form.elements[`first-${name}`]];
    if (!field || field.type === "hidden" || field.type === "file") continue;
    field.value = value;
    if (before && first !== null) before.value = first; // what others saved since then is noticed on saving
  }
  typed.delete(piece.id);
  const wrong = form.querySelector("[aria-invalid='true']");
  if (!wrong && form.contains(document.activeElement)) return; // already being filled in
  const asked = form.elements[wanted.get(piece.id)];
  wanted.delete(piece.id);
  const first = wrong ?? (asked?.focus && asked) ?? form.querySelector("input:not([type=hidden]), textarea, select");
  first?.focus();
  if (first?.matches("textarea, input[type=text]")) first.setSelectionRange(first.value.length, first.value.length);
}

function leave(form) {
  const shown = form.closest("[data-piece]");
  const piece = pieces.get(shown.id);
  if (!piece) return false;
  const fields = new FormData(form);
  const changed = [...fields].map(([name, value]) => [name, value, fields.get(`first-${name}`)]);
  typed.set(shown.id, changed.filter(([, value, first]) => value !== first));
  shown.replaceWith(piece);
  pieces.delete(piece.id);
  htmx.process(piece);
  piece.querySelector("[data-edit]")?.focus();
  return true;
}

document.addEventListener("htmx:afterSettle", (event) => {
  const piece = event.detail.elt?.closest?.("[data-piece]");
  if (piece?.isConnected && !event.detail.elt.matches("[data-advice]")) arrived(piece);
  finish();
});
let putBack;
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  putBack = detail.target.matches?.("#rows, #goals, [id^=indicators-]") && detail.shouldSwap ? keepOpen(detail.target, detail.requestConfig.elt) : null;
});
document.addEventListener("htmx:afterSwap", () => { putBack?.(); putBack = null; });
document.addEventListener("keydown", (event) => {
  const form = event.key === "Escape" && event.target.closest?.("[data-edit-form]");
  if (form && leave(form)) event.preventDefault();
});
document.addEventListener("click", (event) => {
  const form = event.target.closest?.("[data-edit-cancel]")?.closest("[data-edit-form]");
  if (form && leave(form)) event.preventDefault();
});
