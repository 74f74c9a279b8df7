// Starts what a page needs, when it needs it. Everything works without it: links and forms have real addresses.
// One behaviour per file, bound to data attributes; see each file for its attributes.
const page = document.documentElement;
page.dataset.js = "";

// without a connection toast.js may not come: then the bare line has to do
const toast = (detail) => import("./toast.js").then((module) => module.show(detail)).catch(() => {
  const line = Object.assign(document.createElement("p"), { className: "toast", textContent: detail.text });
  document.getElementById("toasts").replaceChildren(line);
});
const on = (name, react, capture = false) => document.addEventListener(name, react, capture);

// ---- what the server says afterwards ----
on("toast", (event) => toast(event.detail));
// the server's own sentence about what failed, see ogsm/failures.py; a proxy whose server is gone has none
const failure = ({ status, responseText }) =>
  status >= 500 && new DOMParser().parseFromString(responseText, "text/html").querySelector("[data-failure]")?.textContent;
if (document.querySelector("[data-toast]")) import("./toast.js").then((module) => module.adopt());

// advice on a wording ([data-weighed]) is extra: when it fails, nothing is said and nothing happens
const isAdvice = (event) => event.detail.elt?.matches("[data-weighed]");
on("htmx:responseError", (event) => {
  const { xhr } = event.detail;
  if (isAdvice(event) || xhr.getResponseHeader("HX-Trigger")?.includes("toast")) return;
  const { failed, forbidden, missing, offline } = document.getElementById("toasts").dataset;
  const said = { 403: forbidden, 404: missing, 502: offline, 503: offline, 504: offline }[xhr.status];
  toast({ text: failure(xhr) || (said ?? failed) });
});
on("htmx:sendError", (event) => isAdvice(event) || toast({ text: document.getElementById("toasts").dataset.offline }));

// a session that ended answers with the sign-in page: never inside a piece of this one
on("htmx:beforeSwap", (event) => {
  if (!event.detail.xhr.responseURL.includes("/accounts/login/")) return;
  event.detail.shouldSwap = false;
  if (!event.detail.requestConfig.elt.matches("[data-weighed]")) location.reload();
});

// who typed on while an answer came is asking for more already: the answer would take the last letters away
on("htmx:beforeSwap", (event) => {
  const { elt, parameters } = event.detail.requestConfig;
  const field = elt.matches("[role=search]") && elt.querySelector("[data-search]");
  if (field && field.value !== parameters[field.name]) event.detail.shouldSwap = false;
});

// ---- behaviours that wait for the first touch ----
for (const name of ["pointerover", "focusin", "toggle"]) {
  on(name, (event) => event.target.closest?.("[data-menu]") && import("./menu.js"), true);
}
// whatever can be moved ([data-sortable]) is ready before its grip is pressed; arrow keys on the grip never come too early
on("keydown", (event) => {
  const { target, key } = event;
  if (!key.startsWith("Arrow") || !target.matches?.("[data-grip]") || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  import("./places.js").then((module) => module.step(target.closest("[data-sortable]"), /Up|Left/.test(key) ? -1 : 1));
});
for (const name of ["pointerover", "focusin"]) {
  on(name, (event) => {
    const piece = event.target.closest?.("[data-sortable]");
    if (piece?.querySelector("[data-grip]")) import("./places.js").then((module) => module.ready());
  }, true);
}
// in a form, Ctrl+Enter (⌘ Enter) saves from any field
on("keydown", (event) => {
  const form = event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.closest?.("[data-edit-form], dialog form");
  if (!form || event.repeat) return;
  event.preventDefault();
  form.requestSubmit();
});
// a click on a text of the plan ([data-edits], the name of its field) opens the form at that field
on("click", (event) => {
  const text = event.target.closest?.("[data-edits]");
  if (!text || event.target.closest("a, button") || String(getSelection())) return;
  import("./edit.js").then((module) => module.openAt(text));
});
let dialog;
on("htmx:beforeRequest", (event) => {
  const { target } = event.detail;
  if (target?.id === "dialog-body") dialog ??= import("./dialog.js").then((module) => module.first(event));
  if (target?.matches("[data-piece]")) import("./edit.js").then((module) => module.opening(target, event.detail));
});
on("input", (event) => {
  const form = event.target.closest?.("[data-keep], [data-draft-url]");
  if (form) import("./draft.js").then((module) => module.typed(form));
  const mirrors = event.target.id ? document.querySelectorAll(`[data-mirror-of="${event.target.id}"]`) : [];
  for (const mirror of mirrors) mirror.textContent = event.target.value; // what is typed appears on the paper too
});

// what keeps the typed text ([data-keep]) is there before the connection drops
const keeper = () => document.querySelector("[data-keep], [data-kept-for]") && import("./draft.js");
keeper();
on("htmx:load", keeper);

// ---- behaviours of some pages ----
if (document.querySelector("[data-board]")) import("./board.js");
if (document.getElementById("list-page")) import("./grid.js");
if (document.querySelector("[data-clock]")) import("./clock.js");
if (document.querySelector("[data-follow]")) import("./follow.js");
if (document.querySelector("[data-value-sheet]")) import("./values.js");
if (document.querySelector("[data-ready]")) import("./ready.js");
if (document.querySelector("[data-copy]")) import("./copy.js");
if (document.querySelector("[data-passkey]")) import("./passkey.js");

// the tab of this page comes to the middle; not by scrollIntoView, after which Tab would start from there
const tab = document.querySelector(".tabs [aria-current]");
const middle = (element) => element.getBoundingClientRect().left + element.offsetWidth / 2;
if (tab) tab.parentElement.scrollLeft += middle(tab) - middle(tab.parentElement);
on("click", (event) => event.target.closest?.("[data-print]") && print());

// ---- single keys, for who has not switched them off in the profile (body has data-shortcuts) ----
// 'z' undoes what the toast offers, '/' goes to [data-search]; any other key clicks the element with that data-key.
// A presenter's remote sends Page Down and Page Up: they are the arrows where those lead on and back, else they scroll.
const REMOTE = { pagedown: "arrowright", pageup: "arrowleft" };
const TYPING = "input:not([type=checkbox], [type=radio]), textarea, select";
on("keydown", (event) => {
  if (!("shortcuts" in document.body.dataset) || event.defaultPrevented || event.repeat) return;
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches?.(TYPING)) return;
  const key = REMOTE[event.key.toLowerCase()] ?? event.key.toLowerCase();
  const scope = document.querySelector("dialog[open]") ?? document;
  const special = { z: ".toast [data-undo]", "/": "[data-search]" }[key];
  const goal = (special ? document : scope).querySelector(special ?? `[data-key="${CSS.escape(key)}"]`);
  if (!goal || goal.getAttribute("aria-disabled") === "true") return;
  event.preventDefault();
  if (key === "/") goal.focus();
  else goal.click();
});
