// What is changed while an action stands open beside the board (panel.js): by others and on the board it comes in, but
// never under somebody who types; what is saved in the panel is on the board at once.
import { body, cardOf, fetched, mark, panel, shown } from "./panel.js";

let isStale = false;

const form = () => panel().querySelector("dialog[open]");
export const closeForm = () => form()?.close();
const isTyping = () =>
  Boolean(form() || body().querySelector("[data-edit-form], details[data-menu][open]"))
  || [...body().querySelectorAll("input:not([type=hidden]), textarea, select")].some((field) =>
    field.matches("[type=checkbox], [type=radio]") ? field.checked !== field.defaultChecked : field.value !== (field.defaultValue ?? field.value));

async function refresh() {
  if (!shown) return;
  isStale = isTyping();
  if (isStale) return;
  const [number, { scrollTop }, held] = [shown, body(), panel().contains(document.activeElement)];
  await fetched(`${panel().dataset.panel}${number}/`, { target: "#action", swap: "outerHTML" });
  if (shown !== number) return;
  body().scrollTop = scrollTop;
  if (held && document.activeElement === document.body) panel().focus({ preventScroll: true }); // what had it is gone
}
document.addEventListener("boardTouched", ({ detail }) => {
  mark();
  if (detail.includes(Number(shown))) refresh();
});
document.addEventListener("place", refresh); // the reader moved or changed a card on the board
// whatever moved a card: its version says whether the panel knows
document.addEventListener("counts", () => setTimeout(() => {
  mark();
  const [card, action] = [cardOf(shown), document.getElementById("action")];
  if (card && action && card.dataset.version !== action.dataset.version) refresh();
}));
document.addEventListener("focusout", () => isStale && setTimeout(refresh));
document.addEventListener("undone", (event) => {
  if (!shown) return;
  event.preventDefault();
  refresh();
  document.dispatchEvent(new CustomEvent("boardChanged"));
});
// what is saved in here is on the board at once
document.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (shown && detail.successful && detail.requestConfig.verb !== "get") document.dispatchEvent(new CustomEvent("boardChanged"));
});
document.addEventListener("htmx:afterSettle", mark);
