// Many values on one page: form[data-value-sheet] with rows [data-value-row], whose fields say in data-column which
// column they stand in. Enter and the arrow keys go along a column, Tab too, and then to the next column; a copied
// column is pasted downward from the field with the focus. The field for the reason shows in a row that is changed.
// data-filled-one, data-filled and data-left (with {n} and {left}) are what [data-value-status] says after pasting.
const COLUMNS = ["value", "why", "note"];
const form = document.querySelector("[data-value-sheet]");
const isShown = (field) => field.offsetParent !== null;
const column = (name) => [...form.querySelectorAll(`[data-column="${name}"]`)].filter(isShown);
const changed = (field) => field.value.trim() !== field.defaultValue.trim();

function go(field) {
  field.focus();
  field.select?.();
}

function along(fields, field, step) {
  const next = fields[fields.indexOf(field) + step];
  if (next) go(next);
  return Boolean(next);
}

function keyed(event) {
  const field = event.target.closest("[data-column]");
  if (!field || event.isComposing || event.altKey || event.ctrlKey || event.metaKey) return;
  const own = column(field.dataset.column);
  const back = event.shiftKey ? -1 : 1;
  if (event.key === "Enter") {
    event.preventDefault();
    if (!along(own, field, back) && back > 0) form.querySelector(".btn-primary").focus();
  } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    if (event.shiftKey) return;
    event.preventDefault();
    along(own, field, event.key === "ArrowDown" ? 1 : -1);
  } else if (event.key === "Tab" && along(COLUMNS.flatMap(column), field, back)) {
    event.preventDefault();
  }
}

// of several columns the first one counts; the last line break of a spreadsheet ends the last cell
const cells = (text) => text.replace(/\r\n?/g, "\n").replace(/\n$/, "").split("\n").map((line) => line.split("\t")[0].trim());

function pasted(event) {
  const field = event.target.closest("[data-column]");
  const text = event.clipboardData?.getData("text/plain") ?? "";
  if (!field || !/[\n\t]/.test(text.trim())) return;
  event.preventDefault();
  const copied = cells(text);
  const below = column(field.dataset.column);
  const fields = below.slice(below.indexOf(field));
  let filled = 0;
  let last = field;
  for (const [place, cell] of copied.entries()) {
    if (!cell || !fields[place]) continue; // an empty cell leaves its row as it is
    last = fields[place];
    last.value = cell;
    last.dispatchEvent(new Event("input", { bubbles: true }));
    filled += 1;
  }
  go(last);
  say(filled, copied.slice(fields.length).filter(Boolean).length);
}

function say(n, left) {
  const { filled, filledOne, left: tooMany } = form.dataset;
  const text = left ? tooMany : n === 1 ? filledOne : filled;
  form.querySelector("[data-value-status]").textContent = text.replace("{n}", n).replace("{left}", left);
}

function showReason(row) {
  const field = row.querySelector("[data-column=value]");
  const isAsked = "asksWhy" in row.dataset || changed(field);
  const why = row.querySelector(".why");
  if (why) why.hidden = !isAsked && !why.querySelector("input").value;
}

form.addEventListener("keydown", keyed);
form.addEventListener("paste", pasted);
form.addEventListener("input", (event) => showReason(event.target.closest("[data-value-row]")));
form.querySelectorAll("[data-value-row]").forEach(showReason);

// leaving with something typed (data-unsaved: before the page came back with mistakes) asks first; Save and Cancel do not
let isMeant = false;
form.addEventListener("submit", () => { isMeant = true; });
form.addEventListener("click", (event) => { isMeant ||= Boolean(event.target.closest("a")); });
addEventListener("beforeunload", (event) => {
  const isTyped = "unsaved" in form.dataset || [...form.querySelectorAll("[data-column]")].some(changed);
  if (isTyped && !isMeant) event.preventDefault();
});
