// Single keys, only on pages whose body has data-shortcuts (a person can switch them off in the profile).
// 'z' undoes what the toast offers, '/' goes to [data-search]; any other key clicks the element with that data-key.
const isTyping = (element) => element.matches?.("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");

document.addEventListener("keydown", (event) => {
  if (!("shortcuts" in document.body.dataset) || event.defaultPrevented || event.repeat) return;
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  const open = document.querySelector("dialog[open]");
  const goal = find(event.key.toLowerCase(), open ?? document);
  if (!goal || goal.getAttribute("aria-disabled") === "true") return;
  event.preventDefault();
  if (event.key === "/") goal.focus();
  else goal.click();
});

function find(key, scope) {
  if (key === "z") return document.querySelector(".toast [data-undo]");
  if (key === "/") return scope.querySelector("[data-search]");
  return scope.querySelector(`[data-key="${CSS.escape(key)}"]`);
}
