// The short form at the foot of a column: [data-quick] holds the link that fetches it into [data-quick-form]. Saved, the
// form asks for the next one; Enter in the result saves too. Esc and [data-quick-close] put it away and keep what was
// typed; a board that is fetched anew keeps it open.
const formIn = (box) => box?.querySelector("form");
const boxes = () => document.querySelectorAll("[data-quick-form]");

function close(form) {
  form.hidden = true;
  form.closest("[data-quick]").querySelector("a").focus();
}

function reopen(form) {
  form.hidden = false;
  form.querySelector("[aria-invalid='true'], textarea").focus();
}

// a second press on the link: the form is there already
export function asking(event) {
  const { target, requestConfig } = event.detail;
  const form = requestConfig.verb === "get" && target?.matches?.("[data-quick-form]") && formIn(target);
  if (!form || event.detail.elt.closest("form")) return;
  event.preventDefault();
  reopen(form);
}
document.addEventListener("htmx:beforeRequest", asking);

document.addEventListener("click", (event) => {
  const form = event.target.closest?.("[data-quick-close]")?.closest("form");
  if (form) close(form);
});
document.addEventListener("keydown", (event) => {
  const form = event.target.closest?.("[data-quick-form] form");
  if (!form || event.isComposing || event.defaultPrevented) return;
  const saves = event.key === "Enter" && event.target.matches("textarea") && !event.shiftKey;
  if (event.key === "Escape") close(form);
  else if (saves && !event.repeat) form.requestSubmit();
  if (event.key === "Escape" || saves) event.preventDefault();
});

// the next one is typed below the card that has just come in
const inView = () => document.activeElement?.closest("[data-quick-form] form")?.scrollIntoView({ block: "nearest" });
document.addEventListener("boardTouched", inView);
document.addEventListener("htmx:afterSettle", (event) => event.detail.target?.matches?.("[data-quick-form]") && inView());

let kept = [];
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (detail.target.id !== "board-page" || !detail.shouldSwap) return;
  const focused = document.activeElement;
  kept = [...boxes()].filter(formIn).map((box) => [box.id, formIn(box), focused]);
});
document.addEventListener("htmx:afterSwap", () => {
  for (const [id, form, focused] of kept) {
    const box = document.getElementById(id);
    if (box && !formIn(box)) box.append(form);
    if (form.isConnected && form.contains(focused)) focused.focus();
  }
  kept = [];
});
