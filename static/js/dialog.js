// Fragments in the page's one native dialog: any link or form with hx-target="#dialog-body".
// Esc and Cancel ([data-dialog-close]) keep what was typed for the next opening of the same address;
// HX-Trigger: {"dialogClose": {}} closes it for good. Focus goes back to where it was. Asked for inside a
// [data-dialog-home] it opens in there, and the rest of the page can still be used.
const dialog = document.getElementById("dialog");
const body = document.getElementById("dialog-body");
let opener, openedAt, kept;
let keep = true;

const isTyped = () =>
  [...body.querySelectorAll("input, textarea, select")].some((field) => {
    if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
    if (field.options) return [...field.options].some((option) => option.selected !== option.defaultSelected);
    return field.value !== field.defaultValue;
  });

function open() {
  if (!dialog.open) show();
  const wrong = body.querySelector("[aria-invalid='true']");
  const first = wrong ?? body.querySelector("[autofocus], input:not([type=hidden]), textarea, select, button");
  (first ?? dialog).focus();
}

function show() {
  const home = opener?.closest("[data-dialog-home]") ?? document.body;
  if (dialog.parentElement !== home) home.append(dialog);
  if (home === document.body) dialog.showModal();
  else dialog.show();
}

function closeForGood() {
  if (!dialog.open) return;
  keep = false;
  dialog.close();
}

// a request for the dialog's content
function asking(event) {
  const { target, elt, requestConfig } = event.detail;
  if (target?.id !== "dialog-body" || body.contains(elt)) return;
  opener = elt.closest("details")?.querySelector("summary") ?? elt;
  elt.closest("details[data-menu]")?.removeAttribute("open");
  if (kept && kept === requestConfig.path && requestConfig.verb === "get" && body.childElementCount) {
    event.preventDefault();
    open();
  } else {
    openedAt = requestConfig.path;
  }
}

document.addEventListener("htmx:beforeRequest", asking);
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target.id !== "dialog-body") return;
  if (body.childElementCount) open();
  else closeForGood();
});
// later: the other events of the same answer still start at an element in here
document.addEventListener("dialogClose", () => setTimeout(closeForGood));
dialog.addEventListener("click", (event) => {
  if (!event.target.closest("[data-dialog-close]")) return;
  event.preventDefault(); // a link to the page behind it, without script
  dialog.close();
});
dialog.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.defaultPrevented || dialog.matches(":modal")) return; // the browser's own
  event.preventDefault();
  dialog.close();
});
dialog.addEventListener("close", () => {
  kept = keep && isTyped() ? openedAt : null;
  keep = true;
  if (!kept) body.replaceChildren();
  (opener?.isConnected ? opener : document.getElementById(opener?.id))?.focus(); // what opened it may have been swapped
});

// the request that fetched this file; its answer may have been faster
export function first(event) {
  asking(event);
  if (body.childElementCount) open();
}
